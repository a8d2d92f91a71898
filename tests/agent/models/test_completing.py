"""Hours and days that a message says and the likeliest calls leave out."""

from __future__ import annotations

import pytest

from agent.dialogue import wire
from agent.dialogue.when import said_when
from agent.errors import ModelError
from agent.models.asked import Asked
from agent.models.candidates import Made
from agent.models.completing import MARGIN, Completing
from tests.agent.models.test_second_opinion import Weighing
from tools.catalog import schemas

SAID = "the Fort on day 2 at half past nine, the Zoo that day too"
FORT, ZOO = '>add_place{"place":"Fort","day":2}', '>add_place{"place":"Zoo"}'
ORDERS = {name: tuple(schema["properties"]) for name, schema in schemas().items()}
NEVER = -MARGIN - 10.0


def revised(*lines: str, said: str = SAID, days: int = 3, **likes: float) -> tuple[str, list[str]]:
    """What becomes of the calls, a line each, and what the engine was given to read."""
    engine = Weighing(likes={'"time"': NEVER, '"day":1': NEVER, '"day":3': NEVER, **likes})
    asked = Asked(engine, "prompt", 200, lambda: False, -1.0, said)
    made = [Made(wire.parse(line).calls[0], line, -1.0) for line in lines]
    found = Completing(asked, said_when(said, days), ORDERS).revised(made)
    assert [wire.render_call(one.call) for one in found] == [one.line for one in found]
    return "\n".join(one.line for one in found), engine.read


HOUR = '>add_place{"place":"Fort","day":2,"time":"half past nine"}'


@pytest.mark.parametrize(("less", "taken"), [(0.5, True), (-0.5, False)])
def test_an_hour_is_taken_where_it_is_likely_enough(less: float, taken: bool) -> None:
    key = '"time":"half past nine"'
    told, _ = revised(FORT, **{key: -MARGIN + less - NEVER})
    assert told == (HOUR if taken else FORT)


def test_the_day_of_the_second_call_is_taken() -> None:
    """Days of the trip alone are read, and the calls that stand beside stay as they are."""
    key = '"place":"Zoo","day":2'
    told, read = revised(FORT, ZOO, **{key: 1.0})
    assert told == f'{FORT}\n>add_place{{"place":"Zoo","day":2}}'
    assert not any('"day":4' in text for text in read)


def test_what_is_held_already_is_not_read_again() -> None:
    """Neither the hour of the other call, nor a part of it; nor an hour that nobody said."""
    _, read = revised(HOUR)
    assert read == []
    _, read = revised(FORT, said="the Fort on the second day")
    assert not any('"time"' in text for text in read)


def test_a_days_number_hides_no_hour() -> None:
    _, read = revised(FORT, said="the Fort on day 2, at 2 pm")
    assert any('"time":"2 pm"' in text for text in read)


def test_days_are_all_read_or_none() -> None:
    """Of the first two calls; the third's nearest would be a wrong one."""
    lines = [f'>add_place{{"place":"{name}"}}' for name in ("Fort", "Zoo", "Park")]
    _, read = revised(*lines, days=14)
    assert any('"place":"Zoo","day":14' in text for text in read)
    assert not any('"place":"Park","day"' in text for text in read)


def test_a_day_and_an_hour_are_taken_one_after_the_other() -> None:
    """In the order of the catalog's arguments."""
    likes = {'"place":"Fort","day":2': 1.0, '"time":"half past nine"': -NEVER}
    told, _ = revised('>add_place{"place":"Fort"}', **likes)
    assert told == HOUR


def test_a_failure_leaves_the_calls_as_they_were() -> None:
    class Failing(Weighing):
        def log_probabilities(self, *args: object, **kwargs: object) -> list[float]:
            raise ModelError("no")

    made = [Made(wire.parse(FORT).calls[0], FORT, -1.0)]
    for engine, gone in ((Failing(), False), (Weighing(), True)):
        asked = Asked(engine, "prompt", 200, lambda gone=gone: gone, -1.0, SAID)
        assert Completing(asked, said_when(SAID, 3), ORDERS).revised(made) == made
