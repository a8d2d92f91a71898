"""An itinerary as a file to take along: Markdown, calendar, map layer, JSON."""

from __future__ import annotations

from dataclasses import dataclass

from tools.errors import InvalidRequestError
from tools.trip import Itinerary

FORMATS = ("markdown", "ics", "geojson", "json")


@dataclass(frozen=True, slots=True)
class Export:
    """A file's name, IANA media type and content."""

    filename: str
    media_type: str
    content: bytes


def export(itinerary: Itinerary, format: str) -> Export:
    """The itinerary in one of `FORMATS`.

    Raises:
        InvalidRequestError: another format.
    """
    # Imported here: a calendar library is not loaded by who wants Markdown.
    from tools.export import geojson, ics, markdown

    ids = dict.fromkeys(city.id for city in itinerary.request.cities)
    stem = f"{'-'.join(ids)}-{itinerary.request.start.isoformat()}"
    if format == "markdown":
        text = markdown.render(itinerary)
        return Export(f"{stem}.md", "text/markdown; charset=utf-8", text.encode())
    if format == "ics":
        return Export(f"{stem}.ics", "text/calendar; charset=utf-8", ics.render(itinerary))
    if format == "geojson":
        text = geojson.render(itinerary)
        return Export(f"{stem}.geojson", "application/geo+json", text.encode())
    if format == "json":
        return Export(f"{stem}.json", "application/json", itinerary.to_json().encode())
    raise InvalidRequestError(
        f'There is no export format "{format}"; the formats are {", ".join(FORMATS)}.'
    )


__all__ = ["FORMATS", "Export", "export"]
