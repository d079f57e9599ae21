#!/usr/bin/env python3
"""Writes a typeface as the shapes of its letters, for crates/generators/src/card/font.rs.

typeface.py [--check] FILE.otf...

Beside each FILE.otf it writes FILE.shapes; with --check it ends with 1 if one differs from what would be
written. The program draws text from these shapes, so that it needs no reader of typefaces. It takes fontTools
('pip install fonttools').

What is in a file, with the lowest byte of a number first:

  2 bytes   units in an em
  2 bytes   number of letters
  letters   sorted by character: 4 bytes for the character, 2 for its advance in units, 4 for where its shape
            begins, counted from the end of this list
  shapes    steps that end with a byte 0

A step's first byte says what it is in its lowest two bits (1 move, 2 line, 3 cubic curve), and above, a bit
each, which of its numbers are not 0: x and y, for a curve those of both handles and of the end. Each of these
follows as the distance to the point before, zigzag (0, -1, 1, -2...), seven bits a byte, the lowest first; a
byte of 128 and more is followed by another. Where a contour ends, the next one moves, or the shape ends.
"""

import argparse
import pathlib
import struct
import sys

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

MOVE, LINE, CURVE = 1, 2, 3


class Steps(BasePen):
    """Takes an outline down as bytes."""

    def __init__(self, glyphs):
        super().__init__(glyphs)
        self.bytes = bytearray()
        self.at = (0, 0)

    def _moveTo(self, point):
        self.step(MOVE, point)

    def _lineTo(self, point):
        self.step(LINE, point)

    def _curveToOne(self, handle, other, end):
        self.step(CURVE, handle, other, end)

    def step(self, kind, *points):
        numbers = []
        for x, y in points:
            if (x, y) != (int(x), int(y)):
                sys.exit(f"a point of the typeface lies between units: {x}, {y}")
            numbers += [int(x) - self.at[0], int(y) - self.at[1]]
            self.at = (int(x), int(y))
        present = sum(1 << (2 + i) for i, number in enumerate(numbers) if number)
        self.bytes.append(kind | present)
        for number in filter(None, numbers):
            self.bytes += bytes(packed(2 * number if number > 0 else -2 * number - 1))


def packed(number):
    while number > 127:
        yield 128 | number & 127
        number >>= 7
    yield number


def shapes_of(path):
    font = TTFont(path)
    glyphs, advances = font.getGlyphSet(), font["hmtx"]
    index, shapes, places = b"", bytearray(), {}
    letters = sorted((c, name) for c, name in font.getBestCmap().items() if name != ".notdef")
    for character, name in letters:
        if name not in places:
            places[name] = len(shapes)
            pen = Steps(glyphs)
            glyphs[name].draw(pen)
            shapes += pen.bytes + b"\0"
        index += struct.pack("<IHI", character, advances[name][0], places[name])
    return struct.pack("<HH", font["head"].unitsPerEm, len(letters)) + index + shapes


def main():
    options = argparse.ArgumentParser(description="Writes a typeface as the shapes of its letters.")
    options.add_argument("--check", action="store_true", help="write nothing; end with 1 if a file differs")
    options.add_argument("files", nargs="+", metavar="FILE.otf", type=pathlib.Path)
    options = options.parse_args()
    for path in options.files:
        written, shapes = path.with_suffix(".shapes"), shapes_of(path)
        if options.check and (not written.exists() or written.read_bytes() != shapes):
            sys.exit(f"{written} differs from what {path} gives: run scripts/typeface.py {path}")
        if not options.check:
            written.write_bytes(shapes)


main()
