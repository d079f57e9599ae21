#!/usr/bin/env python3
"""Measures from which setting on an effect hides a room: the tables of docs/privacy.md.

measure_hiding.py [--check] [--size HEIGHT]... [--effect NAME]... [--shared FOLDER] [BINARY]

A setting hides if, after it, Debian's tesseract reads no word of three fonts whose capitals are 1/20 of
the picture's height, and OpenCV's frontal-face cascades find no face that is 1/8 of it. Both may stretch
the contrast and change the size first, and both also look at the mean of many noisy frames.

Without --check all settings of a list are tried, and how much is found after each is printed. With --check
only the limits that the program itself knows ('backlot effects --json') and its defaults are: it ends with
0 if nothing is found after any of them, with 1 if something is, and with 77 if a tool is missing.

FOLDER (default: $BACKLOT_SHARED, or shared/ beside the project) holds footage/, whose people's faces are
looked for; without it only text is measured. It takes
Debian's tesseract-ocr, python3-opencv, opencv-data, python3-pil, fonts-dejavu-core and fonts-liberation,
which 'scripts/setup.sh --tests' installs.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
FONTS = {
    "sans": "dejavu/DejaVuSans.ttf",
    "serif": "liberation/LiberationSerif-Regular.ttf",
    "mono": "liberation/LiberationMono-Regular.ttf",
}
FONT_FOLDER = pathlib.Path("/usr/share/fonts/truetype")
CASCADES = pathlib.Path("/usr/share/opencv4/haarcascades")
WORDS = """meeting password invoice hospital contract garden letter number street winter window market
doctor salary Berlin SECRET""".split()
# Settings to try, in pixels at 720 lines.
TRIED = {
    "blur": [8, 12, 16, 20, 24, 28, 32, 36, 40, 60],
    "mosaic": [8, 12, 16, 20, 24, 28, 32, 36, 40, 48, 60],
}
TEXT, FACE = 20, 8  # shares of the picture's height: 1/20 and 1/8
NOISY = 24  # frames whose mean is looked at
NOISE = 4.0  # a camera's in a dim room, in code values

try:
    import cv2
    import numpy
    from PIL import Image, ImageDraw, ImageFont
except ImportError as missing:
    print(f"measure_hiding: {missing}: run scripts/setup.sh --tests")
    sys.exit(77)


def need_tools():
    files = [FONT_FOLDER / name for name in FONTS.values()] + [CASCADES]
    absent = [str(path) for path in files if not path.exists()]
    if shutil.which("tesseract") is None:
        absent.append("tesseract")
    if absent:
        print(f"measure_hiding: {', '.join(absent)}: not there; run scripts/setup.sh --tests")
        sys.exit(77)


# --- what is hidden ------------------------------------------------------------------------------------------


def font(name, capitals):
    """A font whose capitals are so many pixels high."""
    size = capitals
    for _ in range(8):
        made = ImageFont.truetype(str(FONT_FOLDER / FONTS[name]), round(size))
        box = made.getbbox("H")
        size *= capitals / (box[3] - box[1])
    return made


def page(name, height):
    """A page of words, and which they are."""
    width, capitals = height * 16 // 9, height / TEXT
    image = Image.new("L", (width, height), 245)
    draw, letters = ImageDraw.Draw(image), font(name, capitals)
    words, index, y = set(), 0, capitals
    while y + 2 * capitals < height:
        x = capitals
        while x + letters.getlength(WORDS[index % len(WORDS)]) < width - capitals:
            word = WORDS[index % len(WORDS)]
            draw.text((x, y), word, font=letters, fill=15)
            words.add(word)
            x += letters.getlength(word) + capitals
            index += 1
        y += 2.2 * capitals
    return numpy.array(image), words


def cascades():
    names = ["default", "alt", "alt2"]
    return [cv2.CascadeClassifier(str(CASCADES / f"haarcascade_frontalface_{n}.xml")) for n in names]


def overlap(a, b):
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    common = max(0, width) * max(0, height)
    return common / (a[2] * a[3] + b[2] * b[3] - common)


def faces(shared):
    """Faces that two cascades agree on, each cut out with as much again around it."""
    found = []
    first, _, second = cascades()
    pictures = sorted(p for s in ["pairs", "alpha"] for p in (shared / "footage" / s / "images").glob("*"))
    for path in pictures:
        image = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        if image is None:
            continue
        scale = 900 / max(image.shape)
        if scale < 1:
            image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        seconds = second.detectMultiScale(image, 1.1, 6, minSize=(60, 60))
        for box in first.detectMultiScale(image, 1.1, 6, minSize=(60, 60)):
            if any(overlap(box, other) > 0.5 for other in seconds):
                x, y, side, _ = box
                margin = side // 2
                padded = cv2.copyMakeBorder(image, *[margin] * 4, cv2.BORDER_REPLICATE)
                found.append(padded[y : y + side + 2 * margin, x : x + side + 2 * margin])
    return found


def crowds(found, height):
    """Pictures full of faces of the wanted size, and where these are."""
    side = height / FACE
    tile, width = round(2 * side), height * 16 // 9
    across, down = width // tile, height // tile
    pictures = []
    for start in range(0, len(found), across * down):
        image = numpy.full((height, width), 128, numpy.uint8)
        boxes = []
        for at, face in enumerate(found[start : start + across * down]):
            x, y = at % across * tile, at // across * tile
            image[y : y + tile, x : x + tile] = cv2.resize(face, (tile, tile), interpolation=cv2.INTER_AREA)
            boxes.append((x + side / 2, y + side / 2, side, side))
        pictures.append((image, boxes))
    return pictures


# --- how it is looked for ------------------------------------------------------------------------------------


def stretched(image):
    return cv2.normalize(image, None, 0, 255, cv2.NORM_MINMAX).astype(numpy.uint8)


def words_read(image, words):
    read = set()
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    # Tesseract knows letters of about 30 pixels best.
    likes = 30 / (image.shape[0] / TEXT)
    for scale in sorted({1.0, likes, likes / 2}):
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        scaled = cv2.resize(stretched(image), None, fx=scale, fy=scale, interpolation=method)
        data = cv2.imencode(".png", scaled)[1].tobytes()
        for layout in ["3", "6"]:
            command = ["tesseract", "stdin", "stdout", "--psm", layout]
            made = subprocess.run(command, input=data, capture_output=True, env=environment, check=True)
            text = set(re.findall(r"\w+", made.stdout.decode(errors="replace").lower()))
            read |= {word for word in words if word.lower() in text}
    return read


def faces_found(image, boxes, detectors):
    grey = stretched(image)
    seen = [box for d in detectors for box in d.detectMultiScale(grey, 1.05, 3, minSize=(20, 20))]
    return sum(any(overlap(box, other) > 0.3 for other in seen) for box in boxes)


# --- the program ---------------------------------------------------------------------------------------------


def rendered(binary, images, effect):
    """The pictures after an effect on all of each."""
    with tempfile.TemporaryDirectory() as folder:
        before, after = pathlib.Path(folder, "before"), pathlib.Path(folder, "after")
        before.mkdir()
        for number, image in enumerate(images):
            cv2.imwrite(str(before / f"{number:04}.png"), image)
        command = [binary, "render", before, "-o", after, "--background", "original", "--quiet"]
        command += ["--whole-effect", effect]
        subprocess.run([str(part) for part in command], check=True, stderr=subprocess.DEVNULL)
        return [cv2.imread(str(after / f"{n:04}.png"), cv2.IMREAD_GRAYSCALE) for n in range(len(images))]


def look(binary, effect, height, found, detectors):
    """Gives how many words and faces are found after an effect, and of how many."""
    pages = {name: page(name, height) for name in FONTS}
    pictures = crowds(found, height)
    after = rendered(binary, [p for p, _ in pages.values()] + [p for p, _ in pictures], effect)
    read = {name: len(words_read(image, words)) for (name, (_, words)), image in zip(pages.items(), after)}
    seen = sum(faces_found(i, boxes, detectors) for i, (_, boxes) in zip(after[len(pages) :], pictures))
    return read, seen


def look_at_mean(binary, effect, height):
    """Words that are read in the mean of many frames, each with noise of its own."""
    image, words = page("sans", height)
    noise = numpy.random.default_rng(1)
    noisy = [numpy.clip(image + noise.normal(0, NOISE, image.shape), 0, 255).astype(numpy.uint8) for _ in range(NOISY)]
    mean = numpy.mean(numpy.array(rendered(binary, noisy, effect), numpy.float32), axis=0)
    return len(words_read(mean, words))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", nargs="?", default=ROOT / "target/release/backlot")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--size", type=int, action="append")
    parser.add_argument("--effect", action="append")
    shared = os.environ.get("BACKLOT_SHARED", ROOT.parent / "shared")
    parser.add_argument("--shared", type=pathlib.Path, default=pathlib.Path(shared))
    options = parser.parse_args()
    need_tools()
    cv2.setNumThreads(1)
    detectors, found = cascades(), faces(options.shared)
    listed = json.loads(subprocess.run([options.binary, "effects", "--json"], capture_output=True, check=True).stdout)
    hiding = {e["name"]: e["hides"] for e in listed if e["hides"] and e["name"] in (options.effect or TRIED)}
    wrong = 0
    for height in options.size or [360, 720, 1080]:
        if not options.check:
            read, seen = look(options.binary, "mosaic:2", height, found, detectors)
            print(f"{height} lines, as good as nothing hidden: words {read}, faces {seen} of {len(found)}", flush=True)
        for name, limit in hiding.items():
            tried = TRIED[name] if not options.check else [limit["least"]]
            for value in tried:
                effect = f"{name}:{limit['setting']}={value:g}"
                read, seen = look(options.binary, effect, height, found, detectors)
                mean = look_at_mean(options.binary, effect, height)
                print(f"{height} lines, {effect}: words {read}, in the mean of {NOISY} {mean}, faces {seen} of {len(found)}", flush=True)
                if value >= limit["least"]:
                    wrong += sum(read.values()) + mean + seen
    if wrong:
        sys.exit(f"{wrong} words and faces are found where the program says that nothing is")


if __name__ == "__main__":
    main()
