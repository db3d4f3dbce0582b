#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# bundle.sh NODE NPM - fetch what web/vendor/package-lock.json names, unless it is there already,
# and bundle it into web/static/vendor.  `make` calls this when the bundle is missing or older than
# its sources; a release tarball carries the bundle, so that there neither node nor network is needed.
set -eu
node=$1 npm=$2
cd "$(dirname "$0")/vendor"

need() { # need PROGRAM PACKAGE
	[ "$1" != no ] || {
		echo "bundle.sh: $2 is missing (apt: $2): the page's libraries cannot be bundled." >&2
		echo "bundle.sh: a release tarball carries them ready; from a clone, install $2 and run" >&2
		echo "bundle.sh: ./configure and make again." >&2
		exit 1
	}
}

need "$node" nodejs
major=$("$node" -p 'process.versions.node.split(".")[0]')
[ "$major" -ge 18 ] || {
	echo "bundle.sh: $node is version $major, 18 or later is needed" >&2
	exit 1
}
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
	need "$npm" npm
	"$npm" ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
fi
"$node" build.mjs
