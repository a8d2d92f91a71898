"""Words and day colours that all exports share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time

from tools.cautions import CautionKind, cautions
from tools.childrens_rest import is_rest
from tools.errors import DataError
from tools.hours import DAY_MINUTES, clock, open_intervals
from tools.names import listed
from tools.place import City, Place
from tools.trip import Carrier, Day, Itinerary, Leg, Mode, Money, Stay, Transfer, Visit

DAY_COLOURS = (
    "#0e6e66",
    "#c2410c",
    "#4f46e5",
    "#b4246b",
    "#4d7c0f",
    "#0369a1",
    "#92400e",
    "#7e22ce",
)
"""Those of the chat's board (`public/elements/TripBoard.jsx`), day after day, then again."""
_GAZETTEER = "Cities: GeoNames, CC-BY 4.0."


def day_colour(number: int) -> str:
    """`#rrggbb` of a 1-based day."""
    return DAY_COLOURS[(number - 1) % len(DAY_COLOURS)]


def money(amount: Money) -> str:
    """`18 EUR`, `12.50 EUR`, `29,400 JPY`."""
    text = f"{amount.amount:,.2f}".removesuffix(".00")
    return f"{text} {amount.currency}"


def sums(visits: Iterable[Visit]) -> str:
    """What the visits cost, a sum a currency: `85 EUR`, `85 EUR and 20 GBP`; `free` for nothing."""
    of: dict[str, float] = {}
    for visit in visits:
        of[visit.price.currency] = of.get(visit.price.currency, 0.0) + visit.price.amount
    told = [money(Money(amount, currency)) for currency, amount in of.items() if amount]
    return listed(told) if told else "free"


def title(visit: Visit) -> str:
    """The place's name, with the meal in front if it is one."""
    if visit.meal is None:
        return visit.place.name
    return f"{visit.meal.value.capitalize()}: {visit.place.name}"


def way(leg: Leg) -> str:
    """`12 min on foot (850 m)`, `20 min by public transport (2.9 km)`."""
    how = "on foot" if leg.mode is Mode.WALK else "by public transport"
    return f"{leg.minutes} min {how} ({distance(leg.metres)})"


def distance(metres: int) -> str:
    """`850 m`, `2.9 km`."""
    return f"{metres} m" if metres < 1000 else f"{metres / 1000:.1f} km"


def span(start: date | time, end: date | time) -> str:
    """From one clock time to another: `09:00-10:30`, with an en dash."""
    return f"{start:%H:%M}\N{EN DASH}{end:%H:%M}"


def party(itinerary: Itinerary) -> str:
    """`1 traveller`, `3 travellers`."""
    count = itinerary.request.travellers
    return "1 traveller" if count == 1 else f"{count} travellers"


def day_heading(itinerary: Itinerary, number: int) -> str:
    """`Day 1: Friday, 09 April 2027`; of a trip through several cities with the city behind."""
    request = itinerary.request
    where = f", {request.stay_on(number).city.name}" if request.stays else ""
    return f"Day {number}: {itinerary.days[number - 1].date:%A, %d %B %Y}{where}"


def kept_free(itinerary: Itinerary, number: int) -> list[tuple[time, time, str]]:
    """A 1-based day's free stretches: from, to, and what they are for."""
    request = itinerary.request
    return [
        (free.start, free.end, "Rest for the children" if is_rest(request, free) else "Kept free")
        for free in request.free
        if free.day in (None, number)
    ]


def hours_on(place: Place, city: City, on: date) -> str:
    """The opening hours on a date: `Open 09:00-12:30, 15:30-19:00` (with en dashes), `Open all
    day`, `Closed on this day`, `Opening hours unknown`; their OSM text where it can't be read.
    """
    if not place.hours:
        return "Opening hours unknown"
    try:
        found = open_intervals(
            place.hours,
            on,
            country=city.country,
            timezone=city.timezone,
            coordinates=place.coordinates,
        )
    except DataError:  # a hand-written itinerary; the traveller may still make sense of it
        return f"Hours: {place.hours}"
    if not found:
        return "Closed on this day"
    if any(opens == 0 and closes >= DAY_MINUTES for opens, closes in found):
        return "Open all day"
    return "Open " + ", ".join(
        f"{clock(opens)}\N{EN DASH}{clock(closes)}" for opens, closes in found
    )


