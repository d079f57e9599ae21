"""A viewer as plain as can be: maps the buffers of a capture device, and knows when each picture came."""

import ctypes
import fcntl
import mmap
import os
import select
import struct
import time

CAPTURE, MAPPED = 1, 1


def _ioctl(direction, number, size):
    return direction << 30 | size << 16 | ord("V") << 8 | number


READ, WRITE = 2, 1
G_FMT = _ioctl(READ | WRITE, 4, 208)
REQBUFS = _ioctl(READ | WRITE, 8, 20)
QUERYBUF = _ioctl(READ | WRITE, 9, 88)
QBUF = _ioctl(READ | WRITE, 15, 88)
DQBUF = _ioctl(READ | WRITE, 17, 88)
G_PARM = _ioctl(READ | WRITE, 21, 204)
STREAMON = _ioctl(WRITE, 18, 4)


class Buffer(ctypes.Structure):
    """`struct v4l2_buffer` on 64 bits."""

    _fields_ = [
        ("index", ctypes.c_uint32),
        ("type", ctypes.c_uint32),
        ("bytesused", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("field", ctypes.c_uint32),
        ("timestamp", ctypes.c_int64 * 2),
        ("timecode", ctypes.c_uint32 * 4),
        ("sequence", ctypes.c_uint32),
        ("memory", ctypes.c_uint32),
        ("offset", ctypes.c_uint64),
        ("length", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32 * 2),
    ]


class Shape:
    """How pictures lie in memory."""

    def __init__(self, width, height, fourcc="YUYV"):
        self.width, self.height, self.fourcc = width, height, fourcc
        self.stride = 2 * width if fourcc == "YUYV" else width

    def pixel(self, data, x, y):
        """Red, green and blue (0 to 255) at a place given in fractions of the picture."""
        x, y = int(x * self.width) & ~1, int(y * self.height) & ~1
        if self.fourcc == "YUYV":
            at = y * self.stride + 2 * x
            luma, blue, red = data[at], data[at + 1], data[at + 3]
        else:
            size, half = self.stride * self.height, self.stride // 2
            luma, chroma = data[y * self.stride + x], y // 2 * half + x // 2
            if self.fourcc == "NV12":
                at = size + y // 2 * self.stride + x
                blue, red = data[at], data[at + 1]
            else:
                blue, red = data[size + chroma], data[size + size // 4 + chroma]
        return rgb(luma, blue, red)

    def planes(self, data):
        """Luma, and blue and red chroma of a quarter of the size, as arrays that live as long as the data."""
        import numpy as np

        flat = np.frombuffer(data, np.uint8)
        width, height, stride = self.width, self.height, self.stride
        if self.fourcc == "YUYV":
            rows = flat[: stride * height].reshape(height, stride)[:, : 2 * width]
            return rows[:, 0::2], rows[0::2, 1::4], rows[0::2, 3::4]
        luma, rest = flat[: stride * height].reshape(height, stride)[:, :width], flat[stride * height :]
        if self.fourcc == "NV12":
            both = rest[: stride * height // 2].reshape(height // 2, stride)[:, :width]
            return luma, both[:, 0::2], both[:, 1::2]
        blue, red = rest[: stride * height // 2].reshape(2, height // 2, stride // 2)[:, :, : width // 2]
        return luma, blue, red


class Viewer(Shape):
    """Watches a device. To be used with `with`."""

    def __init__(self, device, buffers=4):
        self.began = time.monotonic()
        self.file = os.open(device, os.O_RDWR | os.O_NONBLOCK)
        self.maps = []
        try:
            self._start(buffers)
        except OSError:
            self.close()
            raise

    def _start(self, buffers):
        form = bytearray(struct.pack("I", CAPTURE).ljust(208, b"\0"))
        fcntl.ioctl(self.file, G_FMT, form)
        self.width, self.height, fourcc, _, self.stride, _ = struct.unpack_from("IIIIII", form, 8)
        self.fourcc = struct.pack("I", fourcc).decode("ascii", "replace")
        parm = bytearray(struct.pack("I", CAPTURE).ljust(204, b"\0"))
        fcntl.ioctl(self.file, G_PARM, parm)
        # Seconds from one picture to the next, as the device promises.
        numerator, denominator = struct.unpack_from("II", parm, 12)
        self.period = numerator / denominator if numerator and denominator else 1 / 30
        request = bytearray(struct.pack("IIIII", buffers, CAPTURE, MAPPED, 0, 0))
        fcntl.ioctl(self.file, REQBUFS, request)
        for index in range(struct.unpack_from("I", request)[0]):
            buffer = Buffer(index=index, type=CAPTURE, memory=MAPPED)
            fcntl.ioctl(self.file, QUERYBUF, buffer)
            self.maps.append(mmap.mmap(self.file, buffer.length, offset=buffer.offset & 0xFFFFFFFF))
            fcntl.ioctl(self.file, QBUF, buffer)
        fcntl.ioctl(self.file, STREAMON, struct.pack("i", CAPTURE))

    def picture(self, wait=2.0, look=bytes):
        """Gives what `look` makes of the next picture, or `None` if none came in time."""
        end = time.monotonic() + wait
        poll = select.poll()
        poll.register(self.file, select.POLLIN)
        while (left := end - time.monotonic()) > 0:
            events = poll.poll(left * 1000)
            if events and events[0][1] & (select.POLLERR | select.POLLHUP):
                raise OSError(5, "the stream has ended")
            buffer = Buffer(type=CAPTURE, memory=MAPPED)
            try:
                fcntl.ioctl(self.file, DQBUF, buffer)
            except BlockingIOError:
                continue
            memory = self.maps[buffer.index]
            seen = look(memoryview(memory)[: buffer.bytesused])
            fcntl.ioctl(self.file, QBUF, buffer)
            return seen
        return None

    def close(self):
        for memory in self.maps:
            try:
                memory.close()
            except BufferError:
                pass
        if self.file >= 0:
            os.close(self.file)
        self.file = -1

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def rgb(luma, blue, red):
    """Converts from limited range, BT.601."""
    y, u, v = 1.164 * (luma - 16), blue - 128, red - 128
    parts = (y + 1.596 * v, y - 0.392 * u - 0.813 * v, y + 2.017 * u)
    return tuple(min(255, max(0, round(part))) for part in parts)
