# SPDX-License-Identifier: GPL-2.0-or-later
"""A session with the REST calls, by http.client and curl."""
import http.client
import json
import os
import re
import shutil
import subprocess

from mm386d import MM386, MM386D, SRCDIR, TINY, Daemon, in_order, run


def test_session():
    """Allocate, look, free: each call tells the same story"""
    with Daemon() as d:
        a = d.op("alloc_pages", gfp="GFP_KERNEL", order=2)
        assert a["ok"] and a["seq"] == 1 and a["result"]["pages"] == 4, a
        pfn = a["result"]["pfn"]
        assert a["events"][-1]["event"] == "mm_page_alloc" and a["events"][-1]["pfn"] == pfn
        frame = d.get("/machines/tiny/frames/%d" % pfn)
        assert frame["kind"] == "pages" and frame["allocation"] == "a1", frame
        assert frame["events"] == a["events"], frame
        walk = d.get("/machines/tiny/translate?va=" + a["result"]["addr"])
        assert walk["present"] and walk["pfn"] == pfn, walk
        live = d.get("/machines/tiny/allocations")["allocations"]
        assert [x["id"] for x in live] == ["a1"], live
        status, _, body = d.call("DELETE", "/machines/tiny/allocations/a1")
        assert status == 200 and json.loads(body)["op"] == "free_pages", body
        d.problem("GET", "/machines/tiny/allocations/a1", status=404)
        assert d.get("/machines/tiny/frames/%d" % pfn)["kind"] == "free"


def test_allocation_is_a_resource():
    """POST allocations answers 201 and where the allocation is; 200 when the kernel says no"""
    with Daemon() as d:
        status, head, body = d.call("POST", "/machines/tiny/allocations",
                                    {"op": "__get_free_pages", "gfp": "GFP_KERNEL", "order": 0})
        assert status == 201 and head["location"] == "/api/v1/machines/tiny/allocations/a1", (status, head)
        assert d.get("/machines/tiny/allocations/a1")["pfn"] == json.loads(body)["result"]["pfn"]
        big = {"op": "alloc_pages", "gfp": "GFP_DMA", "order": 10}
        while d.post("/machines/tiny/ops", big)["ok"]:
            pass
        no = d.post("/machines/tiny/allocations", big)
        assert no["errno"] == "ENOMEM" and no["why"], no
        d.problem("POST", "/machines/tiny/allocations", {"op": "free_pages", "pfn": 1, "order": 0}, pointer="/op")


def test_list_goes_to_first_wrong():
    """A list is applied up to its first wrong member, and the answer says how far it got"""
    with Daemon() as d:
        good = {"op": "alloc_pages", "gfp": "GFP_KERNEL", "order": 0}
        many = d.post("/machines/tiny/ops", [good, good])
        assert many["applied"] == 2 and [r["seq"] for r in many["results"]] == [1, 2], many
        p = d.problem("POST", "/machines/tiny/ops", [good, dict(good, gfp="GFP_COFFEE"), good], pointer="/1/gfp")
        assert p["applied"] == 1, p
        assert json.loads(d.snapshot())["seq"] == 3
        d.problem("POST", "/machines/tiny/ops", [good] * 1001, status=413)
        assert json.loads(d.snapshot())["seq"] == 3


