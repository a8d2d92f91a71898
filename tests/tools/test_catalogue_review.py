"""The catalogue that ships stands a reviewer's questions; a poor file does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tools.catalogue_files import CityFile, catalogue_files, load_city_file
from tools.catalogue_review import review


@pytest.mark.parametrize("file", catalogue_files(), ids=lambda file: file.stem)
def test_every_city_that_ships_may_ship(file: Path) -> None:
    """Rich, varied, nothing twice, everything open at some time."""
    assert review(load_city_file(file)) == ()


@pytest.fixture
def city() -> CityFile:
    """One that holds."""
    return load_city_file(next(f for f in catalogue_files() if f.stem == "rome"))


def test_a_poor_city_is_told_what_it_lacks(city: CityFile) -> None:
    """Counts and kinds, each with what is needed."""
    poor = replace(city, places=tuple(p for p in city.places if p.category.value == "museum"))
    found = review(poor)
    assert any("sights; at least 30" in line for line in found)
    assert any("of restaurant; at least" in line for line in found)
    assert any("places for dinner" in line for line in found)


def test_two_entries_on_one_point_are_found(city: CityFile) -> None:
    """The second was given the first one's coordinates."""
    first, second, *rest = city.places
    moved = replace(second, coordinates=first.coordinates)
    [told] = review(replace(city, places=(first, moved, *rest)))
    assert first.id in told and second.id in told


def test_a_place_that_never_opens_is_found(city: CityFile) -> None:
    """Hours that parse and still leave no time for a visit."""
    first, *rest = city.places
    [told] = review(replace(city, places=(replace(first, hours="Mo-Su 09:00-09:20"), *rest)))
    assert first.id in told


def test_hours_of_seating_alone_are_found(city: CityFile) -> None:
    """A table that is taken from seven to half past eight, for a dinner of three hours."""
    first, *rest = city.places
    seated = replace(first, hours="Mo-Su 12:45-13:45,19:00-20:30", minutes=180)
    [told] = review(replace(city, places=(seated, *rest)))
    assert first.id in told and "180 minutes" in told
