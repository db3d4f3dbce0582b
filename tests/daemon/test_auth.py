# SPDX-License-Identifier: GPL-2.0-or-later
"""Who is answered: Host, Origin, tokens."""
import json
import os
import signal
import socket

from mm386d import Daemon, eventually, in_order, read_all, run

OP = {"op": "alloc_pages", "gfp": "GFP_KERNEL", "order": 0}
OPS = "/machines/tiny/ops"


def bearer(token):
    return {"Authorization": "Bearer " + token}


def test_host():
    """Only our own names are answered: no prefix, no suffix, no other port"""
    with Daemon("--host", "mm.example.org", "--host", "lab.example.org:8443") as d:
        def status(host):
            return d.call("GET", "/machines", headers={"Host": host})[0]
        for host in ("127.0.0.1:%d", "localhost:%d", "[::1]:%d", "LOCALHOST:%d"):
            assert status(host % d.port) == 200, host
        for host in ("mm.example.org", "mm.example.org:443", "MM.example.org:8080", "lab.example.org:8443"):
            assert status(host) == 200, host
        for host in ("evil.example", "localhost.evil.example:%d" % d.port, "127.0.0.1.evil.example:%d" % d.port,
                     "localhost", "localhost:1", "127.0.0.1:%d.evil.example" % d.port, "lab.example.org",
                     "lab.example.org:8444", "xmm.example.org", "mm.example.org.evil", "127.0.0.2:%d" % d.port,
                     "localhost:%d@evil.example" % d.port, ""):
            assert status(host) in (400, 421), host


def test_two_hosts():
    """Two Host, Origin or Content-Length lines are refused, whatever they say"""
    with Daemon() as d:
        for extra in ("Host: %s" % d.host, "Host: evil.example", "Content-Length: 2\r\nContent-Length: 2",
                      "Content-Length: 2\r\nContent-Length: 40",
                      "Origin: http://%s\r\nOrigin: http://evil.example" % d.host):
            s = d.connect()
            s.sendall(("POST /api/v1%s HTTP/1.1\r\nHost: %s\r\n%s\r\nConnection: close\r\n\r\n{}"
                       % (OPS, d.host, extra)).encode())
            answer = read_all(s)
            assert answer.startswith(b"HTTP/1.1 400 "), (extra, answer)


def test_origin():
    """A page from elsewhere is refused by its Origin; ours and none at all are not"""
    with Daemon("--host", "mm.example.org") as d:
        def status(origin):
            return d.call("POST", OPS, json.dumps(OP), {"Origin": origin})[0]
        for origin in ("http://%s" % d.host, "http://localhost:%d" % d.port, "https://mm.example.org"):
            assert status(origin) == 200, origin
        for origin in ("null", "http://evil.example", "http://%s.evil.example" % d.host, "http://127.0.0.1:1",
                       "http://evil.example#http://%s" % d.host, "file://", "ftp://%s" % d.host,
                       "http://localhost", "//%s" % d.host):
            assert status(origin) == 403, origin


def test_stream_is_guarded_too():
    """A stream is refused for the same reasons, with the same statuses"""
    with Daemon() as d:
        def answer(change, machine="tiny"):
            s = d.connect()
            s.sendall(d.upgrade(machine, change))
            status = int(s.recv(4096).split()[1])
            s.close()
            return status
        assert answer(lambda h: h) == 101
        assert answer(lambda h: h.replace("Host: ", "Host: x")) == 421
        evil = "Host: evil.example:%d\r\nOrigin: http://evil.example:%d" % (d.port, d.port)
        assert answer(lambda h: h.replace("Host: " + d.host, evil)) == 421
        assert answer(lambda h: h.replace("Upgrade: w", "Origin: http://evil.example\r\nUpgrade: w")) == 403
        assert answer(lambda h: h.replace("Upgrade: w", "Origin: http://%s\r\nUpgrade: w" % d.host)) == 101
        assert answer(lambda h: h, "nobody") == 404
        assert answer(lambda h: h.replace("/stream", "/streams")) == 404
        assert answer(lambda h: h.replace("Version: 13", "Version: 8")) == 426
        assert answer(lambda h: h.replace(": websocket", ": h2c")) == 426
        assert answer(lambda h: h.replace(": websocket", ": websocket, h2c")) == 426
        assert answer(lambda h: h.replace("Connection: Upgrade", "Connection: close")) == 426
        assert answer(lambda h: h.replace("mm386.v1", "mm386.v9")) == 400
        assert answer(lambda h: h.replace("mm386.v1", "no-stream")) == 400
        assert answer(lambda h: h.replace("mm386.v1", "no-stream, mm386.v1")) != 200


