"""Which of the store's names a message holds."""

from __future__ import annotations

from dataclasses import replace

from tests.tools.talk import Talk
from tools.actions.known_names import names_within
from tools.services import TravelServices


def test_cities_anywhere_and_places_of_the_trip(services: TravelServices, lisbon: Talk) -> None:
    said = "buenos aires, no: Belém Tower, then the Round Tower"
    assert names_within(services, None, said) == ("buenos aires",)
    assert set(names_within(services, lisbon.plan, said)) >= {"buenos aires", "belém tower"}
    assert "round tower" not in names_within(services, lisbon.plan, said)


def test_whole_words_and_several(services: TravelServices, lisbon: Talk) -> None:
    """A name of one word can't be halved, and "Belém Towers" is another."""
    assert names_within(services, lisbon.plan, "Lisbon, Belém Towers") == ()


def test_a_trip_of_a_city_that_the_store_has_no_longer(
    services: TravelServices, lisbon: Talk
) -> None:
    request = lisbon.plan.request
    gone = replace(lisbon.plan, request=replace(request, city=replace(request.city, id="gone")))
    assert names_within(services, gone, "New York") == ("new york",)
