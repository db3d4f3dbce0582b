#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# run.sh TABLE BENCHMARK... - run each benchmark in the build folder, show its rows as they come and
# keep them in TABLE.  A row is: name, ours, limit, ratio, goal, with tabs between.
set -u
table=$1
shift
failed=0

start() { # start BENCHMARK: a program of the build, or a script of the sources
	case $1 in
	*.sh) sh "$srcdir/$1" ;;
	*.py) "$PYTHON3" "$srcdir/$1" ;;
	*.mjs) "$NODE" "$srcdir/$1" ;;
	*) "./$1" ;;
	esac
}

row='%-52.52s %16s %16s %8s  %s\n'
: >"$table"
# shellcheck disable=SC2059
printf "$row" name ours limit ratio goal
for bench; do
	if ! start "$bench" >"$table.part"; then
		echo "$bench failed" >&2
		failed=1
	fi
	cat "$table.part" >>"$table"
	awk -F '\t' -v row="$row" 'NF == 5 { printf row, $1, $2, $3, $4, $5; next } { print }' "$table.part"
done
rm -f "$table.part"
exit "$failed"
