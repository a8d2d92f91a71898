"""Filling a plan: the most rewarding item at its best place, again and again, until none pays."""

from __future__ import annotations

import numpy as np

from tools.planning.kernel.compiling import compiled
from tools.planning.kernel.numbers import NEVER, NONE, Numbers
from tools.planning.kernel.state import State, insert
from tools.planning.numeric import Floats

_EPSILON = 1e-9


@compiled
def rank_day(
    nb: Numbers,
    st: State,
    ranks: Floats,
    day: int,
    only: int,
    exponent: float,
    thrift: float,
    luck: Floats,
) -> None:
    """Writes each insertion's gain to a power for each added minute.

    It is 0 where the insertion can't be made or does not pay.

    Args:
        nb: the problem.
        st: the plan.
        ranks: (D, N), of which one row is written.
        day: that row.
        only: group whose members are ranked; `NONE` for all items.
        exponent: 1, 1.5, 2 or 3.
        thrift: worth that a unit of money counts.
        luck: (N,), what each item's rank is multiplied by.
    """
    # arrays of a tuple are looked up once: Numba counts references at each look
    row, added, worth = ranks[day], st.added[day], st.worth[day]
    taken, group, value, price, knee, had = st.taken, nb.group, nb.value, nb.price, nb.knee, st.had
    for item in range(len(row)):
        if only != NONE and group[item] != only:
            continue
        row[item] = 0.0
        if taken[item] or added[item] >= NEVER:
            continue
        bend = knee[group[item]]
        gain = bend * np.log1p(value[item] / (bend + had[group[item]]))
        reward = gain + worth[item] - thrift * price[item]
        if reward <= 0.0:
            continue
        if exponent == 1.5:
            reward *= np.sqrt(reward)
        elif exponent == 2.0:
            reward *= reward
        elif exponent == 3.0:
            reward *= reward * reward
        row[item] = luck[item] * reward / added[item]


@compiled
def fill(
    nb: Numbers, st: State, ranks: Floats, exponent: float, thrift: float, luck: Floats
) -> None:
    """Inserts the item of the highest rank until nothing fits or pays; see `rank_day`."""
    days, n = ranks.shape
    price = nb.price
    for day in range(days):
        rank_day(nb, st, ranks, day, NONE, exponent, thrift, luck)
    while True:
        best, best_day, best_item = 0.0, 0, 0
        money = nb.budget - st.spent[0] + _EPSILON
        for day in range(days):
            for item in range(n):
                if ranks[day, item] > best and price[item] <= money:
                    best, best_day, best_item = ranks[day, item], day, item
        if best <= 0.0:
            return
        insert(nb, st, best_day, best_item, st.position[best_day, best_item])
        # the day's insertions are other ones now; the group's next member is worth less on all days
        for day in range(days):
            for k in range(nb.twins.shape[1]):
                if nb.twins[best_item, k] != NONE:
                    ranks[day, nb.twins[best_item, k]] = 0.0
            only = NONE if day == best_day else nb.group[best_item]
            rank_day(nb, st, ranks, day, only, exponent, thrift, luck)
