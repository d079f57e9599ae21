"""The program under test, as a process."""

import json
import os
import signal
import subprocess
import tempfile
import threading
import time

from kit.registry import Failure

LOGS = "."
_started = []


class Backlot:
    """`backlot run --json`. To be used with `with`; what it says lies in the logs. What is `None` is left to the
    settings file."""

    def __init__(self, *options, camera="presenter", output="/dev/video10", size="640x360", environment=None):
        self.statuses, self.lock = [], threading.Lock()
        self.log = open(os.path.join(LOGS, f"backlot-{len(_started)}.log"), "wb")
        command = [os.environ["BACKLOT"], "run", "--json"]
        for name, value in (("--camera", camera), ("--output", output), ("--size", size)):
            command += [name, value] if value else []
        self.mark = f"LAB_MARK={len(_started)}.".encode()
        # Names of sockets must be short; each program has its own.
        self.socket = os.path.join(tempfile.mkdtemp(prefix="backlot."), "socket")
        self.process = subprocess.Popen(
            command + list(options),
            stdout=subprocess.PIPE,
            stderr=self.log,
            start_new_session=True,
            env={**(environment or os.environ), "LAB_MARK": f"{len(_started)}.", "BACKLOT_SOCKET": self.socket},
        )
        self.pid = self.process.pid
        _started.append(self)
        threading.Thread(target=self._read, daemon=True).start()

    def ask(self, *words, seconds=20):
        """Runs a command that steers the program, and gives its status and what it prints."""
        command = [os.environ["BACKLOT"], *words]
        environment = {**os.environ, "BACKLOT_SOCKET": self.socket}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=seconds, check=False)
        return done.returncode, (done.stdout + done.stderr).strip()

    def _read(self):
        for line in self.process.stdout:
            self.log.write(line)
            self.log.flush()
            with self.lock:
                self.statuses.append((time.monotonic(), json.loads(line)))

    def status(self):
        with self.lock:
            return self.statuses[-1][1] if self.statuses else None

    def wait(self, what, true, seconds=15):
        """Waits until a new status meets a condition, and gives it."""
        start, seen = time.monotonic(), len(self.statuses)
        while time.monotonic() - start < seconds:
            with self.lock:
                fresh = self.statuses[seen:]
            for _, status in fresh:
                if true(status):
                    return status
            if self.process.poll() is not None:
                raise Failure(f"the program ended with {self.process.returncode} while waiting for: {what}")
            time.sleep(0.05)
        raise Failure(f"not within {seconds} s: {what}; the last status was {self.status()}")

    def wait_open(self, seconds=40):
        return self.wait("the virtual camera is open", lambda s: s["outputs"][0]["state"] == "open", seconds)

    def wait_live(self, seconds=30):
        return self.wait("pictures of the camera are shown", lambda s: s["state"] == "live", seconds)

    def wait_idle(self, seconds=10):
        return self.wait("the camera is closed", lambda s: s["camera"]["state"] == "closed", seconds)

    def said(self):
        """Gives the last error, warning or note."""
        last = ""
        with open(self.log.name, errors="replace") as file:
            for line in filter(lambda line: line.startswith("{"), file):
                message = json.loads(line)
                for kind in {"error", "warning", "note"} & set(message):
                    last = f"{kind}: {message[kind]}"
        return last

    def figures(self):
        """Gives the resident memory in kB, and the numbers of threads and descriptors."""
        with open(f"/proc/{self.pid}/status") as file:
            lines = dict(line.split(":", 1) for line in file)
        resident = int(lines["VmRSS"].split()[0])
        return resident, int(lines["Threads"]), len(os.listdir(f"/proc/{self.pid}/fd"))

    def children(self):
        """Gives the processes that it started, and those that they started: all carry its mark in their environment."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/environ", "rb") as file:
                    if self.mark in file.read() and int(pid) != self.pid:
                        found.append(int(pid))
            except OSError:
                continue
        return found

    def silent_for(self):
        """Gives the seconds since the last status; the program writes one each second."""
        with self.lock:
            return time.monotonic() - self.statuses[-1][0]

    def processor_seconds(self):
        with open(f"/proc/{self.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def kill(self):
        """Kills the program without a warning."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, seconds=10):
        """Stops the program as Ctrl-C does, and gives the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failure(f"the program does not end within {seconds} s of Ctrl-C") from None

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            self.stop()
        elif self.process.poll() is None:
            self.kill()


def kill_all():
    """Stops what a test left behind."""
    for one in _started:
        if one.process.poll() is None:
            one.kill()
