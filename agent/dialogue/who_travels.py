"""What is asked of an adapter that lists who travels: a plan with nothing else in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.dialogue.readable import PARTY
from tools.headcount import ARGUMENT

PLAN, _ = PARTY
STEP_FREE = "step_free"
"""Whether one of them can't take stairs."""
ASKED = (ARGUMENT, STEP_FREE, "good_for_kids")
"""The arguments that such an adapter learns to write (`data.counter` of its recipe)."""


def party_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of `PLAN`'s arguments, with nothing but `ASKED`."""
    properties = {key: schema["properties"][key] for key in ASKED}
    return {**schema, "properties": properties, "required": []}
