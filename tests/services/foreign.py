#!/usr/bin/env python3
"""Other people's servers make the mattes of 'backlot run': scripts/services.sh --servers PROGRAM [SERVER...]

Each server runs the network general from a Python environment of its own, in two layouts. The camera's mattes must
come from it; from this machine's own network within a second after the server falls silent; and from the server
again when it is back. The camera is slow, as Python's servers are: an answer may take three frame times. A viewer must always see as much of the new background as without any server: neither the room
nor less of the person.
"""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

from camera import Camera, is_usual, usual
from waiting import free_ports, until

HERE = pathlib.Path(__file__).resolve().parent
NETWORK = HERE.parents[1] / "models" / "selfie_segmentation.tflite"


class MLServer:
    """Its answer to binary tensors over HTTP is 422: our client must speak JSON with it."""

    def __init__(self, folder):
        self.http, self.grpc, metrics = free_ports(3)
        settings = {"host": "127.0.0.1", "http_port": self.http, "grpc_port": self.grpc, "metrics_port": metrics,
                    "parallel_workers": 0, "debug": False}
        (folder / "settings.json").write_text(json.dumps(settings))
        for name, (taken, given) in layouts().items():
            model = folder / name
            model.mkdir()
            settings = {"name": name, "implementation": "mlserver_network.Person",
                        "inputs": [{"name": "picture", "datatype": "FP32", "shape": taken}],
                        "outputs": [{"name": "mask", "datatype": "FP32", "shape": given}]}
            (model / "model-settings.json").write_text(json.dumps(settings))
        self.command = [python("mlserver").parent / "mlserver", "start", folder]
        self.ready = f"http://127.0.0.1:{self.http}/v2/models/turned/ready"


class KServe:
    def __init__(self, _):
        self.http, self.grpc = free_ports(2)
        self.command = [python("kserve"), HERE / "servers" / "kserve_network.py", self.http, self.grpc]
        self.ready = f"http://127.0.0.1:{self.http}/v2/models/turned/ready"


SERVERS = {"mlserver": MLServer, "kserve": KServe}


def python(name):
    return pathlib.Path(os.environ["SERVICES"]) / name / "bin" / "python"


def layouts():
    side = 256
    return {"person": ([1, side, side, 3], [1, side, side, 1]), "turned": ([1, 3, side, side], [1, 1, side, side])}


@contextlib.contextmanager
def served(name):
    with tempfile.TemporaryDirectory() as folder:
        server = SERVERS[name](pathlib.Path(folder))
        environment = {**os.environ, "NETWORK": str(NETWORK), "PYTHONPATH": str(HERE / "servers")}
        log = pathlib.Path(folder) / "log"
        with log.open("w") as out:
            process = subprocess.Popen(list(map(str, server.command)), env=environment, stdout=out, stderr=out,
                                       start_new_session=True)
        server.group = process.pid
        try:
            until(lambda: answers(server.ready), f"{name} is ready", lambda: log.read_text()[-4000:])
            yield server
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def answers(address):
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:
            return answer.status == 200
    except (OSError, urllib.error.URLError):
        return False


def check(program, server, model, shares):
    with Camera(program, model) as camera:
        camera.until_led("elsewhere")
        os.killpg(server.group, signal.SIGSTOP)
        silent = camera.until_led("own")
        os.killpg(server.group, signal.SIGCONT)
        back = camera.until_led("elsewhere")
        seen = camera.shares[:]
        assert len(seen) > 30 and camera.status["guard"]["shielded"] <= 2, camera.status
        assert is_usual(shares, seen), (shares, min(seen), max(seen))
    return silent, back


def main():
    program, *wanted = sys.argv[1:]
    shares = usual(program)
    for name in wanted or SERVERS:
        with served(name) as server:
            for model in layouts():
                for address in [f"oip+http://127.0.0.1:{server.http}/v2/models/{model}",
                                f"oip+grpc://127.0.0.1:{server.grpc}/v2/models/{model}"]:
                    silent, back = check(program, server, address, shares)
                    print(f"ok  {name} {model} {address.split(':')[0]}: own network after {silent:.1f} s,"
                          f" back after {back:.1f} s", flush=True)


if __name__ == "__main__":
    main()
