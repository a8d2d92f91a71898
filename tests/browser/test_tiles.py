"""The map on tiles in a real browser: of a server, of a file, and what stands in for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from pmtiles.tile import Compression, TileType

from tests.basemaps import PROTOMAPS, earth, pmtiles_file, png
from tests.browser.server import Server, drive
from tools.services import open_services

ASK = "3 days in Lisbon for two, art and food"
PLAN = {
    "destination": "Lisbon", "days": 3, "start_date": "4 December", "travellers": 2,
    "interests": ["art", "food"],
}  # fmt: skip
SCRIPT: list[Any] = [[["plan_days", PLAN]], "Your 3 days in Lisbon are planned."]
CREDIT = "© Test Cartographers & contributors"
TILE = png(120, 180, 140)
PLAIN_CREDIT = "coasts: Natural Earth"


class TileServer(ThreadingHTTPServer):
    """Gives every address the same tile, and notes who asked from where."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        super().__init__(("127.0.0.1", 0), _Handler)
        self.origin = f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: TileServer

    def do_GET(self) -> None:
        """The tile."""
        self.server.asked.append((self.path, self.headers.get("Referer", "")))
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.send_header("Content-Length", str(len(TILE)))
        self.end_headers()
        self.wfile.write(TILE)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """One home for all servers here, its places built: each would do that anew."""
    folder = tmp_path_factory.mktemp("home")
    open_services(folder).close()
    return {"TRIPWRIGHT_HOME": str(folder)}


@contextmanager
def _tile_server() -> Iterator[TileServer]:
    with TileServer() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def _file(folder: Path, kind: str) -> Path:
    path = folder / "map.pmtiles"
    if kind == "vector":
        packed = (TileType.MVT, Compression.GZIP)
        return pmtiles_file(path, earth(), *packed, attribution=CREDIT, **PROTOMAPS)
    return pmtiles_file(path, TILE, attribution=CREDIT)


def _seen(
    server: Server, node: str, chromium: str, name: str, theme: str = "light", **given: Any
) -> dict[str, Any]:
    seen = drive(
        node, out=str(server.folder), chromium=chromium, name=name, scene="tiles", width=1280,
        height=860, theme=theme, url=server.url, ask=ASK, **given,
    )  # fmt: skip
    assert "failed" not in seen, f"{seen['failed']}\n{server.log.read_text()[-3000:]}"
    print(f"screenshots: {server.folder}")
    return seen


def _holds(seen: dict[str, Any]) -> None:
    """What holds with every basemap that can be had."""
    assert CREDIT in seen["credit"] and PLAIN_CREDIT not in seen["credit"]
    assert seen["note"] == ""
    assert seen["errors_of_map"] == []
    assert seen["fit"] == {"text": "", "icons": 1, "moved": True, "back": True}


def _hosts(seen: dict[str, Any]) -> set[str]:
    asked = [url for url in seen["requests"] if not url.startswith(("data:", "blob:"))]
    return {urlsplit(url).netloc for url in asked}


def test_tiles_of_a_server_are_seen_and_no_other_server_is_asked(
    tmp_path: Path, home: dict[str, str], node: str, chromium: str
) -> None:
    with _tile_server() as tiles, _tile_server() as other:
        settings = home | {
            "TRIPWRIGHT_MAP_TILES": f"{tiles.origin}/t/{{z}}/{{x}}/{{y}}.png",
            "TRIPWRIGHT_MAP_ATTRIBUTION": CREDIT,
            "TRIPWRIGHT_MAP_MAX_ZOOM": "12",
        }
        with Server(tmp_path, SCRIPT, **settings) as server:
            seen = _seen(
                server, node, chromium, "tiles",
                allowed=f"{tiles.origin}/one.png", other=f"{other.origin}/one.png",
            )  # fmt: skip
        _holds(seen)
        assert seen["drawn"]["images"] >= 4 and seen["far"]["images"] >= 4
        assert seen["dimmed"] == "none"
        assert seen["allowed"] == {"image": "shown", "data": "refused"}
        assert seen["other"] == {"image": "refused", "data": "refused"}
        assert other.asked == []
        tiles_asked = [(path, at) for path, at in tiles.asked if path.startswith("/t/")]
        zooms = {int(path.split("/")[2]) for path, _ in tiles_asked}
        assert max(zooms) == 12, "closer ones are drawn enlarged"
        # where the page is served is told, not which conversation it shows
        assert {at for _, at in tiles_asked} == {f"{server.url}/"}


@pytest.mark.parametrize("kind", ["raster", "vector"])
def test_tiles_of_a_file_are_seen(
    tmp_path: Path, home: dict[str, str], node: str, chromium: str, kind: str
) -> None:
    path = _file(tmp_path, kind)
    with Server(tmp_path, SCRIPT, **home, TRIPWRIGHT_MAP_PMTILES=str(path)) as server:
        seen = _seen(server, node, chromium, kind, theme="dark")
    _holds(seen)
    assert _hosts(seen) == {f"127.0.0.1:{server.port}"}
    assert "brightness" in seen["dimmed"], "the dark page dims them"
    if kind == "raster":
        assert seen["drawn"]["images"] >= 4
    else:
        assert seen["drawn"]["canvases"] >= 4
        # land in Protomaps' light colours, where nothing would be transparent
        assert min(seen["drawn"]["pixel"][:3]) > 200 and seen["drawn"]["pixel"][3] == 255
    assert seen["far"]["images"] == seen["far"]["canvases"] == 0, "the file has none so far out"
    assert seen["note_far"] == ""


@pytest.mark.parametrize("kind", ["server", "raster", "vector"])
def test_the_plain_map_stands_in_for_tiles_that_are_missing(
    tmp_path: Path, home: dict[str, str], node: str, chromium: str, kind: str
) -> None:
    path = _file(tmp_path, kind)
    if kind == "server":
        with _tile_server() as closed:
            address = f"{closed.origin}/{{z}}/{{x}}/{{y}}.png"
        given = {"TRIPWRIGHT_MAP_TILES": address, "TRIPWRIGHT_MAP_ATTRIBUTION": CREDIT}
    else:
        given = {"TRIPWRIGHT_MAP_PMTILES": str(path)}
    with Server(tmp_path, SCRIPT, **home, **given) as server:
        path.unlink()
        seen = _seen(server, node, chromium, f"no-{kind}", missing=True)
    assert "tiles can't be loaded" in seen["note"]
    assert PLAIN_CREDIT in seen["credit"] and CREDIT not in seen["credit"]
    assert seen["drawn"]["images"] == 0 and seen["grid"] > 0
    assert seen["fit"]["back"]
    assert not [error for error in seen["errors_of_map"] if "Failed to load resource" not in error]
