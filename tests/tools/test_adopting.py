"""A trip's own file comes back as it was; one that was tampered with brings in nothing untrue."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.tools.talk import Talk
from tools.actions.adopting import MAX_BYTES, OF_OTHER_FACTS, OF_THE_PAST, adopt, adopt_into
from tools.check import check
from tools.errors import DataError, InvalidRequestError, TravelError, UnknownPlaceError
from tools.export import export
from tools.outcome import Trip
from tools.trip import Itinerary

Document = dict[str, Any]


def _file(itinerary: Itinerary) -> str:
    return export(itinerary, "json").content.decode()


def _changed(talk: Talk, change: Callable[[Document], None]) -> str:
    """The trip's file after a hand was laid on it."""
    document = json.loads(_file(talk.plan))
    change(document)
    return json.dumps(document)


def _visit(document: Document, day: int = 0, order: int = 0) -> Document:
    visit: Document = document["days"][day]["visits"][order]
    return visit


def _refused(talk: Talk, text: str, kind: type[TravelError] = DataError) -> str:
    with pytest.raises(kind) as refused:
        adopt(talk.services, text)
    told = str(refused.value)
    assert told.endswith(".") and "\n" not in told and len(told) < 400
    return told


def test_a_trip_comes_back_as_it_was(lisbon: Talk) -> None:
    """With its edits: what is fixed, avoided, kept free; however the file was saved."""
    lisbon("plan_days", budget=400, diet=["vegetarian"], max_walk="20 minutes", lodging="Rossio")
    lisbon("pin_place", place=lisbon.names(1)[0])
    lisbon("remove_place", place=lisbon.names(2)[0])
    lisbon("keep_free", day=3, time="from 16:00 to 17:00")
    assert adopt(lisbon.services, _file(lisbon.plan)) == lisbon.plan
    assert adopt(lisbon.services, "\ufeff" + _file(lisbon.plan)) == lisbon.plan


def test_a_tour_comes_back_as_it_was(talk: Talk) -> None:
    talk(
        "plan_days", destination="Rome", more_destinations=["Florence"], days_each=[2, 2],
        start_date="4 December",
    )  # fmt: skip
    assert len(talk.plan.transfers) == 1
    assert adopt(talk.services, _file(talk.plan)) == talk.plan


def test_the_conversation_goes_on_from_it(lisbon: Talk) -> None:
    """Its wishes are known again, and what was planned before can be gone back to."""
    lisbon("plan_days", pace="relaxed", travellers=2, diet=["vegan"], good_for_kids=True)
    text = _file(lisbon.plan)
    other = Talk(lisbon.services)
    other("plan_days", destination="Rome", days=1, start_date="4 December")
    rome = other.plan
    other.trip = adopt_into(other.services, other.trip, text)
    assert other.plan == lisbon.plan
    assert other.trip.wishes.destination == "Lisbon" and other.trip.wishes.pace == "relaxed"
    other("plan_days", interests=["art"])
    request = other.plan.request
    assert (request.pace, request.travellers, request.diets) == ("relaxed", 2, ("vegan",))
    assert request.good_for_kids and request.start == lisbon.plan.request.start
    other("undo_change", changes=2)
    assert other.plan == rome


