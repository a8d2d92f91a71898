"""Imports that can't be: one sentence, exit code 2, and the store as it was."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.tools.extracts import VADUZ, Sketch
from tools.__main__ import main
from tools.errors import DataError
from tools.geocoding.gazetteer import Gazetteer
from tools.importing import writing
from tools.importing.run import import_extract
from tools.importing.writing import LOCK_NAME, replacing_imports
from tools.imports_file import DAMAGED, FILE_NAME
from tools.store import PlaceStore

ROOT = Path(__file__).parents[2]
FIXTURE = Path(__file__).parent / "data" / "cities"
LAT, LON = VADUZ


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache directory with one museum imported; every test leaves it so."""
    folder = tmp_path_factory.mktemp("home")
    Gazetteer.open(folder).close()
    sketch = Sketch().point(1, VADUZ, tourism="museum", name="Museum")
    import_extract(sketch.write(folder / "first.osm.pbf"), folder, catalogue=FIXTURE)
    return folder


def _many(path: Path, count: int = 3000) -> Path:
    sketch = Sketch()
    for n in range(count):
        at = (LAT + n % 50 * 1e-4, LON + n // 50 * 1e-4)
        sketch.point(n + 1, at, amenity="cafe", name=f"Café number {n}", cuisine="coffee")
    return sketch.write(path)


@contextmanager
def _untouched(home: Path) -> Iterator[None]:
    """The file of imports is the very same afterwards, opens, and nothing lies beside it."""
    before = (home / FILE_NAME).read_bytes()
    yield
    assert (home / FILE_NAME).read_bytes() == before
    assert not list(home.glob(f".{FILE_NAME}.*"))
    with PlaceStore.open(home, catalogue=FIXTURE) as store:
        assert [p.name for p in store.places("vaduz")] == ["Museum"]


def _truncated(folder: Path) -> Path:
    file = _many(folder / "cut.osm.pbf")
    file.write_bytes(file.read_bytes()[:-100])
    return file


def _text(folder: Path) -> Path:
    file = folder / "notes.osm.pbf"
    file.write_text("Dear diary, today I went to Vaduz.\n" * 50)
    return file


def _other_name(folder: Path) -> Path:
    file = folder / "places.csv"
    file.write_text("name,lat,lon\n")
    return file


def _cut_xml(folder: Path) -> Path:
    file = folder / "cut.osm"
    file.write_text('<?xml version="1.0"?><osm version="0.6"><node id="1" lat="5" lon="6"/>')
    return file


def _not_zipped(folder: Path) -> Path:
    file = folder / "x.osm.gz"
    file.write_bytes(b"\x1f\x8bnothing")
    return file


def _folder(folder: Path) -> Path:
    file = folder / "folder.osm.pbf"
    file.mkdir()
    return file


def _empty(folder: Path) -> Path:
    file = folder / "empty.osm.pbf"
    file.write_bytes(b"")
    return file


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (_truncated, "cut off"),
        (_text, "no OpenStreetMap extract"),
        (_other_name, "does not end in .osm.pbf"),
        (_cut_xml, "cut off"),
        (_not_zipped, "no OpenStreetMap extract"),
        (_folder, "can't be read"),
        (_empty, "no OpenStreetMap extract"),
        (lambda folder: folder / "none.osm.pbf", "No such file"),
    ],
)
def test_a_file_that_is_no_extract(
    home: Path,
    tmp_path: Path,
    make: object,
    named: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Exit 2 and one sentence with the file's name and what is wrong with it."""
    file = make(tmp_path)  # type: ignore[operator]
    monkeypatch.setenv("TRIPWRIGHT_HOME", str(home))
    monkeypatch.setattr(import_extract, "__kwdefaults__", {"catalogue": FIXTURE})
    with _untouched(home):
        assert main(["import", str(file)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1 and err.endswith(".\n")
    assert named in err
    assert file.name in err


def test_coordinates_outside_the_world(home: Path, tmp_path: Path) -> None:
    """A point that is nowhere is left out and counted; the rest is imported."""
    copy = _copy_of(home, tmp_path)
    file = tmp_path / "world.osm"
    file.write_text(
        '<?xml version="1.0"?><osm version="0.6">'
        '<node id="1" lat="95" lon="200"><tag k="tourism" v="museum"/><tag k="name" v="Up"/></node>'
        '<node id="7" lat="47.14" lon="9.52"><tag k="tourism" v="zoo"/><tag k="name" v="Zoo"/>'
        "</node></osm>"
    )
    report = import_extract(file, copy, catalogue=FIXTURE)
    assert report.added == 1
    assert report.left_out == {"with coordinates outside the world": 1}


def test_the_second_of_two_imports_says_so(home: Path, tmp_path: Path) -> None:
    """While one is at work, another is refused at once."""
    file = _many(tmp_path / "a.osm.pbf", 5)
    with _untouched(home):
        # an error in the middle gives the lock back and keeps nothing
        with pytest.raises(ZeroDivisionError), replacing_imports(home, "x", "2026-11"):
            with pytest.raises(DataError, match="Another import is at work"):
                import_extract(file, home, catalogue=FIXTURE)
            raise ZeroDivisionError
        with pytest.raises(ZeroDivisionError), replacing_imports(home, "x", "2026-11"):
            raise ZeroDivisionError


def test_a_full_disk(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite's own "database or disk is full" becomes a sentence that names the way out."""
    pages = (home / FILE_NAME).stat().st_size // 4096 + 4
    monkeypatch.setattr(writing, "SETTINGS", f"{writing.SETTINGS} PRAGMA max_page_count = {pages};")
    with _untouched(home), pytest.raises(DataError, match=r"no room left .* TRIPWRIGHT_HOME"):
        import_extract(_many(tmp_path / "a.osm.pbf"), home, catalogue=FIXTURE)


def test_a_disk_too_full_to_copy_the_imports(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is there a half copy left."""

    def full(source: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing.shutil, "copyfile", full)
    with _untouched(home), pytest.raises(DataError, match="no room left"):
        import_extract(_many(tmp_path / "a.osm.pbf", 5), home, catalogue=FIXTURE)


def test_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    """A file where the folder should be."""
    (tmp_path / "home").write_text("")
    file = _many(tmp_path / "a.osm.pbf", 5)
    with pytest.raises(DataError, match="TRIPWRIGHT_HOME"):
        import_extract(file, tmp_path / "home", catalogue=FIXTURE)


@pytest.mark.parametrize("kill", [signal.SIGKILL, signal.SIGINT])
def test_an_import_that_is_killed(home: Path, tmp_path: Path, kill: signal.Signals) -> None:
    """In the middle of writing: the store is as it was, and the next import sweeps and works."""
    copy = _copy_of(home, tmp_path)
    file = _many(tmp_path / "many.osm.pbf", 40_000)
    code = (
        # a shell's background jobs inherit that SIGINT is ignored
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
        "import sys; from pathlib import Path; from tools import __main__ as m;"
        "from tools.importing import run;"
        f"run.import_extract.__kwdefaults__['catalogue'] = Path({str(FIXTURE)!r});"
        f"sys.exit(m.main(['import', {str(file)!r}]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "TRIPWRIGHT_HOME": str(copy)},
        stderr=subprocess.PIPE,
        text=True,
    )
    before = (copy / FILE_NAME).stat().st_size
    while process.poll() is None:  # until it has written some
        if any(p.stat().st_size > before + 500_000 for p in copy.glob(f".{FILE_NAME}.*")):
            break
        time.sleep(0.02)
    process.send_signal(kill)
    _, err = process.communicate(timeout=60)
    assert process.returncode == (-9 if kill is signal.SIGKILL else 130)
    if kill is signal.SIGINT:
        assert err == "The import was interrupted; the store is as it was.\n"
    left = list(copy.glob(f".{FILE_NAME}.*"))
    assert bool(left) == (kill is signal.SIGKILL)
    with PlaceStore.open(copy, catalogue=FIXTURE) as store:
        assert [p.name for p in store.places("vaduz")] == ["Museum"]
    again = import_extract(_many(tmp_path / "few.osm.pbf", 5), copy, catalogue=FIXTURE)
    assert again.added + again.updated == 5
    assert not list(copy.glob(f".{FILE_NAME}.*"))


def test_a_damaged_file_of_imports(
    home: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The store opens without it and says so; the next import sets it aside and begins anew."""
    copy = _copy_of(home, tmp_path)
    (copy / FILE_NAME).write_bytes(b"no database" * 1000)
    with PlaceStore.open(copy, catalogue=FIXTURE) as store:
        assert [city.id for city in store.cities()] == ["sampleton"]
    assert "import again" in caplog.text
    import_extract(_many(tmp_path / "few.osm.pbf", 5), copy, catalogue=FIXTURE)
    assert (copy / (FILE_NAME + DAMAGED)).read_bytes().startswith(b"no database")
    with PlaceStore.open(copy, catalogue=FIXTURE) as store:
        assert len(store.places("vaduz")) == 5


def test_damage_found_while_open(home: Path, tmp_path: Path) -> None:
    """Unsound contents are one sentence; starting again works, as it says."""
    copy = _copy_of(home, tmp_path)
    with closing(sqlite3.connect(copy / FILE_NAME)) as connection, connection:
        connection.execute("UPDATE place SET category = 'musuem'")
    with (
        PlaceStore.open(copy, catalogue=FIXTURE) as store,
        pytest.raises(DataError, match="import the extract once more"),
    ):
        store.places("vaduz")
    with PlaceStore.open(copy, catalogue=FIXTURE) as store:
        assert [city.id for city in store.cities()] == ["sampleton"]


def _copy_of(home: Path, folder: Path) -> Path:
    copy = folder / "home"
    copy.mkdir()
    for file in home.iterdir():
        if file.name != LOCK_NAME:
            (copy / file.name).write_bytes(file.read_bytes())
    return copy
