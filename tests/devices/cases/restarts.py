"""The program ends, well or badly, while somebody watches, and is started again; and the module comes and goes."""

import os
import time

from kit import machine, picture
from kit.machine import OUTPUT
from kit.program import Backlot
from kit.registry import NEWEST, VERSIONS, case, check
from kit.v4l2 import Viewer
from kit.watch import Watch


def mode_of(device):
    form = machine.run("v4l2-ctl", "-d", device, "--get-fmt-video")
    return [line.strip() for line in form.splitlines() if "Width" in line or "Pixel" in line]


def resumes(end):
    """A viewer goes on watching when the program ends in some way and is started again."""
    first = Backlot("--background", "#204060")
    first.wait_open()
    with Watch(OUTPUT) as watch:
        watch.first()
        mode = mode_of(OUTPUT)
        end(first)
        machine.pause(1)
        start = time.monotonic()
        with Backlot("--background", "#602040") as second:
            second.wait_open()
            watch.first(20)
            waited = time.monotonic() - start
            check(mode_of(OUTPUT) == mode, f"{mode} became {mode_of(OUTPUT)}")
            reddish = lambda: watch.colour and watch.colour[0] > watch.colour[2]
            machine.wait_until("the viewer sees what the second run shows", reddish, 20)
    return f"pictures {waited:.1f} s after the start; the viewer opened the device {len(watch.opened)} times"


@case(suites=VERSIONS)
def restarted():
    """Ended by Ctrl-C and started again: the format is kept, and the viewer goes on."""
    return resumes(lambda backlot: backlot.stop())


@case(suites=VERSIONS, quick=(NEWEST,))
def killed():
    """Killed without warning and started again: the viewer goes on."""
    return resumes(lambda backlot: backlot.kill())


@case(suites=VERSIONS)
def killed_unwatched():
    """Killed while nobody watches: the next start finds the device usable."""
    for _ in range(3):
        backlot = Backlot()
        backlot.wait_open()
        backlot.kill()
    with Backlot() as backlot:
        backlot.wait_open()
        picture.through_ffmpeg(OUTPUT, frames=10)


@case(suites=VERSIONS, quick=(NEWEST,))
def module_comes_later():
    """Without the module the start says in a sentence what is missing; a device that was there before is waited for."""
    fresh = {**os.environ, "XDG_STATE_HOME": "/run/fresh"}
    machine.unload_loopback()
    first = Backlot(environment=fresh)
    machine.wait_until("the program ends", lambda: first.process.poll() is not None, 20)
    check(first.process.returncode == 1, f"it ended with {first.process.returncode}")
    said = first.said()
    check(said.startswith("error: ") and OUTPUT in said, f"it said: {said}")
    machine.load_loopback()
    with Backlot(environment=fresh) as backlot:
        backlot.wait_open()
        picture.through_ffmpeg(OUTPUT, frames=10)
    machine.unload_loopback()
    with Backlot(environment=fresh) as backlot:
        backlot.wait("it says what it waits for", lambda s: s["message"] and OUTPUT in s["message"], 20)
        machine.load_loopback()
        backlot.wait_open()
        picture.through_ffmpeg(OUTPUT, frames=10)
    return f"it said: {said}"


@case(suites=VERSIONS)
def module_between():
    """The module is removed and loaded again between two runs."""
    for _ in range(2):
        with Backlot() as backlot:
            backlot.wait_open()
            with Viewer(OUTPUT) as viewer:
                check(viewer.picture(5) is not None, "no picture in 5 s")
        machine.unload_loopback()
        machine.load_loopback()
