"""Which place of the catalogue a traveller means by a name."""

from __future__ import annotations

import pytest

from tests.tools.factories import ROME, sight
from tools.errors import AmbiguousPlaceError, UnknownPlaceError
from tools.place_names import NameIndex
from tools.store import PlaceStore


def test_every_real_name_is_found(real: PlaceStore) -> None:
    """Each English name leads to its own place, shouted and with an article, too."""
    for city in real.cities():
        for place in real.places(city.id):
            assert real.find_by_name(place.name, city.id) == place
            assert real.find_by_name(f"the {place.name.upper()}", city.name) == place


@pytest.mark.parametrize(
    ("said", "city", "place_id"),
    [
        ("the vatican museum", "rome", "rome-vatican-museums"),
        ("St. Peters Basilica", "Rome", "rome-st-peters-basilica"),
        ("Colosseo", "rome", "rome-colosseum"),
        ("colosseum in rome", "rome", "rome-colosseum"),
        ("torre de belem", "lisbon", "lisbon-belem-tower"),
        ("eiffel", "paris", "paris-eiffel-tower"),
        ("sea lions on pier 39", "San Francisco", "san-francisco-pier-39-sea-lions"),
        ("the Sacré-Cœur on Montmartre", "paris", "paris-sacre-coeur"),
        ("camden mkt", "london", "london-camden-market"),
        ("science n industry museum", "Chicago", "chicago-msi"),
        ("ww2 museum", "new orleans", "new-orleans-wwii-museum"),
        ("Second World War memorial", "washington", "washington-wwii-memorial"),
        ("St. Vitus cath.", "prague", "prague-st-vitus-cathedral"),
        ("degraves st", "melbourne", "melbourne-degraves"),
        ("el monumental", "buenos aires", "buenos-aires-monumental"),
        ("the capitol", "washington", "washington-us-capitol"),
    ],
)
def test_names_as_travellers_say_them(
    real: PlaceStore, said: str, city: str, place_id: str
) -> None:
    """Plural, accents, local names, parts of names and what is typed for short lead to it."""
    assert real.find_by_name(said, city).id == place_id


def test_misspelling_is_offered_never_taken(real: PlaceStore) -> None:
    """The misspelling "Colloseum" raises, names the Colosseum, and carries it as a suggestion."""
    with pytest.raises(UnknownPlaceError) as caught:
        real.find_by_name("Colloseum", "rome")
    assert str(caught.value) == 'I know no "Colloseum" in Rome. Did you mean Colosseum?'
    assert caught.value.suggestions == ("Colosseum",)


def test_words_in_a_row_come_before_the_same_words_apart() -> None:
    """Unless a place that has them apart is better known: then it is asked as before."""
    near = sight("weavers-craft-house-rome", importance=60)
    apart = sight("house-of-contemporary-craft", importance=55)
    assert NameIndex(ROME, (near, apart)).find("the craft house") == near
    famous = sight("house-of-modern-craft", importance=80)
    with pytest.raises(AmbiguousPlaceError) as caught:
        NameIndex(ROME, (famous, near, apart)).find("craft house")
    assert caught.value.candidates == (famous.name, near.name, apart.name)
    other = sight("old-craft-house", importance=50)
    with pytest.raises(AmbiguousPlaceError) as caught:
        NameIndex(ROME, (near, apart, other)).find("craft house")
    assert caught.value.candidates == (near.name, other.name)
