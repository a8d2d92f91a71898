"""The map's basemap: settings, the page's policy, the file over HTTP, what is vendored for it."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

os.environ.setdefault("CHAINLIT_APP_ROOT", tempfile.mkdtemp())  # Chainlit writes there on import

pytest.importorskip("chainlit")

from chainlit.auth import create_jwt
from chainlit.config import config
from chainlit.user import User
from fastapi import FastAPI
from pmtiles.tile import Compression, TileType
from starlette.middleware.gzip import GZipMiddleware
from starlette.testclient import TestClient

from agent.basemap import PMTILES_ADDRESS, Basemap, read_basemap
from agent.board import Beside, board_of
from agent.chat_web import Guard
from agent.map_routes import maps
from agent.settings import Settings
from tests.basemaps import PROTOMAPS, ZOOMS, earth, pmtiles_file, png
from tests.tools.factories import planned
from tools.errors import DataError

VENDOR = Path(__file__).parents[2] / "public" / "vendor"
OSM = "© OpenStreetMap contributors"
TILES = "https://tiles.example.org/{z}/{x}/{y}.png"


def _read(home: Path, **given: str) -> Basemap | None:
    """Of settings in the environment."""
    named = {f"TRIPWRIGHT_MAP_{key}": value for key, value in given.items()}
    return read_basemap(Settings.load({"TRIPWRIGHT_HOME": str(home)} | named).map)


# -- a server's tiles -----------------------------------------------------------------------------


def test_by_default_there_is_none(tmp_path: Path) -> None:
    assert _read(tmp_path) is None
    assert _read(tmp_path, ATTRIBUTION=OSM) is None


def test_a_server_by_the_environment_and_by_the_file(tmp_path: Path) -> None:
    wanted = Basemap("tiles", TILES, OSM, 0, 17, origin="https://tiles.example.org")
    assert _read(tmp_path, TILES=TILES, ATTRIBUTION=f" {OSM} ", MAX_ZOOM="17") == wanted
    (tmp_path / "tripwright.toml").write_text(
        f'[map]\ntiles = "{TILES}"\nattribution = "{OSM}"\nmax_zoom = 17\n', "utf-8"
    )
    assert _read(tmp_path) == wanted
    assert wanted.view == {
        "kind": "tiles", "url": TILES, "attribution": OSM, "min_zoom": 0, "max_zoom": 17,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("http://127.0.0.1:8081/t/{z}/{x}/{-y}{r}.png", "http://127.0.0.1:8081"),
        ("HTTPS://Tiles.Example.org/{y}/{z}/{x}?key=a;b&c=*", "https://tiles.example.org"),
    ],
)
def test_the_origin_is_scheme_host_and_port(tmp_path: Path, address: str, origin: str) -> None:
    found = _read(tmp_path, TILES=address, ATTRIBUTION=OSM)
    assert found is not None and (found.origin, found.url) == (origin, address)


@pytest.mark.parametrize(
    "address",
    [
        "tiles.example.org/{z}/{x}/{y}.png",
        "ftp://tiles.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org/{z}/{x}.png",
        "https://tiles.example.org/{z}/{x}/{y}/{style}.png",
        "https://{s}.tiles.example.org/{z}/{x}/{y}.png",
        "https://*.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org; script-src */{z}/{x}/{y}.png",
        "https://me:word@tiles.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org:99999/{z}/{x}/{y}.png",
        "https://tiles.example.org:0/{z}/{x}/{y}.png",
        "https://[::1]/{z}/{x}/{y}.png",
        "https://tiles.example.org/{z}/{x}/{y}.png https://b.example.org",
    ],
)
def test_an_address_that_is_none_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(DataError, match=r"^map\.tiles has to be an address such as https://tiles"):
        _read(tmp_path, TILES=address, ATTRIBUTION=OSM)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"TILES": TILES}, "map.tiles needs map.attribution"),
        ({"TILES": TILES, "ATTRIBUTION": "<a href='https://osm.org'>OSM</a>"}, "plain text"),
        ({"TILES": TILES, "ATTRIBUTION": "x" * 201}, "at most 200"),
        ({"TILES": TILES, "ATTRIBUTION": OSM, "MAX_ZOOM": "25"}, "from 0 to 24, not 25"),
        ({"TILES": TILES, "ATTRIBUTION": OSM, "MAX_ZOOM": "-1"}, "from 0 to 24, not -1"),
        ({"TILES": TILES, "ATTRIBUTION": OSM, "PMTILES": "/a.pmtiles"}, "only one can be set"),
    ],
)
def test_what_lacks_credit_or_is_out_of_range_is_refused(
    tmp_path: Path, given: dict[str, str], says: str
) -> None:
    with pytest.raises(DataError) as refused:
        _read(tmp_path, **given)
    assert says in str(refused.value)


def test_the_server_does_not_start_with_an_address_that_is_none(tmp_path: Path) -> None:
    environment = {
        **os.environ, "TRIPWRIGHT_HOME": str(tmp_path), "TRIPWRIGHT_MAP_TILES": "osm",
        "TRIPWRIGHT_MAP_ATTRIBUTION": OSM,
    }  # fmt: skip
    environment.pop("CHAINLIT_APP_ROOT")
    done = subprocess.run(
        [sys.executable, "-m", "agent", "serve", "--port", "18447"],
        cwd=VENDOR.parents[1], env=environment, capture_output=True, text=True, timeout=90,
        check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "map.tiles has to be an address" in done.stderr and "not 'osm'" in done.stderr
    assert "Traceback" not in done.stderr


# -- a PMTiles file -------------------------------------------------------------------------------


def test_a_file_of_images_says_its_zooms_and_credit(tmp_path: Path) -> None:
    credit = '<a href="https://osm.org/copyright">&copy; OpenStreetMap</a>\ncontributors'
    path = pmtiles_file(tmp_path / "lisbon.pmtiles", png(1, 2, 3), attribution=credit)
    found = _read(tmp_path, PMTILES=str(path))
    wanted = Basemap("raster", PMTILES_ADDRESS, OSM, ZOOMS[0], ZOOMS[-1], file=path)
    assert found == wanted
    assert "lisbon" not in str(wanted.view), "where the file lies is nobody's business"
    named = _read(tmp_path, PMTILES=str(path), ATTRIBUTION="Ours")
    assert named is not None and named.attribution == "Ours"


def test_vector_tiles_are_protomaps_own(tmp_path: Path) -> None:
    kind = (TileType.MVT, Compression.GZIP)
    path = pmtiles_file(tmp_path / "a.pmtiles", earth(), *kind, attribution=OSM, **PROTOMAPS)
    found = _read(tmp_path, PMTILES=str(path))
    assert found is not None and found.kind == "vector"
    others = {"vector_layers": [{"id": "transportation"}, {"id": "water"}]}
    path = pmtiles_file(tmp_path / "b.pmtiles", earth(), *kind, attribution=OSM, **others)
    with pytest.raises(DataError, match="raster tiles are needed"):
        _read(tmp_path, PMTILES=str(path))


def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    whole = pmtiles_file(tmp_path / "whole.pmtiles", png(1, 2, 3))
    with pytest.raises(DataError, match=r"whole\.pmtiles needs map\.attribution"):
        _read(tmp_path, PMTILES=str(whole))
    brotli = pmtiles_file(
        tmp_path / "b.pmtiles", earth(), TileType.MVT, Compression.BROTLI, **PROTOMAPS
    )
    with pytest.raises(DataError, match="packed with brotli"):
        _read(tmp_path, PMTILES=str(brotli), ATTRIBUTION=OSM)
    for name in ("missing.pmtiles", "."):
        with pytest.raises(DataError, match="can't be read"):
            _read(tmp_path, PMTILES=str(tmp_path / name), ATTRIBUTION=OSM)
    content = whole.read_bytes()
    damaged = (
        b"",
        b"PMTiles",
        content[:90],
        b"PNG" + content[3:],
        content[:7] + b"\2",
        content[:150],
    )
    for bytes_ in damaged:
        whole.write_bytes(bytes_)
        with pytest.raises(DataError, match="damaged, or no PMTiles file"):
            _read(tmp_path, PMTILES=str(whole), ATTRIBUTION=OSM)


# -- what the page may ask, and what it gets ------------------------------------------------------


def _policy(tiles: str) -> dict[str, str]:
    """The page's policy by its directives."""
    answer = TestClient(Guard(FastAPI(), tiles), base_url="http://127.0.0.1:8000").get("/")
    directives = answer.headers["content-security-policy"].split("; ")
    return dict(one.split(" ", 1) for one in directives)


