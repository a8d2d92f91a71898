"""What the chat's settings panel holds: the party's preferences, and how things are shown.

Plain values; `agent.chat_settings` shows the panel, `agent.chat_turn` applies what is chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, get_args

from agent.words import Words
from tools.actions.party import Preferences, read_preferences
from tools.arguments import Currency
from tools.errors import InvalidRequestError

WALKS = (10, 15, 20, 30, 45)
"""Minutes at a time that the panel offers as limits."""
UNSET = "-"
"""A choice that is none: empty values are not possible in the panel."""
MILES = "miles"
OF_THE_PARTY = ("pace", "diets", "step_free", "good_for_kids", "max_walk_minutes")
"""The inputs that change the trip; the others change how it is shown."""


@dataclass(frozen=True, slots=True)
class PageSettings:
    """The panel's content."""

    preferences: Preferences = field(default_factory=Preferences)
    currency: str | None = None
    """ISO 4217; beside local prices."""
    miles: bool = False

    def to_json(self) -> dict[str, Any]:
        """As the panel has it, and as it is kept: plain values by the names of the inputs."""
        chosen = self.preferences.model_dump(mode="json", include={*OF_THE_PARTY})
        walk = chosen["max_walk_minutes"]
        return {
            **chosen,
            "max_walk_minutes": UNSET if walk is None else str(walk),
            "currency": self.currency or UNSET,
            "units": MILES if self.miles else "metric",
        }

    @property
    def gesture(self) -> dict[str, Any]:
        """The arguments of the gesture `set_preferences`."""
        return self.preferences.model_dump(mode="json", include={*OF_THE_PARTY})

    def shown_in(self, words: Words) -> Words:
        """Words that tell money and ways as the traveller wants them."""
        return replace(words, currency=self.currency, miles=self.miles)


def read_settings(values: Mapping[str, Any]) -> PageSettings:
    """The settings from the panel's values; what is missing is as usual.

    Raises:
        InvalidRequestError: a value that the panel does not offer.
    """
    chosen = {key: values[key] for key in OF_THE_PARTY if values.get(key) is not None}
    walk = chosen.pop("max_walk_minutes", UNSET)
    if walk != UNSET:
        chosen["max_walk_minutes"] = walk
    currency = values.get("currency") or UNSET
    if currency != UNSET and currency not in get_args(Currency):
        raise InvalidRequestError(f"The setting currency can't be {currency!r}.")
    return PageSettings(
        preferences=read_preferences(chosen),
        currency=None if currency == UNSET else str(currency),
        miles=values.get("units") == MILES,
    )
