#!/usr/bin/env python3
"""Holds the executor's speed against LiteRT's (XNNPACK, one thread).

compare_litert.py [--rounds N] [--models FOLDER] [--level LEVEL] [--threads N] [--cpu] [PASSES_BINARY]

With --threads, Backlot on so many threads runs besides. All run in turn, a few passes each, so that whatever else the machine does meets both alike.
With --cpu, what runs on one thread is measured in processor time, which others that use the machine lengthen less.
Prints the medians and minima over all passes in milliseconds, and their ratios. The binary is
built by `cargo build --release -p backlot-nn --example passes`.
"""

import argparse
import pathlib
import statistics
import subprocess
import time

import numpy as np
from ai_edge_litert.interpreter import Interpreter

ROOT = pathlib.Path(__file__).resolve().parents[3]
# The last one is compared where its file is in the folder.
NETWORKS = ["selfie_segmentation_landscape", "selfie_segmentation", "selfie_multiclass_256x256"]
BURST = 10


def litert(path, clock):
    """A function that times one burst of passes."""
    network = Interpreter(model_path=str(path), num_threads=1)
    network.allocate_tensors()
    source = network.get_input_details()[0]
    picture = np.resize(np.arange(251, dtype=np.float32) / 250, source["shape"])
    network.set_tensor(source["index"], picture)

    def burst():
        times = []
        for _ in range(BURST):
            start = clock()
            network.invoke()
            times.append((clock() - start) * 1e3)
        return times

    return burst


def backlot(binary, path, level, threads=1, cpu=False):
    """A function that times one burst of passes at a level, or None where the level is missing."""
    process = subprocess.Popen(
        [binary, path, level, str(threads)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    )

    def used():
        """The processor time of its main thread in milliseconds: exact, since it waits."""
        time.sleep(0.001)
        return int(pathlib.Path(f"/proc/{process.pid}/schedstat").read_text().split()[0]) / 1e6

    def burst():
        start = used()
        process.stdin.write(f"{BURST}\n")
        process.stdin.flush()
        times = [float(t) for t in process.stdout.readline().split()]
        return [(used() - start) / BURST] * len(times) if cpu else times

    try:
        return burst if len(burst()) == BURST else None
    except BrokenPipeError:
        return None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", nargs="?", default=ROOT / "target/release/examples/passes")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--models", type=pathlib.Path, default=ROOT / "models")
    parser.add_argument("--level", action="append")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cpu", action="store_true")
    options = parser.parse_args()
    clock = time.thread_time if options.cpu else time.perf_counter
    for network in NETWORKS:
        path = options.models / f"{network}.tflite"
        if not path.exists():
            print(f"{network}: not there, left out")
            continue
        levels = options.level or ["avx2", "avx512"]
        engines = {level: backlot(options.binary, path, level, cpu=options.cpu) for level in levels}
        if options.threads > 1:
            engines |= {f"{level} x{options.threads}": backlot(options.binary, path, level, options.threads)
                        for level in levels}
        engines = {"LiteRT": litert(path, clock)} | {k: v for k, v in engines.items() if v}
        times = {name: [] for name in engines}
        for burst in engines.values():
            burst()
        for _ in range(options.rounds):
            for name, burst in engines.items():
                times[name] += burst()
        base = times["LiteRT"]
        print(network)
        for name, all_times in times.items():
            median, least = statistics.median(all_times), min(all_times)
            print(
                f"  {name:10} median {median:.3f} ms ({median / statistics.median(base):.3f} of LiteRT)"
                f"  least {least:.3f} ms ({least / min(base):.3f})"
            )


main()
