"""Who comes in by an outside login: by what the provider vouches for, and by the list."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from agent.logins import ALLOWED_VARIABLE, LoginError, admitted, allowed_users
from agent.serve import ROOT

GOOGLE = {"id": "1093", "email": "Ann@Example.org", "verified_email": True}


def came_in(provider: str, told: dict[str, Any], identifier: str, listed: str = "") -> str | None:
    login = admitted(provider, told, identifier, allowed_users(listed))
    return None if login is None else login.identifier


def test_without_a_list_whoever_the_provider_vouches_for_comes_in() -> None:
    login = admitted("google", GOOGLE, "Ann@Example.org", frozenset())
    assert login is not None
    assert (login.identifier, login.name) == ("google:1093", "Ann@Example.org")
    assert came_in("github", {"id": 7, "login": "ann", "emails": []}, "ann") == "github:7"


@pytest.mark.parametrize(
    ("listed", "let_in"),
    [
        ("ann@example.org", True),
        (" bob@example.org , ANN@example.org ", True),
        ("@example.org", True),
        ("bob@example.org", False),
        ("@ple.org", False),
        ("@example.org.evil.com,@sub.example.org", False),
    ],
)
def test_the_list_names_addresses_and_domains(listed: str, let_in: bool) -> None:
    assert (came_in("google", GOOGLE, "Ann@Example.org", listed) is not None) is let_in


@pytest.mark.parametrize("verified", [False, "false", None, 0])
def test_an_unconfirmed_address_is_not_the_listed_one(verified: object) -> None:
    told = {"sub": "auth0|9", "email": "ann@example.org", "email_verified": verified}
    assert came_in("auth0", told, "ann@example.org", "@example.org") is None
    nameless = {k: told[k] for k in ("email", "email_verified")}
    assert came_in("auth0", nameless, "ann@example.org") is None


def test_of_github_the_confirmed_addresses_count() -> None:
    emails = [
        {"email": "ann@home.example", "verified": True, "primary": True},
        {"email": "ann@work.example", "verified": False},
    ]
    told = {"id": 7, "login": "ann", "email": "ann@work.example", "emails": emails}
    assert came_in("github", told, "ann", "@home.example") == "github:7"
    assert came_in("github", told, "ann", "@work.example") is None


def test_of_azure_the_tenants_name_counts_not_the_mail_it_wrote() -> None:
    told = {"id": "g", "userPrincipalName": "eve@evil.example", "mail": "ann@example.org"}
    assert came_in("azure-ad", told, "eve@evil.example", "@example.org") is None
    assert came_in("azure-ad-hybrid", told, "eve@evil.example", "@evil.example") is not None


def test_two_providers_users_of_one_address_are_two() -> None:
    told = {"sub": "1093", "email": "ann@example.org", "email_verified": True}
    assert came_in("keycloak", told, "ann@example.org") == "keycloak:1093"
    assert came_in("google", GOOGLE, "Ann@Example.org") == "google:1093"


def test_whom_the_provider_does_not_name_stays_outside() -> None:
    assert came_in("generic", {}, "") is None


@pytest.mark.parametrize("listed", ["example.org", "ann@example.org; bob@example.org", ",", "a@"])
def test_a_list_that_cannot_be_meant_is_refused(listed: str) -> None:
    with pytest.raises(LoginError, match=r"TRIPWRIGHT_ALLOWED_USERS .*@example\.com"):
        allowed_users(listed)


def test_the_list_is_the_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ALLOWED_VARIABLE, "@Example.org, ann@home.example")
    assert allowed_users() == {"@example.org", "ann@home.example"}
    monkeypatch.delenv(ALLOWED_VARIABLE)
    assert allowed_users() == frozenset()


def test_a_server_whose_list_cannot_be_meant_does_not_start(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "TRIPWRIGHT_HOME": str(tmp_path / "home"),
        "CHAINLIT_APP_ROOT": str(tmp_path / "root"),
        ALLOWED_VARIABLE: "example.org",
    }
    shutil.copytree(ROOT / "public" / "elements", tmp_path / "root" / "public" / "elements")
    done = subprocess.run(
        [sys.executable, "-m", "agent", "serve", "--port", "18441"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert "not 'example.org'" in done.stderr and "Traceback" not in done.stderr
