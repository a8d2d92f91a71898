"""What a rendered prompt shows, of whom."""

from __future__ import annotations

from collections.abc import Collection

from agent.dialogue import wire


def spoken(prompt: str, roles: Collection[str] = ("user", "assistant", "tool")) -> str:
    """What a prompt shows, of these roles, that an argument may quote, newest first, a line each.

    The traveller's messages; the values of tools' facts; and our own answers, for "the second
    one, please". Newest first, since the grammar takes a limited number of words. A tool's
    message is a situation, then lines of `key: value`.
    """
    return "\n".join(_said(prompt, roles))


def traveller_messages(prompt: str) -> str:
    """What the traveller said that a prompt shows, newest first, a line a message."""
    return "\n".join(" ".join(one.split()) for one in _said(prompt, {"user"}))


def _said(prompt: str, roles: Collection[str]) -> list[str]:
    """Of each message what `spoken` says, newest first."""
    said: list[str] = []
    for part in prompt.split(wire.START)[1:-1]:
        role, _, body = part.partition("\n")
        if role not in roles:
            continue
        body = body.rstrip("\n").removesuffix(wire.END)
        if role == "tool":
            values = (line.partition(": ")[2] for line in body.split("\n")[1:])
            said.append("\n".join(filter(None, values)))
        elif role == "user" or not body.startswith(wire.CALL):
            said.append(body)
    return said[::-1]
