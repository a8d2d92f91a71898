"""Reordering within a day: or-opt (Or 1976) and 2-opt (Croes 1958) moves."""

from __future__ import annotations

import numpy as np

from tools.planning.kernel.compiling import compiled
from tools.planning.kernel.numbers import Numbers
from tools.planning.kernel.state import State, retime, tabulate

_EPSILON = 1e-9


@compiled
def polish(nb: Numbers, st: State) -> None:
    """The best single moves of each day, until none helps."""
    for day in range(len(st.stops)):
        if shorten(nb, st, day):
            tabulate(nb, st, day)


@compiled
def shorten(nb: Numbers, st: State, day: int) -> bool:
    """One day's best moves, until none helps; whether any did."""
    n = st.stops[day]
    old = np.empty(n, dtype=np.int64)
    new = np.empty(n, dtype=np.int64)
    best = np.empty(n, dtype=np.int64)
    helped = False
    while True:
        old[:] = st.items[day, :n]
        worth = st.linear[day]
        best[:] = old
        for kind in range(3):  # one stop moved, two stops moved, a stretch turned round
            for i in range(n - 1):
                for j in range(n):
                    if not _rearranged(old, new, kind, i, j):
                        continue
                    st.items[day, :n] = new
                    if retime(nb, st, day) and st.linear[day] > worth + _EPSILON:
                        worth = st.linear[day]
                        best[:] = new
        st.items[day, :n] = best
        retime(nb, st, day)
        same = True
        for k in range(n):
            same = same and best[k] == old[k]
        if same:
            return helped
        helped = True


@compiled
def _rearranged(old: np.ndarray, new: np.ndarray, kind: int, i: int, j: int) -> bool:
    """Writes one rearrangement of `old` into `new`; False where there is no such one."""
    n = len(old)
    if kind == 2:
        if j < i + 2 or j >= n:
            return False
        new[:] = old
        for k in range(j - i + 1):
            new[i + k] = old[j - k]
        return True
    length = kind + 1
    if i + length > n or j == i or j > n - length:
        return False
    at = 0
    for k in range(n):
        if at == j:
            for t in range(length):
                new[at] = old[i + t]
                at += 1
        if k < i or k >= i + length:
            new[at] = old[k]
            at += 1
    if at == j:
        for t in range(length):
            new[at] = old[i + t]
            at += 1
    return at == n
