#!/usr/bin/env python3
"""The camera's mattes come over a bad line: scripts/services.sh --line PROGRAM [SECONDS]

In a network of the test's own (unshare, ip and nft, as root) one of twenty packets to the service and from it is lost, and
a proxy before it adds 20 ms, stalls for a second now and then, and cuts the line. A viewer must never see the room, nor
lose the person; the network elsewhere must lead most of the time, and again after each fault.
"""

import asyncio
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

from camera import Camera, is_usual, usual

PORT, SERVICE = 9801, 9802
DELAY, STALL = 0.02, 1.0
# Pictures a second: a packet that is lost costs 200 ms or more, and answers may take three frame times.
RATE = 10
RULES = f"""
table inet line {{
    chain in {{
        type filter hook input priority filter;
        tcp dport {PORT} numgen random mod 100 < 5 counter drop
        tcp sport {PORT} numgen random mod 100 < 5 counter drop
    }}
}}
"""


class Proxy:
    """What stands between the camera and the service."""

    def __init__(self):
        self.stalls_until, self.open, self.stalls, self.cuts = 0, set(), 0, 0
        self.loop = asyncio.new_event_loop()
        started = threading.Event()
        threading.Thread(target=self.run, args=[started], daemon=True).start()
        started.wait()

    def run(self, started):
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(asyncio.start_server(self.serve, "127.0.0.1", PORT))
        started.set()
        self.loop.run_forever()

    async def serve(self, reader, writer):
        try:
            there = await asyncio.open_connection("127.0.0.1", SERVICE)
        except OSError:
            writer.close()
            return
        self.open |= {writer, there[1]}
        await asyncio.gather(self.carry(reader, there[1]), self.carry(there[0], writer), return_exceptions=True)
        self.open -= {writer, there[1]}
        writer.close()
        there[1].close()

    async def carry(self, reader, writer):
        while data := await reader.read(1 << 16):
            await asyncio.sleep(DELAY)
            while time.monotonic() < self.stalls_until:
                await asyncio.sleep(0.01)
            writer.write(data)
            await writer.drain()
        writer.close()

    def stall(self):
        self.stalls += 1
        self.stalls_until = time.monotonic() + STALL

    def cut(self):
        self.cuts += 1
        for writer in list(self.open):
            self.loop.call_soon_threadsafe(writer.transport.abort)


def alone():
    """Goes on in a network of its own."""
    missing = [tool for tool in ["unshare", "ip", "nft"] if not shutil.which(tool)]
    if missing or os.geteuid() != 0:
        sys.exit(f"skipped: it takes root, unshare, ip and nft{''.join(f'; {tool} is missing' for tool in missing)}")
    os.execvp("unshare", ["unshare", "--net", "env", "LINE=alone", sys.executable, *sys.argv])


def main():
    if os.environ.get("LINE") != "alone":
        alone()
    program, seconds = sys.argv[1], float((sys.argv[2:] or [30])[0])
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    shares = usual(program, RATE)
    subprocess.run(["nft", "-f", "-"], input=RULES, text=True, check=True)
    service = subprocess.Popen([program, "serve", "--listen", f"127.0.0.1:{SERVICE}"], stderr=subprocess.PIPE)
    service.stderr.readline()
    proxy, leads = Proxy(), []
    try:
        with Camera(program, f"oip+http://127.0.0.1:{PORT}/v2/models/general", RATE) as camera:
            camera.until_led("elsewhere")
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                random.choice([proxy.stall, proxy.cut])()
                time.sleep(random.uniform(2, 4))
                leads.append(camera.status["lead"])
            camera.until_led("elsewhere")
            seen, guard = camera.shares[:], camera.status["guard"]
    finally:
        service.send_signal(signal.SIGTERM)
        service.wait()
    rules = subprocess.run(["nft", "list", "ruleset"], capture_output=True, text=True).stdout
    dropped = sum(map(int, re.findall(r"packets (\d+)", rules)))
    assert dropped > 0, "no packet was lost"
    assert is_usual(shares, seen), (shares, min(seen), max(seen))
    print(f"ok  {len(seen)} pictures, {dropped} packets lost, {proxy.stalls} stalls, {proxy.cuts} cuts; the network elsewhere"
          f" led at {leads.count('elsewhere')} of {len(leads)} looks; new background {min(seen):.3f} to {max(seen):.3f} of a"
          f" picture, {shares[0]:.3f} to {shares[1]:.3f} without a line; guard: {guard['shielded']} hidden")


if __name__ == "__main__":
    main()
