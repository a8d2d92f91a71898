"""Exports: complete, well-formed, and true to the plan."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Event, Timezone

from tests.tools.factories import PLACES, TRAVEL, planned, request, toured
from tools import editing
from tools.arguments import ExportTrip
from tools.errors import InvalidRequestError
from tools.export import FORMATS, export, ics
from tools.export.links import day_links
from tools.place import Coordinates
from tools.trip import Itinerary, LeftOut, Pin

PLAN = planned(
    request(
        days=2,
        lodging=Coordinates(41.9, 12.49),
        lodging_name="Casa [Blu]",
        pins=(Pin("rome-temple", 1, time(15)),),
        must_see=("rome-nowhere",),
    )
)


def _calendar(itinerary: Itinerary) -> Calendar:
    calendar = Calendar.from_ical(export(itinerary, "ics").content)
    assert isinstance(calendar, Calendar)
    return calendar


def _events(itinerary: Itinerary) -> list[Event]:
    return [e for e in _calendar(itinerary).walk("VEVENT") if isinstance(e, Event)]


def _moment(moment: date) -> datetime:
    assert isinstance(moment, datetime)
    return moment


TEXTS = tuple(format for format in FORMATS if format != "pdf")
"""The PDF's words are in `test_export_pdf`."""


@pytest.mark.parametrize("format", TEXTS)
def test_each_format_names_every_visit_and_its_source(format: str) -> None:
    """No visit is lost, the file is named after the trip, and says where facts come from."""
    made = export(PLAN, format)
    text = made.content.decode().replace("\r\n ", "")
    assert made.filename.startswith("rome-2027-04-09.")
    assert "/" in made.media_type
    assert all(visit.place.name in text for visit in PLAN.visits)
    assert "Test catalogue" in text


def test_unknown_format_is_refused() -> None:
    """Another format is refused with those there are."""
    with pytest.raises(
        InvalidRequestError, match="markdown, ics, geojson, json, gpx, kml, csv, pdf, html"
    ):
        export(PLAN, "docx")


def test_json_export_reads_back() -> None:
    """The JSON file is the itinerary."""
    assert Itinerary.from_json(export(PLAN, "json").content.decode()) == PLAN


def test_calendar_times_are_those_of_the_plan() -> None:
    """Events start and end when visits do, in the city's zone, with that zone described."""
    calendar = _calendar(PLAN)
    events = _events(PLAN)
    assert [(e.start, e.end) for e in events] == [(v.arrival, v.departure) for v in PLAN.visits]
    assert b"DTSTART;TZID=Europe/Rome:20270409T" in export(PLAN, "ics").content
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Rome"]


def test_hours_are_right_on_both_sides_of_a_clock_change() -> None:
    """Rome, 27 to 29 March 2027: 09:00 is 08:00 in UTC on Saturday, 07:00 from Sunday on."""
    plan = planned(replace(request(days=3), start=date(2027, 3, 27)))
    offsets = {}
    for event, visit in zip(_events(plan), plan.visits, strict=True):
        start = _moment(event.start)
        assert f"{start:%Y-%m-%d %H:%M}" == f"{visit.arrival:%Y-%m-%d %H:%M}"
        assert start.timestamp() == visit.arrival.timestamp()
        offsets[start.date().day] = start.utcoffset()
    one, two = timedelta(hours=1), timedelta(hours=2)
    assert offsets == {27: one, 28: two, 29: two}


@pytest.mark.parametrize("start", [date(2027, 3, 27), date(2027, 10, 30), date(2041, 7, 1)])
def test_calendar_zone_knows_the_clock_changes(start: date) -> None:
    """Read by its own VTIMEZONE alone, each event is at the right moment in UTC.

    The dates are the weekends of both clock changes, and one beyond 2038.
    """
    plan = planned(replace(request(days=2), start=start))
    (zone,) = _calendar(plan).walk("VTIMEZONE")
    assert isinstance(zone, Timezone)
    described = zone.to_tz(lookup_tzid=False)
    events = _events(plan)
    assert len(events) == len(plan.visits)
    for event, visit in zip(events, plan.visits, strict=True):
        wall = _moment(event.start).replace(tzinfo=None)
        assert described.utcoffset(wall) == visit.arrival.utcoffset()


def test_calendar_uids_are_stable_and_unique() -> None:
    """A place keeps its UID when the plan is written again or its day is edited."""
    uids = [str(e["UID"]) for e in _events(PLAN)]
    assert len(set(uids)) == len(uids)
    assert uids == [str(e["UID"]) for e in _events(PLAN)]
    swapped = editing.swap_days(
        PLAN, editing.Planner(PLACES, TRAVEL, iterations=10), 1, 2
    ).itinerary
    both = {v.place.id for v in PLAN.visits} & {v.place.id for v in swapped.visits}
    assert len(both) > 5
    later = {str(e["UID"]) for e in _events(swapped)}
    assert sum(uid in later for uid in uids) == len(both)


def test_calendar_stamp_is_the_one_given() -> None:
    """The time of writing can be given; it is written in UTC."""
    stamp = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Europe/Rome"))
    text = ics.render(PLAN, stamp)
    assert text.count(b"DTSTAMP:20261123T110000Z") == len(PLAN.visits)


