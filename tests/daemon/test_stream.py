# SPDX-License-Identifier: GPL-2.0-or-later
"""The stream, followed by a client that we did not write (python3-websockets)."""
import asyncio
import json
import signal

from mm386d import Daemon, in_order, run, skip_all

try:
    import websockets
except ImportError:
    skip_all("python3-websockets is not installed")

GIVE_UP_S = 30


def follow(test):
    """Run ${test}, a coroutine, with a bound on its time."""
    asyncio.run(asyncio.wait_for(test, GIVE_UP_S))


def stream(d, machine="tiny", **kw):
    kw.setdefault("subprotocols", ["mm386.v1"])
    kw.setdefault("max_size", None)
    return websockets.connect("ws://%s/api/v1/machines/%s/stream" % (d.host, machine), **kw)


async def take(ws, *types):
    """The next message of one of ${types}."""
    while True:
        m = json.loads(await ws.recv())
        if m["type"] in types:
            return m


async def later(function, *args, **kw):
    """A blocking call beside the event loop."""
    return await asyncio.get_running_loop().run_in_executor(None, lambda: function(*args, **kw))


def apply_runs(frames, runs):
    """Flat triples first, count, kind onto a list with one kind a frame."""
    for i in range(0, len(runs), 3):
        first, count, kind = runs[i:i + 3]
        frames[first:first + count] = [kind] * count


def expand(runs):
    out = []
    for i in range(0, len(runs), 2):
        out += [runs[i + 1]] * runs[i]
    return out


def pack(frames):
    out = []
    for kind in frames:
        if out and out[-1] == kind:
            out[-2] += 1
        else:
            out += [1, kind]
    return out


def keep_blocks(old, zone):
    """Page blocks do not travel with their zone: runs of letters go into the old ones."""
    if "pageblocks" in old:
        blocks = old["pageblocks"]
        runs = zone.get("pageblocks", {}).get("runs", [])
        for first, count, letter in zip(runs[::3], runs[1::3], runs[2::3]):
            types = blocks["types"]
            assert len(letter) == 1 and 0 < count <= len(types) - first, runs
            blocks["types"] = types[:first] + letter * count + types[first + count:]
        zone["pageblocks"] = blocks
    return zone


def apply(state, delta):
    """The law of PROTOCOL.md, done anew from its words."""
    assert delta["base"] == state["seq"], (delta["base"], state["seq"])
    state["seq"] = delta["seq"]
    state["machine"].update(delta.get("machine", {}))
    if "frames" in delta:
        frames = expand(state["frames"]["runs"])
        apply_runs(frames, delta["frames"]["runs"])
        state["frames"]["runs"] = pack(frames)
    for zone in delta.get("zones", []):
        for i, old in enumerate(state["zones"]):
            if (old["node"], old["name"]) == (zone["node"], zone["name"]):
                state["zones"][i] = keep_blocks(old, zone)
    if "vm" in delta:
        state["vm"] = delta["vm"]


def same_text(state, text):
    return json.dumps(state, separators=(",", ":"), ensure_ascii=False).encode() == text


def test_law():
    """snapshot and deltas together are the snapshot that REST gives, byte for byte"""
    async def go(d, compression):
        async with stream(d, compression=compression) as ws:
            hello = json.loads(await ws.recv())
            assert hello["type"] == "hello" and hello["protocol"] == "mm386.v1" and hello["boot"] == 1, hello
            state = json.loads(await ws.recv())
            assert state["type"] == "snapshot" and hello["seq"] == state["seq"]
            kept = {"seqs": [], "events": []}
            for i in range(20):
                batch = [{"op": "alloc_pages", "gfp": g, "order": i % 4} for g in ("GFP_KERNEL", "GFP_HIGHUSER", "GFP_DMA")]
                last = (await later(d.post, "/machines/tiny/ops", batch))["results"][-1]["seq"]
                while state["seq"] < last:
                    delta = await take(ws, "delta")
                    apply(state, delta)
                    kept["seqs"] += [o["seq"] for o in delta["ops"]]
                    kept["events"] += delta["events"]
                assert same_text(state, await later(d.snapshot)), i
            assert kept["seqs"] == list(range(kept["seqs"][0], last + 1))
            assert {e["seq"] for e in kept["events"]} == set(kept["seqs"])
    with Daemon() as d:
        follow(go(d, None))
        follow(go(d, "deflate"))


