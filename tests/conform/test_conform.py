#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""mm386-conform: all of the project's own copy is the kernel's; a number that is changed is
noticed by its check, and says so; whatever a file holds, the program ends with a line about it."""
import copy
import functools
import gzip
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

CONFORM = os.path.join(os.environ.get("builddir", "."), "mm386-conform")
DATA = os.path.join(os.environ.get("srcdir", "."), "tests", "data")
ORACLE = os.path.join(DATA, "oracle")
count = 0


def report(good, name, *more):
    global count
    count += 1
    print(f"{'ok' if good else 'not ok'} {count} - {name}")
    if not good:
        for line in more:
            print("#", str(line)[:300])
    sys.stdout.flush()


def conform(*args):
    done = subprocess.run([CONFORM, *args], capture_output=True, text=True, errors="replace")
    return done.returncode, done.stdout, done.stderr


def read(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as f:
        return f.read()


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if not isinstance(data, bytes):
        data = json.dumps(data).encode()
    with open(path, "wb") as f:
        f.write(gzip.compress(data, 1) if path.endswith(".gz") else data)


# ---- the project's own copy -----------------------------------------------------------------

@functools.cache
def own_run():
    """The program over the project's own copy: minutes, where every invariant is walked after every operation."""
    return conform()


def own_copy():
    status, out, err = own_run()
    lines = out.splitlines()
    differ = [line for line in lines if ", differs: " in line]
    report(status == 0 and not differ, "nothing of the project's own copy differs", err, *differ)
    for check in ("hand-over", "sizing", "replay", "CPU lists", "compaction", "boot", "formats", "boot log", "sums", "marks"):
        exact = [line for line in lines if line.endswith(", exact") and line.split(", ")[1].startswith(check)]
        report(exact, f"check {check} is exact somewhere")
    exact, differs, skipped = (sum(f", {word}" in line for line in lines[:-1])
                               for word in ("exact", "differs: ", "skipped: "))
    report(lines[-1] == f"{exact} exact, {differs} differ, {skipped} skipped", "the last line is the sum", lines[-1])
    reasons = [line for line in lines if line.endswith("skipped:") or line.endswith("skipped: ")]
    report(not reasons, "who skips says why", *reasons)
    status, listed, _ = conform("--list")
    report(status == 0 and len(listed.splitlines()) >= len(lines) - 1, "--list names each of them")


def fidelity():
    status, page, err = conform("--fidelity")
    with open(os.path.join(os.environ.get("srcdir", "."), "docs", "FIDELITY.md"), encoding="utf-8") as f:
        written = f.read()
    other = [f"{a} <> {b}" for a, b in zip(written.splitlines(), page.splitlines()) if a != b]
    report(status == 0 and page == written, "docs/FIDELITY.md is as make fidelity writes it", err, *other)


def arguments():
    report(conform("--help")[0] == 0 and "--oracle" in conform("--help")[1], "--help")
    report(conform("--version")[1].startswith("mm386-conform "), "--version")
    report(conform("--orakel", "x")[0] == 2, "an unknown option is wrong usage")
    report(conform("more")[0] == 2, "an argument is wrong usage")
    report(conform("--oracle", "/no/such/folder")[0] == 2, "a folder that is not there is wrong usage")
    with tempfile.TemporaryDirectory() as empty:
        status, out, _ = conform("--oracle", empty, "--bootlogs", empty)
        report(status == 0 and out == "0 exact, 0 differ, 0 skipped\n", "an empty folder has no checks", out)


# ---- one number changed -----------------------------------------------------------------------

RUN = "686-128M"
TRACE = "trace-686-128M"
FILES = {
    "facts": f"facts/{RUN}.json.gz",
    "init": f"snap/{RUN}.mem_init_done.json.gz",
    "final": f"snap/{RUN}.FINAL.json.gz",
    "from": f"snap/{TRACE}.SNAP-1-ring.json.gz",
    "memory": f"snap/{TRACE}.SNAP-0-boot.json.gz",
    "to": f"snap/{TRACE}.SNAP-2-seq.json.gz",
    "ops": f"trace/{TRACE}.2-seq.ops.gz",
}


