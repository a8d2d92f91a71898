"""What is doubted less because something known is named, and what is read by numbers of days."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from agent.dialogue.standing import Standing
from agent.errors import ModelError
from agent.models.chat import TripwrightChatModel
from agent.models.engine import Generation
from tests.agent.models.test_chat import ADDED, OSLO, TOWER, FakeEngine, add_place, calls, swap_days
from tools.dates_of_trip import with_days_numbered
from tools.mention import Mention

WORDS = "A fine tower!"
TUESDAY = date(2027, 4, 13)
TRIP = Standing(
    (("Oslo", 5),),
    numbered=partial(with_days_numbered, days=[TUESDAY + timedelta(days=n) for n in range(5)]),
)


@pytest.mark.parametrize(
    ("mentions", "least", "called"),
    [([TOWER], 0.2, True), ([TOWER], 0.3, False), ([OSLO], 0.2, False), ([], 0.2, False)],
)
def test_a_first_call_that_names_what_is_known(
    mentions: list[Mention], least: float, called: bool
) -> None:
    """Its beginning has a quarter here; the trip's own city is nothing to be added."""
    engine = FakeEngine(f">~~{ADDED[1:]}", WORDS)
    model = TripwrightChatModel(engine=engine, min_named_probability=least)
    answer = model.bind_tools([add_place]).invoke("oh, the Round Tower", mentions=mentions)
    assert bool(answer.tool_calls) == called and bool(answer.text) != called


def _answered(engine: FakeEngine, said: str) -> list[tuple[str, dict[str, object]]]:
    bound = TripwrightChatModel(engine=engine).bind_tools([swap_days, add_place])
    return calls(bound.invoke([("system", "Oslo, 5 days"), ("user", said)], trip=TRIP))


def test_days_that_are_named_are_read_by_their_numbers() -> None:
    """Which weekday a day of the trip is the model can't know."""
    engine = FakeEngine('>swap_days{"day":1,"other_day":3}', '>swap_days{"day":2,"other_day":3}')
    assert _answered(engine, "Wednesday for Thursday") == [
        ("swap_days", {"day": 2, "other_day": 3})
    ]
    first, second = engine.prompts
    assert "Wednesday for Thursday" in first and "day 2 for day 3" in second


def test_where_that_gives_no_call_the_first_stay() -> None:
    engine = FakeEngine('>swap_days{"day":1,"other_day":3}', WORDS)
    assert _answered(engine, "Wednesday for Thursday") == [
        ("swap_days", {"day": 1, "other_day": 3})
    ]


class Failing(FakeEngine):
    """Fails with the second text."""

    def generate(self, *args: Any, **kwargs: Any) -> Generation:
        """As long as it works, the scripted one."""
        if self.prompts:
            raise ModelError("The engine failed.")
        return super().generate(*args, **kwargs)


def test_where_that_fails_the_first_stay() -> None:
    engine = Failing('>swap_days{"day":1,"other_day":3}')
    assert _answered(engine, "Wednesday for Thursday") == [
        ("swap_days", {"day": 1, "other_day": 3})
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('>swap_days{"day":1,"other_day":3}', "day 1 for Thursday"),  # numbers were said
        (ADDED, "the tower on Thursday"),  # no day in the call
        (WORDS, "see you on Thursday"),
    ],
)
def test_nothing_else_is_read_again(text: str, said: str) -> None:
    engine = FakeEngine(text)
    _answered(engine, said)
    assert len(engine.prompts) == 1
