"""Markdown (CommonMark): to read, print or paste."""

from __future__ import annotations

import re

from tools.childrens_rest import is_rest
from tools.export.wording import attribution, base_name, cities, money, title, transfer, way
from tools.trip import Day, Itinerary, Stay

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~])")


def render(itinerary: Itinerary) -> str:
    """The plan as text, day by day; times are local, prices for the whole party."""
    request = itinerary.request
    count = "1 day" if request.days == 1 else f"{request.days} days"
    lines = [f"# {_plain(cities(itinerary))}, {count} from {request.start:%d %B %Y}", ""]
    party = "1 traveller" if request.travellers == 1 else f"{request.travellers} travellers"
    lines += [f"{party}, {request.pace.value} pace, {money(itinerary.cost)} in all.", ""]
    for number, day in enumerate(itinerary.days, start=1):
        stay = request.stay_on(number)
        where = f", {_plain(stay.city.name)}" if request.stays else ""
        lines += [f"## Day {number}: {day.date:%A, %d %B %Y}{where}", ""]
        for one in itinerary.transfers:
            if one.day == number:
                when = f"{one.departure:%H:%M}\N{EN DASH}{one.arrival:%H:%M}"
                lines += [f"- **{when}** {_plain(transfer(one))}", ""]
        for free in request.free:
            if free.day in (None, number):
                what = "Rest for the children" if is_rest(request, free) else "Kept free"
                lines += [f"- **{free.start:%H:%M}\N{EN DASH}{free.end:%H:%M}** {what}", ""]
        lines += _day(stay, day)
    if itinerary.left_out:
        lines += ["## Left out", ""]
        lines += [f"- {_plain(o.what)}: {_plain(o.reason)}." for o in itinerary.left_out]
        lines.append("")
    if itinerary.notes:
        lines += ["## Notes", ""]
        lines += [f"- {_plain(note)}" for note in itinerary.notes]
        lines.append("")
    lines += ["---", "", _plain(attribution(itinerary)), ""]
    return "\n".join(lines)


def _day(stay: Stay, day: Day) -> list[str]:
    if not day.visits:
        return ["Nothing planned.", ""]
    base = _plain(base_name(stay))
    lines = [f"From {base}: {way(day.legs[0])}.", ""]
    for visit, leg in zip(day.visits, day.legs[1:], strict=True):
        price = "free" if visit.price.amount == 0 else money(visit.price)
        facts = [f"{price}"] + (["fixed"] if visit.pinned else [])
        lines.append(
            f"- **{visit.arrival:%H:%M}\N{EN DASH}{visit.departure:%H:%M}** {_plain(title(visit))} "
            f"({', '.join(facts)})"
        )
        if visit.place.summary:
            lines.append(f"  {_plain(visit.place.summary)}")
        last = visit is day.visits[-1]
        lines.append(f"  *{'Back to ' + base if last else 'Then'}: {way(leg)}.*")
    return [*lines, ""]


def _plain(text: str) -> str:
    """The text so that Markdown shows it as it stands, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
