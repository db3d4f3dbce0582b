# SPDX-License-Identifier: GPL-2.0-or-later
"""What is kept over an end, clean or not: logs on disk."""
import http.client
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading

from mm386d import MM386D, Daemon, eventually, in_order, run

PAGE = {"op": "alloc_pages", "gfp": "GFP_HIGHUSER", "order": 0}


class Kept(Daemon):
    """A daemon with a state folder."""

    def __init__(self, *options, **kw):
        state = tempfile.mkdtemp(prefix="mm386d-state-")
        super().__init__(*options, state=state, **kw)

    def __exit__(self, *args):
        super().__exit__(*args)
        shutil.rmtree(self.state, ignore_errors=True)

    def log_file(self, machine="tiny", boot=1):
        return os.path.join(self.state, machine, "log-%d.jsonl" % boot)


def test_goes_on_after_kill():
    """After kill -9 the machine is what it was, and goes on"""
    with Kept() as d:
        d.post("/machines/tiny/ops", [PAGE] * 300)
        d.op("free_pages", pfn=d.get("/machines/tiny/allocations")["allocations"][3]["pfn"], order=0)
        before = d.snapshot()
        d.restart(signal.SIGKILL)
        assert d.snapshot() == before
        assert d.op("alloc_pages", gfp="GFP_KERNEL", order=1)["seq"] == 302
        before = d.snapshot()
        d.restart(signal.SIGTERM)
        assert d.snapshot() == before


def test_every_answer_is_kept():
    """kill -9 in the middle of traffic loses no answered operation"""
    with Kept() as d:
        answered = []
        lock = threading.Lock()

        def hammer():
            c = http.client.HTTPConnection("127.0.0.1", d.port, timeout=20)
            try:
                while True:
                    c.request("POST", "/api/v1/machines/tiny/ops", json.dumps(PAGE))
                    seq = json.loads(c.getresponse().read())["seq"]
                    with lock:
                        answered.append(seq)
            except (OSError, http.client.HTTPException, ValueError):
                pass

        threads = [threading.Thread(target=hammer) for _ in range(8)]
        for t in threads:
            t.start()
        eventually(lambda: len(answered) > 400, "400 answers")
        d.end(signal.SIGKILL)
        for t in threads:
            t.join()
        d.start()
        seq = json.loads(d.snapshot())["seq"]
        assert seq >= max(answered), (seq, max(answered))
        assert len(set(answered)) == len(answered), "two answers for one operation"


def test_torn_line():
    """An unfinished last line is cut and reported"""
    with Kept() as d:
        d.post("/machines/tiny/ops", [PAGE] * 3)
        before = d.snapshot()
        d.end(signal.SIGKILL)
        whole = os.path.getsize(d.log_file())
        for tail in (b'{"seq": 4, "op": "alloc_pa', b'{', b'{"seq": 4, "op": "alloc_pages", "order": 0}', b"\0" * 700,
                     b'{"seq": 4, "op": "al\n', b"\0" * 700 + b"\n"):
            with open(d.log_file(), "ab") as f:
                f.write(tail)
            d.start()
            assert d.snapshot() == before, tail
            assert "line 5 was not finished" in d.log()
            d.end(signal.SIGKILL)
            assert os.path.getsize(d.log_file()) == whole, tail
        d.start()
        assert d.op("alloc_pages", gfp="GFP_KERNEL", order=0)["seq"] == 4


