"""Tells the times in which the lab itself stood still, as on a busy machine it does: nobody in it can be blamed for
those."""

import threading
import time

# So late does nobody wake who is not kept from it by the machine.
LATE = 0.1


class Pulse(threading.Thread):
    """A sleeper that notes when it was not woken."""

    def __init__(self):
        super().__init__(daemon=True)
        self.stalls, self.stopping = [], threading.Event()

    def run(self):
        before = time.monotonic()
        while not self.stopping.wait(0.01):
            now = time.monotonic()
            if now - before > LATE:
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
