"""Talks hold together: the past is of the trip, results are of their calls."""

from __future__ import annotations

import re
from itertools import islice

import pytest

from agent.dialogue.turns import Turn
from finetune.kinds import WEIGHTS
from finetune.records import Dialogue
from finetune.sources import phrasings
from finetune.synthesis import Synthesizer

SLOT = re.compile(r"\{\w+\}")
NUMBERED = ("day", "other_day")
ORDINALS = (
    *("first one 1st", "second two 2nd", "third three 3rd", "fourth four 4th", "fifth five 5th"),
    *("sixth six 6th", "seventh seven 7th", "eighth eight 8th", "ninth nine 9th", "tenth ten 10th"),
    *("eleventh eleven", "twelfth twelve", "thirteenth thirteen", "fourteenth fourteen"),
)


@pytest.fixture(scope="module")
def talks() -> list[Dialogue]:
    return list(islice(Synthesizer(phrasings.load(), seed=21), 6000))


@pytest.fixture(scope="module")
def told() -> list[Dialogue]:
    weights = dict.fromkeys(WEIGHTS, 0.0) | {"answer": 1.0}
    return list(islice(Synthesizer(phrasings.load(), seed=22, weights=weights), 2000))


def trip_of(dialogue: Dialogue) -> tuple[list[str], int]:
    """The cities of the system line and its days; none without a trip."""
    line = dialogue.turns[0].text
    if not line.startswith("Trip: "):
        return [], 0
    *cities, length = line.removeprefix("Trip: ").split(", ")
    return cities, int(length.split()[0])


def situation(turn: Turn) -> tuple[str, dict[str, str]]:
    """What a tool said."""
    name, *facts = turn.text.split("\n")
    return name, dict(fact.split(": ", 1) for fact in facts)


def test_no_slot_is_left_open(talks: list[Dialogue], told: list[Dialogue]) -> None:
    for dialogue in (*talks, *told):
        assert not any(SLOT.search(turn.text) for turn in dialogue.turns)


def test_the_last_day_is_the_trips_last(talks: list[Dialogue]) -> None:
    right = wrong = 0
    for dialogue in talks:
        _, days = trip_of(dialogue)
        calls = dialogue.turns[-1].calls
        if days < 2 or len(calls) != 1:
            continue
        numbers = {calls[0].args.get(key) for key in NUMBERED}
        if re.search(r"\b(?:the|our) (?:last|final) day\b", dialogue.turns[-2].text.lower()):
            right += days in numbers
            said = {*re.findall(r"\d+(?:st|nd|rd|th)|\d+|[a-z]+", dialogue.turns[-2].text.lower())}
            # "not on our last day, on day 1 please" names another
            named = any(said & {str(n), *ORDINALS[n - 1].split()} for n in numbers - {None})
            wrong += days not in numbers and numbers != {None} and not named
    assert right > 20
    assert wrong < 0.05 * right  # "from day 2 to the last day" leaves one of two


def test_the_past_of_a_trip_is_of_its_cities(talks: list[Dialogue]) -> None:
    """A plan of its length that is told first is of its first city."""
    seen = 0
    for dialogue in talks:
        cities, days = trip_of(dialogue)
        if not days or len(dialogue.turns) < 5 or dialogue.turns[2].role != "assistant":
            continue
        first, answer = dialogue.turns[1].text, dialogue.turns[2].text
        if re.search(rf"\b{days} days in \w", answer) and cities[0] in first:
            seen += 1
            assert cities[0] in answer
    assert seen > 20


def test_a_change_stands_before_it_is_taken_back(talks: list[Dialogue]) -> None:
    redone = [d for d in talks if d.kind == "redo_change"]
    assert len(redone) > 30
    assert sum(len(d.turns) > 3 for d in redone) > 0.6 * len(redone)


def test_results_are_of_their_calls(told: list[Dialogue]) -> None:
    checked: dict[str, int] = {}
    for dialogue in told:
        results = [situation(turn) for turn in dialogue.turns if turn.role == "tool"]
        [calls] = [turn.calls for turn in dialogue.turns if turn.calls]
        assert len(calls) == len(results)
        for made, (name, facts) in zip(calls, results, strict=True):
            checked[name] = checked.get(name, 0) + 1
            if made.name == "convert_currency":
                assert facts["amount"] == f"{made.args['amount']} {made.args['currency']}"
            if name in ("added", "moved", "pinned", "unpinned", "removed"):
                assert facts["place"] == made.args["place"]
            if name in ("planned", "planned_left_out", "assumed_date", "need_days"):
                assert facts["city"] == made.args["destination"]
            if name == "planned_cities":
                assert facts["city_b"] == made.args["more_destinations"][0]
            if name == "swapped":
                assert facts["day"] != facts["day2"]
            if made.name == "look_up":
                topic = {"forecast": "weather", "holidays_none": "holidays"}.get(name, name)
                assert made.args["topic"] == topic
            if name == "need_destination":
                assert "destination" not in made.args
    assert {"converted", "added", "planned", "planned_cities", "swapped", "weather"} <= set(checked)