def good_files():
    files = {}
    for part, path in FILES.items():
        data = read(os.path.join(ORACLE, path))
        files[part] = data if part == "ops" else json.loads(data)
    return files


def lines_of(files):
    with tempfile.TemporaryDirectory() as top:
        for part, data in files.items():
            write(os.path.join(top, FILES[part]), data)
        status, out, err = conform("--oracle", top)
    return status, {tuple(line.split(", ")[:2]): line for line in out.splitlines()[:-1]}, err


def swap(blocks):
    blocks[0], blocks[-1] = blocks[-1], blocks[0]


def a_list(snap):
    """A free list of several blocks."""
    return next(blocks for z in snap["zones"] for order in z["free"] for blocks in order.values() if len(blocks) > 2)


def zone(snap, name):
    return next(z for z in snap["zones"] if z["zone"] == name)


def replace_op(files, old, new):
    text = files["ops"].decode()
    at = next(i for i, line in enumerate(text.splitlines()) if line.startswith(old))
    lines = text.splitlines()
    word = lines[at].split()
    word[new[0]] = str(int(word[new[0]]) + new[1])
    lines[at] = " ".join(word)
    files["ops"] = ("\n".join(lines) + "\n").encode()


# check, what is changed, how
CHANGES = [
    ("hand-over", "one block's place in its list", lambda f: swap(a_list(f["init"]))),
    ("hand-over", "one pfn", lambda f: a_list(f["init"]).__setitem__(0, a_list(f["init"])[0] + 1)),
    ("hand-over", "one page block", lambda f: zone(f["init"], "Normal").update(
        pageblock_mt="R" + zone(f["init"], "Normal")["pageblock_mt"][1:])),
    ("hand-over", "one reserved page", lambda f: f["init"]["memblock"]["reserved"].append(["0x7f00000", "0x7f01000", 0])),
    ("sizing", "one mark", lambda f: zone(f["final"], "Normal")["watermark"].__setitem__(1, 1)),
    ("sizing", "min_free_kbytes", lambda f: f["final"]["globals"].update(min_free_kbytes=1338)),
    ("sizing", "one reserve", lambda f: zone(f["final"], "DMA")["lowmem_reserve"].__setitem__(1, 95)),
    ("sizing", "a CPU list's high", lambda f: zone(f["final"], "Normal").update(pageset_high=361)),
    ("sizing", "totalreserve_pages", lambda f: f["final"]["globals"].update(totalreserve_pages=1)),
    ("replay 2-seq", "one block of the trace", lambda f: replace_op(f, "A", (1, 1))),
    ("replay 2-seq", "the donor of a fallback", lambda f: replace_op(f, "X", (1, 1))),
    ("replay 2-seq", "one block's place at the end", lambda f: swap(a_list(f["to"]))),
    ("boot", "one zone's pages", lambda f: f["facts"]["proc"]["zoneinfo"][1].update(present=28633)),
    ("boot", "the kernel's total", lambda f: f["facts"]["dmesg"].update(
        memory_line=f["facts"]["dmesg"]["memory_line"].replace("K/", "0K/"))),
    ("boot", "a line of iomem", lambda f: f["facts"]["proc"]["iomem"].__setitem__(1, "00001000-0009fbfe : System RAM")),
    ("boot", "the layout", lambda f: f["facts"]["virtual_layout"]["vmalloc"].__setitem__(0, "0xc87f0000")),
    ("formats", "one counter's place", lambda f: f["facts"]["proc"]["zoneinfo"][0]["stats"].update(
        nr_mlock=f["facts"]["proc"]["zoneinfo"][0]["stats"].pop("nr_mlock"))),
    ("formats", "one count of blocks", lambda f: f["facts"]["proc"]["buddyinfo"]["DMA"].__setitem__(0, 7)),
    ("formats", "one count by type", lambda f: f["facts"]["proc"]["pagetypeinfo"]["blocks"]["Normal"].update(Movable=1)),
    ("formats", "one mark", lambda f: f["facts"]["proc"]["zoneinfo"][0].update(low=1)),
]


