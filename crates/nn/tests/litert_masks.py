#!/usr/bin/env python3
"""Writes what LiteRT makes of pictures, to hold Backlot's executor against.

litert_masks.py [--png] MODEL OUT PICTURE|VIDEO ...

For each picture, and for every 15th frame of each video, OUT gets NNNN.input (the picture at the
network's size: RGB, float32, 0..1, row by row) and NNNN.mask (the network's output, float32);
OUT/names.txt lists their names in that order.

With --png, OUT gets NAME.png (the picture at the network's size) and NAME.mask.png (16 bits, 65535
for 1) instead: tests/data was made so, of pictures that the generators' example `sheet` has drawn
at 1280x720: presenter@1, presenter:hair=curly,glasses=on@4,
presenter:skin=6,light=dim,people=2@7 and presenter:hair=long,room=plain@10.
"""

import argparse
import pathlib

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


def write_floats(out, index, rgb, mask):
    rgb.astype(np.float32).tofile(out / f"{index:04}.input")
    mask.astype(np.float32).tofile(out / f"{index:04}.mask")


def write_png(out, name, small, mask):
    best = [cv2.IMWRITE_PNG_COMPRESSION, 9]
    cv2.imwrite(str(out / f"{name}.png"), small, best)
    bits = np.rint(mask * 65535).astype(np.uint16)
    cv2.imwrite(str(out / f"{name}.mask.png"), bits, best)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--png", action="store_true")
    parser.add_argument("model")
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    network = Interpreter(model_path=options.model, num_threads=1)
    network.allocate_tensors()
    source, target = network.get_input_details()[0], network.get_output_details()[0]
    _, height, width, _ = (int(n) for n in source["shape"])
    names = []
    for path in options.files:
        for name, picture in pictures(path):
            small = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
            rgb = small[:, :, ::-1].astype(np.float32) / 255
            network.set_tensor(source["index"], rgb[None])
            network.invoke()
            mask = network.get_tensor(target["index"])[0, :, :, 0]
            if options.png:
                write_png(options.out, name, small, mask)
            else:
                write_floats(options.out, len(names), rgb, mask)
            names.append(name)
    if not options.png:
        (options.out / "names.txt").write_text("\n".join(names) + "\n")


main()
