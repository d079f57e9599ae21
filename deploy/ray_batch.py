#!/usr/bin/env python3
"""Makes the chunks of a plan of 'backlot batch' on a Ray cluster.

    backlot batch plan talks/ --recursive -o /shared/plan --background blur
    ray_batch.py /shared/plan
    backlot batch join /shared/plan -o results/

Each chunk is one task. A worker or machine that dies is replaced by Ray, and its chunk made again; a chunk that
Backlot can't make is told with its reason, and the others are made. All machines must see the plan's folder.
"""

import argparse
import json
import pathlib
import subprocess
import sys

import ray


def chunks(plan):
    """How many chunks a plan has: those of its videos, and one for each picture."""
    items = json.loads((plan / "manifest.json").read_text())["items"]
    return sum(len(item["video"]["chunks"]) if item.get("video") else 1 for item in items)


@ray.remote(max_retries=5)
def make(command):
    """Makes a chunk; returns why it couldn't, or nothing."""
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    return None if done.returncode == 0 else done.stderr.strip() or f"it ended with {done.returncode}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("plan", type=pathlib.Path, help="the plan's folder")
    parser.add_argument("--program", default="backlot", help="the program, at the same place on all machines")
    parser.add_argument("--inputs", help="folder that has the inputs on the workers")
    parser.add_argument("--cpus", type=float, default=1, help="cores for each chunk [default: 1]")
    parser.add_argument("--address", help="the cluster [default: RAY_ADDRESS, or this machine]")
    args = parser.parse_args()
    plan = args.plan.resolve()
    ray.init(address=args.address, log_to_driver=False)
    command = [args.program, "batch", "chunk", "--quiet", str(plan)]
    inputs = ["--inputs", args.inputs] if args.inputs else []
    task = make.options(num_cpus=args.cpus)
    numbers = {task.remote([*command, str(number), *inputs]): number for number in range(chunks(plan))}
    waiting, failed = list(numbers), {}
    while waiting:
        (done,), waiting = ray.wait(waiting, num_returns=1)
        try:
            why = ray.get(done)
        except ray.exceptions.RayError as error:
            why = str(error).splitlines()[0]
        if why:
            failed[numbers[done]] = why
        print(f"\r{len(numbers) - len(waiting)} of {len(numbers)} chunks", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    for number, why in sorted(failed.items()):
        print(f"chunk {number}: {why}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