def test_damage():
    """Damage in the middle is refused with its line, and nothing is touched"""
    with Kept() as d:
        d.post("/machines/tiny/ops", [PAGE] * 20)
        d.end(signal.SIGKILL)
        with open(d.log_file(), "rb") as f:
            good = f.read()
        lines = good.splitlines(True)
        damages = {
            5: lines[:4] + [b'{"seq": 4, "op": "alloc_pages"\n'] + lines[5:],
            9: lines[:8] + lines[9:],
            1: [b'{"config": {"memory": "oops"}}\n'] + lines[1:],
            3: lines[:2] + [lines[0]] + lines[2:],
            7: lines[:6] + [b"\0" * 40 + b"\n"] + lines[7:],
        }
        for nr, damaged in damages.items():
            with open(d.log_file(), "wb") as f:
                f.writelines(damaged)
            r = subprocess.run([MM386D, "--listen", "127.0.0.1:0", "--web-root", d.files, "--machine", d.machine,
                                "--state-dir", d.state], capture_output=True, timeout=30)
            assert r.returncode and b"line %d " % nr in r.stderr, (nr, r)
            with open(d.log_file(), "rb") as f:
                assert f.read() == b"".join(damaged), nr
        with open(d.log_file(), "wb") as f:
            f.write(good)
        d.start()
        assert json.loads(d.snapshot())["seq"] == 20


def test_damaged_neighbour():
    """A machine made over REST whose log is damaged, or that no longer fits, keeps no other from coming up"""
    with Kept() as d:
        for name in ("a-bad", "z-good"):
            d.post("/machines", {"name": name, "memory": "32M"}, 201)
            for _ in range(4):
                d.op("alloc_pages", machine=name, gfp="GFP_KERNEL", order=0)
        want = d.snapshot("z-good")
        d.end(signal.SIGKILL)
        with open(d.log_file("a-bad"), "rb") as f:
            good = f.read()
        lines = good.splitlines(True)
        damaged = b"".join(lines[:2] + [b"garbage\n"] + lines[3:])
        for log, options, there in ((damaged, [], ["tiny", "z-good"]), (good, ["--max-machines", "1"], ["tiny"]),
                                    (good, [], ["a-bad", "tiny", "z-good"])):
            with open(d.log_file("a-bad"), "wb") as f:
                f.write(log)
            d.options = options
            d.start()
            assert sorted(m["name"] for m in d.get("/machines")["machines"]) == there, options
            if "z-good" in there:
                assert d.snapshot("z-good") == want
                if "a-bad" not in there:
                    d.problem("POST", "/machines", {"name": "a-bad", "memory": "32M"}, status=409, pointer="/name")
            d.end(signal.SIGKILL)
            with open(d.log_file("a-bad"), "rb") as f:
                assert f.read() == log
        d.start()


def test_scene_goes_on():
    """The churn after a restart is the one that would have been without it"""
    with Kept("--scene") as d:
        d.call("PUT", "/machines/tiny/scene", {"rate": 1000})
        eventually(lambda: json.loads(d.snapshot())["seq"] > 4600, "the churn")
        d.restart(signal.SIGKILL)
        assert d.get("/machines/tiny/scene") == {"name": "churn", "running": True, "rate": 1000}
        eventually(lambda: json.loads(d.snapshot())["seq"] > 5200, "the churn going on")
        d.call("PUT", "/machines/tiny/scene", {"running": False})
        _, _, parted = d.call("GET", "/machines/tiny/oplog")
        d.restart()
        assert d.get("/machines/tiny/scene")["running"] is False
    with Daemon("--scene") as d:  # the same seed, never stopped
        d.call("PUT", "/machines/tiny/scene", {"rate": 1000})
        eventually(lambda: json.loads(d.snapshot())["seq"] > 5200, "the churn")
        _, _, whole = d.call("GET", "/machines/tiny/oplog")
    n = min(len(parted), len(whole))
    n = parted[:n].rindex(b"\n")
    assert parted[:n] == whole[:n]


def test_machines_made_over_rest():
    """A machine made over REST is there after a restart, its owner's token too; an ended one is not"""
    with Kept("--open") as d:
        made = d.post("/machines", {"name": "kept", "memory": "32M"}, 201)
        gone = d.post("/machines", {"name": "gone", "memory": "32M"}, 201)
        d.op("alloc_pages", machine="kept", gfp="GFP_KERNEL", order=2)
        own = {"Authorization": "Bearer " + gone["token"]}
        assert d.call("DELETE", "/machines/gone", headers=own)[0] == 204
        before = d.snapshot("kept")
        d.restart()
        assert [m["name"] for m in d.get("/machines")["machines"]] == ["tiny", "kept"]
        assert d.snapshot("kept") == before
        assert d.call("DELETE", "/machines/kept")[0] == 401
        assert d.call("DELETE", "/machines/kept", headers={"Authorization": "Bearer " + made["token"]})[0] == 204
        assert not os.path.exists(os.path.join(d.state, "kept"))


