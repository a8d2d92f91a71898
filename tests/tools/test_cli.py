"""`python -m tools`."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tools.__main__ import main
from tools.catalogue_files import load_city_file
from tools.errors import DataError
from tools.paths import cache_directory
from tools.travel import EstimatedTravelTimes
from tools.trip import Day, Itinerary, Money, TripRequest, Visit

ROOT = Path(__file__).parents[2]
SAMPLETON = load_city_file(Path(__file__).parent / "data" / "cities" / "sampleton.yaml")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache directory that this module's calls share."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(autouse=True)
def _at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIPWRIGHT_HOME", str(home))


def _itinerary(arrival_hour: int) -> Itinerary:
    """An afternoon, too short for meals, in a museum open from 9 to 18 on that Tuesday."""
    places = {place.id: place for place in SAMPLETON.places}
    museum = places["sampleton-old-museum"]
    city = SAMPLETON.city
    leg = EstimatedTravelTimes().leg(city.coordinates, museum.coordinates)
    on = date(2027, 5, 4)
    start = datetime(on.year, on.month, on.day, arrival_hour, tzinfo=ZoneInfo(city.timezone))
    end = start + timedelta(minutes=museum.minutes)
    visit = Visit(museum, start, end, Money(museum.price, city.currency))
    request = TripRequest(city, on, 1, day_start=time(14, 45), day_end=time(18, 30))
    return Itinerary(request, (Day(on, (visit,), (leg, leg)),))


def _one_sentence(text: str) -> bool:
    return text.count("\n") == 1 and text.endswith(".\n") and len(text) < 600


def test_places_of_a_city(capsys: pytest.CaptureFixture[str]) -> None:
    """A line for each place, most important first; --category keeps only that one."""
    assert main(["places", "Rome"]) == 0
    lines = capsys.readouterr().out.splitlines()
    importance = [int(line.split()[0]) for line in lines]
    assert importance == sorted(importance, reverse=True)
    assert any("Colosseum (ruins, " in line and "18 EUR" in line for line in lines)
    assert main(["places", "rome", "--category", "museum"]) == 0
    museums = capsys.readouterr().out.splitlines()
    assert museums
    assert all("(museum, " in line for line in museums)


def test_places_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """--json prints every place with all its facts."""
    assert main(["places", "Lisbon", "--json"]) == 0
    places = {place["id"]: place for place in json.loads(capsys.readouterr().out)}
    tower = places["lisbon-belem-tower"]
    assert tower["name"] == "Belém Tower"
    assert tower["currency"] == "EUR"
    assert tower["lat"] == pytest.approx(38.69, abs=0.01)
    assert sum(place["category"] == "restaurant" for place in places.values()) > 5


def test_places_by_another_language(capsys: pytest.CaptureFixture[str]) -> None:
    """A city's local name leads to the same places as its English one."""
    assert main(["places", "Lisboa", "--json"]) == 0
    local = capsys.readouterr().out
    assert main(["places", "lisbon", "--json"]) == 0
    assert capsys.readouterr().out == local


def test_summary(capsys: pytest.CaptureFixture[str]) -> None:
    """--summary counts sights and food of each city, in words and in JSON."""
    assert main(["places", "--summary", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    rows = told["by_city"]
    assert told["cities"] == len(rows) >= 60 and told["sights"] >= 2000
    assert told["sights"] == sum(row["sights"] for row in rows)
    assert sum(told["categories"].values()) == told["sights"] + told["food"]
    assert all(row["sights"] >= 30 and row["food"] >= 20 for row in rows)
    assert main(["places", "--summary"]) == 0
    assert f"{len(rows)} cities: {told['sights']} sights" in capsys.readouterr().out


def test_check_of_an_itinerary_that_holds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 0 and one line for a plan without violation."""
    file = tmp_path / "plan.json"
    file.write_text(_itinerary(15).to_json(), encoding="utf-8")
    assert main(["check", str(file)]) == 0
    assert capsys.readouterr().out == "The itinerary holds: 1 day, 1 visit, no violation.\n"


def test_check_of_an_itinerary_that_does_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 1 and a line that names day, kind and place when a museum is closed."""
    file = tmp_path / "plan.json"
    file.write_text(_itinerary(17).to_json(), encoding="utf-8")
    assert main(["check", str(file)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("day 1: closed: ") and "Old Museums" in line for line in lines)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["places"], "A city is needed"),
        (["places", "Romme"], "Did you mean Rome?"),
        (["places", "Xqzzy"], '"Xqzzy"'),
        (["places", "Kyiv"], "Kyiv"),
        (["places", "Springfield"], "Which one do you mean"),
        (["places", "Italy"], "is a country"),
        (["places", " "], "letters or digits"),
        (["places", "Rome", "--summary"], "--summary"),
        (["check", "no-such-file.json"], "no-such-file.json"),
        (["check", __file__], "not JSON"),
        (["check", str(ROOT / "tools")], "can't be read"),
        (["import", "rome.osm.pbf"], "No such file"),
    ],
)
def test_bad_input_is_one_sentence(
    arguments: list[str], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 2, nothing on stdout, and one sentence on stderr that names what was wrong."""
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert named in err
    assert err.count("\n") == 1
    assert err.rstrip().endswith((".", "?"))


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ([], "COMMAND"),
        (["plan"], "'plan'"),
        (["places", "Rome", "--category", "pub"], "'pub'"),
        (["check"], "FILE.json"),
    ],
)
def test_bad_arguments_are_one_sentence(
    arguments: list[str], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Arguments that don't parse exit with 2 and one sentence, without the usage text."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    err = capsys.readouterr().err
    assert named in err
    assert _one_sentence(err)


def test_as_a_module(home: Path) -> None:
    """`python -m tools` runs from a shell, and a reader that stops early is no error."""
    shell = f'set -o pipefail; "{sys.executable}" -m tools places rome --json | head -c 20'
    done = subprocess.run(
        ["bash", "-c", shell],
        cwd=ROOT,
        env={"TRIPWRIGHT_HOME": str(home), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("[\n  {")


def test_cache_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """TRIPWRIGHT_HOME names it, ~ included; without it, it lies in the home's .cache."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TRIPWRIGHT_HOME", "~/trips")
    assert cache_directory() == tmp_path / "trips"
    monkeypatch.setenv("TRIPWRIGHT_HOME", "")
    assert cache_directory() == tmp_path / ".cache" / "tripwright"
    monkeypatch.setattr(Path, "home", _homeless)
    with pytest.raises(DataError, match="TRIPWRIGHT_HOME"):
        cache_directory()


def _homeless() -> Path:
    raise RuntimeError("no home")