def test_the_policy_lets_in_the_one_server_for_images_alone() -> None:
    alone, with_tiles = _policy(""), _policy("https://tiles.example.org")
    assert alone["img-src"] == "'self' data: blob:"
    assert with_tiles.pop("img-src") == "'self' data: blob: https://tiles.example.org"
    assert with_tiles == {key: value for key, value in alone.items() if key != "img-src"}


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """The map's route as it is served, packing included, with a file beside that is nobody's."""
    monkeypatch.setenv("CHAINLIT_AUTH_SECRET", "s" * 40)
    monkeypatch.setattr(config.code, "password_auth_callback", lambda *_: None)
    monkeypatch.setattr("chainlit.auth.get_data_layer", lambda: None)
    path = pmtiles_file(tmp_path / "lisbon.pmtiles", png(1, 2, 3))
    (tmp_path / "secret.txt").write_text("secret")
    chosen = Basemap("raster", PMTILES_ADDRESS, OSM, 8, 14, file=path)
    monkeypatch.setattr("agent.map_routes.basemap_here", lambda: chosen)
    app = FastAPI()
    app.router.routes[:0] = maps.routes
    app.add_middleware(GZipMiddleware)
    http = TestClient(Guard(app), base_url="http://127.0.0.1:8000")
    http.headers["Cookie"] = f"access_token={create_jwt(User(identifier='Ann'))}"
    yield SimpleNamespace(http=http, path=path, content=path.read_bytes())


