#!/usr/bin/env python3
"""Makes Backlot's mattes of the test footage and has them scored: the table of docs/quality.md.

score_mattes.py [--only stills|clips|films] [--network NAME] [--shared FOLDER] [BINARY]

FOLDER (default: $BACKLOT_SHARED, or shared/ beside the project) holds bench/quality.py and footage/;
Python needs opencv-python-headless, ai-edge-litert and numpy.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
CLIPS = [
    "webcam-man-laptop-640x480.avi",
    "livingroom-woman-1280x720.mp4",
    "webcam-man-desk-400x300.mp4",
    "asl-woman-orange-640x480.mp4",
    "webcam-man-curtain-640x480-vfr.webm",
    "room-empty-768x432.mp4",
]


def run(*command):
    print("$", *command, flush=True)
    if subprocess.run(list(map(str, command)), check=False).returncode != 0:
        sys.exit(f"{command[0]} failed")


def stills(binary, shared, folder, network):
    for name in ["pairs", "alpha"]:
        pictures, mattes = shared / "footage" / name, folder / name
        run(binary, "matte", pictures / "images", "-o", mattes,
            "--model", network, "--quality", "best", "--quiet")
        for half in [[], ["--half", "A"], ["--half", "B"]] if name == "pairs" else [[]]:
            run(sys.executable, shared / "bench/quality.py", "pairs", pictures, *half,
                "--models", "mp-general", "--masks", f"backlot={mattes}")


def clips(binary, shared, folder, network, quality):
    for name in CLIPS:
        clip, mattes = shared / "footage/clips" / name, folder / quality / pathlib.Path(name).stem
        run(binary, "matte", clip, "-o", mattes,
            "--model", network, "--quality", quality, "--quiet")
        run(sys.executable, shared / "bench/quality.py", "clip", clip,
            "--models", "mp-landscape", "--masks", f"backlot={mattes}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", nargs="?", default=ROOT / "target/release/backlot")
    parser.add_argument("--network", default="general", help="for stills and films: general or multiclass")
    parser.add_argument("--only", choices=["stills", "clips", "films"],
                        help="pictures; videos as if live; videos in the best quality, which takes minutes")
    shared = os.environ.get("BACKLOT_SHARED", ROOT.parent / "shared")
    parser.add_argument("--shared", type=pathlib.Path, default=pathlib.Path(shared))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        wanted = {options.only} if options.only else {"stills", "clips"}
        if "stills" in wanted:
            stills(options.binary, options.shared, folder, options.network)
        if "clips" in wanted:
            clips(options.binary, options.shared, folder, "landscape", "live")
        if "films" in wanted:
            clips(options.binary, options.shared, folder, options.network, "best")


main()
