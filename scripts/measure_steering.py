#!/usr/bin/env python3
"""Measures what steering a running program costs, and how soon viewers see what was asked for.

measure_steering.py [--rounds N] [--seconds S] [BINARY]

Starts Backlot with the presenter; 'backlot preview' is its viewer. In turn: nobody speaks, somebody watches, and a
client sends 1000 requests a second, every tenth an edit; of each the pictures a second, the longest time between two,
the pictures dropped and the processor time. Afterwards: how many pictures come after a request before the first
that shows it, for an effect's setting and for 'panic'. Prints one line of JSON.
"""

import argparse
import json
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
SIZE = (640, 360)
SETTINGS = """
[camera]
device = "presenter"
size = "640x360"
[run]
scene = "look"
[desktop]
tray = false
notifications = false
[scene.look]
background = "navy"
effects = ["gain:gain=1"]
"""


class Client:
    """A connection to the running program."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(path))
        self.lines = self.socket.makefile("r", encoding="utf-8")
        self.state = json.loads(self.lines.readline())["state"]

    def send(self, **request):
        self.socket.sendall((json.dumps(request) + "\n").encode())


def figures(path):
    return Client(path).state["figures"]


def ticks(process):
    """The processor time of a process so far, in seconds."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def watch(path, over):
    client = Client(path)
    client.socket.settimeout(0.2)
    while not over.is_set():
        try:
            client.socket.recv(1 << 16)
        except TimeoutError:
            pass


def flood(path, over, sent):
    """Sends 1000 requests a second, every tenth an edit, and reads all answers."""
    client, begun, count = Client(path), time.monotonic(), 0
    threading.Thread(target=lambda: [None for _ in client.lines], daemon=True).start()
    while not over.is_set():
        while count < (time.monotonic() - begun) * 1000 and not over.is_set():
            edit = {"request": "set-effect", "effect": "gain", "setting": "gain", "value": 1 + count % 7 / 100}
            client.send(**(edit if count % 10 == 0 else {"request": "ping"}))
            count += 1
        time.sleep(0.002)
    sent.append(count / (time.monotonic() - begun))
    client.socket.shutdown(socket.SHUT_RDWR)


def phase(kind, path, process, preview, seconds):
    over, sent = threading.Event(), []
    work = {"quiet": None, "watched": (watch, (path, over)), "flooded": (flood, (path, over, sent))}[kind]
    thread = work and threading.Thread(target=work[0], args=work[1])
    if thread:
        thread.start()
    before, cpu, begun = figures(path), ticks(process), time.monotonic()
    times = []
    while time.monotonic() - begun < seconds:
        times.append(preview.middle()[1])
    after, cpu, lasted = figures(path), ticks(process) - cpu, time.monotonic() - begun
    over.set()
    if thread:
        thread.join(10)
    result = {
        "fps": (len(times) - 1) / (times[-1] - times[0]),
        "longest_gap_ms": 1000 * max(b - a for a, b in zip(times, times[1:])),
        "dropped": after["dropped"] - before["dropped"],
        "cpu_percent": 100 * cpu / lasted,
    }
    return result | ({"requests_a_second": sent[0]} if sent else {})


class Preview:
    """What viewers see, picture by picture."""

    def __init__(self, binary):
        self.child = subprocess.Popen([binary, "preview"], stdout=subprocess.PIPE)
        self.child.stdout.readline()
        self.bytes = SIZE[0] * SIZE[1] * 3 // 2

    def middle(self):
        """The luma in the middle of the next picture, where the presenter is, and when it came."""
        self.child.stdout.readline()
        picture = self.child.stdout.read(self.bytes)
        middle = (SIZE[1] * 2 // 3) * SIZE[0] + SIZE[0] // 2
        return sum(picture[middle - 32 : middle + 32]) / 64, time.monotonic()

    def pictures_until(self, changes, ask):
        """How many pictures after a request come before the first that shows it, and how long that takes."""
        for _ in range(20):
            now, _ = self.middle()
        begun = time.monotonic()
        ask()
        asked = time.monotonic()
        for count in range(1, 100):
            luma, at = self.middle()
            # What came before the request was sent doesn't count.
            if at > begun and changes(now, luma):
                return count, 1000 * (at - asked)
        sys.exit("the request never shows")


def reactions(preview, path, rounds):
    client = Client(path)
    threading.Thread(target=lambda: [None for _ in client.lines], daemon=True).start()
    set_gain = lambda value: lambda: client.send(request="set-effect", effect="gain", setting="gain", value=value)
    found = {"effect": [], "panic": []}
    for _ in range(rounds):
        for value in (0.3, 1.0):
            found["effect"].append(preview.pictures_until(lambda a, b: abs(a - b) > 20, set_gain(value)))
        panic = lambda: client.send(request="panic")
        found["panic"].append(preview.pictures_until(lambda a, b: abs(a - b) > 20, panic))
        client.send(request="resume")
        time.sleep(2)
    return {
        name: {
            "pictures_median": statistics.median(count for count, _ in all_of_it),
            "pictures_most": max(count for count, _ in all_of_it),
            "ms_median": statistics.median(ms for _, ms in all_of_it),
        }
        for name, all_of_it in found.items()
    }


def measure(binary, folder, rounds, seconds):
    (folder / "settings.toml").write_text(SETTINGS)
    path = folder / "socket"
    os.environ["BACKLOT_SOCKET"] = str(path)
    run = [binary, "run", "--output", "none", "--quiet", "--settings", folder / "settings.toml"]
    process = subprocess.Popen(list(map(str, run)))
    while not path.exists():
        time.sleep(0.1)
    preview = Preview(binary)
    try:
        for _ in range(60):
            preview.middle()
        kinds = ["quiet", "watched", "flooded"]
        found = {kind: [] for kind in kinds}
        for _ in range(rounds):
            for kind in kinds:
                found[kind].append(phase(kind, path, process, preview, seconds))
        median = lambda all_of_it: {key: round(statistics.median(one[key] for one in all_of_it), 2) for key in all_of_it[0]}
        result = {kind: median(all_of_it) for kind, all_of_it in found.items()}
        return result | reactions(preview, path, rounds)
    finally:
        preview.child.kill()
        process.terminate()
        process.wait(10)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", nargs="?", default=str(ROOT / "target/release/backlot"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=10)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(arguments.binary, pathlib.Path(folder), arguments.rounds, arguments.seconds)))


if __name__ == "__main__":
    main()
