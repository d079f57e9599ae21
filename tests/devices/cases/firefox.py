"""A real Firefox opens our PipeWire node, as a call in it would."""

import json
import os

from kit import machine, picture
from kit.page import Page
from kit.program import Backlot
from kit.registry import case
from kit.session import Session

# What somebody sets who wants PipeWire's cameras (Fedora sets it for all), and what keeps a new profile quiet.
FIREFOX = {
    "media.webrtc.camera.allow-pipewire": True,
    "media.navigator.permission.disabled": True,
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.aboutwelcome.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "services.settings.server": "",
    "trailhead.firstrun.didSeeAboutWelcome": True,
}
RATE = 15


def start_firefox(session, address):
    """Starts Firefox on a page, in a profile of its own."""
    profile = os.path.join(session.folder, "profile")
    os.makedirs(profile, exist_ok=True)
    with open(os.path.join(profile, "user.js"), "w") as file:
        for name, value in FIREFOX.items():
            file.write(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n")
    return session.start("firefox-esr", "--headless", "--no-remote", "--profile", profile, address)


def drawn_by_gstreamer(session, page, browser):
    """What the page sees of pictures that GStreamer draws, in a PipeWire node of its own."""
    shape = f"video/x-raw,format=YUY2,width=640,height=360,framerate={RATE}/1"
    node = "p,media.class=Video/Source,media.role=Camera,node.name=plain,node.description=BacklotPlain"
    sink = ["pipewiresink", "mode=provide", f"stream-properties={node}"]
    feeder = session.start("gst-launch-1.0", "-q", "videotestsrc", "is-live=true", "!", shape, "!", *sink)
    try:
        session.node("BacklotPlain")
        return page.watch("plain", browser)
    finally:
        machine.end(feeder)


@case(loops=0, seconds=600, kernel=False)
def plays():
    """Firefox lists and plays our PipeWire node, through the portal; the camera is closed when it has left."""
    page = Page()
    with Session() as session:
        session.allow_cameras()
        still = os.path.join(session.folder, "bars.png")
        picture.draw_bars(still + ".ppm")
        machine.run("ffmpeg", "-v", "error", "-i", still + ".ppm", still)
        options = [*picture.plain(session.folder), "--fps", str(RATE)]
        with Backlot(*options, camera=still, output="pipewire", environment=session.environment) as backlot:
            backlot.wait_open()
            session.node("Backlot")
            browser = start_firefox(session, page.address())
            page.wait_loaded(browser)
            seen = page.watch("ours", browser)
            backlot.wait_idle(5)
        plain = drawn_by_gstreamer(session, page, browser)
    return page.judge(seen, plain)
