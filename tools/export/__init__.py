"""An itinerary as a file to take along: text, calendar, map layers, costs, print, page, JSON."""

from __future__ import annotations

from dataclasses import dataclass

from tools.errors import InvalidRequestError
from tools.trip import Itinerary

FORMATS = ("markdown", "ics", "geojson", "json", "gpx", "kml", "csv", "pdf", "html")
"""What `export` writes; the model's tool offers the first four (`tools.arguments.ExportTrip`)."""


@dataclass(frozen=True, slots=True)
class Export:
    """A file's name, IANA media type and content."""

    filename: str
    media_type: str
    content: bytes


def export(itinerary: Itinerary, format: str) -> Export:
    """The itinerary in one of `FORMATS`.

    Raises:
        InvalidRequestError: another format, or prices in a currency that has no rate here.
    """
    # Imported here: a calendar or PDF library is not loaded by who wants Markdown.
    from tools.export import costs, geojson, gpx, ics, kml, markdown

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
    if format == "gpx":
        return Export(f"{stem}.gpx", "application/gpx+xml", gpx.render(itinerary))
    if format == "kml":
        media_type = "application/vnd.google-earth.kml+xml"
        return Export(f"{stem}.kml", media_type, kml.render(itinerary))
    if format == "csv":
        text = costs.render(itinerary)
        return Export(f"{stem}.csv", "text/csv; charset=utf-8", text.encode())
    if format == "pdf":
        from tools.export import pdf

        return Export(f"{stem}.pdf", "application/pdf", pdf.render(itinerary))
    if format == "html":
        from tools.export import html

        return Export(f"{stem}.html", "text/html; charset=utf-8", html.render(itinerary).encode())
    raise InvalidRequestError(
        f'There is no export format "{format}"; the formats are {", ".join(FORMATS)}.'
    )


__all__ = ["FORMATS", "Export", "export"]
