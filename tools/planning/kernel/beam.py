"""Rebuilding a day, or a stretch of one, by beam search.

Restricted dynamic programming (Malandraki and Dial 1996, EJOR 90:45-55; Gromicho et al. 2012,
Computers & Operations Research 39:902-909): partial routes ("labels") of the same number of stops
are extended by every item that still fits, and the most promising `width` of them are kept.

A label is promising by its worth so far minus `rate` for each minute used and `thrift` for each
unit of money. Worth that is there to be had later all the same (a meal, a must-see) counts as had
until it is too late for it: else routes that rush to lunch would crowd out all others.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tools.planning.kernel.compiling import compiled
from tools.planning.kernel.numbers import NEVER, Numbers
from tools.planning.kernel.state import MOST_STOPS
from tools.planning.kernel.stretch import Options, Stretch
from tools.planning.numeric import Floats, Ints

MOST_ITEMS = 120
"""Of more items that a stretch could hold, so many are looked at: those that promise most."""
WIDEST = 300
"""Labels kept of a step, at most."""
_SPARE = 3
"""As many times the width is sorted before labels that visit the same places are merged."""
_TABLE = 1024
"""Slots of the hash table in which they are found; a power of two."""
_OUT = -np.inf
"""Gain of what a label can't have: visited, a meal that it has, a kind that is capped."""


class Taste(NamedTuple):
    """How a rebuild goes about it; drawn anew each time."""

    width: int
    rate: float
    """Worth that a minute should bring."""
    thrift: float
    """Worth that a unit of money counts."""
    per_item: int
    """At most so many labels that end at the same item."""


class Labels(NamedTuple):
    """The labels of two steps in turn, B = `WIDEST` each; C = `MOST_ITEMS`, G groups."""

    hashes: Ints
    """(P,) a random number for each place."""
    favour: Floats
    """(N,) added to each item's worth while ranking."""
    at: Ints
    """(2, B) candidate at which a label ends; row C of the tables for the stretch's beginning."""
    time: Ints
    """(2, B) minute at which it goes on."""
    worth: Floats
    whim: Floats
    price: Floats
    sights: Ints
    busy: Ints
    walk: Ints
    done: Ints
    """(2, B) bits of the duties that it has fulfilled."""
    key: Ints
    """(2, B) exclusive or of its places' hashes."""
    had: Floats
    """(2, B, G)"""
    kinds: Ints
    """(2, B, G)"""
    gains: Floats
    """(2, B, C) what each candidate adds, or `_OUT`."""
    starts: Ints
    """(C,) room for the starts of one label's extensions."""
    parent: Ints
    """(steps, B)"""
    chosen: Ints
    """(steps, B) candidate"""
    ranks: Floats
    """(B * C,) of a step's extensions, with the next four."""
    rows: Ints
    columns: Ints
    leaves: Ints
    worths: Floats