def changes():
    files = good_files()
    status, lines, err = lines_of(files)
    report(status == 0 and lines and all(line.endswith(", exact") for line in lines.values()),
           "a few files of the copy are exact", err, *lines.values())
    for check, what, change in CHANGES:
        broken = copy.deepcopy(files)
        change(broken)
        status, lines, err = lines_of(broken)
        line = next((line for (_, name), line in lines.items() if name == check), "no line")
        report(status == 1 and f"{check}, differs: " in line, f"{check} notices: {what}", line, err)


def nodes():
    """A kernel built for NUMA: what goes in of its nodes, and what comes out."""
    run, files = "numa-2048M-slit", {}
    for part, path in (("facts", f"facts/{run}.json.gz"), ("init", f"snap/{run}.mem_init_done.json.gz"),
                       ("final", f"snap/{run}.FINAL.json.gz")):
        files[part] = path, json.loads(read(os.path.join(ORACLE, path)))

    def lines(change):
        broken = copy.deepcopy(files)
        change({part: data for part, (_, data) in broken.items()})
        with tempfile.TemporaryDirectory() as top:
            for path, data in broken.values():
                write(os.path.join(top, path), data)
            return conform("--oracle", top)[1]

    good = lines(lambda f: None)
    report(good.count(", exact") == 3, "a kernel built for NUMA is taken", good)
    for check, what, change in (
            ("hand-over", "a zone's place in a node's list", lambda f: swap(f["init"]["nodes"][0]["zonelist"])),
            ("hand-over", "a distance", lambda f: f["init"]["numa_distance"][0].__setitem__(1, 11)),
            ("sizing", "a mark of another node", lambda f: f["final"]["zones"][5]["watermark"].__setitem__(1, 7)),
            ("formats", "a count of another node", lambda f: f["facts"]["proc"]["buddyinfo"]["Node 1 Normal"].__setitem__(9, 7))):
        out = lines(change)
        report(f"{run}, {check}, differs: " in out, f"{check} notices: {what}", out)
    out = lines(lambda f: f["facts"]["dmesg"]["srat"].reverse())
    report(", differs" not in out and "does not rise" in out, "nodes in another order are skipped", out)


def records():
    """Boot logs and reports: one number each."""
    def one(name, change, check):
        record = json.loads(read(os.path.join(DATA, "bootlogs", name)))
        with tempfile.TemporaryDirectory() as top:
            write(os.path.join(top, name), record)
            before = conform("--bootlogs", top)
            change(record)
            write(os.path.join(top, name), record)
            after = conform("--bootlogs", top)
        report(before[0] == 0 and f", {check}, exact" in before[1] and f", {check}, differs: " in after[1],
               f"{check} notices a change in {name}", before[1], after[1])

    one("034.json", lambda r: r["zone_pfn_ranges"]["HighMem"].__setitem__(1, 7), "boot log")
    one("034.json", lambda r: r["layout"]["vmalloc"].__setitem__(0, "0xf8801000"), "boot log")
    one("019.json", lambda r: r["numa_or_discontig"].update(max_low_pfn=197121), "boot log")
    one("091.json", lambda r: r["node_ranges"][1].__setitem__(1, 1163265), "boot log")
    one("099.json", lambda r: r["oom"]["Normal"].update(low_k=4696), "marks")
    one("099.json", lambda r: r["oom"]["DMA"]["lowmem_reserve"].__setitem__(2, 4016), "marks")
    # A zone of 16 TiB: no search for what somebody set by hand goes through that many values.
    one("102.json", lambda r: r["oom"]["Normal"].update(present_k=2 ** 34 - 4), "marks")
    one("103.json", lambda r: r["oom"]["DMA"]["orders"].__setitem__(0, 9), "sums")

def record_lines(record):
    with tempfile.TemporaryDirectory() as top:
        write(os.path.join(top, "r.json"), record)
        _, out, err = conform("--bootlogs", top)
    return {line.split(", ")[1]: line for line in out.splitlines()[:-1]}, err


