"""What live services contributed to one call: the sources used, and what did not answer.

Whoever wants to tell the traveller records around the call; what happens deeper down (in the
planner, say) is written down without being handed through every function::

    with recording() as ledger:
        outcome = perform(...)
    ledger.notes, ledger.sources
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Ledger:
    """In the order they came up, each once."""

    notes: list[str] = field(default_factory=list)
    """Sentences for the traveller, such as "Nominatim did not answer; ... instead."."""
    sources: list[str] = field(default_factory=list)
    """Whose data was used, with the licence."""
    told: set[str] = field(default_factory=set)
    """Services that a note is about already: one note is enough for a turn."""


_open: ContextVar[Ledger | None] = ContextVar("tripwright_provider_ledger", default=None)


@contextmanager
def recording() -> Iterator[Ledger]:
    """A fresh ledger for what is called inside, in this thread or task and those it starts."""
    ledger = Ledger()
    token = _open.set(ledger)
    try:
        yield ledger
    finally:
        _open.reset(token)


def note(sentence: str, about: Collection[str]) -> None:
    """Writes a failure down, and into the log in any case.

    Args:
        sentence: for the traveller.
        about: the services that failed.
    """
    _log.warning("%s", sentence)
    ledger = _open.get()
    if ledger is not None and not ledger.told.issuperset(about):
        ledger.notes.append(sentence)
        ledger.told.update(about)


def used(source: str) -> None:
    """Writes down whose data was used."""
    ledger = _open.get()
    if ledger is not None and source not in ledger.sources:
        ledger.sources.append(source)