def labels_for(nb: Numbers, random: np.random.Generator) -> Labels:
    """Room for the problem's rebuilds."""
    groups = len(nb.knee)
    places = int(nb.place.max()) + 1 if len(nb.place) else 0
    pool = WIDEST * MOST_ITEMS

    def ints(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    return Labels(
        hashes=random.integers(1, 2**62, places),
        favour=np.zeros(len(nb.node)),
        at=ints(2, WIDEST),
        time=ints(2, WIDEST),
        worth=np.zeros((2, WIDEST)),
        whim=np.zeros((2, WIDEST)),
        price=np.zeros((2, WIDEST)),
        sights=ints(2, WIDEST),
        busy=ints(2, WIDEST),
        walk=ints(2, WIDEST),
        done=ints(2, WIDEST),
        key=ints(2, WIDEST),
        had=np.zeros((2, WIDEST, groups)),
        kinds=ints(2, WIDEST, groups),
        gains=np.zeros((2, WIDEST, MOST_ITEMS)),
        starts=ints(MOST_ITEMS),
        parent=ints(MOST_STOPS, WIDEST),
        chosen=ints(MOST_STOPS, WIDEST),
        ranks=np.zeros(pool),
        rows=ints(pool),
        columns=ints(pool),
        leaves=ints(pool),
        worths=np.zeros(pool),
    )


@compiled
def best_way(
    nb: Numbers,
    lb: Labels,
    stretch: Stretch,
    op: Options,
    taste: Taste,
    had: Floats,
    kinds: Ints,
    found: Ints,
) -> int:
    """Writes the most worthwhile way through the stretch into `found`; returns its stops.

    Args:
        nb: the problem.
        lb: room to work in; its `favour` is used.
        stretch: what is to be filled.
        op: with what.
        taste: how to search.
        had: (G,) value sums without the stretch.
        kinds: (G,) the day's counted items without it.
        found: (L,) items in order.
    """
    n = len(op.item)
    direct = nb.minutes[stretch.first, stretch.last]
    now = 0
    lb.at[0, 0], lb.time[0, 0] = n, stretch.leave
    lb.worth[0, 0] = lb.whim[0, 0] = lb.price[0, 0] = 0.0
    lb.sights[0, 0] = lb.busy[0, 0] = lb.walk[0, 0] = lb.done[0, 0] = lb.key[0, 0] = 0
    lb.had[0, 0], lb.kinds[0, 0] = had, kinds
    lb.gains[0, 0, :n] = op.gain
    labels, steps = 1, 0
    best, best_step, best_label = -nb.travel_weight * direct, -1, 0
    while labels and steps < MOST_STOPS:
        pool = 0
        for a in range(labels):
            pool = extend(nb, lb, stretch, op, taste, now, a, pool)
        labels = keep(nb, lb, op, taste, now, pool, steps)
        now = 1 - now
        for a in range(labels):
            ended = lb.worth[now, a] - nb.travel_weight * op.minutes_on[lb.at[now, a]]
            ended -= taste.thrift * lb.price[now, a]
            if ended > best:
                best, best_step, best_label = ended, steps, a
        steps += 1
    for step in range(best_step, -1, -1):
        found[step] = op.item[lb.chosen[step, best_label]]
        best_label = lb.parent[step, best_label]
    return best_step + 1


@compiled
def extend(
    nb: Numbers,
    lb: Labels,
    stretch: Stretch,
    op: Options,
    taste: Taste,
    now: int,
    a: int,
    pool: int,
) -> int:
    """Adds a label's extensions to the pool; returns the pool's new size."""
    at, time = lb.at[now, a], lb.time[now, a]
    # arrays of a tuple are looked up once: Numba counts references at each look
    starts, gains, favour = lb.starts[: len(op.item)], lb.gains[now, a], lb.favour
    legs, minutes_on, stay, item = op.minutes[at], op.minutes_on, op.stay, op.item
    walked, walked_on, price, busy = op.walked[at], op.walked_on, op.price, op.busy
    is_sight, lean, duty, deadlines, dues = op.is_sight, op.lean, op.duty, op.deadlines, op.dues
    ranks, rows, columns, ends, worths = lb.ranks, lb.rows, lb.columns, lb.leaves, lb.worths
    worth, done = lb.worth[now, a], lb.done[now, a]
    walk_left = stretch.walk - lb.walk[now, a]
    money_left = stretch.money - lb.price[now, a] + 1e-9
    busy_left = stretch.busy - lb.busy[now, a] if lb.sights[now, a] < stretch.sights else -1
    base = worth + lb.whim[now, a] - taste.thrift * lb.price[now, a]
    for d in range(len(dues)):
        if (done >> d) & 1:
            base -= dues[d]
    # no branches here, for vector code; the rest is for the few that fit
    starts[:] = NEVER
    for w in range(op.opens.shape[0] - 1, -1, -1):
        opens, closes = op.opens[w], op.closes[w]
        for c in range(len(starts)):
            arrival = time + legs[c]
            starts[c] = max(arrival, opens[c]) if arrival <= closes[c] else starts[c]
    for c in range(len(starts)):
        start = starts[c]
        gain = gains[c]
        leaves = start + stay[c]
        if leaves + minutes_on[c] > stretch.reach or gain == _OUT or price[c] > money_left:
            continue
        if is_sight[c] and busy[c] > busy_left:
            continue
        if walked[c] + walked_on[c] > walk_left:
            continue
        leg = legs[c]
        wait = start - time - leg
        gain -= nb.travel_weight * leg + nb.wait_weight * wait
        gain -= nb.long_wait_weight * max(0, wait - nb.patience)
        if lean[c] >= 0:
            gain -= nb.lean_weight * min(abs(start - lean[c]), 240)
        rank = base + gain + favour[item[c]] - taste.rate * leaves - taste.thrift * price[c]
        for d in range(len(dues)):
            if not (done >> d) & 1 and (d == duty[c] or leaves > deadlines[d]):
                rank -= dues[d]
        ranks[pool], rows[pool], columns[pool] = rank, a, c
        ends[pool], worths[pool] = leaves, worth + gain
        pool += 1
    return pool


@compiled
def keep(nb: Numbers, lb: Labels, op: Options, taste: Taste, now: int, pool: int, step: int) -> int:
    """Makes the next step's labels of the best extensions; returns how many.

    Of labels that visit the same places and end at the same one, the better stands for both.
    """
    if pool == 0:
        return 0
    wanted = min(pool, _SPARE * taste.width)
    threshold = -np.inf
    if wanted < pool:
        threshold = np.partition(lb.ranks[:pool], pool - wanted)[pool - wanted]
    picked = np.empty(pool, dtype=np.int64)
    n = 0
    for p in range(pool):
        if lb.ranks[p] >= threshold:
            picked[n] = p
            n += 1
    order = np.argsort(-lb.ranks[picked[:n]])
    table = np.zeros(_TABLE, dtype=np.int64)
    ends = np.zeros(len(op.item), dtype=np.int64)
    labels = 0
    for k in range(n):
        p = picked[order[k]]
        a, c = lb.rows[p], lb.columns[p]
        if ends[c] >= taste.per_item:
            continue
        key = lb.key[now, a] ^ lb.hashes[op.place[c]]
        mark = (key * 1_000_003 + op.item[c]) | 1
        slot = mark & (_TABLE - 1)
        while table[slot] != 0 and table[slot] != mark:
            slot = (slot + 1) & (_TABLE - 1)
        if table[slot] == mark:
            continue
        table[slot] = mark
        ends[c] += 1
        follow(nb, lb, op, now, p, labels, key)
        lb.parent[step, labels], lb.chosen[step, labels] = a, c
        labels += 1
        if labels == taste.width:
            break
    return labels


@compiled
def follow(nb: Numbers, lb: Labels, op: Options, now: int, p: int, new: int, key: int) -> None:
    """Writes the label of extension `p` as the next step's label `new`."""
    a, c, to = lb.rows[p], lb.columns[p], 1 - now
    group = op.group[c]
    lb.at[to, new], lb.time[to, new] = c, lb.leaves[p]
    lb.worth[to, new] = lb.worths[p]
    lb.whim[to, new] = lb.whim[now, a] + lb.favour[op.item[c]]
    lb.price[to, new] = lb.price[now, a] + op.price[c]
    lb.walk[to, new] = lb.walk[now, a] + op.walked[lb.at[now, a], c]
    lb.sights[to, new] = lb.sights[now, a] + (1 if op.is_sight[c] else 0)
    lb.busy[to, new] = lb.busy[now, a] + (op.busy[c] if op.is_sight[c] else 0)
    lb.done[to, new] = lb.done[now, a] | (1 << op.duty[c] if op.duty[c] >= 0 else 0)
    lb.key[to, new] = key
    lb.had[to, new] = lb.had[now, a]
    lb.had[to, new, group] += op.value[c]
    lb.kinds[to, new] = lb.kinds[now, a]
    if op.counted[c]:
        lb.kinds[to, new, group] += 1
    capped = lb.kinds[to, new, group] >= nb.most[group]
    knee = nb.knee[group]
    had = lb.had[to, new, group]
    before, gains = lb.gains[now, a], lb.gains[to, new]
    place, meal, groups, counted = op.place, op.meal, op.group, op.counted
    value, bonus, this_place, this_meal = op.value, op.bonus, op.place[c], op.meal[c]
    for other in range(len(op.item)):
        gain = before[other]
        if gain == _OUT:
            pass
        elif place[other] == this_place or (meal[other] >= 0 and meal[other] == this_meal):
            gain = _OUT
        elif groups[other] == group:
            if capped and counted[other]:
                gain = _OUT
            else:
                gain = knee * np.log1p(value[other] / (knee + had)) + bonus[other]
        gains[other] = gain
