"""What pictures show."""

from kit.machine import run
from kit.registry import check

# White, yellow, cyan, green, magenta, red, blue, black, at three quarters, from left to right: what vivid draws.
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


def draw_bars(path, width=640, height=360):
    """Draws the eight bars, as a PPM picture."""
    row = b"".join(bytes(BARS[8 * x // width]) for x in range(width))
    with open(path, "wb") as file:
        file.write(b"P6 %d %d 255\n" % (width, height) + row * height)


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


def in_rgb(planes):
    """Planes of limited range, BT.601, as an array of red, green and blue."""
    import numpy as np

    luma, blue, red = (np.asarray(plane, np.float32) for plane in planes)
    height, width = luma.shape
    u, v = (part.repeat(2, axis=0).repeat(2, axis=1)[:height, :width] - 128 for part in (blue, red))
    y = 1.164 * (luma - 16)
    parts = (y + 1.596 * v, y - 0.392 * u - 0.813 * v, y + 2.017 * u)
    return np.clip(np.stack(parts, axis=2) + 0.5, 0, 255).astype(np.uint8)


# The calm picture's background from its top to its bottom, its badge's glyph and its title, as they are drawn.
CARD_TOP, CARD_BOTTOM, GLYPH, TITLE = (0x2A, 0x33, 0x48), (0x12, 0x16, 0x1F), (0xE9, 0xB8, 0x72), (0xF3, 0xF5, 0xF9)


def why_no_card(planes):
    """Why a picture is not the calm one that says what is missing; `None` if it is."""
    import numpy as np

    pixels = in_rgb(planes).astype(int)
    height, width, _ = pixels.shape
    near = lambda part, colour, far: int((np.abs(part - colour).max(axis=2) <= far).sum())
    edges = {"upper": (pixels[: height // 40], CARD_TOP), "lower": (pixels[-height // 40 :], CARD_BOTTOM)}
    for name, (part, colour) in edges.items():
        share = near(part, colour, 40) / (part.shape[0] * width)
        if share < 0.95:
            return f"its {name} edge has the card's colour in {100 * share:.0f} of 100 pixels only"
    middle = pixels[:, width * 2 // 5 : width * 3 // 5]
    glyph, title = near(middle, GLYPH, 40) / (height * height), near(pixels, TITLE, 40) / (height * height)
    if glyph < 0.002:
        return "it has no badge"
    if title < 0.001:
        return "nothing is written on it"
    return None


def words(planes):
    """What is written in a picture, as tesseract reads it."""
    pixels = in_rgb(planes)
    path = "/run/words.ppm"
    with open(path, "wb") as file:
        file.write(b"P6 %d %d 255\n" % (pixels.shape[1], pixels.shape[0]) + pixels.tobytes())
    return run("tesseract", path, "-", "--psm", "6")
