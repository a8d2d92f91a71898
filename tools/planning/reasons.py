"""Why a place is in a plan, there and then, or why it is not: short clauses for the traveller.

Why it is in: what was asked, what it is worth, which days and hours were open to it, and what it
lies by. Why it is not: a rule that keeps it out, else a proof: the plan is made once more with it,
and what had to give way is named.
"""

from __future__ import annotations

from datetime import datetime

from tools import hours
from tools.money import convert
from tools.names import listed
from tools.place import Place
from tools.travel import TravelTimes
from tools.trip import Day, Itinerary, TripRequest, Visit

FOREMOST = 85
"""Importance from which a sight needs no other reason."""
SOON = 45
"""Minutes after an opening, or before a closing, in which that explains the hour."""
NEAR = 15
"""Minutes of way up to which a neighbour explains the place in the day."""
MOST_REASONS = 3


def why_there(
    itinerary: Itinerary, number: int, visit: Visit, travel: TravelTimes
) -> tuple[str, ...]:
    """Why a visit is in the plan, on that day and at that hour; the weightiest reasons first.

    Args:
        itinerary: the plan.
        number: the visit's 1-based day.
        visit: one of that day's.
        travel: as the plan was made with.
    """
    request, place = itinerary.request, visit.place
    found = [
        *_asked(request, visit),
        *_other_days(request, number, place),
        *_by_the_hour(request, number, visit),
        *_worth(request, number, visit),
        *_neighbours(itinerary.days[number - 1], visit, travel),
    ]
    return tuple(found[:MOST_REASONS])


def why_never(itinerary: Itinerary, place: Place) -> str | None:
    """The rule that keeps a place out of the plan, None where no rule does."""
    request = itinerary.request
    told = {entry.what: entry.reason for entry in itinerary.left_out}
    if place.name in told:
        return told[place.name]
    if place.id in request.avoid:
        return "you asked to leave it out"
    if place.category.value in request.avoid_categories:
        kind = place.category.value.replace("_", " ")
        return f"you asked for nothing of its kind ({kind})"
    if request.step_free and not place.step_free:
        return "there are steps on the way in"
    missing = sorted(d.value.replace("_", "-") for d in set(request.diets) - place.diets)
    if place.category.is_food and missing:
        return f"it serves no {missing[0]} food"
    days = [d for d in range(1, request.days + 1) if request.stay_on(d).city.id == place.city]
    price = place.price * request.travellers
    if days and request.budget is not None:
        local = request.stay_on(days[0]).city.currency
        if convert(price, local, request.city.currency) > request.budget:
            return f"it costs {price:g} {local}, more than the whole budget"
    if not any(_opens(request, d, place) for d in days):
        return "it is closed on those dates"
    return None


def gave_way(old: Itinerary, new: Itinerary, place: Place) -> str:
    """What having the place costs, by a plan that was made with it.

    Args:
        old: the plan without it.
        new: the plan made with it as a wish.
        place: the one.
    """
    if all(visit.place.id != place.id for visit in new.visits):
        told = {entry.what: entry.reason for entry in new.left_out}
        return told.get(place.name, "no day has the time for it")
    still = {visit.place.id for visit in new.visits}
    lost = [v.place.name for v in old.visits if v.meal is None and v.place.id not in still]
    if lost:
        return f"it would take the place of {listed(lost[:2])}"
    more = _on_the_way(new) - _on_the_way(old)
    if more > 0:
        return f"it would add {_minutes(more)} of way"
    return "other places were worth more to you; say the word and I add it"


# -- why it is there -------------------------------------------------------------------------


def _asked(request: TripRequest, visit: Visit) -> list[str]:
    place_id = visit.place.id
    pins = [pin for pin in request.pins if pin.place_id == place_id]
    if any(pin.day is not None or pin.at is not None for pin in pins):
        return ["you fixed it there"]
    return ["you asked for it"] if place_id in request.must_see or pins else []


def _other_days(request: TripRequest, number: int, place: Place) -> list[str]:
    """The days of the stay on which it is closed."""
    city = request.stay_on(number).city
    others = [
        d
        for d in range(1, request.days + 1)
        if d != number and request.stay_on(d).city.id == city.id
    ]
    closed = [d for d in others if not _opens(request, d, place)]
    if not closed:
        return []
    if len(closed) == len(others) and len(others) > 1:
        return ["it is closed on the other days"]
    return [f"it is closed on {listed([f'day {d}' for d in closed[:3]])}"]


def _by_the_hour(request: TripRequest, number: int, visit: Visit) -> list[str]:
    if not visit.place.hours:  # nobody noted them
        return []
    for opens, closes in _opens(request, number, visit.place):
        arrival, departure = _minute(visit.arrival), _minute(visit.departure)
        if not opens <= arrival <= closes:
            continue
        if 0 <= arrival - opens <= SOON and opens > _minute_of(request):
            return [f"it opens at {hours.clock(opens)}"]
        if 0 <= closes - departure <= SOON:
            return [f"it closes at {hours.clock(closes)}"]
    return []


def _worth(request: TripRequest, number: int, visit: Visit) -> list[str]:
    place = visit.place
    liked = [i for i in request.interests if i in place.interests]
    if visit.meal is not None:
        diets = " and ".join(d.value.replace("_", "-") for d in request.diets)
        return [f"it serves {diets} {visit.meal.value}".replace("  ", " ")]
    if liked:
        return [f"it suits your interest in {listed([i.value.replace('_', ' ') for i in liked])}"]
    if place.importance >= FOREMOST:
        return [f"it is one of the foremost sights of {request.stay_on(number).city.name}"]
    return []


def _neighbours(day: Day, visit: Visit, travel: TravelTimes) -> list[str]:
    at = day.visits.index(visit)
    beside = [day.visits[i] for i in (at - 1, at + 1) if 0 <= i < len(day.visits)]
    ways = [
        (travel.leg(other.place.coordinates, visit.place.coordinates).minutes, other.place.name)
        for other in beside
    ]
    near = sorted(way for way in ways if way[0] <= NEAR)
    if len(near) == 2:
        return [f"it lies on the way from {beside[0].place.name} to {beside[1].place.name}"]
    return [
        f"it lies {_minutes(minutes)} from {name}" if minutes else f"it lies beside {name}"
        for minutes, name in near[:1]
    ]


# -- figures ---------------------------------------------------------------------------------


def _opens(request: TripRequest, number: int, place: Place) -> tuple[tuple[int, int], ...]:
    return hours.opening(place, request.stay_on(number).city, request.dates[number - 1])


def _on_the_way(itinerary: Itinerary) -> int:
    return sum(leg.minutes for day in itinerary.days for leg in day.legs)


def _minutes(count: int) -> str:
    return "1 minute" if count == 1 else f"{count} minutes"


def _minute(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute


def _minute_of(request: TripRequest) -> int:
    return request.day_start.hour * 60 + request.day_start.minute
