"""A conversation as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Role = Literal["system", "user", "assistant", "tool"]


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call on the wire: the arguments are the traveller's words, not yet resolved."""

    name: str
    args: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Turn:
    """One message; an assistant's holds words or calls, a tool's the facts it brought."""

    role: Role
    text: str = ""
    calls: tuple[Call, ...] = ()