def test_law_under_the_scene():
    """The same with the churn running: the state at seq is what ?at=seq gives"""
    async def go(d):
        async with stream(d) as ws:
            state = await take(ws, "snapshot")
            for _ in range(25):
                apply(state, await take(ws, "delta"))
            assert same_text(state, await later(d.snapshot, query="?at=%d" % state["seq"]))
    with Daemon("--scene") as d:
        d.call("PUT", "/machines/tiny/scene", {"rate": 1000})
        follow(go(d))


def test_idle_machine_is_silent_and_quick():
    """Nothing comes from a machine at rest; what is posted comes at once"""
    async def go(d):
        async with stream(d) as ws:
            await take(ws, "snapshot")
            await take(ws, "presence")
            try:
                extra = await asyncio.wait_for(ws.recv(), 0.3)
                raise AssertionError(extra)
            except asyncio.TimeoutError:
                pass
            loop = asyncio.get_running_loop()
            begin = loop.time()
            await later(d.op, "alloc_pages", gfp="GFP_KERNEL", order=0)
            await take(ws, "delta")
            assert loop.time() - begin < 1, loop.time() - begin
    with Daemon() as d:
        follow(go(d))


def test_subscribe():
    """A viewer gets the sections it asked for, and not more deltas than it asked for"""
    async def go(d):
        async with stream(d) as ws:
            await take(ws, "snapshot")
            await ws.send(json.dumps({"type": "subscribe", "sections": ["zones"], "rate": 5}))
            s = await take(ws, "snapshot")
            while "frames" in s:
                s = await take(ws, "snapshot")
            assert set(s) == {"v", "type", "seq", "zones"}, s.keys()
            loop = asyncio.get_running_loop()
            seq, begin = s["seq"], loop.time()
            for _ in range(6):
                delta = await take(ws, "delta")
                assert set(delta) <= {"v", "type", "base", "seq", "zones"} and delta["base"] == seq, delta
                seq = delta["seq"]
            assert loop.time() - begin > 0.8, loop.time() - begin
    with Daemon("--scene") as d:
        d.call("PUT", "/machines/tiny/scene", {"rate": 1000})
        follow(go(d))


def test_many_subscriptions_keep_nobody_out():
    """However many different subscriptions there are, each gets its sections, and newcomers all of them"""
    async def go(d):
        names = ["machine", "legend", "physical", "frames", "zones", "virtual"]
        viewers = []
        for i in range(40):
            ws = await stream(d)
            sections = [name for bit, name in enumerate(names) if (i + 1) >> bit & 1]
            await ws.send(json.dumps({"type": "subscribe", "sections": sections, "rate": i % 20 + 1}))
            viewers.append((ws, sections))
        async with stream(d) as late:
            assert set(names) < set(await take(late, "snapshot"))
        for ws, sections in viewers:
            await later(d.op, "alloc_pages", gfp="GFP_KERNEL", order=0)
            state = await take(ws, "snapshot")
            while not set(sections) <= set(state):
                state = await take(ws, "snapshot")
            await ws.close()
    with Daemon() as d:
        follow(go(d))


def test_slow_rate_keeps_the_law():
    """Deltas of a slow viewer join up to the same state"""
    async def go(d):
        async with stream(d) as ws:
            await ws.send(json.dumps({"type": "subscribe", "rate": 4}))
            state = await take(ws, "snapshot")
            for _ in range(6):
                m = await take(ws, "delta", "snapshot")
                if m["type"] == "snapshot":
                    state = m
                else:
                    apply(state, m)
            assert same_text(state, await later(d.snapshot, query="?at=%d" % state["seq"]))
    with Daemon("--scene") as d:
        d.call("PUT", "/machines/tiny/scene", {"rate": 1000})
        follow(go(d))