def test_reboot_begins_a_new_log():
    """A reboot begins a new log; a few old ones are kept; the newest is gone on from"""
    with Kept() as d:
        for boot in range(2, 8):
            d.op("alloc_pages", gfp="GFP_KERNEL", order=0)
            d.post("/machines/tiny/reboot", {"memory": "%dM" % (32 + boot)})
        logs = sorted(f for f in os.listdir(os.path.join(d.state, "tiny")) if f.startswith("log-"))
        assert logs == ["log-%d.jsonl" % i for i in (4, 5, 6, 7)], logs
        before = d.snapshot()
        d.restart()
        assert d.snapshot() == before
        assert d.get("/machines/tiny")["boot"] == 7


def test_one_daemon_a_folder():
    """A second daemon keeps its hands off the folder"""
    with Kept() as d:
        r = subprocess.run([MM386D, "--listen", "127.0.0.1:0", "--web-root", d.files, "--machine", d.machine,
                            "--state-dir", d.state], capture_output=True, timeout=30)
        assert r.returncode and b"another daemon" in r.stderr, r


def test_full_log():
    """A log that has its operations answers 507, and the scene stops; a reboot goes on"""
    with Daemon("--max-log-ops", "50") as d:
        d.post("/machines/tiny/ops", [PAGE] * 48)
        p = d.problem("POST", "/machines/tiny/ops", [PAGE] * 5, status=507)
        assert p["applied"] == 2, p
        d.problem("POST", "/machines/tiny/allocations", PAGE, status=507)
        d.call("PUT", "/machines/tiny/scene", {"running": True})
        eventually(lambda: not d.get("/machines/tiny/scene")["running"], "the scene's end")
        d.post("/machines/tiny/reboot")
        assert d.op("alloc_pages", gfp="GFP_KERNEL", order=0)["seq"] == 1


