"""Threads of conversation take turns: one message at a time each, whoever asks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakValueDictionary

from agent.errors import TurnCancelledError

_POLL_SECONDS = 0.05


class _Lock:
    """A lock that can be referred to weakly."""

    __slots__ = ("__weakref__", "held")

    def __init__(self) -> None:
        self.held = threading.Lock()


# of the process, so that two agents on one file know of each other
_LOCKS: WeakValueDictionary[tuple[str, str], _Lock] = WeakValueDictionary()
_GUARD = threading.Lock()


@contextmanager
def alone(path: str, thread: str, stop: threading.Event) -> Iterator[None]:
    """Waits until nobody else in this process answers in the thread of that file.

    Raises:
        TurnCancelledError: `stop` was set meanwhile.
    """
    with _GUARD:
        lock = _LOCKS.get((path, thread))
        if lock is None:
            lock = _LOCKS[path, thread] = _Lock()
    while not lock.held.acquire(timeout=_POLL_SECONDS):
        if stop.is_set():
            raise TurnCancelledError("Stopped; the trip is as it was before.")
    try:
        if stop.is_set():  # while the last one was let go
            raise TurnCancelledError("Stopped; the trip is as it was before.")
        yield
    finally:
        lock.held.release()
