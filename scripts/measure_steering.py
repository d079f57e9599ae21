#!/usr/bin/env python3
"""Measures what steering a running program costs, and how soon viewers see what was asked for.

measure_steering.py [--rounds N] [--seconds S] [BINARY]

Starts PipeWire and WirePlumber on a bus of its own, Backlot with the presenter and a virtual camera there, and a
viewer (gst-launch-1.0 with the plugin of PipeWire). Then, in turn: nobody speaks, somebody watches, and a client
sends 1000 requests a second, half of them edits; of each the median of the pictures' latency, the pictures dropped
and the processor time. Afterwards, through 'backlot preview': how many pictures come after a request before the
first that shows it, for an effect's setting and for 'panic'. Prints one line of JSON.
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

    def ask(self, **request):
        self.send(id=0, **request)
        while True:
            line = json.loads(self.lines.readline())
            if line.get("reply") == 0:
                return line


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
    """Sends 1000 requests a second, every second one an edit, and reads all answers."""
    client, begun, count = Client(path), time.monotonic(), 0
    threading.Thread(target=lambda: [None for _ in client.lines], daemon=True).start()
    while not over.is_set():
        while count < (time.monotonic() - begun) * 1000:
            edit = {"request": "set-effect", "effect": "gain", "setting": "gain", "value": 1 + count % 7 / 100}
            client.send(**(edit if count % 2 else {"request": "ping"}))
            count += 1
        time.sleep(0.002)
    sent.append(count / (time.monotonic() - begun))
    client.socket.shutdown(socket.SHUT_RDWR)


def phase(kind, path, process, seconds):
    over, sent = threading.Event(), []
    work = {"quiet": None, "watched": (watch, (path, over)), "flooded": (flood, (path, over, sent))}[kind]
    thread = work and threading.Thread(target=work[0], args=work[1])
    if thread:
        thread.start()
    # The latencies that are told are those of the last ten seconds.
    time.sleep(max(0, 10 - seconds))
    before, cpu, begun = figures(path), ticks(process), time.monotonic()
    time.sleep(seconds)
    after, cpu, lasted = figures(path), ticks(process) - cpu, time.monotonic() - begun
    over.set()
    if thread:
        thread.join()
    result = {
        "median_ms": after["median_ms"],
        "p99_ms": after["p99_ms"],
        "fps": (after["finished"] - before["finished"]) / lasted,
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

    def corner(self):
        """The luma of the next picture's upper left, and when it came."""
        self.child.stdout.readline()
        picture = self.child.stdout.read(self.bytes)
        return sum(picture[:64]) / 64, time.monotonic()

    def pictures_until(self, changes, ask):
        """How many pictures after a request come before the first that shows it, and how long that takes."""
        for _ in range(20):
            now, _ = self.corner()
        begun = time.monotonic()
        ask()
        asked = time.monotonic()
        for count in range(1, 100):
            luma, at = self.corner()
            # What came before the request was sent doesn't count.
            if at > begun and changes(now, luma):
                return count, 1000 * (at - asked)
        sys.exit("the request never shows")


def reactions(binary, path, rounds):
    preview, client = Preview(binary), Client(path)
    set_gain = lambda value: lambda: client.send(request="set-effect", effect="gain", setting="gain", value=value)
    found = {"effect": [], "panic": []}
    for _ in range(rounds):
        for value in (0.6, 1.0):
            found["effect"].append(preview.pictures_until(lambda a, b: abs(a - b) > 3, set_gain(value)))
        panic = lambda: client.send(request="panic")
        found["panic"].append(preview.pictures_until(lambda a, b: abs(a - b) > 3, panic))
        client.ask(request="resume")
        time.sleep(2)
    preview.child.kill()
    return {
        name: {
            "pictures_median": statistics.median(count for count, _ in all_of_it),
            "pictures_most": max(count for count, _ in all_of_it),
            "ms_median": statistics.median(ms for _, ms in all_of_it),
        }
        for name, all_of_it in found.items()
    }


def measure(arguments):
    folder = pathlib.Path(os.environ["XDG_RUNTIME_DIR"])
    (folder / "settings.toml").write_text(SETTINGS)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    children = [subprocess.Popen(["pipewire"], **quiet)]
    time.sleep(1)
    children.append(subprocess.Popen(["wireplumber"], **quiet))
    time.sleep(3)
    run = [arguments.binary, "run", "--output", "pipewire", "--quiet", "--settings", folder / "settings.toml"]
    process = subprocess.Popen(list(map(str, run)))
    path = folder / "backlot" / "control.sock"
    while not path.exists():
        time.sleep(0.1)
    time.sleep(2)
    children.append(subprocess.Popen(["gst-launch-1.0", "-q", "pipewiresrc", "target-object=backlot", "!", "fakesink"], **quiet))
    time.sleep(5)
    kinds = ["quiet", "watched", "flooded"]
    rounds = {kind: [] for kind in kinds}
    for _ in range(arguments.rounds):
        for kind in kinds:
            rounds[kind].append(phase(kind, path, process, arguments.seconds))
    median = lambda all_of_it: {key: round(statistics.median(one[key] for one in all_of_it), 2) for key in all_of_it[0]}
    result = {kind: median(all_of_it) for kind, all_of_it in rounds.items()}
    result |= reactions(arguments.binary, path, arguments.rounds)
    print(json.dumps(result))
    Client(path).send(request="quit")
    process.wait(10)
    for child in children:
        child.kill()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", nargs="?", default=str(ROOT / "target/release/backlot"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=10)
    arguments = parser.parse_args()
    if "BACKLOT_MEASURES" in os.environ:
        return measure(arguments)
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"XDG_RUNTIME_DIR": folder, "HOME": folder, "BACKLOT_MEASURES": "1"}
        environment.pop("BACKLOT_SOCKET", None)
        sys.exit(subprocess.run(["dbus-run-session", "--", sys.executable, __file__, *sys.argv[1:]], env=environment).returncode)


if __name__ == "__main__":
    main()
