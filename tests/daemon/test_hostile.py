# SPDX-License-Identifier: GPL-2.0-or-later
"""Clients that are slow, rude or broken: the daemon stays well, and so do the others."""
import json
import os
import select
import socket
import struct
import threading
import time

from mm386d import Daemon, eventually, in_order, read_all, read_until, run

PAGE = {"op": "alloc_pages", "gfp": "GFP_HIGHUSER", "order": 0}


def frame(payload, opcode=1, first=0x80, mask=True):
    """A client's WebSocket frame, masked with zeros."""
    n = len(payload)
    head = bytes([first | opcode])
    bit = 0x80 if mask else 0
    if n < 126:
        head += bytes([bit | n])
    elif n < 65536:
        head += bytes([bit | 126]) + struct.pack(">H", n)
    else:
        head += bytes([bit | 127]) + struct.pack(">Q", n)
    return head + (b"\0\0\0\0" if mask else b"") + payload


def frames_of(data):
    """(opcode, payload) of each whole frame that a server sent after its head."""
    data = data[data.index(b"\r\n\r\n") + 4:]
    out = []
    while len(data) >= 2:
        n, at = data[1] & 127, 2
        if n == 126:
            n, at = struct.unpack(">H", data[2:4])[0], 4
        elif n == 127:
            n, at = struct.unpack(">Q", data[2:10])[0], 10
        if len(data) < at + n:
            break
        out.append((data[0] & 15, data[at:at + n]))
        data = data[at + n:]
    return out


def get(d, path="/api/v1/machines"):
    return ("GET %s HTTP/1.1\r\nHost: %s\r\n\r\n" % (path, d.host)).encode()


def is_well(d):
    assert d.call("GET", "/healthz")[0] == 200
    assert d.op("alloc_pages", gfp="GFP_KERNEL", order=0)["ok"]


def test_head_byte_by_byte():
    """A head that comes byte by byte is served, for REST and for a stream"""
    with Daemon() as d:
        for head, want in ((get(d), b"HTTP/1.1 200 "), (d.upgrade(), b"HTTP/1.1 101 ")):
            s = d.connect()
            for i in range(len(head)):
                s.sendall(head[i:i + 1])
            assert s.recv(4096).startswith(want)
            s.close()


def test_odd_heads():
    """Heads that are no heads are refused or closed"""
    with Daemon() as d:
        tls = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)) + b"\r\n\r\n"
        long_uri = b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"
        long_header = get(d)[:-2] + b"X: " + b"a" * 70000 + b"\r\n\r\n"
        for head in (tls, long_uri, long_header, b"\r\n\r\n\r\n", b"GET\r\n\r\n", b"\0" * 9000, d.upgrade()[:40]):
            s = d.connect()
            try:
                s.sendall(head)
                s.shutdown(socket.SHUT_WR)
            except OSError:
                pass
            answer = read_all(s)
            assert not answer or answer[9:10] == b"4", (head[:20], answer[:60])
            s.close()
        is_well(d)


def test_folded_head():
    """A head with a line that goes on in the next one is refused, for REST and for a stream"""
    with Daemon() as d:
        fold = "Origin: http://%s\r\n .example\r\n\r\n" % d.host
        for head in (get(d)[:-2] + fold.encode(), d.upgrade(change=lambda head: head[:-2] + fold)):
            s = d.connect()
            s.sendall(head)
            assert read_all(s).startswith(b"HTTP/1.1 400 ")
            s.close()
        s = d.connect()
        s.sendall(get(d, "/healthz"))
        read_until(s, b"ok\n")
        s.sendall(head)
        assert s.recv(4096).startswith(b"HTTP/1.1 400 ")
        s.close()
        is_well(d)


def test_pipelined():
    """Requests sent in one go are answered one after the other"""
    with Daemon() as d:
        s = d.connect()
        s.sendall(get(d, "/healthz") * 5)
        seen = b""
        while seen.count(b"HTTP/1.1 200") < 5 or not seen.endswith(b"ok\n"):
            block = s.recv(4096)
            assert block, seen
            seen += block
        body = json.dumps(PAGE).encode()
        s.sendall(b"POST /api/v1/machines/tiny/ops HTTP/1.1\r\nHost: " + d.host.encode() +
                  b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body + get(d, "/healthz"))
        assert read_until(s, b"\r\n\r\nok\n").count(b"HTTP/1.1 200") == 2
        s.close()


