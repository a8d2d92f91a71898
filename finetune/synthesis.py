"""Dialogues composed from authored phrasings, labelled by construction.

The state decides what a message means: without a trip every wish is `plan_days` with all that the
visible conversation said; with one, changes are edits and wishes for the whole trip are `plan_days`
with what changed. Arguments are absent where nothing was said, and present as often as people
say them.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from agent.dialogue import wire
from agent.dialogue.turns import Call, Turn
from finetune import fragments
from finetune.answers import AnswerWriter
from finetune.filling import Filler, Message, call
from finetune.records import Dialogue
from finetune.sources.phrasings import Phrasing
from finetune.surfaces import Surfaces

WEIGHTS: Mapping[str, float] = {
    "plan": 24,
    "plan_dialogue": 8,
    "replan": 8,
    "find_places": 12,
    "geocode": 3.5,
    "add_place": 5,
    "remove_place": 4.5,
    "replace_place": 5,
    "move_place": 5,
    "swap_days": 2.5,
    "pin_place": 3.5,
    "set_pace": 3.5,
    "set_interests": 2.5,
    "set_budget": 2.5,
    "set_dates": 2.5,
    "extend_trip": 2.5,
    "shorten_trip": 2.5,
    "undo_change": 2,
    "export_trip": 2.5,
    "multi": 7,
    "reference": 3,
    "follow_up": 2.5,
    "reply": 20,
    "answer": 9,
}
"""How often each kind is drawn, relative."""


class Synthesizer:
    """An endless, seeded stream of dialogues.

    Args:
        phrasings: the authored templates.
        seed: the same seed gives the same dialogues.
        forbidden: names of held-out sets, which must not be drawn.
    """

    def __init__(
        self, phrasings: Iterable[Phrasing], seed: int, forbidden: frozenset[str] = frozenset()
    ) -> None:
        self.rng = random.Random(seed)
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
        self.filler = Filler(self.surfaces, self.clauses)
        self.answers = AnswerWriter(self.surfaces, answers)
        self.replies: dict[str, list[Phrasing]] = defaultdict(list)
        for phrasing in self.by_tool["reply"]:
            self.replies[phrasing.kind].append(phrasing)
        self._makers: dict[str, Callable[[], Dialogue]] = {
            "plan": self._plan,
            "plan_dialogue": self._plan_dialogue,
            "replan": self._replan,
            "find_places": lambda: self._looking("find_places"),
            "geocode": lambda: self._looking("geocode"),
            "multi": self._multi,
            "reference": self._reference,
            "follow_up": self._follow_up,
            "reply": self._reply,
            "answer": self._answer,
        }

    def __iter__(self) -> Iterator[Dialogue]:
        kinds, weights = list(WEIGHTS), list(WEIGHTS.values())
        while True:
            kind = self.rng.choices(kinds, weights)[0]
            maker = self._makers.get(kind)
            yield maker() if maker else self._edit(kind)

    # --- without a trip -------------------------------------------------------------

    def _wish(self) -> tuple[Message, str]:
        """A planning request, sometimes with clauses of other authors behind it."""
        phrasing = self.rng.choice(self.by_tool["plan_days"])
        message = self.filler.fill(phrasing)
        for _ in range(self.rng.choices([0, 1, 2, 3], [45, 32, 16, 7])[0]):
            message = self._with_clause(message)
        if self.rng.random() < 0.14:
            message = self._with_party(message)
        if self.rng.random() < 0.08 and "must_see" not in message.args:
            tail = self._short(self.rng.choice(fragments.MUST_SEE_TAILS))
            text = message.text.rstrip(" .!?,") + tail.text
            message = Message(text, {**message.args, **tail.args}, {})
        return message, phrasing.author

    def _with_party(self, message: Message) -> Message:
        """The travellers behind the city, or at the end, as in "Rome for two"."""
        city = str(message.args.get("destination", ""))
        if "travellers" in message.args or "good_for_kids" in message.args or not city:
            return message
        family = self.rng.random() < 0.25
        who, count = self.rng.choice(fragments.FAMILIES if family else fragments.PARTIES)
        args = {**message.args, "travellers": count, **({"good_for_kids": True} if family else {})}
        at = message.text.find(city) + len(city)
        if self.rng.random() < 0.5 and message.text[at : at + 1] in ("", ".", ",", ";", "!", "?"):
            text = f"{message.text[:at]} for {who}{message.text[at:]}"
        else:
            glue = self.rng.choice([" for ", ", for ", ". For "])
            text = f"{message.text.rstrip(' .!?,')}{glue}{who}"
        return Message(text, args, {})

    def _with_clause(self, message: Message) -> Message:
        kind = self.rng.choice(list(self.clauses))
        keys = {kind, *({"start_date", "end_date", "days"} if kind == "end_date" else ())}
        if keys & set(message.args):
            return message
        extra = self.filler.fill(self.rng.choice(self.clauses[kind]))
        if set(extra.args) & set(message.args):
            return message
        text = message.text.rstrip()
        glue = " " if text[-1:] in ".!?" else self.rng.choice([". ", ", ", " - ", "; ", "\n", ". "])
        clause = extra.text
        return Message(text + glue + clause, {**message.args, **extra.args}, {})

    def _plan(self) -> Dialogue:
        message, author = self._wish()
        past = self._small_past() if self.rng.random() < 0.1 else ()
        return self._dialogue("", past, message.text, [call("plan_days", message.args)], author)

    def _plan_dialogue(self) -> Dialogue:
        """Destination, length or date comes in answer to a question, or after a search."""
        roll = self.rng.random()
        if roll < 0.2:
            return self._plan_there()
        if roll < 0.38:
            first, author = self._wish()
            question = self.rng.choice(fragments.DATE_QUESTIONS)
            answer = self._short(self.rng.choice(fragments.DATE_ANSWERS))
        elif roll < 0.66:
            first, author = self._wish()
            if "days" in first.args or "end_date" in first.args:
                first = self.filler.fill(self._bare_wish())
            if {"days", "end_date"} & set(first.args):
                return self._plan()
            question = self.answers.write("need_days", {"city": first.args["destination"]})
            answer = self._short(self.rng.choice(fragments.DAY_ANSWERS))
        else:
            opening = self.rng.choice(self.replies["ask_destination"])
            first = self.filler.fill(opening)
            author = opening.author
            question = self._spoken_reply(opening)
            answer = self._short(self.rng.choice(fragments.CITY_ANSWERS))
        if set(first.args) & set(answer.args):
            return self._plan()
        if self.rng.random() < 0.2:
            answer = self._with_clause(answer)
        args = {**first.args, **answer.args}
        past = (Turn("user", first.text), Turn("assistant", question))
        return self._dialogue("", past, answer.text, [call("plan_days", args)], author)

    def _plan_there(self) -> Dialogue:
        """The city was asked about before."""
        options = [p for p in self.by_tool["find_places"] if "{city}" in p.text]
        first = self.filler.fill(self.rng.choice(options))
        city = first.args["location"]
        said = self._found(first.args)
        wish = self._short(self.rng.choice(fragments.PLAN_THERE))
        past = (Turn("user", first.text), Turn("assistant", said))
        args = {**wish.args, "destination": city}
        return self._dialogue("", past, wish.text, [call("plan_days", args)], "there")

    def _found(self, args: Mapping[str, Any]) -> str:
        """An answer to a search."""
        a, b, c = (self.surfaces.place().value for _ in range(3))
        kind = str(next(iter(args.get("categories", ("place",))))).replace("_", " ") + "s"
        city = str(args.get("location", "town"))
        facts = {
            "n": "5",
            "category": kind.replace("ys", "ies"),
            "city": city,
            "a": a,
            "b": b,
            "c": c,
        }
        return self.answers.write("found", facts)

    def _follow_up(self) -> Dialogue:
        """A search narrowed, or asked again for something else."""
        trip, _ = self._trip() if self.rng.random() < 0.5 else ("", 0)
        options = [p for p in self.by_tool["find_places"] if "{categories}" in p.text]
        phrasing = self.rng.choice(options)
        first = self.filler.fill(phrasing)
        past = (Turn("user", first.text), Turn("assistant", self._found(first.args)))
        text, more = self.rng.choice(fragments.NARROWER)
        message = self.filler.fill(Phrasing("parent", "find_places", text, more))
        args = {**first.args, **message.args}
        return self._dialogue(trip, past, message.text, [call("find_places", args)], "follow-up")

    def _bare_wish(self) -> Phrasing:
        options = [
            p for p in self.by_tool["plan_days"]
            if "{days}" not in p.text and "{end_date}" not in p.text and "{date_range}" not in p.text
        ]  # fmt: skip
        return self.rng.choice(options)

    def _short(self, text: str) -> Message:
        return self.filler.fill(Phrasing("parent", "plan_days", text))

    # --- with a trip ----------------------------------------------------------------

    def _trip(self) -> tuple[str, int]:
        """A trip summary as the system line holds it, and its days."""
        days = self.rng.choices(range(1, 10), [1, 4, 9, 9, 7, 3, 3, 1, 1])[0]
        return f"{self.surfaces.city().text}, {days} day{'s' if days > 1 else ''}", days

    def _edit(self, tool: str) -> Dialogue:
        trip, days = self._trip()
        phrasing = self.rng.choice(self.by_tool[tool])
        message = self.filler.fill(phrasing, days=max(days, 2))
        past = self._past(days)
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
        past = self._past(days)
        return self._dialogue(trip, past, message.text, calls[:3], phrasing.author)

    def _multi(self) -> Dialogue:
        """Two or three wishes in one message."""
        trip, days = self._trip()
        if self.rng.random() < 0.3:
            return self._joined(trip, max(days, 2))
        phrasing = self.rng.choice(self.by_tool["multi"])
        names = [c["name"] for c in phrasing.calls]
        tool = next((n for n in ("shorten_trip", "extend_trip") if n in names), "multi")
        if "find_places" in names and any("categories" in c["args"] for c in phrasing.calls):
            tool = "multi-find"
        message = self.filler.fill(
            Phrasing(phrasing.author, tool, phrasing.text), days=max(days, 2), reference=0
        )
        calls = [
            call(c["name"], self._substituted(c["name"], c["args"], message))
            for c in phrasing.calls
        ]
        return self._dialogue(trip, self._past(days), message.text, calls, phrasing.author)

    def _substituted(self, tool: str, args: Mapping[str, Any], message: Message) -> dict[str, Any]:
        """A multi-call's arguments with slot values in place of their names."""
        result: dict[str, Any] = {}
        for key, value in args.items():
            listed = isinstance(value, list)
            slot = (value[0] if listed else value) if value else value
            if not (isinstance(slot, str) and slot.startswith("{")):
                result[key] = value
                continue
            filled = message.slots[slot.strip("{}")]
            if slot == "{budget}" and message.args.get("currency"):
                result["currency"] = message.args["currency"]
            result[key] = [filled] if listed and not isinstance(filled, list) else filled
        return result

    def _joined(self, trip: str, days: int) -> Dialogue:
        """Two authors' wishes one behind the other."""
        wish = self.rng.random() < 0.25
        tools = self.rng.sample(
            "remove_place add_place swap_days set_pace set_budget extend_trip move_place pin_place "
            "replace_place set_interests find_places".split(),
            2,
        )
        texts, calls, author = [], [], ""
        for i, tool in enumerate(tools):
            if wish and i == 1:  # a wish for the whole trip beside an edit
                kind = self.rng.choice(
                    ["diet", "travellers", "lodging", "step_free", "good_for_kids"]
                )
                message = self.filler.fill(self.rng.choice(self.clauses[kind]))
                texts.append(message.text.rstrip(".!"))
                calls.append(call("plan_days", message.args))
                continue
            phrasing = self.rng.choice([p for p in self.by_tool[tool] if len(p.text) < 90])
            message = self.filler.fill(phrasing, days=days, reference=0.1)
            texts.append(message.text.rstrip(".!"))
            calls.append(call(tool, message.args))
            author = author or phrasing.author
        glue = self.rng.choice(
            [" and ", ", and ", ", then ", ". Also ", ". ", "; ", ", plus ", "\n"]
        )
        return self._dialogue(trip, (), glue.join(texts), calls, author)

    def _reference(self) -> Dialogue:
        """For "it", "that one" the place stands in the answer before; or an option is chosen."""
        trip, days = self._trip()
        place = self.surfaces.place()
        if self.rng.random() < 0.3:
            return self._chosen(trip)
        before = self.rng.choice(["add_place", "add_place", "move_place"])
        first = self.filler.fill(
            Phrasing("parent", before, self.rng.choice(["add {place}", "{place} please", "can we see {place}"]))
        )  # fmt: skip
        place_name = first.args.get("place", place.value)
        said = self.answers.write(
            "added" if before == "add_place" else "moved",
            {"place": place_name, "day": f"day {self.rng.randint(1, days)}", "time": "10:15"},
        )
        if place_name not in said:
            said = f"{place_name} is in. {said}"
        tool, text = self.rng.choice(fragments.POINTING)
        message = self.filler.fill(Phrasing("parent", tool, text), days=max(days, 2))
        past = (Turn("user", first.text), Turn("assistant", said))
        args = {**message.args, "place": place_name}
        return self._dialogue(trip, past, message.text, [call(tool, args)], "pointing")

    def _chosen(self, trip: str) -> Dialogue:
        """The assistant asked which of two was meant."""
        tool = self.rng.choice(("remove_place", "add_place"))
        a, b = self.surfaces.place().value, self.surfaces.place().value
        first = self.filler.fill(self.rng.choice(self.by_tool[tool]), days=3, reference=1.0)
        question = self.answers.write(
            "ambiguous", {"name": first.args["place"], "option_a": a, "option_b": b}
        )
        wanted, ordinal = self.rng.choice([(a, "first"), (b, "second")])
        named = self.rng.random() < 0.6 or a not in question or b not in question
        text = self.rng.choice(
            [wanted, f"{wanted} please", f"I meant {wanted}", f"the {wanted}"]
            if named
            else [f"the {ordinal} one", f"{ordinal}", f"the {ordinal}", f"{ordinal} one please"]
        )
        args = {k: v for k, v in first.args.items() if k != "place"} | {"place": wanted}
        past = (Turn("user", first.text), Turn("assistant", question))
        return self._dialogue(trip, past, text, [call(tool, args)], "pointing")

    # --- either way -----------------------------------------------------------------

    def _looking(self, tool: str) -> Dialogue:
        trip, days = self._trip() if self.rng.random() < 0.6 else ("", 3)
        phrasing = self.rng.choice(self.by_tool[tool])
        message = self.filler.fill(phrasing)
        if tool == "find_places":
            message = self._narrowed(message)
        past = self._past(days) if trip else ()
        return self._dialogue(trip, past, message.text, [call(tool, message.args)], phrasing.author)

    def _narrowed(self, message: Message) -> Message:
        """A search, sometimes of somewhere to eat, with where, when and for whom behind it."""
        if self.rng.random() < 0.16:
            text, category = self.rng.choice(fragments.EATING)
            given = {"categories": [category]}
            message = self.filler.fill(Phrasing("parent", "find_places", text, given))
        for tails, chance in ((fragments.SEARCH_TAILS, 0.25), (fragments.FOR_WHOM, 0.15)):
            if self.rng.random() > chance:
                continue
            tail = self.rng.choice(tails)
            text, given = tail if isinstance(tail, tuple) else (tail, {})
            more = self.filler.fill(Phrasing("terse", "find_places", text, given))
            if set(more.args) & set(message.args):
                continue
            glue = "" if more.text[:1] in ",;" else " "
            end = message.text[-1:] if message.text[-1:] in "?!." else ""
            said = f"{message.text.rstrip(' ?!.')}{glue}{more.text}{end}"
            message = Message(said, {**message.args, **more.args}, {})
        return message

    def _chat(self) -> Dialogue:
        """Names and numbers in a message are not yet a wish: bookings, memories, hesitation."""
        booking = self.rng.random() < 0.5
        texts = fragments.BOOKING if booking else fragments.MUSINGS
        answers = fragments.BOOKING_ANSWERS if booking else fragments.MUSING_ANSWERS
        trip, days = self._trip() if self.rng.random() < 0.6 else ("", 3)
        message = self.filler.fill(Phrasing("parent", "reply", self.rng.choice(texts)))
        past = self._past(days) if trip else ()
        target = Turn("assistant", self.rng.choice(answers))
        turns = (Turn("system", wire.system_text(trip)), *past, Turn("user", message.text), target)
        return Dialogue(turns, "fragments", "reply")

    def _reply(self) -> Dialogue:
        if self.rng.random() < 0.4:
            return self._chat()
        kinds = list(self.replies)
        weights = [5 if k in ("off_topic", "booking", "ask_destination") else 2 for k in kinds]
        kind = self.rng.choices(kinds, weights)[0]
        phrasing = self.rng.choice(self.replies[kind])
        trip, days = self._trip()
        if kind == "ask_destination" or self.rng.random() < 0.3:
            trip = ""
        past = self._past(days) if trip else ()
        message = self.filler.fill(phrasing)
        target = Turn("assistant", self._spoken_reply(phrasing))
        turns = (Turn("system", wire.system_text(trip)), *past, Turn("user", message.text), target)
        return Dialogue(turns, phrasing.author, "reply")

    def _spoken_reply(self, phrasing: Phrasing) -> str:
        """Its own answer, or one for another message of its kind."""
        if phrasing.answer:
            return phrasing.answer
        return self.rng.choice(fragments.GENERIC_REPLIES[phrasing.kind])

    def _answer(self) -> Dialogue:
        """What to say once the tools have done their work."""
        trip, days = self._trip()
        outcomes, text = self.answers.situation(days)
        tools = tuple(Turn("tool", o) for _, o in outcomes)
        situation = outcomes[0][0]
        asked, calls = self._asked(situation, days)
        turns = (
            Turn("system", wire.system_text(trip if not situation.startswith("need") else "")),
            Turn("user", asked),
            Turn("assistant", calls=calls),
            *tools,
            Turn("assistant", text),
        )
        return Dialogue(turns, "host", f"answer:{situation}")

    def _asked(self, situation: str, days: int) -> tuple[str, tuple[Call, ...]]:
        """A message and calls that could have led to this situation."""
        tool = self.answers.tool_of(situation)
        pool = self.by_tool["plan_days" if tool == "plan_days" else tool]
        message = self.filler.fill(self.rng.choice(pool), days=max(days, 2))
        return message.text, (call(tool, message.args),)

    def _past(self, days: int) -> tuple[Turn, ...]:
        """Sometimes an earlier exchange that has nothing to do with the message."""
        if self.rng.random() < 0.62:
            return ()
        if self.rng.random() < 0.25:
            return self._small_past()
        tool = self.rng.choice(["add_place", "remove_place", "set_pace", "swap_days", "plan_days"])
        message = self.filler.fill(self.rng.choice(self.by_tool[tool]), days=max(days, 2))
        _, said = self.answers.situation(days)
        return (Turn("user", message.text), Turn("assistant", said))

    def _small_past(self) -> tuple[Turn, ...]:
        phrasing = self.rng.choice(self.replies[self.rng.choice(["greeting", "thanks", "help"])])
        return (
            Turn("user", phrasing.text),
            Turn("assistant", self._spoken_reply(phrasing)),
        )

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
