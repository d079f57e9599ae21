"""The control panel's page asks by HTTP, and the virtual camera shows what it asked for."""

import http.client
import json
import urllib.parse

from kit import picture
from kit.machine import OUTPUT
from kit.program import Backlot
from kit.registry import NEWEST, case, check

TEAL = (0x10, 0x90, 0x80)


class Browser:
    """What a browser that has entered the panel sends."""

    def __init__(self, address):
        url = urllib.parse.urlsplit(address)
        self.host, self.port = url.netloc, url.port
        answer, _ = self.send("GET", f"{url.path}?{url.query}")
        check(answer.status == 303, f"entering is answered by {answer.status}")
        self.cookie = answer.getheader("set-cookie").split(";")[0]

    def send(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            headers = {"Host": self.host, "Origin": f"http://{self.host}", **headers}
            if body is not None:
                headers |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()

    def ask(self, name, **fields):
        answer, said = self.send("POST", f"/api/v1/{name}", json.dumps(fields).encode(), Cookie=self.cookie)
        check(answer.status == 200, f"'{name}' is answered by {answer.status}: {said}")


def corner(rounds, wanted):
    """The corner of the virtual camera's picture, once it is or isn't the background's; what it was last, otherwise."""
    for _ in range(rounds):
        pixel = tuple(picture.through_ffmpeg(OUTPUT, frames=30)[-1][0:3])
        is_teal = all(abs(a - b) <= 12 for a, b in zip(pixel, TEAL))
        if is_teal == wanted:
            break
    return is_teal, pixel


@case(quick=(NEWEST,))
def shown():
    """A background that the page asks for is in the virtual camera, and so is its panic."""
    with Backlot("--background", "navy") as backlot:
        backlot.wait_open()
        code, address = backlot.ask("panel", "--print")
        check(code == 0, address)
        browser = Browser(address)
        browser.ask("background", value="#%02x%02x%02x" % TEAL)
        is_teal, before = corner(20, wanted=True)
        check(is_teal, f"the corner is {before}, not the background's colour")
        browser.ask("panic")
        is_teal, after = corner(1, wanted=False)
        check(not is_teal, f"the corner is {after} in spite of the panic")
        return f"the corner was {before}, and is {after} in a panic"
