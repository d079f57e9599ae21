"""Cameras whose JPEG pictures are not by the book, as those of real cameras are: they are shown."""

from kit import machine, picture
from kit.camera import Player
from kit.machine import SECOND
from kit.registry import NEWEST, case
from cases.capture import shows_bars

WIDTH, HEIGHT, RATE = 640, 360, 15
# What happens to each picture of such a camera, and what stands in a whole one of how much colour there is.
FAULTS = {
    "no_end": lambda jpeg: jpeg[:-2],
    "two_starts": lambda jpeg: b"\xff\xd8" + jpeg,
    "zeros_before": lambda jpeg: bytes(64) + jpeg,
    "rubbish_behind": lambda jpeg: jpeg + bytes(range(1, 200)),
    "last_rows_lost": lambda jpeg: jpeg[: len(jpeg) * 7 // 8],
}
SAMPLINGS = {"420": "2x2,1x1,1x1", "440": "1x2,1x1,1x1", "411": "4x1,1x1,1x1", "444": "1x1,1x1,1x1"}


def bars(sampling="2x1,1x1,1x1"):
    """The bars as JPEG, whole."""
    path = "/run/bars.ppm"
    picture.draw_bars(path, WIDTH, HEIGHT)
    return machine.run("cjpeg", "-quality", "92", "-sample", sampling, path, binary=True)


def of_camera(jpeg, what):
    with Player(SECOND, [jpeg], (WIDTH, HEIGHT), RATE, "MJPG"):
        return shows_bars(SECOND, what)


def _add_fault(name, spoil):
    def test():
        return of_camera(spoil(bars()), name)

    test.__name__, test.__module__ = name, __name__
    test.__doc__ = f"Each picture is faulty: {name.replace('_', ' ')}."
    case(loops=2, quick=(NEWEST,) if name == "no_end" else ())(test)


def _add_sampling(name, sampling):
    def test():
        return of_camera(bars(sampling), name)

    test.__name__, test.__module__ = f"sampling_{name}", __name__
    test.__doc__ = f"Colour is sampled as 4:{name[1]}:{name[2]}."
    case(loops=2)(test)


for _name, _spoil in FAULTS.items():
    _add_fault(_name, _spoil)
for _name, _sampling in SAMPLINGS.items():
    _add_sampling(_name, _sampling)
