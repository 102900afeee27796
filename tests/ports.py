"""Ports for servers that must be told theirs before they start."""

from __future__ import annotations

import random
import socket

OURS = range(12_000, 32_000)
"""Below those that the system gives to outgoing connections: one of these could take the port meanwhile."""
_CHANCE = random.SystemRandom()  # the processes of one test run must not choose alike


def free_port() -> int:
    """A port of this machine that nothing listens at."""
    while True:
        port = _CHANCE.choice(OURS)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
