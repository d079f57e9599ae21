"""Viewers that wait for no longer than OBS does get pictures in time, whatever the camera does."""

from kit import machine
from kit.machine import CAMERA, OUTPUT
from kit.program import Backlot
from kit.registry import NEWEST, case, check
from kit.watch import Watch


@case(cameras=1, quick=(NEWEST,))
def calm_pictures():
    """Fifteen seconds without a picture of the camera: nobody times out who waits for five periods."""
    with Backlot(camera=CAMERA) as backlot:
        backlot.wait_open()
        with machine.controlled("percentage_of_dropped_buffers", 100), Watch(OUTPUT) as watch:
            watch.first()
            machine.pause(1)
            before = len(watch.timeouts)
            machine.pause(15)
            timeouts, gap = len(watch.timeouts) - before, watch.longest_gap(watch.times[0])
        check(backlot.status()["outputs"][0]["calm"] > 100, "no calm pictures were shown")
        check(timeouts == 0, f"OBS would have begun anew {timeouts} times; the longest gap was {1000 * gap:.0f} ms")
    return f"the longest gap was {1000 * gap:.0f} ms"
