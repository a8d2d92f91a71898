"""HTML: the trip as one page to read, share and print; no script, nothing is loaded from elsewhere.

`templates/trip.html` says what stands where, `templates/trip.css` how it looks; here is what they
are given. Jinja escapes every text.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from tools.cautions import holiday_on
from tools.check import check
from tools.export.links import day_links, place_link
from tools.export.sketch import Sketch, sketch
from tools.export.wording import (
    DAY_COLOURS,
    attribution,
    base_name,
    cities,
    dates,
    hours_on,
    kept_free,
    money,
    party,
    sums,
    title,
    to_mind,
    transfer,
    walked,
    way,
    where,
)
from tools.left_out import by_reason
from tools.trip import Itinerary, Leg, Mode, Money, Transfer, Visit

DARK_COLOURS = (
    "#5cc9bb",
    "#fb9a6b",
    "#a9a5fb",
    "#f18fc0",
    "#a5d063",
    "#70c0f2",
    "#e3a972",
    "#cfa4f7",
)
"""The days' colours (`DAY_COLOURS`) on a dark page."""
MAP = (104.0, 66.0)
"""Width and height of a day's map in its own units."""
_SHARE_WIDTH = 100.0
"""Of the budget's bar."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a day's timeline."""

    kind: str
    """`stop`, `walk`, `transit`, `free`, `transfer` or `base`."""
    words: str
    start: date | time | None = None
    end: date | time | None = None
    visit: Visit | None = None
    number: int = 0
    """Of a stop, as on its pin."""
    facts: tuple[str, ...] = ()
    price: str = ""
    where: str = ""
    """Of a stop: its address, or its coordinates."""
    link: str = ""
    """To a map of it."""
    minded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DayMap:
    """A day's map: the sketch, and its ways as lines from point to point."""

    sketch: Sketch
    ways: tuple[tuple[str, tuple[float, float], tuple[float, float]], ...]
    """Mode, from, to."""
    told: str
    """What it shows, for who does not see it."""


@dataclass(frozen=True, slots=True)
class DayPage:
    """Everything that the page says of a day."""

    number: int
    colour: int
    """1-based, of `DAY_COLOURS`."""
    date: date
    city: str
    """Empty where the trip has but one."""
    names: str
    """Of its stops; what it is instead for a day without any."""
    cost: str
    facts: tuple[tuple[str, str], ...]
    entries: tuple[Entry, ...]
    map: DayMap | None
    links: dict[str, str]
    minded: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Budget:
    """What the trip may cost, beside what it does."""

    told: str
    width: float
    """Of the bar, of `_SHARE_WIDTH`."""
    over: bool


