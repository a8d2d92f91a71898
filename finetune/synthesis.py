"""Dialogues composed from authored phrasings, labelled by construction.

The state decides what a message means: without a trip every wish is `plan_days` with all that the
visible conversation said; with one, changes are edits and wishes for the whole trip are `plan_days`
with what changed. Arguments are absent where nothing was said, and present as often as people
say them.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from agent.dialogue import wire
from agent.dialogue.turns import Call, Turn
from finetune import fragments
from finetune.answers import AnswerWriter
from finetune.asides import Asides
from finetune.demonstrating import Demonstrations
from finetune.filling import ORDER, Filler, Message, call
from finetune.followups import Exchange, FollowUps
from finetune.kinds import FACTS, WEIGHTS
from finetune.pasts import Pasts
from finetune.pointing import Pointing
from finetune.records import Dialogue
from finetune.requests import RequestWriter, united, without_unit
from finetune.searches import SearchWriter
from finetune.several import SeveralWishes
from finetune.smalltalk import SmallTalk
from finetune.sources.demonstrations import Demonstration
from finetune.sources.phrasings import Phrasing
from finetune.surfaces import Surfaces
from finetune.telling import Telling

REQUEST_ASIDES = 0.3
ASIDES = 0.12
"""How often something that is no wish stands beside a first request, and beside anything else."""
BARE_NUMBERS = 0.4
"""How often the answer to "for how many days?" is "five", where it could be "five days"."""
CHANGED_BEFORE = 0.7
"""How often a change stands before it is to be taken back, and that before it is to be redone."""
_OF_SOME_DAY = re.compile(r"\{(?:day|day2|day_num|day_num2|n)\}")
_LENGTHS = ("extend_trip", "shorten_trip")


class Synthesizer:
    """An endless, seeded stream of dialogues.

    Args:
        phrasings: the authored templates.
        seed: the same seed gives the same dialogues.
        forbidden: names of held-out sets, which must not be drawn.
        weights: kind -> how often it is drawn, in place of its entry in `WEIGHTS`.
        demonstrations: whole turns, drawn where their weight is above 0.

    Raises:
        KeyError: a weight for a kind that there is not, or for demonstrations without any.
    """

    def __init__(
        self,
        phrasings: Iterable[Phrasing],
        seed: int,
        forbidden: frozenset[str] = frozenset(),
        weights: Mapping[str, float] | None = None,
        demonstrations: Iterable[Demonstration] = (),
    ) -> None:
        self.rng = random.Random(seed)
        self.weights = {**WEIGHTS, **(weights or {})}
        if unknown := set(self.weights) - set(WEIGHTS):
            raise KeyError(f"no dialogues of the kind {', '.join(sorted(unknown))}")
        self.surfaces = Surfaces(self.rng, forbidden=forbidden)
        self.by_tool: dict[str, list[Phrasing]] = defaultdict(list)
        self.clauses: dict[str, list[Phrasing]] = defaultdict(list)
        answers: dict[str, list[str]] = defaultdict(list)
        for phrasing in phrasings:
            if phrasing.tool == "clause":
                self.clauses[phrasing.kind].append(phrasing)
            elif phrasing.tool == "answer":
                answers[phrasing.kind].append(phrasing.text)
            else:
                self.by_tool[phrasing.tool].append(phrasing)
        if not self.by_tool["party"]:  # hardly anybody writes of that
            self.weights.pop("party")
            answers.pop("party", None)
        self.filler = Filler(self.surfaces, self.clauses)
        self.requests = RequestWriter(self.filler, self.by_tool["plan_days"], self.clauses)
        self.answers = AnswerWriter(self.surfaces, answers)
        self.searches = SearchWriter(self.filler, self.answers, self.by_tool)
        self.asides = Asides(self.filler, self.by_tool["aside"])
        self.smalltalk = SmallTalk(self.filler, self.by_tool["reply"])
        self.several = SeveralWishes(self.filler, self.by_tool, self.clauses)
        self.followups = FollowUps(
            self.filler, self.answers, self.requests, self.searches, self.by_tool
        )
        self.telling = Telling(self.filler, self.answers, self.by_tool)
        self.pointing = Pointing(self.filler, self.answers, self.by_tool)
        shown = tuple(demonstrations)
        if self.weights["demonstration"] and not shown:
            raise KeyError("there are no demonstrations")
        self.pasts = Pasts(self.filler, self.requests, self.answers, self.smalltalk, self.by_tool)
        self._makers: dict[str, Callable[[], Dialogue]] = {
            "plan": self._plan,
            "plan_dialogue": self._plan_dialogue,
            "replan": self._replan,
            "find_places": lambda: self._looking("find_places"),
            **{tool: partial(self._looking, tool) for tool in ("geocode", *FACTS)},
            "convert_currency": self._conversion,
            "multi": self._multi,
            "follow": self._follow,
            "reference": self._reference,
            "follow_up": self._follow_up,
            "reply": self._reply,
            "answer": self._answer,
            "demonstration": Demonstrations(self.surfaces, shown).draw,
        }

    def __iter__(self) -> Iterator[Dialogue]:
        kinds, weights = list(self.weights), list(self.weights.values())
        while True:
            kind = self.rng.choices(kinds, weights)[0]
            maker = self._makers.get(kind)
            yield maker() if maker else self._edit(kind)

    # --- without a trip -------------------------------------------------------------

    def _plan(self) -> Dialogue:
        message, author = self.requests.wish()
        message = self.asides.beside(message, REQUEST_ASIDES, request=True)
        past = self.pasts.before_trip()
        return self._dialogue("", past, message.text, [call("plan_days", message.args)], author)

    def _plan_dialogue(self) -> Dialogue:
        """Destination, length or date comes in answer to a question, or after a search."""
        lengths = {"days", "days_each", "end_date"}
        roll = self.rng.random()
        if roll < 0.2:
            return self._plan_there()
        if roll < 0.38:
            first, author = self.requests.wish()
            question = self.rng.choice(fragments.DATE_QUESTIONS)
            answer = self._short("date", fragments.DATE_ANSWERS)
        elif roll < 0.66:
            first, author = self.requests.wish()
            if lengths & set(first.args):
                first = self.requests.bare()
            if lengths & set(first.args):
                return self._plan()
            question = self.answers.write("need_days", {"city": first.args["destination"]})
            answer = self._short("days", fragments.DAY_ANSWERS)
            if self.rng.random() < BARE_NUMBERS:
                answer = without_unit(answer)
        else:
            opening = self.smalltalk.of_kind("ask_destination")
            first = self.filler.fill(opening)
            if not set(first.args) <= set(ORDER["plan_days"]):
                return self._plan()
            author = opening.author
            question = self.smalltalk.answer(opening)
            answer = self._short("city", fragments.CITY_ANSWERS)
        if not _fit(first.args, answer.args):
            return self._plan()
        if self.rng.random() < 0.2:
            answer = self.requests.with_clause(answer, first.args)
        args = united(first.args, answer.args)
        first = self.asides.beside(first, REQUEST_ASIDES, request=True)
        answer = self.asides.beside(answer, ASIDES, request=True)
        past = (Turn("user", first.text), Turn("assistant", question))
        return self._dialogue("", past, answer.text, [call("plan_days", args)], author)

    def _short(self, question: str, fallback: Sequence[str]) -> Message:
        """An author's answer to a question that a first request left open."""
        authored = self.followups.texts(question)
        if authored and self.rng.random() < 0.7:
            phrasing = self.rng.choice(authored)
            return self.filler.fill(replace(phrasing, tool="plan_days"))
        return self.requests.short(self.rng.choice(fallback))

    def _plan_there(self) -> Dialogue:
        """The city was asked about before."""
        first = self.searches.of_city()
        city = first.args["location"]
        said = self.searches.found(first.args)
        wish = self.requests.short(self.rng.choice(fragments.PLAN_THERE))
        past = (Turn("user", first.text), Turn("assistant", said))
        kept = {k: first.args[k] for k in ("step_free", "good_for_kids") if k in first.args}
        args = {**kept, **wish.args, "destination": city}
        return self._dialogue("", past, wish.text, [call("plan_days", args)], "there")

    def _follow_up(self) -> Dialogue:
        """A search narrowed, or asked again for something else."""
        trip, _ = self._trip() if self.rng.random() < 0.5 else ("", 0)
        first = self.searches.of_kind()
        past = (Turn("user", first.text), Turn("assistant", self.searches.found(first.args)))
        message = self.searches.narrower()
        args = {**first.args, **message.args}
        return self._dialogue(trip, past, message.text, [call("find_places", args)], "follow-up")

    # --- with a trip ----------------------------------------------------------------

    def _trip(self, city: str = "", least: int = 1) -> tuple[str, int]:
        """A trip summary as the system line holds it, and its days; through `city`, if given."""
        days = max(least, self.rng.choices(range(1, 10), [1, 4, 9, 9, 7, 3, 3, 1, 1])[0])
        several = bool(city) or self.rng.random() < 0.12
        count = self.rng.choices((2, 3, 4), (5, 4, 1))[0] if several else 1
        drawn = dict.fromkeys([city.partition(", ")[0]] if city else [])
        while len(drawn) < count:  # the line names no country: commas part its cities
            drawn[self.surfaces.city().text.partition(", ")[0]] = None
        cities = self.rng.sample(list(drawn), count)
        days = max(days, count)
        return f"{', '.join(cities)}, {days} day{'s' if days > 1 else ''}", days

    def _edit(self, tool: str) -> Dialogue:
        phrasing = self.rng.choice(self.by_tool[tool])
        trip, days = self._trip(least=2 if _OF_SOME_DAY.search(phrasing.text) else 1)
        message = self.filler.fill(phrasing, days=days)
        if "{city}" in phrasing.text and tool != "add_city":
            named = message.args.get("location") or message.args.get("place")
            trip, days = self._trip(str(named), least=days)
        message = self.asides.beside(message, ASIDES)
        if tool == "redo_change" and self.rng.random() < CHANGED_BEFORE:
            past = self.pasts.after_undo(trip, days)
        elif tool == "undo_change" and self.rng.random() < CHANGED_BEFORE:
            past = self.pasts.after_edit(trip, days)
        else:
            past = self.pasts.of_trip(trip, days)
        return self._dialogue(trip, past, message.text, [call(tool, message.args)], phrasing.author)

    def _replan(self) -> Dialogue:
        """A wish for the whole trip that has no tool of its own, or planning once more."""
        trip, days = self._trip()
        roll = self.rng.random()
        if roll < 0.12:
            phrasing = Phrasing("parent", "replan", self.rng.choice(fragments.SHOW))
        elif roll < 0.52:
            kind = self.rng.choice(
                ["avoid", "lodging", "diet", "step_free", "good_for_kids", "travellers", "must_see"]
            )
            phrasing = self.rng.choice(self.clauses[kind])
        elif roll < 0.6:
            phrasing = self.rng.choice(self.by_tool["plan_days"])
        else:
            phrasing = self.rng.choice(self.by_tool["replan"])
        message = self.filler.fill(phrasing)
        if phrasing.kind == "must_see":  # with a trip, a sight not to miss is added
            calls = [call("add_place", {"place": name}) for name in message.args["must_see"]]
        else:
            calls = [call("plan_days", message.args)]
        message = self.asides.beside(message, ASIDES)
        past = self.pasts.of_trip(trip, days)
        return self._dialogue(trip, past, message.text, calls[:3], phrasing.author)

    def _multi(self) -> Dialogue:
        """Two or three wishes in one message."""
        trip, days = self._trip(least=2)
        message, calls, author = self.several.draw(days)
        named = [c.args["location"] for c in calls if "location" in c.args and c.name in _LENGTHS]
        if named:  # what is made longer or shorter is in the trip
            trip, days = self._trip(str(named[0]), least=days)
        message = self.asides.beside(message, ASIDES)
        return self._dialogue(trip, self.pasts.of_trip(trip, days), message.text, calls, author)

    def _reference(self) -> Dialogue:
        """For "it", "that one" the place stands in the answer before; or an option is chosen."""
        trip, days = self._trip(least=2)
        return self._answering(self.pointing.draw(days), trip, days)

    def _follow(self) -> Dialogue:
        """An answer to what the host asked or told before."""
        trip, days = self._trip(least=2)
        said = self.followups.draw(days)
        return self._answering(said, *((trip, days) if said.needs_trip else ("", 3)))

    def _answering(self, said: Exchange, trip: str, days: int) -> Dialogue:
        """An exchange, with one more or none before it."""
        earlier = self.pasts.of_trip(trip, days)[:2] if trip else ()
        past = (*earlier, Turn("user", said.before), Turn("assistant", said.question))
        if said.tool:
            calls = [call(said.tool, said.args)]
            return self._dialogue(trip, past, said.text, calls, said.author)
        turns = (
            Turn("system", wire.system_text(trip)),
            *past,
            Turn("user", said.text),
            Turn("assistant", said.answer),
        )
        return Dialogue(turns, said.author, "reply")

    # --- either way -----------------------------------------------------------------

    def _looking(self, tool: str) -> Dialogue:
        trip, days = self._trip(least=2) if self.rng.random() < 0.6 else ("", 3)
        phrasing = self.rng.choice(self.by_tool[tool])
        message = self.filler.fill(phrasing, days=days)
        if tool in ("look_up", "travel_time") and not {"location", "origin"} & set(message.args):
            trip = trip or self._trip()[0]  # the trip's city is meant
        if tool == "find_places":
            message = self.searches.lengthened(message)
        message = self.asides.beside(message, ASIDES)
        past = self.pasts.of_trip(trip, days) if trip else ()
        return self._dialogue(trip, past, message.text, [call(tool, message.args)], phrasing.author)

    def _conversion(self) -> Dialogue:
        message, author = self.searches.conversion()
        trip = self._trip()[0] if self.rng.random() < 0.6 else ""
        calls = [call("convert_currency", message.args)]
        return self._dialogue(trip, (), message.text, calls, author)

    def _reply(self) -> Dialogue:
        message, answer, author, kind = self.smalltalk.exchange()
        message = self.asides.beside(message, ASIDES)
        trip, days = self._trip()
        if kind in ("ask_destination", "greeting") or self.rng.random() < 0.3:
            trip = ""
        turns = (
            Turn("system", wire.system_text(trip)),
            *(self.pasts.of_trip(trip, days) if trip else ()),
            Turn("user", message.text),
            Turn("assistant", answer),
        )
        return Dialogue(turns, author, "reply")

    def _answer(self) -> Dialogue:
        """What to say once the tools have done their work."""
        trip, days = self._trip(least=2)
        asked, calls, tools, text, situation = self.telling.draw(trip, days)
        trip = "" if situation.startswith("need") else trip
        turns = (
            Turn("system", wire.system_text(trip)),
            *(self.pasts.of_trip(trip, days) if trip else self.pasts.before_trip()),
            Turn("user", asked),
            calls,
            *tools,
            Turn("assistant", text),
        )
        return Dialogue(turns, "host", f"answer:{situation}")

    def _dialogue(
        self, trip: str, past: tuple[Turn, ...], text: str, calls: list[Call], author: str
    ) -> Dialogue:
        turns = (
            Turn("system", wire.system_text(trip)),
            *past,
            Turn("user", text),
            Turn("assistant", calls=tuple(calls)),
        )
        return Dialogue(turns, author, calls[0].name)


def _fit(first: Mapping[str, Any], answer: Mapping[str, Any]) -> bool:
    """Whether an answer says nothing that the first message has said, or said otherwise."""
    before, now, lengths = set(first), set(answer), {"days", "days_each"}
    two_ends = lengths & now if "end_date" in before else "end_date" in now and lengths & before
    one_more = "travellers" in before and {"good_for_kids", "step_free"} & now
    return not (before & now or two_ends or one_more)
