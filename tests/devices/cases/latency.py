"""The time from a camera's picture to a viewer's, by a clock that is drawn into the picture."""

import os
import struct
import threading
import time

from kit import machine, picture
from kit.machine import OUTPUT, SECOND
from kit.program import Backlot
from kit.registry import NEWEST, case, check
from kit.v4l2 import Viewer, _ioctl

WIDTH, HEIGHT, BITS, ROWS = 640, 360, 20, 64
BLOCK = WIDTH // BITS
S_FMT = _ioctl(3, 5, 208)

# The camera as it is, with the person on top: the network has its work, and the clock stays readable.
CUT_OUT = picture.PLAIN + '[[scene.plain.layer]]\nsource = "camera"\nkey = "person"\n'


def now():
    """Tenths of milliseconds, as many as there are bits for."""
    return time.monotonic_ns() // 100_000 % (1 << BITS)


def drawn(ticks):
    """A picture in YUYV whose upper part tells the time in black and white."""
    row = b"".join(bytes((235 if ticks >> bit & 1 else 16, 128)) * BLOCK for bit in range(BITS))
    return row * ROWS + bytes((90, 128)) * (WIDTH * (HEIGHT - ROWS))


class Clock(threading.Thread):
    """A camera that shows the time, 30 times a second."""

    def __init__(self, device):
        super().__init__(daemon=True)
        import fcntl

        self.file = os.open(device, os.O_RDWR)
        form = struct.pack("I4xIIIIIIII", 2, WIDTH, HEIGHT, 0x56595559, 1, 2 * WIDTH, 2 * WIDTH * HEIGHT, 8, 0)
        fcntl.ioctl(self.file, S_FMT, bytearray(form.ljust(208, b"\0")))
        self.stopping = False

    def run(self):
        due = time.monotonic()
        while not self.stopping:
            os.write(self.file, drawn(now()))
            due += 1 / 30
            time.sleep(max(0, due - time.monotonic()))


def told(data, viewer):
    """The time that a picture shows."""
    row = ROWS // 2 * viewer.stride
    lumas = [data[row + 2 * (BLOCK * bit + BLOCK // 2)] for bit in range(BITS)]
    if any(60 < luma < 180 for luma in lumas):
        return None
    return sum((luma > 128) << bit for bit, luma in enumerate(lumas))


def measure(seconds, scene):
    with open("/run/latency.toml", "w") as file:
        file.write(scene)
    ages, unreadable = [], 0
    options = ["--settings", "/run/latency.toml", "--scene", "plain"]
    with Backlot(*options, camera=SECOND) as backlot:
        backlot.wait_open()
        with Viewer(OUTPUT) as viewer:
            until, last, begun = time.monotonic() + seconds, None, time.monotonic() + 3
            while time.monotonic() < until:
                ticks = viewer.picture(2, lambda data: told(data, viewer))
                came = now()
                if time.monotonic() < begun or ticks == last:
                    continue
                last = ticks
                if ticks is None:
                    unreadable += 1
                else:
                    ages.append((came - ticks) % (1 << BITS) / 10)
            inside = backlot.status()["latency_ms"]
    check(len(ages) > 5 * (seconds - 3), f"{len(ages)} pictures told the time, {unreadable} did not")
    ages.sort()
    return f"{ages[len(ages) // 2]:.1f} ms, 99 %: {ages[len(ages) * 99 // 100]:.1f} ms, of {len(ages)} pictures (it says {inside['median']} ms)"


@case(loops=2, quick=(NEWEST,), seconds=120)
def from_outside():
    """A clock in the picture, from camera to viewer, without and with the network at work."""
    clock = Clock(SECOND)
    clock.start()
    machine.pause(0.5)
    texts = [measure(20, picture.PLAIN), measure(20, CUT_OUT)]
    clock.stopping = True
    return f"plain {texts[0]}; cut out {texts[1]}"
