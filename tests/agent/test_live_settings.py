"""Live services in the settings: off, all, some, elsewhere; and what `assemble` makes of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.bootstrap import assemble
from agent.models.scripted import ScriptedChatModel
from agent.settings import Settings
from tools.errors import DataError
from tools.providers.config import NAMES
from tools.travel import EstimatedTravelTimes


def _load(home: Path, **given: str) -> Settings:
    return Settings.load(
        {"TRIPWRIGHT_HOME": str(home)} | {f"TRIPWRIGHT_{k}": v for k, v in given.items()}
    )


def test_off_by_default(tmp_path: Path) -> None:
    """Nothing is asked of anybody without the setting."""
    assert _load(tmp_path).providers.on == frozenset()


def test_on_by_the_environment(tmp_path: Path) -> None:
    """One variable for all or for some, one each for the addresses."""
    assert _load(tmp_path, LIVE="1").providers.on == set(NAMES)
    some = _load(
        tmp_path, LIVE="nominatim,osrm", NOMINATIM_URL="http://127.0.0.1:8080/nominatim/",
        OPEN_METEO_URL="http://127.0.0.1:8081", CONTACT="us@example.org",
    ).providers  # fmt: skip
    assert some.on == {"nominatim", "osrm"}
    assert some.url("nominatim") == "http://127.0.0.1:8080/nominatim"
    assert some.url("open-meteo") == "http://127.0.0.1:8081"
    assert some.url("photon") == "https://photon.komoot.io"
    assert "us@example.org" in some.user_agent


def test_on_by_the_file(tmp_path: Path) -> None:
    """The same in TOML."""
    (tmp_path / "tripwright.toml").write_text(
        'live = "open-meteo"\n[osrm]\nurl = "http://127.0.0.1:5000"\n'
    )
    providers = _load(tmp_path).providers
    assert providers.on == {"open-meteo"} and providers.osrm_url == "http://127.0.0.1:5000"


@pytest.mark.parametrize(
    ("given", "says"),
    [({"LIVE": "gogle"}, "gogle"), ({"OSRM_URL": "localhost:5000"}, "osrm")],
)
def test_wrong_settings_are_named(tmp_path: Path, given: dict[str, str], says: str) -> None:
    """A sentence before anything is opened."""
    with pytest.raises(DataError, match=says):
        assemble(_load(tmp_path, **given), model=ScriptedChatModel.of())


def test_assemble_turns_them_on(home: Path, tmp_path: Path) -> None:
    """The setting reaches the services; without it nothing of the network is there."""
    off = assemble(Settings(home=home, threads=":memory:"), model=ScriptedChatModel.of())
    assert off.services.live is None and isinstance(off.services.travel, EstimatedTravelTimes)
    off.services.close()
    settings = Settings(home=home, threads=":memory:", live="osrm,overpass")
    on = assemble(settings, model=ScriptedChatModel.of())
    assert on.services.live is not None and on.services.live.ways and on.services.live.places
    assert not on.services.live.cities and not on.services.live.weather
    on.services.close()
