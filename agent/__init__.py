"""Tripwright's conversation: `TravelAgent` and `Reply`.

Importing this loads neither LangChain nor a model: both come with the first use of `TravelAgent`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent.bootstrap import TravelAgent
    from agent.errors import MessageError, ModelError, TurnCancelledError
    from agent.events import Reply, ToolCall
    from agent.settings import Settings

__all__ = [
    "MessageError",
    "ModelError",
    "Reply",
    "Settings",
    "ToolCall",
    "TravelAgent",
    "TurnCancelledError",
]

_WHERE = {
    "MessageError": "agent.errors",
    "ModelError": "agent.errors",
    "Reply": "agent.events",
    "Settings": "agent.settings",
    "ToolCall": "agent.events",
    "TravelAgent": "agent.bootstrap",
    "TurnCancelledError": "agent.errors",
}


def __getattr__(name: str) -> Any:
    """The public names, imported on first use (PEP 562)."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_WHERE[name]), name)
