"""CSV (RFC 4180): what the trip costs, a row a stop and the total, for a spreadsheet."""

from __future__ import annotations

import csv
import io

from tools.export.wording import attribution, source
from tools.money import convert
from tools.trip import Itinerary, Visit

COLUMNS = (
    "date",
    "day",
    "city",
    "place",
    "kind",
    "meal",
    "persons",
    "price",
    "currency",
    "trip_price",
    "trip_currency",
    "source",
)
TOTAL = "Total"
"""The last row's place."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that starts so would run as a formula in a spreadsheet."""


def render(itinerary: Itinerary) -> str:
    """The costs as CSV text with a header; a byte order mark lets Excel read it as UTF-8.

    `price` is for the whole party in the place's currency, as the trip has it; `trip_price` is the
    same in the trip's currency, with parts of a cent where it was converted, so that the column
    adds up to the last row. That row has `TOTAL` as its place, the itinerary's own cost as both
    prices and the attribution as its source. Lodging and ways between cities have no rows: the trip
    does not know what they cost.

    Raises:
        InvalidRequestError: a currency that has no rate here.
    """
    text = io.StringIO(newline="")
    text.write("\ufeff")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    rates = _rates(itinerary)
    for number, day in enumerate(itinerary.days, start=1):
        for visit in day.visits:
            row = _row(itinerary, number, visit, rates[visit.price.currency])
            writer.writerow({**row, "date": day.date.isoformat()})
    total = itinerary.cost
    amount = _number(total.amount)
    writer.writerow(
        {
            "place": TOTAL,
            "persons": str(itinerary.request.travellers),
            "price": amount,
            "currency": total.currency,
            "trip_price": amount,
            "trip_currency": total.currency,
            "source": _cell(attribution(itinerary)),
        }
    )
    return text.getvalue()


def _rates(itinerary: Itinerary) -> dict[str, float]:
    """By currency, what one unit is in the trip's.

    From the currency's sum, which is what `Itinerary.cost` converts: prices converted and rounded
    one by one would add up to some cents more or less.
    """
    sums: dict[str, float] = {}
    for visit in itinerary.visits:
        sums[visit.price.currency] = sums.get(visit.price.currency, 0.0) + visit.price.amount
    trip = itinerary.request.city.currency
    return {
        known: convert(amount, known, trip) / amount if amount else 0.0
        for known, amount in sums.items()
    }


def _row(itinerary: Itinerary, number: int, visit: Visit, rate: float) -> dict[str, str]:
    request, place = itinerary.request, visit.place
    return {
        "day": str(number),
        "city": _cell(request.stay_on(number).city.name),
        "place": _cell(place.name),
        "kind": place.category.value,
        "meal": visit.meal.value if visit.meal else "",
        "persons": str(request.travellers),
        "price": _number(visit.price.amount),
        "currency": visit.price.currency,
        "trip_price": _number(visit.price.amount * rate),
        "trip_currency": request.city.currency,
        "source": _cell(source(place)),
    }


def _number(amount: float) -> str:
    """At least two decimals, at most six, never in powers of ten."""
    whole, _, parts = f"{amount:.6f}".partition(".")
    return f"{whole}.{parts.rstrip('0').ljust(2, '0')}"


def _cell(text: str) -> str:
    """The text on one line, and never a formula."""
    line = " ".join(text.split())
    return f"'{line}" if line.startswith(_FORMULA) else line
