"""Features out of an OpenStreetMap extract, by `osmium`, with the progress shown.

Areas are put together in two passes over the file. What is no sight is dropped by osmium
itself, by `tools.importing.tags.FILTER`, before it costs any time here.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import osmium
import osmium.filter
import osmium.osm
from tqdm import tqdm

from tools.errors import DataError
from tools.importing.tags import FILTER
from tools.names import quote
from tools.place import Coordinates

SUFFIXES = (".osm.pbf", ".pbf", ".osm.gz", ".osm.bz2", ".osm")
_LOOK_EVERY = 0.2
"""Seconds between two looks at how far the file has been read."""

Ring = Sequence[tuple[float, float]]
"""Points as longitude and latitude, the last one the first."""


@dataclass(frozen=True, slots=True)
class Feature:
    """A point or an area of the extract."""

    id: str
    """`osm-n`, `osm-w` or `osm-r` (node, way, relation) and its number; `Place.id` later."""
    version: int
    """0 where the extract has none."""
    tags: dict[str, str]
    at: Coordinates | None
    """A point in it; None where the extract has none in the world."""


@dataclass(frozen=True, slots=True)
class Extract:
    """What the file says of itself."""

    path: Path
    size: int
    """Bytes."""
    as_of: str
    """Month of its data (`YYYY-MM`); of the file's date where it does not say."""
    box: tuple[float, float, float, float] | None
    """South, north, west, east."""


def open_extract(path: Path) -> Extract:
    """Looks at the file's beginning.

    Raises:
        DataError: no file of that name, one that can't be read, or no extract.
    """
    if not path.name.endswith(SUFFIXES):
        raise DataError(
            f"{quote(path.name)} does not end in .osm.pbf, .osm.gz, .osm.bz2 or .osm; an "
            "OpenStreetMap extract is needed, for example liechtenstein-latest.osm.pbf."
        )
    try:
        with path.open("rb") as stream:
            stream.read(1)
        found = path.stat()
    except OSError as error:
        raise DataError(f"{quote(path.name)} can't be read: {error.strerror}.") from error
    with _sentences(path):
        header = osmium.FileProcessor(str(path)).header
        box = header.box()
        stamp = header.get("osmosis_replication_timestamp")
    when = datetime.fromtimestamp(found.st_mtime, UTC)
    with suppress(ValueError):
        when = datetime.fromisoformat(stamp.replace("Z", "+00:00"))
    corners = None
    if box.valid():
        low, high = box.bottom_left, box.top_right
        corners = (low.lat, high.lat, low.lon, high.lon)
    return Extract(path, found.st_size, f"{when:%Y-%m}", corners)


def features(extract: Extract) -> Iterator[Feature]:
    """All that may be a place, nodes first; a bar on a terminal shows how far it has got.

    Raises:
        DataError: the file is cut off, or not what its name says; after some were given.
    """
    path = str(extract.path)
    with _sentences(extract.path), _progress(extract) as second_pass:
        wanted = osmium.FileProcessor(path).with_areas(osmium.filter.TagFilter(*FILTER))
        wanted.with_filter(osmium.filter.TagFilter(*FILTER))
        # A closed way comes a second time, as an area; ways that are lines have no inside. They are
        # let through and skipped all the same: at each one osmium empties its buffer of areas,
        # which would otherwise fill with every house of the extract.
        for entity in wanted:
            second_pass.set()
            tags = {tag.k: tag.v for tag in entity.tags}
            if isinstance(entity, osmium.osm.Node):
                place = entity.location
                at = Coordinates(place.lat, place.lon) if place.valid() else None
                yield Feature(f"osm-n{entity.id}", entity.version, tags, at)
            elif isinstance(entity, osmium.osm.Area):
                kind = "w" if entity.from_way() else "r"
                outer = [_ring(ring) for ring in entity.outer_rings()]
                inner = [_ring(r) for one in entity.outer_rings() for r in entity.inner_rings(one)]
                at = point_inside(outer, inner)
                yield Feature(f"osm-{kind}{entity.orig_id()}", entity.version, tags, at)


