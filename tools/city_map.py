"""A picture of what the store knows of a city: SVG, to be looked at in any browser.

Points in an equirectangular projection about the city's centre, coloured by kind, larger with
importance, named from the most important down as far as labels find room. No streets: the
picture is for seeing gaps, clusters and points that lie in the river.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import cos, radians
from statistics import quantiles

from tools.place import City, Place

WIDTH, HEIGHT, MARGIN = 1200, 900, 60
"""Pixels."""
KINDS = {
    "museums, galleries, theatres": ("#6b4fbb", frozenset({"museum", "gallery", "theatre"})),
    "landmarks, castles, ruins, worship": (
        "#b5442e",
        frozenset({"landmark", "castle", "ruins", "worship"}),
    ),
    "parks, viewpoints, beaches, zoos": (
        "#2e7d4f",
        frozenset({"park", "viewpoint", "beach", "zoo"}),
    ),
    "squares, streets, markets, shopping": (
        "#8a6d1f",
        frozenset({"square", "neighbourhood", "market", "shopping"}),
    ),
    "food and drink": ("#c2185b", frozenset({"restaurant", "cafe", "bar", "food_area"})),
}
"""Words of the legend, colour, categories."""
_KM_A_DEGREE = 111.32
_BARS = (0.2, 0.5, 1, 2, 5, 10, 20)
"""Lengths that a scale bar may have, km."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """What part of the city the picture shows."""

    west: float
    north: float
    pixels_a_km: float
    km_a_degree_east: float

    def at(self, place: Place) -> tuple[float, float]:
        east = (place.coordinates.lon - self.west) * self.km_a_degree_east
        south = (self.north - place.coordinates.lat) * _KM_A_DEGREE
        return MARGIN + east * self.pixels_a_km, MARGIN + south * self.pixels_a_km


def city_map(city: City, places: Sequence[Place]) -> str:
    """The picture, as the text of an SVG file.

    Args:
        city: whose places.
        places: any number; those far from the rest are counted beside the legend, not drawn.

    Raises:
        ValueError: there is no place to show.
    """
    if not places:
        raise ValueError(f"There is no place of {city.name} to show.")
    shown = _near(places)
    frame = _frame(shown)
    ordered = sorted(shown, key=lambda p: (-p.importance, p.id))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="Helvetica, Arial, sans-serif">',
        f"<title>{escape(city.name)}: {len(places)} places</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#faf8f4"/>',
        *(_dot(place, *frame.at(place)) for place in reversed(ordered)),
        *_labels(ordered, frame),
        *_legend(city, places, len(places) - len(shown)),
        *_scale_bar(frame),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _near(places: Sequence[Place]) -> list[Place]:
    """Those within three times the spread of the middle half, so that one outing far off does
    not shrink the town to a dot.
    """
    if len(places) < 8:
        return list(places)
    kept = list(places)
    for axis in (0, 1):
        low, _, high = quantiles([p.coordinates[axis] for p in places], n=4)
        reach = 3 * max(high - low, 0.002)
        kept = [p for p in kept if low - reach <= p.coordinates[axis] <= high + reach]
    return kept


def _frame(places: Sequence[Place]) -> _Frame:
    lats = [p.coordinates.lat for p in places]
    lons = [p.coordinates.lon for p in places]
    east = _KM_A_DEGREE * cos(radians((min(lats) + max(lats)) / 2))
    wide = max((max(lons) - min(lons)) * east, 0.2)
    high = max((max(lats) - min(lats)) * _KM_A_DEGREE, 0.2)
    # the legend stands to the right
    scale = min((WIDTH - 2 * MARGIN - 300) / wide, (HEIGHT - 2 * MARGIN) / high)
    return _Frame(min(lons), max(lats), scale, east)


def _colour(place: Place) -> str:
    return next(colour for colour, of_it in KINDS.values() if place.category.value in of_it)


def _dot(place: Place, x: float, y: float) -> str:
    radius = 3 + place.importance / 20
    told = f"{place.name}, {place.category}, {place.hours or 'hours unknown'}"
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{_colour(place)}" '
        f'fill-opacity="0.75" stroke="#fff"><title>{escape(told)}</title></circle>'
    )


def _labels(ordered: Sequence[Place], frame: _Frame) -> Iterator[str]:
    """Names beside their dots, the most important first, none over another."""
    taken: list[tuple[float, float, float, float]] = []
    for place in ordered:
        x, y = frame.at(place)
        wide = 6.3 * len(place.name) + 6
        for left, anchor in ((x + 9, "start"), (x - 9 - wide, "end")):
            box = (left, y - 8, left + wide, y + 6)
            if box[2] > WIDTH or box[0] < 0 or any(_overlap(box, other) for other in taken):
                continue
            taken.append(box)
            at = left if anchor == "start" else left + wide
            yield (
                f'<text x="{at:.1f}" y="{y + 4:.1f}" font-size="12" text-anchor="{anchor}" '
                f'fill="#333" stroke="#faf8f4" stroke-width="3" paint-order="stroke">'
                f"{escape(place.name)}</text>"
            )
            break


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _legend(city: City, places: Sequence[Place], beyond: int) -> Iterator[str]:
    x, y = WIDTH - 285, MARGIN
    yield f'<text x="{x}" y="{y}" font-size="26" fill="#222">{escape(city.name)}</text>'
    for line, (words, (colour, of_it)) in enumerate(KINDS.items(), start=1):
        count = sum(p.category.value in of_it for p in places)
        at = y + 10 + 24 * line
        yield f'<circle cx="{x + 7}" cy="{at - 4}" r="6" fill="{colour}"/>'
        yield f'<text x="{x + 20}" y="{at}" font-size="13" fill="#333">{count} {words}</text>'
    if beyond:
        at = y + 10 + 24 * (len(KINDS) + 1)
        yield f'<text x="{x}" y="{at}" font-size="13" fill="#777">{beyond} lie farther out</text>'
    sources = sorted({p.source for p in places if p.source})
    for line, source in enumerate(sources):
        at = HEIGHT - 14 - 14 * line
        yield f'<text x="{MARGIN}" y="{at}" font-size="10" fill="#777">{escape(source)}</text>'


def _scale_bar(frame: _Frame) -> Iterator[str]:
    km = max((b for b in _BARS if b * frame.pixels_a_km <= 220), default=_BARS[0])
    x, y, wide = WIDTH - 285, HEIGHT - MARGIN, km * frame.pixels_a_km
    yield f'<path d="M{x} {y - 5}v5h{wide:.1f}v-5" fill="none" stroke="#555"/>'
    yield f'<text x="{x}" y="{y + 15}" font-size="12" fill="#555">{km:g} km</text>'