def own_record(name):
    return json.loads(read(os.path.join(DATA, "bootlogs", f"{name}.json")))


# what is cut off of which record: what remains is compared, and nothing differs
CUTS = [
    ("105", "marks", "the line of HighMem", lambda r: r["oom"].pop("HighMem")),
    ("105", "marks", "all but the line of Normal", lambda r: [r["oom"].pop(z) for z in ("DMA", "HighMem")]),
    ("105", "marks", "all but the line of DMA", lambda r: [r["oom"].pop(z) for z in ("Normal", "HighMem")]),
    ("105", "marks", "the zones' sizes", lambda r: [z.pop("present_k") for z in r["oom"].values()]),
    ("168", "marks", "what DMA keeps", lambda r: r["oom"]["DMA"].pop("lowmem_reserve")),
    ("166", "marks", "the line of Normal", lambda r: r["oom"].pop("Normal")),
    ("029", "marks", "the line of HighMem", lambda r: r["oom"].pop("HighMem")),
    ("032", "sums", "the end of the last line", lambda r: r["buddyinfo"].update(HighMem=[22, 8, 4])),
    ("133", "boot log", "all but the zones' bounds", lambda r: [
        r.pop(k) for k in list(r) if k not in ("id", "kernel_version", "zone_pfn_ranges", "pae", "highmem_init")]),
    ("001", "boot log", "the first half of its table", lambda r: r["e820"].__delitem__(slice(0, 4))),
    ("001", "boot log", "the last lines of its table", lambda r: r["e820"].__delitem__(slice(3, None))),
    ("096", "boot log", "the first line of the user's map", lambda r: r["user_map"].pop(0)),
    ("008", "boot log", "the line of HIGHMEM", lambda r: r.pop("highmem_mb")),
    ("038", "boot log", "the line of HIGHMEM", lambda r: r.pop("highmem_mb")),
    ("145", "boot log", "the line of pkmap", lambda r: r["layout"].pop("pkmap")),
    ("126", "boot log", "the line of fixmap", lambda r: r["layout"].pop("fixmap")),
    ("052", "boot log", "all the node's ranges but the first", lambda r: r["node_ranges"].__delitem__(slice(1, None))),
    ("062", "boot log", "all the node's ranges but the first", lambda r: r["node_ranges"].__delitem__(slice(1, None))),
    ("026", "marks", "the line of Normal", lambda r: r["oom"].pop("Normal")),
    ("054", "boot log", "all that tells of holes", lambda r: [r.pop(k) for k in ("node_ranges", "totalpages")]),
    ("149", "boot log", "the second half of its table", lambda r: r["e820"].__delitem__(slice(5, None))),
    ("057", "boot log", "what its table's ends are", lambda r: r.pop("e820_end_style")),
    ("161", "marks", "the size of HighMem", lambda r: r["oom"]["HighMem"].pop("present_k")),
    ("123", "boot log", "all but the lines of LOWMEM and HIGHMEM", lambda r: [
        r.pop(k) for k in list(r) if k not in ("id", "kernel_version_hint", "highmem_mb", "lowmem_mb", "warnings", "pae")]),
    ("047", "boot log", "the node's ranges, but DMA does not begin at 0", lambda r: [
        r.pop(k) for k in ("node_ranges", "early_node_map_count", "totalpages", "zone_pages",
                           "built_zonelists_total_pages")]),
]

