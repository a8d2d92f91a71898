"""A stretch of a day that is to be built anew, and what it could be made of."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tools.planning.kernel.compiling import compiled
from tools.planning.kernel.numbers import NONE, Numbers
from tools.planning.kernel.state import State, earliest
from tools.planning.numeric import SIGHT, Bools, Floats, Ints

MOST_DUTIES = 60
"""Looked at in one stretch: bits of an int64."""


class Stretch(NamedTuple):
    """What is rebuilt: all between two fixed stops of a day (or its ends)."""

    day: int
    first: int
    """Node that is left..."""
    leave: int
    """...at this minute."""
    last: int
    """Node that has to be reached..."""
    reach: int
    """...by this minute."""
    sights: int
    """Sights that the pace still allows, and..."""
    busy: int
    """...minutes inside them."""
    walk: int
    """Metres on foot that are left for it."""
    money: float


class Options(NamedTuple):
    """The C items that a stretch may be made of, side by side for the inner loop; W windows, U
    duties.

    Row C of a (C + 1, C) table is for the node that the stretch begins at.
    """

    item: Ints
    """(C,)"""
    place: Ints
    stay: Ints
    busy: Ints
    price: Floats
    value: Floats
    group: Ints
    is_sight: Bools
    meal: Ints
    """(C,) -1 for sights."""
    counted: Bools
    gain: Floats
    """(C,) what each adds to the plan as it is: its group's worth and its own bonus."""
    bonus: Floats
    lean: Ints
    opens: Ints
    """(W, C)"""
    closes: Ints
    """(W, C)"""
    minutes: Ints
    """(C + 1, C)"""
    walked: Ints
    """(C + 1, C)"""
    minutes_on: Ints
    """(C,) to the stretch's last node."""
    walked_on: Ints
    duty: Ints
    """(C,) the duty that it fulfils, or -1."""
    deadlines: Ints
    """(U,) last minute at which a duty can begin."""
    dues: Floats
    """(U,) worth that is missed without it."""


@compiled
def promising(
    nb: Numbers, st: State, favour: Floats, stretch: Stretch, thrift: float, most: int
) -> Ints:
    """The items that can be visited within the stretch; of many, the `most` best for their time."""
    found = np.empty(len(nb.node), dtype=np.int64)
    promise = np.empty(len(nb.node))
    day = stretch.day
    n = 0
    for item in range(len(nb.node)):
        if st.taken[item] or nb.price[item] > stretch.money + 1e-9:
            continue
        group = nb.group[item]
        if nb.slot[item] == SIGHT:
            if stretch.sights <= 0 or nb.busy[item] > stretch.busy:
                continue
            if nb.counted[item] and st.kinds[day, group] >= nb.most[group]:
                continue
        elif (st.meals[day] >> nb.slot[item]) & 1:
            continue
        there, on = nb.there[stretch.first, item], nb.onward[stretch.last, item]
        start = earliest(nb, day, item, stretch.leave + there)
        if start == NONE or start + nb.stay[item] + on > stretch.reach:
            continue
        gain = gain_of(nb, st.had[group], item, day) + favour[item]
        gain -= nb.travel_weight * min(there, on) + thrift * nb.price[item]
        found[n] = item
        promise[n] = -gain / np.sqrt(max(20.0, nb.busy[item]))
        n += 1
    if n > most:
        return found[np.argsort(promise[:n])[:most]]
    return found[:n]


@compiled
def gain_of(nb: Numbers, had: float, item: int, day: int) -> float:
    """What an item adds when its group has a value sum already."""
    knee = nb.knee[nb.group[item]]
    return knee * np.log1p(nb.value[item] / (knee + had)) + nb.bonus[day, item]


@compiled
def options_of(nb: Numbers, st: State, stretch: Stretch, items: Ints) -> Options:
    """Everything the search through a stretch asks about its candidates."""
    n, day = len(items), stretch.day
    nodes = nb.node[items]
    minutes = np.empty((n + 1, n), dtype=np.int64)
    walked = np.empty((n + 1, n), dtype=np.int64)
    gain = np.empty(n)
    opens = np.empty((nb.opens.shape[1], n), dtype=np.int64)
    closes = np.empty((nb.opens.shape[1], n), dtype=np.int64)
    for a in range(n + 1):
        here = nodes[a] if a < n else stretch.first
        for c in range(n):
            minutes[a, c] = nb.minutes[here, nodes[c]]
            walked[a, c] = nb.walked[here, nodes[c]]
    for c in range(n):
        for w in range(nb.opens.shape[1]):
            opens[w, c] = nb.opens[day, w, items[c]]
            closes[w, c] = nb.closes[day, w, items[c]]
        gain[c] = gain_of(nb, st.had[nb.group[items[c]]], items[c], day)
    duty, deadlines, dues = duties_of(nb, day, items)
    return Options(
        items,
        nb.place[items],
        nb.stay[items],
        nb.busy[items],
        nb.price[items],
        nb.value[items],
        nb.group[items],
        nb.slot[items] == SIGHT,
        nb.slot[items],
        nb.counted[items],
        gain,
        nb.bonus[day][items],
        nb.lean[day][items],
        opens,
        closes,
        minutes,
        walked,
        nb.onward[stretch.last][items],
        nb.walked_onward[stretch.last][items],
        duty,
        deadlines,
        dues,
    )


@compiled
def duties_of(nb: Numbers, day: int, items: Ints) -> tuple[Ints, Ints, Floats]:
    """Meals and wishes that are missed when they are not begun in time.

    Returns:
        (C,) the duty that each item fulfils or -1, (U,) its deadline, (U,) what it is worth.
    """
    duty = np.full(len(items), NONE, dtype=np.int64)
    deadlines = np.empty(MOST_DUTIES, dtype=np.int64)
    dues = np.empty(MOST_DUTIES)
    of_meal = np.full(64, NONE, dtype=np.int64)
    n = 0
    for c in range(len(items)):
        item = items[c]
        meal = nb.slot[item]
        urgent = False
        for wish in nb.urgent:
            urgent = urgent or wish == item
        if (meal == SIGHT and not urgent) or n == MOST_DUTIES:
            continue
        closes = nb.closes[day, :, item].max()
        known = of_meal[meal] if meal != SIGHT else NONE
        if known != NONE:
            duty[c] = known
            deadlines[known] = max(deadlines[known], closes)
            dues[known] = min(dues[known], nb.bonus[day, item])
        else:
            duty[c], deadlines[n], dues[n] = n, closes, nb.bonus[day, item]
            if meal != SIGHT:
                of_meal[meal] = n
            n += 1
    return duty, deadlines[:n], dues[:n]
