"""Settings that are edited while the program runs, with and without somebody who watches, under every version."""

import os
import time

from kit import machine, program
from kit.machine import OUTPUT, SECOND
from kit.program import Backlot
from kit.registry import NEWEST, VERSIONS, case, check
from kit.watch import Watch

# The settings before any edit; the camera is drawn, so that none is needed.
USUAL = {
    "camera": {"device": '"presenter"', "size": '"640x360"'},
    "output": {"device": f'"{OUTPUT}"'},
    "run": {"close_after": "1"},
    "scene.calm": {"background": '"#204060"'},
}

# Each edit, and what the virtual camera's mode has in it once the edit applies; None where the mode stays.
EDITS = [
    ("camera", "device", '"presenter:hair=long"', None),
    ("camera", "size", '"320x180"', "320x180"),
    ("camera", "fps", "15", "15 fps"),
    ("output", "format", '"yu12"', "I420"),
    ("output", "size", '"480x270"', "480x270"),
    ("output", "fps", "10", "10 fps"),
    ("output", "name", '"Me"', None),
    ("run", "close_after", "3", None),
    ("run", "viewers", '"always"', None),
    ("matte", "quality", '"fast"', None),
    ("matte", "model", '"general"', None),
    ("scene.calm", "background", '"#602040"', None),
    ("scene.calm", "effects", '["mosaic"]', None),
]


def path():
    return os.path.join(program.LOGS, "settings.toml")


def save(section=None, key=None, value=None, **more):
    """The usual settings, with one key in another way."""
    sections = {name: dict(keys) for name, keys in USUAL.items()}
    if section:
        sections.setdefault(section, {})[key] = value
    lines = []
    for name, keys in sections.items():
        lines += [f"[{name}]"] + [f"{key} = {value}" for key, value in keys.items()]
    lines += more.get("lines", [])
    new = path() + ".new"
    with open(new, "w") as file:
        file.write("\n".join(lines) + "\n")
    os.rename(new, path())


def follows():
    """The program, led by the settings file alone."""
    save()
    return Backlot("--settings", path(), camera=None, output=None, size=None)


def mode(status):
    return status["outputs"][0]["mode"] or ""


def is_refused(status):
    """An old fault of the program: it took its own viewer for a feeder."""
    message = status["message"] or ""
    return "being fed" in message or "last good settings" in message


def edited(backlot, watch):
    """Makes each edit and takes it back; gives what the message said."""
    said = []
    for section, key, value, wanted in EDITS:
        save(section, key, value)
        name = f"{section}.{key}"
        if wanted is None:
            # Long enough for the file to lie still and for all that has to be made anew.
            is_done = lambda s, end=program_time(backlot) + 3: s["time"] > end
        elif watch is None:
            is_done = lambda s: wanted in mode(s) and s["outputs"][0]["state"] == "open"
        else:
            is_done = lambda s: wanted in mode(s) or s["message"]
        status = backlot.wait(f"{name} applies, or is explained", is_done, 20)
        check(not is_refused(status), f"{name}: {status['message']}")
        if watch is not None:
            check(status["outputs"][0]["state"] == "open", f"{name} took the virtual camera from who watches")
        if status["message"]:
            said.append(f"{key}: {status['message']}")
        save()
        backlot.wait(f"{name} is taken back", lambda s, end=program_time(backlot) + 3: s["time"] > end, 20)
    return said


def program_time(backlot):
    status = backlot.status()
    return status["time"] if status else 0


@case(suites=VERSIONS, quick=(NEWEST,), seconds=400)
def unwatched():
    """Each setting applies while nobody watches."""
    with follows() as backlot:
        backlot.wait_open()
        edited(backlot, None)


@case(suites=VERSIONS, seconds=400)
def watched():
    """Each setting applies or says why not while somebody watches, who gets pictures all the time."""
    with follows() as backlot:
        backlot.wait_open()
        with Watch(OUTPUT) as watch:
            watch.first()
            backlot.wait_live()
            start = time.monotonic()
            said = edited(backlot, watch)
            gap = watch.longest_gap(start)
            check(len(watch.opened) == 1, f"the viewer had to open the device {len(watch.opened)} times: {watch.errors[:3]}")
        # What had to wait for them applies now.
        save("output", "format", '"yu12"')
        backlot.wait("the format that was asked for", lambda s: "I420" in mode(s), 20)
    check(gap <= 1, f"the viewer waited {gap:.2f} s for a picture")
    return f"longest gap {gap:.2f} s; {len(said)} edits were explained"


@case(suites=VERSIONS, quick=(NEWEST,))
def scene_renamed():
    """The running scene is renamed and another that shows everything comes first: what is shown stays."""
    with follows() as backlot:
        backlot.wait_open()
        with Watch(OUTPUT) as watch:
            watch.first()
            backlot.wait_live()
            is_calm = lambda: watch.colour and watch.colour[2] > watch.colour[0] + 30
            machine.wait_until("the scene is shown", is_calm, 20)
            room = ["[[scene.a.layer]]", 'source = "camera"', "[scene.quiet]", 'background = "#204060"']
            text = open(path()).read().replace('[scene.calm]\nbackground = "#204060"\n', "\n".join(room) + "\n")
            with open(path(), "w") as file:
                file.write(text)
            status = backlot.wait("the status says so", lambda s: s["message"] and "'calm'" in s["message"], 20)
            machine.pause(2)
            check(is_calm(), f"viewers see another scene: {watch.colour}")
    return status["message"]


@case(loops=2, suites=VERSIONS)
def output_moves():
    """The virtual camera moves to another device, and stays where it is until that one is there."""
    with follows() as backlot:
        backlot.wait_open()
        with Watch(OUTPUT) as watch:
            watch.first()
            save("output", "device", '"/dev/video77"')
            waits = lambda s: s["message"] and "/dev/video77" in s["message"]
            status = backlot.wait("it says what it waits for", waits, 20)
            watch.first()
        save("output", "device", f'"{SECOND}"')
        there = lambda s: len(s["outputs"]) == 1 and s["outputs"][0]["name"] == SECOND and s["outputs"][0]["state"] == "open"
        backlot.wait("it is at the other device", there, 20)
        with Watch(SECOND) as watch:
            watch.first()
    return status["message"]


@case(suites=VERSIONS)
def module_appears():
    """With 'auto' a device that appears later is taken."""
    machine.unload_loopback()
    with open(path(), "w") as file:
        file.write('[camera]\ndevice = "presenter"\nsize = "640x360"\n')
    with Backlot("--settings", path(), camera=None, output=None, size=None) as backlot:
        status = backlot.wait("it says that there is none", lambda s: s["message"], 20)
        machine.load_loopback()
        is_open = lambda s: any("v4l2" not in o["name"] and o["state"] == "open" for o in s["outputs"])
        backlot.wait("the device is taken", is_open, 20)
        with Watch(OUTPUT) as watch:
            watch.first()
    return status["message"]
