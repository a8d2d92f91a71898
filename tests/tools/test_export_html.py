"""HTML: one page, complete in itself, with all of the trip, in which no text becomes markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, time
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from tests.tools.factories import PLACES, planned, request, toured
from tools.check import check
from tools.export import export
from tools.export.html import DARK_COLOURS, render
from tools.export.links import day_links, place_link
from tools.export.wording import DAY_COLOURS, attribution, hours_on, money, transfer, way
from tools.place import Coordinates
from tools.trip import FreeTime, Itinerary, LeftOut, Pin

PLAN = planned(
    request(
        days=2,
        lodging=Coordinates(41.9, 12.49),
        lodging_name="Casa <Blu> & Co",
        pins=(Pin("rome-temple", 1, time(15)),),
        must_see=("rome-nowhere",),
        free=(FreeTime(2, time(16), time(17)),),
        budget=500.0,
        travellers=2,
    )
)
_VOID = frozenset({"meta", "link"})
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


@dataclass(slots=True)
class Element:
    """One of the page's elements."""

    tag: str
    attributes: dict[str, str]
    inside: list[Element | str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """Its text, spaces as one blank."""
        return " ".join(
            "".join(i if isinstance(i, str) else i.words + " " for i in self.inside).split()
        )

    def all(self, tag: str, of_class: str = "") -> Iterator[Element]:
        """The elements in it with that tag and class, in order."""
        for one in self.inside:
            if isinstance(one, Element):
                classes = one.attributes.get("class", "").split()
                if tag in ("*", one.tag) and (not of_class or of_class in classes):
                    yield one
                yield from one.all(tag, of_class)


class _Strict(HTMLParser):
    """Builds the page's tree; a tag that closes another than the open one is an error."""

    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("document", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names))
        made = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(made)
        if tag not in _VOID:
            self.open.append(made)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def _page(itinerary: Itinerary) -> Element:
    parser = _Strict()
    parser.feed(export(itinerary, "html").content.decode())
    parser.close()
    (document,) = parser.open  # everything that was opened is closed
    return document


def _days(page: Element) -> list[Element]:
    return list(page.all("section", "day"))


def _named(name: str) -> Itinerary:
    """The plan with its first place, its lodging and its notes called so."""
    day = PLAN.days[0]
    place = replace(
        day.visits[0].place, name=name, local_name=f"{name}!", summary=name, source=name
    )
    visits = (replace(day.visits[0], place=place), *day.visits[1:])
    wish = replace(PLAN.request, lodging_name=name)
    days = (replace(day, visits=visits), *PLAN.days[1:])
    return replace(PLAN, request=wish, days=days, notes=(name,), left_out=(LeftOut(name, name),))


@pytest.mark.parametrize("plan", [PLAN, toured()], ids=["a city", "a tour"])
def test_each_day_has_its_visits_in_order(plan: Itinerary) -> None:
    """Times, names, hours on that date, prices and ways, as often and in the order of the plan."""
    sections = _days(_page(plan))
    assert len(sections) == len(plan.days)
    for number, (section, day) in enumerate(zip(sections, plan.days, strict=True), start=1):
        city = plan.request.stay_on(number).city
        stops = list(section.all("li", "stop"))
        assert len(stops) == len(day.visits)
        for order, (stop, visit) in enumerate(zip(stops, day.visits, strict=True), start=1):
            (heading,), (price,) = stop.all("h3"), stop.all("p", "price")
            assert heading.words.endswith(visit.place.name)
            assert [one.words for one in stop.all("span", "badge")] == [str(order)]
            assert [t.attributes["datetime"] for t in stop.all("time")] == [
                visit.arrival.isoformat(),
                visit.departure.isoformat(),
            ]
            assert hours_on(visit.place, city, day.date) in stop.words
            assert price.words == (money(visit.price) if visit.price.amount else "Free")
        legs = [li for li in section.all("li") if li.attributes["class"] in ("walk", "transit")]
        assert [li.words for li in legs] == [way(leg) for leg in day.legs]
        assert f"Day {number}" in next(section.all("h2")).words
        assert f"{day.date:%A}, {day.date.day} {day.date:%B}" in next(section.all("h2")).words


