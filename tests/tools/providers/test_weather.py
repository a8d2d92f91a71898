"""Forecasts within sixteen days, and what a month is usually like otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from agent.dialogue.phrases import plain_answer
from tests.tools.providers.conftest import NOW, Open
from tests.tools.providers.shapes import forecast
from tests.tools.providers.stub import Answer, Stub
from tools import almanac
from tools.catalog import perform
from tools.errors import InvalidRequestError
from tools.outcome import Trip
from tools.providers.ledger import recording

TODAY = NOW.date()


def _days(first: int, last: int) -> tuple[date, date]:
    return TODAY + timedelta(days=first), TODAY + timedelta(days=last)


def test_a_forecast(stub: Stub, opened: Open) -> None:
    """Means of the days asked for, their dates, and the source; one ask serves all questions."""
    stub.say(Answer(forecast(TODAY)))
    services = opened("open-meteo", open_meteo_url=stub.url)
    lisbon = almanac.locate(services, "Lisbon")
    with recording() as ledger:
        found = almanac.outlook(services, lisbon, *_days(1, 3))
    assert found.forecast and found.period == "24 to 26 November"
    assert (found.high, found.low, found.wet_days) == (16, 11, 2)
    assert "Open-Meteo" in found.source and ledger.sources == [found.source]
    assert almanac.outlook(services, lisbon, *_days(5, 9)).period == "28 November to 2 December"
    assert almanac.outlook(services, lisbon, TODAY, TODAY).period == "23 November"
    assert len(stub.asked) == 1
    assert stub.asked[0].path == "/v1/forecast"
    assert stub.asked[0].query["timezone"] == "Europe/Lisbon"
    assert stub.asked[0].query["latitude"] == "38.71"


def test_the_tool_tells_a_forecast_from_what_is_usual(stub: Stub, opened: Open) -> None:
    """One question, two situations: the answers' words differ with them."""
    stub.say(Answer(forecast(TODAY)))
    services = opened("open-meteo", open_meteo_url=stub.url)
    asked = {"topic": "weather", "location": "Lisbon"}
    soon = perform(services, Trip(), "look_up", {**asked, "when": "tomorrow"})
    assert soon.situation == "forecast" and soon.facts["month"] == "24 November"
    assert "Open-Meteo" in soon.sources[0]
    assert "forecast" in plain_answer([soon])
    later = perform(services, Trip(), "look_up", {**asked, "when": "May"})
    assert later.situation == "weather" and later.sources == (almanac.CLIMATE_SOURCE,)


def test_a_plan_knows_the_wet_days_that_a_service_tells(stub: Stub, opened: Open) -> None:
    """Every other day is wet, tomorrow too; what lies beyond its reach counts as dry."""
    stub.say(Answer(forecast(TODAY)))
    services = opened("open-meteo", open_meteo_url=stub.url)
    asked = {"destination": "Lisbon", "days": 3}
    soon = perform(services, Trip(), "plan_days", {**asked, "start_date": "24 November"}).trip
    assert soon.itinerary is not None
    wet = "Rain is forecast for day 1 and day 3: sights in the open are rather on other days."
    assert wet in soon.itinerary.notes
    later = perform(services, soon, "set_dates", {"start_date": "1 May"}).trip.itinerary
    assert later is not None and not any("Rain" in note for note in later.notes)
    edge = replace(soon.itinerary.request, start=TODAY + timedelta(days=13), days=5)
    assert len(almanac.rain_ahead(services, edge)) == 2
    assert almanac.rain_ahead(replace(services, live=None), edge) == {}


@pytest.mark.parametrize("span", [(8, 38), (16, 16), (-1, 2), (200, 202)])
def test_beyond_reach_the_month_is_told(stub: Stub, opened: Open, span: tuple[int, int]) -> None:
    """Not all within sixteen days: the table, without asking."""
    services = opened("open-meteo", open_meteo_url=stub.url)
    lisbon = almanac.locate(services, "Lisbon")
    first, last = _days(*span)
    found = almanac.outlook(services, lisbon, first, last)
    usual = almanac.weather(lisbon, first.month)
    assert not found.forecast and found.period == f"{first:%B}"
    assert (found.high, found.low) == (usual.high, usual.low) and stub.asked == []


def test_a_day_without_figures_is_not_made_up(stub: Stub, opened: Open) -> None:
    """The service's last day often lacks some."""
    stub.say(Answer(forecast(TODAY)))
    services = opened("open-meteo", open_meteo_url=stub.url)
    lisbon = almanac.locate(services, "Lisbon")
    assert not almanac.outlook(services, lisbon, *_days(13, 15)).forecast
    assert almanac.outlook(services, lisbon, *_days(12, 14)).forecast


@pytest.mark.parametrize(
    "broken",
    [
        Answer(forecast(TODAY), delay=20),
        Answer({"error": True, "reason": "down"}, 500),
        Answer({}, 429, {"Retry-After": "600"}),
        Answer("no json"),
        Answer({"daily": {"time": ["tomorrow"]}}),
        Answer({"error": True, "reason": "Parameter"}, 400),
    ],
    ids="slow failing limiting malformed shape refused".split(),
)
def test_an_outage_ends_in_the_table(stub: Stub, opened: Open, broken: Answer) -> None:
    """The month's means and one note; a city that the table lacks is refused as ever."""
    stub.say(broken)
    services = opened("open-meteo", open_meteo_url=stub.url)
    lisbon = almanac.locate(services, "Lisbon")
    with recording() as ledger:
        found = almanac.outlook(services, lisbon, *_days(1, 3))
    assert not found.forecast and found.source == almanac.CLIMATE_SOURCE
    assert len(ledger.notes) == 1 and "Open-Meteo" in ledger.notes[0]
    with pytest.raises(InvalidRequestError):
        almanac.outlook(services, almanac.locate(services, "Ronda"), *_days(1, 3))


def test_cities_without_a_table_have_forecasts(stub: Stub, opened: Open) -> None:
    """Any city of the gazetteer, within the sixteen days."""
    stub.say(Answer(forecast(TODAY)))
    services = opened("open-meteo", open_meteo_url=stub.url)
    assert almanac.outlook(services, almanac.locate(services, "Ronda"), *_days(0, 2)).forecast