def test_the_file_comes_whole_and_by_ranges(web: SimpleNamespace) -> None:
    size = len(web.content)
    whole = web.http.get(PMTILES_ADDRESS)
    assert (whole.status_code, whole.content) == (200, web.content)
    assert whole.headers["accept-ranges"] == "bytes"
    assert "content-disposition" not in whole.headers
    for asked, start, end in (
        ("bytes=0-16383", 0, min(16384, size)), ("bytes=127-1026", 127, 1027),
        (f"bytes={size - 9}-", size - 9, size), ("bytes=-700", size - 700, size),
    ):  # fmt: skip
        part = web.http.get(PMTILES_ADDRESS, headers={"Range": asked})
        assert (part.status_code, part.content) == (206, web.content[start:end]), asked
        assert part.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
        assert part.headers["content-length"] == str(end - start)
        assert part.headers["etag"] == whole.headers["etag"]
    head = web.http.head(PMTILES_ADDRESS)
    assert (head.status_code, head.headers["content-length"]) == (200, str(size))


def test_a_range_beyond_the_end_is_refused(web: SimpleNamespace) -> None:
    size = len(web.content)
    answer = web.http.get(PMTILES_ADDRESS, headers={"Range": f"bytes={size}-{size + 9}"})
    assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{size}")


def test_the_file_is_for_whoever_is_logged_in(web: SimpleNamespace) -> None:
    for cookie in ("", "access_token=made-up"):
        answer = web.http.get(PMTILES_ADDRESS, headers={"Cookie": cookie, "Range": "bytes=0-9"})
        assert answer.status_code == 401
        assert b"PMTiles" not in answer.content


@pytest.mark.parametrize(
    "path",
    [
        "/map/secret.txt", "/map/lisbon.pmtiles", "/map/../secret.txt", "/map/%2e%2e/secret.txt",
        "/map/basemap.pmtiles/../secret.txt", "/map/basemap.pmtiles%2f..%2fsecret.txt",
        "/map/basemap.pmtiles/", "/map/",
    ],
)  # fmt: skip
def test_no_other_file_is_served(web: SimpleNamespace, path: str) -> None:
    answer = web.http.get(path, follow_redirects=False)
    assert answer.status_code in {404, 307}
    assert b"secret" not in answer.content.replace(b"secret.txt", b"")


def test_without_the_file_there_is_none(
    web: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.path.unlink()
    assert web.http.get(PMTILES_ADDRESS).status_code == 404
    monkeypatch.setattr("agent.map_routes.basemap_here", lambda: None)
    assert web.http.get(PMTILES_ADDRESS).status_code == 404


def test_the_board_carries_what_the_page_needs() -> None:
    view = Basemap("raster", PMTILES_ADDRESS, OSM, 8, 14).view
    trip, now = planned(), datetime(2026, 11, 23, tzinfo=UTC)
    assert board_of(trip, made=now, beside=Beside(map=view))["map"] == view
    assert board_of(trip, made=now)["map"] is None


def test_what_is_vendored_is_what_was_noted() -> None:
    """Each script, style and map of `public/vendor` has its checksum in the list there."""
    readme = (VENDOR / "README.md").read_text("utf-8")
    noted = {name: sum for sum, name in re.findall(r"^([0-9a-f]{64})  (\S+)$", readme, re.M)}
    files = [one for one in VENDOR.glob("*/*") if not one.name.startswith("LICENSE")]
    assert noted == {
        one.relative_to(VENDOR).as_posix(): hashlib.sha256(one.read_bytes()).hexdigest()
        for one in files
    }
    assert all((folder / "LICENSE").is_file() for folder in VENDOR.iterdir() if folder.is_dir())
