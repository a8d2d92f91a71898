"""Arguments that code reads: what could stand for them is offered, and hardly anything else."""

from __future__ import annotations

import itertools
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.dialogue import wire
from agent.dialogue.grammar import tool_grammar, words_of
from agent.dialogue.readable import (
    AMOUNTS,
    CURRENCIES,
    FORCED,
    READERS,
    said_amounts,
    said_values,
    spans,
)
from finetune.sources import phrasings
from finetune.synthesis import Synthesizer
from tests.agent.dialogue.test_grammar import accepts
from tools.catalog import CATALOG, schemas

SAID = (
    "Dubrovnik, 3 days from Friday 7 June, two of us, not before half past nine, home by 8 pm, "
    "1,200 euros, at most 20 minutes on foot. It weighs forty tons."
)


def _values(tool: str, key: str, spoken: str = SAID) -> list[str]:
    return [json.loads(value) for value in said_values(spoken)[tool, key]]


def test_every_argument_is_one_of_the_catalog() -> None:
    known = {(tool.name, key): field for tool in CATALOG
             for key, field in tool.arguments.model_fields.items()}  # fmt: skip
    assert {*READERS, *AMOUNTS, *CURRENCIES} <= set(known)
    assert not any(known[key].is_required() for key in FORCED)


@pytest.mark.parametrize(
    ("tool", "key", "offered", "not_offered"),
    [
        ("plan_days", "start_date", {"Friday 7 June", "7 June"}, {"Dubrovnik", "two of us"}),
        ("plan_days", "day_start", {"half past nine"}, {"Dubrovnik", "weighs", "euros"}),
        ("plan_days", "day_end", {"8 pm", "8"}, {"home"}),
        ("plan_days", "max_walk", {"20 minutes"}, {"forty tons", "forty"}),
        ("keep_free", "time", set(), {"weighs", "home"}),
        ("check_opening", "when", {"Friday 7 June"}, {"Dubrovnik"}),
    ],
)
def test_what_is_offered(tool: str, key: str, offered: set[str], not_offered: set[str]) -> None:
    values = set(_values(tool, key))
    assert offered <= values and not not_offered & values
    assert not any("Dubrovnik" in value or "tons" in value for value in values)


def test_amounts_are_those_that_were_said() -> None:
    assert {"1200", "20", "40"} <= set(said_amounts(SAID)) and "1.2" not in said_amounts(SAID)
    assert "120" not in said_amounts(SAID) and "12000" not in said_amounts(SAID)
    assert "25000" in said_amounts("25k reais all in") and "2500" not in said_amounts("25k reais")


@pytest.mark.parametrize(
    ("spoken", "half"),
    [
        ("move it to the Friday after next", "Friday"),
        ("start a week from Saturday", "Saturday"),
        ("the day after Christmas", "Christmas"),
        ("the 15th of next month", "15th"),
    ],
)
def test_half_of_a_date_is_not_offered(spoken: str, half: str) -> None:
    values = _values("set_dates", "start_date", spoken)
    assert half not in values and any(half in value for value in values)


def test_our_own_examples_were_not_said() -> None:
    refusal = 'I could not read "the frog" as a date; right would be "4 December" or "next Friday".'
    assert _values("set_dates", "start_date", f"the week of the frog\n{refusal}") == []


def test_a_long_message_is_read_at_once() -> None:
    """Thousands of number words, dozens of hours: bounded, whatever is typed."""
    began = time.perf_counter()
    numbers = said_values("one hundred " * 700)
    hours = said_values(" or ".join(f"{hour}:30 pm" for hour in range(1, 13)) * 5)
    assert time.perf_counter() - began < 5
    assert all(len(values) <= 200 for values in (*numbers.values(), *hours.values()))


_PIECES = [*"\u00a0\t\n '\"\\{}", "seven", "forty", "five", "half", "past", "June", "next", "to"]
_PIECES += ["\u00e9", "12", "1e5", "k"]


@given(st.lists(st.sampled_from(_PIECES), max_size=14))
def test_any_words_are_read(parts: list[str]) -> None:
    spoken = " ".join(parts) + "".join(parts)
    for values in said_values(spoken).values():
        assert all(json.loads(value) is not None for value in values)


def test_a_span_runs_over_no_lines_end() -> None:
    spoken = "on Friday\n7 June"
    assert "Friday 7 June" not in spans(words_of(spoken), spoken, READERS["plan_days", "end_date"])