def test_less_memory_than_before():
    """A machine that no longer fits --max-memory is refused in words, whatever its size"""
    for memory, enough in (("512M", 6), ("1G", 11), ("3G", 41), ("3584M", 41)):
        with Kept("--max-memory", "%dM" % enough, machine={"name": "tiny", "memory": memory}) as d:
            assert d.op("alloc_pages", gfp="GFP_KERNEL", order=0)["ok"]
            d.end()
            for little in (enough * 3 // 4, enough - 2):
                r = subprocess.run([MM386D, "--listen", "127.0.0.1:0", "--web-root", d.files, "--machine", d.machine,
                                    "--state-dir", d.state, "--max-memory", "%dM" % little],
                                   capture_output=True, timeout=30)
                assert r.returncode == 1 and b"this server's memory" in r.stderr, (memory, little, r)
            d.start()


def test_disk_full():
    """When the log cannot be written, changes are answered 507 and looking goes on"""
    with Kept() as d:
        first = d.op("alloc_pages", gfp="GFP_KERNEL", order=0)
        limit = os.path.getsize(d.log_file()) + 200
        subprocess.run(["prlimit", "--pid", str(d.process.pid), "--fsize=%d:" % limit], check=True)
        before = d.snapshot()
        d.problem("POST", "/machines/tiny/ops", [PAGE] * 50, status=507)
        assert d.snapshot() == before, "nothing is changed"
        d.problem("PUT", "/machines/tiny/scene", {"running": True}, status=507)
        assert not d.get("/machines/tiny/scene")["running"]
        d.problem("POST", "/machines/tiny/ops", PAGE, status=507)
        assert d.snapshot() == before
        assert d.get("/machines/tiny/events?from=0")["events"] == first["events"]
        subprocess.run(["prlimit", "--pid", str(d.process.pid), "--fsize=unlimited:"], check=True)
        eventually(lambda: d.call("POST", "/machines/tiny/ops", json.dumps(PAGE))[0] == 200, "room on the disk")
        assert d.op("alloc_pages", gfp="GFP_KERNEL", order=0)["seq"] == 3
        before = d.snapshot()
        d.restart(signal.SIGKILL)
        assert d.snapshot() == before


def test_disk_full_under_the_scene():
    """A turn that cannot be written is undone with the churn in it, which then goes on as if it had not been"""
    with Kept("--scene") as d:
        d.call("PUT", "/machines/tiny/scene", {"rate": 1000})
        eventually(lambda: json.loads(d.snapshot())["seq"] > 4600, "the churn")
        limit = os.path.getsize(d.log_file()) + 30000
        subprocess.run(["prlimit", "--pid", str(d.process.pid), "--fsize=%d:" % limit], check=True)
        paused = b'"running":false'
        # A look in the very turn that is undone is answered 503.
        eventually(lambda: paused in d.call("GET", "/machines/tiny/scene")[2], "the churn's end")
        before = d.snapshot()
        d.end(signal.SIGKILL)
        d.start()
        d.call("PUT", "/machines/tiny/scene", {"running": False})
        d.end(signal.SIGKILL)
        d.options = []
        d.start()
        seq = json.loads(before)["seq"]
        assert d.snapshot(query="?at=%d" % seq) == before


def test_events_from_before():
    """Events of operations from before a restart are made anew out of the log"""
    with Kept() as d:
        a = d.op("alloc_pages", gfp="GFP_KERNEL", order=2)
        d.restart()
        assert d.get("/machines/tiny/events?from=0")["events"] == a["events"]
        assert d.get("/machines/tiny/frames/%d" % a["result"]["pfn"])["events"] == a["events"]
        b = d.op("alloc_pages", gfp="GFP_KERNEL", order=0)
        assert d.get("/machines/tiny/events?from=0")["events"] == a["events"] + b["events"]


def test_unknown_scene():
    """A scene that nobody knows is not gone on with"""
    with Kept() as d:
        d.end()
        with open(os.path.join(d.state, "tiny", "scene.json"), "w") as f:
            f.write('{"name": "zz", "running": true, "rate": 5}')
        d.start()
        assert d.get("/machines/tiny/scene") == {"name": "churn", "running": False, "rate": 100}
        assert "scene.json" in d.log()


def test_more_than_a_turn():
    """More operations at once than a turn writes are all applied, answered and kept"""
    with Kept(machine={"name": "tiny", "kernel": "2.4", "memory": "8M"}) as d:
        body, answers = json.dumps([PAGE] * 1000), []
        threads = [threading.Thread(target=lambda: answers.append(d.call("POST", "/machines/tiny/ops", body)[0]))
                   for _ in range(70)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        assert answers == [200] * 70, answers
        assert os.path.getsize(d.log_file()) > 4 << 20
        before = d.snapshot()
        assert json.loads(before)["seq"] == 70000
        d.restart(signal.SIGKILL)
        assert d.snapshot() == before


def test_drain():
    """SIGTERM answers what is under way, refuses what is new, and ends with 0"""
    with Kept() as d:
        answers, lock = [], threading.Lock()

        def hammer():
            c = http.client.HTTPConnection("127.0.0.1", d.port, timeout=20)
            try:
                while True:
                    c.request("POST", "/api/v1/machines/tiny/ops", json.dumps([PAGE] * 20))
                    r = c.getresponse()
                    body = json.loads(r.read())
                    with lock:
                        answers.append(body["results"][-1]["seq"] if r.status == 200 else r.status)
            except (OSError, http.client.HTTPException):
                pass

        threads = [threading.Thread(target=hammer) for _ in range(8)]
        for t in threads:
            t.start()
        eventually(lambda: len(answers) > 40, "some answers")
        assert d.end(signal.SIGTERM) == 0
        for t in threads:
            t.join()
        assert set(a for a in answers if a in (503,)) <= {503}
        d.start()
        assert json.loads(d.snapshot())["seq"] == max(a for a in answers if a != 503), "an operation without an answer"


run(in_order(globals()))
