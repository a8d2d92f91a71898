"""Building a day, or a stretch of one, anew in a plan."""

from __future__ import annotations

import numpy as np

from tools.planning.kernel.beam import MOST_ITEMS, Labels, Taste, best_way
from tools.planning.kernel.compiling import compiled
from tools.planning.kernel.numbers import NONE, Numbers
from tools.planning.kernel.state import (
    MOST_STOPS,
    State,
    appraise,
    enter,
    leave,
    retime,
    tabulate,
)
from tools.planning.kernel.stretch import Stretch, options_of, promising
from tools.planning.numeric import SIGHT


@compiled
def rebuild(
    nb: Numbers, st: State, lb: Labels, day: int, first: int, last: int, taste: Taste
) -> None:
    """Builds the stops `first` to `last` (that one not) of a day anew; all tables are right again.

    Args:
        nb: the problem.
        st: the plan.
        lb: room to work in; its `favour` is used.
        day: which one.
        first: first stop of the stretch.
        last: the one behind its last.
        taste: how to search.
    """
    n = st.stops[day]
    stops = st.items[day, :n].copy()
    start_node, leave_at = nb.first[day], nb.start[day]
    if first > 0:
        start_node = nb.node[stops[first - 1]]
        leave_at = st.starts[day, first - 1] + nb.stay[stops[first - 1]]
    end_node, reach = nb.last[day], nb.end[day]
    if last < n:
        end_node, reach = nb.node[stops[last]], st.latest[day, last]
    for k in range(first, last):
        leave(nb, st, stops[k])
    # what the day has outside the stretch, and what is left for it
    sights = busy = meals = walk = 0
    st.kinds[day, :] = 0
    here = nb.first[day]
    for k in range(n):
        if k == first:
            here = end_node
        if first <= k < last:
            continue
        item = stops[k]
        if k < first:
            walk += nb.walked[here, nb.node[item]]
        elif k > last:
            walk += nb.walked[nb.node[stops[k - 1]], nb.node[item]]
        here = nb.node[item]
        if nb.slot[item] == SIGHT:
            sights += 1
            busy += nb.busy[item]
            if nb.counted[item]:
                st.kinds[day, nb.group[item]] += 1
        else:
            meals |= 1 << nb.slot[item]
    if last < n:
        walk += nb.walked[nb.node[stops[n - 1]], nb.last[day]]
    st.meals[day] = meals
    stretch = Stretch(
        day,
        start_node,
        leave_at,
        end_node,
        reach,
        nb.max_sights[day] - sights,
        nb.max_busy[day] - busy,
        nb.max_walk[day] - walk,
        nb.budget - st.spent[0],
    )
    found = np.empty(MOST_STOPS, dtype=np.int64)
    count = 0
    if leave_at + nb.minutes[start_node, end_node] <= reach:
        items = promising(nb, st, lb.favour, stretch, taste.thrift, MOST_ITEMS)
        options = options_of(nb, st, stretch, items)
        count = best_way(nb, lb, stretch, options, taste, st.had, st.kinds[day], found)
    else:
        count = last - first
        found[:count] = stops[first:last]
    count = min(count, MOST_STOPS - (n - (last - first)))
    for k in range(count):
        st.items[day, first + k] = found[k]
    for k in range(last, n):
        st.items[day, first + count + k - last] = stops[k]
    st.stops[day] = n - (last - first) + count
    for k in range(count):
        enter(nb, st, found[k])
    retime(nb, st, day)
    tabulate(nb, st, day)
    for k in range(first, last):
        for t in range(nb.twins.shape[1]):
            item = nb.twins[stops[k], t]
            if item != NONE and not st.taken[item]:
                for other in range(len(st.stops)):
                    if other != day:
                        appraise(nb, st, other, item)
