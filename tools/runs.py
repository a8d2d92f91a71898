"""What follows upon each other, put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def runs(values: Iterable[T], follows: Callable[[T, T], bool]) -> list[list[T]]:
    """The values in order, parted where one does not follow upon the one before.

    Args:
        values: ascending.
        follows: whether the second comes right behind the first.
    """
    found: list[list[T]] = []
    for value in values:
        if found and follows(found[-1][-1], value):
            found[-1].append(value)
        else:
            found.append([value])
    return found
