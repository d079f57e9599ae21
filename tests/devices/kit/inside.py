"""Runs a program as a container's first process, or beside that: what an engine does, without one.

Given a description as JSON, it makes the container's files the only ones that are there, gives up all rights but the
user's, and becomes the program.
"""

import ctypes
import json
import os
import stat
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
READ_ONLY, NO_SUID, NO_DEV, REMOUNT, BIND, RECURSIVE, PRIVATE = 1, 2, 4, 32, 4096, 16384, 1 << 18
DETACH = 2
DROP_BOUND = 24
PIVOT_ROOT = 155  # on x86_64
# Each namespace of a container that somebody can join, and its kind.
NAMESPACES = {"net": 0x4000_0000, "ipc": 0x0800_0000, "uts": 0x0400_0000, "pid": 0x2000_0000, "mnt": 0x0002_0000}
# What every container has, whatever devices it is given.
ALWAYS = ["null", "zero", "full", "random", "urandom", "tty"]


def done(result, what):
    if result != 0:
        fault = ctypes.get_errno()
        raise OSError(fault, f"{what}: {os.strerror(fault)}")


def mount(source, target, kind=None, flags=0, data=None):
    words = [word.encode() if word else None for word in (source, target, kind)]
    done(LIBC.mount(*words, ctypes.c_ulong(flags), data.encode() if data else None), f"mount on {target}")


def place(root, path, is_folder):
    """Makes a place on which something can be mounted, as engines do."""
    target = root + path
    if is_folder:
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        open(target, "a").close()
    return target


def bring(root, source, path, read_only=False):
    """Something of the machine's, at a path in the container."""
    target = place(root, path, stat.S_ISDIR(os.stat(source).st_mode))
    mount(source, target, flags=BIND)
    if read_only:
        mount(None, target, flags=REMOUNT | BIND | READ_ONLY)


def build(box):
    """Makes the container's files the root, and the machine's vanish."""
    root = box["root"]
    mount(None, "/", flags=PRIVATE | RECURSIVE)
    mount(root, root, flags=BIND)
    mount("proc", place(root, "/proc", True), "proc", NO_SUID | NO_DEV)
    mount("sysfs", place(root, "/sys", True), "sysfs", NO_SUID | NO_DEV | READ_ONLY)
    mount("tmpfs", place(root, "/dev", True), "tmpfs", NO_SUID, "mode=755")
    mount("tmpfs", place(root, "/dev/shm", True), "tmpfs", NO_SUID | NO_DEV, "mode=1777")
    for device in [f"/dev/{name}" for name in ALWAYS] + box["devices"]:
        bring(root, device, device)
    for source, path, read_only in box["volumes"]:
        bring(root, source, path, read_only)
    for path in box["tmpfs"]:
        mount("tmpfs", place(root, path, True), "tmpfs", NO_SUID | NO_DEV, "mode=1777")
    if box["read_only"]:
        mount(None, root, flags=REMOUNT | BIND | READ_ONLY)
    os.chdir(root)
    done(LIBC.syscall(PIVOT_ROOT, b".", b"."), "pivot_root")
    done(LIBC.umount2(b".", DETACH), "umount of the old root")
    os.chdir("/")


def join(pid):
    """Goes where a container is, as 'podman exec' does."""
    files = {name: f"/proc/{pid}/ns/{name}" for name in NAMESPACES}
    there = [name for name, file in files.items() if os.path.exists(file)]
    places = [(os.open(files[name], os.O_RDONLY), NAMESPACES[name], name) for name in there]
    for place_of, kind, name in places:
        done(LIBC.setns(place_of, kind), f"setns {name}")
    # Only children are in another table of processes.
    child = os.fork()
    if child:
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def become(box):
    """The user, without any right of root's, and the program."""
    user, group = box["user"]
    number = 0
    while LIBC.prctl(DROP_BOUND, number, 0, 0, 0) == 0:
        number += 1
    os.setgroups(box["groups"])
    os.setgid(group)
    os.setuid(user)
    os.chdir(box["folder"])
    os.execve(box["command"][0], box["command"], box["environment"])


if __name__ == "__main__":
    described = json.loads(sys.argv[1])
    if described["beside"]:
        join(described["beside"])
    else:
        build(described)
    become(described)
