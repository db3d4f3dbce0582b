#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# mm386 as people type it: what it takes, what it says, how it exits.  Speaks TAP.
set -u
srcdir=${srcdir:-$(dirname "$0")/..}
builddir=${builddir:-.}
mm386=${MM386:-$builddir/mm386}
presets=$srcdir/presets
count=0
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT

# expect NAME STATUS PATTERN ARGUMENT...: run mm386 on $dir/in, look for PATTERN in what it says.
expect() {
	name=$1 status=$2 pattern=$3
	shift 3
	count=$((count + 1))
	"$mm386" "$@" <"$dir/in" >"$dir/out" 2>&1
	got=$?
	if [ $got -eq "$status" ] && grep -qE -e "$pattern" "$dir/out"; then
		echo "ok $count - $name"
	else
		echo "not ok $count - $name"
		echo "# status $got, wanted $status; looked for: $pattern"
		head -n 5 "$dir/out" | cut -c 1-200 | sed 's/^/# /'
	fi
}

# same NAME FILE FILE
same() {
	count=$((count + 1))
	if cmp -s "$2" "$3"; then echo "ok $count - $1"; else echo "not ok $count - $1"; fi
}

: >"$dir/in"
cat >"$dir/config.json" <<'EOF'
{
  "memory": "32M",
  "name": "small"
}
EOF
cat >"$dir/ops.jsonl" <<'EOF'
{"op": "alloc_pages", "gfp": "GFP_KERNEL", "order": 2}

{"op": "get_zeroed_page", "gfp": "GFP_KERNEL"}
EOF
echo '{"memory": "32M", "kernal": "2.6"}' >"$dir/wrong.json"
echo '{"memory": "1M"}' >"$dir/tiny.json"
printf '{"op": "alloc_pages", "gfp": "GFP_KERNEL"}\n\n{"op": "alloc_pages", "gfp": "GFP_KERNAL"}\n' >"$dir/wrong.jsonl"
printf 'Linux version 2.6.26-2-686 (x)\n BIOS-e820: 0000000000000000 - 000000000009fc00 (usable)\n%s\n' \
	' BIOS-e820: 0000000000100000 - 0000000004000000 (usable)' >"$dir/boot.log"

expect "--help tells the exit statuses" 0 'Exit status: 0' --help
expect "--version" 0 '^mm386 [0-9]' --version
expect "no machine is wrong usage" 2 'which machine'
expect "an unknown option is wrong usage" 2 'unrecognized' --snapshoot
expect "a third argument is wrong usage" 2 'too many' a b c
expect "a section that is none is wrong usage" 2 'frame' --sections frame x
expect "--bench wants a number" 2 'number' --bench many x
expect "one standard input is not enough for both" 2 'standard input' - -

expect "operations are answered by default" 0 '"seq":2,"op":"get_zeroed_page","ok":true' \
	"$dir/config.json" "$dir/ops.jsonl"
expect "every invariant holds" 0 '^ok$' --check "$dir/config.json" "$dir/ops.jsonl"
expect "a file under /proc" 0 '^Node 0, zone +DMA' --proc buddyinfo "$dir/config.json"
expect "a file that is not there: which there are" 1 'it has.* buddyinfo' --proc slabs "$dir/config.json"
expect "only the sections asked for" 0 '^\{"v":1,"type":"snapshot","seq":0,"zones":\[[^f]*' \
	--snapshot --sections zones "$dir/config.json"
expect "a boot log is a machine" 0 '"release":"2.6.26"' --config --dmesg "$dir/boot.log"
expect "a boot log and operations" 0 '"seq":2' --dmesg "$dir/boot.log" "$dir/ops.jsonl"
expect "a preset is a machine" 0 '"name":"tiny-16m"' --preset-dir "$presets" --config tiny-16m
expect "presets are listed" 0 '"name":"demo","title":"' --preset-dir "$presets" --presets
expect "--bench counts" 0 '^1000 operations in .*, 0 refused' --bench 1000 "$dir/config.json"

expect "a wrong configuration is pointed at" 1 'wrong\.json: /kernal: ' "$dir/wrong.json"
expect "a wrong operation is pointed at, with its line" 1 'wrong\.jsonl:3: /gfp: .*GFP_KERNAL' \
	"$dir/config.json" "$dir/wrong.jsonl"
expect "a machine that cannot boot says why" 1 'tiny\.json: /memory: ' "$dir/tiny.json"
expect "a file that is not there" 1 'No such file' "$dir/no-such-file.json"
expect "a preset that is none" 1 'no such preset' --preset-dir "$presets" no-such-preset
expect "a boot log without a table" 1 'wrong\.json: ' --dmesg "$dir/wrong.json"

cp "$dir/config.json" "$dir/in"
expect "the configuration from standard input" 0 '"name":"small"' --config -
cp "$dir/ops.jsonl" "$dir/in"
expect "the operations from standard input" 0 '"seq":2' "$dir/config.json" -

# A log is a machine with its history: replayed it is the same machine.
{
	printf '{"config": {"memory": "32M", "name": "small"}}\n'
	printf '{"seq": 1, "op": "alloc_pages", "gfp": "GFP_KERNEL", "order": 2, "origin": "rest"}\n'
	printf '{"seq": 2, "op": "get_zeroed_page", "gfp": "GFP_KERNEL", "origin": "scene"}\n'
} >"$dir/log.jsonl"
"$mm386" --snapshot --digest "$dir/config.json" "$dir/ops.jsonl" >"$dir/direct"
"$mm386" --snapshot --digest "$dir/log.jsonl" >"$dir/replayed"
same "a log replayed is the same machine" "$dir/direct" "$dir/replayed"
"$mm386" --snapshot --digest - <"$dir/log.jsonl" >"$dir/replayed"
same "also from standard input" "$dir/direct" "$dir/replayed"
"$mm386" --snapshot --digest "$dir/config.json" "$dir/log.jsonl" >"$dir/replayed"
same "also as operations of the same machine" "$dir/direct" "$dir/replayed"
sed 2d "$dir/log.jsonl" >"$dir/torn.jsonl"
expect "a log with a line lost is noticed" 1 'torn\.jsonl:2: /seq: .*operation 2' "$dir/torn.jsonl"

echo "1..$count"
