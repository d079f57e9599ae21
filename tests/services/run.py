#!/usr/bin/env python3
"""Other people's clients ask 'backlot serve': scripts/services.sh --test PROGRAM [ENDING OF A CASE'S NAME...]

Each case is a function whose name begins with 'case_'. What they are held to is what 'backlot matte' makes.
"""

import contextlib
import json
import pathlib
import queue
import re
import signal
import socket
import subprocess
import sys
import tempfile

import cv2
import numpy
import requests
import tritonclient.grpc
import tritonclient.http
from tritonclient.utils import InferenceServerException

QUALITIES = ["fast", "live"]
MODELS = ["general", "landscape"]


class Served:
    """The program, at ports of its own choice."""

    def __init__(self, program, *more):
        command = [program, "serve", "--listen", "127.0.0.1:0", "--grpc", "127.0.0.1:0", *more]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        self.http = re.search(r"http://([^/]+)/", self.process.stderr.readline())[1]
        self.grpc = re.search(r"at (\S+)", self.process.stderr.readline())[1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(60) == 0, self.process.returncode


class Room:
    """A program, and a picture with what it makes of that."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.picture = folder / "person.png"
        self.jpeg = folder / "person.jpg"
        for target in [self.picture, self.jpeg]:
            self.run("snapshot", "--camera", "presenter", "--raw", "-o", target)
        self.pixels = cv2.imread(str(self.picture))[:, :, ::-1].copy()

    def run(self, *words):
        subprocess.run([self.program, *map(str, words)], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def matte(self, picture, model, quality):
        target = self.folder / "matte.png"
        self.run("matte", picture, "-o", target, "--model", model, "--quality", quality, "--force")
        return cv2.imread(str(target), cv2.IMREAD_GRAYSCALE)


def is_near(found, expected):
    found = numpy.asarray(found).reshape(expected.shape)
    most = numpy.abs(found.astype(int) - expected.astype(int)).max()
    assert most <= 1, f"the largest difference is {most}"


def encoded(*pictures):
    return numpy.array([path.read_bytes() for path in pictures], dtype=object)


def case_the_client_of_2020(room):
    with Served(room.program) as served:
        frame = cv2.imread(str(room.picture))
        _, data = cv2.imencode(".png", frame)
        answer = requests.post(f"http://{served.http}/", data=data.tobytes(), timeout=60,
                               headers={"Content-Type": "application/octet-stream"})
        mask = numpy.frombuffer(answer.content, dtype=numpy.uint8)
        mask = mask.reshape((frame.shape[0], frame.shape[1]))
        expected = room.matte(room.picture, "general", "fast")
        assert set(numpy.unique(mask)) == {0, 1}
        assert numpy.array_equal(mask, (expected >= 128).astype(numpy.uint8))
        grey = requests.post(f"http://{served.http}/", data=room.jpeg.read_bytes(), timeout=60,
                             headers={"Accept": "image/png"})
        grey = cv2.imdecode(numpy.frombuffer(grey.content, numpy.uint8), cv2.IMREAD_UNCHANGED)
        is_near(grey, room.matte(room.jpeg, "general", "fast"))


def case_tritonclient_over_http(room):
    for quality in QUALITIES:
        with Served(room.program, "--quality", quality) as served:
            client = tritonclient.http.InferenceServerClient(served.http)
            assert client.is_server_live() and client.is_server_ready()
            assert client.get_server_metadata()["name"] == "backlot"
            for model in MODELS:
                assert client.is_model_ready(model)
                shape = client.get_model_metadata(model)["inputs"][0]["shape"]
                assert shape == [-1, -1, -1, 3], shape
                both_ways(room, client, tritonclient.http, model, quality)


def both_ways(room, client, library, model, quality):
    expected = room.matte(room.picture, model, quality)
    batch = numpy.stack([room.pixels, room.pixels])
    for is_binary in [True, False]:
        image = library.InferInput("image", list(batch.shape), "UINT8")
        image.set_data_from_numpy(batch, binary_data=is_binary)
        matte = library.InferRequestedOutput("matte", binary_data=is_binary)
        answer = client.infer(model, [image], outputs=[matte], request_id="7")
        assert answer.get_response()["id"] == "7"
        found = answer.as_numpy("matte")
        assert found.shape == (2, *expected.shape) and found.dtype == numpy.uint8
        for one in found:
            is_near(one, expected)
    # Whoever decodes a JPEG picture, its matte is the same.
    pixels = cv2.imread(str(room.jpeg))[None, :, :, ::-1].copy()
    image = library.InferInput("image", list(pixels.shape), "UINT8")
    image.set_data_from_numpy(pixels)
    is_near(client.infer(model, [image]).as_numpy("matte"), room.matte(room.jpeg, model, quality))
    for picture in [room.picture, room.jpeg]:
        image = library.InferInput("image", [1], "BYTES")
        image.set_data_from_numpy(encoded(picture))
        is_near(client.infer(model, [image]).as_numpy("matte"), room.matte(picture, model, quality))


def case_tritonclient_over_grpc(room):
    for quality in QUALITIES:
        with Served(room.program, "--quality", quality) as served:
            client = tritonclient.grpc.InferenceServerClient(served.grpc)
            assert client.is_server_live() and client.is_server_ready()
            assert client.get_server_metadata().name == "backlot"
            for model in MODELS:
                assert client.is_model_ready(model, "1")
                assert client.get_model_metadata(model).outputs[0].name == "matte"
                expected = room.matte(room.picture, model, quality)
                batch = numpy.stack([room.pixels, room.pixels])
                image = tritonclient.grpc.InferInput("image", list(batch.shape), "UINT8")
                image.set_data_from_numpy(batch)
                answer = client.infer(model, [image], request_id="7")
                assert answer.get_response().id == "7"
                for one in answer.as_numpy("matte"):
                    is_near(one, expected)
                image = tritonclient.grpc.InferInput("image", [1], "BYTES")
                image.set_data_from_numpy(encoded(room.jpeg))
                found = client.infer(model, [image], parameters={"datatype": "FP32"})
                found = numpy.rint(found.as_numpy("matte") * 255)
                is_near(found, room.matte(room.jpeg, model, quality))


def case_what_is_wrong_is_told(room):
    with Served(room.program) as served:
        image = tritonclient.http.InferInput("image", [1, 2, 2, 4], "UINT8")
        image.set_data_from_numpy(numpy.zeros((1, 2, 2, 4), numpy.uint8))
        try:
            tritonclient.http.InferenceServerClient(served.http).infer("general", [image])
            raise AssertionError("it was taken")
        except InferenceServerException as error:
            assert "not UINT8 of [1, 2, 2, 4]" in error.message(), error
        image = tritonclient.grpc.InferInput("image", [1], "BYTES")
        image.set_data_from_numpy(numpy.array([b"hello"], dtype=object))
        try:
            tritonclient.grpc.InferenceServerClient(served.grpc).infer("general", [image])
            raise AssertionError("it was taken")
        except InferenceServerException as error:
            assert error.status() == "StatusCode.INVALID_ARGUMENT", error
            assert "it is text" in error.message(), error


def case_a_gigabyte_gets_its_answer(room):
    with Served(room.program) as served:
        answer = requests.post(f"http://{served.http}/", data=bytes(1 << 30), timeout=120)
        assert answer.status_code == 413, answer.status_code
        assert answer.text == "a request has at most 64 MiB\n"


def peak(process):
    """The most memory that a process had, in MiB."""
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) >> 10


# The bounds of docs/service.md for all that is held and for what connections read at a time, and the program itself with
# what a picture takes.
MOST = 512 + 1024 // 4 + 200


def case_a_thousand_connections_with_bodies_that_stop(room):
    with Served(room.program) as served, contextlib.ExitStack() as stack:
        host, port = served.http.rsplit(":", 1)
        head = f"POST / HTTP/1.1\r\nHost: {served.http}\r\nContent-Length: {64 << 20}\r\n\r\n".encode()
        part = bytes(1 << 20)
        for _ in range(1000):
            one = stack.enter_context(socket.create_connection((host, int(port)), timeout=20))
            one.settimeout(0.2)
            with contextlib.suppress(OSError):
                one.sendall(head + part)
        assert peak(served.process) < MOST, f"{peak(served.process)} MiB"
        assert requests.get(f"http://{served.http}/v2/health/live", timeout=60).status_code == 200


def case_a_flood_over_grpc(room):
    with Served(room.program) as served:
        clients = [tritonclient.grpc.InferenceServerClient(served.grpc) for _ in range(20)]
        image = tritonclient.grpc.InferInput("image", [1, 1000, 1000, 3], "UINT8")
        image.set_data_from_numpy(numpy.zeros((1, 1000, 1000, 3), numpy.uint8))
        answers = queue.Queue()
        for _ in range(30):
            for client in clients:
                client.async_infer("general", [image], lambda result, error: answers.put(error))
        errors = [answers.get(timeout=120) for _ in range(600)]
        refused = [error for error in errors if error]
        assert len(refused) < 600 and all("RESOURCE_EXHAUSTED" in error.status() for error in refused), refused[:3]
        assert peak(served.process) < MOST, f"{peak(served.process)} MiB"
        assert clients[0].is_server_live()


def case_json_without_a_content_type(room):
    with Served(room.program) as served:
        image = {"name": "image", "shape": [1, 2, 2, 3], "datatype": "UINT8", "data": list(range(12))}
        body = json.dumps({"inputs": [image]}).encode()
        answer = requests.post(f"http://{served.http}/v2/models/general/infer", data=body, timeout=60)
        assert "content-type" not in answer.request.headers
        assert answer.json()["outputs"][0]["shape"] == [1, 2, 2]


def case_a_token(room):
    token = room.folder / "token"
    token.write_text("correct-horse\n")
    with Served(room.program, "--token-file", token) as served:
        client = tritonclient.http.InferenceServerClient(served.http)
        assert client.is_server_live()
        try:
            client.get_server_metadata()
            raise AssertionError("it was answered")
        except InferenceServerException as error:
            assert "token" in error.message(), error
        says = {"authorization": "Bearer correct-horse"}
        assert client.get_server_metadata(headers=says)["name"] == "backlot"
        client = tritonclient.grpc.InferenceServerClient(served.grpc)
        assert client.get_server_metadata(headers=says).name == "backlot"


def main():
    program, *wanted = sys.argv[1:]
    program = str(pathlib.Path(program).resolve())
    cases = {name[5:]: case for name, case in globals().items() if name.startswith("case_")}
    chosen = {name: case for name, case in cases.items()
              if not wanted or any(name.endswith(end) for end in wanted)}
    if not chosen:
        sys.exit(f"there is no such case: choose from {', '.join(cases)}")
    with tempfile.TemporaryDirectory() as folder:
        room = Room(program, pathlib.Path(folder))
        for name, case in chosen.items():
            case(room)
            print(f"ok  {name.replace('_', ' ')}", flush=True)


if __name__ == "__main__":
    main()
