"""guvcview, which takes four buffers for granted: with the options that `backlot install` writes it plays."""

import os
import re
import subprocess

from kit import machine
from kit.machine import OUTPUT, run
from kit.program import Backlot
from kit.registry import VERSIONS, case, check


def written_options():
    """What `backlot install` tells the module, but for the number, which is the lab's."""
    plan = subprocess.run([os.environ["BACKLOT"], "install", "--dry-run"], capture_output=True, text=True, check=True)
    found = re.search(r"options v4l2loopback (devices=1 .*)", plan.stdout)
    check(found, f"no options are written: {plan.stdout}")
    return re.sub(r"video_nr=\d+", "video_nr=10", found.group(1)).split()


@case(suites=VERSIONS)
def takes_a_photo():
    """guvcview streams and takes a photo of the background's colour."""
    machine.unload_loopback()
    run("insmod", os.environ["LAB_LOOPBACK"], *written_options())
    with Backlot("--background", "#204060") as backlot:
        backlot.wait_open()
        os.environ["HOME"] = "/dev/shm"
        silent = ["-g", "none", "-r", "none", "-a", "none"]
        photo = ["-i", "/dev/shm/photo.png", "-t", "3", "-n", "1", "-e"]
        run("guvcview", "-d", OUTPUT, "-x", "640x360", "-f", "YUYV", *silent, *photo)
        names = [name for name in os.listdir("/dev/shm") if name.startswith("photo")]
        check(names, "guvcview took no photo")
        small = ["-vf", "crop=40:40:8:8,scale=1:1", "-pix_fmt", "rgb24", "-f", "rawvideo", "-"]
        pixel = tuple(run("ffmpeg", "-v", "error", "-i", f"/dev/shm/{names[0]}", *small, binary=True)[:3])
        # It takes the numbers for another range and matrix than other programs do.
        near = all(abs(a - b) <= 30 for a, b in zip((0x20, 0x40, 0x60), pixel))
        check(near, f"the photo's corner is {pixel}, not the background's colour")
