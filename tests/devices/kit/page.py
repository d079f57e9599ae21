"""The page in a browser that opens the virtual camera as a call would, and the server that it talks to."""

import http.server
import json
import os
import threading
import time

from kit import picture
from kit.registry import Failure, check

# How many of the pictures that the page gets of a plain feeder must arrive of ours. The promise is every one; what is
# left open is a page that is late by a picture or two in its 90.
SHARE = 0.95
PAGE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "browser", "page.html")


class Page(http.server.ThreadingHTTPServer):
    """Serves the page, says what it is to do, and takes what it tells."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.told, self.wanted = {}, ""
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def address(self):
        return f"http://127.0.0.1:{self.server_address[1]}/"

    def wait_loaded(self, browser, seconds=240):
        """Waits until the browser has the page."""
        self._wait("loaded", browser, seconds)

    def watch(self, name, browser, seconds=240):
        """Lets the page open the camera, watch for a while and close it; gives what it saw. The round has a name."""
        self.wanted = name
        return self._wait(name, browser, seconds)

    def _wait(self, name, browser, seconds):
        start = time.monotonic()
        while name not in self.told:
            error, cameras = self.told.get("error"), self.told.get("cameras")
            check(not error, f"the page says: {error}; cameras: {cameras}")
            check(browser.poll() is None, f"the browser ended with {browser.returncode}")
            if time.monotonic() - start > seconds:
                raise Failure(f"the page did not tell '{name}' in {seconds} s, only {self.told}")
            time.sleep(0.1)
        return self.told[name]

    def judge(self, seen, plain):
        """Holds what the page saw of ours against the bars, and against a plain feeder."""
        size = f"{seen['width']}x{seen['height']}"
        check(size == "640x360", f"the page sees {size}")
        picture.are_bars(seen["bars"], what="in the page")
        rates = f"{seen['rate']:.1f} frames a second, of plain drawn pictures {plain['rate']:.1f}"
        check(seen["rate"] >= SHARE * plain["rate"], f"the page gets too few pictures: {rates}")
        return f"{size}, {rates}; cameras: {', '.join(self.told['cameras'])}"


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
        if self.path == "/wanted":
            self.answer(self.server.wanted.encode())
        else:
            with open(PAGE, "rb") as file:
                self.answer(file.read(), "text/html")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer()
        self.server.told.update(json.loads(body))
