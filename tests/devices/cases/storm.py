"""A storm: settings, scenes, cameras and backgrounds are edited at random under three viewers, and cameras fail.

No viewer may ever see the room, which is marked, or wait for a picture; and at the end the program is all there.
The seed is printed: `tests/devices/run.sh --seed N storm` repeats it.
"""

import contextlib
import os
import random
import time

from kit import machine
from kit.camera import Player, Room
from kit.program import Backlot
from kit.registry import NEWEST, Failure, case, check
from kit.session import Session
from kit.watch import NodeWatch, Watch
from kit.weather import Weather

SECONDS = int(os.environ.get("STORM_SECONDS", "120"))
RATE = 15
# A picture a second is promised, whatever fails.
LONGEST_GAP = 1.0
# And while nothing new is there, the last one again, before a viewer such as OBS gives up: after five periods.
LEAST_RATE = RATE / 5
# A status is told each second.
LONGEST_SILENCE = 3.0
# Ctrl-C ends it, whatever hangs.
LONGEST_END = 2.0
OUTPUTS = ["/dev/video10", "/dev/video11", "/dev/video12"]
CAMERAS, FORMATS = ["/dev/video13", "/dev/video14"], ["YUYV", "MJPG"]
SIZE = 640, 360


def seed():
    """Gives the seed that is asked for, or any."""
    return int(os.environ.get("STORM_SEED") or time.time_ns() % 1_000_000)


def blow(weather, backlot, viewers, random_source):
    """Disturbs for the time of the storm, and holds what must hold."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        weather.disturb()
        machine.pause(random_source.uniform(0.1, 1.5))
        check(backlot.process.poll() is None, f"the program ended with {backlot.process.returncode}")
        silent = backlot.silent_for()
        silent -= viewers[0].pulse.lost(time.monotonic() - silent, time.monotonic())
        check(silent < LONGEST_SILENCE, f"no status for {silent:.1f} s")
        for viewer in viewers:
            viewer.check_hidden()


def judge(viewers, since):
    """What each viewer got."""
    rates = []
    for viewer in viewers:
        (gap, begun, ended), rate = viewer.where_longest_gap(since), viewer.rate(since)
        when = f"from {begun:.2f} to {ended:.2f}"
        check(gap <= LONGEST_GAP, f"the viewer of {viewer.device} waited {gap:.2f} s for a picture, {when}")
        check(rate >= LEAST_RATE, f"the viewer of {viewer.device} got {rate:.1f} pictures a second")
        rates.append(rate)
    return ", ".join(f"{rate:.1f}" for rate in rates) + " pictures a second"


def ends(backlot, pulse):
    """Checks that the program still does all it did, and stops when it is told to."""
    status = backlot.wait_live(20)
    check(status["panics"] == 0, f"{status['panics']} panics")
    start = time.monotonic()
    backlot.stop(30)
    took = time.monotonic() - start - pulse.lost(start, time.monotonic())
    check(took <= LONGEST_END, f"it ended {took:.1f} s after Ctrl-C")
    check(not backlot.children(), f"it leaves {len(backlot.children())} processes behind")
    return f"ended in {took:.1f} s"


def told(storm):
    """Goes through a storm, and always tells its seed."""
    chosen = seed()
    print(f"storm: seed {chosen}", flush=True)
    try:
        return f"seed {chosen}: " + storm(chosen)
    except Failure as failure:
        raise Failure(f"seed {chosen}: {failure}") from None


@case(loops=5, quick=(NEWEST,), seconds=180 + SECONDS)
def loopback():
    """Three viewers on a v4l2loopback device each, in a storm of edits and of cameras that fail."""
    return told(on_devices)


@case(loops=0, seconds=180 + SECONDS, kernel=False)
def pipewire():
    """The same with three viewers of one PipeWire node, and cameras that are files."""
    return told(on_node)


def on_devices(chosen):
    """Three v4l2loopback devices in the storm of a seed."""
    more = [text for output in OUTPUTS[1:] for text in ("--output", output)]
    viewers = lambda weather: [Watch(output, weather.pattern) for output in OUTPUTS]
    return through(chosen, viewers, dict(zip(CAMERAS, FORMATS)), more, output=OUTPUTS[0])


def on_node(chosen):
    """One node in the storm of a seed."""
    with Session() as session:
        viewers = lambda weather: [NodeWatch(session, "backlot", SIZE, weather.pattern) for _ in range(3)]
        ours = {"output": "pipewire", "environment": session.environment}
        return through(chosen, viewers, {}, [], session.folder, **ours)


def through(chosen, make_viewers, cameras, options, folder="/run", **how):
    """The storm of a seed."""
    source, room = random.Random(chosen), Room(*SIZE, rate=RATE, folder=folder)
    with contextlib.ExitStack() as all_of_it:
        players = [Player(device, room.encoded(fourcc), SIZE, RATE, fourcc) for device, fourcc in cameras.items()]
        for player in players:
            all_of_it.enter_context(player)
        weather = Weather(source, players, room, os.path.join(folder, "storm"))
        options = ["--settings", weather.path, "--fps", str(RATE), *options]
        backlot = all_of_it.enter_context(Backlot(*options, camera=None, **how))
        backlot.wait("all are open", lambda s: all(o["state"] == "open" for o in s["outputs"]), 40)
        viewers = [all_of_it.enter_context(viewer) for viewer in make_viewers(weather)]
        for viewer in viewers:
            viewer.first(60)
        backlot.wait_live()
        start = time.monotonic()
        blow(weather, backlot, viewers, source)
        weather.calm()
        machine.pause(1)
        got = judge(viewers, start)
        end = ends(backlot, viewers[0].pulse)
    worst = max(viewer.worst for viewer in viewers)
    return f"{weather.count} edits and faults; {got}; room {worst:.2f}, where 1 is a sighting; {end}"