def test_the_cover_and_the_end_tell_the_trip_as_a_whole() -> None:
    plan = replace(PLAN, notes=("A note.",), left_out=(LeftOut("Moon", "too far"),))
    page = _page(plan)
    (cover,), (footer,) = page.all("header"), page.all("footer")
    for told in ("Rome", "9\N{EN DASH}10 April 2027", "2 travellers", "Casa <Blu> & Co"):
        assert told in cover.words
    left = 500 - plan.cost.amount
    assert f"{money(plan.cost)} of 500 EUR, {left:,.2f}".removesuffix(".00") in cover.words
    assert "Moon : too far." in page.words and "A note." in page.words
    assert attribution(plan) in footer.words
    assert (
        f"Test catalogue: {len(plan.visits)} places, looked over in November 2026." in footer.words
    )
    links = [a.attributes["href"] for a in page.all("a") if a.attributes["href"].startswith("h")]
    assert links == [
        url
        for number, day in enumerate(plan.days, start=1)
        for url in (
            *day_links(plan, number).values(),
            *(place_link(visit.place.coordinates) for visit in day.visits),
        )
    ]
    (bar,) = cover.all("rect", "spent")
    assert float(bar.attributes["width"]) == pytest.approx(plan.cost.amount / 5, abs=0.06)


def test_free_time_ways_between_cities_and_what_is_fixed_are_told() -> None:
    second = _days(_page(PLAN))[1]
    (free,) = second.all("li", "free")
    assert [t.words for t in free.all("time")] == ["16:00", "17:00"] and "Kept free" in free.words
    (fixed,) = [li for li in _days(_page(PLAN))[0].all("li", "stop") if "Fixed by you" in li.words]
    assert "Temple" in fixed.words
    tour = toured()
    told = [li.words for li in _page(tour).all("li", "transfer")]
    assert len(told) == 2
    for words, one in zip(told, tour.transfers, strict=True):
        assert transfer(one) in words and "timetable" in words


@pytest.mark.parametrize("plan", [PLAN, toured()], ids=["a city", "a tour"])
def test_nothing_is_loaded_and_nothing_runs(plan: Itinerary) -> None:
    """No script, no frame, no picture, style or font from anywhere; the browser is told so, too."""
    text, page = export(plan, "html").content.decode(), _page(plan)
    tags = {element.tag for element in page.all("*")}
    assert not tags & {"script", "img", "iframe", "object", "embed", "form", "base", "use", "image"}
    for element in page.all("*"):
        assert not {"src", "srcset", "style", "xlink:href"} & element.attributes.keys()
        assert not [name for name in element.attributes if name.startswith("on")]
    assert all(link.attributes["href"].startswith("data:") for link in page.all("link"))
    (style,) = page.all("style")
    assert "@import" not in style.words and "url(" not in style.words
    assert "default-src 'none'" in text
    assert export(plan, "html").media_type == "text/html; charset=utf-8"


def test_everybodys_text_stays_text() -> None:
    """A hostile name is shown as it stands and makes no element, wherever it comes."""
    name = "</title></style><script>alert(1)</script>\"'><img src=x onerror=y>{{ 7*7 }}&amp;"
    page, plain = _page(_named(name)), _page(_named("Plain"))
    assert [e.tag for e in page.all("*")] == [e.tag for e in plain.all("*")]
    assert len([e for e in page.all("h3") if name in e.words]) == 1
    assert page.words.count(name) >= 6