def test_what_is_no_file_of_a_trip_is_refused(lisbon: Talk) -> None:
    assert "not JSON" in _refused(lisbon, "Dear diary")
    assert "JSON object" in _refused(lisbon, "[]")
    assert "missing" in _refused(lisbon, "{}")
    newer = _changed(lisbon, lambda d: d.update(version=2))
    assert "version 2" in _refused(lisbon, newer)
    assert "2 MB" in _refused(lisbon, _file(lisbon.plan) + " " * MAX_BYTES)
    assert "2 MB" in _refused(lisbon, "\u00e9" * (MAX_BYTES // 2 + 1))


def test_no_invented_place_enters(lisbon: Talk) -> None:
    """Neither as a visit nor as a wish; up to three are named."""

    def invent(document: Document) -> None:
        for n, (day, order) in enumerate(((0, 0), (0, 1), (1, 0), (1, 1))):
            _visit(document, day, order)["place"] |= {"id": f"x-{n}", "name": f"Hall {n}"}

    told = _refused(lisbon, _changed(lisbon, invent), UnknownPlaceError)
    assert 'places that I do not know: "Hall 0", "Hall 1", "Hall 2" and 1 more' in told

    def wish(document: Document) -> None:
        document["request"]["must_see"].append("lisbon-moon")

    assert '"lisbon-moon"' in _refused(lisbon, _changed(lisbon, wish), UnknownPlaceError)

    def elsewhere(document: Document) -> None:
        document["request"]["city"] |= {"id": "atlantis", "name": "Atlantis"}

    assert '"Atlantis"' in _refused(lisbon, _changed(lisbon, elsewhere), UnknownPlaceError)


def test_known_facts_take_the_place_of_the_files(lisbon: Talk) -> None:
    """A renamed place with a false summary, a city in another zone, metres that are not true."""

    def tamper(document: Document) -> None:
        place = _visit(document)["place"]
        place |= {"name": "<b>Casino</b>", "summary": "Bring cash.", "price": place["price"]}
        document["request"]["city"] |= {"name": "Las Vegas", "currency": "EUR", "radius_km": 9000}
        document["days"][0]["legs"][0]["metres"] = 7

    adopted = adopt(lisbon.services, _changed(lisbon, tamper))
    first = lisbon.plan.visits[0].place
    assert replace(adopted, notes=lisbon.plan.notes) == lisbon.plan
    (note,) = set(adopted.notes) - set(lisbon.plan.notes)
    assert note == f'{OF_OTHER_FACTS} of "{first.name}"; those known here are used.'
    assert adopt(lisbon.services, _file(adopted)) == lisbon.plan  # nothing is told twice


def test_a_place_that_was_moved_is_where_it_is(lisbon: Talk) -> None:
    """A trip that only holds because its places are near each other in the file does not hold."""

    def gather(document: Document) -> None:
        for day in document["days"]:
            for visit in day["visits"]:
                visit["place"] |= {"lat": 38.7112, "lon": -9.1393}
            for leg in day["legs"]:
                leg |= {"mode": "walk", "minutes": 0, "metres": 0}

    told = _refused(lisbon, _changed(lisbon, gather))
    assert told.startswith("The trip in the file does not hold: ") and "more faults." in told


def test_a_plan_that_cant_be_done_is_refused(lisbon: Talk) -> None:
    """Closed, too fast, too cheap, over the budget: the first fault is told."""

    def at_christmas(document: Document) -> None:  # open all day, says the file
        document["request"]["start"] = "2026-12-25"
        for n, day in enumerate(document["days"]):
            day["date"] = f"2026-12-{25 + n}"
            for visit in day["visits"]:
                visit["place"]["hours"] = "24/7"
                for key in ("arrival", "departure"):
                    visit[key] = day["date"] + visit[key][10:]

    told = _refused(lisbon, _changed(lisbon, at_christmas))
    assert " is not open on 2026-12-25 from " in told

    def shortened(document: Document) -> None:
        document["days"][0]["legs"][1]["minutes"] = 0
        document["days"][0]["legs"][1]["mode"] = "transit"

    assert "takes longer" in _refused(lisbon, _changed(lisbon, shortened))

    def cheaper(document: Document) -> None:
        paid = next(v for d in document["days"] for v in d["visits"] if v["price"]["amount"])
        paid["price"]["amount"] = 0
        paid["place"]["price"] = 0

    assert "costs" in _refused(lisbon, _changed(lisbon, cheaper))

    def poorer(document: Document) -> None:
        document["request"]["budget"] = 1

    assert "budget" in _refused(lisbon, _changed(lisbon, poorer))


def test_numbers_and_words_that_no_trip_has_are_refused(lisbon: Talk) -> None:
    def request(**values: object) -> str:
        return _changed(lisbon, lambda d: d["request"].update(values))

    assert "travellers" in _refused(lisbon, request(travellers=5000), InvalidRequestError)
    assert "at most" in _refused(lisbon, request(days=400), InvalidRequestError)
    loved = ["art", "history", "architecture", "food", "nature", "shopping"]
    assert "interests" in _refused(lisbon, request(interests=loved), InvalidRequestError)

    def top(**values: object) -> str:
        return _changed(lisbon, lambda d: d.update(values))

    wish = {"what": "a", "reason": "b"}
    for flood, told in ((["x" * 501], "over 500"), (["x"] * 61, "over 60")):
        assert told in _refused(lisbon, top(notes=flood))
        assert told in _refused(lisbon, top(left_out=[{**wish, "could_be": flood}]))


def test_of_what_a_wish_could_be_only_places_that_are_known_stay(lisbon: Talk) -> None:
    entry = {"what": "tower", "reason": "which?", "could_be": ["Belém Tower", "Tower of Nowhere"]}
    adopted = adopt(lisbon.services, _changed(lisbon, lambda d: d.update(left_out=[entry])))
    assert [one.could_be for one in adopted.left_out] == [("Belém Tower",)]


def test_a_trip_that_is_over_is_adopted_with_a_note(lisbon: Talk) -> None:
    """Once: the note is not told again when that trip is taken up once more."""
    later = replace(lisbon.services, clock=lambda: datetime(2027, 1, 2, tzinfo=UTC))
    adopted = adopt(later, _file(lisbon.plan))
    assert adopted.notes[-1] == f"{OF_THE_PAST}: it ended on Sun 6 Dec 2026."
    assert replace(adopted, notes=lisbon.plan.notes) == lisbon.plan
    assert adopt(later, _file(adopted)) == adopted
    during = replace(lisbon.services, clock=lambda: datetime(2026, 12, 6, 9, tzinfo=UTC))
    assert adopt(during, _file(lisbon.plan)) == lisbon.plan


def test_marks_of_what_is_fixed_are_those_of_the_pins(lisbon: Talk) -> None:
    adopted = adopt(lisbon.services, _changed(lisbon, lambda d: _visit(d).update(pinned=True)))
    assert not any(visit.pinned for visit in adopted.visits)
    assert check(adopted) == ()


def test_a_refused_file_leaves_the_trip(lisbon: Talk) -> None:
    before = lisbon.trip
    with pytest.raises(DataError):
        adopt_into(lisbon.services, lisbon.trip, "{}")
    assert lisbon.trip is before
    assert adopt_into(lisbon.services, Trip(), _file(lisbon.plan)).past == ()
