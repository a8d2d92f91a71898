"""What the host says once the tools have done their work, to the message that asked for it.

Names and figures are invented, but they are the message's own where it has any: who asks for the
way to a castle is not told of holidays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.dialogue.turns import Call, Turn
from finetune.answers import AnswerWriter
from finetune.filling import Filler, Message, call
from finetune.sources.phrasings import Phrasing

_OF_TOPIC: Mapping[str, tuple[str, ...]] = {
    "weather": ("weather", "forecast"),
    "holidays": ("holidays", "holidays_none"),
    "daylight": ("daylight",),
    "time_zone": ("time_zone",),
}
_START = re.compile(r"\{(?:date|date_range)\}")
_LENGTH = re.compile(r"\{(?:days|end_date|date_range|stay1)\}|\b(?:day|night|week|fortnight)s?\b")
_FILES: Mapping[str, Mapping[str, str]] = {
    "markdown": {"format": "Markdown", "file": "trip.md"},
    "ics": {"format": "calendar", "file": "trip.ics"},
    "geojson": {"format": "GeoJSON", "file": "trip.geojson"},
    "json": {"format": "JSON", "file": "trip.json"},
}
_FACTS: Mapping[str, str] = {
    "place": "place",
    "replacement": "new",
    "pace": "pace",
    "location": "city",
    "city": "city",
    "origin": "origin",
    "destination": "destination",
    "query": "name",
}
"""Arguments that come back in an answer, and as which facts."""


def cities_of(trip: str) -> list[str]:
    """The cities of a trip's summary ("Porto, Braga, 5 days")."""
    return trip.split(", ")[:-1]


def planned_for(cities: Sequence[str]) -> dict[str, str]:
    """The cities of a plan as facts of its answer; two of them leave no room for a third."""
    facts = {"city": cities[0], **dict(zip(("city_a", "city_b", "city_c"), cities, strict=False))}
    return facts | dict.fromkeys(("city_c", "days_c"), "") if len(cities) == 2 else facts


def situations(tool: str, phrasing: Phrasing) -> Sequence[str]:
    """Those that answer a message of this tool; none where any of the tool's does."""
    if tool == "look_up":
        return _OF_TOPIC.get(str(phrasing.args.get("topic")), ())
    if tool == "remove_place":
        one_of = ("removed", "stays_out", "ambiguous")
        return ("city_removed",) if "{city" in phrasing.text else one_of
    if tool == "plan_days":
        if phrasing.tool == "reply":
            return ("need_destination",)
        one_city = ("planned", "planned_left_out", "unknown_city")
        open_date = () if _START.search(phrasing.text) else ("assumed_date",)
        no_length = () if _LENGTH.search(phrasing.text) else ("need_days",)
        several = "{city2}" in phrasing.text
        return ("planned_cities",) if several else (*one_city, *open_date, *no_length)
    if tool == "explain_plan":
        named = "place" in phrasing.args or "{place}" in phrasing.text
        return ("explained", "not_planned") if named else ("day_shown",)
    return ()


def shared(tool: str, args: Mapping[str, Any]) -> dict[str, str]:
    """Facts of a message that come back in the answer."""
    facts = {fact: str(args[key]) for key, fact in _FACTS.items() if key in args}
    for key, fact in (("day", "day"), ("other_day", "day2")):
        if isinstance(day := args.get(key), int):
            facts[fact] = f"day {day}"
    if "place" in facts:
        facts["name"] = facts["place"]  # of one that is unknown, or that two could be
    if tool == "remove_place" and "place" in facts:
        facts["city"] = facts["place"]  # where a city goes
    if tool == "plan_days" and "destination" in args:
        facts |= planned_for([args["destination"], *args.get("more_destinations", ())])
    shares = list(args.get("days_each", ()))
    if length := sum(shares) or (tool == "plan_days" and args.get("days")):
        facts["days"] = _days(length)
    facts |= zip(("days_a", "days_b", "days_c"), map(_days, shares), strict=False)
    if tool == "export_trip" and "format" in args:
        facts |= _FILES.get(str(args["format"]), {})
    if tool in ("convert_currency", "set_budget") and "currency" in args:
        amount = args.get("amount", args.get("budget"))
        facts["amount" if tool == "convert_currency" else "budget"] = f"{amount} {args['currency']}"
    return facts


def _days(number: int) -> str:
    return f"{number} days" if number > 1 else "1 day"


@dataclass(frozen=True, slots=True)
class Telling:
    """Draws messages with their calls, what the tools found, and what the host says of it."""

    filler: Filler
    answers: AnswerWriter
    by_tool: Mapping[str, Sequence[Phrasing]]

    def draw(self, trip: str, days: int) -> tuple[str, Turn, tuple[Turn, ...], str, str]:
        """A message, the turn of its calls, those of the tools, the answer, and the situation.

        Args:
            trip: its summary; the message is of it where a trip is needed.
            days: how many it has.
        """
        texts: list[str] = []
        calls: list[Call] = []

        def asked(situation: str) -> Mapping[str, str]:
            tool = self.answers.tool_of(situation)
            message = self._asking(tool, situation, days)
            texts.append(message.text)
            calls.append(call(tool, message.args))
            city = {} if situation == "unknown_city" else {"city": cities_of(trip)[0]}
            return {**city, **self._kind_of_place(message), **shared(tool, message.args)}

        outcomes, text = self.answers.situation(days, asked)
        tools = tuple(Turn("tool", told) for _, told in outcomes)
        joined = " ".join(t if t[-1:] in ".!?" else f"{t}." for t in texts)
        said = joined if len(texts) > 1 else texts[0]
        return said, Turn("assistant", calls=tuple(calls)), tools, text, outcomes[0][0]

    def _kind_of_place(self, message: Message) -> dict[str, str]:
        """What was searched for, as answers name it."""
        kinds = message.args.get("categories") or ()
        names: Mapping[str, Any] = self.filler.surfaces.data["categories"]
        return {"category": str(names[kinds[0]]["plural"][0])} if kinds else {"category": "places"}

    def _asking(self, tool: str, situation: str, days: int) -> Message:
        """A message that could have led to this situation."""
        pool = self.by_tool[tool]
        if situation == "need_destination":
            pool = [p for p in self.by_tool["reply"] if p.kind == "ask_destination"]
        fitting = [p for p in pool if situation in (situations(tool, p) or (situation,))]
        return self.filler.fill(self.filler.rng.choice(fitting or pool), days=max(days, 2))