@pytest.mark.parametrize(
    ("spoken", "text", "possible"),
    [
        ("what of the Louvre, like a battery in reverse", '{"place":"Louvre"}', True),
        ("what of the Louvre, like a battery in reverse",
         '{"place":"Louvre","when":"in reverse"}', False),
        ("Louvre on Sunday evening?", '{"place":"Louvre","when":"Sunday evening"}', True),
        ("Louvre on Sunday evening?", '{"place":"Louvre","when":"Louvre"}', False),
    ],
)  # fmt: skip
def test_what_can_not_be_read_can_not_be_written(spoken: str, text: str, possible: bool) -> None:
    grammar = tool_grammar(schemas(), spoken=spoken, values=said_values(spoken))
    assert accepts(grammar, f">check_opening{text}") == possible


def test_an_argument_that_must_be_there_is_free_where_nothing_was_said() -> None:
    spoken = "start whenever it suits"
    grammar = tool_grammar(schemas(), spoken=spoken, values=said_values(spoken))
    assert accepts(grammar, '>set_dates{"start_date":"whenever it suits"}')


def test_who_says_what_can_be_is_heard() -> None:
    """Only our own refusals name hours that nobody said."""
    said = said_values("it can be Saturday, from 9:30")
    assert '"Saturday"' in said["plan_days", "start_date"]
    assert '"9:30"' in said["plan_days", "arrive_at"]
    refused = 'I could not read "x" as an hour; right would be "10:30" or "6pm".'
    assert not said_values(refused)["plan_days", "arrive_at"]


def test_hours_may_count_from_those_of_the_plan() -> None:
    said = said_values("could day 2 start half an hour later")
    assert '"half an hour later"' in said["set_hours", "start"]
    assert '"an hour later"' not in said["set_hours", "start"]
    assert '"half an hour later"' not in said["plan_days", "day_start"]


def test_a_sum_that_changes_another_is_written_in_words() -> None:
    """The number alone would be taken for the whole budget; older messages' numbers, too."""
    message = "hi again,\nraise the budget by 200"
    said = said_values(f"relaxed\n{message}\n12 May, 600 euros", message)
    assert said["set_budget", "budget"] == ('"raise the budget by 200"',)
    assert "200" in said["convert_currency", "amount"]
    first = said_values("3 days in Rome, we have an extra 500 for it")
    assert set(first["plan_days", "budget"]) == {"3", "500"}


def test_who_comes_along_changes_the_party_of_a_trip() -> None:
    message = "one more person is coming"
    spoken = f"{message}\nfour of us, 3 days"
    assert said_values(spoken, message)["plan_days", "travellers"] == ('"one more person"',)
    assert ("plan_days", "travellers") not in said_values(spoken)
    assert ("plan_days", "travellers") not in said_values("five of us", "five of us")


@pytest.mark.parametrize(
    ("said", "tool", "key", "halves"),
    [
        ("move it 3 days earlier", "set_dates", "start_date", {"3"}),
        ("postpone it by 3 days", "set_dates", "start_date", {"3", "by 3"}),
        ("start 2 hours later", "set_hours", "start", {"2", "2 hours", "hours later"}),
        ("one and a half hours later", "set_hours", "start", {"one", "half hours later"}),
        ("three quarters of an hour later", "set_hours", "start", {"three", "an hour later"}),
        ("half an hour later", "plan_days", "max_walk", {"half an hour", "an hour"}),
        ("half an hour later", "plan_days", "day_start", {"half an hour later"}),
    ],
)
def test_no_half_of_a_shift_is_offered(said: str, tool: str, key: str, halves: set[str]) -> None:
    assert not halves & set(_offered(said, tool, key))


@pytest.mark.parametrize(
    ("said", "tool", "key", "whole"),
    [
        ("I arrive at 3, later than planned", "plan_days", "arrive_at", "3"),
        ("we fly home at 6 earlier than planned", "plan_days", "leave_at", "6"),
        ("see the Prado on Friday earlier", "check_opening", "when", "Friday"),
        ("from 4 May for 3 days", "plan_days", "start_date", "4 May"),
        ("a quarter of an hour later", "set_hours", "start", "a quarter of an hour later"),
        (
            "three quarters of an hour later",
            "set_hours",
            "start",
            "three quarters of an hour later",
        ),
        ("start at 14 hours", "set_hours", "start", "14 hours"),
        ("a walk of 30 minutes at most", "plan_days", "max_walk", "30 minutes"),
        ("our train gets in 1015", "plan_days", "arrive_at", "1015"),
        ("be back by 2130 each day, budget 1400", "plan_days", "day_end", "by 2130"),
        ("the gallery at noonish", "pin_place", "time", "at noonish"),
        ("walks of up to 1500 m", "plan_days", "max_walk", "1500 m"),
    ],
)
def test_what_stands_beside_others_is_offered(said: str, tool: str, key: str, whole: str) -> None:
    assert whole in _offered(said, tool, key)


