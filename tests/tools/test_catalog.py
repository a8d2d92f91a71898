"""Every tool of the catalog: what it does, and what it says to bad input."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.tools.talk import Talk
from tools.actions.kinds import category_named, plural
from tools.arguments import PlanDays
from tools.catalog import CATALOG, catalog_hash, schemas
from tools.outcome import Outcome, Trip
from tools.place import Category
from tools.services import open_services
from tools.trip import Pace

Do = Callable[..., Outcome]


def test_names_are_those_that_stay() -> None:
    """The catalog's names and order are those that models are trained and measured on."""
    assert " ".join(tool.name for tool in CATALOG) == (
        "geocode find_places plan_days add_place remove_place replace_place move_place swap_days "
        "pin_place unpin_place set_pace set_interests set_budget set_dates set_hours keep_free "
        "extend_trip shorten_trip add_city explain_plan "
        "undo_change redo_change export_trip check_opening travel_time look_up convert_currency"
    )
    assert all(tool.description.endswith(".") for tool in CATALOG)
    assert len(catalog_hash()) == 16
    assert set(schemas()["plan_days"]["properties"]) >= {"destination", "days", "start_date"}


# -- planning


def test_plan_days(lisbon: Talk) -> None:
    """A city, days and a date become a plan, told in short facts."""
    facts = lisbon("plan_days").facts
    assert facts["city"] == "Lisbon" and facts["days"] == "3 days"
    assert facts["start"] == "Fri 4 Dec 2026" and facts["cost"].endswith(" EUR")
    assert facts["day1_a"] in lisbon.names(1) and facts["day2_a"] in lisbon.names(2)
    assert lisbon.plan.request.start == date(2026, 12, 4)


def test_asking_for_the_plan_changes_nothing(lisbon: Talk) -> None:
    """`plan_days` without a new wish shows what stands."""
    before = lisbon.trip
    assert lisbon("plan_days").situation == "planned"
    assert lisbon("plan_days", destination="Lisbon").trip == before


def test_wishes_are_collected_until_they_suffice(talk: Talk) -> None:
    """Days, then city, then the rest: what was said before is not asked again."""
    assert talk("plan_days", pace="relaxed").situation == "need_destination"
    outcome = talk("plan_days", destination="Rome")
    assert outcome.situation == "need_days" and outcome.facts == {"city": "Rome"}
    assert talk("plan_days", days=2).situation == "assumed_date"
    assert talk.plan.request.city.id == "rome" and talk.plan.request.pace is Pace.RELAXED
    assert talk.plan.request.start == date(2026, 11, 24)
    assert "tomorrow" in talk.plan.notes[0]


def test_dates_give_the_days(talk: Talk) -> None:
    """A first and a last day are enough."""
    talk("plan_days", destination="Rome", start_date="28 December", end_date="2 January")
    assert talk.plan.request.start == date(2026, 12, 28) and len(talk.plan.days) == 6
    talk("plan_days", destination="Rome", start_date="9", end_date="12 April")
    assert talk.plan.request.start == date(2027, 4, 9) and len(talk.plan.days) == 4
    talk("plan_days", destination="Rome", start_date="July 10", end_date="15")
    assert talk.plan.request.start == date(2027, 7, 10) and len(talk.plan.days) == 6


def test_dates_outweigh_a_length_that_is_nearly_theirs(talk: Talk) -> None:
    """Nights are counted, and a week said loosely; it is told, and once."""
    outcome = talk("plan_days", destination="Rome", start_date="7 June", end_date="12 June", days=7)
    assert len(talk.plan.days) == 6 and talk.plan.request.days == 6
    told = 'From "7 June" to "12 June" is 6 days, not 7: I went by the dates.'
    assert told in outcome.notes
    assert told not in talk("plan_days", interests=["food"]).notes
    talk("plan_days", days=3)
    assert len(talk.plan.days) == 3


