"""Viewers come and go, and the camera is open only while one is there."""

import statistics
import time

from kit import machine
from kit.machine import CAMERA, OUTPUT
from kit.program import Backlot
from kit.registry import NEWEST, VERSIONS, case, check
from kit.v4l2 import Viewer
from kit.watch import Watch



@case(suites=VERSIONS, quick=(NEWEST,), seconds=180)
def fifty_times():
    """A viewer comes and goes 50 times and has a picture each time."""
    waits = []
    with Backlot() as backlot:
        backlot.wait_open()
        machine.pause(2)
        before = backlot.figures()
        for turn in range(50):
            with Viewer(OUTPUT) as viewer:
                check(viewer.picture(5) is not None, f"viewer {turn + 1} saw no picture in 5 s")
                waits.append(1000 * (time.monotonic() - viewer.began))
                viewer.picture(1)
        machine.pause(3)
        after = backlot.figures()
        check(after[1] <= before[1] + 3 and after[2] <= before[2] + 3, f"threads, descriptors: {before} became {after}")
    waits.sort()
    check(waits[-1] < 1500, f"somebody waited {waits[-1]:.0f} ms for the first picture")
    return f"first picture after {statistics.median(waits):.0f} ms, at most {waits[-1]:.0f} ms"


@case(cameras=1, suites=VERSIONS, quick=(NEWEST,), seconds=90)
def camera_closed():
    """The camera is closed within 2 s of the last viewer, and then the program rests."""
    with Backlot(camera=CAMERA) as backlot:
        backlot.wait_open()
        with Watch(OUTPUT) as watch:
            watch.first()
            in_use = lambda: machine.is_open_by(backlot.pid, CAMERA)
            opened = machine.wait_until("the camera is open", in_use, 10)
            backlot.wait_live()
        left = machine.wait_until("the camera is closed", lambda: not in_use(), 5)
        check(left < 2.5, f"the camera was open for {left:.1f} s more")
        machine.pause(2)
        spent, start = backlot.processor_seconds(), time.monotonic()
        machine.pause(10)
        share = 100 * (backlot.processor_seconds() - spent) / (time.monotonic() - start)
        check(share < 5, f"it uses {share:.1f} % of a processor while nobody watches")
        check(not in_use(), "the camera was opened although nobody watches")
    return f"closed after {left:.1f} s, then {share:.2f} % of a processor"


@case(cameras=1, suites=VERSIONS)
def comes_back():
    """The camera opens again for the next viewer."""
    with Backlot(camera=CAMERA) as backlot:
        backlot.wait_open()
        waits = []
        for _ in range(3):
            with Watch(OUTPUT) as watch:
                start = time.monotonic()
                watch.first()
                backlot.wait_live()
                waits.append(time.monotonic() - start)
            machine.wait_until("the camera is closed", lambda: not machine.is_open_by(backlot.pid, CAMERA), 5)
    return f"live after {max(waits):.1f} s at most, by a status that comes each second"
