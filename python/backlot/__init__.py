"""Cut persons out of pictures and videos, on the CPU: numpy arrays in, numpy arrays out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from . import _backlot
from ._backlot import __version__

__all__ = ["Cutter", "Renderer", "__version__", "matte", "render"]

Pixels = npt.NDArray[np.uint8]


def _checked(array: object, dimensions: tuple[int, ...]) -> Pixels:
    if not isinstance(array, np.ndarray):
        raise TypeError(f"a picture is a numpy array, not {type(array).__name__}")
    if array.dtype != np.uint8:
        raise TypeError(f"a picture's values are uint8, 0 to 255, not {array.dtype}: convert them first")
    if array.ndim not in dimensions or array.shape[-1] != 3:
        shapes = {3: "(height, width, 3)", 4: "(pictures, height, width, 3)"}
        wanted = " or ".join(shapes[n] for n in dimensions)
        raise ValueError(f"a picture's shape is {wanted}, in the order red, green, blue, not {array.shape}")
    return array


class _OneSize:
    """What works on pictures of one size, that of the first."""

    def __init__(self) -> None:
        self._shape: tuple[int, ...] | None = None

    def _take(self, picture: object) -> tuple[Pixels, bool]:
        """The picture, and whether it is the first."""
        array = _checked(picture, (3,))
        is_first = self._shape is None
        if not is_first and array.shape != self._shape:
            raise ValueError(f"the first picture's shape was {self._shape}, and this one's is {array.shape}: make another one for it")
        return array, is_first


class Cutter(_OneSize):
    """Cuts persons out of pictures of one size, one after the other.

    With ``video`` they are a video's: the matte is steady in time, and takes a tenth of the time. ``network`` is what a
    TensorFlow Lite file holds; without it, one that comes with the package.
    """

    def __init__(self, *, video: bool = False, network: bytes | None = None) -> None:
        super().__init__()
        self._video, self._network = video, network
        self._native: _backlot.Cutter | None = None

    def _made(self, picture: object) -> tuple[Pixels, _backlot.Cutter]:
        array, is_first = self._take(picture)
        height, width = array.shape[:2]
        if is_first or self._native is None:
            self._native = _backlot.Cutter(width, height, self._video, self._network)
            self._shape = array.shape
        return array, self._native

    def matte(self, picture: Pixels) -> Pixels:
        """How much of each pixel is a person, 0 to 255: an array of (height, width)."""
        array, native = self._made(picture)
        return np.frombuffer(native.matte(array.tobytes()), np.uint8).reshape(array.shape[:2]).copy()

    def cut_out(self, picture: Pixels) -> Pixels:
        """The persons with alpha, without the old room's colours at their edges: an array of (height, width, 4)."""
        array, native = self._made(picture)
        return np.frombuffer(native.cut_out(array.tobytes()), np.uint8).reshape(*array.shape[:2], 4).copy()


class Renderer(_OneSize):
    """Puts persons on another set, in pictures of one size, one after the other."""

    def __init__(
        self,
        *,
        background: str = "aurora",
        effects: Sequence[str] = (),
        video: bool = False,
        network: bytes | None = None,
    ) -> None:
        super().__init__()
        if isinstance(effects, str):
            raise TypeError(f"effects are a list of texts: effects=[{effects!r}]")
        self._background, self._effects = background, list(effects)
        self._video, self._network = video, network
        self._native: _backlot.Renderer | None = None

    def render(self, picture: Pixels) -> Pixels:
        """The finished picture: an array of (height, width, 3)."""
        array, is_first = self._take(picture)
        height, width = array.shape[:2]
        if is_first or self._native is None:
            self._native = _backlot.Renderer((width, height), self._video, self._network, self._background, self._effects)
            self._shape = array.shape
        return np.frombuffer(self._native.render(array.tobytes()), np.uint8).reshape(array.shape).copy()


def matte(array: Pixels, *, network: bytes | None = None) -> Pixels:
    """How much of each pixel is a person, 0 to 255.

    A picture is (height, width, 3) and gives (height, width); a video is (pictures, height, width, 3) and gives
    (pictures, height, width). Values are uint8, red, green and blue.
    """
    array = _checked(array, (3, 4))
    if array.ndim == 3:
        return Cutter(network=network).matte(array)
    cutter = Cutter(video=True, network=network)
    mattes = [cutter.matte(picture) for picture in array]
    return np.stack(mattes) if mattes else np.empty(array.shape[:3], np.uint8)


def render(
    array: Pixels,
    background: str = "aurora",
    *,
    effects: Sequence[str] = (),
    network: bytes | None = None,
) -> Pixels:
    """Persons on another set: pictures of the same shape, or with four channels where the background is ``"transparent"``.

    ``background`` is a picture's or video's file, a colour, ``"gradient:navy,teal"``, a built-in set, ``"blur"``, ``"mosaic"`` or
    ``"transparent"``; ``effects`` are effects on the person.
    """
    array = _checked(array, (3, 4))
    is_video = array.ndim == 4
    if background == "transparent":
        if effects:
            raise ValueError("effects with a transparent background are the command line's: backlot matte --effect")
        cutter = Cutter(video=is_video, network=network)
        make, channels = cutter.cut_out, 4
    else:
        renderer = Renderer(background=background, effects=effects, video=is_video, network=network)
        make, channels = renderer.render, 3
    if not is_video:
        return make(array)
    made = [make(picture) for picture in array]
    return np.stack(made) if made else np.empty((*array.shape[:3], channels), np.uint8)
