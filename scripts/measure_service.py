#!/usr/bin/env python3
"""Measures 'backlot serve' beside what one would write: FastAPI and uvicorn with one worker, cv2 and LiteRT.

measure_service.py [--rounds N] [--seconds S] [--picture FILE] [--networks FOLDER] PROGRAM

Run it by 'scripts/services.sh --measure PROGRAM', which has what Python needs. Both run the same network
(general) on one thread, on the first core alone; one client after the other asks each in turn, from the second
core, through the same four connections. Throughput is requests a second with all connections busy; latency is
that of requests sent at half that rate. Prints the median of the rounds, and the ratio; and the same of the
processor's time that requests take of each service, which is about the same on a busy machine.
"""

import argparse
import contextlib
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[1]
CONNECTIONS = 4
PORTS = {"backlot": 9731, "fastapi": 9732}

# What FastAPI serves: the usual way, without waste.
APP = '''
import os
import cv2
import numpy
from ai_edge_litert.interpreter import Interpreter
from fastapi import FastAPI, Request, Response

cv2.setNumThreads(1)
network = Interpreter(model_path=os.environ["NETWORK"], num_threads=1)
network.allocate_tensors()
taken, given = network.get_input_details()[0]["index"], network.get_output_details()[0]["index"]
app = FastAPI()


@app.post("/")
async def matte(request: Request):
    data = numpy.frombuffer(await request.body(), dtype=numpy.uint8)
    picture = cv2.imdecode(data, cv2.IMREAD_COLOR)
    small = cv2.cvtColor(cv2.resize(picture, (256, 256)), cv2.COLOR_BGR2RGB)
    network.set_tensor(taken, small[None].astype(numpy.float32) / 255)
    network.invoke()
    mask = cv2.resize(network.get_tensor(given)[0, :, :, 0], (picture.shape[1], picture.shape[0]))
    mask = (mask >= 0.5).astype(numpy.uint8)
    return Response(mask.tobytes(), media_type="application/octet-stream")
'''


class Connection:
    def __init__(self, port, picture):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        head = (f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {len(picture)}\r\n"
                "Content-Type: application/octet-stream\r\n\r\n")
        self.request = head.encode() + picture
        self.buffer = bytearray(1 << 22)

    def ask(self):
        """One request; the length of its answer."""
        self.socket.sendall(self.request)
        view, have = memoryview(self.buffer), 0
        while (end := self.buffer.find(b"\r\n\r\n", 0, have)) < 0:
            have += self.take(view[have:])
        head = bytes(view[:end]).lower()
        if not head.startswith(b"http/1.1 200"):
            sys.exit(f"refused: {head.decode()}")
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        while have < end + 4 + length:
            have += self.take(view[have:])
        return length

    def take(self, view):
        count = self.socket.recv_into(view)
        if count == 0:
            sys.exit("the connection was closed")
        return count


def all_at_once(work):
    threads = [threading.Thread(target=work, args=(index,)) for index in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def throughput(connections, seconds):
    counts, start = [0] * CONNECTIONS, time.perf_counter()

    def work(index):
        while time.perf_counter() - start < seconds:
            connections[index].ask()
            counts[index] += 1

    all_at_once(work)
    if not sum(counts):
        sys.exit(f"no answer in {seconds} seconds")
    return sum(counts) / (time.perf_counter() - start), sum(counts)


def processor(process):
    """Seconds of the processor that a process took."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def latencies(connections, seconds, rate):
    """From when a request should have been sent, in milliseconds."""
    lock, number, start, times = threading.Lock(), [0], time.perf_counter(), []

    def work(index):
        while True:
            with lock:
                due = start + number[0] / rate
                number[0] += 1
            if due - start > seconds:
                return
            time.sleep(max(0, due - time.perf_counter()))
            connections[index].ask()
            times.append((time.perf_counter() - due) * 1e3)

    all_at_once(work)
    return times


@contextlib.contextmanager
def running(command, port, **more):
    process = subprocess.Popen(list(map(str, command)), preexec_fn=lambda: os.sched_setaffinity(0, {0}),
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)
    try:
        for _ in range(300):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port)).close()
                break
            time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait()


def told(name, values, unit):
    print(f"{name:28}" + "  ".join(f"{key} {value:8.1f}" for key, value in values.items()) + f"  {unit}",
          flush=True)


def measure(servers, processes, rounds, seconds):
    rates, costs, times = ({name: [] for name in servers} for _ in range(3))
    for connections in servers.values():
        throughput(connections, 1)
    for _ in range(rounds):
        for name, connections in servers.items():
            before = processor(processes[name])
            rate, answers = throughput(connections, seconds)
            rates[name].append(rate)
            costs[name].append((processor(processes[name]) - before) / answers * 1e3)
    middle = {name: statistics.median(values) for name, values in rates.items()}
    cost = {name: statistics.median(values) for name, values in costs.items()}
    for _ in range(rounds):
        for name, connections in servers.items():
            times[name] += latencies(connections, seconds, middle[name] / 2)
    told("throughput on one core", middle, "requests a second")
    print(f"{'':28}ratio {middle['backlot'] / middle['fastapi']:.2f}")
    told("processor's time", cost, "ms a request")
    print(f"{'':28}ratio {cost['fastapi'] / cost['backlot']:.2f}")
    for share in [50, 99]:
        at = {name: statistics.quantiles(values, n=100)[share - 1] for name, values in times.items()}
        told(f"latency at half load, {share} %", at, "ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--picture", type=pathlib.Path, help="JPEG; otherwise the presenter in 1280x720")
    parser.add_argument("--networks", type=pathlib.Path, default=ROOT / "models")
    args = parser.parse_args()
    program = args.program.resolve()
    if len(os.sched_getaffinity(0)) < 2:
        sys.exit("it takes two cores: one for the service, one for the client")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        picture = args.picture or folder / "picture.jpg"
        if not args.picture:
            subprocess.run([program, "snapshot", "--camera", "presenter", "--raw", "-o", picture], check=True)
        (folder / "app.py").write_text(APP)
        port = PORTS["fastapi"]
        fastapi = [sys.executable, "-m", "uvicorn", "app:app", "--port", port, "--log-level", "error",
                   "--timeout-keep-alive", 60]
        network = args.networks / "selfie_segmentation.tflite"
        environment = {**os.environ, "NETWORK": str(network.resolve())}
        ours = [program, "serve", "--listen", f"127.0.0.1:{PORTS['backlot']}", "--threads", 1]
        with running(ours, PORTS["backlot"]) as own, \
                running(fastapi, port, cwd=folder, env=environment) as other:
            os.sched_setaffinity(0, {1})
            data = picture.read_bytes()
            servers = {name: [Connection(port, data) for _ in range(CONNECTIONS)]
                       for name, port in PORTS.items()}
            lengths = {name: connections[0].ask() for name, connections in servers.items()}
            print(f"{len(data)} bytes in, {lengths} out", flush=True)
            measure(servers, {"backlot": own, "fastapi": other}, args.rounds, args.seconds)
            figures = f"http://127.0.0.1:{PORTS['backlot']}/metrics"
            with urllib.request.urlopen(figures, timeout=10) as answer:
                lines = answer.read().decode().splitlines()
            print(*(line for line in lines if "stage_seconds" in line or "pictures" in line), sep="\n")


if __name__ == "__main__":
    main()
