#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# doc.sh TABLE DOCUMENT - put the rows of `make bench` and what this machine is into DOCUMENT,
# between its two marks; what stands around them stays.
set -eu
table=$1 document=$2

described() {
	cpu=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1)
	kib=$(awk '/^MemTotal:/ { print $2 }' /proc/meminfo)
	# shellcheck disable=SC1091
	os=$(. /etc/os-release && echo "$PRETTY_NAME")
	echo
	echo "Measured $(date -u +%Y-%m-%d) on $(nproc) cores of ${cpu:-an unnamed CPU}, $((kib / 1048576)) GiB of memory,"
	echo "$os, Linux $(uname -r | cut -d . -f 1-2), $(${CC:-gcc} --version | head -n 1)."
	echo
	echo "| what | ours | limit | ratio | goal |"
	echo "|---|---|---|---|---|"
	awk -F '\t' 'NF == 5 { printf "| %s | %s | %s | %s | %s |\n", $1, $2, $3, $4, $5 }' "$table"
	echo
}

described >"$table.md"
awk -v part="$table.md" '
	/^<!-- bench begin/ { print; while ((getline line < part) > 0) print line; skip = 1 }
	/^<!-- bench end/ { skip = 0 }
	!skip || /^<!-- bench end/ { if (!/^<!-- bench begin/) print }
' "$document" >"$document.new"
mv "$document.new" "$document"
rm -f "$table.md"
