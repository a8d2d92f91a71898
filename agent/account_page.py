"""The page of one's own data: who is logged in, what is kept, what is shared; to take, to end.

`pages/account.html` says what stands where; the words are those of `agent.words`. Jinja escapes
every text. It runs no script but its own, which the policy names by a nonce.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from agent.board import trip_title
from agent.words import Words
from tools.errors import DataError

if TYPE_CHECKING:
    from agent.chat_store import ChatStore
    from agent.session import Conversations


@dataclass(frozen=True, slots=True)
class SharedTrip:
    """A trip that whoever has its link can see."""

    thread: str
    address: str
    """Of the page that the link opens, without the host."""
    title: str
    """Empty where nothing names the trip."""


@dataclass(frozen=True, slots=True)
class Account:
    """What the page says of a user."""

    name: str
    trips: int
    shared: tuple[SharedTrip, ...]


async def account_of(
    store: ChatStore, agent: Conversations, user: str, name: str, words: Words
) -> Account:
    """What is kept of a user, told in short.

    Args:
        store: of the page's records.
        agent: for the trips as they stand.
        user: the identifier.
        name: what the user is called.
        words: of the page's language.
    """
    found = await store.get_user(user)
    if found is None:
        return Account(name, 0, ())
    threads = await store.threads_of_user(found.id)
    shared = []
    for link in await store.shares_of_user(found.id):
        thread, named = str(link["thread"]), str(link["name"] or "")
        title = await asyncio.to_thread(_title, agent, thread, words)
        shared.append(SharedTrip(thread, f"/trip/{link['token']}", title or named))
    return Account(name, len(threads), tuple(shared))


def account_page(account: Account | None, words: Words, nonce: str) -> str:
    """The page as an HTML5 document; None: it asks to log in.

    Args:
        account: of whoever asks.
        words: of the page's language.
        nonce: of this answer alone, as in `policy`.
    """
    return _template().render(
        account=account,
        language=words.language,
        nonce=nonce,
        text=words.text,
        count=words.count,
        ui=words.ui,
    )


def policy(nonce: str) -> str:
    """The page's Content-Security-Policy: its own style and script, and requests to this server."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src 'nonce-{nonce}'",
            f"script-src 'nonce-{nonce}'",
            "connect-src 'self'",
            "img-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def _title(agent: Conversations, thread: str, words: Words) -> str:
    try:
        itinerary = agent.thread(thread)
    except DataError:  # damaged; its link can be ended all the same
        return ""
    return "" if itinerary is None else trip_title(itinerary, words)


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("agent", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("account.html")