def test_wrong_requests_change_nothing():
    """A wrong request is a 4xx that points at what is wrong, and changes nothing"""
    with Daemon() as d:
        before = d.snapshot()
        ops = "/machines/tiny/ops"
        d.problem("POST", ops, "{", status=400)
        d.problem("POST", ops, "", status=400)
        d.problem("POST", ops, "[" * 5000, status=400)
        d.problem("POST", ops, {"op": "kfree_skb"}, pointer="/op")
        d.problem("POST", ops, {"op": "alloc_pages", "order": 0, "gfp": "GFP_KERNEL", "colour": 1}, pointer="/colour")
        d.problem("POST", ops, {"op": "alloc_pages", "order": -1, "gfp": "GFP_KERNEL"}, pointer="/order")
        d.problem("GET", "/machines/nobody", status=404)
        d.problem("GET", "/machines/tiny/frames/99999999", status=404)
        d.problem("GET", "/machines/tiny/frames/0x", status=404)
        d.problem("GET", "/machines/tiny/proc/nothing", status=404)
        d.problem("GET", "/machines/tiny/translate", status=422)
        d.problem("GET", "/machines/tiny/snapshot?at=999", status=422)
        d.problem("GET", "/machines/tiny/snapshot?sections=frames,tea", status=422)
        d.problem("GET", "/machines/tiny/events?from=-1", status=422)
        d.problem("GET", "/teapot", status=404)
        d.problem("POST", "/machines", {"name": "x", "memory": "64M", "image": {"start": "0xffffffff"}},
                  pointer="/image/start")
        status, head, _ = d.call("POST", ops, "{}")
        assert "allow" not in head and d.call("POST", "/machines", "{}")[1].get("allow") is None, head
        status, head, _ = d.call("PUT", "/machines/tiny/ops", "{}")
        assert status == 405 and head["allow"] == "POST", head
        status, head, _ = d.call("PATCH", "/machines/tiny/ops", "{}")
        assert status == 405, head
        assert d.snapshot() == before


def test_odd_targets():
    """What is asked for is a path of ours with a query of ours, each member once"""
    with Daemon() as d:
        for query, name in (("at", "at"), ("at=0&at=0", "at"), ("colour=1", "colour"), ("at=0&sections=zones&x", "x")):
            p = d.problem("GET", "/machines/tiny/snapshot?" + query, status=400)
            assert " %s" % name in p["detail"] and "pointer" not in p or p["pointer"] == "", p
        d.problem("GET", "/machines?x=1", status=400)
        d.problem("POST", "/machines/tiny/ops?x=1", {"op": "alloc_pages"}, status=400)
        d.problem("GET", "/machines/tiny/snapshot?at=", status=422)
        d.problem("GET", "/machines/tiny/snapshot?at=1%00", status=422)
        d.problem("GET", "/machines/tiny%00/snapshot", status=404)
        d.problem("GET", "/healthz%00", status=404)
        assert d.call("GET", "/%6dachines/t%69ny")[0] == 200
        assert d.call("GET", "/index.html%00.js", prefix="")[0] == 404
        d.problem("GET", "http://%s/healthz" % d.host, prefix="", status=400)
        for alloc in ([], [{"op": "alloc_pages"}], [1, 2], [{}] * 3):
            d.problem("POST", "/machines/tiny/allocations", alloc, status=422)


def test_body_limits():
    """A body over the limit is refused with 413, announced or not"""
    with Daemon() as d:
        d.problem("POST", "/machines/tiny/ops", b" " * (1 << 20) + b"{}", status=413)
        c = http.client.HTTPConnection("127.0.0.1", d.port, timeout=30)
        c.request("POST", "/api/v1/machines/tiny/ops", (b" " * 65536 for _ in range(40)), encode_chunked=True,
                  headers={"Transfer-Encoding": "chunked"})
        assert c.getresponse().status == 413
        c.close()
        assert d.op("alloc_pages", gfp="GFP_KERNEL", order=0)["ok"]