def point_inside(outer: Sequence[Ring], inner: Sequence[Ring]) -> Coordinates | None:
    """A point in the area: the middle of its largest part, or where that lies outside (a bay, a
    courtyard), the middle of the widest stretch of the area at that latitude.
    """
    whole = [ring for ring in outer if len(ring) >= 4]
    if not whole:
        return None
    ring = max(whole, key=lambda one: abs(_moments(one)[0]))
    area, x, y = _moments(ring)
    if area == 0:
        return Coordinates(ring[0][1], ring[0][0])
    cuts = sorted(_crossings((*outer, *inner), y))
    stretches = list(zip(cuts[::2], cuts[1::2], strict=False))
    if stretches and not any(west <= x <= east for west, east in stretches):
        west, east = max(stretches, key=lambda pair: pair[1] - pair[0])
        x = (west + east) / 2
    return Coordinates(y, x)


def _ring(ring: osmium.osm.OuterRing | osmium.osm.InnerRing) -> Ring:
    return [(node.lon, node.lat) for node in ring]


def _moments(ring: Ring) -> tuple[float, float, float]:
    """Signed area in square degrees, and the centre of gravity (the shoelace formula).

    Taken from the ring's first point on, so that small areas keep their digits.
    """
    x0, y0 = ring[0]
    area = x = y = 0.0
    moved = [(px - x0, py - y0) for px, py in ring]
    for (ax, ay), (bx, by) in pairwise(moved):
        cross = ax * by - bx * ay
        area += cross
        x += (ax + bx) * cross
        y += (ay + by) * cross
    if area == 0:
        return 0.0, x0, y0
    return area / 2, x0 + x / (3 * area), y0 + y / (3 * area)


def _crossings(rings: Sequence[Ring], y: float) -> Iterator[float]:
    """Where a line along a latitude enters and leaves the area."""
    for ring in rings:
        for (ax, ay), (bx, by) in pairwise(ring):
            if (ay > y) != (by > y):
                yield ax + (y - ay) / (by - ay) * (bx - ax)


@contextmanager
def _sentences(path: Path) -> Iterator[None]:
    """Turns osmium's errors into one sentence."""
    try:
        yield
    except RuntimeError as error:
        told = " ".join(str(error).split()).rstrip(".")
        cut = "EOF" in told or "no element found" in told or "unexpected end" in told
        why = (
            f"it seems to be cut off ({told}); download it again"
            if cut
            else f"it is no OpenStreetMap extract, or a damaged one ({told})"
        )
        raise DataError(f"{quote(path.name)} was not imported: {why}.") from error


@contextmanager
def _progress(extract: Extract) -> Iterator[threading.Event]:
    """A bar of the bytes read, moved by a thread, since osmium reads on without coming back.

    Gives an event to set when the second of the two passes has begun.
    """
    second_pass, stop = threading.Event(), threading.Event()
    with tqdm(
        total=extract.size,
        desc=extract.path.name,
        unit="B",
        unit_scale=True,
        unit_divisor=1024,
        leave=False,
        disable=None,  # quiet where nobody looks: no terminal
    ) as bar:
        if bar.disable:
            yield second_pass
            return
        watch = threading.Thread(target=_watch, args=(extract, bar, second_pass, stop), daemon=True)
        watch.start()
        try:
            yield second_pass
        finally:
            stop.set()
            watch.join()


def _watch(
    extract: Extract, bar: tqdm[None], second_pass: threading.Event, stop: threading.Event
) -> None:
    """Each of the two passes moves the bar by half."""
    while not stop.wait(_LOOK_EVERY):
        position = _position(extract.path)
        if position is None:
            continue
        read = (extract.size if second_pass.is_set() else 0) + position
        bar.n = max(bar.n, min(extract.size, read // 2))
        bar.refresh()


def _position(path: Path) -> int | None:
    """How far this process has read the file, as Linux tells; None where nothing does."""
    own = Path("/proc/self")
    real = str(path.resolve())
    with suppress(OSError, ValueError, StopIteration):
        for link in (own / "fd").iterdir():
            with suppress(OSError):
                if str(link.readlink()) == real:
                    lines = (own / "fdinfo" / link.name).read_text().splitlines()
                    return int(next(x for x in lines if x.startswith("pos:")).split()[1])
    return None