# kernels and machines that mm386 does not model, as a record shows them
FOREIGN = [
    ("105", "marks", "64-bit", lambda r: r["oom"].update(DMA32=dict(r["oom"]["Normal"]))),
    ("105", "marks", "guest of Xen", lambda r: r["oom"]["DMA"].update(present_k=270336)),
    ("105", "marks", "min, low and high rise", lambda r: r["oom"]["Normal"].update(low_k=1000)),
    ("109", "marks", "another memory management", lambda r: [
        z.update(low_k=z["low_k"] + 4, high_k=z["high_k"] + 4) for z in r["oom"].values()]),
    ("109", "marks", "Red Hat", lambda r: r.update(kernel_version="2.4.21-27.0.2.ELsmp")),
    ("001", "boot log", "under Xen", lambda r: r.update(kernel_version="2.6.16.29-xenU")),
    ("001", "boot log", "under Xen", lambda r: r.update(e820_source="Xen")),
    ("072", "boot log", "fixmap slots of its own", lambda r: None),
    ("001", "boot log", "4G/4G", lambda r: r.update(kernel_version="2.6.9-42.ELhugemem")),
    ("001", "boot log", "only kernels 2.4.0 to 6.x", lambda r: r.update(kernel_version="2.2.19")),
    ("001", "boot log", "guest of Xen", lambda r: r["zone_pages"]["DMA"].update(pages=131056)),
    ("105", "sums", None, lambda r: [r["oom"]["DMA"].update(present_k=270336), r["oom"]["Normal"].update(
        orders=r["oom"]["Normal"]["orders"] + [0, 0])]),
    ("133", "boot log", "without ZONE_DMA", lambda r: r["zone_pfn_ranges"].update(Normal=[16, 227326])),
    ("133", "boot log", "more memory available", lambda r: r["memory_line"].update(available_k=4000000)),
]

# PAE and 5 GiB, of a kernel whose ranges lose what is beyond 32 bits
PRINTED_IN_32_BITS = {
    "kernel_version": "3.5.0-23-generic", "pae": None, "highmem_mb": 4212, "lowmem_mb": 891, "totalpages": 905775,
    "zone_pfn_ranges": {"DMA": [16, 4096], "Normal": [4096, 0x37bfe], "HighMem": [0x37bfe, 0x3f000]},
    "node_ranges": [[16, 155], [256, 0x9de7b], [0x9ec40, 0x9ec41], [0x9ee47, 0x9f263], [0x9f7f3, 0x9f800], [1, 0x3f000]],
    "zone_pages": {"DMA": {"memmap": 32, "pages": 3947}, "Normal": {"memmap": 1752, "pages": 222502},
                   "HighMem": {"memmap": 8425, "pages": 669117}},
    "highmem_init": [[0, "0x00037bfe", "0x0013f000"]],
    "layout": {"fixmap": ["0xfff15000", "0xfffff000", 936, "kB"], "pkmap": ["0xffc00000", "0xffe00000", 2048, "kB"],
               "vmalloc": ["0xf83fe000", "0xffbfe000", 120, "MB"], "lowmem": ["0xc0000000", "0xf7bfe000", 891, "MB"]},
}

# 1 GiB for processes, 3 for the kernel; no line says so but the beginning of high memory
SPLIT_1G = {
    "kernel_version": "6.10.0-rc1", "pae": None, "highmem_init": [[0, "0x000b67fe", "0x000bffe0"]],
    "memory_line": {"available_k": 2914460, "total_k": 3145208, "kernel_code_k": 20645, "rwdata_k": 5953,
                    "rodata_k": 12624, "init_k": 760, "bss_k": 8112, "reserved_k": 230748, "highmem_k": 155528},
    "hash_tables": {"dentry": {"entries": 524288, "order_printed": 9}, "inode": {"entries": 262144, "order_printed": 8}},
}

# a kernel that starts after another's crash, in the memory that this left it
AFTER_CRASH = {
    "kernel_version": "2.6.12-rc2-mm3", "pae": None, "e820_end_style": "exclusive", "e820_source": "BIOS-e820",
    "e820": [{"start": "0x100", "end": "0x9fc00", "type": "usable"}, {"start": "0x100000", "end": "0x3fff0000", "type": "usable"}],
    "cmdline_memory_options": ["memmap=exactmap", "memmap=640K@0K", "memmap=4404K@16384K", "memmap=60491K@21429K"],
    "user_map": [{"start": "0x0", "end": "0xa0000", "type": "usable"}, {"start": "0x1000000", "end": "0x144d000", "type": "usable"},
                 {"start": "0x14ed400", "end": "0x5000000", "type": "usable"}],
    "highmem_mb": 0, "lowmem_mb": 80, "hash_tables": {"pid": {"entries": 512, "order_printed": 9}},
    "memory_line": {"available_k": 59468, "total_k": 81920, "kernel_code_k": 2561, "reserved_k": 5956, "data_k": 1311,
                    "init_k": 220, "highmem_k": 0},
}


