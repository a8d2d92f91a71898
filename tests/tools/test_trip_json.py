"""Itinerary JSON: exact round trip, the schema, and refusals in one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped,unused-ignore]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools import factories
from tools.errors import DataError
from tools.place import Category, Coordinates, Diet, Interest, MealKind
from tools.trip import Itinerary, LeftOut, Money, Pin

SCHEMA = Path(__file__).parents[2] / "docs" / "itinerary.schema.json"
RICH = factories.planned(
    factories.request(
        days=2,
        must_see=("rome-arena",),
        pins=(Pin("rome-temple", 1, time(15)), Pin("rome-nowhere")),
        lodging=Coordinates(41.9, 12.49),
        lodging_name="Casa",
        budget=300.5,
        interests=(Interest.ART,),
        diets=(Diet.VEGETARIAN,),
    )
)

_text = st.text(max_size=30)
_price = st.floats(0, 1e6)


_names = st.lists(_text, max_size=2).map(tuple)


@st.composite
def _itineraries(draw: st.DrawFn) -> Itinerary:
    """The rich plan with facts, prices, hours of the day and texts replaced at random."""
    days = []
    for day in RICH.days:
        visits = []
        for visit in day.visits:
            place = replace(
                visit.place,
                name=draw(_text),
                hours=draw(_text),
                price=draw(_price),
                coordinates=Coordinates(draw(st.floats(-90, 90)), draw(st.floats(-180, 180))),
                aliases=tuple(draw(st.lists(_text, max_size=2))),
                diets=draw(st.frozensets(st.sampled_from(Diet))),
                interests=tuple(draw(st.lists(st.sampled_from(Interest), unique=True))),
                meals=draw(st.frozensets(st.sampled_from(MealKind))),
                good_for_kids=draw(st.booleans()),
            )
            shift = timedelta(seconds=draw(st.integers(-3600, 3600)))
            visits.append(
                replace(
                    visit,
                    place=place,
                    arrival=visit.arrival + shift,
                    price=Money(draw(_price), "EUR"),
                    meal=draw(st.none() | st.sampled_from(MealKind)),
                    pinned=draw(st.booleans()),
                )
            )
        days.append(replace(day, visits=tuple(visits)))
    request = replace(
        RICH.request,
        budget=draw(st.none() | st.floats(0.01, 1e9)),
        lodging_name=draw(_text),
        avoid=tuple(draw(st.lists(_text, max_size=3))),
    )
    left_out = draw(st.lists(st.builds(LeftOut, _text, _text, _names), max_size=2))
    notes = draw(st.lists(_text, max_size=2))
    return replace(
        RICH, request=request, days=tuple(days), left_out=tuple(left_out), notes=tuple(notes)
    )


@settings(max_examples=60, deadline=None)
@given(_itineraries())
def test_round_trip_is_exact(itinerary: Itinerary) -> None:
    """What is read back equals what was written, whatever the texts, numbers and times."""
    assert Itinerary.from_json(itinerary.to_json()) == itinerary


@settings(max_examples=20, deadline=None)
@given(_itineraries())
def test_output_follows_the_schema(itinerary: Itinerary) -> None:
    """Everything that can be written is valid by the published JSON Schema."""
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text())).validate(
        json.loads(itinerary.to_json())
    )


def test_schema_itself_is_valid_and_refuses_another_version() -> None:
    """The schema is a JSON Schema of 2020-12, and version 2 is not valid by it."""
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    document = json.loads(RICH.to_json()) | {"version": 2}
    assert not jsonschema.Draft202012Validator(schema).is_valid(document)


def test_schema_lists_the_very_categories_and_interests() -> None:
    """The schema's lists of values are those of the code."""
    kinds = json.loads(SCHEMA.read_text())["$defs"]
    assert set(kinds["category"]["enum"]) == {c.value for c in Category}
    assert set(kinds["interest"]["enum"]) == {i.value for i in Interest}
    assert set(kinds["diet"]["enum"]) == {d.value for d in Diet}
    assert set(kinds["meal"]["enum"]) == {m.value for m in MealKind}