def test_machines_come_and_go():
    """POST /machines boots another with a token of its own, DELETE ends it"""
    with Daemon("--max-machines", "2") as d:
        status, head, body = d.call("POST", "/machines", {"name": "two", "kernel": "2.4", "memory": "32M"})
        made = json.loads(body)
        assert status == 201 and head["location"] == "/api/v1/machines/two" and len(made["token"]) == 32, body
        d.problem("POST", "/machines", {"name": "two", "memory": "32M"}, status=409, pointer="/name")
        d.problem("POST", "/machines", {"name": "three", "memory": "32M"}, status=429)
        d.problem("POST", "/machines", {"name": "..", "memory": "32M"}, status=422, pointer="/name")
        listed = d.get("/machines")
        assert [m["name"] for m in listed["machines"]] == ["tiny", "two"] and listed["limit"] == 2, listed
        assert d.call("DELETE", "/machines/two")[0] == 204
        d.problem("GET", "/machines/two", status=404)
        d.problem("POST", "/machines", {"name": "bad", "memory": "12"}, status=422)
        d.post("/machines", {"name": "a-third", "memory": "32M"}, expect=201)
        assert [m["name"] for m in d.get("/machines")["machines"]] == ["tiny", "a-third"], "the oldest first"


def test_memory_of_machines_is_bounded():
    """Machines that together would take too much of the host's memory are refused"""
    with Daemon("--max-memory", "8M") as d:
        d.problem("POST", "/machines", {"name": "big", "pae": True, "memory": "32G"}, status=429)
        d.post("/machines", {"name": "small", "memory": "32M"}, expect=201)


def test_memory_of_the_past_is_bounded():
    """A machine as it was is one more machine in memory, within the same limit"""
    with Daemon("--max-memory", "1M", machine=dict(TINY, memory="64M")) as d:
        d.op("alloc_pages", gfp="GFP_KERNEL", order=0)
        d.problem("GET", "/machines/tiny/snapshot?at=0", status=503)
        assert json.loads(d.snapshot())["seq"] == 1


def test_reboot():
    """Reboot boots as it was, or as asked; a configuration that cannot boot leaves the machine alone"""
    with Daemon() as d:
        d.op("alloc_pages", gfp="GFP_KERNEL", order=3)
        before = d.snapshot()
        d.problem("POST", "/machines/tiny/reboot", {"memory": "64M", "vmsplit": "5g"}, pointer="/vmsplit")
        assert d.snapshot() == before
        assert d.post("/machines/tiny/reboot")["boot"] == 2
        assert json.loads(d.snapshot())["seq"] == 0
        again = d.post("/machines/tiny/reboot", {"name": "other", "memory": "64M", "kernel": "6.1"})
        assert again["name"] == "tiny" and again["kernel"] == "6.1" and again["boot"] == 3, again


def test_log_gives_the_same_machine():
    """A log posted whole, to a new machine or to one there is, gives the same machine"""
    with Daemon("--scene") as d:
        d.op("alloc_pages", gfp="GFP_KERNEL", order=3)
        d.call("PUT", "/machines/tiny/scene", {"running": False})
        _, head, log = d.call("GET", "/machines/tiny/oplog")
        assert head["content-type"] == "application/jsonl"
        lines = log.decode().splitlines()
        assert "config" in json.loads(lines[0])
        assert [json.loads(x)["seq"] for x in lines[1:]] == list(range(1, len(lines)))
        assert {json.loads(x)["origin"] for x in lines[1:]} == {"rest", "scene"}
        def state(machine):
            s = json.loads(d.snapshot(machine))
            del s["machine"]["name"]
            return s
        want = state("tiny")
        other = log.replace(b'"name":"tiny"', b'"name":"copy"', 1)
        d.post("/machines", other, expect=201, headers={"Content-Type": "application/jsonl"})
        assert state("copy") == want
        assert d.call("GET", "/machines/copy/oplog")[2].splitlines()[1:] == log.splitlines()[1:]
        d.post("/machines", {"name": "third", "memory": "32M"}, expect=201)
        d.post("/machines/third/oplog", log)
        assert state("third") == want
        broken = log.splitlines()
        broken[5] = b'{"op": "alloc_pages"'
        p = d.problem("POST", "/machines/third/oplog", b"\n".join(broken), status=400)
        assert p.get("line") == 6 or "6" in p["detail"], p


