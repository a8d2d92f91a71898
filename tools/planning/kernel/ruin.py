"""Taking stops out: a segment, a neighbourhood, at random, whole days, or to make room for a wish.

After Schrimpf, Schneider, Stamm-Wilbrandt and Dueck (2000), "Record breaking optimization results
using the ruin and recreate principle", Journal of Computational Physics 159:139-171.
"""

from __future__ import annotations

import numpy as np

from tools.planning.kernel.compiling import compiled
from tools.planning.kernel.numbers import NEVER, Numbers
from tools.planning.kernel.state import State, insert, remove_marked
from tools.planning.numeric import Bools

FEWEST, MOST = 3, 10
"""Stops taken out at a time."""
SEGMENT, NEIGHBOURHOOD, SCATTERED = 0.4, 0.75, 0.95
"""Where a draw below means that kind; above the last, one or two whole days."""
_ROOM = 0.5
"""How often a wish that is left out is looked at first."""


@compiled
def ruin(nb: Numbers, st: State, out: Bools, random: np.random.Generator) -> None:
    """Takes some stops out; `out` is (N,), all unmarked, room to work in."""
    days = len(st.stops)
    total: int = st.stops.sum()
    if make_room(nb, st, out, random) or total == 0:
        return
    wanted = min(total, FEWEST + int(random.integers(0, MOST - FEWEST + 1)))
    kind = random.random()
    # the stop around which it happens, and its day
    chosen = random.integers(0, total)
    day = 0
    while chosen >= st.stops[day]:
        chosen -= st.stops[day]
        day += 1
    if kind < SEGMENT:
        wanted = min(wanted, st.stops[day])
        first = random.integers(0, st.stops[day] - wanted + 1)
        for k in range(first, first + wanted):
            out[st.items[day, k]] = True
    elif kind < NEIGHBOURHOOD:
        centre = nb.node[st.items[day, chosen]]
        stops = np.empty(total, dtype=np.int64)
        away = np.empty(total, dtype=np.int64)
        n = 0
        for d in range(days):
            for k in range(st.stops[d]):
                stops[n] = st.items[d, k]
                away[n] = nb.minutes[centre, nb.node[stops[n]]]
                n += 1
        order = np.argsort(away)
        for k in range(wanted):
            out[stops[order[k]]] = True
    elif kind < SCATTERED:
        left = total
        for d in range(days):
            for k in range(st.stops[d]):
                if random.random() * left < wanted:
                    out[st.items[d, k]] = True
                    wanted -= 1
                left -= 1
    else:
        other = int(random.integers(0, days))
        for d in (day, other):
            for k in range(st.stops[d]):
                out[st.items[d, k]] = True
    remove_marked(nb, st, out)


@compiled
def make_room(nb: Numbers, st: State, out: Bools, random: np.random.Generator) -> bool:
    """Now and then puts an urgent item that is left out first and alone into a day of its."""
    if len(nb.urgent) == 0 or random.random() < _ROOM:
        return False
    missing = 0
    for item in nb.urgent:
        missing += not st.taken[item]
    if missing == 0:
        return False
    turn = random.integers(0, missing)
    wish = -1
    for item in nb.urgent:
        if not st.taken[item]:
            if turn == 0:
                wish = item
            turn -= 1
    day = int(random.integers(0, len(st.stops)))
    all_out = random.random() < 0.5
    for k in range(st.stops[day]):
        item = st.items[day, k]
        urgent = False
        for u in nb.urgent:
            urgent = urgent or u == item
        out[item] = all_out or not urgent
    remove_marked(nb, st, out)
    if nb.price[wish] <= nb.budget - st.spent[0] and st.added[day, wish] < NEVER:
        insert(nb, st, day, wish, st.position[day, wish])
    return True
