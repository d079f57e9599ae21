"""What a storm does: edits of the settings file, in every way that editors write, and faults of cameras."""

import os
import time

from kit import machine, picture, program

EFFECTS = ["hologram", "hologram:ghost=0.5", "blur:4", "mosaic:12", "colormap", "mirror"]
NAMES = ["calm", "work", "home", "stage", "night"]


class Weather:
    """Keeps a settings file in motion, and the cameras that it names. All its scenes hide the room but the first, which
    is never asked for."""

    def __init__(self, source, players, marked, folder="/run/storm"):
        self.random, self.players, self.folder, self.pattern = source, players, folder, marked.pattern
        os.makedirs(folder, exist_ok=True)
        self.path, self.count = os.path.join(folder, "settings.toml"), 0
        self.log = open(os.path.join(program.LOGS, "storm.log"), "w")
        self.files = self._files()
        self.cameras = [player.device for player in players] + [marked.still, self._film(marked)]
        self.scenes = {name: {"background": "navy"} for name in NAMES[:3]}
        self.scene, self.camera = NAMES[0], self.cameras[0]
        self.named, self.matte = True, {}
        self.write(0)

    def _files(self):
        """A picture and a video to stand before, and one that hangs: a pipe into which nobody writes."""
        made = [os.path.join(self.folder, "hangs.mp4")]
        os.mkfifo(made[0])
        for name, how in (("back.png", ["-frames:v", "1"]), ("back.mp4", ["-t", "2"])):
            path = os.path.join(self.folder, name)
            machine.run("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=15", *how, path)
            made.append(path)
        return made

    def _film(self, marked):
        """The marked room as a video file."""
        path = os.path.join(self.folder, "room.mkv")
        with open(path + ".y4m", "wb") as file:
            file.write(marked.film)
        machine.run("ffmpeg", "-v", "error", "-y", "-i", path + ".y4m", "-c:v", "mjpeg", "-q:v", "3", path)
        return path

    def disturb(self):
        """Makes one thing happen."""
        kinds = [
            (self.edit_background, 4),
            (self.edit_effects, 3),
            (self.choose_scene, 3),
            (self.rename_scene, 2),
            (self.choose_camera, 2),
            (self.edit_matte, 1),
            (self.break_settings, 1),
            (self.lose_settings, 1),
        ]
        if self.players:
            kinds.append((self.fail_camera, 5))
        [kind] = self.random.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])
        what = kind()
        self.count += 1
        self.log.write(f"{time.monotonic():.2f} {what}\n")
        self.log.flush()

    def calm(self):
        """Makes all well again."""
        for player in self.players:
            player.whole()
        self.camera, self.matte = self.cameras[0], {}
        self.scenes = {"calm": {"background": "navy"}}
        self.scene, self.named = "calm", True
        self.write(0)

    def background(self):
        """Picks something that hides the room."""
        colour = f"#{self.random.randrange(1 << 24):06x}"
        some = ["navy", colour, f"gradient:navy,{colour}", "blur:20", "blur:40", "mosaic:32"]
        return self.random.choice(some + ["aurora", "bokeh", "hyperspace", *self.files, f"{self.folder}/none.png"])

    def edit_background(self):
        name = self.random.choice(list(self.scenes))
        self.scenes[name]["background"] = self.background()
        return self.written(f"{name}: background {self.scenes[name]['background']}")

    def edit_effects(self):
        name, key = self.random.choice(list(self.scenes)), self.random.choice(["effects", "whole_effects"])
        self.scenes[name][key] = self.random.sample(EFFECTS, self.random.randrange(3))
        return self.written(f"{name}: {key} {self.scenes[name][key]}")

    def choose_scene(self):
        self.scene, self.named = self.random.choice(list(self.scenes)), True
        return self.written(f"scene {self.scene}")

    def rename_scene(self):
        """Gives a scene another name, whether it runs or not."""
        free = [name for name in NAMES if name not in self.scenes]
        old, new = self.random.choice(list(self.scenes)), self.random.choice(free)
        self.scenes = {new if name == old else name: scene for name, scene in self.scenes.items()}
        # The running scene is named, also by its new name, or it is the one used last.
        self.named = self.random.random() < 0.6
        if self.random.random() < 0.5 and self.scene == old:
            self.scene = new
        return self.written(f"{old} is called {new}, and scene is {self.scene if self.named else 'the last one'}")

    def choose_camera(self):
        self.camera = self.random.choice([*self.cameras, "/dev/video99"])
        return self.written(f"camera {self.camera}")

    def edit_matte(self):
        self.matte = {"quality": self.random.choice(["fast", "live"])}
        return self.written(f"matte {self.matte}")

    def break_settings(self):
        broken = self.random.choice(["[scene.calm\n", "\x00", "[run]\nscene = 3\n", '[scene.a]\nbackground = "bulr"\n'])
        with open(self.path, "w") as file:
            file.write(broken)
        return f"broken settings: {broken!r}"

    def lose_settings(self):
        os.unlink(self.path)
        machine.pause(self.random.uniform(0, 0.6))
        return self.written("the settings file was gone")

    def fail_camera(self):
        player = self.random.choice(self.players)
        kind = self.random.choice(["unplugged", "halted", "spoilt", "whole", "whole"])
        player.whole()
        player.plugged, player.halted = kind != "unplugged", kind == "halted"
        player.spoil = self.spoil if kind == "spoilt" and player.fourcc == "MJPG" else None
        return f"{player.device} is {kind}"

    def spoil(self, picture):
        """Makes a picture that is cut short, or has bytes that are not its own."""
        at = self.random.randrange(len(picture))
        return picture[:at] if at % 2 else picture[:at] + b"\xff\x00\x55" * 20 + picture[at:]

    def written(self, what):
        """Writes the settings, in one of the ways in which editors do."""
        self.write(self.random.randrange(3))
        return what

    def write(self, way):
        new = self.path + ".new"
        with open(self.path if way == 0 else new, "w") as file:
            file.write(self.text())
        if way == 2 and os.path.exists(self.path):
            os.unlink(self.path)
        if way:
            os.rename(new, self.path)

    def text(self):
        named = [f'scene = "{self.scene}"'] if self.named else []
        lines = ["[camera]", f'device = "{self.camera}"', "[run]", *named, *picture.PLAIN.splitlines(), "[matte]"]
        lines += [f'{key} = "{value}"' for key, value in self.matte.items()]
        for name, scene in self.scenes.items():
            lines += [f"[scene.{name}]", f'background = "{scene["background"]}"']
            lists = ((key, scene.get(key)) for key in ("effects", "whole_effects"))
            lines += [f"{key} = {value}".replace("'", '"') for key, value in lists if value]
        return "\n".join(lines) + "\n"
