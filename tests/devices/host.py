"""Boots a lab for each set of devices that tests want, and sums up."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time

# Debian's own, for which the modules are that tests need.
PYTHON = "/usr/bin/python3"
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

from kit import registry  # noqa: E402 (the path comes first)


def boot(lab, names, cases, logs):
    """Runs tests in one lab; gives its exit status."""
    limit = 30 + sum(cases[name].seconds for name in names)
    guest = [PYTHON, "-B", os.path.join(HERE, "guest.py"), logs, *names]
    if not lab.kernel:
        return subprocess.run(guest, check=False).returncode
    command = [os.path.join(HERE, "lab.sh"), *lab.options(), "-d", logs, "-t", str(limit), "--", *guest]
    return subprocess.run(command, check=False).returncode


def results(logs):
    path = os.path.join(logs, "results")
    if not os.path.exists(path):
        return {}
    with open(path) as file:
        return {result["name"]: result for result in map(json.loads, file)}


def run_group(lab, names, cases, logs):
    """Runs until each test has a result. A test that took the kernel with it twice has failed: on a busy machine
    the lab itself hangs now and then."""
    suspect = None
    while names:
        status = boot(lab, names, cases, logs)
        if status == 77:
            sys.exit(77)
        done = results(logs)
        left = [name for name in names if name not in done]
        if left and status not in (0, 3) and left[0] != suspect:
            suspect = left[0]
            print(f"again     {suspect}: the lab ended with {status}", flush=True)
        elif left and status not in (0, 3):
            lost = {"name": left[0], "outcome": "FAILED", "note": f"the lab ended with {status}", "seconds": 0}
            print(f"FAILED    {left[0]}: {lost['note']}")
            with open(os.path.join(logs, "results"), "a") as file:
                file.write(json.dumps(lost) + "\n")
            left = left[1:]
        names = left


def choose(arguments, cases):
    if arguments.names:
        unknown = [name for name in arguments.names if not any(key.startswith(name) for key in cases)]
        if unknown:
            sys.exit(f"test-devices: there is no test '{unknown[0]}': --list shows them")
        return [key for key in cases if any(key.startswith(name) for name in arguments.names)]
    return [key for key in cases if arguments.suite == "full" or cases[key].quick]


def main():
    parser = argparse.ArgumentParser(prog="test-devices", description=__doc__)
    parser.add_argument("names", nargs="*", help="tests, by the beginning of their names")
    parser.add_argument("--suite", choices=["quick", "full"], default="full")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--logs", default="target/device-tests")
    parser.add_argument("--seed", type=int, help="of the storms, to repeat one")
    parser.add_argument("--storm", type=int, help="seconds that a storm takes: 120, or 20 in the quick suite")
    arguments = parser.parse_args()
    # The lab gets this environment.
    os.environ["STORM_SECONDS"] = str(arguments.storm or (20 if arguments.suite == "quick" else 120))
    os.environ["STORM_SEED"] = str(arguments.seed or "")
    cases = registry.load()
    if arguments.list:
        for name, one in cases.items():
            print(f"{name:44} {'quick' if one.quick else '':6} {one.function.__doc__.splitlines()[0]}")
        return 0
    if not os.path.exists(os.environ.get("BACKLOT", "")):
        sys.exit("test-devices: BACKLOT names no program; run.sh builds one")
    names = choose(arguments, cases)
    logs = os.path.abspath(arguments.logs)
    shutil.rmtree(logs, ignore_errors=True)
    os.makedirs(logs)
    started = time.monotonic()
    for lab in dict.fromkeys(cases[name].lab for name in names):
        run_group(lab, [name for name in names if cases[name].lab == lab], cases, logs)
    done = results(logs)
    failed = [name for name in names if done[name]["outcome"] == "FAILED"]
    passed = sum(done[name]["outcome"] == "ok" for name in names)
    minutes = (time.monotonic() - started) / 60
    print(f"{passed} of {len(names)} tests passed in {minutes:.1f} minutes")
    without = len(names) - len(failed) - passed
    if without:
        print(f"{without} tests were left out for what is missing: the lines above say what")
    left_out = len(cases) - len(names)
    if left_out and not arguments.names:
        print(f"{left_out} tests are not in the suite '{arguments.suite}': 'make test-devices' runs them")
    for name in failed:
        print(f"failed: {name}: {done[name]['note']}\n        logs: {os.path.join(logs, name)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
