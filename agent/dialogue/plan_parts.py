"""Parts of a first request for which other adapters than the one that writes calls are asked.

Such an adapter writes a plan with nothing but its part in it; it has learned nothing else
(`data.part` of its recipe).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.dialogue.readable import PARTY
from tools.headcount import ARGUMENT

PLAN, _ = PARTY
STEP_FREE = "step_free"
"""Whether somebody can't take stairs."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the arguments of `PLAN`."""

    keys: tuple[str, ...]

    def of(self, args: Mapping[str, Any]) -> dict[str, Any]:
        """Of a plan's arguments those of this part."""
        return {key: value for key, value in args.items() if key in self.keys}

    def without(self, args: Mapping[str, Any]) -> dict[str, Any]:
        """Of a plan's arguments those that are not of this part."""
        return {key: value for key, value in args.items() if key not in self.keys}

    def schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """The schema of a plan with nothing but this part."""
        properties = {key: schema["properties"][key] for key in self.keys}
        return {**schema, "properties": properties, "required": []}


WHO_TRAVELS = Part((ARGUMENT, STEP_FREE, "good_for_kids"))
"""How many, and what tells who they are."""
WISHES = Part(
    (
        "destination", "more_destinations", "pace", "interests", "must_see", "avoid", "lodging",
        "diet",
    )
)  # fmt: skip
"""What kind of trip it is to be; with its cities, since a name is one thing or another."""
PARTS: Mapping[str, Part] = {"party": WHO_TRAVELS, "wishes": WISHES}
"""By their names in recipes."""
