#!/usr/bin/env python3
"""Holds `backlot bench` against the usual recipe of OpenCV and LiteRT, in turn on the same clip.

compare_speed.py [--live] [--rounds N] [--frames N] [--size WxH] [--shared FOLDER] [BINARY]

FOLDER (default: $BACKLOT_SHARED, or shared/ beside the project) holds bench/recipe.py, footage/clips,
footage/backgrounds and footage/models; Python needs opencv-python-headless, ai-edge-litert and numpy.
Prints the medians of the rounds in milliseconds of processor time a frame, and their ratios. With --live it
prints per cents of a core at 30 frames per second: ours with threads and pace, the recipe's by its cost.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
SCENES = {"replace": [], "hologram": ["--hologram"]}
# What the recipe does after decoding and around its network.
REST = ["convert", "shrink", "refine", "background", "person", "blend", "whole", "output"]


def run(command):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{command[0]} failed: {done.stderr.strip()}")
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", nargs="?", default=ROOT / "target/release/backlot")
    parser.add_argument("--live", action="store_true")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--frames", type=int, default=200)
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--clip", default="livingroom-woman-1280x720.mp4")
    shared = os.environ.get("BACKLOT_SHARED", ROOT.parent / "shared")
    parser.add_argument("--shared", type=pathlib.Path, default=pathlib.Path(shared))
    options = parser.parse_args()
    footage = options.shared / "footage"
    clip = footage / "clips" / options.clip
    background = footage / "backgrounds/starfield-1280x720.png"
    model = footage / "models/selfie_segmentation_landscape.tflite"
    if options.live:
        return live(options, model, clip, background)
    common = ["--frames", options.frames, "--size", options.size, "--threads", 1]
    results = {scene: {"recipe": [], "backlot": []} for scene in SCENES}
    for _ in range(options.rounds):
        for scene, flags in SCENES.items():
            recipe = [sys.executable, options.shared / "bench/recipe.py", model, clip, background]
            results[scene]["recipe"].append(run(recipe + common + flags))
            bench = [options.binary, "bench", "--json", "--scene", scene, "--input", clip]
            bench += ["--background", background]
            results[scene]["backlot"].append(run(bench + common)["cases"][0])
    for scene, runs in results.items():
        report(scene, runs)


def live(options, model, clip, background):
    size = ["--frames", options.frames, "--size", options.size]
    recipe = [sys.executable, options.shared / "bench/recipe.py", model, clip, background, *size]
    bench = [options.binary, "bench", "--live", "--json", "--scene", "replace", "--threads", 1]
    bench += ["--input", clip, "--background", background, *size]
    rounds = []
    for _ in range(options.rounds):
        theirs = run(recipe)["cpu_ms"] * 30 / 10
        rounds.append((theirs, {case["from"]: case for case in run(bench)["live"]}))
    median = lambda key: statistics.median(map(key, rounds))
    print(f"recipe, from MJPEG: {median(lambda r: r[0]):.1f} % of a core")
    for source in rounds[0][1]:
        value = lambda name: median(lambda r: r[1][source][name])
        ratios = [cases[source]["cpu_percent"] / theirs for theirs, cases in rounds]
        print(f"backlot, from {source}: {value('cpu_percent'):.1f} % of a core, "
              f"{statistics.median(ratios):.3f} of the recipe's ({min(ratios):.3f} to {max(ratios):.3f}); "
              f"latency {value('latency_median_ms'):.1f} ms, 99 of 100 below {value('latency_p99_ms'):.1f}")


def report(scene, runs):
    median = lambda name, key: statistics.median(key(r) for r in runs[name])
    theirs, ours = median("recipe", lambda r: r["cpu_ms"]), median("backlot", lambda r: r["cpu_ms"])
    ratios = [o["cpu_ms"] / t["cpu_ms"] for o, t in zip(runs["backlot"], runs["recipe"])]
    print(f"{scene}: recipe {theirs:.2f} ms, backlot {ours:.2f} ms a frame")
    print(f"  ratio, pair by pair: median 1/{1 / statistics.median(ratios):.2f}, "
          f"1/{1 / min(ratios):.2f} to 1/{1 / max(ratios):.2f}")
    stages = runs["backlot"][0]["stages"]
    times = {s: median("backlot", lambda r: r["stages"][s]) for s in stages}
    print("  backlot by stage: " + ", ".join(f"{s} {times[s]:.2f}" for s in stages))
    rest = median("backlot", lambda r: sum(r["stages"][s] for s in REST))
    blend = median("recipe", lambda r: r["blend"])
    print(f"  all but decoding and network: {rest:.2f} ms (the recipe's blend: {blend:.2f} ms)")


main()
