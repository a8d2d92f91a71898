"""Small OpenStreetMap extracts, written by osmium."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import osmium
from osmium.osm import Box, Location
from osmium.osm.mutable import Node, Relation, Way

VADUZ = (47.1415, 9.5215)
"""Latitude and longitude."""

Point = tuple[float, float]
Tags = Mapping[str, str]


@dataclass
class Sketch:
    """What an extract is to hold; `write` writes it."""

    nodes: list[tuple[int, Point, Tags, int]] = field(default_factory=list)
    ways: list[tuple[int, list[int], Tags, int]] = field(default_factory=list)
    relations: list[tuple[int, list[tuple[str, int, str]], Tags, int]] = field(default_factory=list)

    def point(self, id: int, at: Point, version: int = 1, **tags: str) -> Sketch:
        """A node. In keys "__" is read as ":"."""
        self.nodes.append((id, at, _tags(tags), version))
        return self

    def line(self, id: int, points: Sequence[Point], version: int = 1, **tags: str) -> Sketch:
        """A way of its own nodes, closed when the last point is the first."""
        first = 10_000 + 1000 * id
        numbers = list(range(first, first + len(points)))
        if points[0] == points[-1]:
            numbers[-1] = first
        for number, at in dict(zip(numbers, points, strict=True)).items():
            self.nodes.append((number, at, {}, version))
        self.ways.append((id, numbers, _tags(tags), version))
        return self

    def multipolygon(self, id: int, outer: Sequence[int], inner: Sequence[int] = (), **tags: str):
        """A relation of ways."""
        members = [("w", way, "outer") for way in outer] + [("w", way, "inner") for way in inner]
        self.relations.append((id, members, {"type": "multipolygon", **_tags(tags)}, 1))
        return self

    def write(self, path: Path, box: tuple[Point, Point] | None = None) -> Path:
        """Writes the file, over an older one; `box` is its south-west and north-east."""
        header = osmium.io.Header()
        if box is not None:
            (south, west), (north, east) = box
            header.add_box(Box(Location(west, south), Location(east, north)))
        with osmium.SimpleWriter(str(path), header=header, overwrite=True) as writer:
            for id, (lat, lon), tags, version in sorted(self.nodes, key=lambda node: node[0]):
                writer.add_node(Node(id=id, location=(lon, lat), tags=tags, version=version))
            for id, numbers, tags, version in sorted(self.ways):
                writer.add_way(Way(id=id, nodes=numbers, tags=tags, version=version))
            for id, members, tags, version in sorted(self.relations):
                writer.add_relation(Relation(id=id, members=members, tags=tags, version=version))
        return path


def square(around: Point, size: float = 0.002) -> list[Point]:
    """A closed ring, `size` degrees wide."""
    lat, lon = around
    half = size / 2
    return [
        (lat - half, lon - half),
        (lat - half, lon + half),
        (lat + half, lon + half),
        (lat + half, lon - half),
        (lat - half, lon - half),
    ]


def _tags(tags: Tags) -> dict[str, str]:
    return {key.replace("__", ":"): value for key, value in tags.items()}
