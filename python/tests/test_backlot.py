"""The package as its users meet it; 'make wheel' runs this on the wheel that it made, with a picture of the presenter."""

import os
import sys

import backlot
import numpy as np

PICTURE = np.fromfile(os.environ["BACKLOT_PICTURE"], np.uint8).reshape(360, 640, 3)


def raises(kind, part, call, *args, **more):
    try:
        call(*args, **more)
    except kind as error:
        assert part in str(error), str(error)
    else:
        raise AssertionError(f"{call} took it")


def test_a_picture():
    alpha = backlot.matte(PICTURE)
    assert alpha.shape == (360, 640) and alpha.dtype == np.uint8
    assert 0.1 < alpha.mean() / 255 < 0.6 and alpha.max() == 255 and alpha.min() == 0
    assert (backlot.matte(PICTURE) == alpha).all()
    # Views, and memory that is not in order.
    assert (backlot.matte(np.asfortranarray(PICTURE)) == alpha).all()
    wide = np.concatenate([PICTURE, PICTURE], axis=1)
    assert (backlot.matte(wide[:, :640]) == alpha).all()


def test_a_video():
    video = np.stack([PICTURE] * 3)
    mattes = backlot.matte(video)
    assert mattes.shape == (3, 360, 640)
    assert backlot.matte(video[:0]).shape == (0, 360, 640)
    cutter = backlot.Cutter(video=True)
    assert all((cutter.matte(picture) == matte).all() for picture, matte in zip(video, mattes))


def test_another_set():
    alpha = backlot.matte(PICTURE)
    blue = backlot.render(PICTURE, "#0000ff")
    assert blue.shape == PICTURE.shape
    behind = blue[alpha == 0].astype(int)
    assert abs(behind[:, 2] - 255).mean() < 8 and behind[:, 0].mean() < 8
    within = (alpha == 255) & (np.roll(alpha, 8, 0) == 255) & (np.roll(alpha, 8, 1) == 255)
    assert abs(blue[within].astype(int) - PICTURE[within].astype(int)).mean() < 4
    alone = backlot.render(PICTURE, "transparent")
    assert alone.shape == (360, 640, 4) and (alone[..., 3] == alpha).all()
    hologram = backlot.render(PICTURE, "aurora", effects=["hologram"])
    assert (hologram != backlot.render(PICTURE, "aurora")).any()
    assert backlot.render(np.stack([PICTURE] * 2), "blur").shape == (2, 360, 640, 3)


def test_what_is_no_picture():
    raises(TypeError, "numpy array", backlot.matte, [[1, 2, 3]])
    raises(TypeError, "uint8", backlot.matte, PICTURE.astype(np.float32))
    raises(ValueError, "(height, width, 3)", backlot.matte, PICTURE[..., 0])
    raises(ValueError, "shape", backlot.matte, np.zeros((4, 4, 4), np.uint8))
    raises(ValueError, "not possible", backlot.matte, np.zeros((0, 4, 3), np.uint8))
    raises(ValueError, "", backlot.matte, PICTURE, network=b"no network")
    raises(ValueError, "holo", backlot.render, PICTURE, effects=["holo"])
    raises(TypeError, "list", backlot.render, PICTURE, effects="hologram")
    raises(ValueError, "nowhere.jpg", backlot.render, PICTURE, "/nowhere.jpg")
    cutter = backlot.Cutter()
    cutter.matte(PICTURE)
    raises(ValueError, "first picture", cutter.matte, PICTURE[:100])


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
            print("ok", name)
    print("Python", sys.version.split()[0], "numpy", np.__version__, "backlot", backlot.__version__)