def test_a_span_that_is_written_as_a_first_day_ends_too(talk: Talk) -> None:
    """As it was said in one breath, and unless a length was said beside it."""
    talk("plan_days", destination="Rome", start_date="12-14 April")
    assert talk.plan.request.start == date(2027, 4, 12) and len(talk.plan.days) == 3
    talk("plan_days", start_date="12-14 May", days=2)
    assert talk.plan.request.start == date(2027, 5, 12) and len(talk.plan.days) == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"days": 0}, "at least 1 day"),
        ({"days": -3}, "at least 1 day"),
        ({"days": 400}, "at most 21"),
        ({"days": 2, "start_date": "12 May 2020"}, "is past"),
        ({"start_date": "10 June", "end_date": "5 June"}, "can't end"),
        ({"start_date": "2027-06-10", "end_date": "2027-06-05"}, "can't end"),
        ({"days": 9, "start_date": "1 June", "end_date": "5 June"}, "5 days, not 9"),
        ({"days": 3, "start_date": "5 June", "end_date": "5 June"}, "1 day, not 3"),
        ({"days": 1, "start_date": "4 June", "end_date": "6 June"}, "3 days, not 1"),
        ({"days": 2, "start_date": "when it suits"}, "as a date"),
        ({"days": 2, "budget": 0}, "more than 0"),
        ({"days": 2, "budget": -5}, "more than 0"),
        ({"days": 2, "travellers": 0}, "at least 1 traveller"),
        ({"days": 2, "travellers": 100000}, "travellers"),
        ({"days": "many"}, "whole number"),
        ({"days": 2, "pace": "frantic"}, "relaxed"),
        ({"days": 2, "breakfast": True}, "breakfast"),
        ({"days": 2, "interests": []}, "empty"),
    ],
)
@pytest.mark.parametrize("planned", [False, True])
def test_plan_days_refuses_with_one_sentence(
    talk: Talk, arguments: dict[str, Any], says: str, planned: bool
) -> None:
    """Impossible numbers and dates: one sentence why, the trip as it was, and no wish of them."""
    if planned:
        talk("plan_days", destination="Lisbon", days=1, start_date="next Friday")
    before = talk.trip
    outcome = talk("plan_days", destination="Lisbon", **arguments)
    assert outcome.situation == "cannot" and says in outcome.facts["reason"]
    assert outcome.facts["reason"].count(". ") == 0
    if planned:
        assert talk.trip == before
    kept = replace(talk.trip, wishes=before.wishes)
    assert kept == before
    of_another_kind = says in ("whole number", "relaxed", "breakfast", "empty")
    if not of_another_kind:  # the city was understood, and need not be said again
        assert talk.trip.wishes.destination == "Lisbon"
        kept_of_these = arguments.keys() & talk.trip.wishes.model_dump(exclude_none=True).keys()
        assert planned or len(kept_of_these) == len(arguments) - 1, "all but the one refused"
        again = talk("plan_days", pace="relaxed")
        assert again.situation != "cannot", "what was refused is not asked for again"


def test_cities_that_can_not_be_planned(talk: Talk) -> None:
    """A typo, a city without places, namesakes, and nonsense each get their own answer."""
    typo = talk("plan_days", destination="Lisbn", days=2)
    assert typo.situation == "unknown_place"
    assert typo.facts == {"name": "Lisbn", "suggestion": "Lisbon"}
    lyon = talk("plan_days", destination="Lyon", days=2)
    assert lyon.situation == "unknown_city"
    assert lyon.facts["city"] == "Lyon" and lyon.facts["city_a"] == "Milan"
    springfield = talk("plan_days", destination="Springfield", days=2)
    assert springfield.situation == "ambiguous"
    assert springfield.facts["option_a"] != springfield.facts["option_b"]
    assert talk("plan_days", destination="Qwxzzy", days=2).situation == "unknown_place"
    assert talk("plan_days", destination="???", days=2).situation == "cannot"
    assert talk.trip == Trip(wishes=PlanDays(days=2))  # they are kept for when a city is named


@pytest.mark.parametrize("said", ["lisbon", "LISBOA", "Lisbon, Portugal", "the city of Lisbon"])
def test_ways_to_name_a_city(talk: Talk, said: str) -> None:
    """Another case, language or a country are no obstacle; other words are asked about."""
    outcome = talk("plan_days", destination=said, days=1)
    assert outcome.facts.get("city") == "Lisbon" or outcome.situation == "unknown_place"


def test_another_city_keeps_the_party(lisbon: Talk) -> None:
    """Who travels and how stays; budget and names of the old city do not, nor dates beside new
    ones.
    """
    lisbon("plan_days", travellers=3, diet=["vegetarian"], budget=2000)
    lisbon("set_pace", pace="relaxed")
    lisbon("plan_days", destination="Rome", days=2, start_date="1 March")
    request = lisbon.plan.request
    assert request.days == 2 and request.start == date(2027, 3, 1)
    assert request.city.id == "rome" and request.travellers == 3 and request.budget is None
    assert request.pace is Pace.RELAXED and [d.value for d in request.diets] == ["vegetarian"]
    lisbon("undo_change")
    assert lisbon.plan.request.city.id == "lisbon" and lisbon.trip.wishes.destination == "Lisbon"


def test_another_city_alone_keeps_the_days(lisbon: Talk) -> None:
    """Also an edited length; a first day that was assumed is assumed once more."""
    lisbon("extend_trip", days=1)
    assert lisbon("plan_days", destination="Rome").situation.startswith("planned")
    request = lisbon.plan.request
    assert request.city.id == "rome" and request.days == 4 and request.start == date(2026, 12, 4)
    assert lisbon("plan_days", destination="Paris", days=2).situation == "assumed_date"
    assert lisbon("plan_days", destination="Porto").situation == "assumed_date"
    assert lisbon.plan.request.city.id == "porto" and lisbon.plan.request.days == 2


