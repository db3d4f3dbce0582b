# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by ./demo and ./check, in the project's own folder: what to install, how to build.

say() {
	printf '\033[1m== %s\033[0m\n' "$*"
}

[ -t 1 ] || say() {
	printf '== %s\n' "$*"
}

die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# installed PACKAGE: Debian's package is there.
installed() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# node_packages: what is missing for node 18 or later and npm, by Debian's names.  A node from
# elsewhere is left alone: it brings its own npm, which conflicts with Debian's.
node_packages() {
	if command -v node >/dev/null 2>&1; then
		major=$(node -p 'process.versions.node.split(".")[0]')
		[ "$major" -ge 18 ] || die "the node that is here is version $major; 18 or later is needed"
		command -v npm >/dev/null 2>&1 || echo npm
	else
		echo nodejs npm
	fi
}

# as_root COMMAND...: sudo only where it is needed.
as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null 2>&1; then
		sudo "$@"
	else
		die "not root and no sudo: as root, run: $*"
	fi
}

# need PACKAGE...: install those that are not there, saying which; asks the network only then.
need() {
	absent=
	for package in "$@"; do
		installed "$package" || absent="$absent $package"
	done
	[ -n "$absent" ] || return 0
	command -v apt-get >/dev/null 2>&1 || die "not Debian or Ubuntu; install what these packages have:$absent"
	say "installing with apt-get:$absent"
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y update </dev/null
	# shellcheck disable=SC2086
	as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get -q -y --no-install-recommends install $absent </dev/null
}

build_packages="gcc libc6-dev make autoconf automake pkg-config
	libmicrohttpd-dev libwebsockets-dev libjansson-dev zlib1g-dev"

# older FILE SOURCE: FILE is not there, or SOURCE is newer.
older() {
	[ ! -e "$1" ] || [ "$2" -nt "$1" ]
}

# bundle_is_fresh: the page's libraries lie in web/static/vendor and are newer than their sources.
bundle_is_fresh() {
	for source in web/vendor/package-lock.json web/vendor/package.json web/vendor/build.mjs \
		web/vendor/entry.js; do
		! older web/static/vendor/LICENSES.txt "$source" || return 1
	done
}

# autoreconf_once: make ./configure, unless this is a tarball or it is made already.
autoreconf_once() {
	[ ! -e config.status ] || die "this tree was configured in place: run make distclean first"
	if older configure configure.ac; then
		say "making ./configure"
		autoreconf -fi
	fi
}

# build DIR MAKE-ARGUMENTS... -- CONFIGURE-ARGUMENTS...: configure in DIR as asked and make.  A
# folder that was configured otherwise, or for a tree elsewhere, is begun anew.
build() {
	dir=$1
	shift
	make_args=
	while [ "$1" != -- ]; do
		make_args="$make_args $1"
		shift
	done
	shift
	want="$PWD $*"
	if [ ! -e "$dir/Makefile" ] || [ "$(cat "$dir/.configured" 2>/dev/null)" != "$want" ]; then
		rm -rf "$dir"
		mkdir -p "$dir"
		(cd "$dir" && "$OLDPWD/configure" -q "$@")
		printf '%s\n' "$want" >"$dir/.configured"
	fi
	# shellcheck disable=SC2086
	make -s -C "$dir" $make_args
}
