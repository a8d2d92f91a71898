"""Answers to what the host asked or told just before, labelled by the question and the words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from finetune.answers import AnswerWriter
from finetune.filling import ORDER, Filler, Message
from finetune.requests import RequestWriter
from finetune.searches import SearchWriter
from finetune.sources.phrasings import Phrasing

ORDINALS = ("first", "second", "third")
PLACED = ("remove_place", "add_place", "move_place", "pin_place", "check_opening", "explain_plan")
"""Tools whose place may be in question."""
_WHAT_WHEN = (
    "To which day or hour should {name} go?", "Where should {name} go, which day or what time?",
    "Happy to move {name}. To which day, or what hour?", "Which day would suit {name} better?",
)  # fmt: skip
_MOVING = (
    "can we move {place}?",
    "{place} should be on another day",
    "I'd like {place} at some other time",
    "move {place} please",
    "{place} has to go somewhere else in the plan",
    "{place} doesn't fit there, shift it",
    "could {place} be put elsewhere?",
)
_KINDS = ("Modern", "Old", "North", "South", "Royal", "National", "City", "New")


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was said before, the answer to it, and the call that it asks for."""

    before: str
    """The traveller's earlier message."""
    question: str
    """What the host said to it."""
    text: str
    tool: str
    """Empty when nothing is to be done."""
    args: Mapping[str, Any]
    answer: str
    """Of the host, when nothing is to be done."""
    author: str
    needs_trip: bool


