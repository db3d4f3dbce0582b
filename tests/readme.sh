#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Each command of README's first five minutes, run as it stands there against a daemon of this
# build.  A line is changed only where a reader would: the port, the number that he was given, a
# boot log and a trace of his own.  mm386-conform, which has a test to itself, only lists its checks.
set -u
work=$(mktemp -d)
count=0

"$MM386D" --listen 127.0.0.1:0 --machine demo --scene --web-root "$srcdir/web/static" \
	>"$work/out" 2>"$work/err" &
daemon=$!
trap 'kill "$daemon" 2>/dev/null; wait "$daemon" 2>/dev/null; rm -rf "$work"' EXIT
until url=$(grep -ohm 1 'http://127.0.0.1:[0-9]*' "$work/out" "$work/err"); do
	kill -0 "$daemon" 2>/dev/null && [ "$count" -lt 600 ] || {
		echo "Bail out! mm386d does not come up: $(cat "$work/err")"
		exit 1
	}
	count=$((count + 1))
	sleep 0.1
done
count=0

# The commands: indented lines between the two headings; a line that ends in | goes on in the next.
sed -n '/^## The first five minutes/,/^## The ordinary way/s/^    //p' "$srcdir/README.md" |
	sed -e ':a' -e '/|$/{N;s/\n */ /;ba' -e '}' >"$work/commands"

cp "$srcdir/tests/data/ftrace/686-128M.trace" "$work/trace.txt"
cd "$work" || exit 1
M=
given=
while read -r command; do
	run=$(printf '%s\n' "$command" | sed -e "s|http://127.0.0.1:8386|$url|g" \
		-e "s|allocations/a[0-9]*|allocations/$given|" -e "s|_build/mm386|$MM386|" \
		-e "s|^dmesg|$MM386 --boot-report demo|" -e 's|^curl |curl -sS |' \
		-e 's|mm386-conform$|& --list|')
	eval "$run" >answer 2>&1
	status=$?
	case $run in M=*) continue ;; esac
	count=$((count + 1))
	given=$(sed -n 's|^Location: .*/\(a[0-9]*\).*|\1|p' answer)
	title=$(printf '%s' "$command" | tr -d '#')
	# One request is wrong on purpose, and is told so.
	wrong=$(printf '%s' "$command" | grep -c '"ordr"')
	if [ "$status" = 0 ] && [ "$(grep -c '"status":4' answer)" = "$wrong" ] &&
		{ [ -s answer ] || printf '%s' "$command" | grep -q '>'; }; then
		echo "ok $count - $title"
	else
		echo "not ok $count - $title"
		sed 's/^/# /' answer
	fi
	case $command in
	*--digest*) digest=$(cat answer) ;;
	*sections=machine*)
		count=$((count + 1))
		if grep -q "\"$digest\"" answer; then
			echo "ok $count - the log replayed is the machine as it is"
		else
			echo "not ok $count - the log replayed is the machine as it is"
			echo "# $digest"
		fi
		;;
	esac
done <"$work/commands"
[ "$count" -ge 15 ] || echo "not ok $((count += 1)) - README has its commands"
echo "1..$count"
