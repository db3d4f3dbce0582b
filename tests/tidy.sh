#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The rules of the house that a program can see.  Speaks TAP; each finding is one line "# file:line: ...".
set -u
srcdir=${srcdir:-$(dirname "$0")/..}
builddir=${builddir:-$srcdir}
cd "$srcdir" || exit 99
count=0

# report NAME FINDINGS: the test NAME passes if there are none.
report() {
	count=$((count + 1))
	if [ -z "$2" ]; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		printf '%s\n' "$2" | sed 's/^/# /'
	fi
}

skip() {
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

# files ROOT... -- FIND-TEST...: our own files, without what others wrote or a build made.
files() {
	roots=
	while [ "$1" != -- ]; do
		[ ! -e "$1" ] || roots="$roots $1"
		shift
	done
	shift
	# shellcheck disable=SC2086
	find $roots \( -name node_modules -o -path web/static/vendor -o -name __pycache__ -o -name '.deps' \) \
		-prune -o -type f \( "$@" \) -print | sort
}

c_files=$(files engine daemon conform tests -- -name '*.[ch]')
engine_c=$(files engine -- -name '*.c')
page=$(files web/static -- -name '*.js' -o -name '*.css' -o -name '*.html')
scripts=$(files scripts tests web -- -name '*.sh' -o -name '*.py' -o -name '*.mjs')
build_files=$(files engine daemon conform tests web presets man docs m4 -- -name '*.mk' -o -name '*.m4')
own="$c_files $page $scripts $build_files demo check configure.ac Makefile.am"

# except PATTERN FILE...: the files whose name does not match.
except() {
	pattern=$1
	shift
	printf '%s\n' "$@" | grep -Ev "$pattern"
}

# shellcheck disable=SC2086
{
report "every source names its licence" \
	"$(for f in $own; do head -n 3 "$f" | grep -q 'SPDX-License-Identifier: GPL-2.0-or-later' || echo "$f"; done)"

report "jansson.h has one door: wire and config, and conform/input" \
	"$(grep -n 'include.*jansson\.h' $(except '^daemon/(wire|config)[a-z_]*\.[ch]$|^conform/input\.h$|^tests/' $c_files))"
report "microhttpd.h has one door: http" \
	"$(grep -n 'include.*microhttpd\.h' $(except '^daemon/http[a-z_]*\.[ch]$|^tests/' $c_files))"
report "libwebsockets.h has one door: ws" \
	"$(grep -n 'include.*libwebsockets\.h' $(except '^daemon/ws[a-z_]*\.[ch]$|^tests/' $c_files))"
report "outside engine/ only mm386.h is included of it" \
	"$(grep -nE '#include "(internal|profile|boot)\.h"' $(except '^engine/|^tests/engine/|^tests/bench/' $c_files))"

report "no room compares releases or kernels" \
	"$(grep -nE '(->|\.)(release|kernel) *(==|!=|<=?[^<]|>=?[^>])|KERNEL_VERSION\(' \
		$(except '^engine/(profile|config|dmesg)[a-z_0-9]*\.c$' $engine_c) | grep -v '^[^:]*:[0-9]*:\s*\*')"
report "the engine reads no clock, draws no entropy, opens no file, takes no lock" \
	"$(grep -nE '(^|[^.>_a-zA-Z0-9])(time|clock|clock_gettime|gettimeofday|rand|random|getrandom|fopen|open|read|write|pthread_[a-z_]*)\(' \
		$engine_c | grep -vE '^[^:]*:[0-9]*:\s*(/?\*|//)')"

report "colours stand in tokens.css alone" \
	"$(grep -nE ':[^;{]*#[0-9a-fA-F]{3,8}\b|\b(rgba?|hsla?|oklch|oklab)\(' \
		$(except 'css/tokens\.css$|\.(js|html)$' $page) /dev/null
	   grep -nE "[\"'\`]#[0-9a-fA-F]{3}([0-9a-fA-F]{1,5})?[\"'\`]|\b(rgba?|hsla?)\([0-9]" \
		$(except '\.css$' $page) /dev/null)"
report "the page builds no markup out of text" \
	"$(grep -nE '\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval)\b' $page /dev/null)"
report "the page asks nobody else" \
	"$(grep -nE "(https?:)?//[a-z0-9.-]+\.[a-z]{2,}/" $page /dev/null | grep -v 'w3\.org/')"

words='TO''DO|FIX''ME|XX''X|HA''CK|place''holder code|lorem ip''sum'
report "nothing is left for later" "$(grep -nwE "$words" $own)"
report "no path of somebody's machine" "$(grep -nE '(^|[^A-Za-z0-9_.])/(home|root|work)/[a-z]' $own docs/*.md README.md)"
report "no file is longer than 1200 lines" \
	"$(wc -l $own | awk '$2 != "total" && $1 > 1200 { print $2 ": " $1 " lines" }')"
report "no line ends in blanks" "$(grep -nE '[ 	]+$' $own)"

# What engine/mm386.h names stands in docs/PROTOCOL.md: an operation by its name, an event in a row with its members.
told() {
	sed -n '/define MM386_OPS(X)/,/^$/s/.*X([A-Z_]*, "\([a-z_]*\)").*/`\1`/p' engine/mm386.h
	sed -n '/define MM386_EVENTS(X)/,/^$/p' engine/mm386.h | tr -d '\\\n\t' | grep -oE 'X\([A-Z_]+,[^)]*\)' |
		sed 's/^X([A-Z_]*, *"\([a-z_]*\)", */| `\1` | /; s/"", *//g; s/, *"")$//; s/)$//; s/"\([a-z_]*\)"/`\1`/g; s/, */, /g; s/$/ |/'
}
report "PROTOCOL.md names every operation, and every event with its members" \
	"$(told | while read -r row; do grep -qF -- "$row" docs/PROTOCOL.md || echo "docs/PROTOCOL.md lacks $row"; done)"

listed() { # listed FOLDER LIST: each C file of a folder is named in that list
	for f in $(files "$1" -- -name '*.c'); do
		grep -qF "%D%/${f#*/}" "$2" || grep -qE "%D%/$(printf '%s' "${f#*/}" | sed 's/\.c$//')( |\$)" "$2" ||
			echo "$f is not in $2"
	done
}
report "every C file is built" "$(listed engine engine/local.mk; listed daemon daemon/local.mk; listed conform conform/local.mk
	   listed tests tests/local.mk)"
}