def zone_record(min_k, low_k, high_k, present_k, managed_k, reserve, **more):
    return {"min_k": min_k, "low_k": low_k, "high_k": high_k, "present_k": present_k, "managed_k": managed_k,
            "lowmem_reserve": reserve, **more}


def marks_record(hint, dma, normal, high):
    return {"kernel_version": None, "kernel_version_hint": hint, "pae": None,
            "oom": {"DMA": dma, "Normal": normal, "HighMem": high}}


# Normal's three marks are higher by a page block: 5.0 and later, which did not print by how much until 5.14
BOOSTED = marks_record(
    "5.8-5.10", zone_record(68, 84, 100, 15964, 15876, [0, 824, 1947, 824]),
    zone_record(7732, 8640, 9548, 884728, 845292, [0, 0, 8980, 0]),
    zone_record(512, 1748, 2984, 1149540, 1149540, [0, 0, 0, 0]))
BOOST_TOLD = marks_record(
    "5.15", zone_record(68, 84, 100, 15992, 15904, [0, 824, 1947, 1947], boost_k=0),
    zone_record(7732, 8640, 9548, 884728, 845292, [0, 0, 8980, 8980], boost_k=4096),
    zone_record(512, 1748, 2984, 1149540, 1149540, [0, 0, 0, 0], boost_k=0))
# 93 MiB of initrd and more came back after the marks were set
LARGE_INITRD = marks_record(
    "6.1", zone_record(80, 100, 120, 15992, 15360, [0, 515, 2843, 2843]),
    zone_record(2864, 3580, 4296, 745464, 622688, [0, 0, 18623, 18623]),
    zone_record(512, 3744, 6976, 2383752, 2383752, [0, 0, 0, 0]))


def other_records():
    """Records that are cut, foreign, or vague."""
    for name, check, what, cut in CUTS:
        record = own_record(name)
        cut(record)
        lines, err = record_lines(record)
        report(lines.get(check, "").endswith(", exact"), f"{name} without {what}: {check} is exact", lines, err)
    for name, check, why, change in FOREIGN:
        record = own_record(name)
        change(record)
        lines, err = record_lines(record)
        line = lines.get(check, "")
        if why:
            report(", skipped: " in line and why in line, f"{name} is foreign: {why}", lines, err)
        else:
            report(line.endswith(", exact"), f"{name} is foreign: how many orders it has is not known", lines, err)
    for name, hint, check in (("045", "2.6.27/28-era", "boot log"), ("055", "5.8+", "boot log"), ("105", "2.6.7", "marks")):
        record = own_record(name)
        record.update(kernel_version=None, kernel_version_hint=hint)
        lines, err = record_lines(record)
        report(lines[check].endswith(", exact"), f"{name} as of {hint}: the nearest release that fits", lines, err)
        record.update(kernel_version="2.6.18")
        lines, err = record_lines(record)
        report(", differs: " in lines[check], f"{name} as of 2.6.18, which is told: differs", lines, err)
    for record, what in ((PRINTED_IN_32_BITS, "ranges that lost what is beyond 4G"), (SPLIT_1G, "a 1G/3G split"),
                         (AFTER_CRASH, "a kernel after a crash")):
        lines, err = record_lines(record)
        report(lines["boot log"].endswith(", exact"), what, lines, err)
    for record, what in ((BOOSTED, "a boost"), (BOOST_TOLD, "a boost that is told"), (LARGE_INITRD, "a large initrd")):
        lines, err = record_lines(record)
        report(lines["marks"].endswith(", exact"), what, lines, err)
    record = copy.deepcopy(BOOSTED)
    record["oom"]["Normal"]["low_k"] += 4
    lines, err = record_lines(record)
    report(", differs: " in lines["marks"], "a boost raises all three marks by as much", lines, err)
    record = {**copy.deepcopy(BOOSTED), "kernel_version": "4.19.0"}
    lines, err = record_lines(record)
    report(", differs: " in lines["marks"], "before 5.0 there is none", lines, err)
    lines, err = record_lines({**PRINTED_IN_32_BITS, "last_pfn": "0x13f001"})
    report("last_pfn: expected" in lines["boot log"], "last_pfn is compared with what this kernel prints", lines, err)


