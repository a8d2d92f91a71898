"""Must-sees that several places could be: open until the traveller has decided."""

from __future__ import annotations

import pytest

from tests.tools.talk import Talk

CHURCHES = ("Church of São Roque", "Church of São Domingos")


@pytest.fixture
def torn(talk: Talk) -> Talk:
    """A trip to Lisbon with such a wish."""
    talk("plan_days", destination="Lisbon", days=2, must_see=["the church of São"])
    assert _open(talk) == ["the church of São"]
    return talk


def _open(talk: Talk) -> list[str]:
    return [entry.what for entry in talk.plan.left_out if entry.could_be]


def test_it_outlives_edits_and_new_wishes(torn: Talk) -> None:
    """Planners know of wishes with one meaning; the other is not forgotten with it."""
    before = _open(torn)
    torn("set_pace", pace="relaxed")
    assert _open(torn) == before
    torn("plan_days", diet=["vegetarian"])
    assert _open(torn) == before
    told = torn("plan_days", must_see=["Foo Palace"])
    assert told.facts["left_out"] == "Foo Palace" and _open(torn) == before


def test_it_ends_with_a_choice_and_is_there_again_when_that_is_undone(torn: Talk) -> None:
    torn("add_place", place=CHURCHES[0])
    assert not _open(torn) and torn.trip.wishes.must_see is None
    torn("undo_change")
    assert _open(torn) == torn.trip.wishes.must_see == ["the church of São"]


def test_a_choice_that_finds_no_room_ends_it_too(torn: Talk) -> None:
    torn("set_budget", budget=0)
    torn("plan_days", must_see=[CHURCHES[1]])
    assert not _open(torn) and torn.trip.wishes.must_see == [CHURCHES[1]]


@pytest.mark.parametrize("said", ["the church of São", "Church of São"])
def test_it_can_be_let_go(torn: Talk, said: str) -> None:
    days = torn.plan.days
    if planned := set(CHURCHES) & set(torn.names()):
        pytest.fail(f"{planned} came into the plan by chance: ask for another one.")
    outcome = torn("remove_place", place=said)
    assert (outcome.situation, outcome.facts) == ("removed", {"place": said})
    assert torn.plan.days == days and not _open(torn) and torn.trip.wishes.must_see is None
    assert torn("remove_place", place=said).situation == "ambiguous"


def test_a_place_that_is_sent_away_is_offered_no_more(torn: Talk) -> None:
    assert torn("remove_place", place=CHURCHES[0]).situation == "stays_out"
    [entry] = [entry for entry in torn.plan.left_out if entry.could_be]
    assert entry.could_be == (CHURCHES[1],) and CHURCHES[0] not in entry.reason
    torn("remove_place", place=CHURCHES[1])
    assert not _open(torn) and torn.trip.wishes.must_see is None


def test_one_that_was_wished_for_beside_it_decides_nothing(talk: Talk) -> None:
    talk("plan_days", destination="Lisbon", days=2, must_see=[CHURCHES[0], "church of São"])
    talk("set_pace", pace="relaxed")
    assert _open(talk) == ["church of São"]


def test_it_ends_when_its_places_are_to_be_avoided(torn: Talk) -> None:
    torn("plan_days", avoid=["church of São"])
    assert not _open(torn) and torn.trip.wishes.must_see is None


def test_told_in_other_words_it_is_listed_once(torn: Talk) -> None:
    torn("plan_days", must_see=["São church"])
    assert len(_open(torn)) == 1


def test_it_stays_when_a_city_comes_and_ends_when_one_goes(torn: Talk) -> None:
    torn("add_city", city="Porto", days=1)
    assert _open(torn) == ["the church of São"]
    torn("remove_place", place="Porto")
    assert not _open(torn)
