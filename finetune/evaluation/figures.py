"""Figures as people write them, read as numbers and hours, so that "9:05" is "09:05"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.trip import Itinerary

Figure = float | tuple[int, int]
"""A number, or an hour and its minute."""

_FIGURE = re.compile(
    r"(?<![\w.])(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?!\d)(?:\s?(?P<half>[ap])\.?m\b)?"
    r"|(?P<bare>1[0-2]|0?[1-9])\s?(?P<part>[ap])\.?m\b"
    r"|(?P<number>\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)",
    re.IGNORECASE,
)
_NOON = 12


def figures_in(text: str) -> dict[str, Figure]:
    """Each figure of a text as it is written, and what it is."""
    return {match.group(): _read(match) for match in _FIGURE.finditer(text)}


def figures_of_trip(trip: Itinerary) -> Iterator[Figure]:
    """The figures that are true of a trip: days, dates, hours, lengths and prices."""
    request = trip.request
    for number, day in enumerate(trip.days, 1):
        yield from (float(number), float(day.date.day), float(day.date.year))
        for visit in day.visits:
            for moment in (visit.arrival, visit.departure):
                yield (moment.hour, moment.minute)
            yield from _amounts(visit.price.amount, visit.place.price)
            yield float(round((visit.departure - visit.arrival).total_seconds() / 60))
        for leg in day.legs:
            yield from (float(leg.minutes), float(leg.metres), round(leg.metres / 1000, 1))
    for transfer in trip.transfers:
        yield float(transfer.minutes)
        yield from map(float, divmod(transfer.minutes, 60))
        yield float(round(transfer.metres / 1000))
    for stay in request.all_stays:
        yield float(stay.days)
    yield from (float(request.days), float(request.travellers))
    yield from _amounts(trip.cost.amount, *([] if request.budget is None else [request.budget]))
    for clock in (request.day_start, request.day_end, request.arrive_at, request.leave_at):
        if clock is not None:
            yield (clock.hour, clock.minute)


def _amounts(*amounts: float) -> Iterator[float]:
    for amount in amounts:
        yield from (float(amount), float(round(amount)))


def _read(match: re.Match[str]) -> Figure:
    if match["number"] is not None:
        return float(re.sub(r"[,\u00a0\u202f]", "", match["number"]))
    hour, half = int(match["hour"] or match["bare"]), match["half"] or match["part"]
    if half:
        hour = hour % _NOON + (_NOON if half.lower() == "p" else 0)
    return (hour, int(match["minute"] or 0))
