# SPDX-License-Identifier: GPL-2.0-or-later
"""A daemon of our own on a free port, and TAP.  For the test scripts beside this file."""
import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback

SRCDIR = os.environ.get("srcdir", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
MM386 = os.environ.get("MM386", os.path.join(os.environ.get("builddir", "."), "mm386"))
MM386D = os.environ.get("MM386D", os.path.join(os.environ.get("builddir", "."), "mm386d"))
TINY = {"name": "tiny", "kernel": "2.6", "memory": "32M", "seed": 7}
GIVE_UP_S = 30  # nothing here takes that long


class Daemon:
    """Runs mm386d; `with Daemon(...) as d:` ends it by SIGTERM and looks at its status."""

    def __init__(self, *options, machine=TINY, state=None, files=None):
        self.work = tempfile.mkdtemp(prefix="mm386d-test-")
        self.options = list(options)
        self.machine = os.path.join(self.work, "machine.json")
        with open(self.machine, "w") as f:
            json.dump(machine, f)
        self.state = state
        self.files = files or os.path.join(SRCDIR, "web", "static")
        self.process = None
        self.start()

    def start(self):
        command = [MM386D, "--listen", "127.0.0.1:0", "--web-root", self.files, "--machine", self.machine]
        if self.state:
            command += ["--state-dir", self.state]
        self.errors = open(os.path.join(self.work, "stderr"), "a+")
        self.process = subprocess.Popen(command + self.options, stdout=subprocess.PIPE, stderr=self.errors)
        line = self.process.stdout.readline().decode()
        if not line.startswith("http://127.0.0.1:"):
            self.process.wait()
            raise RuntimeError("mm386d did not start: " + self.log())
        self.port = int(line.split("/")[2].split(":")[1])
        self.host = "127.0.0.1:%d" % self.port

    def log(self):
        with open(os.path.join(self.work, "stderr")) as f:
            return f.read()

    def end(self, sig=signal.SIGTERM):
        """Send ${sig} and wait; return the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(sig)
        status = self.process.wait(GIVE_UP_S)
        self.process.stdout.close()
        self.errors.close()
        return status

    def restart(self, sig=signal.SIGKILL):
        self.end(sig)
        self.start()

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        status = self.end()
        if kind is None and status != 0:
            print("# " + self.log().replace("\n", "\n# "))
            raise AssertionError("mm386d ended with status %d" % status)
        shutil.rmtree(self.work, ignore_errors=True)

    # -- REST ---------------------------------------------------------------------

    def call(self, method, path, body=None, headers=None, prefix="/api/v1"):
        """One request on a connection of its own: (status, headers, bytes)."""
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=GIVE_UP_S)
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        try:
            c.request(method, prefix + path, body, headers or {})
            r = c.getresponse()
            return r.status, {k.lower(): v for k, v in r.getheaders()}, r.read()
        finally:
            c.close()

    def get(self, path, **kw):
        status, _, body = self.call("GET", path, **kw)
        assert status == 200, (status, path, body)
        return json.loads(body)

    def post(self, path, body=None, expect=200, **kw):
        status, _, answer = self.call("POST", path, body, **kw)
        assert status == expect, (status, path, answer)
        return json.loads(answer)

    def op(self, op, machine="tiny", **arguments):
        return self.post("/machines/%s/ops" % machine, dict(op=op, **arguments))

    def problem(self, method, path, body=None, headers=None, status=422, pointer=None, **kw):
        """The request is refused with ${status}, as RFC 9457 has it; return the problem."""
        got, head, answer = self.call(method, path, body, headers, **kw)
        assert got == status, (got, method, path, answer[:300])
        assert head["content-type"] == "application/problem+json", head
        p = json.loads(answer)
        assert p["status"] == status and p["title"] and p["detail"], p
        if pointer is not None:
            assert p.get("pointer") == pointer, p
        return p

    def snapshot(self, machine="tiny", query=""):
        """The text itself: the law of deltas is about bytes."""
        status, _, body = self.call("GET", "/machines/%s/snapshot%s" % (machine, query))
        assert status == 200, body
        return body

    # -- bare sockets ---------------------------------------------------------------

    def connect(self):
        s = socket.create_connection(("127.0.0.1", self.port), GIVE_UP_S)
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return s

    def upgrade(self, machine="tiny", change=lambda head: head):
        head = ("GET /api/v1/machines/%s/stream HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\n"
                "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mm386.v1\r\n\r\n" % (machine, self.host))
        return change(head).encode()

    def rss_kb(self):
        with open("/proc/%d/status" % self.process.pid) as f:
            return next(int(line.split()[1]) for line in f if line.startswith("VmRSS"))

    def is_shadowed(self):
        """Whether ThreadSanitizer keeps several bytes of its own for each that the daemon uses"""
        with open("/proc/%d/maps" % self.process.pid) as f:
            return "libtsan" in f.read()

    def metric(self, name):
        _, _, body = self.call("GET", "/metrics", prefix="")
        return next(int(line.split()[1]) for line in body.decode().splitlines()
                    if line.startswith("mm386d_%s " % name))


def read_all(s, limit=1 << 26):
    """Everything until the other side closes (or resets)."""
    out = b""
    with contextlib.suppress(ConnectionError):
        while len(out) < limit:
            block = s.recv(65536)
            if not block:
                break
            out += block
    return out


def read_until(s, what):
    out = b""
    while what not in out:
        block = s.recv(65536)
        if not block:
            break
        out += block
    return out


def eventually(condition, what):
    """Wait for something that happens in another process; there is no event to wait for."""
    end = time.monotonic() + GIVE_UP_S
    while not condition():
        assert time.monotonic() < end, "never came: " + what
        time.sleep(0.01)


def in_order(names):
    """The functions called test_..., as they stand in the file."""
    return sorted((f for name, f in names.items() if name.startswith("test_")),
                  key=lambda f: f.__code__.co_firstlineno)


def run(tests):
    """Run functions one after the other, speak TAP, end the process."""
    bad = 0
    print("1..%d" % len(tests), flush=True)
    for i, test in enumerate(tests, 1):
        name = (test.__doc__ or test.__name__).splitlines()[0]
        try:
            test()
            print("ok %d - %s" % (i, name), flush=True)
        except Exception:
            bad += 1
            print("not ok %d - %s" % (i, name))
            print("# " + traceback.format_exc().replace("\n", "\n# "), flush=True)
    sys.exit(1 if bad else 0)


def skip_all(why):
    print("1..0 # SKIP " + why)
    sys.exit(0)
