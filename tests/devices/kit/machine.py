"""The kernel's side: modules, the camera's faults, and other programs."""

import contextlib
import os
import signal
import subprocess
import time

from kit import program
from kit.registry import Failure

CAMERA, OUTPUT, SECOND = "/dev/video0", "/dev/video10", "/dev/video11"
_logs = 0


def run(*command, seconds=60, binary=False):
    """Runs a program to its end and gives what it prints; its errors go to the logs."""
    global _logs
    _logs += 1
    path = os.path.join(program.LOGS, f"{_logs:02}-{os.path.basename(command[0])}.log")
    with open(path, "wb") as log:
        log.write((" ".join(command) + "\n").encode())
        log.flush()
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, timeout=seconds)
        except subprocess.TimeoutExpired:
            raise Failure(f"{command[0]} was not done after {seconds} s") from None
        if not binary:
            log.write(done.stdout)
    if done.returncode != 0:
        with open(path, errors="replace") as log:
            last = (log.read().strip().splitlines() or [""])[-1]
        raise Failure(f"{command[0]} ended with {done.returncode}: {last}")
    return done.stdout if binary else done.stdout.decode(errors="replace")


def start(*command, environment=None):
    """Starts a program that goes on beside the test; what it says lies in the logs."""
    path = os.path.join(program.LOGS, f"beside-{os.path.basename(command[0])}-{time.monotonic_ns()}.log")
    log = open(path, "wb")
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, env=environment
    )
    process.said = path
    return process


def end(process):
    """Ends a program, and those that it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def control(name, value, device=CAMERA):
    """Sets a control of the camera; for a button, `value` is 1."""
    run("v4l2-ctl", "-d", device, "-c", f"{name}={value}")


@contextlib.contextmanager
def controlled(name, value, after=0):
    """A control of the camera has a value, and another one afterwards: other tests use the same camera."""
    control(name, value)
    try:
        yield
    finally:
        control(name, after)


def bars():
    """The camera shows eight bars, and nothing else."""
    control("osd_text_mode", 2)
    control("test_pattern", 0)


def squares():
    """The camera shows black and white squares, which stand for the room: see `kit.room`."""
    control("osd_text_mode", 2)
    control("test_pattern", 10)


def bind(bound, camera=0):
    """Plugs the camera in or out."""
    action = "bind" if bound else "unbind"
    with open(f"/sys/bus/platform/drivers/vivid/{action}", "w") as file:
        file.write(f"vivid.{camera}")


def plug_in():
    """Plugs the camera in, and lets it show the squares again."""
    # Else it gets another name.
    wait_until(f"the unplugged {CAMERA} is let go of", lambda: not users(f"{CAMERA} (deleted)"), 10)
    bind(True)
    squares()


def unload_loopback(seconds=10):
    """Takes the module away as soon as nobody uses it."""
    start_at = time.monotonic()
    while True:
        done = subprocess.run(["rmmod", "v4l2loopback"], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return
        if time.monotonic() - start_at > seconds:
            raise Failure(f"the module can't be removed: {done.stderr.strip()}; used by {users(OUTPUT)}")
        time.sleep(0.2)


def load_loopback():
    run("insmod", os.environ["LAB_LOOPBACK"], *os.environ["LAB_LOOP"].split())


def users(device):
    """Gives the processes that have a device open."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            links = [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")]
        except OSError:
            continue
        if device in links:
            found.append(int(pid))
    return found


def is_open_by(pid, device):
    return pid in users(device)


def is_fed_by(pid, device):
    """Whether a process feeds a virtual camera: only then other programs see a camera in it."""
    if not is_open_by(pid, device):
        return False
    asked = subprocess.run(
        ["v4l2-ctl", "-d", device, "--info"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
    )
    return b"Video Capture" in asked.stdout.partition(b"Device Caps")[2]


def wait_until(what, true, seconds):
    """Gives the seconds until a condition holds."""
    start_at = time.monotonic()
    while not true():
        if time.monotonic() - start_at > seconds:
            raise Failure(f"not within {seconds} s: {what}")
        time.sleep(0.02)
    return time.monotonic() - start_at


def keep_kernel_log(folder):
    with open(os.path.join(folder, "kernel.log"), "wb") as file:
        subprocess.run(["dmesg"], stdout=file, stderr=subprocess.STDOUT, check=False)


def keep(name, text):
    """Puts a text into the logs."""
    with open(os.path.join(program.LOGS, name), "w") as file:
        file.write(text)


def pause(seconds):
    """Waits, so that the other programs can work."""
    time.sleep(seconds)


def end_after(process, seconds):
    """Lets another program go on for a while."""
    time.sleep(seconds)
    end(process)
