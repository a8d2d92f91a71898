# mypy: disallow-untyped-calls=False
# (Chainlit leaves most of its calls untyped)
"""The map's own file, where the settings name one (`agent.basemap`)."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import FileResponse

from agent.basemap import PMTILES_ADDRESS, basemap_here
from agent.chat_routes import LoggedIn

maps = APIRouter()


@maps.api_route(PMTILES_ADDRESS, methods=["GET", "HEAD"])
def basemap_file(user: LoggedIn) -> Response:
    """The PMTiles file of the settings, whole or by ranges.

    Behind the login, unlike the page's own files: it is the host's, may be large or licensed for
    few, and only boards of those who are logged in ask for it.
    """
    basemap = basemap_here()
    if basemap is None or basemap.file is None or not basemap.file.is_file():
        raise HTTPException(404, "There is no map here.")
    headers = {"Cache-Control": "private, max-age=3600"}
    return FileResponse(basemap.file, media_type="application/vnd.pmtiles", headers=headers)
