"""A plan in the making: routes with their timing, and what an insertion anywhere would cost.

Earliest start and latest start are kept per stop; an insertion is feasible iff it ends early enough
to reach the next stop by that one's latest start (Vansteenwegen et al. 2009, Computers & Operations
Research 36:3281-3290, there with one window a stop). It is exact with several windows too: a latest
start lies inside a window, so arriving before it always leaves a start.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tools.planning.kernel.compiling import compiled
from tools.planning.kernel.numbers import NEVER, NONE, Numbers
from tools.planning.numeric import SIGHT, Bools, Floats, Ints

MOST_STOPS = 64
"""Of a day."""


class State(NamedTuple):
    """A plan; every array is changed in place. L is `MOST_STOPS`."""

    items: Ints
    """(D, L)"""
    stops: Ints
    """(D,) how many"""
    starts: Ints
    """(D, L) earliest starts"""
    latest: Ints
    """(D, L) latest starts"""
    linear: Floats
    """(D,) bonuses minus travel and waiting, each with its weight."""
    sights: Ints
    """(D,)"""
    busy: Ints
    """(D,) minutes inside sights"""
    walk: Ints
    """(D,) metres on foot"""
    meals: Ints
    """(D,) bits of the meals it has"""
    kinds: Ints
    """(D, G) counted items by group"""
    taken: Bools
    """(N,) in the plan, or its place is in another role."""
    had: Floats
    """(G,) value sums"""
    spent: Floats
    """(1,)"""
    added: Ints
    """(D, N) minutes that inserting an untaken item at its best position costs, or `NEVER`."""
    position: Ints
    """(D, N) that position"""
    worth: Floats
    """(D, N) bonus minus weighted travel of that insertion."""


def blank(nb: Numbers, had: Floats) -> State:
    """A plan without stops, its tables filled."""
    days, n, groups = len(nb.start), len(nb.node), len(nb.knee)
    state = State(
        items=np.full((days, MOST_STOPS), NONE, dtype=np.int64),
        stops=np.zeros(days, dtype=np.int64),
        starts=np.zeros((days, MOST_STOPS), dtype=np.int64),
        latest=np.zeros((days, MOST_STOPS), dtype=np.int64),
        linear=np.zeros(days),
        sights=np.zeros(days, dtype=np.int64),
        busy=np.zeros(days, dtype=np.int64),
        walk=np.zeros(days, dtype=np.int64),
        meals=np.zeros(days, dtype=np.int64),
        kinds=np.zeros((days, groups), dtype=np.int64),
        taken=np.zeros(n, dtype=np.bool_),
        had=had.copy(),
        spent=np.zeros(1),
        added=np.full((days, n), NEVER, dtype=np.int64),
        position=np.zeros((days, n), dtype=np.int64),
        worth=np.zeros((days, n)),
    )
    for day in range(days):
        retime(nb, state, day)
        tabulate(nb, state, day)
    return state


@compiled
def copy_into(source: State, target: State) -> None:
    """Makes `target` the same plan as `source`."""
    target.items[:] = source.items
    target.stops[:] = source.stops
    target.starts[:] = source.starts
    target.latest[:] = source.latest
    target.linear[:] = source.linear
    target.sights[:] = source.sights
    target.busy[:] = source.busy
    target.walk[:] = source.walk
    target.meals[:] = source.meals
    target.kinds[:] = source.kinds
    target.taken[:] = source.taken
    target.had[:] = source.had
    target.spent[:] = source.spent
    target.added[:] = source.added
    target.position[:] = source.position
    target.worth[:] = source.worth


@compiled
def earliest(nb: Numbers, day: int, item: int, arrival: int) -> int:
    """The first start not before `arrival`, or `NONE`."""
    for k in range(nb.opens.shape[1]):
        if arrival <= nb.closes[day, k, item]:
            return max(arrival, nb.opens[day, k, item])
    return NONE


@compiled
def latest(nb: Numbers, day: int, item: int, limit: int) -> int:
    """The last start not after `limit`, or `NONE`."""
    for k in range(nb.opens.shape[1] - 1, -1, -1):
        if nb.opens[day, k, item] <= min(limit, nb.closes[day, k, item]):
            return min(limit, nb.closes[day, k, item])
    return NONE


@compiled
def retime(nb: Numbers, st: State, day: int) -> bool:
    """Times a day's route anew and sums it up; False where it can't be done in time."""
    here, now = nb.first[day], nb.start[day]
    travel = wait = tedium = shifted = walk = busy = sights = meals = 0
    bonus = 0.0
    st.kinds[day, :] = 0
    n = st.stops[day]
    items, minutes, stay = st.items[day], nb.minutes, nb.stay
    for k in range(n):
        item = items[k]
        node = nb.node[item]
        leg = minutes[here, node]
        start = earliest(nb, day, item, now + leg)
        if start == NONE:
            return False
        idle = start - now - leg
        wait += idle
        tedium += max(0, idle - nb.patience)
        travel += leg
        walk += nb.walked[here, node]
        bonus += nb.bonus[day, item]
        before = nb.lean[day, item]
        if before >= 0:
            shifted += min(abs(start - before), 240)
        if nb.slot[item] == SIGHT:
            sights += 1
            busy += nb.busy[item]
        else:
            meals |= 1 << nb.slot[item]
        if nb.counted[item]:
            st.kinds[day, nb.group[item]] += 1
        st.starts[day, k] = start
        now = start + stay[item]
        here = node
    leg = nb.minutes[here, nb.last[day]] if n else 0
    walk += nb.walked[here, nb.last[day]] if n else 0
    travel += leg
    limit = nb.end[day] - leg
    if now > limit or walk > nb.max_walk[day]:
        return False
    for k in range(n - 1, -1, -1):
        item = st.items[day, k]
        start = latest(nb, day, item, limit - nb.stay[item])
        if start < st.starts[day, k]:
            return False
        st.latest[day, k] = start
        here = nb.node[st.items[day, k - 1]] if k else nb.first[day]
        limit = start - nb.minutes[here, nb.node[item]]
    st.linear[day] = (
        bonus
        - nb.travel_weight * travel
        - nb.wait_weight * wait
        - nb.long_wait_weight * tedium
        - nb.lean_weight * shifted
    )
    st.sights[day], st.busy[day], st.walk[day], st.meals[day] = sights, busy, walk, meals
    return True


class Gap(NamedTuple):
    """What surrounds a position at which something could be inserted."""

    here: int
    """Node before it..."""
    leave: int
    """...and the minute at which that is left."""
    after: int
    """Node behind it..."""
    by: int
    """...and the last minute at which that may be reached."""
    direct: int
    """Minutes between the two, 0 on a day without stops."""
    walked: int
    """Metres on foot between the two."""


@compiled
def gap_at(nb: Numbers, st: State, day: int, position: int) -> Gap:
    """The gap before the stop at `position`, or at the day's end."""
    n = st.stops[day]
    here, leave_at = nb.first[day], nb.start[day]
    if position > 0:
        before = st.items[day, position - 1]
        here, leave_at = nb.node[before], st.starts[day, position - 1] + nb.stay[before]
    after, by = nb.last[day], nb.end[day]
    if position < n:
        after, by = nb.node[st.items[day, position]], st.latest[day, position]
    direct = nb.minutes[here, after] if n else 0
    walked = nb.walked[here, after] if n else 0
    return Gap(here, leave_at, after, by, direct, walked)


