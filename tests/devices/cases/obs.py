"""A real OBS plays the virtual camera, on a screen that is not there."""

import json
import mmap
import os
import re
import struct
import time

from kit import machine, picture
from kit.machine import CAMERA, OUTPUT
from kit.program import Backlot
from kit.pulse import Pulse
from kit.registry import case, check

HOME, DISPLAY = "/run/obs", ":7"
WIDTH, HEIGHT = 1280, 720
# OBS waits for a picture as long as five take that it was promised, and then begins its stream anew.
RATE = 15
# Seconds with the camera, without it, and with it again.
PHASE = 15

GLOBAL = "[General]\nFirstRun=true\nLastVersion=486539266\nEnableAutoUpdates=false\n[Basic]\nProfile=Lab\nProfileDir=Lab\n"
GLOBAL += "SceneCollection=Lab\nSceneCollectionFile=Lab\nConfigOnNewProfile=false\n"
PROFILE = "[General]\nName=Lab\n[Video]\nBaseCX=320\nBaseCY=180\nOutputCX=320\nOutputCY=180\nFPSType=1\nFPSInt=10\n"


def settings(device):
    """A scene collection with the camera as its only source, as OBS writes it."""
    camera = {"device_id": device, "input": 0, "auto_reset": True, "timeout_frames": 5}
    item = {"name": "Camera", "id": 1, "visible": True, "scale": {"x": 0.5, "y": 0.5}}
    return {
        "name": "Lab",
        "current_scene": "Scene",
        "current_program_scene": "Scene",
        "scene_order": [{"name": "Scene"}],
        "sources": [
            {"id": "v4l2_input", "versioned_id": "v4l2_input", "name": "Camera", "settings": camera},
            {"id": "scene", "versioned_id": "scene", "name": "Scene", "settings": {"id_counter": 1, "items": [item]}},
        ],
    }


class Obs:
    """OBS with our camera, on a screen of its own. To be used with `with`."""

    def __init__(self, device):
        folder = os.path.join(HOME, ".config/obs-studio")
        for name, text in (
            ("global.ini", GLOBAL),
            ("basic/profiles/Lab/basic.ini", PROFILE),
            ("basic/scenes/Lab.json", json.dumps(settings(device))),
        ):
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write(text)
        self.environment = {
            **os.environ,
            "HOME": HOME,
            "DISPLAY": DISPLAY,
            "XDG_CONFIG_HOME": os.path.join(HOME, ".config"),
            "XDG_RUNTIME_DIR": HOME,
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "QT_QPA_PLATFORM": "xcb",
        }

    def __enter__(self):
        size = f"{WIDTH}x{HEIGHT}x24"
        self.screen = machine.start("Xvfb", DISPLAY, "-screen", "0", size, "-fbdir", HOME, "-nolisten", "tcp")
        machine.wait_until("there is a screen", lambda: os.path.exists(f"/tmp/.X11-unix/X{DISPLAY[1:]}"), 30)
        command = ["obs", "--multi", "--disable-updater", "--disable-missing-files-check"]
        self.process = machine.start(*command, environment=self.environment)
        machine.wait_until("OBS plays the camera", lambda: "Framerate: " in self.log() or self.is_gone(), 120)
        check(not self.is_gone(), f"OBS ended with {self.process.returncode}")
        return self

    def __exit__(self, *_):
        machine.end(self.process)
        machine.end(self.screen)

    def is_gone(self):
        return self.process.poll() is not None

    def log(self):
        """What OBS has said so far."""
        with open(self.process.said, errors="replace") as file:
            return file.read()

    def resets(self, pulse):
        """How often OBS waited too long for a picture, but for the times in which the lab stood still."""
        folder = os.path.join(HOME, ".config/obs-studio/logs")
        with open(os.path.join(folder, sorted(os.listdir(folder))[-1]), errors="replace") as file:
            lines = re.findall(r"^(\d+):(\d+):([\d.]+): v4l2-input: .*(?:timed out|reset)", file.read(), re.M)
        now, clock = time.monotonic(), time.localtime()
        today = clock.tm_hour * 3600 + clock.tm_min * 60 + time.time() % 60
        ends = [now - (today - (int(h) * 3600 + int(m) * 60 + float(s))) for h, m, s in lines]
        machine.keep("obs.log", "\n".join(":".join(line) for line in lines))
        return sum(pulse.lost(end - 5 / RATE, end) < 0.02 for end in ends)

    def shown(self):
        """The screen, as rows of pixels in blue, green, red and nothing."""
        import numpy as np

        with open(os.path.join(HOME, "Xvfb_screen0"), "rb") as file:
            memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        head = struct.unpack_from(">25I", memory)
        start, stride = head[0] + 12 * head[19], head[12]
        pixels = np.frombuffer(memory, np.uint8, stride * head[5], start)
        return pixels.reshape(head[5], stride // 4, 4).copy()

    def sees_bars(self):
        """Whether all eight colours of the test camera are on the screen, nearly: OBS takes pictures for BT.709."""
        import numpy as np

        pixels = self.shown()[:, :, 2::-1].astype(int)
        near = lambda colour: (np.abs(pixels - colour).max(axis=2) <= 40).sum()
        return all(near(colour) > 200 for colour in picture.BARS)


@case(cameras=1, seconds=600)
def plays():
    """OBS plays the camera, sees it go and come back, and never has to begin its stream anew."""
    machine.bars()
    with Backlot(*picture.plain(), "--fps", str(RATE), camera=CAMERA) as backlot:
        backlot.wait_open()
        with Obs(OUTPUT) as obs, Pulse() as pulse:
            backlot.wait_live()
            machine.wait_until("OBS shows the bars", obs.sees_bars, 90)
            machine.pause(PHASE)
            machine.bind(False)
            backlot.wait("the camera is gone", lambda status: status["state"] != "live")
            machine.wait_until("OBS shows the bars no more", lambda: not obs.sees_bars(), 30)
            machine.pause(PHASE)
            calm = obs.resets(pulse)
            machine.bind(True)
            machine.bars()
            backlot.wait_live(20)
            machine.wait_until("OBS shows the bars again", obs.sees_bars, 30)
            machine.pause(PHASE)
            all_in_all = obs.resets(pulse)
            check(not obs.is_gone(), "OBS has ended")
    check(all_in_all == 0, f"OBS waited too long {all_in_all} times, {calm} of them before the camera came back")
    return f"{3 * PHASE} s and more, none too long"
