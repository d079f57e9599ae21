"""Inside the lab: runs the tests that are named, until one fails, and appends what came of them to results."""

import json
import os
import shutil
import signal
import sys
import time
import traceback

from kit import machine, program, registry


def overdue(*_):
    raise registry.Failure("it took too long")


def run_one(one, folder):
    """Gives the outcome and a sentence."""
    os.makedirs(folder, exist_ok=True)
    program.LOGS = folder
    signal.signal(signal.SIGALRM, overdue)
    signal.alarm(one.seconds)
    try:
        return "ok", one.function() or ""
    except registry.LeftOut as missing:
        return "left out", str(missing)
    except registry.Failure as failure:
        return "FAILED", str(failure)
    except Exception:  # A broken test must not pass for another's fault.
        with open(os.path.join(folder, "traceback.log"), "w") as file:
            traceback.print_exc(file=file)
        return "FAILED", "the test itself broke: " + traceback.format_exc().strip().splitlines()[-1]
    finally:
        signal.alarm(0)
        program.kill_all()


def main(logs, names):
    cases = registry.load()
    for name in names:
        started = time.monotonic()
        folder = os.path.join(logs, name)
        outcome, note = run_one(cases[name], folder)
        seconds = round(time.monotonic() - started, 1)
        if outcome == "FAILED":
            machine.keep_kernel_log(folder)
        else:
            shutil.rmtree(folder)
        with open(os.path.join(logs, "results"), "a") as file:
            file.write(json.dumps({"name": name, "outcome": outcome, "note": note, "seconds": seconds}) + "\n")
        print(f"{outcome:8}  {name:44} {seconds:6.1f} s  {note}", flush=True)
        if outcome == "FAILED":
            # Nobody knows what it left behind: the rest gets another kernel.
            return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