@pytest.mark.parametrize("plan", [PLAN, toured(), planned(request(days=1), ())])
def test_it_can_be_read_without_seeing_it(plan: Itinerary) -> None:
    """Language, one h1, no heading level skipped, ids once, maps with title and description."""
    page = _page(plan)
    (html,) = page.all("html")
    assert html.attributes["lang"] == "en"
    levels = [_HEADINGS.index(e.tag) for e in page.all("*") if e.tag in _HEADINGS]
    assert levels[0] == 0 and levels.count(0) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))
    ids = [e.attributes["id"] for e in page.all("*") if "id" in e.attributes]
    assert len(ids) == len(set(ids))
    for element in page.all("*"):
        assert set(element.attributes.get("aria-labelledby", "").split()) <= set(ids)
    targets = [a.attributes["href"][1:] for a in page.all("a") if a.attributes["href"][0] == "#"]
    assert len(targets) == len(plan.days) and set(targets) <= set(ids)
    maps = list(page.all("svg", "map"))
    days = [day for day in plan.days if day.visits]
    for drawn, day in zip(maps, days, strict=True):
        assert drawn.attributes["role"] == "img"
        (told,), (named,) = drawn.all("desc"), drawn.all("title")
        assert named.words.startswith("Map of day ")
        assert all(visit.place.name in told.words for visit in day.visits)
        assert len(list(drawn.all("circle", "pin"))) == len(day.visits)
        lines = [*drawn.all("line", "walk"), *drawn.all("line", "transit")]
        assert len(lines) == len(day.legs)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    """By WCAG 2.2, relative luminance."""
    low, high = sorted(map(_luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_aa_in_light_and_dark() -> None:
    """Every text colour on what it stands on: at least 4.5 to 1."""
    (style,) = _page(PLAN).all("style")
    schemes = re.findall(r":root \{(.*?)\}", style.words)
    light, dark = (dict(re.findall(r"--([\w-]+): (#\w{6})", block)) for block in schemes[:2])
    for colours, days in ((light, DAY_COLOURS), (dark, DARK_COLOURS)):
        assert len(set(days)) == 8
        pairs = [(colours[ink], colours["page"]) for ink in ("ink", "quiet", "link", "over")]
        pairs += [(colours["warn"], colours["warn-ground"]), (colours["quiet"], colours["ground"])]
        pairs += [(day, colours[ground]) for day in days for ground in ("page", "on-day")]
        assert min(_contrast(*pair) for pair in pairs) >= 4.5


def test_a_day_on_which_the_clocks_change_says_so() -> None:
    """28 March 2027: forward in Rome, and Easter; the stay is told in minutes that pass."""
    plan = planned(request(days=2, start=date(2027, 3, 27)))
    before, after = _days(_page(plan))
    assert "clocks" not in before.words
    assert "The clocks go forward on this date" in after.words and "Easter" in after.words
    assert all("+02:00" in t.attributes["datetime"] for t in after.all("time"))
    autumn = planned(request(days=1, start=date(2027, 10, 31)))
    assert "The clocks go back on this date" in _days(_page(autumn))[0].words
    night = PLAN.days[0].visits[0]
    start = night.arrival.replace(year=2027, month=3, day=28, hour=1, minute=30)
    long = replace(night, arrival=start, departure=start.replace(hour=4))
    day = replace(PLAN.days[0], visits=(long,), legs=PLAN.days[0].legs[:2])
    shown = _days(_page(replace(PLAN, days=(day, PLAN.days[1]))))[0]
    assert " 2 h " in next(shown.all("li", "stop")).words


def test_what_is_wrong_with_a_plan_is_told_beside_its_day() -> None:
    first = PLAN.days[0]
    shut = replace(first.visits[0].place, hours="off")
    visits = (replace(first.visits[0], place=shut), *first.visits[1:])
    plan = replace(PLAN, days=(replace(first, visits=visits), PLAN.days[1]))
    (violation, *_) = [v for v in check(plan) if v.kind == "closed"]
    (minded,) = _days(_page(plan))[0].all("div", "mind")
    assert violation.message in minded.words
    assert not list(_page(PLAN).all("div", "mind"))
    poor = replace(PLAN, request=replace(PLAN.request, budget=10.0))
    (cost,) = _page(poor).all("div", "cost")
    assert "over" in cost.attributes["class"].split() and "too much" in cost.words


def test_empty_days_are_written_and_the_same_trip_is_the_same_page() -> None:
    (day,) = _days(_page(planned(request(days=1), ())))
    assert "Nothing planned." in day.words and not list(day.all("svg"))
    assert render(toured()) == render(toured())
    many = planned(request(days=9), PLACES)
    assert "c1" in _days(_page(many))[8].attributes["class"].split()