def skips():
    """Why a record is passed over shows in the record, or stands in skips.txt."""
    files = good_files()
    files["facts"]["config"]["numa"] = True
    _, lines, _ = lines_of(files)
    report("skipped: where the boot of a kernel built for NUMA" in lines[(RUN, "boot")],
           "the boot of a NUMA kernel is skipped", lines)
    files = good_files()
    files["ops"] = files["ops"].replace(b"exact_lists=True", b"exact_lists=False")
    _, lines, _ = lines_of(files)
    report("skipped: its first line says" in lines[(TRACE, "replay 2-seq")], "an inexact segment is skipped", lines)
    files = good_files()
    zone(files["init"], "Normal")["managed"] *= 2
    _, lines, _ = lines_of(files)
    report("skipped: zone Normal manages more" in lines[(RUN, "hand-over")], "what was freed twice is skipped", lines)
    with tempfile.TemporaryDirectory() as top:
        program, data = os.path.join(top, "mm386-conform"), os.path.join(top, "conform-data")
        os.makedirs(os.path.join(data, "oracle"))
        shutil.copy(CONFORM, program)
        write(os.path.join(data, "bootlogs", "one.json"), own_record("001"))
        write(os.path.join(data, "bootlogs", "two.json"), own_record("001"))
        write(os.path.join(data, "skips.txt"), b"# two is not named\none\ta reason of ours\n")
        done = subprocess.run([program], capture_output=True, text=True, errors="replace")
        report(done.stdout == "one, all, skipped: a reason of ours\ntwo, boot log, exact\n1 exact, 0 differ, 1 skipped\n",
               "a name of skips.txt is skipped, the others are not", done.stdout, done.stderr)
    _, out, _ = own_run()
    names = [line.split()[0] for line in read(os.path.join(DATA, "skips.txt")).decode().splitlines()
             if line and not line.startswith("#")]
    report(all(f"{name}, all, skipped: " in out for name in names), "each name of the own skips.txt is skipped", names)


def traced_release():
    """A traced run without facts is of the kernel that its console tells, or all facts in its folder."""
    run, point = "trace-5.10-686-128M", "1-ring"
    parts = [f"snap/{run}.SNAP-0-boot.json.gz", f"snap/{run}.SNAP-{point}.json.gz", f"trace/{run}.{point}.ops.gz",
             f"trace/{run}.trace.gz"]
    banner = json.loads(read(os.path.join(ORACLE, f"facts/{run}.json.gz")))["kernel_banner"]
    facts = {name: json.loads(read(os.path.join(ORACLE, f"facts/{name}.json.gz")))
             for name in ("5.10-686-128M", "686-128M")}
    for what, more, exact in (("its console", {f"raw/{run}.log": f"[    0.000000] {banner}\r\n".encode()}, True),
                              ("the others' facts", {"facts/other.json.gz": facts["5.10-686-128M"]}, True),
                              ("facts that differ", {"facts/a.json.gz": facts["5.10-686-128M"],
                                                     "facts/b.json.gz": facts["686-128M"]}, False),
                              ("nothing", {}, False)):
        with tempfile.TemporaryDirectory() as top:
            for path in parts:
                write(os.path.join(top, path), read(os.path.join(ORACLE, path)))
            for path, data in more.items():
                write(os.path.join(top, path), data)
            _, out, err = conform("--oracle", top)
        line = next((line for line in out.splitlines() if f"CPU lists {point}" in line), "no line")
        report(line.endswith(", exact") == exact, f"a traced run's release by {what}", line, err)


# ---- files that hold anything ------------------------------------------------------------------

