"""What pictures show."""

from kit.machine import run
from kit.registry import check

# White, yellow, cyan, green, magenta, red, blue, black, at three quarters, from left to right: what vivid and
# ffmpeg's pal75bars draw.
BARS = [(191, 191, 191), (191, 191, 0), (0, 191, 191), (0, 191, 0), (191, 0, 191), (191, 0, 0), (0, 0, 191), (0, 0, 0)]
NAMES = ["white", "yellow", "cyan", "green", "magenta", "red", "blue", "black"]

# A scene that shows the camera as it is.
PLAIN = "[scene.plain]\n[[scene.plain.layer]]\nsource = \"camera\"\n"


def plain(folder="/run"):
    """Options with which the program shows the camera as it is."""
    path = f"{folder}/plain.toml"
    with open(path, "w") as file:
        file.write(PLAIN)
    return ["--settings", path, "--scene", "plain"]


def are_bars(pixels, tolerance=24, what="the picture"):
    """Checks eight colours."""
    for name, wanted, found in zip(NAMES, BARS, pixels):
        near = all(abs(a - b) <= tolerance for a, b in zip(wanted, found))
        check(near, f"{what}: the {name} bar is {found}, not {wanted}")


def middles(data, width, height, down=0.3):
    """The colours in the middle of eight bars, of a picture in RGB."""
    row = int(height * down) * width
    at = [3 * (row + int((bar + 0.5) / 8 * width)) for bar in range(8)]
    return [tuple(data[i : i + 3]) for i in at]


def through_ffmpeg(device, frames=10, size=(64, 36), skip=0):
    """Pictures in RGB, made small, as ffmpeg reads them."""
    width, height = size
    read = ["-f", "v4l2", "-i", device, "-frames:v", str(frames + skip)]
    shape = f"scale={width}:{height}:flags=area"
    data = run("ffmpeg", "-v", "error", *read, "-vf", shape, "-pix_fmt", "rgb24", "-f", "rawvideo", "-", binary=True)
    length = 3 * width * height
    pictures = [data[i : i + length] for i in range(0, len(data), length)]
    check(len(pictures) == frames + skip, f"ffmpeg read {len(pictures)} pictures, not {frames + skip}")
    return pictures[skip:]