# documented PROGRAM PAGE: options that --help names and the manual page does not, or the other way.
documented() {
	"$builddir/$1" --help | grep -oE -- '--[a-z][a-z-]+' | sort -u >"$work/help"
	sed -n 's/^\.\(It\|Op\|Nm\)* *Fl -.*/&/p' "$2" | grep -oE 'Fl -[a-z][a-z-]+' | sed 's/Fl -/--/' |
		sort -u >"$work/page"
	diff "$work/help" "$work/page" | sed -n "s|^< \(.*\)|$2 lacks \1|p; s|^> \(.*\)|$1 --help lacks \1|p"
}

if [ -x "$builddir/mm386" ] && [ -x "$builddir/mm386d" ] && [ -x "$builddir/mm386-conform" ]; then
	work=$(mktemp -d)
	report "the manual pages have the options that there are" \
		"$(documented mm386 man/mm386.1; documented mm386d man/mm386d.8
		   documented mm386-conform man/mm386-conform.1)"
	rm -rf "$work"
else
	skip "the manual pages have the options that there are" "the programs are not built"
fi

# What the library needs from outside tells what it can do: no socket, file, clock, thread; and a
# writable symbol would be a state that two machines share.
lib=$builddir/engine/libmm386.a
if ! command -v nm >/dev/null 2>&1 || [ ! -e "$lib" ]; then
	skip "libmm386 keeps to itself" "no nm or no library"
elif nm "$lib" 2>/dev/null | grep -qE '__(asan|tsan|ubsan)_'; then
	skip "libmm386 keeps to itself" "built with sanitizers, whose symbols hide ours"
else
	report "libmm386 has no global that changes" "$(nm -f sysv "$lib" |
		awk -F '|' '$7 ~ /^\.(data|bss|tdata|tbss)|COM/ && $7 !~ /\.rel\.ro/ { print $1, $7 }')"
	report "libmm386 needs memory and strings only" "$(nm -u "$lib" | awk '$1 == "U" { print $2 }' | sort -u |
		grep -xE '(v?f?printf|puts|fopen|open|read|write|socket|time|clock|clock_gettime|gettimeofday|s?rand(om)?|getenv|pthread_.*)')"
fi

echo "1..$count"
