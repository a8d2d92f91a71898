"""What was said before the message to be understood: exchanges that a talk leaves visible."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from agent.dialogue.turns import Turn
from finetune.answers import AnswerWriter
from finetune.filling import Filler, Message
from finetune.requests import RequestWriter
from finetune.smalltalk import SmallTalk
from finetune.sources.phrasings import Phrasing

_EXCHANGES = (0.3, 0.3, 0.4)
"""How often none, one or two stand before a message about a trip; `wire` keeps two."""
_EDITS = (
    "add_place", "remove_place", "replace_place", "move_place", "swap_days", "pin_place",
    "set_pace", "set_budget", "set_interests", "set_dates", "set_hours", "keep_free",
    "extend_trip", "shorten_trip", "undo_change", "explain_plan",
)  # fmt: skip
_QUESTIONS = ("find_places", "check_opening", "travel_time", "look_up", "convert_currency")
_UNDONE = 0.1
"""How often an edit of the past was refused."""


class Pasts:
    """Draws earlier exchanges, each of which was dealt with and asks for nothing any more.

    Args:
        filler: fills slots.
        requests: first requests, with which a talk begins.
        answers: the host's words.
        smalltalk: exchanges that wanted nothing done.
        by_tool: templates.
    """

    def __init__(
        self,
        filler: Filler,
        requests: RequestWriter,
        answers: AnswerWriter,
        smalltalk: SmallTalk,
        by_tool: Mapping[str, Sequence[Phrasing]],
    ) -> None:
        self.filler = filler
        self.rng: random.Random = filler.rng
        self.requests = requests
        self.answers = answers
        self.smalltalk = smalltalk
        self.by_tool = by_tool

    def of_trip(self, trip: str, days: int) -> tuple[Turn, ...]:
        """What stands before a message about a trip, often nothing.

        Args:
            trip: its summary, such as "Lisbon, 3 days".
            days: how many it has.
        """
        count = self.rng.choices(range(len(_EXCHANGES)), _EXCHANGES)[0]
        begins = count > 0 and self.rng.random() < 0.4
        first = self._opening(trip, days) if begins else ()
        return first + tuple(turn for _ in range(count - begins) for turn in self._exchange(days))

    def before_trip(self) -> tuple[Turn, ...]:
        """What stands before a first request, mostly nothing."""
        roll = self.rng.random()
        if roll < 0.75:
            return ()
        return self.small() if roll < 0.88 else self._dealt_with(self.rng.choice(_QUESTIONS), 3)

    def small(self) -> tuple[Turn, ...]:
        """A greeting, thanks or a question for help, and its answer."""
        phrasing = self.smalltalk.of_kind("greeting", "thanks", "help")
        return Turn("user", phrasing.text), Turn("assistant", self.smalltalk.answer(phrasing))

    def _opening(self, trip: str, days: int) -> tuple[Turn, ...]:
        message, _ = self.requests.wish()
        city = trip.partition(",")[0]
        said = message.text.replace(str(message.args["destination"]), city)
        return Turn("user", said), Turn(
            "assistant", self.answers.after("plan_days", days, {"city": city})
        )

    def _exchange(self, days: int) -> tuple[Turn, ...]:
        roll = self.rng.random()
        if roll < 0.1:
            return self.small()
        if roll < 0.3:
            message, answer, _, kind = self.smalltalk.exchange()
            if kind == "ask_destination":  # nobody is asked where to while a trip stands
                return self.small()
            return Turn("user", message.text), Turn("assistant", answer)
        if roll < 0.45:
            return self._dealt_with("plan_days", days, self.by_tool["replan"])
        return self._dealt_with(self.rng.choice(_EDITS if roll < 0.85 else _QUESTIONS), days)

    def _dealt_with(
        self, tool: str, days: int, phrasings: Sequence[Phrasing] = ()
    ) -> tuple[Turn, ...]:
        phrasing = self.rng.choice(phrasings or self.by_tool[tool])
        message = self.filler.fill(phrasing, days=max(days, 2))
        refused = tool in _EDITS and self.rng.random() < _UNDONE
        said = self.answers.after("" if refused else tool, days, self._shared(message))
        return Turn("user", message.text), Turn("assistant", said)

    @staticmethod
    def _shared(message: Message) -> dict[str, str]:
        """Facts of the message that come back in the answer."""
        shared = {k: str(message.args[k]) for k in ("place", "pace") if k in message.args}
        if isinstance(day := message.args.get("day"), int):
            shared["day"] = f"day {day}"
        return shared
