"""Several cameras in one scene, and virtual cameras with scenes of their own."""

import time

from kit import machine
from kit.machine import CAMERA, OUTPUT, SECOND
from kit.program import Backlot
from kit.registry import NEWEST, case, check
from kit.watch import Watch

SETTINGS = "/run/studio.toml"
RED = (160, 32, 32)
# A picture a second is promised, whatever fails.
LONGEST_GAP = 1.0

SCENES = f"""
[camera]
device = "presenter"
[source.desk]
camera = "{CAMERA}"
size = "640x360"
[[scene.both.layer]]
source = "#204060"
[[scene.both.layer]]
source = "camera"
key = "person"
[[scene.both.layer]]
source = "desk"
place = {{ anchor = "bottom-right", width = "30%", margin = "3%" }}
corners = "5%"
[[scene.red.layer]]
source = "#a02020"
[run]
scene = "both"
[[output]]
device = "{OUTPUT}"
[[output]]
device = "{SECOND}"
scene = "red"
"""


def is_near(colour, wanted):
    return colour and all(abs(a - b) < 24 for a, b in zip(colour, wanted))


def desk(status):
    """The camera that the scene declares."""
    return status["declared_cameras"][0] if status and status["declared_cameras"] else {"state": "absent"}


@case(cameras=1, loops=2, quick=(NEWEST,), seconds=240)
def two_scenes():
    """Two virtual cameras show two scenes; one of two cameras is pulled out, and all else goes on."""
    machine.squares()
    with open(SETTINGS, "w") as file:
        file.write(SCENES)
    with Backlot("--settings", SETTINGS, camera=None, output=None) as backlot:
        backlot.wait_open()
        with Watch(SECOND) as second:
            second.first()
            machine.wait_until("the second shows its scene", lambda: is_near(second.colour, RED), 60)
            # Nobody watches a scene with a camera.
            closed = lambda status: desk(status)["state"] == status["camera"]["state"] == "closed"
            backlot.wait("no camera is open", lambda status: status["state"] == "live" and closed(status), 20)
            with Watch(OUTPUT) as watch:
                watch.first()
                works = lambda status: desk(status)["state"] == status["camera"]["state"] == "works"
                backlot.wait("both cameras", works, 60)
                start = time.monotonic()
                machine.bind(False)
                gone = backlot.wait("one of them is gone", lambda status: desk(status)["state"] == "waiting", 20)
                check(gone["state"] == "live", f"the others wait for it: {gone}")
                before = gone["finished"]
                backlot.wait("pictures without it", lambda status: status["finished"] > before + 20, 30)
                machine.plug_in()
                backlot.wait("it is back", lambda status: desk(status)["state"] == "works", 30)
                gaps = [each.longest_gap(start) for each in (watch, second)]
        check(is_near(second.colour, RED), f"the second shows {second.colour}")
        check(max(gaps) <= LONGEST_GAP, f"viewers waited {max(gaps):.2f} s for a picture")
    return f"at most {max(gaps):.2f} s without a picture"
