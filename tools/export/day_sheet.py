"""A day's page of the PDF: heading, map with the day's sums beside it, timeline, what to mind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from tools.cautions import holiday_on
from tools.export.day_map import draw
from tools.export.links import day_links, place_link
from tools.export.paper import GREY, INK, LEFT, TOP, WIDTH, Paper, Text
from tools.export.wording import (
    base_name,
    day_colour,
    day_heading,
    hours_on,
    kept_free,
    money,
    party,
    span,
    sums,
    title,
    to_mind,
    transfer,
    walked,
    way,
    where,
)
from tools.trip import Itinerary, Visit

_AXIS, _WORDS, _PRICE = LEFT + 28, LEFT + 32, 30.0
"""mm from the sheet's edge: the line with the dots, the texts; the width of the prices."""
_TEXT = LEFT + WIDTH - _WORDS - _PRICE
_MAP = (104.0, 66.0)
"""Width and height, mm."""
_LINK = "#0369a1"


def write_day(paper: Paper, itinerary: Itinerary, number: int, minded: list[str]) -> None:
    """Writes a 1-based day on a new page, and on more when it is long.

    Args:
        paper: what to write on.
        itinerary: the trip.
        number: of the day.
        minded: sentences on what is wrong with the day; a public holiday is added to them.
    """
    day, stay = itinerary.days[number - 1], itinerary.request.stay_on(number)
    colour = day_colour(number)
    heading = day_heading(itinerary, number)
    paper.add_page()
    y = paper.place(Text(heading, 16, True, colour), LEFT, TOP, WIDTH) + 2
    if day.visits:
        stops = [visit.place.coordinates for visit in day.visits]
        draw(paper, stay.base, stops, colour, (LEFT + 1, y, *_MAP))
        _facts(paper, itinerary, number, y)
        y += _MAP[1] + 5
    paper.set_y(y)
    _write_timeline(_Timeline(paper, heading, colour), itinerary, number)
    called = holiday_on(stay.city, day.date)
    holiday = [f"A public holiday: {called}. Opening hours may differ."] if called else []
    paper.set_y(paper.get_y() + 3)
    paper.points("Mind", [*minded, *holiday])


def _facts(paper: Paper, itinerary: Itinerary, number: int, y: float) -> None:
    """What the day adds up to, and its links, beside the map."""
    day = itinerary.days[number - 1]
    sights = len(day.sights)
    counts = [(sights, "sight"), (len(day.visits) - sights, "meal")]
    facts = [
        ("From and back to", base_name(itinerary.request.stay_on(number))),
        ("First arrival, last departure", span(day.visits[0].arrival, day.visits[-1].departure)),
        ("Stops", ", ".join(_count(number, what) for number, what in counts if number)),
        ("On the way", walked(day)),
        (f"Price for {party(itinerary)}", sums(day.visits)),
    ]
    x, width = LEFT + _MAP[0] + 5, WIDTH - _MAP[0] - 5
    for label, value in facts:
        y = paper.place(Text(label, 7.5, colour=GREY), x, y, width)
        y = paper.place(Text(value, 9.5, True), x, y, width) + 1.2
    links = day_links(itinerary, number)
    for label, key in (("Open in Google Maps", "google_maps"), ("Open on OpenStreetMap", "osm")):
        y = paper.place(Text(label, 8.5, colour=_LINK, link=links[key]), x, y, width)


def _count(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number} {what}s"


