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

# A kernel's own trace: what it yields is a log, of which --check and a replay find nothing wrong.
trace=$srcdir/tests/data/ftrace/686-128M.trace
"$mm386" --import-ftrace "$trace" >"$dir/traced.jsonl" 2>"$dir/told"
expect "a trace yields a log that every invariant survives" 0 '^ok$' --check "$dir/traced.jsonl"
cp "$dir/told" "$dir/in"
expect "it puts frames where the kernel had them" 0 '"op":"ftrace","ok":true,"result":\{"pfn":14644,' "$dir/traced.jsonl"
expect "it says what the trace leaves open" 0 '"assumed":\[\{"zone":null,"reason":"frame 0x1e6a was kept since boot' \
	"$dir/traced.jsonl"
has() {
	count=$((count + 1))
	if grep -qE -e "$2" "$3"; then echo "ok $count - $1"; else echo "not ok $count - $1"; fi
}
has "the log's lines say so too" '"pfn":7786,"order":0,"origin":"ftrace","note":"frame 0x1e6a was kept' "$dir/traced.jsonl"
has "marks of the trace are notes" '"note":"mark: SNAP-1-ring' "$dir/traced.jsonl"
expect "mem_map lies where the descriptors' addresses say" 0 '"mem_map":\{"name":"mem_map","start":"0x7d7e000"' \
	--snapshot --sections physical "$dir/traced.jsonl"
sed 's/page=c7\(...\)/page=d\10/' "$trace" >"$dir/hashed"
expect "addresses that were made unreadable are not believed" 0 '"memory":134217728,"seed":0\}' --import-ftrace "$dir/hashed"
has "there are statistics" ' [0-9]+  operations written' "$dir/told"
gzip -c "$trace" >"$dir/trace.gz"
"$mm386" --import-ftrace - <"$dir/trace.gz" >"$dir/again.jsonl" 2>/dev/null
same "compressed, from standard input, it is the same log" "$dir/traced.jsonl" "$dir/again.jsonl"
head -c 3000 "$dir/trace.gz" >"$dir/torn.gz"
expect "a torn file is used as far as it goes" 0 'cut off' --import-ftrace "$dir/torn.gz"
"$mm386" --import-ftrace "$trace" "$dir/config.json" 2>/dev/null | head -n 1 >"$dir/first"
has "the machine can be named" '"name":"small"' "$dir/first"
"$mm386" --import-ftrace "$trace" 2>/dev/null | "$mm386" --check - >"$dir/checked"
has "a log can be piped on" '^ok$' "$dir/checked"
expect "a file that is no trace" 1 'no events of page frames' --import-ftrace "$dir/config.json"
expect "a trace that is not there" 1 'No such file' --import-ftrace "$dir/no-such-trace"
expect "a trace makes a log, it takes none" 2 'it takes none' --import-ftrace "$trace" a b
expect "a trace prints a log and nothing else" 2 'nothing else' --import-ftrace "$trace" --digest

# A page of another type, as kernels tell of it: since 6.10 a claimed page block's page goes first, and what a fallback
# takes itself has no zone_locked; before, the block goes to other lists, and is then taken from there.
echo '{"kernel": "6.1", "release": "6.12.0", "memory": "64M", "cpus": 2}' >"$dir/two.json"
{
	locked() { echo " x-1 [$1] d.... 1.0: mm_page_alloc_zone_locked: page=c1 pfn=$2 order=$3 migratetype=$4 percpu_refill=1"; }
	extfrag() {
		printf ' x-1 [%s] d.... 1.0: mm_page_alloc_extfrag: page=c1 pfn=%s alloc_order=%s fallback_order=%s' "$1" "$2" "$3" "$4"
		echo " pageblock_order=10 alloc_migratetype=$5 fallback_migratetype=1 fragmenting=1 change_ownership=$6"
	}
	alloc() { echo " x-1 [000] d.... 1.0: mm_page_alloc: page=c1 pfn=$1 order=$2 migratetype=0 gfp_flags=GFP_KERNEL"; }
	locked 000 0x2005 0 2	# a claim; the other CPU does something in between
	locked 001 0x3400 0 1
	extfrag 000 0x2005 0 9 2 1
	extfrag 000 0x2400 0 3 0 0	# two pages, and the rest of their block stays
	extfrag 000 0x2401 0 0 0 0
	alloc 0x2401 0
	extfrag 000 0x3020 4 5 0 0	# no CPU's list has such
	alloc 0x3020 4
	extfrag 000 0x2800 0 10 2 1	# a whole page block; its next page comes from our own lists
	locked 000 0x2801 0 2
	extfrag 000 0x2c00 0 10 2 1	# up to 6.9
	locked 000 0x2c00 0 2
	extfrag 000 0x3010 0 3 0 0	# the page block's free pages all went there
	locked 000 0x3000 0 0
} >"$dir/fallbacks.trace"
"$mm386" --import-ftrace "$dir/fallbacks.trace" "$dir/two.json" >"$dir/fallbacks.jsonl" 2>"$dir/told"
sed -n 's/.*"event":"\([^"]*\)","pfn":\([0-9]*\),"order":\([0-9]*\),*\("migratetype":"\([A-Z]\)\)*.*/\1 \2 \3 \5/p' \
	"$dir/fallbacks.jsonl" >"$dir/fallbacks"
cat >"$dir/expected" <<-END
	set_pageblock_migratetype 8197 0 R
	mm_page_alloc_zone_locked 8197 0 R
	mm_page_alloc_zone_locked 13312 0 M
	mm_page_alloc_zone_locked 9216 0 U
	mm_page_alloc_zone_locked 9217 0 U
	mm_page_alloc 9217 0 U
	mm_page_alloc 12320 4 U
	mm_page_alloc_extfrag 10240 10 R
	set_pageblock_migratetype 10240 10 R
	mm_page_alloc_zone_locked 10240 0 R
	mm_page_alloc_zone_locked 10241 0 R
	mm_page_alloc_extfrag 11264 10 R
	set_pageblock_migratetype 11264 10 R
	mm_page_alloc_zone_locked 11264 0 R
	mm_page_alloc_extfrag 12304 3 U
	mm_page_alloc_zone_locked 12288 0 U
END
same "a page of another type, as kernels before and since 6.10 take it" "$dir/fallbacks" "$dir/expected"
grep note "$dir/fallbacks.jsonl" >"$dir/notes"
same "none is refused, nothing has to be assumed" "$dir/notes" /dev/null
expect "what is left of a block stays on its lists, but for the one that moved" 0 \
	'Normal, type +Unmovable( +1){5}( +0){6}' --proc pagetypeinfo "$dir/fallbacks.jsonl"
grep -v zone_locked "$dir/fallbacks.trace" | "$mm386" --import-ftrace - "$dir/two.json" 2>"$dir/told" | grep zone_locked >"$dir/first"
same "who did not trace what leaves the lists is told nothing of it" "$dir/first" /dev/null
"$mm386" --import-ftrace "$dir/fallbacks.trace" 2>"$dir/told" | head -n 2 >"$dir/first"
has "a machine as the trace shows it says whose rules it has" '"note":"the trace does not tell its release: the rules are those of 6.1' "$dir/first"

echo "1..$count"
