"""A real Chromium opens the virtual camera, as a call in the browser would."""

import http.server
import json
import os
import threading

from kit import machine, picture
from kit.machine import CAMERA
from kit.program import Backlot
from kit.registry import case, check

PAGE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "browser", "page.html")
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


class Server(http.server.ThreadingHTTPServer):
    """Serves the page, and takes what it tells."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.told, self.news = {}, threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def address(self):
        return f"http://127.0.0.1:{self.server_address[1]}/"


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, body=b"", kind="text/plain"):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        with open(PAGE, "rb") as file:
            self.answer(file.read(), "text/html")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer()
        self.server.told.update(json.loads(body))
        if "seen" in self.server.told or "error" in self.server.told:
            self.server.news.set()


@case(cameras=1, seconds=400)
def chromium():
    """Chromium lists the camera, plays it, and its page sees the bars with their colours right."""
    machine.bars()
    server = Server()
    with Backlot(*picture.plain(), "--fps", "15", camera=CAMERA) as backlot:
        backlot.wait_open()
        browser = machine.start("chromium", *FLAGS, server.address())
        try:
            check(server.news.wait(300), f"the page told nothing but {server.told}")
        finally:
            machine.end(browser)
    told = server.told
    check("error" not in told, f"the page says: {told.get('error')}; cameras: {told.get('cameras')}")
    seen = told["seen"]
    check((seen["width"], seen["height"]) == (640, 360), f"the page sees {seen['width']}x{seen['height']}")
    picture.are_bars(seen["bars"], what="in the page")
    return f"{seen['width']}x{seen['height']}, {seen['rate']:.0f} frames a second; cameras: {', '.join(told['cameras'])}"