def test_time_travel():
    """?at=SEQ is the state that was, whether from a copy or from boot"""
    with Daemon() as d:
        seen = {0: d.snapshot()}
        batch = [{"op": "alloc_pages", "gfp": "GFP_HIGHUSER", "order": 0}] * 500
        for _ in range(3):
            d.post("/machines/tiny/ops", batch)
            s = d.snapshot()
            seen[json.loads(s)["seq"]] = s
        # Well beyond the distance of two copies, so that both ways are taken.
        pfn = d.op("alloc_pages", gfp="GFP_KERNEL", order=0)["result"]["pfn"]
        pair = [{"op": "free_pages", "pfn": pfn, "order": 0}, {"op": "alloc_pages", "gfp": "GFP_KERNEL", "order": 0}]
        for _ in range(3):
            for _ in range(16):
                d.post("/machines/tiny/ops", pair * 250)
            s = d.snapshot()
            seen[json.loads(s)["seq"]] = s
        for seq, s in seen.items():
            assert d.snapshot(query="?at=%d" % seq) == s, seq


def test_sysctl_and_the_files_of_proc():
    """What an operation writes, its file under /proc, section vm and the zones' marks all say"""
    with Daemon(machine={"name": "tiny", "kernel": "6.1", "memory": "64M", "cpus": 2}) as d:
        def file(name):
            status, _, body = d.call("GET", "/machines/tiny/proc/" + name)
            assert status == 200, (name, status, body)
            return body.decode()
        before = json.loads(d.snapshot(query="?sections=zones,vm"))
        a = d.op("sysctl", name="vm.min_free_kbytes", value=4096)
        assert a["result"] == {"name": "vm.min_free_kbytes", "value": 4096}, a
        assert file("sys/vm/min_free_kbytes") == "4096\n"
        after = json.loads(d.snapshot(query="?sections=zones,vm"))
        assert after["vm"]["min_free_kbytes"] == 4096 != before["vm"]["min_free_kbytes"], after["vm"]
        assert after["zones"][1]["watermark"]["min"] > before["zones"][1]["watermark"]["min"], after
        ratio = d.op("sysctl", name="vm.lowmem_reserve_ratio", value="128 16")["result"]["value"]
        assert ratio[:2] == [128, 16], ratio
        assert json.loads(d.snapshot(query="?sections=vm"))["vm"]["lowmem_reserve_ratio"] == ratio
        no = d.op("sysctl", name="vm.lower_zone_protection", value=1)
        assert not no["ok"] and no["errno"] == "ENOENT", no
        free = "vm.min_free_kbytes"
        for body, pointer in (({"name": "vm.swappiness"}, "/name"), ({"name": free, "value": "many"}, "/value"),
                              ({"name": free, "value": [1, 2, 3, 4, 5]}, "/value"), ({}, "/name")):
            d.problem("POST", "/machines/tiny/ops", dict(body, op="sysctl"), pointer=pointer)
        d.problem("POST", "/machines/tiny/ops", {"op": "alloc_pages", "gfp": "GFP_KERNEL", "cpu": 2}, pointer="/cpu")
        assert file("vmstat").startswith("nr_free_pages "), file("vmstat")
        assert file("show_mem").startswith("Mem-Info:"), file("show_mem")
        d.problem("GET", "/machines/tiny/proc/sys/vm", status=404)
        d.problem("GET", "/machines/tiny/proc/", status=404)


def test_imported_trace():
    """What mm386 makes of a kernel's trace is a log like any other, notes and all"""
    trace = os.path.join(SRCDIR, "tests/data/ftrace/686-128M.trace")
    log = subprocess.run([MM386, "--import-ftrace", trace], capture_output=True, timeout=60,
                         check=True).stdout
    digest = subprocess.run([MM386, "--digest", "-"], input=log, capture_output=True, timeout=60,
                            check=True).stdout
    assert b'"note":"' in log
    with Daemon() as d:
        d.post("/machines", log, expect=201, headers={"Content-Type": "application/jsonl"})
        s = json.loads(d.snapshot("ftrace"))
        assert s["machine"]["digest"] == digest.decode().strip() and s["seq"] == log.count(b"\n") - 1, s["machine"]
        assert d.get("/machines/ftrace/frames/14644")["allocation"] == "a2"


