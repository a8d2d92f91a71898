"""Compiling the search ahead of the first trip."""

from __future__ import annotations

from math import inf
from time import perf_counter

import numpy as np

from tools.planning.numeric import LINEAR, SIGHT, Frame, Problem
from tools.planning.solve import Limit, solve


def warm_up() -> float:
    """Compiles the search unless it is in the cache, and loads it.

    Returns:
        The seconds that it took: one to three minutes the first time, less than one later.
    """
    began = perf_counter()
    solve(_smallest(), Limit(iterations=1))
    return perf_counter() - began


def _smallest() -> Problem:
    """One sight on one day: all functions are compiled, whatever the numbers."""
    return Problem(
        frames=(Frame(0, 60),),
        minutes=np.zeros((2, 2), dtype=np.int64),
        node=np.array([1]),
        duration=np.array([30]),
        windows=((((0, 30),),),),
        value=np.array([1.0]),
        group=np.zeros(1, dtype=np.int64),
        knee=np.array([LINEAR]),
        had=np.zeros(1),
        bonus=np.zeros((1, 1)),
        price=np.zeros(1),
        budget=inf,
        slot=np.full(1, SIGHT),
        place=np.zeros(1, dtype=np.int64),
    )
