"""Backgrounds that hang or vanish: viewers get pictures, other settings apply, Ctrl-C ends, and no process stays."""

import contextlib
import os
import time

from kit import machine
from kit.machine import OUTPUT
from kit.program import Backlot
from kit.registry import NEWEST, case, check
from kit.watch import Watch

SETTINGS, FILM = "/run/backgrounds.toml", "/run/back.mp4"
# A picture a second, and an end within two seconds of Ctrl-C, whatever hangs.
LONGEST_GAP, LONGEST_END = 1.0, 2.0
RED, GREEN = "#a02020", "#20a020"


def settings(background):
    """Writes settings whose only scene has this background."""
    with open(SETTINGS + ".new", "w") as file:
        file.write(f'[scene.one]\nbackground = "{background}"\n')
    os.rename(SETTINGS + ".new", SETTINGS)


def nothing():
    """Removes what an earlier test left there."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(FILM)


def film(seconds=1):
    """Makes a green video."""
    nothing()
    source = f"color=c=0x20a020:size=640x360:rate=15:duration={seconds}"
    machine.run("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", source, FILM)


def sees(watch, colour, seconds=60):
    """Waits until the viewer sees a background: with one slow processor, which the pictures need, it takes long to
    start what reads a video."""
    wanted = tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
    near = lambda: watch.colour and all(abs(a - b) < 24 for a, b in zip(watch.colour, wanted))
    machine.wait_until(f"the viewer sees {colour}", near, seconds)


@contextlib.contextmanager
def watched(background):
    """A viewer watches and must not wait; at the end the program stops, and no process of it stays."""
    settings(background)
    backlot = Backlot("--settings", SETTINGS)
    try:
        backlot.wait_open()
        with Watch(OUTPUT) as watch:
            watch.first()
            backlot.wait_live()
            start = time.monotonic()
            yield backlot, watch
            gap = watch.longest_gap(start)
            check(gap <= LONGEST_GAP, f"the viewer waited {gap:.2f} s for a picture")
    finally:
        backlot.stop(LONGEST_END)
    left = backlot.children()
    check(not left, f"it leaves {len(left)} processes behind")


@case(quick=(NEWEST,), seconds=240)
def hangs():
    """A background that is a pipe into which nobody writes."""
    nothing()
    os.mkfifo(FILM)
    with watched(RED) as (backlot, watch):
        sees(watch, RED)
        settings(FILM)
        machine.pause(5)
        check(backlot.silent_for() < 3, f"no status for {backlot.silent_for():.1f} s")
        settings(GREEN)
        sees(watch, GREEN)
        # At the end it hangs once more.
        settings(FILM)
        machine.pause(2)


@case(quick=(NEWEST,), seconds=240)
def vanishes():
    """A background video that is deleted while it plays."""
    film()
    with watched(FILM) as (backlot, watch):
        sees(watch, GREEN)
        os.unlink(FILM)
        machine.pause(6)
        check(backlot.silent_for() < 3, f"no status for {backlot.silent_for():.1f} s")
        settings(RED)
        sees(watch, RED)
        film()
        settings(FILM)
        sees(watch, GREEN)
        os.unlink(FILM)
        machine.pause(3)


@case(quick=(NEWEST,), seconds=240)
def killed():
    """The program is killed while a video plays behind the person: its children end with it."""
    film(60)
    settings(FILM)
    with Backlot("--settings", SETTINGS) as backlot:
        backlot.wait_open()
        with Watch(OUTPUT) as watch:
            watch.first()
            sees(watch, GREEN)
            children = backlot.children()
            check(children, "nothing of it plays the video")
            backlot.kill()
            machine.wait_until("its children end", lambda: not backlot.children(), 2)
    return f"{len(children)} children ended with it"