def test_chunked():
    """A body in chunks is a body; a length beside it is not believed"""
    with Daemon() as d:
        s = d.connect()
        body = json.dumps(PAGE).encode()
        chunks = b"".join(b"%x\r\n%s\r\n" % (len(c), c) for c in (body[:7], body[7:])) + b"0\r\n\r\n"
        s.sendall(b"POST /api/v1/machines/tiny/ops HTTP/1.1\r\nHost: " + d.host.encode() +
                  b"\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)
        assert b'"ok":true' in read_until(s, b"]}")
        s.close()


def test_upgrade_on_a_used_connection():
    """A stream may begin on a connection that REST was used on, as a proxy does it"""
    with Daemon() as d:
        s = d.connect()
        s.sendall(get(d, "/healthz"))
        assert read_until(s, b"ok\n").startswith(b"HTTP/1.1 200 ")
        s.sendall(d.upgrade())
        seen = read_until(s, b'"type":"snapshot"')
        assert seen.startswith(b"HTTP/1.1 101 "), seen[:40]
        s.close()
        assert d.metric("upgrades_taken_over_total") == 1


def test_upgrade_by_head():
    """A stream begins with GET, on a new connection and on one that was used"""
    with Daemon() as d:
        for used in (False, True):
            s = d.connect()
            if used:
                s.sendall(get(d, "/healthz"))
                assert read_until(s, b"ok\n").startswith(b"HTTP/1.1 200 ")
            s.sendall(d.upgrade(change=lambda head: head.replace("GET", "HEAD", 1)))
            assert s.recv(4096).startswith(b"HTTP/1.1 405 "), used
            s.close()


def test_bad_frames():
    """Frames that break the protocol end that stream; nothing follows a close of ours"""
    with Daemon("--scene") as d:
        text = b'{"type": "resync"}'
        bad = {
            "too long": frame(b"q" * 9000),
            "announced far too long": b"\x81\xff" + struct.pack(">Q", 1 << 40) + b"\0\0\0\0x",
            "compressed without asking": frame(b"hello", first=0xc0),
            "unknown opcode": frame(b"hello", opcode=3),
            "binary": frame(text, opcode=2),
            "no JSON": frame(b"\xff\xfe"),
            "long in fragments": frame(b"a" * 3000, first=0) + frame(b"a" * 3000, opcode=0),
        }
        for name, payload in bad.items():
            s = d.connect()
            s.sendall(d.upgrade() + payload)
            s.settimeout(20)
            frames = frames_of(read_all(s))
            codes = [op for op, _ in frames]
            assert 8 in codes, (name, codes)
            assert codes.index(8) == len(codes) - 1, (name, codes)
            s.close()
        s = d.connect()
        s.sendall(d.upgrade() + frame(struct.pack(">H", 1000), opcode=8))
        assert frames_of(read_all(s))[-1] == (8, struct.pack(">H", 1000))
        s.close()
        is_well(d)


def test_log_does_not_grow():
    """What a stranger makes the stream's library complain of is counted, and logged a few times"""
    with Daemon() as d:
        offer = "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
        for _ in range(30):
            s = d.connect()
            s.sendall(d.upgrade(change=lambda head: head[:-2] + offer) + frame(b"\xff" * 36, first=0xc0))
            assert b" 101 " in read_all(s)
            s.close()
        assert d.metric("library_complaints_total") >= 30
        assert d.log().count("libwebsockets: ") <= 10, d.log()


def test_unfinished_heads():
    """Hundreds of unfinished heads keep nobody out, and are closed at their deadline"""
    with Daemon() as d:
        begin = time.monotonic()
        idle = []
        for i in range(250):
            s = d.connect()
            s.sendall(b"GET /w" if i % 2 else d.upgrade()[:-2])
            idle.append(s)
        s = d.connect()
        s.sendall(d.upgrade())
        assert read_until(s, b'"type":"snapshot"').startswith(b"HTTP/1.1 101 ")
        s.close()
        is_well(d)
        # One byte now and then does not move the deadline.
        drip = idle[0]
        while time.monotonic() < begin + 7:
            drip.sendall(b"X")
            select.select([drip], [], [], 1)
        for s in idle:
            s.settimeout(20)
            assert read_all(s) == b"", "an unfinished head was answered"
            s.close()
        assert 9 < time.monotonic() - begin < 15, time.monotonic() - begin
        assert d.metric("head_timeouts_total") == 250


def test_huge_body():
    """A body of 100 MB is refused, and costs next to no memory"""
    with Daemon() as d:
        before = d.rss_kb()
        for te in (b"Content-Length: 104857600\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n"):
            s = d.connect()
            s.sendall(b"POST /api/v1/machines/tiny/ops HTTP/1.1\r\nHost: " + d.host.encode() + b"\r\n" + te)
            block = b" " * (1 << 20)
            if b"chunked" in te:
                block = b"%x\r\n%s\r\n" % (len(block), block)
            try:
                for _ in range(100):
                    s.sendall(block)
                if b"chunked" in te:
                    s.sendall(b"0\r\n\r\n")
            except OSError:
                pass
            assert b"HTTP/1.1 413 " in s.recv(4096)
            s.close()
        assert d.rss_kb() - before < 8192, d.rss_kb() - before
        is_well(d)


def test_large_configuration():
    """Only a log may be long, and no line of it: JSON of many megabytes is not even read"""
    with Daemon() as d:
        before = d.rss_kb()
        jsonl = {"Content-Type": "application/jsonl"}
        bomb = b'{"name":"x","e820":[' + b"0," * 8000000 + b"0]}"
        d.problem("POST", "/machines", bomb, status=413)
        d.problem("POST", "/machines/tiny/reboot", bomb, status=413)
        d.problem("POST", "/machines", bomb, {"Content-Type": "application/jsonlong"}, status=413)
        d.problem("POST", "/machines", bomb, jsonl, status=413)
        log = json.dumps({"config": {"name": "long", "memory": "32M"}}).encode() + b"\n"
        p = d.problem("POST", "/machines", log + b"[" + b"0," * 40000 + b"0]\n", jsonl, status=413)
        assert p["line"] == 2, p
        op = json.dumps(PAGE).encode() + b"\n"
        d.post("/machines", log + op * (3000000 // len(op)), 201, headers=jsonl)
        assert d.rss_kb() - before < 120000, d.rss_kb() - before
        is_well(d)


def test_as_many_bodies_as_may_be():
    """When bodies have all the memory that they may have, the next one is answered 503"""
    with Daemon() as d:
        head = (b"POST /api/v1/machines HTTP/1.1\r\nHost: " + d.host.encode() +
                b"\r\nContent-Type: application/jsonl\r\nContent-Length: 67000000\r\n\r\n")
        waiting = []
        for _ in range(4):  # 33 MiB need room for 64
            s = d.connect()
            s.sendall(head + b" " * (33 << 20))
            waiting.append(s)
        eventually(lambda: d.metric("body_bytes") == 256 << 20, "four bodies")
        d.problem("POST", "/machines/tiny/ops", PAGE, status=503)
        for s in waiting:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            s.close()
        eventually(lambda: d.metric("body_bytes") == 0, "their end")
        is_well(d)


def test_unread_answers():
    """Answers that nobody reads fill what they may have, and no more; others are told so"""
    with Daemon() as d:
        d.post("/machines", {"name": "wide", "memory": "64M"}, 201)
        for _ in range(10):
            d.post("/machines/wide/ops", [PAGE] * 1000)
        # Soon made, even by a daemon with sanitizers: all of them must come before the first one times out.
        look = "/machines/wide/allocations?limit=10000"
        d.get(look)
        before, most = d.rss_kb(), 256 << 20
        waiting = []
        for _ in range(400):
            s = socket.socket()
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            s.connect(("127.0.0.1", d.port))
            s.sendall(get(d, "/api/v1" + look))
            waiting.append(s)
        eventually(lambda: d.metric("answer_bytes") >= most, "as many answers as there may be")
        d.problem("GET", look, status=503)
        d.problem("POST", "/machines/tiny/ops", PAGE, status=503)
        assert d.call("GET", "/healthz")[0] == 200
        assert d.metric("answer_bytes") < most + (64 << 20)
        grown = d.rss_kb() - before
        assert grown < 600000 or d.is_shadowed(), grown
        for s in waiting:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            s.close()
        eventually(lambda: d.metric("answer_bytes") < 1 << 20, "their end")
        d.get(look)


def test_half_closed():
    """Clients that close their half, or reset, at any moment leave nothing behind"""
    with Daemon("--scene") as d:
        is_well(d)
        files = len(os.listdir("/proc/%d/fd" % d.process.pid))

        def churn():
            heads = (get(d), d.upgrade(), d.upgrade()[:60], b"POST /api/v1/machines/tiny/ops HTTP/1.1\r\nHost: " +
                     d.host.encode() + b"\r\nContent-Length: 500\r\n\r\n{")
            for i in range(60):
                s = d.connect()
                s.sendall(heads[i % 4])
                if i % 3 == 0:
                    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                elif i % 3 == 1:
                    s.shutdown(socket.SHUT_WR)
                    s.settimeout(0.05)
                    try:
                        s.recv(100)
                    except OSError:
                        pass
                s.close()
        threads = [threading.Thread(target=churn) for _ in range(8)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        eventually(lambda: len(os.listdir("/proc/%d/fd" % d.process.pid)) <= files + 2, "the sockets' end")
        assert d.metric("viewers") == 0
        is_well(d)


def test_resync_flood():
    """Viewers that ask for snapshots all the time make few of them, are not dropped, and delay nobody"""
    with Daemon("--scene") as d:
        d.call("PUT", "/machines/tiny/scene", {"rate": 1000})
        sockets = []
        for i in range(14):
            s = d.connect()
            what = {"type": "subscribe", "sections": ["frames", "zones"][:1 + i % 2], "rate": i + 1}
            s.sendall(d.upgrade() + frame(json.dumps(what).encode()))
            sockets.append(s)
        seen = {s: b"" for s in sockets}
        before, begin, slowest = d.metric("snapshots_total"), time.monotonic(), 0
        while time.monotonic() < begin + 4:
            for s in sockets:
                s.sendall(frame(b'{"type": "resync"}'))
            ready = select.select(sockets, [], [], 0.01)[0]
            for s in ready:
                block = s.recv(1 << 20)
                assert block, "closed"
                seen[s] += block
            asked = time.monotonic()
            is_well(d)
            slowest = max(slowest, time.monotonic() - asked)
        made, took = d.metric("snapshots_total") - before, time.monotonic() - begin
        # Ten channels, once a second each; far fewer when those of one set of sections share theirs.
        assert made <= 10 * (took + 1), made
        assert slowest < 2, slowest
        for s in sockets:
            assert seen[s].count(b'"type":"snapshot"') >= 2
            s.close()


def test_never_reading_viewers():
    """Viewers that never read cost bounded memory, and slow nobody down"""
    with Daemon("--scene", machine={"name": "tiny", "kernel": "2.6", "memory": "64M", "seed": 3}) as d:
        d.call("PUT", "/machines/tiny/scene", {"rate": 1000})
        eventually(lambda: json.loads(d.snapshot(query="?sections=zones"))["seq"] > 4000, "the churn")

        def pace(seconds):
            """Deltas that a good viewer gets a second."""
            s = d.connect()
            s.sendall(d.upgrade())
            end, data = time.monotonic() + seconds, b""
            while time.monotonic() < end:
                if select.select([s], [], [], 0.1)[0]:
                    data += s.recv(1 << 20)
            s.close()
            return sum(b'"type":"delta"' in body for _, body in frames_of(data)) / seconds

        alone = pace(2)
        idle = []
        before = d.rss_kb()
        for _ in range(50):
            s = socket.socket()
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            s.connect(("127.0.0.1", d.port))
            s.sendall(d.upgrade())
            idle.append(s)
        eventually(lambda: d.metric("viewers") == 50, "the viewers")
        beside = pace(8)
        assert alone > 0 and beside > 0.5 * alone, (alone, beside)
        grown = d.rss_kb() - before
        most = 50 * 512 + 8192  # far below what they did not read; a shadow takes up to four times what it shadows
        assert grown < most * (5 if d.is_shadowed() else 1), grown
        # Whoever begins to read again gets a whole state, not eight seconds of deltas.
        s = idle[0]
        data = b""
        while data.count(b'"type":"snapshot"') < 2:
            block = s.recv(1 << 20)
            assert block, "closed"
            data += block
        for s in idle:
            s.close()
        is_well(d)


run(in_order(globals()))