def about(itinerary: Itinerary, number: int, visit: Visit) -> str:
    """A stop on a 1-based day in lines: when, opening hours, price of the party, what it is."""
    stay, day = itinerary.request.stay_on(number), itinerary.days[number - 1]
    place = visit.place
    price = "Free entry" if visit.price.amount == 0 else f"{money(visit.price)}, {party(itinerary)}"
    lines = [
        f"{day_heading(itinerary, number)}, {span(visit.arrival, visit.departure)}.",
        f"{hours_on(place, stay.city, day.date)}.",
        f"{price}.",
        *(f"{one}." for one in to_mind(itinerary, number, visit)),
        f"{place.address}." if place.address else "",  # a waypoint itself says where
        place.local_name if place.local_name != place.name else "",
        place.summary,
    ]
    return "\n".join(line for line in lines if line)


def where(place: Place) -> str:
    """Its address; of a place without one its coordinates, which map applications find."""
    lat, lon = place.coordinates
    return place.address or f"{lat:.5f}, {lon:.5f}"


_TO_MIND = {
    CautionKind.HOURS_UNKNOWN: "Nobody noted its opening hours: look them up before you go",
    CautionKind.UNSURE: "Its hours are not certain: look them up before you go",
    CautionKind.HOLIDAY: "A public holiday ({0.holiday}): its hours may differ",
    CautionKind.CLOSES_SOON: "Closes at {0.closes}: be there on time",
}


def to_mind(itinerary: Itinerary, number: int, visit: Visit) -> list[str]:
    """What to mind at a stop of a 1-based day, a clause each."""
    return [_TO_MIND[one.kind].format(one) for one in cautions(itinerary, number, visit)]


def source(place: Place) -> str:
    """Where a place's facts come from and as of when; empty when nobody noted it."""
    if not place.source:
        return ""
    return f"{place.source} (as of {place.as_of})" if place.as_of else place.source


def attribution(itinerary: Itinerary) -> str:
    """Where the facts of the visited places and the cities come from, and as of when."""
    sources: dict[str, str] = {}
    for visit in itinerary.visits:
        place = visit.place
        if place.source:
            sources[place.source] = max(sources.get(place.source, ""), place.as_of)
    told = [f"{s} (as of {when})" if when else s for s, when in sorted(sources.items())]
    places = f"Places: {'; '.join(told)}." if told else "Check hours and prices before you go."
    return f"Planned by Tripwright. {places} {_GAZETTEER}"


def base_name(stay: Stay) -> str:
    """What the place where a stay's days start and end is called."""
    if stay.lodging is None:
        return f"{stay.city.name}, centre"
    return stay.lodging_name or "Lodging"


def cities(itinerary: Itinerary) -> str:
    """`Rome`, `Rome and Florence`, `Rome, Florence and Venice`."""
    return listed(list(dict.fromkeys(city.name for city in itinerary.request.cities)))


def dates(itinerary: Itinerary) -> str:
    """`4 December 2026`, `4-6 December 2026`, `30 December 2026 - 2 January 2027` (en dashes)."""
    first, last = itinerary.request.dates[0], itinerary.request.dates[-1]
    end = f"{last.day} {last:%B %Y}"
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}\N{EN DASH}{end}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first.day} {first:%B}{year} \N{EN DASH} {end}"


def transfer(way: Transfer) -> str:
    """`Rome to Florence by train or coach, about 2 h 50 min door to door (290 km)`."""
    how = "plane" if way.carrier is Carrier.AIR else "train or coach"
    hours, minutes = divmod(way.minutes, 60)
    lasts = " ".join(
        filter(None, (f"{hours} h" if hours else "", f"{minutes} min" * bool(minutes)))
    )
    return (
        f"{way.origin.name} to {way.destination.name} by {how}, about {lasts} door to door "
        f"({round(way.metres / 1000)} km)"
    )


def walked(day: Day) -> str:
    """A day's ways: `3.2 km on foot, 41 min`, with rides behind them if there are any."""
    feet = [leg for leg in day.legs if leg.mode is Mode.WALK]
    rides = [leg for leg in day.legs if leg.mode is Mode.TRANSIT]
    told = []
    if feet:
        metres = sum(leg.metres for leg in feet)
        told.append(f"{distance(metres)} on foot, {sum(leg.minutes for leg in feet)} min")
    if rides:
        count = "1 ride" if len(rides) == 1 else f"{len(rides)} rides"
        told.append(f"{count} by public transport, {sum(leg.minutes for leg in rides)} min")
    return "; ".join(told)