def test_cpu_lists_and_frames():
    """A page that one CPU gave back lies on its list, in the zones and in its frame's struct page"""
    with Daemon(machine={"name": "tiny", "kernel": "2.6", "memory": "64M", "cpus": 2}) as d:
        pfn = d.op("alloc_pages", gfp="GFP_HIGHUSER_MOVABLE", cpu=1)["result"]["pfn"]
        frame = d.get("/machines/tiny/frames/%d" % pfn)
        assert [f["name"] for f in frame["fields"]][0] == "flags", frame
        assert sum(f["size"] for f in frame["fields"]) <= frame["page"]["bytes"], frame
        d.op("free_pages", pfn=pfn, cpu=1)
        assert d.get("/machines/tiny/frames/%d" % pfn)["kind"] == "free_pcp"
        zone = json.loads(d.snapshot(query="?sections=zones"))["zones"][1]
        assert [p["cpu"] for p in zone["pcp"]] == [0, 1], zone
        movable = [l for l in zone["pcp"][1]["lists"] if l["name"] == "Movable"]
        assert movable and movable[0]["nr"] >= 1, zone["pcp"]
        assert sum(sum(n) for n in zip(*zone["free_by_type"].values())) == sum(zone["free"]), zone
        assert len(zone["pageblocks"]["types"]) << zone["pageblocks"]["order"] >= zone["spanned"], zone
        d.op("drain_all_pages")
        zone = json.loads(d.snapshot(query="?sections=zones"))["zones"][1]
        assert all(p["count"] == 0 and p["lists"] == [] for p in zone["pcp"]), zone["pcp"]
        assert d.get("/machines/tiny/frames/%d" % pfn)["kind"] == "free"


def test_events():
    """Events come in pages of whole operations, the same from memory and from the past"""
    with Daemon() as d:
        want = []
        for order in (0, 3, 1, 0, 2):
            want += d.op("alloc_pages", gfp="GFP_KERNEL", order=order)["events"]
        page = d.get("/machines/tiny/events?from=0")
        assert page["events"] == want and [op["seq"] for op in page["ops"]] == [1, 2, 3, 4, 5]
        got, at = [], 0
        while at is not None:
            page = d.get("/machines/tiny/events?from=%d&limit=4" % at)
            got, at = got + page["events"], page["next"]
        assert got == want
        first = [e for e in want if e["seq"] == 1]
        told = {"seq": 1, "op": "alloc_pages", "text": "alloc_pages(GFP_KERNEL, 0)", "origin": "rest"}
        one = {"events": first, "ops": [told], "next": 1}
        assert len(first) > 1 and d.get("/machines/tiny/events?from=0&limit=1") == one, "all of one operation"
        batch = [{"op": "alloc_pages", "gfp": "GFP_HIGHUSER", "order": 0}] * 1000
        for _ in range(20):  # refusals have events too, and push the first ones out of memory
            d.post("/machines/tiny/ops", batch)
        early = d.get("/machines/tiny/events?from=0&limit=%d" % len(want))
        assert early["events"] == want and early["next"] == 5, early["next"]
        assert d.get("/machines/tiny/events?from=0&limit=1") == one


