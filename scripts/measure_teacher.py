#!/usr/bin/env python3
"""Measures what a teacher takes away: false persons and flicker, live against taught.

measure_teacher.py [--shared FOLDER] [--before BINARY] [BINARY]

A false person is what a matte shows (above one half) more than 8 pixels at a width of 640 away from
anything that the best quality shows in any frame within half a second. Look at those best mattes
before you believe it: --keep FOLDER leaves them there. --before is another build to compare with.
FOLDER (default: $BACKLOT_SHARED, or shared/ beside the project) holds bench/quality.py and footage/;
'backlot models fetch multiclass' must have been run. Python needs opencv-python-headless and numpy.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import cv2
import numpy

ROOT = pathlib.Path(__file__).resolve().parents[1]
CLIPS = [
    "webcam-man-laptop-640x480.avi",
    "webcam-man-curtain-640x480-vfr.webm",
    "webcam-man-desk-400x300.mp4",
    "livingroom-woman-1280x720.mp4",
    "asl-woman-orange-640x480.mp4",
    "asl-man-dark-640x480.mp4",
    "two-people-headpose-480x270.mp4",
]
AWAY, WITHIN = 8 / 640, 0.5


def mattes(binary, clip, folder, quality):
    if not folder.exists():
        command = [binary, "matte", clip, "-o", folder, "--quality", quality, "--quiet"]
        if subprocess.run(list(map(str, command)), check=False).returncode != 0:
            sys.exit(f"{binary} failed")
    return [cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) > 127 for path in sorted(folder.glob("*.png"))]


def false_persons(best, mattes, rate):
    """The mean share of a picture, in per cent."""
    reach = max(1, round(AWAY * best[0].shape[1]))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    near = [cv2.dilate(mask.astype(numpy.uint8), kernel) for mask in best]
    frames = round(WITHIN * rate)
    shares = []
    for at, mask in enumerate(mattes[: len(near)]):
        around = numpy.max(near[max(0, at - frames) : at + frames + 1], axis=0)
        shares.append(100 * (mask & (around == 0)).mean())
    return numpy.mean(shares)


def flicker(shared, clip, folder):
    command = [sys.executable, shared / "bench/quality.py", "clip", clip, "--models", "", "--masks", f"x={folder}"]
    printed = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True)
    return float(re.search(r"^x\s+([\d.]+)", printed.stdout, re.MULTILINE).group(1))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", nargs="?", default=ROOT / "target/release/backlot")
    parser.add_argument("--before", help="another build, whose live mattes are compared")
    parser.add_argument("--keep", type=pathlib.Path, help="where the mattes stay")
    shared = os.environ.get("BACKLOT_SHARED", ROOT.parent / "shared")
    parser.add_argument("--shared", type=pathlib.Path, default=pathlib.Path(shared))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = options.keep or pathlib.Path(folder)
        print(f"{'clip':28} {'false person, % of a picture':>30} {'flicker':>20}")
        print(f"{'':28} {'live':>20} {'taught':>9} {'live':>12} {'taught':>7}")
        for name in CLIPS:
            clip, own = options.shared / "footage/clips" / name, folder / pathlib.Path(name).stem
            rate = cv2.VideoCapture(str(clip)).get(cv2.CAP_PROP_FPS) or 30
            best = mattes(options.binary, clip, own / "best", "best")
            live = mattes(options.before or options.binary, clip, own / "live", "live")
            taught = mattes(options.binary, clip, own / "teacher", "teacher")
            shares = [false_persons(best, found, rate) for found in (live, taught)]
            flickers = [flicker(options.shared, clip, own / kind) for kind in ("live", "teacher")]
            print(f"{own.name:28} {shares[0]:20.3f} {shares[1]:9.3f} {flickers[0]:12.2f} {flickers[1]:7.2f}", flush=True)


main()
