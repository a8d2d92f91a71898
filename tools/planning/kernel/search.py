"""From plan to plan: rebuilds and ruins, judged by simulated annealing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tools.planning.kernel.beam import WIDEST, Labels, Taste
from tools.planning.kernel.compiling import compiled
from tools.planning.kernel.fill import fill
from tools.planning.kernel.numbers import NEVER, NONE, Numbers
from tools.planning.kernel.polish import polish
from tools.planning.kernel.rebuild import rebuild
from tools.planning.kernel.ruin import ruin
from tools.planning.kernel.state import State, copy_into, insert, objective
from tools.planning.numeric import SIGHT, Bools, Floats, Ints

SHORTEST = 3
"""Stops of a stretch that is rebuilt, at least."""
_EPSILON = 1e-9


class Manner(NamedTuple):
    """How the search goes about it. The defaults did best on the benchmarks (see the lab notes)."""

    rebuilt: float = 0.05
    """Share of the moves that build a day, or a stretch of one, anew; the others ruin and
    recreate."""
    luck: float = 0.7
    """Each item's rank is raised by a random share up to this, redrawn each time."""
    whole_day: float = 0.5
    """How often a rebuild is one of a whole day; else of a stretch of one."""
    least_rate: float = 0.4
    """Worth of a minute while labels are ranked, as a share of what the stretch now brings: from
    this..."""
    most_rate: float = 1.8
    """...to this."""
    whim: float = 0.15
    """An item's worth while ranking is off by a normal share of up to this deviation..."""
    sober: float = 0.3
    """...but not in this share of the rebuilds."""
    narrow: int = 30
    """Widths of the rebuilds, a third each."""
    middle: int = 100
    wide: int = WIDEST
    stale: int = 1500
    """Moves without a new best after which the search goes back to the best."""


class Search(NamedTuple):
    """The plans of a run, and room to work in."""

    current: State
    trial: State
    best: State
    labels: Labels
    ranks: Floats
    """(D, N)"""
    luck: Floats
    """(N,)"""
    out: Bools
    """(N,)"""
    thrifts: Floats
    """(T,) what a unit of money may count."""
    values: Floats
    """(3,) objectives of current, trial and best."""
    stale: Ints
    """(1,)"""


@compiled
def start(nb: Numbers, se: Search, warm: Ints) -> None:
    """The first plan: earlier routes as far as they fit, filled and polished.

    Args:
        nb: the problem.
        se: whose plans are all blank.
        warm: (D, L) items of earlier routes in order, filled up with -1.
    """
    st = se.current
    for day in range(warm.shape[0]):
        for k in range(warm.shape[1]):
            item = warm[day, k]
            if item == NONE or st.taken[item] or st.added[day, item] >= NEVER:
                continue
            if nb.price[item] > nb.budget - st.spent[0]:
                continue
            if not append(nb, st, day, item):
                insert(nb, st, day, item, st.position[day, item])
    se.luck[:] = 1.0
    fill(nb, st, se.ranks, 1.5, 0.0, se.luck)
    polish(nb, st)
    se.values[0] = se.values[2] = objective(nb, st)
    copy_into(st, se.best)


@compiled
def append(nb: Numbers, st: State, day: int, item: int) -> bool:
    """Puts an item at the end of a day's route, if it fits there."""
    n = st.stops[day]
    here, now = nb.first[day], nb.start[day]
    if n:
        before = st.items[day, n - 1]
        here, now = nb.node[before], st.starts[day, n - 1] + nb.stay[before]
    arrival = now + nb.minutes[here, nb.node[item]]
    for k in range(nb.opens.shape[1]):
        if arrival <= nb.closes[day, k, item]:
            begins = max(arrival, nb.opens[day, k, item])
            home = nb.minutes[nb.node[item], nb.last[day]]
            walk = st.walk[day] + nb.walked[here, nb.node[item]]
            walk += nb.walked[nb.node[item], nb.last[day]]
            walk -= nb.walked[here, nb.last[day]] if n else 0
            if begins + nb.stay[item] + home <= nb.end[day] and walk <= nb.max_walk[day]:
                insert(nb, st, day, item, n)
                return True
            return False
    return False


@compiled
def run(
    nb: Numbers,
    se: Search,
    manner: Manner,
    moves: int,
    heat: float,
    random: np.random.Generator,
) -> None:
    """So many moves at one temperature."""
    for _ in range(moves):
        copy_into(se.current, se.trial)
        thrift = se.thrifts[random.integers(0, len(se.thrifts))]
        if random.random() < manner.rebuilt:
            rebuild_somewhere(nb, se, manner, thrift, random)
        else:
            ruin(nb, se.trial, se.out, random)
            for item in range(len(se.luck)):
                se.luck[item] = 1.0 + manner.luck * random.random()
            which = random.integers(0, 4)
            exponent = 1.0 if which == 0 else 1.5 if which == 1 else 2.0 if which == 2 else 3.0
            fill(nb, se.trial, se.ranks, exponent, thrift, se.luck)
        se.values[1] = objective(nb, se.trial)
        if se.values[1] > se.values[2] + _EPSILON:
            polish(nb, se.trial)
            se.values[1] = objective(nb, se.trial)
            copy_into(se.trial, se.best)
            copy_into(se.trial, se.current)
            se.values[0] = se.values[2] = se.values[1]
            se.stale[0] = 0
            continue
        se.stale[0] += 1
        worse = se.values[0] - se.values[1]
        if worse <= 0 or random.random() < np.exp(-worse / heat):
            copy_into(se.trial, se.current)
            se.values[0] = se.values[1]
        if se.stale[0] % manner.stale == 0:
            copy_into(se.best, se.current)
            se.values[0] = se.values[2]


@compiled
def rebuild_somewhere(
    nb: Numbers, se: Search, manner: Manner, thrift: float, random: np.random.Generator
) -> None:
    """Builds a day, or a stretch of one, anew, and fills what is left of all days."""
    st = se.trial
    day = int(random.integers(0, len(st.stops)))
    n = st.stops[day]
    first, last = 0, n
    if n > SHORTEST and random.random() >= manner.whole_day:
        length = SHORTEST + random.integers(0, n - SHORTEST + 1)
        first = random.integers(0, n - length + 1)
        last = first + length
    brought = 0.0
    span = nb.end[day] - nb.start[day]
    for k in range(first, last):
        item = st.items[day, k]
        urgent = False
        for u in nb.urgent:
            urgent = urgent or u == item
        if nb.slot[item] == SIGHT and not urgent:
            brought += nb.value[item] + max(nb.bonus[day, item], 0.0)
    if last > first:
        ends = st.latest[day, last - 1] + nb.stay[st.items[day, last - 1]]
        span = ends - st.starts[day, first]
    rate = max(brought, 1.0) / max(span, 1)
    rate *= manner.least_rate + (manner.most_rate - manner.least_rate) * random.random()
    whim = 0.0 if random.random() < manner.sober else manner.whim * random.random()
    for item in range(len(se.luck)):
        se.luck[item] = 1.0
        se.labels.favour[item] = whim * nb.value[item] * random.standard_normal() if whim else 0.0
    which = random.integers(0, 3)
    width = manner.narrow if which == 0 else manner.middle if which == 1 else manner.wide
    which = random.integers(0, 3)
    per_item = 3 if which == 0 else 10 if which == 1 else WIDEST
    rebuild(nb, st, se.labels, day, first, last, Taste(width, rate, thrift, per_item))
    fill(nb, st, se.ranks, 1.5, 0.0, se.luck)
