"""A real Chromium opens the virtual camera, as a call in the browser would."""

from kit import machine, picture
from kit.machine import CAMERA
from kit.page import Page
from kit.program import Backlot
from kit.registry import case, check

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


@case(cameras=1, seconds=400)
def chromium():
    """Chromium lists the camera, plays it, and its page sees the bars with their colours right."""
    machine.bars()
    page = Page()
    with Backlot(*picture.plain(), "--fps", "15", camera=CAMERA) as backlot:
        backlot.wait_open()
        browser = machine.start("chromium", *FLAGS, page.address())
        try:
            page.wait_loaded(browser, 300)
            seen = page.watch("ours", browser, 300)
        finally:
            machine.end(browser)
    check((seen["width"], seen["height"]) == (640, 360), f"the page sees {seen['width']}x{seen['height']}")
    picture.are_bars(seen["bars"], what="in the page")
    return f"{seen['width']}x{seen['height']}, {seen['rate']:.0f} frames a second; cameras: {', '.join(page.told['cameras'])}"
