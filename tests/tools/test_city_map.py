"""The picture of a city's places."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tools.__main__ import main
from tools.catalogue_files import CityFile, catalogue_files, load_city_file
from tools.city_map import HEIGHT, WIDTH, city_map

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def rome() -> CityFile:
    """A real city."""
    return load_city_file(next(f for f in catalogue_files() if f.stem == "rome"))


def test_every_near_place_is_a_dot_inside_the_picture(rome: CityFile) -> None:
    """Those beyond are counted in words."""
    root = ElementTree.fromstring(city_map(rome.city, rome.places))
    dots = [c for c in root.iter(f"{SVG}circle") if c.find(f"{SVG}title") is not None]
    told = [text.text or "" for text in root.iter(f"{SVG}text")]
    beyond = sum(int(t.split()[0]) for t in told if t.endswith("lie farther out"))
    assert len(dots) + beyond == len(rome.places) and len(dots) >= 0.7 * len(rome.places)
    for dot in dots:
        assert 0 < float(dot.get("cx", "0")) < WIDTH and 0 < float(dot.get("cy", "0")) < HEIGHT


def test_north_is_up_and_the_foremost_is_named(rome: CityFile) -> None:
    """The Vatican lies north-west of the Colosseum."""
    root = ElementTree.fromstring(city_map(rome.city, rome.places))
    at = {}
    for dot in root.iter(f"{SVG}circle"):
        if (title := dot.find(f"{SVG}title")) is not None:
            name = (title.text or "").split(",")[0]
            at[name] = float(dot.get("cx", "0")), float(dot.get("cy", "0"))
    assert at["St Peter's Basilica"] < at["Colosseum"]
    assert at["St Peter's Basilica"][1] < at["Colosseum"][1]
    assert "Colosseum" in [text.text for text in root.iter(f"{SVG}text")]


def test_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Written where it was asked for; a folder that is not there gets a sentence."""
    picture = tmp_path / "rome.svg"
    assert main(["places", "Rome", "--map", str(picture)]) == 0
    assert ElementTree.parse(picture).getroot().tag == f"{SVG}svg"
    assert main(["places", "Rome", "--map", str(tmp_path / "no" / "rome.svg")]) == 2
    assert "can't be written" in capsys.readouterr().err


def test_nothing_to_show_is_said(rome: CityFile) -> None:
    """An empty picture would look like a fault."""
    with pytest.raises(ValueError, match="no place"):
        city_map(rome.city, ())
