"""Markdown (CommonMark): to read, print or paste."""

from __future__ import annotations

import re

from tools.export.links import day_links
from tools.export.wording import (
    attribution,
    base_name,
    cities,
    day_heading,
    kept_free,
    money,
    party,
    span,
    title,
    to_mind,
    transfer,
    way,
)
from tools.left_out import by_reason
from tools.trip import Itinerary

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~])")


def render(itinerary: Itinerary) -> str:
    """The plan as text, day by day; times are local, prices for the whole party."""
    request = itinerary.request
    count = "1 day" if request.days == 1 else f"{request.days} days"
    lines = [f"# {_plain(cities(itinerary))}, {count} from {request.start:%d %B %Y}", ""]
    lines += [f"{party(itinerary)}, {request.pace.value} pace, {money(itinerary.cost)} in all.", ""]
    for number, day in enumerate(itinerary.days, start=1):
        lines += [f"## {_plain(day_heading(itinerary, number))}", ""]
        for one in itinerary.transfers:
            if one.day == number:
                when = span(one.departure, one.arrival)
                lines += [f"- **{when}** {_plain(transfer(one))}", ""]
        for start, end, what in kept_free(itinerary, number):
            lines += [f"- **{span(start, end)}** {what}", ""]
        lines += _day(itinerary, number)
        if day.visits:
            links = day_links(itinerary, number)
            google, osm = links["google_maps"], links["osm"]
            lines += [f"See this day on [Google Maps]({google}) or [OpenStreetMap]({osm}).", ""]
    if itinerary.left_out:
        lines += ["## Left out", ""]
        lines += [f"- {_plain(o.what)}: {_plain(o.reason)}." for o in by_reason(itinerary.left_out)]
        lines.append("")
    if itinerary.notes:
        lines += ["## Notes", ""]
        lines += [f"- {_plain(note)}" for note in itinerary.notes]
        lines.append("")
    lines += ["---", "", _plain(attribution(itinerary)), ""]
    return "\n".join(lines)


def _day(itinerary: Itinerary, number: int) -> list[str]:
    day, stay = itinerary.days[number - 1], itinerary.request.stay_on(number)
    if not day.visits:
        return ["Nothing planned.", ""]
    base = _plain(base_name(stay))
    lines = [f"From {base}: {way(day.legs[0])}.", ""]
    for visit, leg in zip(day.visits, day.legs[1:], strict=True):
        price = "free" if visit.price.amount == 0 else money(visit.price)
        facts = [f"{price}"] + (["fixed"] if visit.pinned else [])
        lines.append(
            f"- **{span(visit.arrival, visit.departure)}** {_plain(title(visit))} "
            f"({', '.join(facts)})"
        )
        if visit.place.summary:
            lines.append(f"  {_plain(visit.place.summary)}")
        if visit.place.address:
            lines.append(f"  {_plain(visit.place.address)}")
        lines += [f"  **{_plain(one)}.**" for one in to_mind(itinerary, number, visit)]
        last = visit is day.visits[-1]
        lines.append(f"  *{'Back to ' + base if last else 'Then'}: {way(leg)}.*")
    return [*lines, ""]


def _plain(text: str) -> str:
    """The text so that Markdown shows it as it stands, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
