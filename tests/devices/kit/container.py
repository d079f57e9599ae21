"""Services of a compose file, run as a container engine would: their image, files, rights and nothing else."""

import json
import os
import shutil
import signal
import subprocess
import tarfile
import time

from kit import machine, program
from kit.registry import Failure, LeftOut, check

# What is understood of a service. Anything else would be passed over without a word.
KNOWN = {"image", "command", "read_only", "cap_drop", "volumes", "networks", "depends_on", "network_mode", "group_add",
         "devices", "environment", "tmpfs"}  # fmt: skip
INSIDE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "inside.py")
NETWORK = "inside"
# The kernel of a lab that was built before the lab had tables of processes of one's own doesn't know them.
OWN_PROCESSES = os.path.exists("/proc/self/ns/pid")
LIMIT = "processes are their own" if OWN_PROCESSES else "processes are shared, as this lab's kernel is older"
# How a service says that it was stopped: 'serve' is done then, 'run' was interrupted.
STOPPED = (0, 130)


def read(path):
    """The services of a compose file, by name."""
    try:
        import yaml
    except ImportError:
        raise LeftOut("python3-yaml isn't here, which reads the compose file") from None
    with open(path) as file:
        services = yaml.safe_load(file)["services"]
    for name, service in services.items():
        strange = set(service) - KNOWN
        check(not strange, f"'{name}' has {strange}, which this test doesn't do")
        check(service["cap_drop"] == ["ALL"], f"'{name}' keeps rights: {service['cap_drop']}")
    return services


class Image:
    """An OCI archive, unpacked."""

    def __init__(self, archive, folder):
        self.folder = os.path.join(folder, "image")
        layout = os.path.join(folder, "layout")
        with tarfile.open(archive) as file:
            file.extractall(layout)
        blob = lambda digest: os.path.join(layout, "blobs", digest.replace(":", "/"))
        told = lambda path: json.load(open(path))
        entry = told(os.path.join(layout, "index.json"))["manifests"][0]
        self.name = "localhost/" + entry["annotations"]["org.opencontainers.image.ref.name"]
        manifest = told(blob(entry["digest"]))
        self.config = told(blob(manifest["config"]["digest"]))["config"]
        for layer in manifest["layers"]:
            with tarfile.open(blob(layer["digest"])) as file:
                file.extractall(self.folder, numeric_owner=True)
        shutil.rmtree(layout)


class Container:
    """A service of a compose file that lies in `project`. To be used with `with`; its log lies in the logs."""

    def __init__(self, name, service, image, project):
        check(service["image"] == image.name, f"'{name}' wants {service['image']}, and the image is {image.name}")
        self.name, self.stop_signal = name, image.config["StopSignal"]
        self.log = os.path.join(program.LOGS, f"container-{name}.log")
        root = os.path.join(project, f"root-{name}")
        if not os.path.exists(root):
            shutil.copytree(image.folder, root, symlinks=True)
        volumes = [volume.split(":") for volume in service.get("volumes", [])]
        user, group = (int(number) for number in image.config["User"].split(":"))
        self.box = {
            "root": root,
            "beside": None,
            "read_only": service.get("read_only", False),
            "volumes": [(os.path.join(project, source), path, how == ["ro"]) for source, path, *how in volumes],
            "devices": service.get("devices", []),
            "tmpfs": service.get("tmpfs", []),
            "user": (user, group),
            "groups": [group, *map(int, service.get("group_add", []))],
            "folder": image.config["WorkingDir"],
            "command": image.config["Entrypoint"] + service["command"],
            "environment": dict(pair.split("=", 1) for pair in image.config["Env"]) | service.get("environment", {}),
        }
        self.engine, self.pid = None, None

    def start(self):
        """Starts it, with processes and a root of its own, in the network that all of them share."""
        own = ["unshare", "--mount", "--uts", "--ipc", "--fork", "--kill-child", *(["--pid"] if OWN_PROCESSES else [])]
        command = ["nsenter", f"--net=/run/netns/{NETWORK}", *own, "/usr/bin/python3", "-B", INSIDE]
        with open(self.log, "ab") as log:
            to = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
            self.engine = subprocess.Popen([*command, json.dumps(self.box)], **to, start_new_session=True)
        machine.wait_until(f"'{self.name}' has a process", self._find, 30)
        return self

    def _find(self):
        check(self.engine.poll() is None, f"'{self.name}' ended with {self.engine.poll()}: {self.said()}")
        found = subprocess.run(["pgrep", "-P", str(self.engine.pid)], capture_output=True, text=True, check=False)
        self.pid = int(found.stdout.split()[0]) if found.stdout else None
        # It is the program's own as soon as no root is left.
        return self.pid and os.stat(f"/proc/{self.pid}").st_uid == self.box["user"][0]

    def run(self, *words, seconds=60):
        """Runs the image's program in the container, as 'podman exec' does; gives its status and what it says."""
        box = self.box | {"beside": self.pid, "command": [self.box["command"][0], *words]}
        command = ["/usr/bin/python3", "-B", INSIDE, json.dumps(box)]
        asked = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
        return asked.returncode, asked.stdout + asked.stderr

    def rights(self):
        """What the kernel says of its first process, by name."""
        with open(f"/proc/{self.pid}/status") as file:
            return {key: value.split() for key, value in (line.split(":", 1) for line in file)}

    def said(self):
        with open(self.log, errors="replace") as file:
            return file.read()

    def stop(self, seconds=10):
        """Stops it as engines do, which kill after ten seconds; gives how long it took."""
        check(self.engine.poll() is None, f"'{self.name}' ended before: {self.said()[-500:]}")
        started = time.monotonic()
        os.kill(self.pid, getattr(signal, self.stop_signal))
        try:
            status = self.engine.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failure(f"'{self.name}' does not end within {seconds} s of {self.stop_signal}") from None
        check(status in STOPPED, f"'{self.name}' ended with {status}: {self.said()[-500:]}")
        check("panicked" not in self.said(), f"'{self.name}' panicked")
        return time.monotonic() - started

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.engine and self.engine.poll() is None:
            machine.end(self.engine)
