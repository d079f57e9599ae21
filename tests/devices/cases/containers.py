"""deploy/compose.yaml, the camera of 2020 in two containers, as an engine runs it.

What the engine would do is done by `kit.container`: there are no layers, no profile of system calls and no cgroup, and
the network has but its own 127.0.0.1.
"""

import contextlib
import json
import os
import re
import shutil

from kit import container, machine
from kit import room as room_of
from kit.camera import Player, Room, around
from kit.container import Container, Image
from kit.inside import ALWAYS
from kit.machine import CAMERA, OUTPUT
from kit.registry import LeftOut, case, check
from kit.watch import Watch

try:
    import numpy as np
except ImportError:  # Who only wants the list of tests needs none.
    np = None

TREE = os.path.realpath(os.path.join(os.path.dirname(__file__), "../../.."))
PROJECT, SET = "/run/deploy", "/run/set.toml"
# Of the camera that is played, which the one slow processor keeps up with.
SIZE, RATE = (640, 360), 8
# What a picture may differ from what is expected, of what the room differs, or nobody.
NEAR = 0.4
# What prints the service's figures, in the network where it is.
ASK = "import urllib.request as web; print(web.urlopen('http://127.0.0.1:9000/metrics').read().decode())"


def bodypix():
    """The folder with BodyPix' files."""
    shared = os.environ.get("BACKLOT_SHARED") or os.path.join(TREE, "shared")
    folder = os.path.join(shared, "footage/models/bodypix-mobilenet-075-stride16-q2")
    if not os.path.exists(os.path.join(folder, "model-stride16.json")):
        raise LeftOut(f"BodyPix' files are not in {folder}: BACKLOT_SHARED names where footage is")
    return folder


def project():
    """The folder 'deploy' as somebody has it who follows the file's first lines, and the image."""
    network = bodypix()
    if not shutil.which("buildah"):
        raise LeftOut("there is no buildah here, which makes the image")
    shutil.rmtree(PROJECT, ignore_errors=True)
    os.makedirs(PROJECT)
    shutil.copy(os.path.join(TREE, "deploy/compose.yaml"), PROJECT)
    services = container.read(os.path.join(PROJECT, "compose.yaml"))
    shutil.copytree(os.path.join(TREE, "deploy/bodypix"), os.path.join(PROJECT, "bodypix"))
    shutil.copytree(network, os.path.join(PROJECT, "bodypix"), dirs_exist_ok=True)
    program = ["--program", os.environ["BACKLOT"], "--root", "/nonexistent"]
    machine.run(os.path.join(TREE, "scripts/images.sh"), *program, "--output", f"{PROJECT}/images", seconds=300)
    return services, Image(f"{PROJECT}/images/backlot-serve.tar", PROJECT)


def played_camera():
    """Makes /dev/video0, where the file wants a camera, a device on which a test can play one."""
    machine.unload_loopback()
    options = re.sub(r"video_nr=\S+", "video_nr=0,10", os.environ["LAB_LOOP"])
    machine.run("insmod", os.environ["LAB_LOOPBACK"], *options.split())


@contextlib.contextmanager
def network():
    """A network in which there is but 127.0.0.1."""
    machine.run("ip", "netns", "add", container.NETWORK)
    try:
        machine.run("ip", "-n", container.NETWORK, "link", "set", "lo", "up")
        yield
    finally:
        machine.run("ip", "netns", "delete", container.NETWORK)


