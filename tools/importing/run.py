"""One import from beginning to end, and what is told of it."""

from __future__ import annotations

import re
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tools.catalogue_files import CATALOGUE
from tools.geocoding.gazetteer import Gazetteer
from tools.importing.cities import CityFinder
from tools.importing.duplicates import CatalogueIndex
from tools.importing.facts import SOURCE, known, names, website
from tools.importing.reading import Extract, Feature, features, open_extract
from tools.importing.tags import category_of, shut
from tools.importing.writing import Imports, Written, replacing_imports
from tools.store import PlaceStore

_MOST_CITIES_TOLD = 12


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did."""

    file: str
    """The extract's name."""
    as_of: str
    """Month of its data, `YYYY-MM`."""
    seconds: float
    added: int
    updated: int
    """Known before, with other facts now."""
    unchanged: int
    removed: int
    """Known before; no longer in the extract, or no longer a place to go to."""
    left_out: dict[str, int]
    """Features by the reason for which they are no place of the store."""
    bad_hours: int
    """Places kept without their hours, which do not parse."""
    cities: tuple[tuple[str, int], ...]
    """All imported cities with how many imported places each has now, most first."""

    def __str__(self) -> str:
        """The report as lines of text."""
        lines = [
            f"Imported {self.file} (as of {self.as_of}) in {self.seconds:.1f} s: "
            f"{self.added} added, {self.updated} updated, {self.unchanged} unchanged, "
            f"{self.removed} removed."
        ]
        reasons = sorted(self.left_out.items(), key=lambda pair: (-pair[1], pair[0]))
        if told := "; ".join(f"{count} {reason}" for reason, count in reasons if count):
            lines.append(f"Left out: {told}.")
        if self.bad_hours:
            lines.append(f"Opening hours that do not parse were left out of {self.bad_hours}.")
        if self.cities:
            told = ", ".join(f"{name} ({n})" for name, n in self.cities[:_MOST_CITIES_TOLD])
            more = len(self.cities) - _MOST_CITIES_TOLD
            lines.append(f"Cities: {told}{f' and {more} more' if more > 0 else ''}.")
        lines.append(f"Data {SOURCE} (https://www.openstreetmap.org/copyright).")
        return "\n".join(lines)


def import_extract(file: Path, home: Path, *, catalogue: Path = CATALOGUE) -> Report:
    """Brings the places of an OpenStreetMap extract into the store under `home`.

    Importing a newer extract of the same region updates what is there by OSM id; what it no
    longer has is removed, where the file says which box it covers and is called the same but
    for its date.

    Args:
        file: `.osm.pbf`, `.osm.gz`, `.osm.bz2` or `.osm`.
        home: the cache directory.
        catalogue: the folder of the city files.

    Raises:
        DataError: the file is missing, cut off or no extract; another import is at work; there
            is no room. The store is as it was.
    """
    began = time.monotonic()
    extract = open_extract(file)
    with replacing_imports(home, extract_name(file), extract.as_of) as imports:
        with PlaceStore.open(home, catalogue=catalogue) as store:
            # of the catalogue alone: what was imported is in `imports`
            own = store.catalogue_cities()
            index = CatalogueIndex(store.catalogue_places())
        with closing(Gazetteer.open(home)) as gazetteer:
            finder = CityFinder(own, imports.cities(), imports.made_cities(), gazetteer)
            run = _Run(extract, imports, finder, index)
            for feature in features(extract):
                run.take(feature)
        return run.finish(began)


def extract_name(file: Path) -> str:
    """What an extract is called but for its date and ending: `liechtenstein-latest.osm.pbf` and
    `liechtenstein-260101.osm.pbf` are both "liechtenstein".
    """
    stem = re.sub(r"(\.osm)?\.(pbf|gz|bz2|osm)$", "", file.name)
    return re.sub(r"[-_.]?(latest|\d{6,8}|internal)$", "", stem) or stem


class _Run:
    """Counts, while features go one by one from the extract to the imports."""

    def __init__(
        self, extract: Extract, imports: Imports, finder: CityFinder, index: CatalogueIndex
    ) -> None:
        self._extract = extract
        self._imports = imports
        self._finder = finder
        self._index = index
        self._written: Counter[Written] = Counter()
        self._left_out: Counter[str] = Counter()
        self._removed = 0
        self._bad_hours = 0

    def take(self, feature: Feature) -> None:
        """Writes a feature's place, or notes why it has none."""
        if reason := self._write(feature):
            self._left_out[reason] += 1
            self._removed += self._imports.drop(feature.id)

    def finish(self, began: float) -> Report:
        """Tidies up; `began` is `time.monotonic()` of the beginning."""
        self._removed += self._imports.drop_gone(self._extract.box)
        doubles_now, doubles_before = self._imports.drop_doubles()
        self._left_out["mapped twice"] += doubles_now + doubles_before
        self._removed += doubles_before
        self._imports.finish(self._finder.made)
        return Report(
            file=self._extract.path.name,
            as_of=self._extract.as_of,
            seconds=time.monotonic() - began,
            added=self._written[Written.ADDED] - doubles_now,
            updated=self._written[Written.UPDATED],
            unchanged=self._written[Written.UNCHANGED],
            removed=self._removed,
            left_out={reason: count for reason, count in self._left_out.items() if count},
            bad_hours=self._bad_hours,
            cities=tuple(self._imports.sizes()),
        )

    def _write(self, feature: Feature) -> str:
        tags = feature.tags
        category = category_of(tags)
        if category is None:
            return "too small to travel for"
        if reason := shut(tags):
            return reason
        named = names(tags)
        if named is None:
            return "without a name"
        if feature.at is None:
            return "with coordinates outside the world"
        city = self._finder.city_of(feature.at)
        if city is None:
            return "too far from any city"
        found = known(tags, feature.id, named, category, feature.at, city, self._extract.as_of)
        if self._index.has(found.place):
            return "already in the catalogue"
        self._bad_hours += found.bad_hours
        wikidata = tags.get("wikidata", "")
        written = self._imports.write(found.place, city, feature.version, wikidata, website(tags))
        self._written[written] += 1
        return ""
