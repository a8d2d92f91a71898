"""What is kept of a user, to take along or to delete: both sides of each trip, page and agent.

Users are named by their identifier, as `chainlit.User.identifier`.
"""

from __future__ import annotations

import asyncio
import io
import json
import re
import zipfile
from typing import TYPE_CHECKING, Any

from tools.errors import DataError
from tools.export import export

if TYPE_CHECKING:
    from chainlit.user import PersistedUser

    from agent.chat_store import ChatStore
    from agent.session import Conversations

_TURN_SECONDS = 5.0
"""How long a turn that is stopped may take to end."""
_README = """\
This is all that this Tripwright keeps of you.

account.json            your name here, since when, your settings, and the links by which trips
                        are shared
feedback.json           your thumbs, each with the answer it was for and what you wrote
One folder a trip, named by the day it was begun and its title:
  conversation.json     what the page shows (messages, steps, boards, files as data URLs), and
                        what the agent remembers of it (turns, with calls and their results)
  trip.md               the plan, for reading; a conversation without a plan has none
  trip.json             the plan, for programs (docs/itinerary.schema.json)
  trip-unreadable.txt   instead of both: why a stored plan can't be read
"""


async def export_of(store: ChatStore, agent: Conversations, user: str) -> bytes:
    """A ZIP file of all that is kept of a user; `README.txt` in it says what is what.

    Nothing of another user is in it; for a user who was never here it has no trips.
    """
    found = await store.get_user(user)
    files: dict[str, str] = {"README.txt": _README}
    feedback, shares = [], []
    if found is not None:
        feedback = await store.feedback_of_user(found.id)
        shares = await store.shares_of_user(found.id)
        for id in await store.threads_of_user(found.id):
            thread = await store.get_thread(id)
            if thread is None or thread["userIdentifier"] != user:
                continue  # deleted meanwhile
            folder = _folder(str(thread["createdAt"]), str(thread["name"] or "trip"), id)
            turns = await asyncio.to_thread(_agents_side, agent, id, folder, files)
            files[f"{folder}/conversation.json"] = _json({**thread, "agent": turns})
    files["feedback.json"] = _json(feedback)
    account = {**_account(user, found, shares), "settings": await store.settings(user)}
    files["account.json"] = _json(account)
    return await asyncio.to_thread(_zipped, files)


async def delete_all(store: ChatStore, agent: Conversations, user: str) -> int:
    """Deletes all that is kept of a user: trips, conversations, links, thumbs, the record itself.

    Returns:
        How many threads there were.
    """
    found = await store.get_user(user)
    if found is None:
        return 0
    threads = await store.threads_of_user(found.id)
    for id in threads:
        await _stop(agent, id)
        await store.delete_thread(id)
        await asyncio.to_thread(agent.forget, id)
    await store.delete_user(user)
    return len(threads)


async def _stop(agent: Conversations, id: str) -> None:
    """Ends the turns of a thread, which would write it anew when they are over."""
    until = asyncio.get_running_loop().time() + _TURN_SECONDS
    while agent.cancel(id) and asyncio.get_running_loop().time() < until:
        await asyncio.sleep(0.02)


def _agents_side(
    agent: Conversations, id: str, folder: str, files: dict[str, str]
) -> list[dict[str, Any]]:
    """The turns of a thread; adds the files of its trip."""
    turns: list[dict[str, Any]] = []
    try:
        turns += (
            {
                "role": turn.role,
                "text": turn.text,
                "calls": [{"name": call.name, "args": dict(call.args)} for call in turn.calls],
            }
            for turn in agent.messages(id)
        )
        itinerary = agent.thread(id)
        if itinerary is not None:
            files[f"{folder}/trip.md"] = export(itinerary, "markdown").content.decode()
            files[f"{folder}/trip.json"] = itinerary.to_json()
    except DataError as error:
        files[f"{folder}/trip-unreadable.txt"] = f"{error}\n"
    return turns


def _account(
    identifier: str, found: PersistedUser | None, shares: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "identifier": identifier,
        "created": None if found is None else found.createdAt,
        "metadata": {} if found is None else found.metadata,
        "shared": shares,
    }


def _folder(created: str, name: str, id: str) -> str:
    """A name that any file system takes, and no two trips share."""
    words = re.sub(r"[^a-z0-9]+", "-", name.casefold())[:40].strip("-") or "trip"
    end = re.sub(r"[^A-Za-z0-9]", "", id)[-6:]
    return f"{created[:10]}-{words}-{end}"


def _zipped(files: dict[str, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(name, files[name])
    return target.getvalue()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