class Expected:
    """What a viewer should see: somebody of the room before the set that the file names."""

    def __init__(self, room):
        self.room = room
        size = ["--size", f"{room.width}x{room.height}", "--fps", "1", "--duration", "1"]
        with open(SET, "w") as file:
            file.write('[scene.set]\n[[scene.set.layer]]\nsource = "aurora"\n')
        asked = ["presenter", "-o", "-", "--quiet", *size, "--settings", SET, "--scene", "set"]
        self.set = next(room.planes(machine.run(os.environ["BACKLOT"], "render", *asked, binary=True)))
        masks = [room.somebody(planes) for planes in room.pictures]
        self.free = ~np.any(masks, axis=0)
        # In the middle of somebody, wherever they move.
        self.core = around(np.all(masks, axis=0), room.width // 12) > 0.999
        self.wall = self.away(room.pictures[0])
        check(min(self.wall) > 30, f"the test's own room looks like the set: {self.wall}")
        self.nobody = self.unlike(self.set)
        check(self.nobody > 20, f"the test's own person looks like the set: {self.nobody:.1f}")

    def away(self, planes):
        """How much luma and colours differ from the set's, where nobody is."""
        parts = zip(planes, self.set, (self.free, self.free[::2, ::2], self.free[::2, ::2]))
        return [float(np.abs(plane.astype(int) - there)[free].mean()) for plane, there, free in parts]

    def unlike(self, planes):
        """How much the person's middle differs from each picture of the camera, at least."""
        luma = planes[0].astype(int)
        return min(float(np.abs(luma - picture[0])[self.core].mean()) for picture in self.room.pictures)

    def why_not(self, watch):
        """Why the last picture that a viewer got is not what is expected; `None` if it is."""
        if watch.picture is None:
            return "there is none"
        planes = [plane[::2, ::2] for plane in watch.picture]
        away, unlike = self.away(planes), self.unlike(planes)
        if any(far > NEAR * most for far, most in zip(away, self.wall)):
            return f"its background is {away} off the set, where the room is {self.wall}"
        if unlike > NEAR * self.nobody:
            return f"nobody is in it: {unlike:.1f}, where the set alone is {self.nobody:.1f}"
        return None


class Both:
    """The two containers, and what viewers should see."""

    def __init__(self, services, image, expected=None):
        self.mattes, self.camera = (Container(name, services[name], image, PROJECT) for name in ("mattes", "camera"))
        self.expected = expected

    def status(self):
        code, said = self.camera.run("status", "--json")
        return json.loads(said) if code == 0 else {"said": said}

    def led_by(self, lead, watch, seconds=90):
        """Waits until a network leads, and until a viewer sees by it what is expected."""
        status = {}

        def leads():
            machine.pause(0.5)
            status.update(self.status())
            return status.get("figures", {}).get("lead") == lead

        try:
            took = machine.wait_until(f"{lead} leads", leads, seconds)
        finally:
            machine.keep(f"status-{lead}.json", json.dumps(status, indent=1))
        if self.expected:
            what = f"the viewer sees the person on the set while {lead} leads"
            machine.wait_until(what, lambda: not self.expected.why_not(watch), 30)
        return took

    def answered(self):
        """How many pictures the service has answered in the form of 2020."""
        figures = machine.run("ip", "netns", "exec", container.NETWORK, "/usr/bin/python3", "-c", ASK)
        found = re.search(r'backlot_requests_total\{form="plain",status="200"\} (\d+)', figures)
        return int(found[1]) if found else 0

    def check_asked(self):
        """That the service is asked, again and again."""
        before = self.answered()
        machine.wait_until("the service is asked on", lambda: self.answered() > before + 3, 30)

    def check_boxes(self):
        """That what runs has as little as the file says."""
        for one, groups, files in ((self.mattes, ["65532"], []), (self.camera, ["44", "65532"], ["video0", "video10"])):
            rights = one.rights()
            held = [rights[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")]
            check(all(int(mask, 16) == 0 for (mask,) in held), f"'{one.name}' has rights: {held}")
            check(rights["Uid"] == ["65532"] * 4, f"'{one.name}' runs as {rights['Uid']}")
            check(sorted(rights["Groups"]) == sorted(groups), f"'{one.name}' is in the groups {rights['Groups']}")
            there = set(os.listdir(os.path.join(f"/proc/{one.pid}/root", "dev")))
            check(there == {*ALWAYS, "shm", *files}, f"'{one.name}' has the devices {there}")
            code, said = one.run("snapshot", "--camera", "presenter", "--size", "160x90", "-o", "me.png")
            check(code != 0 and "ead-only" in said, f"'{one.name}' could write: {said}")


@contextlib.contextmanager
def both(room=None):
    """The project, the network and the containers, which don't run yet; with a room, somebody in it is the camera."""
    services, image = project()
    # As udev gives them.
    for device in (CAMERA, OUTPUT):
        os.chown(device, 0, 44)
        os.chmod(device, 0o660)
    two = Both(services, image, Expected(room) if room else None)
    player = Player(CAMERA, room.encoded("YUYV"), SIZE, RATE) if room else contextlib.nullcontext()
    with player, network(), two.mattes, two.camera:
        yield two


@contextlib.contextmanager
def watched(two, pattern):
    """The camera's container starts, and somebody watches who has a picture."""
    two.camera.start()
    machine.wait_until("the container feeds the camera", lambda: machine.is_fed_by(two.camera.pid, OUTPUT), 60)
    with Watch(OUTPUT, pattern) as watch:
        watch.first(60)
        yield watch


@case(loops=2, seconds=600)
def compose():
    """The camera of 2020 in two containers: the service leads, may end and come back, and the room never shows."""
    played_camera()
    room = Room(*SIZE, rate=RATE)
    with both(room) as two:
        # The second doesn't wait until the first listens.
        two.mattes.start()
        with watched(two, room.pattern) as watch:
            took = two.led_by("elsewhere", watch)
            two.check_boxes()
            two.check_asked()
            ended = two.mattes.stop()
            two.led_by("own", watch)
            two.mattes.start()
            two.led_by("elsewhere", watch)
            answered = two.answered()
            check(answered > 0, "the service that came back was not asked")
        ends = two.camera.stop(), two.mattes.stop()
    return (
        f"led after {took:.1f} s, {answered} answers since the service is back; room {watch.worst:.2f}; "
        f"ended after {ended:.1f}, {ends[0]:.1f} and {ends[1]:.1f} s; {container.LIMIT}"
    )


@case(loops=2, seconds=600)
def camera_first():
    """The camera's container starts long before the service listens: the own network leads, then the service."""
    played_camera()
    room = Room(*SIZE, rate=RATE)
    with both(room) as two:
        with watched(two, room.pattern) as watch:
            two.led_by("own", watch)
            two.mattes.start()
            took = two.led_by("elsewhere", watch)
            two.mattes.stop()
            # The last picture stays with a viewer who is there: no room is in it.
            two.camera.stop()
        return f"led after {took:.1f} s; room {watch.worst:.2f}"


@case(cameras=1, seconds=600)
def test_camera():
    """The same with the kernel's test camera, in whose pictures nobody is: viewers see the set alone."""
    machine.squares()
    with both() as two:
        two.mattes.start()
        with watched(two, room_of.CHECKERS) as watch:
            took = two.led_by("elsewhere", watch)
            status = two.status()
            check(status["activity"] == "live", f"not live: {status['activity']}, {status['message']}")
            two.check_asked()
        two.camera.stop()
        two.mattes.stop()
    return f"led after {took:.1f} s; room {watch.worst:.2f}; {status['cameras'][0]['mode']}"
