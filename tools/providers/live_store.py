"""The place store, with cities beside it that live services filled.

Such a city is kept as a file of the catalogue's own format in `<home>/live-cities`, so that the
store's loader checks it, its search finds it, and it is there after a restart.
"""

from __future__ import annotations

import json
import logging
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from tools.errors import DataError, UnknownPlaceError
from tools.place import Category, City, Coordinates, Interest, Place
from tools.providers.answers import DAY
from tools.request_json import city_to_json
from tools.store import PlaceStore
from tools.travel import great_circle_metres

FOLDER = "live-cities"
KEEP_SECONDS = 30 * DAY
"""After which a city's places are asked for again; the old ones stay when nobody answers."""

_log = logging.getLogger(__name__)


class LivePlaceStore(PlaceStore):
    """As `PlaceStore`, whose cities come first, with those that `add` brought.

    Use `LivePlaceStore.beside`.
    """

    _folder: Path
    _clock: Callable[[], float]
    _added: PlaceStore | None
    _retired: list[PlaceStore]
    _adding: threading.Lock

    @classmethod
    def beside(cls, home: Path, clock: Callable[[], float] = time.time) -> LivePlaceStore:
        """Opens the store of a cache directory, and the live cities that were kept there.

        Raises:
            DataError: as `PlaceStore.open`. Live cities that can't be read are left out.
        """
        store = cls.open(home)
        assert isinstance(store, cls)
        store._folder, store._clock = home / FOLDER, clock
        store._added, store._retired, store._adding = None, [], threading.Lock()
        if any(store._folder.glob("*.yaml")):
            try:
                store._added = PlaceStore.open(store._folder, catalogue=store._folder)
            except DataError as error:
                _log.warning("The cities in %s are left out: %s", store._folder, error)
        return store

    def add(self, city: City, places: Sequence[Place]) -> City:
        """Keeps a city with its places, in the stead of what was kept of it before.

        Raises:
            DataError: the file can't be written, or its contents break the catalogue's rules; the
                store is then as before.
        """
        with self._adding:
            path = self._folder / f"{city.id}.yaml"
            before = path.read_bytes() if path.is_file() else None
            _write(path, _as_catalogue(city, places))
            try:
                opened = PlaceStore.open(self._folder, catalogue=self._folder)
            except DataError:
                if before is None:
                    path.unlink(missing_ok=True)
                else:
                    path.write_bytes(before)
                raise
            if self._added is not None:
                self._retired.append(self._added)  # another thread may be reading it
            self._added = opened
        return opened.city(city.id)

    def kept(self, at: Coordinates) -> City | None:
        """The live city whose places reach as far as there, however old they are."""
        if self._added is None:
            return None
        found = self._added.city_near(at)
        if found is None:
            return None
        away = great_circle_metres(found.coordinates, at) / 1000
        return found if away <= found.radius_km else None  # the next village is another one

    def close(self) -> None:
        """As `PlaceStore.close`, for both."""
        super().close()
        for store in (*self._retired, self._added):
            if store is not None:
                store.close()

    # -- what can be asked -------------------------------------------------------------------

    def cities(self) -> tuple[City, ...]:
        """All cities, by name."""
        added = () if self._added is None else self._added.cities()
        return tuple(sorted((*super().cities(), *added), key=lambda city: city.name))

    def city(self, id: str) -> City:
        """As `PlaceStore.city`; the store's own before added ones."""
        try:
            return super().city(id)
        except UnknownPlaceError:
            if self._added is not None:
                with suppress(UnknownPlaceError):
                    return self._added.city(id)
            raise

    def city_near(self, coordinates: Coordinates, max_km: float = 30) -> City | None:
        """As `PlaceStore.city_near`; an added city within its own radius, with fresh places."""
        found = super().city_near(coordinates, max_km)
        near = self.kept(coordinates) if found is None else None
        return near if near is not None and self._is_fresh(near) else found

    def place(self, id: str) -> Place:
        """As `PlaceStore.place`."""
        try:
            return super().place(id)
        except UnknownPlaceError:
            if self._added is not None:
                with suppress(UnknownPlaceError):
                    return self._added.place(id)
            raise

    def places(
        self, city_id: str, *, categories: Iterable[Category | str] = ()
    ) -> tuple[Place, ...]:
        """As `PlaceStore.places`."""
        if (added := self._of_added(city_id)) is not None:
            return added.places(city_id, categories=categories)
        return super().places(city_id, categories=categories)

    def find_by_name(self, name: str, city: str) -> Place:
        """As `PlaceStore.find_by_name`."""
        if (added := self._of_added(city)) is not None:
            return added.find_by_name(name, city)
        return super().find_by_name(name, city)

    def named(self, name: str) -> tuple[Place, ...]:
        """As `PlaceStore.named`, the store's own first."""
        added = () if self._added is None else self._added.named(name)
        return (*super().named(name), *added)

    def search(
        self,
        *,
        city: str | None,
        text: str = "",
        categories: Iterable[Category | str] = (),
        free_entry: bool | None = None,
        good_for_kids: bool | None = None,
        step_free: bool | None = None,
        cuisine: str = "",
        interest: Interest | None = None,
        open_at: datetime | None = None,
        near: Coordinates | None = None,
        limit: int = 20,
    ) -> tuple[Place, ...]:
        """As `PlaceStore.search`; without a city in both, the store's own first."""
        wanted = tuple(categories)

        def ask(search: Callable[..., tuple[Place, ...]]) -> tuple[Place, ...]:
            return search(
                city=city, text=text, categories=wanted, free_entry=free_entry,
                good_for_kids=good_for_kids, step_free=step_free, cuisine=cuisine,
                interest=interest, open_at=open_at, near=near, limit=limit,
            )  # fmt: skip

        if city is not None:
            added = self._of_added(city)
            return ask(super().search if added is None else added.search)
        found = ask(super().search)
        if self._added is None:
            return found
        both = list(found + ask(self._added.search))
        if near is not None:
            both.sort(key=lambda place: great_circle_metres(near, place.coordinates))
        return tuple(both[:limit])

    def _of_added(self, city: str) -> PlaceStore | None:
        """The added store, if the city is one of its own and not one of ours."""
        added = self._added
        if added is None:
            return None
        try:
            super().city(city)
        except UnknownPlaceError:
            try:
                added.city(city)
            except UnknownPlaceError:
                return None
            return added
        return None

    def _is_fresh(self, city: City) -> bool:
        try:
            written = (self._folder / f"{city.id}.yaml").stat().st_mtime
        except OSError:
            return False
        return self._clock() - written < KEEP_SECONDS


def _as_catalogue(city: City, places: Sequence[Place]) -> str:
    """The file's text: JSON, which is YAML."""
    rows = []
    for place in places:
        row: dict[str, object] = {
            "id": place.id,
            "name": place.name,
            "local": place.local_name,
            "aliases": list(place.aliases),
            "category": place.category.value,
            "lat": place.coordinates.lat,
            "lon": place.coordinates.lon,
            "minutes": place.minutes,
            "hours": place.hours,
            "price": place.price,
            "kids": place.good_for_kids,
            "step_free": place.step_free,
            "importance": place.importance,
            "interests": list(place.interests),
            "confidence": place.confidence,
            "summary": place.summary,
            "address": place.address,
        }
        if place.category.is_food:
            row["cuisine"] = place.cuisine
            row["meals"], row["diets"] = sorted(place.meals), sorted(place.diets)
        rows.append(row)
    whole = {
        "city": city_to_json(city),
        "as_of": places[0].as_of,
        "source": places[0].source,
        "places": rows,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1)


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as temporary:
            temporary.write(text)
        Path(temporary.name).replace(path)
    except OSError as error:
        raise DataError(
            f"The places of {path.stem} can't be kept in {path.parent}: {error}."
        ) from error
