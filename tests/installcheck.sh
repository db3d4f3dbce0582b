#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# make installcheck: what was installed is whole, and works from where it is.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

die() {
	echo "installcheck: $*" >&2
	exit 1
}

# same FOLDER INSTALLED: each file of the sources' folder lies there, alike.
same() {
	(cd "$srcdir/$1" && find . -type f ! -name '.*' ! -name local.mk) | while read -r file; do
		cmp -s "$srcdir/$1/$file" "$2/$file" || die "$2/$file is missing or not as in $1"
	done
}

same web/static "$pkgdatadir/web"
same presets "$pkgdatadir/presets"
same tests/data "$pkgdatadir/conform"
[ -s "$pkgdatadir/web/index.html" ] || die "no page"
[ -s "$mandir/man1/mm386.1" ] && [ -s "$mandir/man1/mm386-conform.1" ] && [ -s "$mandir/man8/mm386d.8" ] || die "no manual pages"

"$sbindir/mm386d" --version | grep -q '^mm386d ' || die "mm386d --version"
"$sbindir/mm386d" --check-config || die "mm386d does not find its presets"
"$bindir/mm386" --version | grep -q '^mm386 ' || die "mm386 --version"

cat >"$work/machine.c" <<'END'
#include <mm386.h>
int main(void)
{
	static struct mm386_config cfg;
	struct mm386_error err;
	struct mm386 *m;

	mm386_config_init(&cfg);
	cfg.memory_bytes = 64u << 20;
	if (mm386_boot(&cfg, &m, &err))
		return 1;
	mm386_free(m);
	return 0;
}
END
export PKG_CONFIG_PATH="$libdir/pkgconfig"
# shellcheck disable=SC2046,SC2086
$CC $CFLAGS -o "$work/machine" "$work/machine.c" $(pkg-config --cflags --libs mm386)
"$work/machine" || die "a program with the installed library boots no machine"
