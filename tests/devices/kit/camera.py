"""Cameras that a test plays, through a v4l2loopback device: in the marked room, or anything else."""

import fcntl
import os
import re
import struct
import threading
import time

from kit import machine, room
from kit.registry import Failure, check
from kit.v4l2 import _ioctl

try:
    import numpy as np
except ImportError:  # Who only wants the list of tests needs none.
    np = None

S_FMT = _ioctl(3, 5, 208)


def feed(device, width, height, fourcc="YUYV"):
    """Opens a device for pictures that are written into it."""
    file = os.open(device, os.O_RDWR)
    pixels = struct.unpack("I", fourcc.encode())[0]
    stride = 2 * width if fourcc == "YUYV" else 0
    form = struct.pack("I4xIIIIIIII", 2, width, height, pixels, 1, stride, 2 * width * height, 8, 0)
    try:
        fcntl.ioctl(file, S_FMT, bytearray(form.ljust(208, b"\0")))
    except OSError:
        os.close(file)
        raise
    return file


class Room:
    """A few seconds of somebody who moves in the marked room, to be played back and forth."""

    def __init__(self, width=640, height=360, rate=15, seconds=3, folder="/run"):
        self.width, self.height, self.rate, self.folder = width, height, rate, folder
        self.still = self._wall()
        size, backlot = f"{width}x{height}", os.environ["BACKLOT"]
        asked = ["--size", size, "--fps", str(rate), "--duration", str(seconds), "--background", self.still]
        self.film = machine.run(backlot, "render", "presenter", "-o", "-", "--quiet", *asked, binary=True)
        self.pictures = list(self.planes(self.film))
        # What no viewer may ever see: the room, but for where somebody moves.
        self.pattern = room.MARKED.but(np.any([self.somebody(planes) for planes in self.pictures], axis=0))
        seen = min(room.sighting(planes, self.pattern) for planes in self.pictures)
        check(seen > 1, f"the test's own room is not seen in its pictures: {seen:.2f}")

    def _wall(self):
        """The room without anybody, as a picture."""
        path = os.path.join(self.folder, "wall.png")
        shape = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{self.width}x{self.height}"]
        with open(path + ".yuv", "wb") as file:
            file.write(b"".join(plane.tobytes() for plane in room.drawn(self.width, self.height)))
        machine.run("ffmpeg", "-v", "error", "-y", *shape, "-i", path + ".yuv", "-pix_fmt", "rgb24", path)
        return path

    def planes(self, film):
        """The pictures of a film, which is Y4M."""
        at = film.index(b"\n") + 1
        luma, chroma = self.width * self.height, self.width * self.height // 4
        while at < len(film):
            at = film.index(b"\n", at) + 1
            flat = np.frombuffer(film, np.uint8, luma + 2 * chroma, at)
            at += len(flat)
            half = (self.height // 2, self.width // 2)
            yield (
                flat[:luma].reshape(self.height, self.width),
                flat[luma : luma + chroma].reshape(half),
                flat[luma + chroma :].reshape(half),
            )

    def somebody(self, planes):
        """Where somebody is, and what is near: a matte's edge is soft, which is no room that shows."""
        wall = room.drawn(self.width, self.height)
        differ = [np.abs(plane - there.astype(int)) > 16 for plane, there in zip(planes, wall)]
        colour = (differ[1] | differ[2]).repeat(2, axis=0).repeat(2, axis=1)
        return around(around(differ[0] | colour, 3) > 0.5, self.width // 20) > 0

    def encoded(self, fourcc):
        """The pictures back and forth, as a camera would deliver them."""
        if fourcc == "YUYV":
            there = [room.packed(planes) for planes in self.pictures]
        else:
            path = os.path.join(self.folder, "room.y4m")
            with open(path, "wb") as file:
                file.write(self.film)
            how = ["-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj422p", "-f", "mjpeg", "-"]
            stream = machine.run("ffmpeg", "-v", "error", "-i", path, *how, binary=True)
            starts = [found.start() for found in re.finditer(b"\xff\xd8\xff", stream)]
            there = [stream[a:b] for a, b in zip(starts, starts[1:] + [len(stream)])]
        return there + there[-2:0:-1]


def around(mask, reach):
    """The share of what is in a mask, in the square around each pixel."""
    padded = np.pad(mask.astype(np.int32), ((reach + 1, reach), (reach + 1, reach))).cumsum(0).cumsum(1)
    side = 2 * reach + 1
    sums = padded[side:, side:] - padded[:-side, side:] - padded[side:, :-side] + padded[:-side, :-side]
    return sums / (side * side)


class Player(threading.Thread):
    """Plays pictures on a device, from `with` to its end, with the faults that are asked for."""

    def __init__(self, device, pictures, size, rate, fourcc="YUYV"):
        super().__init__(daemon=True)
        self.device, self.pictures, self.size, self.rate, self.fourcc = device, pictures, size, rate, fourcc
        self.plugged, self.halted, self.spoil, self.stopping = True, False, None, False
        self.spoilt, self.file, self.fault = 0, -1, None

    def run(self):
        due, number = time.monotonic(), 0
        while not self.stopping:
            due = max(due + 1 / self.rate, time.monotonic() - 1)
            time.sleep(max(0, due - time.monotonic()))
            number += 1
            try:
                self._play(self.pictures[number % len(self.pictures)])
            except OSError as fault:
                # Somebody else has the device for a moment.
                self.fault = fault
                self._close()
        self._close()

    def _play(self, picture):
        if not self.plugged:
            self._close()
        elif self.file < 0:
            self.file = feed(self.device, *self.size, self.fourcc)
        if self.file >= 0 and not self.halted:
            spoil = self.spoil
            if spoil:
                self.spoilt += 1
            os.write(self.file, spoil(picture) if spoil else picture)

    def _close(self):
        if self.file >= 0:
            os.close(self.file)
        self.file = -1

    def whole(self):
        """Without faults from now on."""
        self.plugged, self.halted, self.spoil = True, False, None

    def __enter__(self):
        self.start()
        try:
            machine.wait_until("the camera plays", lambda: self.file >= 0, 10)
        except Failure as failure:
            raise Failure(f"{failure}: {self.fault}") from None
        return self

    def __exit__(self, *_):
        self.stopping = True
        self.join(5)
