"""Answers in words for training: the facts a tool brings and what the host says of them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from agent.dialogue.phrases import capitalised, without_question
from finetune.surfaces import Surfaces
from tools.outcome import SITUATIONS

_SLOT = re.compile(r"\{(\w+)\}")
_TOOLS: Mapping[str, str] = {
    "added": "add_place", "there": "add_place", "stays_out": "remove_place", "removed": "remove_place", "replaced": "replace_place",
    "moved": "move_place", "swapped": "swap_days", "pinned": "pin_place", "pace": "set_pace",
    "budget": "set_budget", "interests": "set_interests", "dates": "set_dates",
    "longer": "extend_trip", "shorter": "shorten_trip", "undone": "undo_change",
    "exported": "export_trip", "found": "find_places", "found_none": "find_places",
    "located": "geocode", "unknown_place": "add_place", "ambiguous": "remove_place",
    "open": "check_opening", "closed": "check_opening", "way": "travel_time", "weather": "look_up", "forecast": "look_up",
    "holidays": "look_up", "holidays_none": "look_up", "daylight": "look_up", "time_zone": "look_up",
    "converted": "convert_currency", "cannot": "move_place", "unpinned": "unpin_place", "hours": "set_hours",
    "kept_free": "keep_free", "city_added": "add_city", "city_removed": "remove_place", "redone": "redo_change",
    "party": "party", "explained": "explain_plan", "not_planned": "explain_plan", "day_shown": "explain_plan",
}  # fmt: skip
_WEIGHTS: Mapping[str, int] = {
    "planned": 8, "planned_left_out": 4, "assumed_date": 8, "found": 4, "explained": 4, "day_shown": 4,
    "not_planned": 3, "planned_cities": 4,
}  # fmt: skip
_OFTEN_ABSENT = (
    "time", "cost", "suggestion", "c", "b", "day2_a", "day1_b", "city_b", "minutes", "mode", "next",
    "holiday_b", "city_c", "days_c", "way", "end", "dinner",
)  # fmt: skip
_HALF_SAID = frozenset(
    {"open", "closed", "way", "holidays", "planned_cities", "hours", "day_shown"}
)
"""Situations whose optional facts are as often absent as present."""
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_HOLIDAYS = (
    "Easter Monday", "Labor Day", "Christmas Day", "All Saints' Day", "Assumption Day", "Good Friday",
    "New Year's Day", "Republic Day", "Independence Day", "Victory Day", "Epiphany", "National Day",
)  # fmt: skip
_LEFT_OUT_REASONS = (
    "closed on those dates", "closed on Mondays", "there was no time left", "the budget of {n} EUR is used up",
    "it is too far from the rest", "I know no place of that name", "it opens only in the evening",
    "it does not fit beside {place}", "it is not open on day {d}", "no restaurant near has room in its hours",
)  # fmt: skip
_REASONS = (
    "there is no day {d}; the trip has days 1 to {e}", "{place} is not in your trip", "{place} is closed on day {d}",
    "a trip of {n} days is too long to plan in one piece; at most 21 days are possible", "there is no trip yet",
    "a trip needs at least 1 day, not 0", "the start is past; today is Mon 23 Nov 2026", "it is over the budget of {n} EUR",
    "a budget has to be more than 0, not 0; leave it out for no limit", "day {d} has no time left for {place}",
    "there is nothing to take back", "{place} is already on day {d}", "the last day is before the first",
    "I can't read \"{place}\" as a date", "{place} opens at 10:00 and closes at 17:00 on day {d}", "the trip has only {d} days",
)  # fmt: skip


_WHY_THERE = (
    "you asked for it", "you fixed it there", "it is closed on the other days", "it is open only from {h}:00 that day",
    "it is one of the foremost sights of the city", "it suits your interest in {i}", "it lies {n} minutes from {place}",
    "it lies between {place} and {place2}", "it lies {n} minutes on foot from {place}, and {place2} is open only later",
    "it suits your interest in {i} and lies {n} minutes from {place}", "it closes at {h}:00 and the way there takes {n} minutes",
    "it serves lunch {n} minutes from {place}", "it is where your other stops of day {d} are", "on day {d} it is closed",
    "you asked for it, and it is closed on day {d}", "moving it to day {d} would add {n} minutes of way",
)  # fmt: skip
_WHY_NOT = (
    *_LEFT_OUT_REASONS, "{place} was worth more in the same hours", "it would take the place of {place}",
    "it lies {n} minutes from the rest of the plan", "you asked to leave it out", "you asked for no {k}s",
    "there are steps on the way in", "it needs {n} minutes and no day has them left",
)  # fmt: skip


_DATED = frozenset(
    "open closed way weather forecast holidays holidays_none daylight time_zone converted".split()
)


class AnswerWriter:
    """Draws situations with invented facts, and words them with the host's templates."""

    def __init__(self, surfaces: Surfaces, templates: Mapping[str, Sequence[str]]) -> None:
        self.surfaces = surfaces
        self.templates = templates
        self.rng: random.Random = surfaces.rng

    def tool_of(self, situation: str) -> str:
        """The tool that brings a situation about."""
        return _TOOLS.get(situation, "plan_days")

    def write(self, situation: str, facts: Mapping[str, str]) -> str:
        """One of the host's sentences that needs no fact but these.

        Raises:
            LookupError: every template of the situation needs more.
        """
        fitting = [t for t in self.templates[situation] if set(_SLOT.findall(t)) <= set(facts)]
        if not fitting:
            raise LookupError(f"no template of {situation} does with {sorted(facts)}")
        text = capitalised(self.rng.choice(fitting).format(**facts))
        if situation == "assumed_date":  # the plan first, then the assumption
            return f"{without_question(self.write('planned', facts))} {text}"
        return text

    def after(
        self,
        tool: str,
        days: int,
        facts: Mapping[str, str] | None = None,
        among: Sequence[str] = (),
    ) -> str:
        """What the host says after a call of this tool; empty for one that could not be done.

        Args:
            tool: its name.
            days: of the trip.
            facts: those that the message itself named, in place of invented ones; an empty one
                is not there.
            among: situations of the tool that could be; any when empty.

        Raises:
            LookupError: no situation of this tool has a sentence.
        """
        among = among or [
            s for s in SITUATIONS if self.tool_of(s) == tool and not s.startswith("need")
        ]
        fitting = [s for s in among if self.templates.get(s)] if tool else ["cannot"]
        if not fitting:
            raise LookupError(f"no sentence tells what {tool} has done")
        situation, drawn = self._draw(days, among=fitting)
        return self.write(situation, _known(drawn, facts or {}))

    def situation(
        self, days: int, asked: Callable[[str], Mapping[str, str]] = lambda situation: {}
    ) -> tuple[list[tuple[str, str]], str]:
        """One situation (sometimes two) with its tool texts, and the answer to it.

        Args:
            days: of the trip.
            asked: gives the facts of a message that leads to a situation, which stand in place of
                invented ones.
        """
        first, facts = self._draw(days)
        facts = _known(facts, asked(first))
        text = self.write(first, facts)
        outcomes = [(first, _text(first, facts))]
        if first in _TOOLS and first != "cannot" and self.rng.random() < 0.1:
            second, more = self._draw(days, among=[s for s in _TOOLS if s != first])
            more = _known(more, asked(second))
            outcomes.append((second, _text(second, more)))
            text = f"{without_question(text)} {self.write(second, more)}"
        return outcomes, text

    def _draw(self, days: int, among: Sequence[str] | None = None) -> tuple[str, dict[str, str]]:
        options = list(among or [s for s in SITUATIONS if self.templates.get(s)])
        options = [s for s in options if self.templates.get(s)]
        situation = self.rng.choices(options, [_WEIGHTS.get(s, 2) for s in options])[0]
        facts = {key: self._fact(situation, key, days) for key in SITUATIONS[situation]}
        for key in _OFTEN_ABSENT:
            if key in facts and self.rng.random() < (0.5 if situation in _HALF_SAID else 0.12):
                trial = {k: v for k, v in facts.items() if k != key}
                if any(set(_SLOT.findall(t)) <= set(trial) for t in self.templates[situation]):
                    facts = trial
        while facts.get("day") == facts.get("day2") and "day2" in facts and days > 1:
            facts["day2"] = self._fact(situation, "day2", days)
        if not {"city_c", "days_c"} <= set(facts):  # they come together
            facts = {k: v for k, v in facts.items() if k not in ("city_c", "days_c")}
        return situation, facts

    def _date(self) -> str:
        day = date(2026, 11, 24) + timedelta(days=self.rng.randrange(400))
        return f"{day:%a} {day.day} {day:%b %Y}"

    def _everyday(self, key: str) -> str:
        """Facts of opening hours, ways, money and the almanac; empty for names of places."""
        rng = self.rng
        match key:
            case "hours" | "next":
                opens = f"{rng.randint(7, 12):02}:{rng.choice(['00', '30'])}"
                hours = f"{opens}-{rng.randint(15, 23):02}:{rng.choice(['00', '30'])}"
                return f"{self._date()}, {hours}" if key == "next" else hours
            case "distance":
                return rng.choice([f"{rng.uniform(0.2, 12):.1f} km"] * 3 + [f"{rng.randrange(70, 9000)} km as the crow flies"])  # fmt: skip
            case "minutes":
                return f"{rng.randint(2, 70)} minutes"
            case "mode":
                return rng.choice(["on foot", "by public transport"])
            case "month":
                return rng.choice(_MONTHS)
            case "high" | "low":
                return f"{rng.randint(12, 36) if key == 'high' else rng.randint(-6, 22)} °C"
            case "wet_days":
                return str(rng.randint(1, 20))
            case "holiday_a" | "holiday_b":
                return f"{rng.choice(_HOLIDAYS)} on {self._date()}"
            case "sunrise" | "sunset" | "time":
                hour = {"sunrise": (5, 8), "sunset": (16, 21)}.get(key, (0, 23))
                return f"{rng.randint(*hour):02}:{rng.randrange(60):02}"
            case "zone":
                return f"UTC{rng.choice('+-')}{rng.randint(0, 11)}"
            case "amount" | "result":
                return f"{rng.randrange(3, 900)} {rng.choice(['EUR', 'USD', 'GBP', 'JPY', 'CHF', 'TRY'])}"
            case "as_of":
                return f"2026-{rng.randint(1, 12):02}"
        return ""

    def _fact(self, situation: str, key: str, days: int) -> str:
        rng, s = self.rng, self.surfaces
        if key in ("city", "city_a", "city_b", "city_c"):
            return s.city().text
        if key in ("days_a", "days_b", "days_c") or (key == "days" and situation == "city_added"):
            n = rng.randint(1, 5)
            return f"{n} days" if n > 1 else "1 day"
        if key == "way":
            hours = f"{rng.randint(1, 6)} h {rng.choice(('', '10 min ', '25 min ', '40 min '))}"
            return f"{hours}by {rng.choice(('train', 'train', 'road', 'plane'))}"
        if situation == "hours" and key in ("start", "end"):
            hour = rng.randint(8, 12) if key == "start" else rng.randint(16, 23)
            return f"{hour:02}:{rng.choice(('00', '30'))}"
        if situation == "hours" and rng.random() < 0.5:
            return "every day"
        if situation == "kept_free" and key == "time":
            opens = rng.randint(9, 19)
            return rng.choice(
                ["all day", *[f"{opens:02}:00-{opens + rng.randint(1, 4):02}:00"] * 4]
            )
        if key == "reason" and situation in ("explained", "not_planned"):
            return rng.choice(_WHY_THERE if situation == "explained" else _WHY_NOT).format(
                place=s.place().value,
                place2=s.place().value,
                n=rng.randint(3, 45),
                d=rng.randint(1, 6),
                e=days,
                h=rng.randint(10, 18),
                i=rng.choice([i.replace("_", " ") for i in s.data["interests"]]),
                k=rng.choice(("museum", "market", "church", "park", "gallery")),
            )
        if key == "days":
            return f"{days} days" if days > 1 else "1 day"
        if key in ("start", "end") or (key == "day" and situation in _DATED):
            return self._date()
        if situation in _DATED and (value := self._everyday(key)):
            return value
        if key in ("day", "day2"):
            return f"day {rng.randint(1, max(days, 2))}"
        if key == "time":
            return (
                f"{rng.randint(9, 20):02}:{rng.choice([0, 5, 10, 15, 20, 25, 30, 40, 45, 50]):02}"
            )
        if key == "people":
            count = rng.choices(range(1, 9), (3, 6, 6, 6, 5, 3, 2, 1))[0]
            return "1 person" if count == 1 else f"{count} people"
        if key in ("cost", "budget"):
            return f"{rng.randrange(20, 1500)} {rng.choice(['EUR', 'EUR', 'USD', 'GBP', 'JPY', 'CZK'])}"
        if key == "reason":
            pool = _REASONS if situation == "cannot" else _LEFT_OUT_REASONS
            return rng.choice(pool).format(
                place=s.place().value, n=rng.randrange(20, 500), d=rng.randint(1, 9), e=days
            )
        if key == "pace":
            return rng.choice(["relaxed", "balanced", "packed"])
        if key == "interests":
            return s.join(rng.sample([i.replace("_", " ") for i in s.data["interests"]], 2))
        if key == "format":
            return rng.choice(["Markdown", "calendar", "GeoJSON", "JSON"])
        if key == "file":
            suffix = rng.choice(["md", "ics", "geojson", "json"])
            return f"{s.city().text.lower().replace(' ', '-')}-{days}-days.{suffix}"
        if key == "n":
            return str(rng.randint(2, 12))
        if key == "category":
            names = rng.choice(list(s.data["categories"].values()))["plural"]
            return str(rng.choice([names[0], "places", names[0]]))
        if key == "country":
            return rng.choice(["Italy", "France", "Japan", "Portugal", "Peru", "Kenya", "Austria"])
        if key in ("lat", "lon"):
            return f"{rng.uniform(-60, 60):.4f}"
        return str(s.place().value)


def _known(drawn: Mapping[str, str], said: Mapping[str, str]) -> dict[str, str]:
    """Facts with those that were said in their place; an empty one is left out."""
    told = {key: said.get(key, value) for key, value in drawn.items()}
    return {key: value for key, value in told.items() if value}


def _text(situation: str, facts: Mapping[str, str]) -> str:
    """As `Outcome.text` writes it."""
    return "\n".join([situation, *(f"{k}: {v}" for k, v in facts.items())])
