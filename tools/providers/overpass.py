"""Sights and food round a city's centre, from OpenStreetMap by Overpass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

from tools.importing.facts import SOURCE, known, names
from tools.importing.tags import category_of, shut
from tools.names import fold
from tools.place import City, Coordinates, Place
from tools.providers.answers import DAY, AnswerCache
from tools.providers.config import Providers
from tools.providers.door import Door
from tools.travel import great_circle_metres

MOST_SIGHTS = 60
MOST_FOOD = 40
KEEP_SECONDS = DAY
"""Of the answer itself; what was made of it is kept longer (`tools.providers.live_store`)."""

_ASKED_SIGHTS = 400
_ASKED_FOOD = 300
_FOOD_METRES = 2500
"""People eat near what they see."""
_PREFIX = {"node": "n", "way": "w", "relation": "r"}

# A regular expression for many values at once is far cheaper than a statement for each.
_QUERY = """[out:json][timeout:{seconds}];
(
nwr(around:{metres},{at})["name"]["tourism"~"^(museum|gallery|zoo|aquarium|viewpoint|attraction)$"];
nwr(around:{metres},{at})["name"]["historic"~"^(castle|palace|fort|ruins|archaeological_site|monument|city_gate|tower)$"];
nwr(around:{metres},{at})["name"]["wikidata"]["amenity"~"^(place_of_worship|theatre|marketplace)$"];
nwr(around:{metres},{at})["name"]["wikidata"]["leisure"~"^(park|garden)$"];
nwr(around:{metres},{at})["name"]["natural"="beach"];
nwr(around:{metres},{at})["name"]["wikidata"]["place"="square"];
);
out center tags {sights};
nwr(around:{food_metres},{at})["name"]["amenity"~"^(restaurant|cafe|food_court|bar|pub)$"];
out center tags {food};"""


class OverpassPlaces:
    """Places by Overpass (https://overpass-api.de): one query a city.

    The public server has two slots an address and turns away with 429 or 504 when they are full.
    """

    label = "Overpass"
    source = f"{SOURCE}, by Overpass"

    def __init__(
        self,
        providers: Providers,
        cache: AnswerCache,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._seconds = max(1, int(providers.places_timeout))
        self._clock = clock
        self.door = Door("overpass", self.label, providers, cache, timeout=providers.places_timeout)

    def places(self, city: City) -> tuple[Place, ...]:
        """As `tools.providers.kinds.PlaceFinder.places`."""
        query = _QUERY.format(
            seconds=self._seconds,
            metres=round(city.radius_km * 1000),
            food_metres=min(_FOOD_METRES, round(city.radius_km * 1000)),
            at=f"{city.coordinates.lat:.4f},{city.coordinates.lon:.4f}",
            sights=_ASKED_SIGHTS,
            food=_ASKED_FOOD,
        )
        return self.door.ask(
            "/interpreter",
            {"data": query},
            lambda answer: self._read(answer, city),
            keep=KEEP_SECONDS,
        )

    def _read(self, answer: object, city: City) -> tuple[Place, ...]:
        """Raises ValueError, TypeError or KeyError for anything but a whole answer."""
        whole = cast("dict[str, Any]", answer)
        if "runtime error" in str(whole.get("remark", "")):
            raise ValueError(whole["remark"])  # timed out in there: a part is not the answer
        as_of = f"{self._clock():%Y-%m}"
        found: dict[str, Place] = {}
        for element in whole["elements"]:
            place = self._place(element, city, as_of)
            if place is None:
                continue
            # a castle is mapped as its walls, its museum and its gate: the foremost stands for it
            same = found.get(fold(place.name))
            if same is None or same.importance < place.importance:
                found[fold(place.name)] = place
        ranked = sorted(found.values(), key=lambda place: (-place.importance, place.name))
        sights = [place for place in ranked if not place.category.is_food][:MOST_SIGHTS]
        food = [place for place in ranked if place.category.is_food][:MOST_FOOD]
        return tuple(sorted((*sights, *food), key=lambda p: (-p.importance, p.name)))

    def _place(self, element: dict[str, Any], city: City, as_of: str) -> Place | None:
        """None for what is no sight or food, has no name, is shut, or lies too far out."""
        point, tags = element.get("center") or element, element.get("tags") or {}
        if "lat" not in point or not all(isinstance(value, str) for value in tags.values()):
            return None  # a relation without a centre
        at = Coordinates(float(point["lat"]), float(point["lon"]))
        category, named = category_of(tags), names(tags)
        far = great_circle_metres(at, city.coordinates) > city.radius_km * 1000
        if category is None or named is None or far or shut(tags):
            return None
        ident = f"{city.id}-{_PREFIX[element['type']]}{int(element['id'])}"
        place = known(tags, ident, named, category, at, city, as_of).place
        # the catalogue's files, in which it will be kept, want a kitchen named
        cuisine = place.cuisine or ("local" if category.is_food else "")
        return replace(place, cuisine=cuisine, source=self.source)
