"""v4l2-compliance must find nothing wrong while we feed the device that it does not find while ffmpeg feeds it."""

import re
import subprocess

from kit import machine
from kit.machine import OUTPUT
from kit.program import Backlot
from kit.registry import NEWEST, VERSIONS, case, check


def failing(name):
    """The tests that fail now, and the number of those that pass."""
    command = ["v4l2-compliance", "-d", OUTPUT]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    machine.keep(f"compliance-{name}.log", done.stdout + done.stderr)
    found = re.findall(r"test ([^\n:]+): (OK|FAIL)", done.stdout)
    check(len(found) > 20, f"v4l2-compliance ran {len(found)} tests only")
    return {test for test, result in found if result == "FAIL"}, sum(r == "OK" for _, r in found)


@case(suites=VERSIONS, quick=(NEWEST,))
def as_with_ffmpeg():
    """v4l2-compliance, with ffmpeg and with us."""
    source = ["-re", "-f", "lavfi", "-i", "testsrc=size=640x360:rate=15"]
    feeder = machine.start("ffmpeg", "-v", "error", *source, "-pix_fmt", "yuyv422", "-f", "v4l2", OUTPUT)
    machine.wait_until("ffmpeg feeds the device", lambda: machine.is_open_by(feeder.pid, OUTPUT), 10)
    machine.pause(1)
    theirs, theirs_passed = failing("ffmpeg")
    machine.end(feeder)
    with Backlot() as backlot:
        backlot.wait_open()
        machine.pause(1)
        ours, ours_passed = failing("ours")
    more = sorted(ours - theirs)
    check(not more, f"these fail with us only: {', '.join(more)}")
    return f"passed: {ours_passed} with us, {theirs_passed} with ffmpeg; failed: {len(ours)} and {len(theirs)}"