def test_times_are_local_with_offset() -> None:
    """In April a Roman time ends in +02:00."""
    visit = json.loads(RICH.to_json())["days"][0]["visits"][0]
    assert visit["arrival"].startswith("2027-04-09T")
    assert visit["arrival"].endswith("+02:00")


def _visit(document: Any) -> Any:
    return document["days"][0]["visits"][0]


BROKEN: dict[str, tuple[Callable[[Any], Any], str]] = {
    "version": (lambda d: d.update(version=7), "version 7"),
    "no version": (lambda d: d.pop("version"), "itinerary.version is missing"),
    "no city": (lambda d: d["request"].pop("city"), "request.city"),
    "zone": (lambda d: d["request"]["city"].update(timezone="Mars/Base"), "timezone"),
    "days text": (lambda d: d["request"].update(days="3"), "request.days has to be a whole"),
    "days true": (lambda d: d["request"].update(days=True), "request.days has to be a whole"),
    "huge": (lambda d: d["request"].update(days=10**30), "request.days"),
    "date": (lambda d: d["days"][0].update(date="9 April"), "days[0].date has to be a date"),
    "year 9999": (lambda d: d["days"][0].update(date="9999-12-31"), "days[0].date"),
    "year 1": (lambda d: _visit(d).update(arrival="0001-01-01T00:00:00+00:00"), "arrival"),
    "half a character": (lambda d: _visit(d)["place"].update(name="\ud800"), "place.name"),
    "half an alias": (lambda d: _visit(d)["place"].update(aliases=["\udc00"]), "place.aliases"),
    "naive": (lambda d: _visit(d).update(arrival="2027-04-09T09:00:00"), "UTC offset"),
    "category": (lambda d: _visit(d)["place"].update(category="pub"), "place.category"),
    "latitude": (lambda d: _visit(d)["place"].update(lat=91), "place.lat"),
    "price": (lambda d: _visit(d).update(price=5), "visits[0].price has to be a JSON object"),
    "legs": (lambda d: d["days"][0].update(legs="none"), "days[0].legs has to be a list"),
    "mode": (lambda d: d["days"][0]["legs"][0].update(mode="swim"), "legs[0].mode"),
    "clock": (lambda d: d["request"].update(day_start="nine"), "day_start"),
    "negative": (lambda d: d["days"][0]["legs"][0].update(minutes=-1), "at least 0"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_broken_documents_are_refused_with_the_field(kind: str) -> None:
    """A wrong field is named in one sentence, never a KeyError."""
    breaks, expected = BROKEN[kind]
    document = json.loads(RICH.to_json())
    breaks(document)
    with pytest.raises(DataError) as caught:
        Itinerary.from_json(json.dumps(document))
    assert expected in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', '{"version": NaN}', "[" * 10_000])
def test_what_is_no_itinerary_at_all_is_refused(text: str) -> None:
    """Any other text is a DataError too."""
    with pytest.raises(DataError):
        Itinerary.from_json(text)


def test_unknown_keys_are_ignored() -> None:
    """A newer writer of the same version may add keys."""
    document = json.loads(RICH.to_json()) | {"weather": "fine"}
    assert Itinerary.from_json(json.dumps(document)) == RICH


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_mutilated_document_raises_anything_else(data: st.DataObject) -> None:
    """Any one value replaced or removed gives an itinerary or a DataError."""
    document = json.loads(RICH.to_json())
    node: Any = document
    for _ in range(data.draw(st.integers(1, 6))):
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            break
        key = data.draw(st.sampled_from(keys))
        if isinstance(node[key], dict | list) and data.draw(st.booleans()):
            node = node[key]
            continue
        if data.draw(st.booleans()) and isinstance(node, dict):
            del node[key]
        else:
            node[key] = data.draw(
                st.sampled_from([None, True, -1, 0, 1e300, 10**400, "", "x", [], {}, [None], [{}]])
            )
        break
    try:
        found = Itinerary.from_json(json.dumps(document))
    except DataError:
        return
    assert isinstance(found, Itinerary)
