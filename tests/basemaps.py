"""Small maps of Lisbon's surroundings as PMTiles files, all in one colour."""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from pathlib import Path
from typing import Any

from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import write

WEST, SOUTH, EAST, NORTH = -9.7, 38.4, -8.7, 39.1
ZOOMS = range(8, 15)
PROTOMAPS = {"vector_layers": [{"id": "earth"}, {"id": "roads"}, {"id": "water"}]}


def png(red: int, green: int, blue: int) -> bytes:
    """A tile of 256 by 256 pixels in one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = (b"\0" + bytes((red, green, blue)) * 256) * 256
    size = struct.pack(">IIBBBBB", 256, 256, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", size), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def earth() -> bytes:
    """A vector tile, all of it land."""

    def field(number: int, data: bytes) -> bytes:
        return bytes((number << 3 | 2, len(data))) + data

    # move to 0, 0; lines to the other three corners of 4096 units, as zigzag varints; close
    corners = b"\x09\x00\x00\x1a\x80\x40\x00\x00\x80\x40\xff\x3f\x00\x0f"
    feature = field(2, b"\x18\x03" + field(4, corners))
    layer = field(1, b"earth") + feature + b"\x28\x80\x20" + b"\x78\x02"
    return gzip.compress(field(3, layer))


def pmtiles_file(
    path: Path,
    tile: bytes,
    kind: TileType = TileType.PNG,
    packed: Compression = Compression.NONE,
    **metadata: Any,
) -> Path:
    """Writes the same tile for all of the area."""
    with write(str(path)) as writer:
        ids = [
            zxy_to_tileid(zoom, x, y)
            for zoom in ZOOMS
            for x in range(_column(WEST, zoom), _column(EAST, zoom) + 1)
            for y in range(_row(NORTH, zoom), _row(SOUTH, zoom) + 1)
        ]
        for id in sorted(ids):
            writer.write_tile(id, tile)
        header = {
            "tile_type": kind, "tile_compression": packed,
            "min_zoom": ZOOMS[0], "max_zoom": ZOOMS[-1],
            "min_lon_e7": int(WEST * 1e7), "max_lon_e7": int(EAST * 1e7),
            "min_lat_e7": int(SOUTH * 1e7), "max_lat_e7": int(NORTH * 1e7),
        }  # fmt: skip
        writer.finalize(header, metadata)
    return path


def _column(lon: float, zoom: int) -> int:
    return int((lon + 180) / 360 * 2**zoom)


def _row(lat: float, zoom: int) -> int:
    return int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**zoom)