def test_resync_and_nonsense():
    """resync brings a snapshot; anything that is not understood ends the stream with 1008"""
    async def go(d):
        async with stream(d) as ws:
            first = await take(ws, "snapshot")
            await ws.send('{"type": "resync"}')
            assert await take(ws, "snapshot") == first
        for nonsense in ("{", "{}", '{"type": "tea"}', '{"type": "subscribe", "rate": 1000}',
                         '{"type": "subscribe", "sections": ["tea"]}', "[" * 3000):
            async with stream(d) as ws:
                await ws.send(nonsense)
                try:
                    while True:
                        await ws.recv()
                except websockets.ConnectionClosed as e:
                    assert e.rcvd and e.rcvd.code == 1008, (nonsense, e)
    with Daemon() as d:
        follow(go(d))


def test_reboot():
    """After a reboot a new hello and snapshot come, with the boot counted up"""
    async def go(d):
        async with stream(d) as ws:
            assert (await take(ws, "hello"))["boot"] == 1
            await take(ws, "snapshot")
            await take(ws, "presence")
            await later(d.op, "alloc_pages", gfp="GFP_KERNEL", order=0)
            await take(ws, "delta")  # from here on nothing moves
            await later(d.post, "/machines/tiny/reboot", {"memory": "64M"})
            begin = asyncio.get_running_loop().time()
            assert (await take(ws, "hello"))["boot"] == 2
            state = await take(ws, "snapshot")
            assert asyncio.get_running_loop().time() - begin < 5
            assert state["seq"] == 0 and same_text(state, await later(d.snapshot))
            await later(d.op, "alloc_pages", gfp="GFP_KERNEL", order=0)
            apply(state, await take(ws, "delta"))
            assert same_text(state, await later(d.snapshot))
    with Daemon() as d:
        follow(go(d))


def test_presence():
    """Viewers are told how many they are, and what the scene does"""
    async def go(d):
        async with stream(d) as one:
            assert (await take(one, "presence"))["viewers"] == 1
            async with stream(d):
                while (await take(one, "presence"))["viewers"] != 2:
                    pass
            while (await take(one, "presence"))["viewers"] != 1:
                pass
            await later(d.call, "PUT", "/machines/tiny/scene", {"rate": 7, "running": True})
            while (await take(one, "presence"))["scene"] != {"name": "churn", "running": True, "rate": 7}:
                pass
    with Daemon() as d:
        follow(go(d))


def test_bye():
    """At the end every viewer gets a bye and 1001; so does one whose machine ends"""
    async def until_closed(ws):
        last = None
        try:
            while True:
                last = json.loads(await ws.recv())
        except websockets.ConnectionClosed as e:
            return last, e.rcvd.code

    async def go(d):
        await later(d.post, "/machines", {"name": "two", "memory": "32M"}, 201)
        viewers = [await stream(d) for _ in range(20)]
        for ws in viewers:
            await take(ws, "snapshot")
        async with stream(d, "two") as ws:
            await take(ws, "snapshot")
            assert (await later(d.call, "DELETE", "/machines/two"))[0] == 204
            assert await until_closed(ws) == ({"v": 1, "type": "bye", "reason": "ended"}, 1001)
        d.process.send_signal(signal.SIGTERM)
        for ws in viewers:
            assert await until_closed(ws) == ({"v": 1, "type": "bye", "reason": "shutdown"}, 1001)
    with Daemon() as d:
        follow(go(d))


def test_viewer_limits():
    """More viewers than allowed, in all or from one address, are refused; room is given back"""
    async def refused(d):
        try:
            await stream(d)
        except (websockets.InvalidHandshake, ConnectionError, EOFError):
            return True
        return False

    async def go(d):
        one = await stream(d)
        two = await stream(d)
        await take(two, "snapshot")
        assert await refused(d)
        await one.close()
        for _ in range(100):
            if not await refused(d):
                return
        raise AssertionError("the place of a viewer that left was not given back")
    with Daemon("--max-viewers", "2") as d:
        follow(go(d))
    with Daemon("--max-viewers-per-address", "2") as d:
        follow(go(d))


run(in_order(globals()))
