#!/usr/bin/env python3
"""Writes what LiteRT makes of pictures, to hold Backlot's executor against.

litert_masks.py MODEL OUT PICTURE|VIDEO ...

For each picture, and for every 15th frame of each video, OUT gets NNNN.input (the picture at the
network's size: RGB, float32, 0..1, row by row) and NNNN.mask (the network's output, float32);
OUT/names.txt lists their names in that order.
"""

import pathlib
import sys

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter

VIDEOS = {".mp4", ".avi", ".mov", ".webm", ".mkv", ".gif"}


def pictures(path):
    """The pictures of a file, as (name, BGR) pairs."""
    if path.suffix.lower() not in VIDEOS:
        yield path.stem, cv2.imread(str(path))
        return
    video = cv2.VideoCapture(str(path))
    number = 0
    while True:
        there, picture = video.read()
        if not there:
            return
        if number % 15 == 0:
            yield f"{path.stem} frame {number}", picture
        number += 1


def main():
    model, out, files = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
    network = Interpreter(model_path=model, num_threads=1)
    network.allocate_tensors()
    source, target = network.get_input_details()[0], network.get_output_details()[0]
    _, height, width, _ = source["shape"]
    names = []
    for path in map(pathlib.Path, files):
        for name, picture in pictures(path):
            small = cv2.resize(picture, (int(width), int(height)), interpolation=cv2.INTER_AREA)
            rgb = small[:, :, ::-1].astype(np.float32) / 255
            network.set_tensor(source["index"], rgb[None])
            network.invoke()
            stem = out / f"{len(names):04}"
            np.ascontiguousarray(rgb).tofile(f"{stem}.input")
            network.get_tensor(target["index"]).astype(np.float32).tofile(f"{stem}.mask")
            names.append(name)
    (out / "names.txt").write_text("\n".join(names) + "\n")


main()
