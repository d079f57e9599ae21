"""Knows when the lab itself stood still, as it does on a busy machine: no program in the lab is to blame for that."""

import threading
import time



class Pulse(threading.Thread):
    """A sleeper that notes when it woke so late that the machine itself must have stood still."""

    def __init__(self, late=0.03):
        super().__init__(daemon=True)
        self.stalls, self.late, self.stopping = [], late, threading.Event()

    def run(self):
        before = time.monotonic()
        while not self.stopping.wait(0.01):
            now = time.monotonic()
            if now - before > self.late:
                self.stalls.append((before + 0.01, now))
            before = now

    def lost(self, since, until):
        """Gives for how many seconds of a time the lab stood still."""
        return sum(max(0.0, min(until, end) - max(since, begin)) for begin, end in list(self.stalls))

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.join(2)