def test_several_cities_tell_no_length_of_another(iberia: Talk) -> None:
    """How long one is in Rome instead of Lisbon and Madrid has to be said."""
    assert iberia("plan_days", destination="Rome").situation == "need_days"
    assert [city.id for city in iberia.plan.request.cities] == ["lisbon", "madrid"]


def test_only_the_length_changes(lisbon: Talk) -> None:
    """`plan_days` with other days keeps all days that stay."""
    before = lisbon.plan
    lisbon("plan_days", days=4)
    assert lisbon.plan.days[:3] == before.days
    lisbon("plan_days", days=2)
    assert len(lisbon.plan.days) == 2
    assert lisbon.plan.request.start == before.request.start


def test_money_in_another_currency_is_told_with_its_rate(lisbon: Talk) -> None:
    """The note says so, holds for the last budget alone, and a bare amount keeps the currency."""
    lisbon("plan_days", budget=500, currency="GBP")
    assert len(lisbon.plan.notes) == 1
    assert "500 GBP" in lisbon.plan.notes[0] and "by the rate of 2026" in lisbon.plan.notes[0]
    lisbon("plan_days", budget=600)
    assert len(lisbon.plan.notes) == 1 and "600 GBP" in lisbon.plan.notes[0]
    lisbon("set_budget", budget=700)
    assert len(lisbon.plan.notes) == 1 and "700 GBP" in lisbon.plan.notes[0]
    lisbon("plan_days", budget=700, currency="EUR")
    assert not lisbon.plan.notes and lisbon.plan.request.budget == 700


def test_a_date_once_said_was_not_assumed(talk: Talk) -> None:
    """The note of an assumed first day goes when the traveller says just that day."""
    talk("plan_days", destination="Lisbon", days=1)
    assert "no date" in talk.plan.notes[0]
    talk("plan_days", pace="relaxed")
    assert "no date" in talk.plan.notes[0]
    talk("plan_days", start_date="tomorrow")
    assert talk.plan.notes == ()


def test_an_end_far_ahead_is_no_end_before_the_start(talk: Talk) -> None:
    """A year between two dates is too long a trip, and the reason says that."""
    far = talk(
        "plan_days", destination="Lisbon", start_date="1 December 2026", end_date="1 December 2027"
    )
    assert "366 days" in far.facts["reason"]


def test_back_to_the_city_of_the_plan(lisbon: Talk) -> None:
    """A city named without days is forgotten when one returns to that of the plan."""
    away = lisbon("plan_days", destination="Rome", more_destinations=["Florence"])
    assert away.situation == "need_days"
    lisbon("plan_days", destination="Lisbon")
    lisbon("plan_days", days=4)
    assert lisbon.plan.request.city.id == "lisbon" and len(lisbon.plan.days) == 4


def test_reasons_are_clauses(talk: Talk) -> None:
    """What is left out reads well after "because", without a full stop or a question."""
    talk("plan_days", destination="Lisbon", days=1, must_see=["Foo", "Belem Towr", "...", "Museu"])
    reasons = [entry.reason for entry in talk.plan.left_out]
    assert len(reasons) >= 3 and all(reason[-1] not in ".?" for reason in reasons)
    assert any("Belém Tower" in reason for reason in reasons)


def test_edits_outlive_a_new_wish(lisbon: Talk) -> None:
    """What was removed, added and pinned stays so when the whole trip is planned again."""
    gone = lisbon.plan.days[0].sights[0].place.name
    lisbon("remove_place", place=gone)
    lisbon("add_place", place="Lisbon Oceanarium", day=2)
    lisbon("plan_days", travellers=2)
    assert gone not in lisbon.names() and "Lisbon Oceanarium" in lisbon.names(2)


# -- looking


def test_find_places(lisbon: Talk) -> None:
    """All that was asked for holds of what is found; the trip's city is meant by default."""
    found = lisbon("find_places", categories=["museum"])
    assert found.situation == "found" and found.facts["city"] == "Lisbon"
    assert found.facts["category"] == "museums"
    assert found.facts["n"] == str(len(found.places)) and found.facts["a"] == found.places[0].name
    assert all(place.category is Category.MUSEUM for place in found.places)
    free = lisbon("find_places", location="London", free_entry=True, good_for_kids=True)
    assert all(place.free_entry and place.good_for_kids for place in free.places)
    assert 0 < len(free.places) <= 12
    near = lisbon("find_places", near="Belém Tower", categories=["restaurant", "cafe"])
    assert near.facts["category"] == "restaurants and cafes"
    roman = lisbon("find_places", location="Rome", cuisine="Roman", open_at="Sunday evening")
    assert roman.situation == "found" and roman.facts["category"] == "Roman places"
    none = lisbon("find_places", location="Kyoto", cuisine="Peruvian")
    assert none.situation == "found_none" and none.facts["city"] == "Kyoto"