def test_description_covers_the_calls():
    """openapi.json has every call, and what it has answers"""
    with Daemon() as d:
        api = d.get("/openapi.json")
        assert api["openapi"].startswith("3.")
        for path, methods in api["paths"].items():
            if "get" not in methods or path.endswith("/stream"):
                continue
            real = path.format(machine="tiny", pfn=0, allocation="a1", file="buddyinfo")
            status, _, body = d.call("GET", real + ("?va=0xc0000000" if "translate" in path else ""))
            assert status == (404 if "{allocation}" in path else 200), (path, status, body[:200])
        names = [o["name"] for o in d.get("/ops")["ops"]]
        assert "alloc_pages" in names and "free_pages" in names
        assert any(p["name"] == "demo" for p in d.get("/presets")["presets"])


def test_health_and_metrics():
    """healthz and metrics answer in and outside the prefix"""
    with Daemon() as d:
        for prefix in ("", "/api/v1"):
            assert d.call("GET", "/healthz", prefix=prefix)[2] == b"ok\n"
            text = d.call("GET", "/metrics", prefix=prefix)[2].decode()
            assert re.search(r'^mm386d_requests_total\{route="GET /healthz",status="2xx"\} \d', text, re.M), text
        d.op("alloc_pages", gfp="GFP_KERNEL", order=0)
        assert d.metric("ops_applied_total") == 1


def test_files():
    """Files come with type, ETag and policy; nothing outside the root or hidden does"""
    with Daemon() as d:
        root = os.path.join(d.work, "root")
        os.mkdir(root)
        for name, text in (("index.html", "<p>"), ("a.js", "1"), (".secret", "no"), ("odd.bin", "x")):
            with open(os.path.join(root, name), "w") as f:
                f.write(text)
        d.end()
        d.files = root
        d.start()
        status, head, body = d.call("GET", "/", prefix="")
        assert status == 200 and body == b"<p>" and head["content-type"].startswith("text/html"), head
        policy = head["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
        assert head["x-content-type-options"] == "nosniff" and head["referrer-policy"] == "no-referrer"
        status, _, body = d.call("GET", "/", prefix="", headers={"If-None-Match": head["etag"]})
        assert status == 304 and body == b""
        status, h, body = d.call("HEAD", "/a.js", prefix="")
        assert status == 200 and body == b"" and h["content-length"] == "1"
        assert h["content-type"].startswith("text/javascript")
        for path in ("/.secret", "/../machine.json", "/%2e%2e/machine.json", "//etc/passwd", "/a.js/", "/none"):
            assert d.call("GET", path, prefix="")[0] == 404, path
        assert d.call("POST", "/a.js", b"", prefix="")[0] == 405


def test_curl():
    """curl -d as a person types it, without a header"""
    with Daemon() as d:
        url = "http://%s/api/v1/machines/tiny/ops" % d.host
        out = subprocess.run(["curl", "-sS", "-d", '{"op": "alloc_pages", "gfp": "GFP_KERNEL", "order": 1}', url],
                             capture_output=True, timeout=30, check=True).stdout
        assert json.loads(out)["ok"], out


def test_command_line():
    """Wrong options are refused in words; --check-config starts nothing"""
    with Daemon() as d:
        def refused(*options):
            r = subprocess.run([MM386D, "--web-root", d.files, *options], capture_output=True,
                               timeout=30)
            assert r.returncode and r.stderr.startswith(b"mm386d: error: "), (options, r)
            assert r.stdout == b"", r
        refused("--listen", "0.0.0.0:0")
        refused("--listen", "[::]:0")
        refused("--listen", "127.0.0.1")
        refused("--listen", "127.0.0.1:70000")
        refused("--machine", "no-such-preset")
        refused("--machine", d.work + "/missing.json")
        refused("--max-viewers", "0")
        refused("--token-file", d.work + "/missing")
        refused("--lessons", d.work + "/missing")
        r = subprocess.run([MM386D, "--web-root", d.files, "--machine", d.machine, "--check-config"],
                           capture_output=True, timeout=30)
        assert r.returncode == 0 and r.stdout == b"", r


tests = in_order(globals())
if not shutil.which("curl"):
    tests.remove(test_curl)
run(tests)
