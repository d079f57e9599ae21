"""Other programs watch: what they see, and how much of it."""

from kit import picture
from kit.machine import OUTPUT, run
from kit.program import Backlot
from kit.registry import NEWEST, VERSIONS, case, check

SIZE = 640 * 360 * 2
NAVY = "#204060"


def is_navy(pixel):
    return all(abs(a - b) <= 12 for a, b in zip((0x20, 0x40, 0x60), pixel))


def live():
    return Backlot("--background", NAVY)


def shows_navy(data, at, what):
    """Checks a corner of a picture in YUYV."""
    from kit.v4l2 import rgb

    pixel = rgb(data[at], data[at + 1], data[at + 3])
    check(is_navy(pixel), f"{what}: the corner is {pixel}, not the background's colour")


@case(suites=VERSIONS, quick=(NEWEST,))
def v4l2_ctl():
    """v4l2-ctl maps the buffers and reads 60 whole pictures."""
    with live() as backlot:
        backlot.wait_open()
        path = "/dev/shm/pictures"
        run("v4l2-ctl", "-d", OUTPUT, "--stream-mmap", "--stream-skip=30", "--stream-count=60", f"--stream-to={path}")
        with open(path, "rb") as file:
            data = file.read()
        check(len(data) == 60 * SIZE, f"{len(data)} bytes are not 60 pictures")
        for number in (0, 59):
            shows_navy(data, number * SIZE + 8 * 1280 + 16, f"picture {number}")


@case(suites=VERSIONS, quick=(NEWEST,))
def ffmpeg():
    """ffmpeg reads 60 pictures, and the background has its colour."""
    with live() as backlot:
        backlot.wait_open()
        last = picture.through_ffmpeg(OUTPUT, frames=30, skip=30)[-1]
        corner = tuple(last[0:3])
        check(is_navy(corner), f"the corner is {corner}, not the background's colour")


@case(suites=VERSIONS, quick=(NEWEST,))
def gstreamer():
    """GStreamer's v4l2src reads 60 pictures."""
    with live() as backlot:
        backlot.wait_open()
        path = "/dev/shm/gst"
        source = ["v4l2src", f"device={OUTPUT}", "num-buffers=60"]
        run("gst-launch-1.0", "-q", *source, "!", "video/x-raw,format=YUY2", "!", "filesink", f"location={path}")
        with open(path, "rb") as file:
            data = file.read()
        check(len(data) == 60 * SIZE, f"{len(data)} bytes are not 60 pictures")
        shows_navy(data, 59 * SIZE + 8 * 1280 + 16, "the last picture")


@case(suites=VERSIONS)
def two_in_turn():
    """Two viewers, one after the other, both get pictures."""
    with live() as backlot:
        backlot.wait_open()
        for _ in range(2):
            picture.through_ffmpeg(OUTPUT, frames=20)
