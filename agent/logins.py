"""Who may come in by an outside login (OAuth), and under which name they are known here.

Whom a provider vouches for is let in; `TRIPWRIGHT_ALLOWED_USERS`, a list with commas of e-mail
addresses and @domains, narrows it. Knows no Chainlit; `agent.chat_web` asks.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from tools.errors import InputError

ALLOWED_VARIABLE = "TRIPWRIGHT_ALLOWED_USERS"
MARK = ":"
"""Between provider and subject in a user's identifier; no name of the password login has it."""

_ADDRESS = re.compile(r"[^\s@,]+@[^\s@,]+|@[^\s@,]+")


class LoginError(InputError):
    """The logins are set up in a way that can't be meant; the sentence says what would be right."""


@dataclass(frozen=True, slots=True)
class Login:
    """Whoever came in."""

    identifier: str
    """Never another person's, whatever people call themselves: "google:1093847"."""
    name: str
    """For showing."""


def allowed_users(text: str | None = None) -> frozenset[str]:
    """The addresses and @domains of a list; empty where everybody may come in.

    Args:
        text: the list; the environment's `TRIPWRIGHT_ALLOWED_USERS` when None.

    Raises:
        LoginError: an entry is neither, or a list that is set names nobody.
    """
    text = os.environ.get(ALLOWED_VARIABLE, "") if text is None else text
    entries = [entry.strip().casefold() for entry in text.split(",")]
    named = frozenset(filter(None, entries))
    wrong = sorted(entry for entry in named if not _ADDRESS.fullmatch(entry))
    if wrong or (text.strip() and not named):
        raise LoginError(
            f"{ALLOWED_VARIABLE} lists e-mail addresses and @domains with commas between them, "
            f"such as ann@example.org, @example.com; not {wrong[0] if wrong else text!r}."
        )
    return named


def admitted(
    provider: str, told: Mapping[str, Any], identifier: str, allowed: Collection[str]
) -> Login | None:
    """The login of whom a provider told about; None for whom is not let in.

    Args:
        provider: its id, such as "google".
        told: what it answered about the user.
        identifier: what Chainlit calls the user, most often the e-mail address.
        allowed: as `allowed_users` returns it.
    """
    addresses = _vouched(provider, told)
    if allowed and not any(_listed(address, allowed) for address in addresses):
        return None
    # Addresses and login names change hands, the provider's own number for a person does not.
    subject = told.get("sub") or told.get("id")
    if not subject and ("@" not in identifier or identifier.casefold() in addresses):
        subject = identifier  # an address that its owner has not confirmed could be anybody's
    return Login(f"{provider}{MARK}{subject}", identifier or str(subject)) if subject else None


def _listed(address: str, allowed: Collection[str]) -> bool:
    return address in allowed or f"@{address.rpartition('@')[2]}" in allowed


def _vouched(provider: str, told: Mapping[str, Any]) -> frozenset[str]:
    """The addresses that a provider says are the user's own, in lower case."""
    if provider == "github":
        listed = told.get("emails")
        found = [
            one.get("email")
            for one in (listed if isinstance(listed, list) else [])
            if isinstance(one, Mapping) and one.get("verified") is True
        ]
    elif provider.startswith("azure-ad"):
        found = [told.get("userPrincipalName")]  # `mail` is what a tenant's owner writes there
    else:
        # not every provider says; whoever set one up that does not trusts its addresses
        verified = told.get("email_verified", told.get("verified_email", True))
        found = [told.get("email")] if str(verified).casefold() in {"true", "1"} else []
    return frozenset(
        address.casefold() for address in found if isinstance(address, str) and "@" in address
    )
