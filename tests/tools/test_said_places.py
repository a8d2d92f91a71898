"""Which known places a message could mean, and what nobody knows."""

from __future__ import annotations

import pytest

from tests.tools.talk import Talk
from tools.actions.said_places import is_known, places_in
from tools.services import TravelServices


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("we'd kill for Belém's tower at 9", ("Belém's tower",)),
        ("the Oceanarium's what my aunt wants, day 2", ("Oceanarium",)),
        ("a colander. Belem tower, please", ("Belem tower",)),
        ("nothing that anybody has heard of", ()),
    ],
)
def test_the_places_of_a_message(
    services: TravelServices, lisbon: Talk, text: str, found: tuple[str, ...]
) -> None:
    """Parts of names, no run over a pause, nothing of small words, no genitive."""
    assert set(found) <= set(places_in(services, lisbon.plan, text))
    assert bool(found) == bool(places_in(services, lisbon.plan, text))


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("Gulbenkian", True),
        ("the first museum", True),
        ("a church", True),
        ("lunch", True),
        ("Chez Nobody", False),
        ("the rental car", False),
    ],
)
def test_what_is_known(services: TravelServices, lisbon: Talk, said: str, known: bool) -> None:
    """Names, kinds and meals, of the trip or not."""
    assert is_known(services, lisbon.plan, said) is known


def test_what_no_place_is_called_by_is_the_one_visit_that_is_told_of_so(talk: Talk) -> None:
    """By its kind and its summary together, not by the kind alone."""
    talk("plan_days", destination="Barcelona", days=2, start_date="4 December")
    talk("add_place", place="Barça Museum", day=2)
    outcome = talk("replace_place", place="museum of football", replacement="Casa Vicens")
    assert outcome.facts["place"] == "Camp Nou and FC Barcelona Museum"
    assert talk("move_place", place="museum of submarines", day=1).situation == "unknown_place"
