"""Tells the times in which the lab itself stood still, as on a busy machine it does: nobody in it can be blamed for
those."""

import threading
import time



class Pulse(threading.Thread):
    """A sleeper that notes when it was woken so late as nobody is whom the machine does not keep from it."""

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
        """Seconds of a time in which the lab stood still."""
        return sum(max(0.0, min(until, end) - max(since, begin)) for begin, end in list(self.stalls))

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.join(2)