@compiled
def tabulate(nb: Numbers, st: State, day: int) -> None:
    """The best insertion into a day of every item that is not taken.

    The loops over items have no branches, so that the compiler makes vector code of them.
    """
    n = len(nb.node)
    added, position, worth = st.added[day], st.position[day], st.worth[day]
    added[:] = NEVER
    if st.stops[day] >= MOST_STOPS:
        return
    starts = np.empty(n, dtype=np.int64)
    stay, taken, slot = nb.stay, st.taken, nb.slot
    for k in range(st.stops[day] + 1):
        gap = gap_at(nb, st, day, k)
        there, on = nb.there[gap.here], nb.onward[gap.after]
        walk_there, walk_on = nb.walked_there[gap.here], nb.walked_onward[gap.after]
        spare = nb.max_walk[day] - st.walk[day] + gap.walked
        starts[:] = NEVER
        for w in range(nb.opens.shape[1] - 1, -1, -1):
            opens, closes = nb.opens[day, w], nb.closes[day, w]
            for i in range(n):
                arrival = gap.leave + there[i]
                starts[i] = max(arrival, opens[i]) if arrival <= closes[i] else starts[i]
        for i in range(n):
            reached = starts[i] + stay[i] + on[i]
            extra = max(reached - gap.leave - gap.direct, 1)
            better = (
                (reached <= gap.by) & (extra < added[i]) & (walk_there[i] + walk_on[i] <= spare)
            )
            added[i] = extra if better else added[i]
            position[i] = k if better else position[i]
            worth[i] = there[i] + on[i] - gap.direct if better else worth[i]
    bonus, minutes, group, counted = nb.bonus[day], nb.busy, nb.group, nb.counted
    kinds, most = st.kinds[day], nb.most
    busy = nb.max_busy[day] - st.busy[day] if st.sights[day] < nb.max_sights[day] else -1
    meals = st.meals[day]
    travel_weight = nb.travel_weight
    for i in range(n):
        worth[i] = bonus[i] - travel_weight * worth[i]
        if slot[i] == SIGHT:
            out = minutes[i] > busy or (counted[i] and kinds[group[i]] >= most[group[i]])
        else:
            out = (meals >> slot[i]) & 1 == 1
        if out or taken[i]:
            added[i] = NEVER


