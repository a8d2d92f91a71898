"""Whole conversations with a goal, which code checks on the trip that stands at their end.

A line of a file holds what a traveller says message by message, the calls that each message asks
for, and the goal. It can be read by `finetune.held_out`, too, which keeps its names and messages
out of training where a recipe lists the file under `data.held_out`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.dialogue.turns import Call
from tools.check import check
from tools.errors import TravelError
from tools.money import convert
from tools.place import Category, Diet, Interest, Place
from tools.store import PlaceStore
from tools.trip import Itinerary, Mode, Pace, Visit

GOALS = Path(__file__).parent / "data" / "goals_dev.jsonl"

_MONEY_SHARE = 0.01
"""Of a budget: as far as one that was converted may be off."""
_PUNCTUAL_MINUTES = 15
"""As `tools.trip.Pin.at` promises."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Hours(_Frozen):
    """When a day, or every day (None), may begin and has to end."""

    day: int | None = None
    start: time | None = None
    end: time | None = None


class Free(_Frozen):
    """A stretch of a day, or of every day (None), in which nothing is planned."""

    day: int | None
    start: time
    end: time


class Goal(_Frozen):
    """What the traveller wants of the trip in the end; what is absent is not checked.

    Places are named as in the catalogue.
    """

    cities: tuple[str, ...] = Field(min_length=1)
    """In order."""
    days: int
    start: date
    days_each: tuple[int, ...] = ()
    """In each city."""
    travellers: int | None = None
    budget: float | None = None
    """For all, in the first city's currency unless `currency` says another."""
    currency: str = ""
    pace: Pace | None = None
    interests: frozenset[Interest] | None = None
    must_see: tuple[str, ...] = ()
    """Visited, or left out with a reason."""
    avoid: tuple[str, ...] = ()
    avoid_categories: tuple[Category, ...] = ()
    on_day: Mapping[str, int] = Field(default_factory=dict)
    """Place -> the day (1-based) on which it is visited."""
    at: Mapping[str, time] = Field(default_factory=dict)
    """Place -> local time of arrival, a quarter of an hour early or late."""
    good_for_kids: bool = False
    step_free: bool = False
    diets: tuple[Diet, ...] = ()
    max_walk_minutes: int | None = None
    """At a time."""
    hours: tuple[Hours, ...] = ()
    free: tuple[Free, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a traveller says, in order, whatever is answered."""

    id: str
    voice: str
    """Who speaks, in a few words."""
    messages: tuple[str, ...]
    calls: tuple[tuple[Call, ...], ...]
    """The calls that each message asks for: with them alone the goal is reached."""
    others: tuple[tuple[tuple[Call, ...], ...], ...]
    """For each message, other calls that understand it as well."""
    goal: Goal


@dataclass(frozen=True, slots=True)
class Part:
    """One wish of a goal."""

    name: str
    """Such as "city" or "must-see"."""
    reached: bool
    told: str
    """What was wanted and what is."""


def read_conversations(path: Path = GOALS) -> tuple[Conversation, ...]:
    """The conversations of a file.

    Raises:
        ValueError: there is no such file, or a line is no conversation; says which and why.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise ValueError(f"{path} can't be read: {error.strerror}.") from error
    found: list[Conversation] = []
    for number, line in enumerate(lines, 1):
        try:
            if line.strip():
                found.append(_conversation(json.loads(line)))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise ValueError(f"{path.name}:{number}: goal.{where}: {first['msg']}.") from error
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise ValueError(
                f"{path.name}:{number} is no conversation with id, voice, messages, calls and "
                f"goal: {error!r}."
            ) from error
    return tuple(found)


def parts(goal: Goal, itinerary: Itinerary | None, store: PlaceStore) -> tuple[Part, ...]:
    """Each wish of the goal, and whether the trip meets it; all are missed where there is none.

    Raises:
        TravelError: the goal names a place or city that the store lacks.
    """
    wanted = _Places(goal, store)  # before all else: a goal that nobody can reach is a mistake
    if itinerary is None:
        return (Part("a trip", False, "nothing was planned"),)
    return tuple(_Judge(goal, itinerary, wanted).parts())


class _Places:
    """The places that a goal names."""

    def __init__(self, goal: Goal, store: PlaceStore) -> None:
        self._goal, self._store = goal, store
        self.must_see = [self._place(name) for name in goal.must_see]
        self.avoid = [self._place(name) for name in goal.avoid]
        self.on_day = [(self._place(name), day) for name, day in goal.on_day.items()]
        self.at = [(self._place(name), at) for name, at in goal.at.items()]

    def _place(self, name: str) -> Place:
        for city in self._goal.cities:
            try:
                return self._store.find_by_name(name, city)
            except TravelError as error:
                missing = error
        raise missing


class _Judge:
    """A goal beside a trip: what was done counts, not what was promised."""

    def __init__(self, goal: Goal, itinerary: Itinerary, places: _Places) -> None:
        self._goal = goal
        self._trip = itinerary
        self._request = itinerary.request
        self._places = places
        self._visits: dict[str, list[tuple[int, Visit]]] = defaultdict(list)
        for number, day in enumerate(itinerary.days, 1):
            for visit in day.visits:
                self._visits[visit.place.id].append((number, visit))

    def parts(self) -> Iterator[Part]:
        """All of the goal's."""
        yield from self._frame()
        yield from self._party()
        yield from self._money()
        yield from self._sights()
        yield from self._clock()
        broken = check(self._trip)
        yield Part("no violations", not broken, "; ".join(v.message for v in broken) or "none")

    def _frame(self) -> Iterator[Part]:
        goal, trip = self._goal, self._trip
        yield _same("city", goal.cities, tuple(dict.fromkeys(c.name for c in self._request.cities)))
        yield _same("days", goal.days, len(trip.days))
        yield _same("dates", goal.start, trip.days[0].date if trip.days else None)
        if goal.days_each:
            yield _same(
                "days in each city", goal.days_each, tuple(s.days for s in self._request.all_stays)
            )

    def _party(self) -> Iterator[Part]:
        goal, request = self._goal, self._request
        if goal.travellers is not None:
            yield _same("travellers", goal.travellers, request.travellers)
        if goal.pace is not None:
            yield _same("pace", goal.pace.value, request.pace.value)
        if goal.interests is not None:
            yield _same("interests", sorted(goal.interests), sorted(request.interests))
        if goal.good_for_kids:
            yield _same("for children", True, request.good_for_kids)
        if goal.step_free:
            steps = [v.place.name for v in self._trip.visits if not v.place.step_free]
            told = f"steps at {steps}" if steps else f"asked for: {request.step_free}"
            yield Part("step-free", request.step_free and not steps, told)
        for diet in goal.diets:
            others = [v.place.name for v in self._trip.visits if v.meal and not _serves(v, diet)]
            asked = diet in request.diets
            told = f"{diet.value}: asked for {asked}, not served at {others}"
            yield Part("diet", asked and not others, told)

    def _money(self) -> Iterator[Part]:
        goal, request = self._goal, self._request
        if goal.budget is None:
            return
        own = request.city.currency
        due = convert(goal.budget, goal.currency or own, own)
        held = request.budget is not None and abs(request.budget - due) <= _MONEY_SHARE * due
        cost = self._trip.cost
        told = f"{due:g} {own} wanted, {request.budget} kept, {cost.amount:g} spent"
        yield Part("budget", held and cost.amount <= due * (1 + _MONEY_SHARE), told)

    def _sights(self) -> Iterator[Part]:
        left_out = {one.what: one.reason for one in self._trip.left_out}
        for place in self._places.must_see:
            if self._visits[place.id]:
                yield Part("must-see", True, f"{place.name} is visited")
            else:
                reason = left_out.get(place.name, "")
                why = f"is left out: {reason}" if reason else "is missing without a reason"
                yield Part("must-see", bool(reason), f"{place.name} {why}")
        for place in self._places.avoid:
            days = [number for number, _ in self._visits[place.id]]
            told = f"{place.name} on day {days[0]}" if days else f"{place.name} is not in it"
            yield Part("avoided", not days, told)
        for category in self._goal.avoid_categories:
            kind = [v.place.name for v in self._sights_of(category)]
            yield Part("avoided", not kind, f"{category.value}: {kind or 'none'}")
        for place, day in self._places.on_day:
            days = [number for number, _ in self._visits[place.id]]
            yield Part("on its day", days == [day], f"{place.name} on {days}, not day {day}")
        for place, at in self._places.at:
            arrivals = [visit.arrival for _, visit in self._visits[place.id]]
            late = [_minutes(a.time()) - _minutes(at) for a in arrivals]
            punctual = len(late) == 1 and abs(late[0]) <= _PUNCTUAL_MINUTES
            told = ", ".join(f"{a:%H:%M}" for a in arrivals) or "never"
            yield Part("at its hour", punctual, f"{place.name} at {told}, wanted {at:%H:%M}")

    def _sights_of(self, category: Category) -> list[Visit]:
        sights = [visit for day in self._trip.days for visit in day.sights]
        return [visit for visit in sights if visit.place.category is category]

    def _clock(self) -> Iterator[Part]:
        for hours in self._goal.hours:
            spans = self._spans(hours.day)
            early = [a for a, _ in spans if hours.start and a.time() < hours.start]
            late = [d for a, d in spans if hours.end and _after(a, d) > _minutes(hours.end)]
            day = "each day" if hours.day is None else f"day {hours.day}"
            told = f"{day} {hours.start or ''}-{hours.end or ''}, {len(early) + len(late)} beyond"
            yield Part("hours", not early and not late, told)
        for free in self._goal.free:
            first, last = _minutes(free.start), _minutes(free.end)
            spans = self._spans(free.day)
            within = [a for a, d in spans if _minutes(a.time()) < last and first < _after(a, d)]
            day = "each day" if free.day is None else f"day {free.day}"
            told = f"{day} {free.start:%H:%M}-{free.end:%H:%M}, {len(within)} visits in it"
            yield Part("kept free", not within, told)
        if self._goal.max_walk_minutes is not None:
            walks = [
                leg.minutes for day in self._trip.days for leg in day.legs if leg.mode is Mode.WALK
            ]
            longest = max(walks, default=0)
            asked = self._request.walk is not None
            told = f"{longest} minutes, at most {self._goal.max_walk_minutes} asked for: {asked}"
            yield Part("walks", asked and longest <= self._goal.max_walk_minutes, told)

    def _spans(self, number: int | None) -> list[tuple[datetime, datetime]]:
        days = [d for n, d in enumerate(self._trip.days, 1) if number in (None, n)]
        return [(v.arrival, v.departure) for d in days for v in d.visits]


def _same(name: str, wanted: object, found: object) -> Part:
    return Part(name, wanted == found, f"{found}, wanted {wanted}")


def _serves(visit: Visit, diet: Diet) -> bool:
    return diet in visit.place.diets


def _minutes(of_day: time) -> int:
    return of_day.hour * 60 + of_day.minute


def _after(arrival: datetime, departure: datetime) -> float:
    """Minutes from the arrival's midnight to the departure: a night out ends after 24:00."""
    days = (departure.date() - arrival.date()).days
    return days * 24 * 60 + _minutes(departure.time())


def _conversation(row: Mapping[str, Any]) -> Conversation:
    messages = tuple(str(message["content"]) for message in row["messages"])
    others: list[list[tuple[Call, ...]]] = [[] for _ in messages]
    for alternative in row.get("alt", ()):
        for of_turn, found in zip(others, _by_turn(alternative, len(messages)), strict=True):
            of_turn.extend([found] if found else [])
    if not messages or any(not text.strip() for text in messages):
        raise ValueError("a message is missing")
    return Conversation(
        id=str(row["id"]),
        voice=str(row["voice"]),
        messages=messages,
        calls=_by_turn(row["calls"], len(messages)),
        others=tuple(map(tuple, others)),
        goal=Goal.model_validate(row["goal"]),
    )


def _by_turn(rows: Iterable[Mapping[str, Any]], turns: int) -> tuple[tuple[Call, ...], ...]:
    calls: list[list[Call]] = [[] for _ in range(turns)]
    for row in rows:
        if not 1 <= row["turn"] <= turns:
            raise ValueError(f"there is no message {row['turn']}")
        calls[row["turn"] - 1].append(Call(row["name"], row["args"]))
    return tuple(map(tuple, calls))
