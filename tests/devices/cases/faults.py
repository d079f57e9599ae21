"""The camera fails in every way that the kernel's test camera can, and a viewer gets pictures all the time."""

import contextlib
import time

from kit import machine, picture, room
from kit.machine import CAMERA, OUTPUT
from kit.program import Backlot
from kit.registry import NEWEST, case, check
from kit.watch import Watch

# A picture a second is promised, whatever fails.
LONGEST_GAP = 1.0


class Watched:
    """The program with the test camera, and somebody who watches."""

    def __init__(self, backlot, watch):
        self.backlot, self.watch = backlot, watch

    def status(self):
        return self.backlot.status()

    def wait(self, *what):
        return self.backlot.wait(*what)

    def recovered(self, start):
        self.backlot.wait_live(20)
        return f"live again after {time.monotonic() - start:.1f} s"

    def shows_card(self, seconds=3):
        """Waits until the viewer sees the calm picture."""
        machine.wait_until("the viewer sees the calm picture", lambda: why_no_card(self.watch) is None, seconds)
        machine.pause(0.5)
        why = why_no_card(self.watch)
        check(why is None, f"the viewer saw the calm picture for a moment only: {why}")


def why_no_card(watch):
    """Gives the reason why the last picture is not the calm one."""
    return picture.why_no_card(watch.picture) if watch.picture else "there is none"


@contextlib.contextmanager
def watched():
    """Somebody watches, must not wait, and must never see the room, in which the test camera draws squares."""
    machine.squares()
    with Backlot("--background", "#206040", camera=CAMERA) as backlot:
        backlot.wait_open()
        with Watch(OUTPUT, room.CHECKERS) as watch:
            watch.first()
            backlot.wait_live()
            start = time.monotonic()
            yield Watched(backlot, watch)
            gap = watch.longest_gap(start)
        check(gap <= LONGEST_GAP, f"the viewer waited {gap:.2f} s for a picture")
        check(len(watch.opened) == 1, f"the viewer had to open the device {len(watch.opened)} times: {watch.errors[:3]}")


def not_live(status):
    return status["state"] != "live"


@case(cameras=1, quick=(NEWEST,))
def room_is_seen():
    """The search of these tests: it finds the room where a scene shows it."""
    machine.squares()
    with Backlot(*picture.plain(), camera=CAMERA) as backlot:
        backlot.wait_open()
        watch = Watch(OUTPUT, room.CHECKERS)
        watch.start()
        backlot.wait_live()
        machine.wait_until("the room is seen", lambda: watch.worst > 10, 10)
        watch.stopping.set()
        watch.join(5)
    return f"{watch.worst:.1f}, where 1 is a sighting"


@case(cameras=1, quick=(NEWEST,))
def unplugged():
    """The camera is pulled out and put back."""
    with watched() as on:
        machine.bind(False)
        status = on.wait("it says that the camera is gone", lambda s: not_live(s) and s["camera"]["reason"], 10)
        on.shows_card()
        machine.pause(2)
        machine.plug_in()
        return on.recovered(time.monotonic()) + f"; it said: {status['camera']['reason']}"


@case(cameras=1)
def unplugged_often():
    """The camera is pulled out and put back five times."""
    with watched() as on:
        for _ in range(5):
            machine.bind(False)
            machine.pause(0.7)
            machine.plug_in()
            on.backlot.wait_live(20)


@case(cameras=1)
def disconnected():
    """The driver says that the camera was disconnected; later it is plugged in again."""
    with watched() as on:
        failures = on.status()["camera"]["failures"]
        machine.control("disconnect", 1)
        # The driver is there again as soon as the last program has closed it, which may be before the next status.
        on.wait("the camera has failed", lambda s: s["camera"]["failures"] > failures, 10)
        machine.bind(False)
        machine.pause(2)
        machine.plug_in()
        return on.recovered(time.monotonic())


@case(cameras=1, quick=(NEWEST,))
def stream_breaks():
    """The stream ends with an error."""
    with watched() as on:
        failures = on.status()["camera"]["failures"]
        machine.control("inject_fatal_streaming_error", 1)
        on.wait("the failure is counted", lambda s: s["camera"]["failures"] > failures, 10)
        return on.recovered(time.monotonic())


@case(cameras=1)
def damaged_pictures():
    """The driver marks pictures as damaged."""
    with watched() as on:
        for _ in range(5):
            machine.control("inject_v4l2_buf_flag_error", 1)
            machine.pause(0.2)
        on.wait("damage is counted", lambda s: s["camera"]["damaged"] >= 5, 10)
        return on.recovered(time.monotonic())


@case(cameras=1)
def no_pictures():
    """The camera stays plugged in and delivers nothing for some seconds."""
    with watched() as on:
        with machine.controlled("percentage_of_dropped_buffers", 100):
            on.wait("it says that nothing comes", lambda s: not_live(s) and s["camera"]["reason"], 10)
            on.shows_card()
            machine.pause(1)
        return on.recovered(time.monotonic())


def call_fails(name):
    """A call fails once: at once where it is made for each picture, else when the stream is begun anew."""
    with watched() as on:
        machine.control(f"inject_vidioc_{name}_error", 1)
        machine.control("inject_fatal_streaming_error", 1)
        machine.pause(1)
        return on.recovered(time.monotonic())


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
