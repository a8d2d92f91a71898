"""Addresses from tags, as they are written in the country."""

from __future__ import annotations

import pytest

from tools.importing.addresses import address

_WHERE = {"addr:street": "Main  Street", "addr:housenumber": "7"}
_TOWN = {"addr:postcode": "1234", "addr:city": "Town"}


@pytest.mark.parametrize(
    ("country", "line"),
    [
        ("DE", "Main Street 7, 1234 Town"),
        ("gb", "7 Main Street, 1234 Town"),
        ("FR", "7 Main Street, 1234 Town"),
        ("PT", "Main Street, 7, 1234 Town"),
    ],
)
def test_number_and_street_stand_in_the_order_of_the_country(country: str, line: str) -> None:
    assert address({**_WHERE, **_TOWN}, country) == line


@pytest.mark.parametrize(
    ("tags", "line"),
    [
        ({}, ""),
        (_TOWN, ""),
        ({"addr:housenumber": "7", **_TOWN}, ""),
        ({"addr:street": " "}, ""),
        (_WHERE, "Main Street 7"),
        ({"addr:street": "Main Street", **_TOWN}, "Main Street, 1234 Town"),
        ({**_WHERE, "addr:city": "Town"}, "Main Street 7, Town"),
        ({"addr:place": "Islet", "addr:housenumber": "3"}, "Islet 3"),
        ({"addr:full": "1-1 Chiyoda,\n Tokyo", **_WHERE}, "1-1 Chiyoda, Tokyo"),
    ],
)
def test_only_what_leads_to_a_door_is_told(tags: dict[str, str], line: str) -> None:
    assert address(tags, "DE") == line
