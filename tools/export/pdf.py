"""PDF on A4, to print: a cover, then a day a page with its map, hours, ways and prices.

Drawn as vectors and text with fonts inside, without a network. The same trip gives the same bytes:
the document is dated by the trip's first day. `tools.export.paper` says which scripts it can write.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tools.check import check
from tools.export.day_sheet import write_day
from tools.export.paper import GREY, LEFT, WIDTH, Paper, Text
from tools.export.wording import (
    attribution,
    base_name,
    cities,
    dates,
    day_colour,
    money,
    party,
    sums,
    transfer,
)
from tools.left_out import by_reason
from tools.trip import Itinerary


def render(itinerary: Itinerary) -> bytes:
    """The plan as a PDF document; clock times are local, prices for the whole party.

    A cover (cities, dates, travellers, total, an overview, what was left out, notes), then for
    each day a page, more when it is long: a schematic map, the timeline with opening hours on that
    date, ways, prices and, where `check` finds some, what to mind. The sources stand at the end.
    """
    with tempfile.TemporaryDirectory() as folder:
        name = f"{cities(itinerary)}, {dates(itinerary)}"
        paper = Paper(name, itinerary.request.start, _words(itinerary), Path(folder))
        violations = check(itinerary)
        _cover(paper, itinerary, [v.message for v in violations if v.day is None])
        for number in range(1, len(itinerary.days) + 1):
            minded = [v.message for v in violations if v.day == number]
            write_day(paper, itinerary, number, minded)
        _sources(paper, itinerary)
        return bytes(paper.output())


def _sources(paper: Paper, itinerary: Itinerary) -> None:
    closing = [
        Text("Maps are schematic: straight lines between stops, north is up.", 8, colour=GREY),
        Text(attribution(itinerary), 8, colour=GREY),
    ]
    paper.set_y(paper.get_y() + 4)
    paper.room(sum(paper.height(text, WIDTH) for text in closing) + 3)
    paper.rule(paper.get_y())
    y = paper.get_y() + 2
    for text in closing:
        y = paper.place(text, LEFT, y, WIDTH)


def _words(itinerary: Itinerary) -> list[str]:
    """Texts that travellers or sources wrote, so perhaps in other scripts."""
    told = [*itinerary.notes, *(f"{o.what} {o.reason}" for o in itinerary.left_out)]
    told += [f"{stay.city.name} {stay.lodging_name}" for stay in itinerary.request.all_stays]
    for visit in itinerary.visits:
        place = visit.place
        told += [place.name, place.local_name, place.cuisine, place.summary, place.address]
        told.append(place.source)
    return told


def _cover(paper: Paper, itinerary: Itinerary, minded: list[str]) -> None:
    request = itinerary.request
    paper.add_page()
    paper.ink(day_colour(1))
    paper.rect(LEFT + 1, 24, 16, 1.4, style="F")
    y = paper.place(Text(cities(itinerary), 26, True), LEFT, 28, WIDTH)
    count = "1 day" if request.days == 1 else f"{request.days} days"
    y = paper.place(Text(f"{dates(itinerary)}, {count}", 14, colour=GREY), LEFT, y + 1, WIDTH) + 7
    facts = [("Travellers", party(itinerary)), ("Pace", request.pace.value)]
    facts.append(("Total, entries and meals", money(itinerary.cost)))
    for column, (label, value) in enumerate(facts):
        x = LEFT + column * WIDTH / 3
        below = paper.place(Text(label, 8.5, colour=GREY), x, y, WIDTH / 3)
        paper.place(Text(value, 13, True), x, below, WIDTH / 3)
    lodgings = [base_name(stay) for stay in request.all_stays if stay.lodging is not None]
    y = paper.get_y() + 3
    if lodgings:
        told = f"Lodging: {', '.join(dict.fromkeys(lodgings))}"
        y = paper.place(Text(told, colour=GREY), LEFT, y, WIDTH) + 1
    paper.set_y(y + 4)
    for number in range(1, len(itinerary.days) + 1):
        _overview(paper, itinerary, number)
    paper.rule(paper.get_y())
    paper.set_y(paper.get_y() + 3)
    left_out = [f"{o.what}: {o.reason}." for o in by_reason(itinerary.left_out)]
    paper.points("Left out", left_out)
    paper.points("Notes", list(itinerary.notes))
    paper.points("Mind", minded)


def _overview(paper: Paper, itinerary: Itinerary, number: int) -> None:
    """A line of the cover's table: the day, its ways from other cities and stops, its cost."""
    day = itinerary.days[number - 1]
    names = [transfer(one) for one in itinerary.transfers if one.day == number]
    names.append(", ".join(visit.place.name for visit in day.visits) or "Nothing planned.")
    stops = Text(". ".join(names), 9)
    height = paper.height(stops, WIDTH - 70)
    if not paper.room(height + 4):
        paper.rule(paper.get_y())
    y = paper.get_y() + 2
    paper.badge(number, LEFT + 4, y + 2.2, day_colour(number))
    when = f"{day.date:%a} {day.date.day} {day.date:%b}"
    paper.place(Text(when, 9, True), LEFT + 9, y, 30)
    if day.visits:
        paper.place(Text(sums(day.visits), 9), LEFT + WIDTH - 34, y, 34, align="R")
    paper.set_y(paper.place(stops, LEFT + 34, y, WIDTH - 70) + 2)