class FollowUps:
    """Draws exchanges from the authors' answers.

    Args:
        filler: fills slots.
        answers: words the host's questions.
        requests: first requests that the host asks something about.
        searches: searches whose results are answered.
        by_tool: templates, "follow" among them.
    """

    def __init__(
        self,
        filler: Filler,
        answers: AnswerWriter,
        requests: RequestWriter,
        searches: SearchWriter,
        by_tool: Mapping[str, Sequence[Phrasing]],
    ) -> None:
        self.filler = filler
        self.rng = filler.rng
        self.answers = answers
        self.requests = requests
        self.searches = searches
        self.by_tool = by_tool
        self._days = 5
        """Of the trip that is talked of."""
        self.by_question: dict[str, list[Phrasing]] = defaultdict(list)
        for phrasing in by_tool.get("follow", ()):
            self.by_question[phrasing.kind].append(phrasing)
        self._makers = {
            "which": self._which,
            "suggestion": self._suggestion,
            "other_city": self._other_city,
            "which_day": self._which_day,
            "found": self._found,
            "done": self._done,
        }

    @property
    def questions(self) -> tuple[str, ...]:
        """Those that stand by themselves and that an author has answered."""
        return tuple(q for q in self._makers if self.by_question[q])

    def texts(self, question: str) -> list[Phrasing]:
        """Answers to the questions that a first request leaves open (days, city, date)."""
        return self.by_question[question]

    def draw(self, days: int = 5) -> Exchange:
        """An exchange on any of `questions`, within a trip of so many days.

        Raises:
            LookupError: no author has written any.
        """
        if not self.questions:
            raise LookupError("No phrasing answers a question.")
        # how much there is to learn of each: what to do with a thing found has many tools
        weights = {"which": 4, "suggestion": 2, "other_city": 2, "which_day": 2, "found": 4}
        question = self.rng.choices(self.questions, [weights.get(q, 4) for q in self.questions])[0]
        return self.of(self.rng.choice(self.by_question[question]), days)

    def of(self, phrasing: Phrasing, days: int = 5) -> Exchange:
        """An exchange that ends with this answer.

        Raises:
            KeyError: its question is none of `questions`, or a slot is unknown.
        """
        self._days = days
        return self._makers[phrasing.kind](phrasing)

    # -- one a question ------------------------------------------------------------------------

    def _which(self, phrasing: Phrasing) -> Exchange:
        options = self._pair()
        tool = self._tool_for(phrasing)
        before = self._about(tool)
        name = str(before.args["place"])
        question = self.answers.write(
            "ambiguous", {"name": name, "option_a": options[0], "option_b": options[1]}
        )
        message, wanted = self._picked(phrasing, options, tool)
        args = {**before.args, **message.args, "place": wanted}
        return self._exchange(phrasing, before, question, message, tool, args)

    def _suggestion(self, phrasing: Phrasing) -> Exchange:
        name = self.filler.surfaces.place().value
        tool = self._tool_for(phrasing)
        before = self._about(tool)
        question = self.answers.write(
            "unknown_place", {"name": str(before.args["place"]), "suggestion": name}
        )
        if name not in question:  # this sentence offers nothing, so there is nothing to say yes to
            question = f"{question} Did you mean {name}?"
        message, wanted = self._picked(phrasing, [name], tool)
        args = {**before.args, **message.args}
        args["place"] = message.args.get("place", wanted)
        return self._exchange(phrasing, before, question, message, tool, args)

    def _other_city(self, phrasing: Phrasing) -> Exchange:
        before, _ = self.requests.wish()
        options = [self.filler.surfaces.city().text for _ in range(2)]
        question = self.answers.write(
            "unknown_city",
            {"city": str(before.args["destination"]), "city_a": options[0], "city_b": options[1]},
        )
        if any(option not in question for option in options):
            question = f"{question} {options[0]} and {options[1]} are the nearest that I know."
        message, wanted = self._picked(phrasing, options, "plan_days")
        args = {**before.args, **message.args, "destination": wanted}
        return self._exchange(phrasing, before, question, message, "plan_days", args, trip=False)

    def _which_day(self, phrasing: Phrasing) -> Exchange:
        bare = [
            p
            for p in self.by_tool["move_place"]
            if re.findall(r"\{\w+\}", p.text) == ["{place}"] and not p.args
        ]
        bare += [Phrasing("parent", "move_place", text) for text in _MOVING]
        first = self.rng.choice(bare)
        before = self.filler.fill(first)
        name = str(before.args["place"])
        question = self.rng.choice(_WHAT_WHEN).format(name=name)
        message = self.filler.fill(replace(phrasing, tool="move_place"), days=self._days)
        args = {**before.args, **message.args}
        return self._exchange(phrasing, before, question, message, "move_place", args)

    def _found(self, phrasing: Phrasing) -> Exchange:
        before = self.searches.of_kind()
        options = [self.filler.surfaces.place().value for _ in range(3)]
        facts = {"category": "places", "city": self.filler.surfaces.city().text}
        facts |= dict(zip("abc", options, strict=True))
        question = self.answers.write("found", facts)
        shown = [o for o in options if o in question]
        if len(shown) < 3:
            question = f"{question} {options[0]}, {options[1]} or {options[2]}?"
        tool = phrasing.then or "add_place"
        message, wanted = self._picked(phrasing, options, tool)
        key = {"travel_time": "destination", "geocode": "query"}.get(tool, "place")
        args = {**message.args, key: wanted}
        return self._exchange(phrasing, before, question, message, tool, args)

    def _done(self, phrasing: Phrasing) -> Exchange:
        situation, tool = self.rng.choice([("added", "add_place"), ("moved", "move_place")])
        before = self._about(tool)
        name = str(before.args["place"])
        day = f"day {self.rng.randint(1, self._days)}"
        question = self.answers.write(situation, {"place": name, "day": day, "time": "10:15"})
        if name not in question:
            question = f"{name} is in. {question}"
        then = phrasing.then or "remove_place"
        message = self.filler.fill(replace(phrasing, tool=then), days=self._days)
        args = dict(message.args)
        if "place" in _fields(then) and "place" not in args:
            args["place"] = name
        if then == "travel_time":
            args.setdefault("destination", name)
        return self._exchange(phrasing, before, question, message, then, args)

    # -- parts ---------------------------------------------------------------------------------

    def _about(self, tool: str) -> Message:
        """A message of a tool that names its place."""
        phrasing = self.rng.choice(self._naming(tool))
        message = self.filler.fill(phrasing, days=self._days, reference=0.0)
        fields = _fields(tool)
        return replace(message, args={k: v for k, v in message.args.items() if k in fields})

    def _tool_for(self, phrasing: Phrasing) -> str:
        """A tool that takes all that the answer says."""
        said = set(phrasing.args) | {
            {"time_bare": "time", "day_num": "day"}.get(slot, slot)
            for slot in re.findall(r"\{(\w+)\}", phrasing.text)
        }
        timed = {"day", "time"} & said
        tools = ("add_place", "move_place", "pin_place") if timed else PLACED
        return self.rng.choice([t for t in tools if self._naming(t)])

    def _naming(self, tool: str) -> list[Phrasing]:
        return [
            p for p in self.by_tool.get(tool, ())
            if "{place}" in p.text and "{place2}" not in p.text and len(p.text) < 110
        ]  # fmt: skip

    def _pair(self) -> list[str]:
        """Two places that one name could mean."""
        a, b = (self.filler.surfaces.place().value for _ in range(2))
        if self.rng.random() < 0.5:
            word = str(a).split()[0]
            a, b = (f"{word} {kind}" for kind in self.rng.sample(_KINDS, 2))
        return [str(a), str(b)]

    def _picked(self, phrasing: Phrasing, options: Sequence[str], tool: str) -> tuple[Message, str]:
        """The answer's message, and which of the options it means, as it is written there."""
        index = phrasing.pick - 1 if phrasing.pick else self.rng.randrange(len(options))
        index = min(index, len(options) - 1)
        wanted = options[index]
        ordinal = ORDINALS[index]
        text = phrasing.text.replace("{ordinal}", ordinal).replace("{option}", wanted)
        filled = self.filler.fill(
            replace(phrasing, tool=tool, text=text), days=self._days, reference=0.0
        )
        at = filled.text.casefold().find(wanted.casefold())
        if at >= 0:  # the message may have lost its capitals
            wanted = filled.text[at : at + len(wanted)]
        return filled, wanted

    def _exchange(
        self,
        phrasing: Phrasing,
        before: Message,
        question: str,
        message: Message,
        tool: str,
        args: Mapping[str, Any],
        trip: bool = True,
    ) -> Exchange:
        silent = phrasing.silent
        return Exchange(
            before.text,
            question,
            message.text,
            "" if silent else tool,
            {} if silent else {k: v for k, v in args.items() if k in _fields(tool)},
            phrasing.answer,
            phrasing.author,
            trip,
        )


def _fields(tool: str) -> frozenset[str]:
    return frozenset(ORDER[tool])


def problems(phrasings: Iterable[Phrasing]) -> list[str]:
    """What is wrong with authors' answers, one sentence each."""
    known = (
        "which",
        "suggestion",
        "days",
        "city",
        "date",
        "other_city",
        "which_day",
        "found",
        "done",
    )
    found = []
    for phrasing in phrasings:
        if phrasing.kind not in known:
            found.append(
                f"{phrasing.text!r}: asked {phrasing.kind!r} is none of {', '.join(known)}"
            )
        if phrasing.silent and not phrasing.answer:
            found.append(f"{phrasing.text!r}: a silent answer needs the host's answer")
        if phrasing.kind in ("found", "done") and not (phrasing.then or phrasing.silent):
            found.append(f"{phrasing.text!r}: {phrasing.kind} needs a call")
    return found
