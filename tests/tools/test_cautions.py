"""What is told to mind at a stop: hours that nobody knows, holidays, a door that soon closes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from icalendar import Calendar
from pypdf import PdfReader

from agent.board import board_of
from agent.words import LANGUAGES, words_for
from tests.tools.factories import planned, request
from tools.cautions import SOON_MINUTES, CautionKind, cautions, holiday_on
from tools.export import export
from tools.trip import Itinerary

PLAN = planned(request(days=1))
"""A Friday in April 2027 in Rome, no holiday."""
_FIRST = PLAN.days[0].visits[0]


def _with(plan: Itinerary = PLAN, **facts: str) -> Itinerary:
    """The plan with other facts of its first place."""
    day = plan.days[0]
    place = replace(day.visits[0].place, **facts)  # type: ignore[arg-type]
    visits = (replace(day.visits[0], place=place), *day.visits[1:])
    return replace(plan, days=(replace(day, visits=visits), *plan.days[1:]))


def _kinds(plan: Itinerary) -> list[CautionKind]:
    return [one.kind for one in cautions(plan, 1, plan.days[0].visits[0])]


def _closing_after(minutes: int) -> str:
    closes = _FIRST.departure + timedelta(minutes=minutes)
    return f"Mo-Su 06:00-{closes:%H:%M}"


@pytest.mark.parametrize(
    ("facts", "kinds"),
    [
        ({"hours": "24/7"}, []),
        ({"hours": "Mo-Su 06:00-23:00"}, []),
        ({"hours": ""}, [CautionKind.HOURS_UNKNOWN]),
        ({"hours": "", "confidence": "low"}, [CautionKind.HOURS_UNKNOWN]),
        ({"hours": "24/7", "confidence": "low"}, [CautionKind.UNSURE]),
        ({"hours": "whenever you like"}, [CautionKind.UNSURE]),
        ({"hours": _closing_after(0)}, [CautionKind.CLOSES_SOON]),
        ({"hours": _closing_after(SOON_MINUTES)}, [CautionKind.CLOSES_SOON]),
        ({"hours": _closing_after(SOON_MINUTES + 1)}, []),
        ({"hours": _closing_after(5), "confidence": "low"},
         [CautionKind.UNSURE, CautionKind.CLOSES_SOON]),
    ],
)  # fmt: skip
def test_what_is_to_be_minded(facts: dict[str, str], kinds: list[CautionKind]) -> None:
    assert _kinds(_with(**facts)) == kinds


def test_a_holiday_is_told_where_the_hours_do_not_speak_of_it() -> None:
    liberation = planned(request(days=1, start=date(2027, 4, 25)))
    place = liberation.days[0].visits[0].place
    assert holiday_on(liberation.request.city, date(2027, 4, 25)) == "Liberation Day"
    assert holiday_on(liberation.request.city, date(2027, 4, 26)) == ""
    hours = "Mo-Su 00:00-24:00"
    (found,) = cautions(*_first(_with(liberation, hours=hours)))
    assert (found.kind, found.holiday) == (CautionKind.HOLIDAY, "Liberation Day")
    assert not cautions(*_first(_with(liberation, hours=f"{hours}; PH 10:00-23:00")))
    assert not cautions(*_first(_with(liberation, hours="24/7")))
    assert place.hours  # of the catalogue: it was planned by them


def _first(plan: Itinerary) -> tuple[Itinerary, int, object]:
    return plan, 1, plan.days[0].visits[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_board_tells_it_at_the_stop(language: str) -> None:
    words, made = words_for(language), _FIRST.arrival
    plan = _with(hours=_closing_after(3), address="Via Sacra, 5")
    stop, *others = board_of(plan, made=made, words=words)["days"][0]["stops"]
    closes = f"{_FIRST.departure + timedelta(minutes=3):%H:%M}"
    assert len(stop["warnings"]) == 1 and closes in stop["warnings"][0]
    assert stop["address"] == "Via Sacra, 5" and not any(one["address"] for one in others)
    unknown = board_of(_with(hours=""), made=made, words=words)["days"][0]["stops"][0]
    assert unknown["warnings"] == [words.text("hours_unknown")]


def test_files_tell_where_a_stop_is_and_what_to_mind_there() -> None:
    plan = _with(hours="", address="Via Sacra, 5, 00186 Roma")
    told = "Nobody noted its opening hours: look them up before you go."
    pdf = PdfReader(BytesIO(export(plan, "pdf").content))
    tight = "".join("".join(p.extract_text() for p in pdf.pages).replace("\0", "").split())
    other = plan.days[0].visits[1].place.coordinates
    for words in (told, "Via Sacra, 5, 00186 Roma", f"{other.lat:.5f}, {other.lon:.5f}"):
        assert words.replace(" ", "") in tight
    for format in ("html", "markdown", "gpx", "kml"):
        text = export(plan, format).content.decode()
        assert told in text and "Via Sacra, 5, 00186 Roma" in text
    event = next(iter(Calendar.from_ical(export(plan, "ics").content).walk("VEVENT")))
    assert event["LOCATION"] == f"{_FIRST.place.name}, Via Sacra, 5, 00186 Roma"
    assert told in event["DESCRIPTION"]
    assert '"address": "Via Sacra, 5, 00186 Roma"' in export(plan, "geojson").content.decode()


def test_an_address_is_kept_in_a_trips_file() -> None:
    plan = _with(address="Via Sacra, 5")
    assert Itinerary.from_json(plan.to_json()) == plan
    assert '"address"' not in PLAN.to_json()  # older trips keep their fingerprint
