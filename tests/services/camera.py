"""The running program before the presenter, and a viewer who notes how much of the new background each picture shows."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from waiting import until  # noqa: E402

# The luma of the new background, #00ff00 (BT.709).
GREEN = 173
# How much more or less of the new background may show than with this machine's own network.
MARGIN = 0.05


class Camera:
    """The running program, whose status comes as a line of JSON each second."""

    def __init__(self, program, model, rate=10, *more):
        self.folder = tempfile.TemporaryDirectory()
        settings = pathlib.Path(self.folder.name)
        (settings / "settings.toml").touch()
        command = [program, "run", "--camera", "presenter", "--output", "none", "--background", "#00ff00",
                   "--model", model, "--json", "--no-panel", "--size", "640x360", "--fps", rate, *more,
                   "--settings", settings / "settings.toml", "--socket", settings / "socket"]
        self.process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True, env={**os.environ, "XDG_STATE_HOME": self.folder.name})
        self.status, self.said, self.shares = {}, [], []
        socket = settings / "socket"
        until(lambda: socket.exists() or self.process.poll() is not None, "it can be asked")
        self.viewer = subprocess.Popen([program, "preview", "--socket", socket], stdout=subprocess.PIPE)
        threading.Thread(target=self.view, daemon=True).start()
        threading.Thread(target=self.follow, daemon=True).start()
        threading.Thread(target=self.listen, daemon=True).start()

    def follow(self):
        for line in self.process.stdout:
            self.status = json.loads(line)

    def view(self):
        """Notes how much of each picture is the new background."""
        head = self.viewer.stdout.readline().decode().split()
        width, height = (int(word[1:]) for word in head[1:3])
        while self.viewer.stdout.readline():
            luma = numpy.frombuffer(self.viewer.stdout.read(width * height), numpy.uint8)
            self.viewer.stdout.read(2 * (width // 2) * (height // 2))
            if luma.size == width * height:
                share = float((numpy.abs(luma.astype(int) - GREEN) < 6).mean())
                # A card comes before the first picture.
                if self.shares or share > 0.3:
                    self.shares.append(share)

    def listen(self):
        self.said += self.process.stderr

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.viewer.kill()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        self.folder.cleanup()

    def until_led(self, lead):
        def told():
            return f"{self.status}\n{''.join(self.said[-20:])}"

        def leads():
            if self.process.poll() is not None:
                sys.exit(f"it ended: {told()}")
            return self.status.get("lead") == lead

        return until(leads, f"{lead} leads", told)


def usual(program, rate=10):
    """The least and the most of the new background that shows with this machine's own network."""
    with Camera(program, "general", rate) as camera:
        until(lambda: len(camera.shares) > 100, "pictures", lambda: "".join(camera.said[-20:]))
        return min(camera.shares), max(camera.shares)


def is_usual(shares, seen):
    """Whether the new background is as much of all pictures as it should be: neither the room shows nor less of the person."""
    return shares[0] - MARGIN < min(seen) and max(seen) < shares[1] + MARGIN
