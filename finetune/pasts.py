"""What was said before the message to be understood: exchanges that a talk leaves visible."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from agent.dialogue.turns import Turn
from finetune.answers import AnswerWriter
from finetune.filling import Filler
from finetune.requests import RequestWriter
from finetune.smalltalk import SmallTalk
from finetune.sources.phrasings import Phrasing
from finetune.telling import cities_of, planned_for, shared, situations

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
_TRIES = 40
"""First requests drawn to find one that could have led to the trip."""


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
        return first + tuple(
            turn for _ in range(count - begins) for turn in self._exchange(trip, days)
        )

    def after_edit(self, trip: str, days: int) -> tuple[Turn, ...]:
        """What stands before "take that back": a change that was made."""
        tool = self.rng.choice([t for t in _EDITS if t not in ("undo_change", "explain_plan")])
        return self._dealt_with(tool, trip, days, refused=False)

    def after_undo(self, trip: str, days: int) -> tuple[Turn, ...]:
        """What stands before "no, bring it back": a change that was taken back."""
        return self._dealt_with("undo_change", trip, days, refused=False)

    def before_trip(self) -> tuple[Turn, ...]:
        """What stands before a first request, mostly nothing."""
        roll = self.rng.random()
        if roll < 0.75:
            return ()
        return self.small() if roll < 0.88 else self._dealt_with(self.rng.choice(_QUESTIONS), "", 3)

    def small(self) -> tuple[Turn, ...]:
        """A greeting, thanks or a question for help, and its answer."""
        phrasing = self.smalltalk.of_kind("greeting", "thanks", "help")
        said = self.filler.fill(phrasing).text
        return Turn("user", said), Turn("assistant", self.smalltalk.answer(phrasing))

    def _opening(self, trip: str, days: int) -> tuple[Turn, ...]:
        """The first request for this trip; nothing where none that is drawn could be it."""
        cities = cities_of(trip)
        for _ in range(_TRIES):
            message, _ = self.requests.wish()
            others = list(message.args.get("more_destinations", ()))
            length = message.args.get("days", sum(message.args.get("days_each", ())) or days)
            if length != days or len(others) + 1 != len(cities) or "end_date" in message.args:
                continue
            said = message.text
            for name, city in zip([message.args["destination"], *others], cities, strict=True):
                said = said.replace(str(name), city)
            return Turn("user", said), Turn("assistant", self._planned(trip, days))
        return ()

    def _planned(self, trip: str, days: int) -> str:
        """What the host says when this trip has been planned."""
        cities = cities_of(trip)
        one_city = ("planned", "planned_left_out", "assumed_date")
        among = ("planned_cities",) if len(cities) > 1 else one_city
        return self.answers.after("plan_days", days, planned_for(cities), among)

    def _exchange(self, trip: str, days: int) -> tuple[Turn, ...]:
        roll = self.rng.random()
        if roll < 0.1:
            return self.small()
        if roll < 0.3:
            message, answer, _, kind = self.smalltalk.exchange()
            if kind == "ask_destination":  # nobody is asked where to while a trip stands
                return self.small()
            return Turn("user", message.text), Turn("assistant", answer)
        if roll < 0.45:
            message = self.filler.fill(self.rng.choice(self.by_tool["replan"]), days=days)
            return Turn("user", message.text), Turn("assistant", self._planned(trip, days))
        tool = self.rng.choice(_EDITS if roll < 0.85 else _QUESTIONS)
        return self._dealt_with(tool, trip, days, refused=self.rng.random() < _UNDONE)

    def _dealt_with(
        self, tool: str, trip: str, days: int, *, refused: bool = False
    ) -> tuple[Turn, ...]:
        phrasing = self.rng.choice(self.by_tool[tool])
        message = self.filler.fill(phrasing, days=max(days, 2))
        facts = shared(tool, message.args)
        if trip:
            facts.setdefault("city", cities_of(trip)[0])
        among = situations(tool, phrasing)
        done = tool not in _EDITS or not refused
        said = self.answers.after(tool if done else "", days, facts, among if done else ())
        return Turn("user", message.text), Turn("assistant", said)
