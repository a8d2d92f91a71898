"""The differences between two itineraries in short factual sentences."""

from __future__ import annotations

from tools.planning.long_visits import OF_A_LONG_VISIT
from tools.trip import Itinerary, Visit


def describe(
    old: Itinerary, new: Itinerary, silent: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """What is different in `new`: added, gone, moved, re-timed, newly left out; long visits.

    Args:
        old: before.
        new: after.
        silent: ids of places to say nothing about.
    """
    before, after = stops_of(old), stops_of(new)
    gone = [p for p in before if p not in after and p not in silent]
    came = [p for p in after if p not in before and p not in silent]
    sentences = [f"{v.place.name} is no longer on day {n}." for n, v in (before[p] for p in gone)]
    sentences += [
        f"Added {v.place.name}{_meal(v)} to day {n} at {v.arrival:%H:%M}."
        for n, v in (after[p] for p in came)
    ]
    for place_id, (day, visit) in after.items():
        if place_id in silent or place_id not in before:
            continue
        day_before, visit_before = before[place_id]
        if day != day_before:
            sentences.append(
                f"Moved {visit.place.name} from day {day_before} to day {day} at "
                f"{visit.arrival:%H:%M}."
            )
        elif retimed(visit_before, visit):
            sentences.append(
                f"{visit.place.name}{_meal(visit)} on day {day} is now at {visit.arrival:%H:%M} "
                f"instead of {visit_before.arrival:%H:%M}."
            )
    known = {entry.what for entry in old.left_out}
    sentences += [
        f"Left out {entry.what}: {entry.reason}."
        for entry in new.left_out
        if entry.what not in known
    ]
    sentences += [
        note for note in new.notes if note.startswith(OF_A_LONG_VISIT) and note not in old.notes
    ]
    return tuple(sentences)


def stops_of(itinerary: Itinerary) -> dict[str, tuple[int, Visit]]:
    """The 1-based day and the visit of each place, by the place's id."""
    return {
        visit.place.id: (number, visit)
        for number, day in enumerate(itinerary.days, start=1)
        for visit in day.visits
    }


def retimed(before: Visit, after: Visit) -> bool:
    """Whether a place that stays on its day is at another hour, or another meal."""
    return before.arrival.time() != after.arrival.time() or before.meal != after.meal


def _meal(visit: Visit) -> str:
    return f" ({visit.meal.value})" if visit.meal is not None else ""
