"""Measurements through the doors that travellers use: one JSON line a case, the summary last.

Light: models are loaded by the agent that a benchmark starts.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from agent.settings import Settings

T = TypeVar("T")
DATA = Path(__file__).parent / "data"
ENGINES = ("openvino", "transformers")


def emit(row: Mapping[str, Any]) -> None:
    """Prints one line of JSON, at once."""
    print(json.dumps(row, ensure_ascii=False), flush=True)


def settings_for(engine: str | None, threads: str) -> Settings:
    """The settings of this process with another engine and another file of conversations.

    Raises:
        DataError: the settings can't be read.
    """
    settings = Settings.load()
    model = replace(settings.model, engine=engine or settings.model.engine)
    return replace(settings, threads=threads, model=model)


def spread(items: Sequence[T], most: int | None) -> tuple[T, ...]:
    """All of them, or `most`, taken at even distances, so that they stay mixed."""
    if most is None or most >= len(items):
        return tuple(items)
    return tuple(items[i * len(items) // most] for i in range(most))


def at_least_one(text: str) -> int:
    """A count from the command line, for argparse."""
    try:
        count = int(text)
    except ValueError:
        count = 0
    if count < 1:
        raise argparse.ArgumentTypeError(f"has to be a whole number from 1, not {text!r}")
    return count
