#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Golden stories: each folder of tests/golden is a machine (config.json), what is done to it
# (ops.jsonl), what is asked (args) and what mm386 must then print (expect), byte for byte.
# Speaks TAP.  With CUT=1 it writes the expectations anew: read the difference before you commit it.
set -u
srcdir=${srcdir:-$(dirname "$0")/..}
builddir=${builddir:-.}
mm386=${MM386:-$builddir/mm386}
count=0
got=$(mktemp) || exit 99
trap 'rm -f "$got"' EXIT

# run STORY FOLDER: what the story prints, and its exit status when that is not 0.
run() {
	# shellcheck disable=SC2046 # args are words
	"$mm386" $(cat "$1/args") "$1/config.json" "$1/ops.jsonl" 2>&1 || echo "exit status $?"
}

for story in "$srcdir"/tests/golden/*/; do
	story=${story%/}
	count=$((count + 1))
	if [ "${CUT:-0}" = 1 ]; then
		run "$story" >"$story/expect"
		continue
	fi
	run "$story" >"$got"
	if cmp -s "$got" "$story/expect"; then
		echo "ok $count - ${story##*/}"
	else
		echo "not ok $count - ${story##*/}"
		diff "$story/expect" "$got" | cut -c 1-200 | head -n 20 | sed 's/^/# /'
	fi
done
[ "${CUT:-0}" = 1 ] || echo "1..$count"