@dataclass(slots=True)
class _Timeline:
    """Entries one below the other, joined by a line; a new page is headed by the day again."""

    paper: Paper
    heading: str
    colour: str
    joint: float | None = None
    """Where on this page the line of the entry before ends, mm."""

    def entry(self, rows: list[Text], times: str = "", order: int = 0, price: str = "") -> None:
        """An entry: with an order a numbered dot, with times a small one, else a square."""
        y = self._begin(rows)
        first = rows[0]
        middle = y + first.line / 2
        self._join(middle)
        if order:
            self.paper.badge(order, _AXIS, middle, self.colour)
        else:
            self.paper.ink("#ffffff")
            self.paper.rect(_AXIS - 1.5, middle - 1.5, 3, 3, style="F")
            self.paper.ink(self.colour, 0.6)
            if times:
                self.paper.circle(_AXIS, middle, 1.2)
            else:
                self.paper.rect(_AXIS - 1.1, middle - 1.1, 2.2, 2.2)
        if times:
            self.paper.place(Text(times, first.size, bool(order)), LEFT, y, 25)
        if price:
            self.paper.place(Text(price, bold=True), LEFT + WIDTH - _PRICE, y, _PRICE, align="R")
        self.joint = middle + (2.6 if order else 1.5)
        self._rows(rows, y)

    def way(self, words: str) -> None:
        """A leg: words beside the line."""
        row = Text(words, 8.5, colour=GREY)
        y = self._begin([row])
        self._rows([row], y)

    def _begin(self, rows: list[Text]) -> float:
        height = sum(self.paper.height(row, width) for row, width in _wide(rows))
        if self.paper.room(height):
            told = Text(f"{self.heading} (continued)", 10, True, self.colour)
            self.paper.set_y(self.paper.place(told, LEFT, TOP, WIDTH) + 3)
            self.joint = self.paper.get_y()
        return float(self.paper.get_y())

    def _join(self, middle: float) -> None:
        if self.joint is not None:
            self.paper.ink(self.colour, 0.35)
            self.paper.line(_AXIS, self.joint, _AXIS, middle)

    def _rows(self, rows: list[Text], y: float) -> None:
        for row, width in _wide(rows):
            y = self.paper.place(row, _WORDS, y, width)
        self.paper.set_y(y + 1.6)


def _wide(rows: list[Text]) -> list[tuple[Text, float]]:
    """The rows with their widths, mm: only the first has a price beside it."""
    return [(row, _TEXT if row is rows[0] else _TEXT + _PRICE) for row in rows]


def _write_timeline(timeline: _Timeline, itinerary: Itinerary, number: int) -> None:
    day, stay = itinerary.days[number - 1], itinerary.request.stay_on(number)
    for one in itinerary.transfers:
        if one.day == number:
            told = Text(f"{transfer(one)}. An estimate: look up a timetable before you go.")
            timeline.entry([told], span(one.departure, one.arrival))
    free = sorted(kept_free(itinerary, number))
    if not day.visits:
        timeline.entry([Text("Nothing planned.", colour=GREY)])
    for order, visit in enumerate(day.visits, start=1):
        if order == 1:
            timeline.entry([Text(f"From {base_name(stay)}", bold=True)])
        while free and free[0][0] <= visit.arrival.time():
            _keep_free(timeline, *free.pop(0))
        timeline.way(way(day.legs[order - 1]))
        price = "free" if visit.price.amount == 0 else money(visit.price)
        rows = _stop(itinerary, number, visit)
        timeline.entry(rows, span(visit.arrival, visit.departure), order, price)
    for stretch in free:
        _keep_free(timeline, *stretch)
    if day.visits:
        timeline.way(way(day.legs[-1]))
        timeline.entry([Text(f"Back to {base_name(stay)}", bold=True)])


def _keep_free(timeline: _Timeline, start: time, end: time, what: str) -> None:
    timeline.entry([Text(what, colour=GREY)], span(start, end))


def _stop(itinerary: Itinerary, number: int, visit: Visit) -> list[Text]:
    """Name, local name, kind with the hours on that date, what and where it is, what to mind."""
    place, city = visit.place, itinerary.request.stay_on(number).city
    facts = [place.category.value.replace("_", " ").capitalize()]
    if place.cuisine:
        facts[0] += f", {place.cuisine}"
    facts.append(hours_on(place, city, itinerary.days[number - 1].date))
    if visit.pinned:
        facts.append("Fixed by you")
    rows = [Text(title(visit), 10.5, True)]
    if place.local_name and place.local_name != place.name:
        rows.append(Text(place.local_name, 9, colour=INK))
    rows.append(Text(" · ".join(facts), 8.5, colour=GREY))
    if place.summary:
        rows.append(Text(place.summary, 8.5))
    rows.append(Text(where(place), 8.5, colour=_LINK, link=place_link(place.coordinates)))
    rows += [Text(f"{one}.", 8.5, True) for one in to_mind(itinerary, number, visit)]
    return rows
