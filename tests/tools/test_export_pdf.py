"""PDF: everything of the trip stands on its pages, and the same trip gives the same bytes."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import cache
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.tools.factories import planned, request, toured
from tools.check import check
from tools.export import export
from tools.export.links import day_links, place_link
from tools.export.sketch import beside, kilometres
from tools.export.wording import attribution, day_heading, hours_on, money, way
from tools.place import Coordinates
from tools.trip import Itinerary, LeftOut

PLAN = planned(request(days=2, lodging=Coordinates(41.9, 12.49), lodging_name="Casa Blu"))


@cache
def _pages(itinerary: Itinerary) -> tuple[str, ...]:
    """The pages' words without any white space: lines break where they like."""
    reader = PdfReader(BytesIO(export(itinerary, "pdf").content))
    return tuple(_tight(page.extract_text()) for page in reader.pages)


def _tight(text: str) -> str:
    # pypdf reads the two bytes of Noto's codes one by one; poppler and browsers do not
    return "".join(text.replace("\0", "").split())


def _named(itinerary: Itinerary, name: str, local: str) -> Itinerary:
    """The itinerary with its first place called so."""
    day = itinerary.days[0]
    place = replace(day.visits[0].place, name=name, local_name=local)
    visits = (replace(day.visits[0], place=place), *day.visits[1:])
    return replace(itinerary, days=(replace(day, visits=visits), *itinerary.days[1:]))


@pytest.mark.parametrize("plan", [PLAN, toured()], ids=["a city", "a tour"])
def test_each_day_is_told_on_its_own_pages(plan: Itinerary) -> None:
    """Heading, times, names, hours on that date, prices and ways, in a page that others follow."""
    pages = _pages(plan)
    starts = [
        next(i for i, page in enumerate(pages) if _tight(day_heading(plan, n)) in page)
        for n in range(1, len(plan.days) + 1)
    ]
    assert starts == sorted(set(starts)) and starts[0] == 1
    for n, (day, start) in enumerate(zip(plan.days, starts, strict=True), start=1):
        end = starts[n] if n < len(starts) else len(pages)
        words = "".join(pages[start:end])
        city = plan.request.stay_on(n).city
        for visit in day.visits:
            for told in (
                visit.place.name,
                f"{visit.arrival:%H:%M}\N{EN DASH}{visit.departure:%H:%M}",
                hours_on(visit.place, city, day.date),
                money(visit.price) if visit.price.amount else "free",
            ):
                assert _tight(told) in words
        assert all(_tight(way(leg)) in words for leg in day.legs)


def test_the_cover_tells_the_trip_as_a_whole() -> None:
    """Cities, dates, travellers, total, ways between cities and what was left out."""
    tour = replace(toured(), left_out=(LeftOut("Moon", "too far"),), notes=("A note.",))
    cover = _pages(tour)[0]
    for told in ("Rome, Naples and London", "9\N{EN DASH}13 April 2027, 5 days", "1 traveller"):
        assert _tight(told) in cover
    for told in (money(tour.cost), "Naples to London by plane", "Moon: too far.", "A note."):
        assert _tight(told) in cover
    assert "CasaBlu" in _pages(PLAN)[0]


def test_pages_are_numbered_and_the_sources_stand_at_the_end() -> None:
    pages = _pages(PLAN)
    for number, page in enumerate(pages, start=1):
        assert f"Page{number}of{len(pages)}" in page
    assert _tight(attribution(PLAN)) in pages[-1]
    assert "GeoNames,CC-BY4.0" in pages[-1]


def test_the_same_trip_gives_the_same_bytes() -> None:
    """Dated by the trip, not by today."""
    made = export(PLAN, "pdf").content
    assert made == export(PLAN, "pdf").content
    created = PdfReader(BytesIO(made)).metadata
    assert created is not None and f"{created.creation_date:%Y-%m-%d}" == "2027-04-09"


@pytest.mark.parametrize(
    ("name", "local"),
    [
        ("Széchenyi Gyógyfürdő", "Đường Nguyễn Huệ"),
        ("Kiyomizu-dera", "清水寺"),
        ("Gyeongbokgung", "경복궁"),
        ("Acropolis", "Ακρόπολη Αθηνών"),
    ],
)
def test_names_are_written_in_their_own_script(
    name: str, local: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Each letter has its glyph: fpdf2 would warn of one that is missing."""
    plan = _named(planned(request(days=1)), name, local)
    with caplog.at_level(logging.WARNING):
        words = "".join(_pages(plan))
    assert _tight(name) in words and _tight(local) in words
    assert not caplog.records


def test_arabic_letters_are_joined_and_what_no_font_has_is_no_box(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Cuneiform becomes question marks, a picture nothing, the Latin letters stay."""
    plan = _named(planned(request(days=1)), "Bar 𒀀𒀁 🍕 Ur", "الأزهر")
    with caplog.at_level(logging.WARNING):
        words = "".join(_pages(plan))
    assert "Bar??Ur" in words and not caplog.records
    assert "الأزهر" in words or "رهزألا" in words  # readers differ in the order they give


def test_what_is_wrong_with_a_day_and_its_holiday_are_told() -> None:
    """The check's own sentences, on that day's page; 25 April is Liberation Day in Italy."""
    first = PLAN.days[0]
    shut = replace(first.visits[0].place, hours="off")
    visits = (replace(first.visits[0], place=shut), *first.visits[1:])
    plan = replace(PLAN, days=(replace(first, visits=visits), *PLAN.days[1:]))
    (violation, *_) = [v for v in check(plan) if v.kind == "closed"]
    assert _tight(violation.message) in _pages(plan)[1]
    assert "Closedonthisday" in _pages(plan)[1]
    assert "Mind" not in _pages(PLAN)[1]
    holiday = planned(replace(request(days=1), start=request().start.replace(day=25)))
    assert "Apublicholiday:LiberationDay" in "".join(_pages(holiday)[1:])


def test_each_day_links_to_the_maps() -> None:
    reader = PdfReader(BytesIO(export(PLAN, "pdf").content))
    found = {
        str(note.get_object()["/A"]["/URI"])
        for page in reader.pages
        for note in page.get("/Annots", ())
    }
    days = {url for number in (1, 2) for url in day_links(PLAN, number).values()}
    assert found == days | {place_link(visit.place.coordinates) for visit in PLAN.visits}


def test_empty_days_and_long_ones_are_written() -> None:
    """A day without stops says so; one with twenty goes on over the page."""
    assert "Nothingplanned." in _pages(planned(request(days=1), ()))[1]
    day = PLAN.days[0]
    many = replace(day, visits=day.visits[:1] * 20, legs=day.legs[:1] * 21)
    pages = _pages(replace(PLAN, days=(many, *PLAN.days[1:])))
    assert sum("(continued)" in page for page in pages) >= 1


def test_dots_of_one_point_stand_apart() -> None:
    """They keep inside their box, and a map across the date line is a small one."""
    dots = beside([(50.0, 50.0)] * 6, (0, 0, 100, 100))
    assert len({(round(x, 3), round(y, 3)) for x, y in dots}) == 5
    assert all(x <= 51.3 for x, _ in beside([(50.0, 50.0)] * 4, (0, 0, 54, 100)))
    (_, (east, south)) = kilometres([Coordinates(0, 179.99), Coordinates(0.01, -179.99)])
    assert east == pytest.approx(2.2264, abs=1e-3) and south == pytest.approx(-1.1132, abs=1e-3)
