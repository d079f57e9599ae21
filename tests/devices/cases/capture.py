"""Cameras of all kinds: what they show must come out with its colours right."""

import time

from kit import machine, picture
from kit.machine import CAMERA, OUTPUT, SECOND
from kit.program import Backlot
from kit.registry import NEWEST, case, check
from kit.v4l2 import Viewer

# What ffmpeg calls the formats in which the second device plays a camera, and how it encodes them.
FORMATS = {
    "YUYV": ["-pix_fmt", "yuyv422"],
    "NV12": ["-pix_fmt", "nv12"],
    "YU12": ["-pix_fmt", "yuv420p"],
    "422P": ["-pix_fmt", "yuv422p"],
    "MJPG": ["-c:v", "mjpeg", "-q:v", "2", "-pix_fmt", "yuvj422p"],
}


def shows_bars(camera, what, size="640x360"):
    """Checks that the bars of a camera come out, and gives the mode in which it was read."""
    with Backlot(*picture.plain(), camera=camera, size=size) as backlot:
        backlot.wait_open()
        with Viewer(OUTPUT) as viewer:
            seen = lambda data: [viewer.pixel(data, (bar + 0.5) / 8, 0.3) for bar in range(8)]
            pixels, status = None, None
            until = time.monotonic() + 20
            live = lambda: status and status["state"] == "live"
            while not live() and time.monotonic() < until:
                viewer.picture(2, len)
                status = backlot.status()
            check(live(), f"not live within 20 s: {status}")
            for _ in range(10):
                pixels = viewer.picture(2, seen) or pixels
        picture.are_bars(pixels, what=what)
        return status["camera"]["mode"]


@case(cameras=1, quick=(NEWEST,))
def test_camera():
    """The kernel's test camera, in the mode that the program picks."""
    machine.bars()
    return shows_bars(CAMERA, "vivid")


@case(cameras=1)
def large():
    """The test camera at 1280x720."""
    machine.bars()
    return shows_bars(CAMERA, "vivid at 1280x720", "1280x720")


def is_combed(luma):
    """Gives how much of a picture differs from row to row, as edges do that moved between two fields."""
    import numpy as np

    above, row, below = (luma[at : luma.shape[0] - 2 + at].astype(int) for at in range(3))
    return float(((np.abs(row - above) > 30) & (np.abs(row - below) > 30) & (np.abs(above - below) < 30)).mean())


# An input that is a television camera's: S-Video.
@case(cameras=1, vivid="input_types=2", quick=(NEWEST,))
def interlaced():
    """A camera whose pictures are two fields each, of something that moves: no combs."""
    machine.bars()
    with machine.controlled("horizontal_movement", 6, 3), Viewer(CAMERA) as viewer:
        check("Interlaced" in machine.run("v4l2-ctl", "-d", CAMERA, "--get-fmt-video"), "it is not interlaced")
        raw = max(viewer.picture(2, lambda data: is_combed(viewer.planes(data)[0])) for _ in range(10))
    check(raw > 0.01, f"the test's own camera shows no combs: {100 * raw:.2f} %")
    mode = shows_bars(CAMERA, "vivid, interlaced", "720x576")
    # In full size: what scales two woven fields together, as the driver does, leaves nothing to be told apart.
    full = Backlot(*picture.plain(), camera=CAMERA, size="720x576")
    with machine.controlled("horizontal_movement", 6, 3), full as backlot:
        backlot.wait_open()
        with Viewer(OUTPUT) as viewer:
            viewer.picture(5, len)
            backlot.wait_live()
            ours = max(viewer.picture(2, lambda data: is_combed(viewer.planes(data)[0])) for _ in range(10))
    check(ours < raw / 20, f"{100 * ours:.2f} % are combs, of the camera's own {100 * raw:.2f} %")
    return f"{mode}; combs: {100 * ours:.3f} %, the camera's own {100 * raw:.2f} %"


def of_format(name):
    """The bars in a format, played by another virtual camera, which must be named to be used."""
    machine.bars()
    read = ["-f", "v4l2", "-input_format", "yuyv422", "-framerate", "15", "-video_size", "640x360", "-i", CAMERA]
    feeder = machine.start("ffmpeg", "-v", "error", *read, *FORMATS[name], "-f", "v4l2", SECOND)
    try:
        machine.wait_until("the second camera is fed", lambda: machine.is_fed_by(feeder.pid, SECOND), 10)
        mode = shows_bars(SECOND, name)
    finally:
        machine.end(feeder)
    return mode


def _add(name):
    def test():
        return of_format(name)

    test.__name__ = f"format_{name.lower()}"
    test.__doc__ = f"A camera that delivers {name}."
    test.__module__ = __name__
    case(cameras=1, loops=2, quick=(NEWEST,) if name == "MJPG" else ())(test)


for _name in FORMATS:
    _add(_name)
