"""A desktop's session in a folder of its own: D-Bus, PipeWire and its session manager, and the portal if it is
wanted."""

import os
import shutil
import subprocess
import tempfile
import time

from kit import machine, program
from kit.registry import Failure

# Which program answers a portal's question is written here. Nobody has to answer, for the camera is allowed already.
PORTAL = """[portal]
DBusName=org.freedesktop.impl.portal.desktop.lab
Interfaces=org.freedesktop.impl.portal.Access;org.freedesktop.impl.portal.Lockdown
UseIn=lab
"""
STORE = "org.freedesktop.impl.portal.PermissionStore"


class Session:
    """To be used with `with`. `environment` is that of its programs."""

    def __init__(self):
        # Names of sockets must be short.
        self.folder, self.processes = tempfile.mkdtemp(prefix="session."), []
        folder = self.folder
        names = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
        self.environment = {
            **os.environ,
            "XDG_RUNTIME_DIR": folder,
            "HOME": folder,
            **{name: os.path.join(folder, name.lower()) for name in names},
            "XDG_CURRENT_DESKTOP": "lab",
            "XDG_DESKTOP_PORTAL_DIR": folder,
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={folder}/bus",
        }

    def start(self, *command):
        """Starts a program of the session, which goes on beside the test."""
        process = machine.start(*command, environment=self.environment)
        self.processes.append(process)
        return process

    def pipe(self, *command):
        """Starts a program whose output is read."""
        path = os.path.join(program.LOGS, f"beside-{os.path.basename(command[0])}-{time.monotonic_ns()}.log")
        with open(path, "wb") as log:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
                env=self.environment,
            )

    def run(self, *command):
        """Runs a program of the session to its end."""
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=30, check=False)
        if done.returncode != 0:
            raise Failure(f"{command[0]} ended with {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def __enter__(self):
        self.start("dbus-daemon", "--session", "--nofork", f"--address=unix:path={self.folder}/bus")
        self._wait("bus")
        self.start("pipewire")
        self._wait("pipewire-0")
        self.start("wireplumber")
        machine.pause(3)
        return self

    def _wait(self, socket):
        path = os.path.join(self.folder, socket)
        machine.wait_until(f"there is {socket}", lambda: os.path.exists(path), 20)

    def allow_cameras(self):
        """Lets the portal give its programs the cameras, as it does after the user said 'yes' once."""
        with open(os.path.join(self.folder, "lab.portal"), "w") as file:
            file.write(PORTAL)
        call = ["gdbus", "call", "--session", "--dest", STORE, "--object-path", "/org/freedesktop/impl/portal/PermissionStore"]
        # A program that runs in no sandbox has no name.
        self.run(*call, "--method", f"{STORE}.SetPermission", "devices", "true", "camera", "", "['yes']")

    def node(self, description, seconds=60):
        """Waits until there is a node of that name."""
        start = time.monotonic()
        while f'"{description}"' not in self.run("pw-dump", "-N"):
            if time.monotonic() - start > seconds:
                raise Failure(f"PipeWire has no node '{description}' within {seconds} s")
            machine.pause(0.3)

    def __exit__(self, *_):
        for process in reversed(self.processes):
            machine.end(process)
        # What the bus started goes with it, but takes a moment.
        shutil.rmtree(self.folder, ignore_errors=True)
