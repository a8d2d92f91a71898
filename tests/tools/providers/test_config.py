"""Which services are on, what is refused, and that nothing is loaded while all are off."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tools.errors import DataError
from tools.providers.config import NAMES, Providers, chosen


@pytest.mark.parametrize(
    ("setting", "on"),
    [
        ("", set()),
        ("0", set()),
        ("off", set()),
        ("1", set(NAMES)),
        ("True", set(NAMES)),
        ("all", set(NAMES)),
        ("nominatim, Open-Meteo,osrm", {"nominatim", "open-meteo", "osrm"}),
    ],
)
def test_the_setting(setting: str, on: set[str]) -> None:
    """All, none, or some by name."""
    assert chosen(setting) == on


def test_nothing_is_on_by_default() -> None:
    """Live services are one setting away, and off without it."""
    assert Providers().on == frozenset()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"on": frozenset({"google"})}, "google"),
        ({"osrm_url": "router.example"}, "osrm"),
        ({"photon_url": "ftp://x.example"}, "photon"),
        ({"timeout": 0.0}, "timeout"),
        ({"interval": 0.5}, "once a second"),
    ],
)
def test_wrong_settings_are_named(wrong: dict[str, object], says: str) -> None:
    """One sentence that names what was wrong; a public server's policy can't be set aside."""
    with pytest.raises(DataError, match=says):
        Providers(**wrong)  # type: ignore[arg-type]


def test_the_agent_is_one_line_of_ascii() -> None:
    """Whatever the contact holds, the header stays a header."""
    agent = Providers(contact="me@example.org\r\nX-Evil: 1 é").user_agent
    assert agent.startswith("tripwright/") and "me@example.org" in agent
    assert agent.isascii() and "\n" not in agent and "\r" not in agent
    assert Providers().user_agent.startswith("tripwright/")


def test_off_means_not_loaded() -> None:
    """Neither the package nor the services bring httpx along."""
    code = (
        "import sys, tools, tools.providers, tools.services, agent.settings\n"
        "print([m for m in ('httpx', 'tools.providers.live') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
