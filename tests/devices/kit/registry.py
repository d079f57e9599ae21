"""The list of all tests, and the devices that each wants."""

import importlib
import pkgutil
from dataclasses import dataclass

# Where v4l2loopback is taken from, and which version that is.
VERSIONS = {"bookworm": "0.12.7", "bookworm-backports": "0.13.2", "trixie": "0.15.0"}
NEWEST = "trixie"


@dataclass(frozen=True)
class Lab:
    """The devices of a test."""

    cameras: int = 0
    loops: int = 1
    suite: str = NEWEST
    # More options of the module that is the test camera.
    vivid: str = ""
    # Whether it is a lab at all: what needs no devices may run on this machine as it is.
    kernel: bool = True

    def options(self):
        return ["-c", str(self.cameras), "-l", str(self.loops), "-S", self.suite, "-V", self.vivid]


@dataclass(frozen=True)
class Case:
    name: str
    function: object
    lab: Lab
    quick: bool
    seconds: int

    def title(self):
        return f"{self.name} ({VERSIONS[self.lab.suite]})"


class Failure(Exception):
    """Says in a sentence what is wrong."""


class LeftOut(Exception):
    """Says in a sentence what a test wants and this machine hasn't."""


CASES = {}


def case(*, cameras=0, loops=1, suites=(NEWEST,), quick=(), seconds=120, kernel=True, vivid=""):
    """Marks a test: its devices, in which of the suites of Debian it runs at all and in the quick selection, and
    how long it may take."""

    def mark(function):
        for suite in suites:
            module = function.__module__.rpartition(".")[2]
            name = f"{module}.{function.__name__}"
            key = name if suite == NEWEST else f"{name}@{VERSIONS[suite]}"
            CASES[key] = Case(name, function, Lab(cameras, loops, suite, vivid, kernel), suite in quick, seconds)
        return function

    return mark


def load():
    """All tests, by name."""
    import cases

    for module in sorted(m.name for m in pkgutil.iter_modules(cases.__path__)):
        importlib.import_module(f"cases.{module}")
    return CASES


def check(truth, sentence):
    """Fails with a sentence unless a condition holds."""
    if not truth:
        raise Failure(sentence)
