"""Runs the program for half an hour in the lab, with faults and viewers that come and go, and judges it.

The same file is the host's side, which boots the lab, and the guest's (`soak.py guest LOGS MINUTES SEED`).
"""

import os
import random
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

from kit import machine, program  # noqa: E402 (the path comes first)
from kit.machine import OUTPUT  # noqa: E402
from kit.program import Backlot  # noqa: E402
from kit.watch import Watch  # noqa: E402

# A picture a second is promised.
LONGEST_GAP = 1.0
MEMORY_KB = 2048


class Soak:
    """The viewer, the faults, and what was seen."""

    def __init__(self, backlot, random_source, settings):
        self.backlot, self.random, self.settings = backlot, random_source, settings
        self.worst_gap = self.worst_wait = 0.0
        self.visits = self.pictures = self.faults = 0

    def warm_up(self):
        """A minute in which everything happens that takes memory once: other scenes, and other plans, for the
        pictures get smaller while others want the processor."""
        with Watch(OUTPUT):
            for _ in range(2):
                others = machine.start("sh", "-c", "while :; do :; done")
                for _ in range(4):
                    self.write(f'[scene.soak]\nbackground = "#{self.random.randrange(1 << 24):06x}"\n')
                    machine.pause(5)
                machine.end(others)
                machine.pause(10)

    def visit(self):
        """Lets somebody watch for a while, during which something may happen."""
        with Watch(OUTPUT) as watch:
            self.worst_wait = max(self.worst_wait, watch.first(10))
            start = time.monotonic()
            end = start + self.random.uniform(2, 15)
            while time.monotonic() < end:
                machine.pause(self.random.uniform(0.5, 3))
                self.fault()
            self.worst_gap = max(self.worst_gap, watch.longest_gap(start))
            self.pictures += len(watch.times)
        self.visits += 1

    def fault(self):
        """Does something to programs, or nothing."""
        kind = self.random.choice(["nothing", "nothing", "scene", "bad settings", "pause", "busy"])
        if kind == "nothing":
            return
        self.faults += 1
        if kind == "scene":
            self.write(f'[scene.soak]\nbackground = "#{self.random.randrange(1 << 24):06x}"\n')
        elif kind == "bad settings":
            self.write("[scene.soak\nbackground = 3\n")
        elif kind == "pause":
            # As when a laptop sleeps, but shorter than a viewer would notice.
            os.kill(self.backlot.pid, 19)
            machine.pause(0.4)
            os.kill(self.backlot.pid, 18)
        else:
            # Others want the processor too.
            machine.end_after(machine.start("sh", "-c", "while :; do :; done"), 0.7)

    def write(self, text):
        with open(self.settings, "w") as file:
            file.write(text)


def guest(logs, minutes, seed):
    program.LOGS = logs
    settings = "/run/soak.toml"
    source = random.Random(seed)
    with open(settings, "w") as file:
        file.write('[scene.soak]\nbackground = "#204060"\n')
    print(f"seed {seed}; resident memory, threads and descriptors at the end of each minute")
    print("minute  memory kB  threads  files  visits  pictures  faults  longest gap  first picture  CPU %", flush=True)
    rows = []
    with Backlot("--settings", settings, "--scene", "soak") as backlot:
        backlot.wait_open()
        soak = Soak(backlot, source, settings)
        soak.warm_up()
        rows.append(backlot.figures())
        print("     0  {:9}  {:7}  {:5}  after warming up".format(*rows[0]), flush=True)
        start = time.monotonic()
        for minute in range(1, minutes + 1):
            spent = backlot.processor_seconds()
            while time.monotonic() < start + 60 * minute - 8:
                soak.visit()
                machine.pause(source.uniform(0.5, 5))
            # Figures are taken in the same state each time: watched, and after a while.
            with Watch(OUTPUT) as watch:
                machine.pause(max(2, start + 60 * minute - time.monotonic()))
                figures = backlot.figures()
                soak.worst_gap = max(soak.worst_gap, watch.longest_gap())
            share = 100 * (backlot.processor_seconds() - spent) / 60
            rows.append(figures)
            memory, threads, files = figures
            print(
                f"{minute:6}  {memory:9}  {threads:7}  {files:5}  {soak.visits:6}  {soak.pictures:8}  {soak.faults:6}"
                f"  {soak.worst_gap:9.2f} s  {soak.worst_wait:11.2f} s  {share:5.1f}",
                flush=True,
            )
        panics = backlot.status().get("panics", 0)
    return verdict(rows, soak, panics)


def verdict(rows, soak, panics):
    """Gives what is wrong, after the minute of warming up."""
    first, rest = rows[0], rows[1:] or rows
    wrong = []
    growth = max(row[0] for row in rest) - first[0]
    if growth > MEMORY_KB:
        wrong.append(f"resident memory grew by {growth} kB")
    for index, what in ((1, "threads"), (2, "descriptors")):
        if rest[-1][index] > first[index]:
            wrong.append(f"{what} grew from {first[index]} to {rest[-1][index]}")
    if soak.worst_gap > LONGEST_GAP:
        wrong.append(f"a viewer waited {soak.worst_gap:.2f} s for a picture")
    if panics:
        wrong.append(f"{panics} panics")
    print("FAILED: " + "; ".join(wrong) if wrong else f"ok: memory {growth:+} kB at most, no growth, no second missed")
    return 1 if wrong else 0


def host():
    minutes = int(os.environ.get("SOAK_MINUTES", "30"))
    seed = int(os.environ.get("SOAK_SEED", time.time_ns() % 100_000))
    logs = os.path.abspath(os.path.join(os.environ.get("CARGO_TARGET_DIR", "target"), "soak"))
    os.makedirs(logs, exist_ok=True)
    inside = [sys.executable, "-B", os.path.abspath(__file__), "guest", logs, str(minutes), str(seed)]
    lab = [os.path.join(HERE, "lab.sh"), "-c", "0", "-d", logs, "-t", str(60 * minutes + 240)]
    return subprocess.run([*lab, "--", *inside], check=False).returncode


if __name__ == "__main__":
    if sys.argv[1:2] == ["guest"]:
        sys.exit(guest(sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
    sys.exit(host())
