"""The camera fails in every way that the kernel's test camera can, and a viewer gets pictures all the time."""

import contextlib
import time

from kit import machine
from kit.machine import CAMERA, OUTPUT
from kit.program import Backlot
from kit.registry import NEWEST, case, check
from kit.watch import Watch

# A picture a second is promised; the lab's one slow processor gets half a second more.
LONGEST_GAP = 1.5


@contextlib.contextmanager
def watched():
    """The program with the test camera, and somebody who watches and must not wait."""
    with Backlot(camera=CAMERA) as backlot:
        backlot.wait_open()
        with Watch(OUTPUT) as watch:
            watch.first()
            backlot.wait_live()
            start = time.monotonic()
            yield backlot
            gap = watch.longest_gap(start)
        check(gap <= LONGEST_GAP, f"the viewer waited {gap:.2f} s for a picture")
        check(len(watch.opened) == 1, f"the viewer had to open the device {len(watch.opened)} times: {watch.errors[:3]}")


def not_live(status):
    return status["state"] != "live"


def recovered(backlot, start):
    backlot.wait_live(20)
    return f"live again after {time.monotonic() - start:.1f} s"


@case(cameras=1, quick=(NEWEST,))
def unplugged():
    """The camera is pulled out and put back."""
    with watched() as backlot:
        machine.bind(False)
        status = backlot.wait("it says that the camera is gone", lambda s: not_live(s) and s["camera"]["reason"], 10)
        machine.pause(4)
        machine.bind(True)
        return recovered(backlot, time.monotonic()) + f"; it said: {status['camera']['reason']}"


@case(cameras=1)
def unplugged_often():
    """The camera is pulled out and put back five times."""
    with watched() as backlot:
        for _ in range(5):
            machine.bind(False)
            machine.pause(0.7)
            machine.bind(True)
            backlot.wait_live(20)


@case(cameras=1)
def disconnected():
    """The driver says that the camera was disconnected; later it is plugged in again."""
    with watched() as backlot:
        failures = backlot.status()["camera"]["failures"]
        machine.control("disconnect", 1)
        # The driver is there again as soon as the last program has closed it, which may be before the next status.
        backlot.wait("the camera has failed", lambda s: s["camera"]["failures"] > failures, 10)
        machine.bind(False)
        machine.pause(2)
        machine.bind(True)
        return recovered(backlot, time.monotonic())


@case(cameras=1, quick=(NEWEST,))
def stream_breaks():
    """The stream ends with an error."""
    with watched() as backlot:
        failures = backlot.status()["camera"]["failures"]
        machine.control("inject_fatal_streaming_error", 1)
        backlot.wait("the failure is counted", lambda s: s["camera"]["failures"] > failures, 10)
        return recovered(backlot, time.monotonic())


@case(cameras=1)
def damaged_pictures():
    """The driver marks pictures as damaged."""
    with watched() as backlot:
        for _ in range(5):
            machine.control("inject_v4l2_buf_flag_error", 1)
            machine.pause(0.2)
        backlot.wait("damage is counted", lambda s: s["camera"]["damaged"] >= 5, 10)
        return recovered(backlot, time.monotonic())


@case(cameras=1)
def no_pictures():
    """The camera stays plugged in and delivers nothing for 6 s."""
    with watched() as backlot:
        machine.control("percentage_of_dropped_buffers", 100)
        backlot.wait("it says that nothing comes", lambda s: not_live(s) and s["camera"]["reason"], 10)
        machine.pause(2)
        machine.control("percentage_of_dropped_buffers", 0)
        return recovered(backlot, time.monotonic())


def call_fails(name):
    """A call fails once: at once where it is made for each picture, else when the stream is begun anew."""
    with watched() as backlot:
        machine.control(f"inject_vidioc_{name}_error", 1)
        machine.control("inject_fatal_streaming_error", 1)
        machine.pause(1)
        return recovered(backlot, time.monotonic())


@case(cameras=1)
def reqbufs_fails():
    """The camera refuses memory once."""
    return call_fails("reqbufs")


@case(cameras=1)
def qbuf_fails():
    """The camera refuses a buffer once."""
    return call_fails("qbuf")


@case(cameras=1)
def streamon_fails():
    """The camera refuses to start once."""
    return call_fails("streamon")