def test_geojson_has_a_point_a_visit_and_a_line_a_day() -> None:
    """Positions are longitude first; a line runs from the lodging through the day and back."""
    collection = json.loads(export(PLAN, "geojson").content)
    assert collection["type"] == "FeatureCollection"
    points = [f for f in collection["features"] if f["properties"]["kind"] == "visit"]
    lines = [f for f in collection["features"] if f["properties"]["kind"] == "day"]
    assert [f["geometry"]["coordinates"] for f in points] == [
        [v.place.coordinates.lon, v.place.coordinates.lat] for v in PLAN.visits
    ]
    for line, day in zip(lines, PLAN.days, strict=True):
        path = line["geometry"]["coordinates"]
        assert path[0] == path[-1] == [12.49, 41.9]
        assert len(path) == len(day.visits) + 2
        assert line["properties"]["minutes"] == sum(leg.minutes for leg in day.legs)


def test_markdown_tells_times_legs_prices_and_what_was_left_out() -> None:
    """A reader finds each visit's times, the way there, the total and the reasons."""
    text = export(PLAN, "markdown").content.decode()
    for visit in PLAN.visits:
        assert f"**{visit.arrival:%H:%M}\N{EN DASH}{visit.departure:%H:%M}**" in text
    assert text.count("min on foot") + text.count("min by public transport") == sum(
        len(day.legs) for day in PLAN.days
    )
    assert f"{PLAN.cost.amount:g} EUR in all" in text
    assert "- rome-nowhere: no such place is known in Rome." in text
    assert "fixed" in text


def test_markdown_links_each_day_to_maps() -> None:
    text = export(PLAN, "markdown").content.decode()
    for number in (1, 2):
        links = day_links(PLAN, number)
        told = f"[Google Maps]({links['google_maps']}) or [OpenStreetMap]({links['osm']})"
        assert text.count(told) == 1


def test_the_models_tool_offers_formats_that_there_are() -> None:
    """Its list is its own: an adapter is trained on it."""
    offered = get_args(ExportTrip.model_fields["format"].annotation)
    assert offered == FORMATS[: len(offered)] == ("markdown", "ics", "geojson", "json")


def test_markdown_shows_names_as_they_are() -> None:
    """Characters that mean something in Markdown are escaped, line breaks folded."""
    odd = replace(PLAN, left_out=(LeftOut("*Bar* <b>\n# x", "a|b"),))
    text = export(odd, "markdown").content.decode()
    assert r"- \*Bar\* \<b\> \# x: a\|b." in text
    assert r"Casa \[Blu\]" in text


def test_empty_days_export() -> None:
    """A day without visits is written in every format."""
    empty = planned(request(days=1), ())
    assert "Nothing planned." in export(empty, "markdown").content.decode()
    assert _events(empty) == []
    assert len(json.loads(export(empty, "geojson").content)["features"]) == 1


def test_visits_after_midnight_keep_their_order() -> None:
    """An event that ends after midnight ends on the next date."""
    day = PLAN.days[0]
    late = replace(day.visits[-1], departure=day.visits[-1].arrival + timedelta(hours=6))
    plan = replace(PLAN, days=(replace(day, visits=(*day.visits[:-1], late)), *PLAN.days[1:]))
    ends = [_moment(e.end).date() for e in _events(plan)]
    assert ends.count(date(2027, 4, 10)) == 1 + len(PLAN.days[1].visits)


@pytest.mark.parametrize("format", [format for format in TEXTS if format != "csv"])
def test_each_format_tells_the_ways_between_cities(format: str) -> None:
    made = export(toured(), format)
    assert made.filename.startswith("rome-naples-london-2027-04-09.")
    text = made.content.decode().replace("\r\n ", "")
    for one in toured().transfers:
        assert one.origin.name in text
        assert (f"{one.departure:%H:%M}" in text) == (format != "ics")


def test_a_tour_in_the_calendar_is_told_in_each_citys_time() -> None:
    """Visits are at their city's clock time; a way leaves by one clock and arrives by another."""
    tour = toured()
    events = {str(event["SUMMARY"]): event for event in _events(tour)}
    assert len(events) == len(tour.visits) + len(tour.transfers)
    flight = events["Naples to London"]
    assert (flight.start, flight.end) == (tour.transfers[1].departure, tour.transfers[1].arrival)
    zones = {str(zone["TZID"]) for zone in _calendar(tour).walk("VTIMEZONE")}
    assert zones == {"Europe/Rome", "Europe/London"}
    last = tour.days[-1].visits[-1]
    assert str(_events(tour)[len(tour.visits) - 1]["LOCATION"]).endswith(", London")
    assert _events(tour)[len(tour.visits) - 1].start == last.arrival


def test_a_tour_on_the_map_has_a_base_in_each_city() -> None:
    features = json.loads(export(toured(), "geojson").content)["features"]
    kinds = [feature["properties"]["kind"] for feature in features]
    assert kinds.count("base") == 3
    assert kinds.count("transfer") == 2
    days = [f for f in features if f["properties"]["kind"] == "day"]
    london = toured().request.stays[2].base
    assert days[-1]["geometry"]["coordinates"][0] == [london.lon, london.lat]
