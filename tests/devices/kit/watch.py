"""A viewer that stays, whatever happens, and remembers when pictures came."""

import threading
import time

from kit.registry import Failure
from kit.v4l2 import Viewer


class Watch(threading.Thread):
    """Watches a device in a thread of its own, from `with` to its end. It opens the device again when it goes."""

    def __init__(self, device):
        super().__init__(daemon=True)
        self.device, self.stopping = device, threading.Event()
        self.times, self.opened, self.errors = [], [], []
        self.colour = None

    def run(self):
        while not self.stopping.is_set():
            try:
                with Viewer(self.device) as viewer:
                    self.opened.append(time.monotonic())
                    while not self.stopping.is_set():
                        # Below the edge of the picture, where neither person nor text is.
                        colour = viewer.picture(0.2, lambda data: viewer.pixel(data, 0.03, 0.05))
                        if colour is not None:
                            self.colour = colour
                            self.times.append(time.monotonic())
            except OSError as error:
                self.errors.append((time.monotonic(), str(error)))
                self.stopping.wait(0.1)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.join(5)

    def first(self, wait=10):
        """Seconds from now to the next picture."""
        start, count = time.monotonic(), len(self.times)
        while len(self.times) == count:
            if time.monotonic() - start > wait:
                raise Failure(f"no picture in {wait} s; errors: {self.errors[-3:]}")
            time.sleep(0.005)
        return time.monotonic() - start

    def longest_gap(self, since=None, until=None):
        """The longest time without a picture."""
        times = [t for t in self.times if (since or 0) <= t <= (until or 1e18)]
        times = ([since] if since else []) + times + [until or time.monotonic()]
        return max((b - a for a, b in zip(times, times[1:])), default=float("inf"))

    def rate(self, since):
        """Pictures a second since a moment."""
        return sum(t >= since for t in list(self.times)) / (time.monotonic() - since)
