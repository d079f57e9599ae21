"""What tests with other people's programs wait for."""

import contextlib
import socket
import sys
import time

# Nothing may take longer, however slow the machine.
PATIENCE = 120


def until(holds, what, more=str):
    start = time.monotonic()
    while not holds():
        if time.monotonic() - start > PATIENCE:
            sys.exit(f"never: {what}: {more()}")
        time.sleep(0.05)
    return time.monotonic() - start


def free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
