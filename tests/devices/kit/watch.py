"""A viewer that stays, whatever happens, and remembers when pictures came and whether the room was in one."""

import os
import threading
import time

from kit import machine, program, room
from kit.pulse import Pulse
from kit.registry import Failure, check
from kit.v4l2 import Shape, Viewer


# OBS waits so many of the promised periods for a picture, and then begins its stream anew.
PATIENCE = 5


class Watch(threading.Thread):
    """Watches a device in a thread of its own, from `with` to its end. It opens the device again when it goes, and
    notes when OBS would have begun its stream anew.

    With `look_for`, a pattern of `kit.room`, it looks for that in every picture, and its end is a failure if it was
    there.
    """

    def __init__(self, device, look_for=None):
        super().__init__(daemon=True)
        self.device, self.stopping, self.look_for = device, threading.Event(), look_for
        self.times, self.opened, self.errors, self.timeouts = [], [], [], []
        self.colour, self.picture, self.pulse = None, None, Pulse()
        # When the room showed most, and how much.
        self.worst, self.worst_at = 0.0, None

    def run(self):
        while not self.stopping.is_set():
            try:
                with Viewer(self.device) as viewer:
                    self.opened.append(time.monotonic())
                    while not self.stopping.is_set():
                        seen = viewer.picture(PATIENCE * viewer.period, lambda data: self._look(viewer, data))
                        if seen is None:
                            self.timeouts.append(time.monotonic())
                        else:
                            self.times.append(time.monotonic())
            except OSError as error:
                self.errors.append((time.monotonic(), str(error)))
                self.stopping.wait(0.1)

    def _look(self, viewer, data):
        # Below the edge of the picture, where neither person nor text is.
        self.colour = viewer.pixel(data, 0.03, 0.05)
        if self.look_for is not None:
            planes = [plane.copy() for plane in viewer.planes(data)]
            self.picture = planes
            shows = room.sighting(planes, self.look_for)
            if shows > self.worst:
                self.worst, self.worst_at = shows, time.monotonic()
                if shows >= 1:
                    keep_picture(f"room-{os.path.basename(self.device)}.ppm", planes)
        return True

    def __enter__(self):
        self.pulse.start()
        self.start()
        return self

    def __exit__(self, kind, *_):
        self.stopping.set()
        self.join(5)
        self.pulse.__exit__()
        if kind is None:
            self.check_hidden()

    def check_hidden(self):
        """Fails if the room was in a picture."""
        check(self.worst < 1, f"{self.device} showed the room: {self.worst:.2f}, where 1 is a sighting")

    def first(self, wait=15):
        """Gives the seconds from now to the next picture."""
        start, count = time.monotonic(), len(self.times)
        while len(self.times) == count:
            if time.monotonic() - start > wait:
                raise Failure(f"no picture in {wait} s; errors: {self.errors[-3:]}")
            time.sleep(0.005)
        return time.monotonic() - start

    def longest_gap(self, since=None, until=None):
        """Gives the longest time without a picture, less the time that the lab itself stood still."""
        return self.where_longest_gap(since, until)[0]

    def where_longest_gap(self, since=None, until=None):
        """Gives the same, and when that time began and ended."""
        times = [t for t in self.times if (since or 0) <= t <= (until or 1e18)]
        times = ([since] if since else []) + times + [until or time.monotonic()]
        gaps = [(b - a - self.pulse.lost(a, b), a, b) for a, b in zip(times, times[1:])]
        return max(gaps, default=(float("inf"), 0.0, 0.0))

    def rate(self, since):
        """Gives the pictures a second since a moment."""
        return sum(t >= since for t in list(self.times)) / (time.monotonic() - since)


class NodeWatch(Watch):
    """The same for a node of PipeWire, through GStreamer."""

    def __init__(self, session, node, size, look_for=None):
        super().__init__(node, look_for)
        self.session, self.shape = session, Shape(*size)

    def run(self):
        form = f"video/x-raw,format=YUY2,width={self.shape.width},height={self.shape.height}"
        source = ["pipewiresrc", f"target-object={self.device}", "!", form, "!", "fdsink", "fd=1"]
        length = self.shape.stride * self.shape.height
        while not self.stopping.is_set():
            command = ["gst-launch-1.0", "-q", *source]
            with self.session.pipe(*command) as viewer:
                self.opened.append(time.monotonic())
                while not self.stopping.is_set() and len(data := viewer.stdout.read(length)) == length:
                    self._look(self.shape, data)
                    self.times.append(time.monotonic())
                machine.end(viewer)
            self.errors.append((time.monotonic(), "the stream has ended"))
            self.stopping.wait(0.1)


def keep_picture(name, planes):
    """Puts a picture into the logs."""
    from kit.picture import in_rgb

    pixels = in_rgb(planes)
    with open(os.path.join(program.LOGS, name), "wb") as file:
        file.write(b"P6 %d %d 255\n" % (pixels.shape[1], pixels.shape[0]) + pixels.tobytes())