def test_find_places_in_a_quarter(lisbon: Talk) -> None:
    """A quarter for a location gives what is nearest to it, in the trip's city or another."""
    assert lisbon("find_places", location="Alfama", categories=["museum"]).facts["a"] == (
        "Fado Museum"
    )
    montmartre = lisbon("find_places", location="Montmartre", categories=["worship"])
    assert montmartre.facts["a"] == "Sacré-Cœur"


def test_find_places_with_bad_input(talk: Talk) -> None:
    """No city, an unknown one, one without places, an unknown neighbour, an unreadable hour."""
    assert talk("find_places").situation == "need_destination"
    assert talk("find_places", location="Qwxzzy").situation == "unknown_place"
    assert talk("find_places", location="Lyon").situation == "unknown_city"
    unknown = talk("find_places", location="Rome", near="Narnia")
    assert unknown.situation == "unknown_place" and unknown.facts["name"] == "Narnia"
    assert talk("find_places", location="Rome", open_at="whenever").situation == "cannot"
    assert talk("find_places", location="Rome", categories=["spaceport"]).situation == "cannot"


def test_geocode(talk: Talk) -> None:
    """Cities, places of any known city, namesakes and misspellings."""
    lisbon = talk("geocode", query="Lisbon")
    assert lisbon.facts["name"] == "Lisbon" and lisbon.facts["country"] == "Portugal"
    assert abs(float(lisbon.facts["lat"]) - 38.72) < 0.1
    colosseum = talk("geocode", query="the Colosseum")
    assert colosseum.facts["name"] == "Colosseum, Rome" and len(colosseum.places) == 1
    assert talk("geocode", query="Nairobi").facts["country"] == "Kenya"
    assert talk("geocode", query="Springfield").situation == "ambiguous"
    assert talk("geocode", query="Qwxzzy").situation == "unknown_place"


def test_geocode_takes_no_part_of_a_name(talk: Talk) -> None:
    """Without a trip a kind or half a name is no place of whichever city has one."""
    assert talk("geocode", query="Cathedral").situation == "unknown_place"
    assert talk("geocode", query="Castle").situation == "unknown_place"
    museum = talk("geocode", query="National Museum")
    assert museum.situation != "located" or museum.facts["name"].startswith("National Museum,")


@pytest.mark.parametrize("format", ["markdown", "ics", "geojson", "json"])
def test_export_trip(lisbon: Talk, format: str) -> None:
    """Each format gives a named file with content, and changes nothing."""
    before = lisbon.trip
    outcome = lisbon("export_trip", format=format)
    assert outcome.export is not None and outcome.export.content
    assert outcome.facts["file"] == outcome.export.filename
    assert lisbon.trip == before


def test_calls_that_make_no_sense(lisbon: Talk) -> None:
    """Unknown tools, missing and surplus arguments: one sentence each, nothing changed."""
    before = lisbon.trip
    for name, arguments in (
        ("book_flight", {}),
        ("add_place", {}),
        ("add_place", {"place": ""}),
        ("add_place", {"place": "x" * 200}),
        ("swap_days", {"day": 1}),
        ("undo_change", {"steps": 2}),
        ("export_trip", {"format": "pdf"}),
    ):
        outcome = lisbon(name, **arguments)
        assert outcome.situation == "cannot" and not outcome.facts["reason"].endswith(".")
    assert lisbon.trip == before


# -- words


@pytest.mark.parametrize(
    ("said", "category"),
    [
        ("museums", Category.MUSEUM),
        ("a church", Category.WORSHIP),
        ("the synagogues", Category.WORSHIP),
        ("art galleries", Category.GALLERY),
        ("any beaches", Category.BEACH),
        ("Louvre", None),
        ("British Museum", None),
    ],
)
def test_kinds(said: str, category: Category | None) -> None:
    """Kinds are known in singular and plural; names are no kinds."""
    assert category_named(said) is category


def test_plurals() -> None:
    """Kinds are told in the plural, none as places."""
    assert plural([]) == "places"
    assert plural([Category.GALLERY]) == "galleries"
    assert plural([Category.MUSEUM, Category.PARK]) == "museums and parks"


def test_the_store_folder_may_be_new(tmp_path: Path) -> None:
    """`open_services` builds what is missing in a folder that is not there yet."""
    opened = open_services(tmp_path / "not" / "yet")
    assert len(opened.store.cities()) >= 12
    opened.close()