@pytest.mark.parametrize(
    "said",
    [
        "a budget of about 1400",
        "1400 euros",
        "€ 1400 for all",
        "not over 900",
        "in May 2030",
        "1945kr",
    ],
)
def test_a_sum_or_a_year_is_no_hour(said: str) -> None:
    assert not _offered(said, "plan_days", "arrive_at") and not _offered(said, "keep_free", "time")


def _offered(said: str, tool: str, key: str) -> list[str]:
    return [json.loads(value) for value in said_values(said)[tool, key]]


def test_hardly_any_label_is_out_of_reach() -> None:
    """What is out of reach says a date that nothing here could read, or a number misspelt."""
    dialogues = itertools.islice(Synthesizer(phrasings.load(), 12), 600)
    total, out = 0, []
    for d in (d for d in dialogues if d.target.calls):
        total += 1
        spoken = "\n".join(t.text for t in reversed(d.turns[:-1]) if t.text)
        grammar = tool_grammar(schemas(), spoken=spoken, values=said_values(spoken))
        text = wire.completion(d.target).removesuffix(wire.END)
        # a name may be out of reach on its own account: it stands 400 words back, or in no message
        if not accepts(grammar, text) and accepts(tool_grammar(schemas(), spoken=spoken), text):
            values = said_values(spoken)
            unreached = {
                key
                for call in d.target.calls
                for key, value in call.args.items()
                if (call.name, key) in values
                and json.dumps(value, ensure_ascii=False) not in values[call.name, key]
            }
            out.append((text, unreached))
    assert total > 300 and len(out) <= 0.01 * total, out
    written = {"start_date", "end_date", "when", "open_at", "amount", "budget"}
    assert all(unreached and unreached <= written for _, unreached in out), out


def test_a_currency_is_one_that_was_spoken_of() -> None:
    assert _values("plan_days", "currency") == ["EUR"]
    crowns = _values("convert_currency", "to", "what do 40 quid make in crowns?")
    assert "SEK" in crowns and "GBP" in crowns and "USD" not in crowns
    assert _values("set_budget", "currency", "no more than 1,200 in all") == []


@pytest.mark.parametrize("said", ["two days, max 300 €", "300€", "300 €."])
def test_a_sign_behind_the_last_word_was_said_too(said: str) -> None:
    """Forbidden, another argument was written in its place: "interests" of money."""
    assert _values("plan_days", "currency", said) == ["EUR"]


def test_a_date_has_its_year() -> None:
    """Its figures are no hour's, and it is a date all the same."""
    assert "feb 18 2027" in _values("plan_days", "start_date", "six days from feb 18 2027")
    assert "18 feb 2027" not in _values("add_place", "time", "the zoo on 18 feb 2027")


@pytest.mark.parametrize(
    ("said", "offered"),
    [
        ("three days from october fourth", False),
        ("13 to 17 October, the five of us", False),
        ("a week in October", True),
        ("two of us, early October", True),
        ("October, from Friday 3", True),
    ],
)
def test_a_month_is_no_date_beside_its_day(said: str, offered: bool) -> None:
    """Half of a date would be another one."""
    found = {value.casefold() for value in _values("plan_days", "start_date", said)}
    assert ("october" in found) == offered
    assert offered or {"october fourth", "17 october"} & found


def test_days_of_a_month_are_read_in_words() -> None:
    said = "from the fifth till the twenty-ninth of May"
    assert {"fifth", "twenty-ninth of May"} <= {*_values("plan_days", "start_date", said)}
    assert _values("set_dates", "start_date", "our first stop, move it to Satuday") == []


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        ("the ramen museum on April 8, that's day 4", []),
        ("on 8 April, it's been my dream since I was 9 years old", []),
        ("day 4 at 5", ["5"]),
        ("every day 10, and not 5 June. 6", ["10", "6"]),
        ("same day 11, please", ["11"]),
        ("the first day 9 to 5", ["9", "5"]),
        ("the start is 8.6. and not 1.6.", []),
    ],
)
def test_the_number_of_a_date_or_a_day_is_no_hour(said: str, hours: list[str]) -> None:
    bare = [value for value in _values("add_place", "time", said) if value.isdecimal()]
    assert bare == hours


def test_a_week_from_a_day_of_a_month_says_how_long() -> None:
    assert "12 June" in _values("plan_days", "start_date", "Ghent, a week from 12 June")
    assert "Friday" not in _values("plan_days", "start_date", "Ghent, a week from Friday")
