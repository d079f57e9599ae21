"""A real Chromium opens the virtual camera, as a call in the browser would."""

from kit import machine, picture
from kit.machine import CAMERA, OUTPUT
from kit.page import Page
from kit.program import Backlot
from kit.registry import case

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--use-fake-ui-for-media-stream",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--user-data-dir=/run/chromium",
]


RATE = 15


def drawn_by_ffmpeg(page, browser):
    """Gives what the page sees of pictures that ffmpeg draws on the same device."""
    drawn = ["-re", "-f", "lavfi", "-i", f"testsrc=size=640x360:rate={RATE}", "-pix_fmt", "yuyv422"]
    feeder = machine.start("ffmpeg", "-v", "error", *drawn, "-f", "v4l2", OUTPUT)
    try:
        machine.wait_until("ffmpeg feeds the device", lambda: machine.is_open_by(feeder.pid, OUTPUT), 60)
        return page.watch("plain", browser)
    finally:
        machine.end(feeder)


@case(cameras=1, seconds=900)
def chromium():
    """Chromium lists the camera and plays it: the bars in their colours, and as many pictures as of a plain feeder."""
    machine.bars()
    page = Page()
    browser = machine.start("chromium", *FLAGS, page.address())
    try:
        page.wait_loaded(browser, 300)
        plain = drawn_by_ffmpeg(page, browser)
        with Backlot(*picture.plain(), "--fps", str(RATE), camera=CAMERA) as backlot:
            backlot.wait_open()
            seen = page.watch("ours", browser)
            backlot.wait_idle()
    finally:
        machine.end(browser)
    return page.judge(seen, plain)
