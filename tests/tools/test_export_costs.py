"""CSV: rows that add up to the itinerary's own total."""

from __future__ import annotations

import csv
from dataclasses import replace
from io import StringIO

import pytest

from tests.tools.factories import planned, request, toured
from tools.export import export
from tools.export.costs import COLUMNS, TOTAL
from tools.export.wording import attribution
from tools.trip import Itinerary

PLAN = planned(request(days=2, travellers=3))


def _rows(itinerary: Itinerary) -> list[dict[str, str]]:
    text = export(itinerary, "csv").content.decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text, newline="")))


def test_each_stop_has_a_row_with_the_partys_price() -> None:
    """Date, day, place, kind, meal, persons and price are those of the visit."""
    *rows, _ = _rows(PLAN)
    assert tuple(rows[0]) == COLUMNS
    visits = [(n, day, v) for n, day in enumerate(PLAN.days, 1) for v in day.visits]
    assert len(rows) == len(visits)
    for row, (number, day, visit) in zip(rows, visits, strict=True):
        assert (row["date"], row["day"]) == (day.date.isoformat(), str(number))
        assert (row["place"], row["kind"]) == (visit.place.name, visit.place.category.value)
        assert row["meal"] == (visit.meal.value if visit.meal else "")
        assert (row["persons"], row["currency"], row["city"]) == ("3", "EUR", "Rome")
        assert float(row["price"]) == float(row["trip_price"]) == visit.price.amount
        assert row["source"] == "Test catalogue (as of 2026-11)"
    assert any(row["meal"] for row in rows)


@pytest.mark.parametrize("plan", [PLAN, toured(), planned(request(days=1), ())])
def test_rows_add_up_to_the_itinerarys_total(plan: Itinerary) -> None:
    """In the trip's currency, also where a city has another one; the last row says so."""
    *rows, total = _rows(plan)
    assert total["place"] == TOTAL
    assert float(total["price"]) == float(total["trip_price"]) == plan.cost.amount
    assert total["currency"] == plan.cost.currency == "EUR"
    assert round(sum(float(row["trip_price"]) for row in rows), 2) == plan.cost.amount
    assert {row["trip_currency"] for row in rows} <= {"EUR"}
    assert total["source"] == attribution(plan)


def test_a_tour_keeps_each_citys_currency() -> None:
    assert {row["currency"] for row in _rows(toured())[:-1]} == {"EUR", "GBP"}


@pytest.mark.parametrize(
    ("name", "cell"),
    [('Széchenyi, "fürdő"\nspa', 'Széchenyi, "fürdő" spa'), ("=1+1", "'=1+1"), ("@x", "'@x")],
)
def test_names_are_one_line_and_never_formulas(name: str, cell: str) -> None:
    day = PLAN.days[0]
    odd = replace(day.visits[0], place=replace(day.visits[0].place, name=name))
    plan = replace(PLAN, days=(replace(day, visits=(odd, *day.visits[1:])), *PLAN.days[1:]))
    assert _rows(plan)[0]["place"] == cell


def test_the_file_is_the_same_every_time_and_opens_in_excel() -> None:
    """UTF-8 with a byte order mark, lines as RFC 4180 has them."""
    made = export(PLAN, "csv")
    assert made.content == export(PLAN, "csv").content
    assert made.content.startswith(b"\xef\xbb\xbfdate,day,")
    assert made.content.count(b"\r\n") == made.content.count(b"\n") == len(PLAN.visits) + 2
