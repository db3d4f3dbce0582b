#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The page's tests under node: *.test.mjs in tests/web.  Those that drive Chromium skip themselves
# where there is none or where playwright-core is not installed (npm ci in tests/web).
set -u
srcdir=${srcdir:-$(dirname "$0")/..}
node=${NODE:-$(command -v node || echo no)}

if [ "$node" = no ] || ! "$node" -e 'process.exit(process.versions.node.split(".")[0] < 18 ? 1 : 0)'; then
	echo "1..0 # SKIP node 18 or later is not there (apt: nodejs)"
	exit 0
fi
cd "$srcdir" || exit 99
# shellcheck disable=SC2046
exec timeout -k 5 "${WEB_TIMEOUT:-600}" "$node" --test --test-reporter=./tests/web/tap.mjs --test-reporter-destination=stdout \
	$(find tests/web -name node_modules -prune -o -name '*.test.mjs' -print | sort)
