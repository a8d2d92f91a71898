# mypy: disallow-untyped-calls=False
# (pmtiles leaves its reader untyped)
"""What lies under the trip on the board's map: a server's tiles, or a PMTiles file's; or neither.

Without a setting the map has coasts and borders alone, and nothing outside is asked for. Knows no
Chainlit: `agent.chat_web` lets the page ask for tiles, `agent.map_routes` serves the file.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any, Literal

from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import Compression, MagicNumberNotFound, SpecVersionUnsupported, TileType

from agent.board_views import MapView
from agent.settings import MapSettings, Settings
from tools.errors import DataError

PMTILES_ADDRESS = "/map/basemap.pmtiles"
"""Of the file, whatever its name is on this machine."""
MAX_ZOOM = 24
MAX_ATTRIBUTION = 200
"""Characters: it has to fit a corner of the map."""

_EXAMPLE = "https://tiles.example.org/{z}/{x}/{y}.png"
# a host that a Content-Security-Policy can name: no wildcard, no bracketed IPv6 address
_TEMPLATE = re.compile(
    r"(?P<origin>https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::(?P<port>\d{1,5}))?)"
    r"(?P<rest>/(?:[^\s{}\"'<>\\^`|#]|\{(?:z|x|-?y|r)\})*)",
    re.IGNORECASE,
)
_NEEDED = (("{z}",), ("{x}",), ("{y}", "{-y}"))
_RASTER = frozenset({TileType.PNG, TileType.JPEG, TileType.WEBP, TileType.AVIF})
_READABLE = frozenset({Compression.UNKNOWN, Compression.NONE, Compression.GZIP})
_PROTOMAPS = frozenset({"earth", "roads"})
"""Layers by which Protomaps' basemaps are known: the page can draw no other vector tiles."""


@dataclass(frozen=True, slots=True)
class Basemap:
    """Tiles that can be drawn."""

    kind: Literal["tiles", "raster", "vector"]
    """A server's images, or a PMTiles file's images or vector tiles."""
    url: str
    """Template of the tiles, or the file's path at this server."""
    attribution: str
    """Plain text."""
    min_zoom: int
    max_zoom: int
    """The closest zoom that there are tiles of; closer ones are drawn enlarged."""
    origin: str = ""
    """The one server beside this that the page may ask for images; empty for a file."""
    file: Path | None = None

    @property
    def view(self) -> MapView:
        """What the board is told."""
        return MapView(
            kind=self.kind,
            url=self.url,
            attribution=self.attribution,
            min_zoom=self.min_zoom,
            max_zoom=self.max_zoom,
        )


@cache
def basemap_here() -> Basemap | None:
    """Of this process's settings: read once, so that policy, route and boards agree.

    Raises:
        DataError: as `read_basemap` and `Settings.load`.
    """
    return read_basemap(Settings.load().map)


def read_basemap(settings: MapSettings) -> Basemap | None:
    """The basemap that is asked for; None where none is.

    Raises:
        DataError: an address or a file that can't be used, or nobody to give credit to; with one
            sentence.
    """
    if settings.tiles and settings.pmtiles:
        raise DataError("Of map.tiles and map.pmtiles only one can be set.")
    if settings.pmtiles:
        return _of_file(settings.pmtiles, settings.attribution)
    if not settings.tiles:
        return None
    if not 0 <= settings.max_zoom <= MAX_ZOOM:
        raise DataError(f"map.max_zoom goes from 0 to {MAX_ZOOM}, not {settings.max_zoom}.")
    return Basemap(
        kind="tiles",
        url=settings.tiles,
        attribution=_credit(settings.attribution, "map.tiles"),
        min_zoom=0,
        max_zoom=settings.max_zoom,
        origin=_origin(settings.tiles),
    )


def _origin(template: str) -> str:
    found = _TEMPLATE.fullmatch(template)
    missing = not all(any(one in template for one in each) for each in _NEEDED)
    if found is None or missing or not 0 < int(found["port"] or 80) < 65536:
        raise DataError(f"map.tiles has to be an address such as {_EXAMPLE}, not {template!r}.")
    return found["origin"].lower()


def _credit(given: str, of: str) -> str:
    """The attribution as one line of plain text."""
    credit = " ".join(given.split())
    if not credit:
        raise DataError(
            f"{of} needs map.attribution: whom the map is by, such as "
            "'© OpenStreetMap contributors'."
        )
    if "<" in credit or len(credit) > MAX_ATTRIBUTION:
        raise DataError(
            f"map.attribution has to be plain text of at most {MAX_ATTRIBUTION} characters."
        )
    return credit


# -- PMTiles --------------------------------------------------------------------------------------


def _of_file(path: Path, attribution: str) -> Basemap:
    header, metadata = _read(path)
    kind: Literal["raster", "vector"]
    if header["tile_type"] in _RASTER:
        kind = "raster"
    elif header["tile_type"] is TileType.MVT and _layers(metadata) >= _PROTOMAPS:
        kind = "vector"
    else:
        raise DataError(
            f"{path} holds neither images nor Protomaps' vector tiles; raster tiles are needed."
        )
    if header["tile_compression"] not in _READABLE:
        used = header["tile_compression"].name.lower()
        raise DataError(f"The tiles in {path} are packed with {used}; browsers need gzip or none.")
    told = re.sub(r"<[^>]*>", "", str(metadata.get("attribution") or ""))
    return Basemap(
        kind=kind,
        url=PMTILES_ADDRESS,
        attribution=_credit(attribution or unescape(told), str(path)),
        min_zoom=header["min_zoom"],
        max_zoom=header["max_zoom"],
        file=path.resolve(),
    )


def _read(path: Path) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Header and metadata."""
    try:
        with path.open("rb") as file:
            reader = Reader(MmapSource(file))
            header, metadata = reader.header(), reader.metadata()
    except OSError as error:
        raise DataError(f"The map {path} can't be read: {error.strerror or error}.") from error
    except (
        ValueError, IndexError, EOFError, zlib.error, MagicNumberNotFound, SpecVersionUnsupported,
    ) as error:  # fmt: skip
        raise DataError(f"{path} is damaged, or no PMTiles file of version 3.") from error
    return header, metadata if isinstance(metadata, dict) else {}


def _layers(metadata: Mapping[str, Any]) -> set[str]:
    listed = metadata.get("vector_layers")
    named = listed if isinstance(listed, list) else []
    return {str(one.get("id")) for one in named if isinstance(one, dict)}