def render(itinerary: Itinerary) -> str:
    """The plan as an HTML5 document, complete in itself; clock times are local.

    Prices are for the whole party. It follows the reader's light or dark, has a layout for
    telephones and one for desks, and prints with a page a day, more for a long one. Where `check`
    finds something wrong, the page says what to mind. The same trip gives the same text.
    """
    violations = check(itinerary)
    minded: dict[int | None, list[str]] = {}
    for violation in violations:
        minded.setdefault(violation.day, []).append(violation.message)
    count = itinerary.request.days
    return _template().render(
        cities=cities(itinerary),
        dates=dates(itinerary),
        length="1 day" if count == 1 else f"{count} days",
        party=party(itinerary),
        pace=itinerary.request.pace.value,
        cost=money(itinerary.cost),
        budget=_budget(itinerary),
        lodgings=_lodgings(itinerary),
        days=[
            _day(itinerary, number, tuple(minded.get(number, ())))
            for number in range(1, len(itinerary.days) + 1)
        ],
        left_out=by_reason(itinerary.left_out),
        notes=itinerary.notes,
        minded=minded.get(None, []),
        sources=_sources(itinerary),
        attribution=attribution(itinerary),
        colours=list(zip(DAY_COLOURS, DARK_COLOURS, strict=True)),
        map_size=MAP,
        share_width=_SHARE_WIDTH,
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("tools.export"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["clock"] = lambda at: f"{at:%H:%M}"
    environment.filters["mm"] = lambda length: f"{length:.2f}"
    return environment.get_template("trip.html")


# -- the trip --------------------------------------------------------------------------------


def _budget(itinerary: Itinerary) -> Budget | None:
    budget, cost = itinerary.request.budget, itinerary.cost
    if budget is None:
        return None
    share = cost.amount / budget if budget > 0 else 1.0
    rest = Money(round(abs(budget - cost.amount), 2), cost.currency)
    over = cost.amount > budget
    of = f"of {money(Money(budget, cost.currency))}"
    told = f"{of}, {money(rest)} {'too much' if over else 'left'}"
    return Budget(told, round(min(share, 1.0) * _SHARE_WIDTH, 1), over)


def _lodgings(itinerary: Itinerary) -> str:
    names = [base_name(stay) for stay in itinerary.request.all_stays if stay.lodging is not None]
    return ", ".join(dict.fromkeys(names))


def _sources(itinerary: Itinerary) -> list[tuple[str, str]]:
    """Each source, and of how many places it told what when; places that have none come last."""
    found = Counter((v.place.source, v.place.as_of) for v in itinerary.visits)
    told = []
    for (source, as_of), places in sorted(found.items(), key=lambda entry: entry[0], reverse=True):
        of = "1 place" if places == 1 else f"{places} places"
        when = f", looked over in {_month(as_of)}" if as_of else ""
        told.append((source or "Nobody noted where it is from", of + when))
    return told


def _month(as_of: str) -> str:
    """Says `November 2026` of `2026-11`; another form is left as it is."""
    try:
        return f"{datetime.strptime(as_of, '%Y-%m'):%B %Y}"
    except ValueError:
        return as_of


# -- a day -----------------------------------------------------------------------------------


def _day(itinerary: Itinerary, number: int, minded: tuple[str, ...]) -> DayPage:
    day, stay = itinerary.days[number - 1], itinerary.request.stay_on(number)
    return DayPage(
        number=number,
        colour=(number - 1) % len(DAY_COLOURS) + 1,
        date=day.date,
        city=stay.city.name if itinerary.request.stays else "",
        names=", ".join(visit.place.name for visit in day.visits) or "Nothing planned",
        cost=sums(day.visits) if day.visits else "",
        facts=_facts(itinerary, number),
        entries=tuple(_entries(itinerary, number)),
        map=_map(itinerary, number) if day.visits else None,
        links=day_links(itinerary, number),
        minded=(*minded, *_of_the_date(itinerary, number)),
    )


def _facts(itinerary: Itinerary, number: int) -> tuple[tuple[str, str], ...]:
    day = itinerary.days[number - 1]
    if not day.visits:
        return ()
    sights = len(day.sights)
    counts = [(sights, "sight"), (len(day.visits) - sights, "meal")]
    stops = [f"1 {what}" if n == 1 else f"{n} {what}s" for n, what in counts if n]
    return (
        ("Stops", ", ".join(stops)),
        ("On the way", walked(day)),
        ("Costs", sums(day.visits)),
    )


def _of_the_date(itinerary: Itinerary, number: int) -> list[str]:
    """What is special about the date itself: a public holiday, another time."""
    on, city = itinerary.days[number - 1].date, itinerary.request.stay_on(number).city
    called = holiday_on(city, on)
    told = [f"A public holiday: {called}. Opening hours may differ."] if called else []
    zone = ZoneInfo(city.timezone)
    begins, ends = (
        datetime.combine(day, time(), zone).utcoffset() for day in (on, on + timedelta(days=1))
    )
    if begins is not None and ends is not None and begins != ends:
        how = "forward" if ends > begins else "back"
        told.append(f"The clocks go {how} on this date; times are told as they are after it.")
    return told


def _entries(itinerary: Itinerary, number: int) -> list[Entry]:
    """The timeline: ways between cities, base, ways and stops, free time where it falls."""
    day, stay = itinerary.days[number - 1], itinerary.request.stay_on(number)
    entries = [
        Entry(
            "transfer",
            transfer(one),
            one.departure,
            one.arrival,
            facts=(*_next_day(one), "An estimate: look up a timetable before you go"),
        )
        for one in itinerary.transfers
        if one.day == number
    ]
    free = [
        (start, Entry("free", what, start, end))
        for start, end, what in sorted(kept_free(itinerary, number))
    ]
    if not day.visits:
        return [*entries, *(entry for _, entry in free)]
    entries.append(Entry("base", f"From {base_name(stay)}"))
    for order, (visit, leg) in enumerate(zip(day.visits, day.legs, strict=False), start=1):
        while free and free[0][0] <= visit.arrival.time():
            entries.append(free.pop(0)[1])
        entries += [_way(leg), _stop(itinerary, number, order, visit)]
    entries += [entry for _, entry in free]
    return [*entries, _way(day.legs[-1]), Entry("base", f"Back to {base_name(stay)}")]


def _next_day(one: Transfer) -> tuple[str, ...]:
    there = one.arrival
    if there.date() == one.departure.date():
        return ()
    return (f"Arrives on {there:%A}, {there.day} {there:%B}",)


def _way(leg: Leg) -> Entry:
    return Entry("walk" if leg.mode is Mode.WALK else "transit", way(leg))


def _stop(itinerary: Itinerary, number: int, order: int, visit: Visit) -> Entry:
    place, city = visit.place, itinerary.request.stay_on(number).city
    kind = place.category.value.replace("_", " ").capitalize()
    return Entry(
        "stop",
        title(visit),
        visit.arrival,
        visit.departure,
        visit,
        order,
        facts=(
            f"{kind}, {place.cuisine}" if place.cuisine else kind,
            _lasting(visit),
            hours_on(place, city, itinerary.days[number - 1].date),
            *(["Fixed by you"] if visit.pinned else []),
        ),
        price="Free" if visit.price.amount == 0 else money(visit.price),
        where=where(place),
        link=place_link(place.coordinates),
        minded=tuple(to_mind(itinerary, number, visit)),
    )


def _lasting(visit: Visit) -> str:
    """`45 min`, `1 h 30 min`: how long one stays, also where the clocks change meanwhile."""
    lasts = visit.departure.astimezone(UTC) - visit.arrival.astimezone(UTC)
    hours, minutes = divmod(round(lasts.total_seconds() / 60), 60)
    told = [f"{hours} h" if hours else "", f"{minutes} min" if minutes or not hours else ""]
    return " ".join(filter(None, told))


def _map(itinerary: Itinerary, number: int) -> DayMap:
    day, stay = itinerary.days[number - 1], itinerary.request.stay_on(number)
    drawn = sketch(stay.base, [v.place.coordinates for v in day.visits], (0.0, 0.0, *MAP))
    ends = pairwise([drawn.base, *drawn.stops, drawn.base])
    stops = ", ".join(f"{order} {v.place.name}" for order, v in enumerate(day.visits, start=1))
    return DayMap(
        sketch=drawn,
        ways=tuple((leg.mode.value, *pair) for leg, pair in zip(day.legs, ends, strict=True)),
        told=f"From {base_name(stay)} to {stops}, and back. North is up, lines are straight.",
    )
