"""A running program is steered through its socket, by several at once, while a viewer looks for the room."""

import contextlib
import random
import threading
import time

from kit import machine
from kit.camera import Player, Room
from kit.program import Backlot
from kit.registry import case, check
from kit.watch import Watch

SETTINGS, CAMERA, OUTPUT = "/run/steering.toml", "/dev/video13", "/dev/video10"
SIZE, RATE = (640, 360), 15
SCENES = f"""
[camera]
device = "{CAMERA}"
[scene.calm]
background = "navy"
effects = ["hologram:ghost=0.5"]
[scene.red]
background = "#a02020"
[[scene.layers.layer]]
source = "aurora"
[[scene.layers.layer]]
id = "me"
source = "camera"
key = "person"
place = {{ anchor = "bottom-right", width = "50%" }}
[run]
scene = "calm"
"""
CLIENTS, SECONDS = 5, 15.0
# A picture a second is promised, whatever is asked for.
LONGEST_GAP = 1.0


def request(chance):
    """A random request that hides the room."""
    layer, one_of = chance.choice(["me", "person", "background"]), chance.choice
    return one_of(
        [
            ["scene", one_of(["next", "previous", "calm", "red", "layers"])],
            ["scene", one_of(["calm", "red"]), "--transition", "fade:150"],
            ["background", one_of(["navy", "blur", "bokeh", "gradient:navy,teal", "nowhere.png"])],
            ["blur", one_of(["on", "off"])],
            ["mirror", one_of(["on", "off"])],
            ["effect", "add", one_of(["invert", "hologram"])],
            ["effect", "remove", "0"],
            ["layer", layer, one_of(["show", "hide", "toggle"])],
            ["layer", layer, "place", f"width={chance.randint(20, 100)}%"],
            ["layer", layer, "set", f"opacity={chance.random():.2f}"],
            ["undo"],
            ["redo"],
            [one_of(["pause", "panic"])],
            ["resume"],
            ["status"],
        ]
    )


class Client(threading.Thread):
    """Asks for one thing after the other."""

    def __init__(self, backlot, seed):
        super().__init__(daemon=True)
        self.backlot, self.chance, self.stopping = backlot, random.Random(seed), False
        self.done, self.refused, self.fault = 0, 0, None

    def run(self):
        while not self.stopping:
            words = request(self.chance)
            code, said = self.backlot.ask(*words, seconds=60)
            self.done, self.refused = self.done + 1, self.refused + (code != 0)
            if code not in (0, 1) or code == 1 and not said.startswith("error: "):
                self.fault = f"'{' '.join(words)}' ended with {code}: {said}"
            if code == 0 and words[0] in ("pause", "panic"):
                self.backlot.ask("resume", seconds=60)


@case(loops=5, seconds=240)
def five_at_once():
    """Five clients edit at random; no viewer sees the room or waits, and all get an answer."""
    room = Room(*SIZE, rate=RATE)
    with open(SETTINGS, "w") as file:
        file.write(SCENES)
    with contextlib.ExitStack() as all_of_it:
        all_of_it.enter_context(Player(CAMERA, room.encoded("YUYV"), SIZE, RATE, "YUYV"))
        options = ["--settings", SETTINGS, "--fps", str(RATE)]
        backlot = all_of_it.enter_context(Backlot(*options, camera=None, output=OUTPUT))
        backlot.wait_open()
        watch = all_of_it.enter_context(Watch(OUTPUT, room.pattern))
        watch.first(60)
        backlot.wait_live()
        start = time.monotonic()
        clients = [Client(backlot, seed) for seed in range(CLIENTS)]
        for client in clients:
            client.start()
        machine.pause(SECONDS)
        for client in clients:
            client.stopping = True
        for client in clients:
            client.join(90)
            check(not client.is_alive(), "a client got no answer")
            check(client.fault is None, client.fault)
        watch.check_hidden()
        gap = watch.longest_gap(start)
        check(gap <= LONGEST_GAP, f"the viewer waited {gap:.2f} s for a picture")
        code, said = backlot.ask("quit")
        check(code == 0, said)
        check(backlot.process.wait(10) == 0, f"'quit' ended it with {backlot.process.returncode}")
    done, refused = sum(c.done for c in clients), sum(c.refused for c in clients)
    return f"{done} requests, {refused} of them refused; longest gap {gap:.2f} s; room {watch.worst:.2f}"