STRANGE = [None, True, -1, 0, 1, 4096, 2 ** 31, 2 ** 32, 2 ** 62, 1.5, "", "x", "0x", "-5", "0xffffffffffffffffff",
           "\n", "a,b", [], {}, [[]], [None], {"x": 1}, "6.1.0", "2.2.5", "99.99", "A" * 5000]


def mutate(value, rng, depth=0):
    """The same with one place of it made strange."""
    if isinstance(value, dict) and value and (depth == 0 or rng.random() < 0.9):
        key = rng.choice(sorted(value))
        value = dict(value)
        if rng.random() < 0.1:
            del value[key]
        else:
            value[key] = mutate(value[key], rng, depth + 1)
        return value
    if isinstance(value, list) and value and rng.random() < 0.9:
        i = rng.randrange(len(value))
        value = list(value)
        if rng.random() < 0.1:
            value[i:i] = [value[i]] * rng.choice([1, 3, 300])
        else:
            value[i] = mutate(value[i], rng, depth + 1)
        return value
    if isinstance(value, int) and not isinstance(value, bool) and rng.random() < 0.5:
        return rng.choice([value + 1, value - 1, value * 2, value ^ 1 << rng.randrange(40), -value])
    return rng.choice(STRANGE)


def mutate_bytes(data, rng):
    data = bytearray(data)
    kind = rng.randrange(4)
    if kind == 0:
        del data[rng.randrange(len(data)):]
    elif kind == 1:
        for _ in range(8):
            data[rng.randrange(len(data))] = rng.randrange(256)
    elif kind == 2:
        data = data * 3
    else:
        at = rng.randrange(len(data))
        data[at:at] = bytes(rng.randrange(256) for _ in range(64))
    return bytes(data)


def tamper(top, files, rng):
    """Write all files to ${top}, one or two of them spoiled."""
    for part, data in files.items():
        write(os.path.join(top, FILES[part]), data)
    for part in rng.sample(sorted(files), rng.choice([1, 1, 2])):
        path, data = os.path.join(top, FILES[part]), files[part]
        if rng.random() < 0.15:
            with open(path, "rb") as f:
                packed = f.read()
            with open(path, "wb") as f:
                f.write(mutate_bytes(packed, rng))
        elif isinstance(data, bytes) or rng.random() < 0.15:
            write(path, mutate_bytes(data if isinstance(data, bytes) else json.dumps(data).encode(), rng))
        else:
            for _ in range(rng.choice([1, 2, 5])):
                data = mutate(data, rng)
            write(path, data)
        if rng.random() < 0.05:
            os.remove(path)


def fuzz(turns):
    rng = random.Random(386)
    files = good_files()
    names = sorted(os.listdir(os.path.join(DATA, "bootlogs")))
    names = [name for name in names if name.endswith(".json")]
    bad = []
    for turn in range(turns):
        with tempfile.TemporaryDirectory() as top:
            tamper(top, files, rng)
            logs = os.path.join(top, "logs")
            for name in rng.sample(names, 4):
                record = json.loads(read(os.path.join(DATA, "bootlogs", name)))
                for _ in range(rng.choice([1, 2, 4])):
                    record = mutate(record, rng)
                write(os.path.join(logs, name), record)
            status, out, err = conform("--oracle", top, "--bootlogs", logs)
            lines = out.splitlines()
            if status not in (0, 1) or not lines or " skipped" not in lines[-1] or err:
                bad.append((turn, status, err[-600:].replace("\n", " | ")))
                if os.environ.get("KEEP"):
                    shutil.copytree(top, os.path.join(os.environ["KEEP"], str(turn)), dirs_exist_ok=True)
    report(not bad, f"{turns} spoiled folders: always a sum at the end", *bad[:5])


def main():
    if len(sys.argv) > 1:
        fuzz(int(sys.argv[1]))
        return
    own_copy()
    fidelity()
    arguments()
    changes()
    nodes()
    records()
    other_records()
    skips()
    traced_release()
    fuzz(40)
    print(f"1..{count}")


main()