def test_daemon_token():
    """With a token file changes need the token, looking does not; SIGHUP reads it again"""
    with Daemon() as d:
        path = os.path.join(d.work, "token")
        with open(path, "w") as f:
            f.write("first-token\n")
        d.end()
        d.options = ["--token-file", path]
        d.start()
        assert d.call("GET", "/machines/tiny")[0] == 200
        status, head, _ = d.call("POST", OPS, json.dumps(OP))
        assert status == 401 and head["www-authenticate"] == "Bearer", head
        for wrong in ("first-toke", "first-tokenx", "", "FIRST-TOKEN"):
            assert d.call("POST", OPS, json.dumps(OP), bearer(wrong))[0] == 401, wrong
        assert d.call("POST", OPS, json.dumps(OP), {"Authorization": "Basic first-token"})[0] == 401
        assert d.call("PUT", "/machines/tiny/scene", "{}")[0] == 401
        assert d.call("DELETE", "/machines/tiny/allocations/a1")[0] == 401
        assert d.call("POST", OPS, json.dumps(OP), bearer("first-token"))[0] == 200
        made = d.post("/machines", {"name": "mine", "memory": "32M"}, 201, headers=bearer("first-token"))
        own = made["token"]
        assert d.call("POST", "/machines/mine/ops", json.dumps(OP), bearer(own))[0] == 200
        assert d.call("POST", OPS, json.dumps(OP), bearer(own))[0] == 401
        assert d.call("DELETE", "/machines/tiny", headers=bearer(own))[0] == 401
        with open(path, "w") as f:
            f.write("second-token\n")
        d.process.send_signal(signal.SIGHUP)
        eventually(lambda: d.call("POST", OPS, json.dumps(OP), bearer("second-token"))[0] == 200, "the new token")
        assert d.call("POST", OPS, json.dumps(OP), bearer("first-token"))[0] == 401
        os.unlink(path)
        d.process.send_signal(signal.SIGHUP)
        eventually(lambda: "error" in d.log(), "a word about the missing file")
        assert d.call("POST", OPS, json.dumps(OP), bearer("second-token"))[0] == 200
        assert d.call("DELETE", "/machines/mine", headers=bearer(own))[0] == 204


def test_open():
    """Open without a token: all may change, but only a machine's maker may end or reboot it"""
    with Daemon("--open") as d:
        assert d.call("POST", OPS, json.dumps(OP))[0] == 200
        own = d.post("/machines", {"name": "mine", "memory": "32M"}, 201)["token"]
        assert d.call("POST", "/machines/mine/ops", json.dumps(OP))[0] == 200
        assert d.call("DELETE", "/machines/mine")[0] == 401
        assert d.call("POST", "/machines/mine/reboot", "")[0] == 401
        assert d.call("POST", "/machines/mine/reboot", "", bearer("0" * 32))[0] == 401
        assert d.call("POST", "/machines/mine/reboot", "", bearer(own))[0] == 200
        assert d.call("DELETE", "/machines/mine", headers=bearer(own))[0] == 204
        assert d.call("POST", "/machines/tiny/reboot", "")[0] == 200
        d.problem("DELETE", "/machines/tiny", status=403)


def test_machine_of_the_command_line():
    """Without a token of the daemon's a machine of the command line is rebooted, not ended"""
    with Daemon() as d:
        d.problem("DELETE", "/machines/tiny", status=403)
        assert d.call("POST", "/machines/tiny/reboot", "")[0] == 200
        d.post("/machines", {"name": "mine", "memory": "32M"}, 201)
        assert d.call("DELETE", "/machines/mine")[0] == 204


def test_name_changes_hands():
    """A token that was right for a machine says nothing about the next one of that name"""
    with Daemon("--open") as d:
        old = d.post("/machines", {"name": "mine", "memory": "32M"}, 201)["token"]
        body = b'{"memory": "64M"}'
        s = d.connect()
        s.sendall(("POST /api/v1/machines/mine/reboot HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n"
                   "Content-Length: %d\r\nExpect: 100-continue\r\n\r\n" % (d.host, old, len(body))).encode())
        assert b" 100 " in s.recv(4096)  # the head is through
        assert d.call("DELETE", "/machines/mine", headers=bearer(old))[0] == 204
        new = d.post("/machines", {"name": "mine", "memory": "48M"}, 201)
        s.sendall(body)
        assert b"HTTP/1.1 404 " in s.recv(4096)
        s.close()
        left = d.get("/machines/mine")
        assert left["boot"] == 1 and left["memory_bytes"] == new["memory_bytes"], left


def test_ipv6():
    """[::1] is listened on when asked for"""
    probe = socket.socket(socket.AF_INET6)
    try:
        probe.bind(("::1", 0))
    except OSError:
        print("# no IPv6 loopback here")
        return
    finally:
        probe.close()
    with Daemon("--listen", "[::1]:0") as d:
        with open("/proc/net/tcp6") as f:
            text = f.read()
        assert "00000000000000000000000001000000" in text
        assert d.call("GET", "/machines")[0] == 200


run(in_order(globals()))
