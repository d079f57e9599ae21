"""The room: patterns that nothing else looks like, and the search for them in what viewers are shown.

`MARKED` is the room of crates/testkit: cells of 1/160 of the picture's width form blocks of two by two, in which one
diagonal is brighter and the other darker, by chance which. Blurring leaves nothing of it, while a hole of a few
blocks shows, and a twentieth of it behind anything else. `CHECKERS` is what the kernel's test camera can draw.
"""

import functools

try:
    import numpy as np
except ImportError:  # Who only wants the list of tests needs none.
    np = None

# Windows of so many blocks, and how much of the room in one of them is a sighting; and how much in the whole picture.
WINDOWS = [(3, 0.6), (10, 0.2)]
OVERALL = 0.02
# Of the room, and how much its cells differ from that.
LUMA, LUMA_STEP, CHROMA_STEP = 120, 50, 40


class Pattern:
    """Cells across the picture, how much they differ in luma and chroma, and which blocks are turned."""

    def __init__(self, cells, steps, turned):
        self.cells, self.steps, self.turned = cells, steps, turned

    @functools.cached_property
    def signs(self):
        """By plane, row and column of blocks: those of a square picture."""
        side = range(self.cells // 2)
        sign = lambda column, row, plane: -1.0 if self.turned(column, row, plane) else 1.0
        rows = lambda plane: [[sign(column, row, plane) for column in side] for row in side]
        return [np.array(rows(plane)) for plane in range(len(self.steps))]


    def but(self, mask):
        """Gives the same search, but not where a mask of a picture's size or its mirror image is set."""
        height, width = mask.shape
        y, x = np.nonzero(mask | mask[:, ::-1])
        rows = ((2 * y + 1 - height) * self.cells // (2 * width) + self.cells // 2) // 2
        pattern = Pattern(self.cells, self.steps, self.turned)
        pattern.signs = [signs.copy() for signs in self.signs]
        for signs in pattern.signs:
            signs[rows, x * self.cells // width // 2] = 0
        return pattern


def _mixed(column, row, plane):
    every = (1 << 64) - 1
    seed = (column + 1000 * row + 1_000_000 * plane) ^ 0x51ED_270B
    mixed = seed * 0x9E37_79B9_7F4A_7C15 & every
    mixed = (mixed ^ mixed >> 31) * 0xBF58_476D_1CE4_E5B9 & every
    return mixed >> 40 & 1 == 1


MARKED = Pattern(160, [LUMA_STEP, CHROMA_STEP, CHROMA_STEP], _mixed)
# Squares of 16 pixels, black and white, at a width of 640; without colour.
CHECKERS = Pattern(40, [105], lambda *_: False)


def _blocks(plane, cells):
    """The first row of whole blocks, and how much the diagonals of each block differ."""
    height, width = plane.shape
    side = width // cells
    # The pattern hangs from the middle.
    above = height // 2 // side
    first = cells // 2 - above
    top, rows = height // 2 - above * side, above + (height - height // 2) // side
    if first % 2:
        first, top, rows = first + 1, top + side, rows - 1
    rows -= rows % 2
    whole = plane[top : top + rows * side, : cells * side]
    means = whole.reshape(rows * side, cells, side).mean(axis=2, dtype=np.float32).reshape(rows, side, cells).mean(axis=1)
    four = means.reshape(rows // 2, 2, cells // 2, 2)
    return first // 2, (four[:, 0, :, 0] + four[:, 1, :, 1] - four[:, 0, :, 1] - four[:, 1, :, 0]) / 4


def _densest(found, side):
    """Gives the mean of the window whose mean is farthest from zero."""
    sums = np.pad(found, ((1, 0), (1, 0))).cumsum(0).cumsum(1)
    down = min(side, found.shape[0])
    windows = sums[down:, side:] - sums[:-down, side:] - sums[down:, :-side] + sums[:-down, :-side]
    return float(np.abs(windows).max()) / (side * down)


def sighting(planes, pattern=MARKED):
    """Gives how sure it is that a picture, given as its planes, shows the room: from 1.0 on it does."""
    worst = 0.0
    for index, (plane, step) in enumerate(zip(planes, pattern.steps)):
        first, differ = _blocks(plane, pattern.cells)
        sign = pattern.signs[index][first : first + differ.shape[0]]
        for signs in (sign, sign[:, ::-1]):
            found = signs * differ / step
            parts = [_densest(found, side) / limit for side, limit in WINDOWS]
            worst = max(worst, abs(float(found.mean())) / OVERALL, *parts)
    return worst


def drawn(width, height):
    """The marked room, nobody in it: luma, and blue and red chroma of a quarter of the size."""
    planes = []
    for index, (middle, step) in enumerate(((LUMA, LUMA_STEP), (128, CHROMA_STEP), (128, CHROMA_STEP))):
        w, h = (width, height) if index == 0 else (width // 2, height // 2)
        columns = np.arange(w) * MARKED.cells // w
        rows = ((2 * np.arange(h) + 1 - h) * MARKED.cells // (2 * w)) + MARKED.cells // 2
        bright = ((columns[None, :] ^ rows[:, None]) & 1) == 0
        turned = MARKED.signs[index][rows // 2][:, columns // 2] < 0
        planes.append(np.where(bright ^ turned, middle + step, middle - step).astype(np.uint8))
    return planes


def packed(planes):
    """Turns planes into YUYV."""
    luma, blue, red = planes
    height, width = luma.shape
    out = np.empty((height, width // 2, 4), np.uint8)
    out[:, :, 0], out[:, :, 2] = luma[:, 0::2], luma[:, 1::2]
    out[:, :, 1], out[:, :, 3] = (part.repeat(2, axis=0)[:height] for part in (blue, red))
    return out.tobytes()