@compiled
def barred(nb: Numbers, st: State, day: int, item: int) -> bool:
    """Whether pace, meals or a cap keep an item out of a day."""
    if nb.slot[item] == SIGHT:
        if st.sights[day] >= nb.max_sights[day]:
            return True
        if st.busy[day] + nb.busy[item] > nb.max_busy[day]:
            return True
        return nb.counted[item] and st.kinds[day, nb.group[item]] >= nb.most[nb.group[item]]
    return (st.meals[day] >> nb.slot[item]) & 1 == 1


@compiled
def appraise(nb: Numbers, st: State, day: int, item: int) -> None:
    """The best insertion of one item into a day."""
    st.added[day, item] = NEVER
    if barred(nb, st, day, item) or st.stops[day] >= MOST_STOPS:
        return
    for k in range(st.stops[day] + 1):
        gap = gap_at(nb, st, day, k)
        there, on = nb.there[gap.here, item], nb.onward[gap.after, item]
        start = earliest(nb, day, item, gap.leave + there)
        if start == NONE or start + nb.stay[item] + on > gap.by:
            continue
        extra = max(start + nb.stay[item] + on - gap.leave - gap.direct, 1)
        walk = nb.walked_there[gap.here, item] + nb.walked_onward[gap.after, item] - gap.walked
        if extra < st.added[day, item] and st.walk[day] + walk <= nb.max_walk[day]:
            st.added[day, item] = extra
            st.position[day, item] = k
            detour = there + on - gap.direct
            st.worth[day, item] = nb.bonus[day, item] - nb.travel_weight * detour


@compiled
def enter(nb: Numbers, st: State, item: int) -> None:
    """Books an item's value and money; its route is somebody else's business."""
    for k in range(nb.twins.shape[1]):
        if nb.twins[item, k] != NONE:
            st.taken[nb.twins[item, k]] = True
    st.had[nb.group[item]] += nb.value[item]
    st.spent[0] += nb.price[item]


@compiled
def leave(nb: Numbers, st: State, item: int) -> None:
    """Takes an item's bookings back; tables of it and its twins have to be made anew."""
    for k in range(nb.twins.shape[1]):
        if nb.twins[item, k] != NONE:
            st.taken[nb.twins[item, k]] = False
    st.had[nb.group[item]] -= nb.value[item]
    st.spent[0] -= nb.price[item]


@compiled
def insert(nb: Numbers, st: State, day: int, item: int, position: int) -> None:
    """Puts an item in where it is known to fit; the day's table is made anew."""
    n = st.stops[day]
    for k in range(n, position, -1):
        st.items[day, k] = st.items[day, k - 1]
    st.items[day, position] = item
    st.stops[day] = n + 1
    enter(nb, st, item)
    retime(nb, st, day)
    tabulate(nb, st, day)


@compiled
def remove_marked(nb: Numbers, st: State, out: Bools) -> None:
    """Takes out all items that are marked; tables are made anew where something changed.

    Args:
        nb: the problem.
        st: the plan.
        out: (N,); unmarked again at the end.
    """
    days = len(st.stops)
    changed = np.zeros(days, dtype=np.bool_)
    freed = np.zeros(len(out), dtype=np.bool_)
    for day in range(days):
        kept = 0
        for k in range(st.stops[day]):
            item = st.items[day, k]
            if out[item]:
                leave(nb, st, item)
                for t in range(nb.twins.shape[1]):
                    if nb.twins[item, t] != NONE:
                        freed[nb.twins[item, t]] = True
                changed[day] = True
            else:
                st.items[day, kept] = item
                kept += 1
        st.stops[day] = kept
        if changed[day] and not retime(nb, st, day):
            # travel times without the triangle inequality: start the day anew
            for k in range(kept):
                leave(nb, st, st.items[day, k])
                freed[st.items[day, k]] = True
            st.stops[day] = 0
            retime(nb, st, day)
    for day in range(days):
        if changed[day]:
            tabulate(nb, st, day)
            continue
        for item in range(len(out)):
            if freed[item] and not st.taken[item]:
                appraise(nb, st, day, item)
    out[:] = False


@compiled
def groups_worth(nb: Numbers, had: Floats) -> float:
    """What value sums are worth."""
    total = 0.0
    for g in range(len(had)):
        total += nb.knee[g] * np.log1p(max(had[g], 0.0) / nb.knee[g])
    return total


@compiled
def objective(nb: Numbers, st: State) -> float:
    """What the plan is worth."""
    return groups_worth(nb, st.had) + st.linear.sum()
