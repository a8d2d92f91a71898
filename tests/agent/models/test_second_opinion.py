"""The wishes of a plan are asked of another adapter, and weighed by both."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence

import pytest
from langchain_core.messages import HumanMessage, SystemMessage

from agent.dialogue import wire
from agent.dialogue.turns import Call
from agent.errors import ModelError
from agent.models.asked import Asked
from agent.models.candidates import Made
from agent.models.chat import TripwrightChatModel
from agent.models.engine import Cancelled
from agent.models.second_opinion import SecondOpinion, Version, best
from agent.toolbox import langchain_tools
from tests.agent.models.test_chat import TOWER, FakeEngine, calls

SAID = "Oslo for two days, the Hut is where we sleep, the Fort we have to see"
WRONG = '>plan_days{"destination":"Oslo","days":2,"must_see":["Hut","Fort"]}'
HEARD = '>plan_days{"destination":"Oslo","must_see":["Fort"],"lodging":"Hut"}'
RIGHT = {"destination": "Oslo", "days": 2, "must_see": ["Fort"], "lodging": "Hut"}
LIKED = {'"must_see":["Fort"],"lodging":"Hut"': 2.0}


class Weighing(FakeEngine):
    """Finds some texts likelier than others.

    Args:
        texts: what it writes.
        likes: part of a text -> what it adds to its log-probability of -10.
    """

    def __init__(self, *texts: str, likes: Mapping[str, float] | None = None) -> None:
        super().__init__(*texts)
        self.likes = likes or {}
        self.read: list[str] = []

    def log_probabilities(
        self, prompt: str, texts: Sequence[str], *, cancelled: Cancelled | None = None
    ) -> list[float]:
        """Of none where it is cancelled."""
        if cancelled is not None and cancelled():
            return []
        self.read += texts
        return [sum((n for k, n in self.likes.items() if k in text), -10.0) for text in texts]


def made(line: str = WRONG) -> Made:
    return Made(wire.parse(line).calls[0], line, -1.0, {"days": -0.1, "must_see": -0.9})


def opinion(
    adviser: FakeEngine, own: FakeEngine | None = None, margin: float = 1.0
) -> SecondOpinion:
    asked = Asked(own or Weighing(), "prompt", 200, lambda: False, -1.0, SAID)
    return SecondOpinion(asked, "grammar", adviser, margin)


@pytest.mark.parametrize(
    ("model", "adviser", "margin", "taken"),
    [
        (0.0, 1.5, 1.0, True),
        (0.0, 1.5, 2.0, False),
        (-1.0, 1.5, 1.0, False),
        (2.0, -0.5, 1.0, True),
    ],
)
def test_what_both_together_find_likelier_is_taken(
    model: float, adviser: float, margin: float, taken: bool
) -> None:
    (both,) = LIKED
    second = opinion(Weighing(HEARD, likes={both: adviser}), Weighing(likes={both: model}), margin)
    (found,) = second.revised([made()])
    assert found.call.args == (RIGHT if taken else made().call.args)
    assert list(found.call.args) == [*RIGHT][: 4 if taken else 3]


def test_one_argument_may_be_taken_and_another_not() -> None:
    """Each version is read by both, by the adviser without days; in none a name stands twice."""
    own, adviser = Weighing(), Weighing(HEARD, likes={'"must_see":["Fort"]': 2, '"lodging"': -3})
    (found,) = opinion(adviser, own).revised([made()])
    assert found.call.args == {"destination": "Oslo", "days": 2, "must_see": ["Fort"]}
    assert len(own.read) == len(adviser.read) == 3
    assert all('"days":2' in text and text.endswith(wire.END) for text in own.read)
    assert not any("days" in text.removeprefix(">plan_days") for text in adviser.read)


def test_what_the_adviser_did_not_hear_may_go() -> None:
    adviser = Weighing('>plan_days{"destination":"Oslo"}', likes={'{"destination":"Oslo"}': 2})
    (found,) = opinion(adviser).revised([made()])
    assert found.call.args == {"destination": "Oslo", "days": 2}
    assert found.likely == {"days": -0.1}


def test_a_value_is_as_likely_as_to_whom_it_is_from() -> None:
    adviser = Weighing(HEARD.replace('"Hut"', '"~Hut"'), likes=LIKED)
    (found,) = opinion(adviser).revised([made()])
    assert found.call.args["lodging"] == "Hut" and found.call.args["must_see"] == ["Fort"]
    assert found.likely["days"] == -0.1
    assert found.likely["lodging"] == pytest.approx(math.log(0.5), abs=0.01)


def test_nothing_is_read_where_the_adviser_agrees() -> None:
    own = Weighing()
    agrees = Weighing('>plan_days{"destination":"Oslo","must_see":["Hut","Fort","Hut"]}')
    assert opinion(agrees, own).revised([made()]) == [made()]
    assert not own.read and not agrees.read


def test_other_calls_stay_and_count_for_how_likely_an_answer_is() -> None:
    other = made('>find_places{"location":"Oslo"}')
    own, silent = Weighing(), FakeEngine()  # would fail, had it to write
    assert opinion(silent).revised([other]) == [other]
    assert opinion(silent).revised([made(), made()]) == [made(), made()]
    adviser = Weighing(HEARD, likes=LIKED)
    first, second = opinion(adviser, own).revised([other, made()])
    assert (first, second.call.args) == (other, RIGHT)
    assert all(text.startswith(other.line + "\n>plan_days") for text in own.read)


def test_the_call_stays_where_the_adviser_fails(caplog: pytest.LogCaptureFixture) -> None:
    assert opinion(FakeEngine('>plan_days{"must_see":[')).revised([made()]) == [made()]
    assert "No second opinion" in caplog.text


def test_the_call_stays_where_reading_fails(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Weighing):
        def log_probabilities(self, *_: object, **__: object) -> list[float]:
            raise ModelError("out of memory")

    assert opinion(Weighing(HEARD, likes=LIKED), Broken()).revised([made()]) == [made()]
    assert "out of memory" in caplog.text


def test_the_call_stays_where_nobody_waits_for_the_reading() -> None:
    class Halfway(Weighing):
        def log_probabilities(self, *_: object, **__: object) -> list[float]:
            return [-1.0]

    second = opinion(Halfway(HEARD), Weighing(likes={'"lodging"': 9.0}))
    assert second.revised([made()]) == [made()]
    assert not second.versions and second.reading_seconds > 0


def test_known_names_are_not_lost_again() -> None:
    """What was written anew since a known name was missing is likelier without it."""
    tower = '>plan_days{"destination":"Oslo","days":2,"must_see":["Round Tower"]}'
    for mentions, kept in (((TOWER,), True), ((), False)):
        asked = Asked(Weighing(), "prompt", 200, lambda: False, -1.0, SAID, mentions)
        without = Weighing('>plan_days{"destination":"Oslo"}', likes={'{"destination":"Oslo"}': 9})
        (found,) = SecondOpinion(asked, "grammar", without).revised([made(tower)])
        assert ("must_see" in found.call.args) is kept


@pytest.mark.parametrize(
    ("before", "heard"),
    [
        # no city; a name seen and slept at; more cities than lengths; the same in another order
        ('{"destination":"Oslo"}', '{"must_see":["Oslo"]}'),
        ('{"must_see":["Hut"]}', '{"must_see":["Hut"],"lodging":"Hut"}'),
        (
            '{"destination":"Oslo","more_destinations":["Bergen"],"days_each":[3,2]}',
            '{"destination":"Oslo","more_destinations":["Bergen","Voss"]}',
        ),
        ('{"must_see":["Hut","Fort"]}', '{"must_see":["Fort","Hut"]}'),
    ],
)
def test_what_is_no_plan_is_no_version(before: str, heard: str) -> None:
    adviser, call = Weighing(f">plan_days{heard}", likes={"": 9.0}), made(f">plan_days{before}")
    second = opinion(adviser)
    assert second.revised([call]) == [call] and not second.versions


def test_no_mixture_leads_to_a_city_twice() -> None:
    heard = '>plan_days{"destination":"Bergen","more_destinations":["Oslo"]}'
    second = opinion(Weighing(heard, likes={"Bergen": 3.0}))
    before = made('>plan_days{"destination":"Oslo","more_destinations":["Bergen"]}')
    (found,) = second.revised([before])
    assert [version.keys for version in second.versions] == [
        (), ("destination", "more_destinations")
    ]  # fmt: skip
    assert found.call == before.call, "both cities are named either way"


def test_weeks_are_reckoned_for_the_city_that_is_left() -> None:
    engine, said = Weighing(), "Oslo for three weeks"
    asked = Asked(engine, "prompt", 200, lambda: False, -1.0, said, (), said)
    adviser = Weighing('>plan_days{"destination":"Oslo"}', likes={'{"destination":"Oslo"}': 9.0})
    before = made('>plan_days{"destination":"Oslo","more_destinations":["Voss"],"days":14}')
    (found,) = SecondOpinion(asked, "grammar", adviser).revised([before])
    assert found.call.args == {"destination": "Oslo", "days": 21}


def test_all_that_the_adviser_says_is_read_however_much_it_is() -> None:
    heard = (
        '>plan_days{"destination":"Voss","pace":"packed","interests":["art"],"must_see":["Fort"],'
        '"avoid":["bars"],"lodging":"Hut","diet":["vegan"]}'
    )
    second = opinion(Weighing(heard, likes={'"pace"': 1.0, '"diet"': 1.0, '"avoid"': 1.0}))
    (found,) = second.revised([made('>plan_days{"destination":"Oslo"}')])
    assert len(second.versions) == 16
    assert found.call.args == wire.parse(heard).calls[0].args


def test_the_first_is_taken_where_nothing_is_likelier() -> None:
    first, other = Version((), {"days": 1}, 0.0), Version(("pace",), {"days": 2}, 0.5)
    assert best([first, other], 0.5) is first
    assert best([first, other], 0.4) is other


@pytest.mark.parametrize("trip", ["", "Oslo, 2 days"])
def test_the_model_asks_as_long_as_there_is_no_trip(trip: str) -> None:
    """And for nothing but what the adviser learned to write; who travels is counted behind it."""
    adviser = Weighing(HEARD, likes=LIKED)
    counter = FakeEngine('>plan_days{"travellers":["me","Ada"]}')
    model = TripwrightChatModel(engine=Weighing(WRONG), adviser=adviser, counter=counter)
    line = SystemMessage(wire.system_text(trip))
    told = model.bind_tools(langchain_tools()).invoke([line, HumanMessage(SAID)])
    ((name, args),) = calls(told)
    assert Call(name, args) == (made().call if trip else Call(name, {**RIGHT, "travellers": 2}))
    asked = [("travellers" in str(g), "must_see" in str(g)) for g in adviser.grammars]
    assert asked == [(False, True)] * (not trip)
    assert ("lodging" in told.response_metadata["value_log_probabilities"][0]) is not bool(trip)


def test_a_turn_that_is_cancelled_while_the_adviser_writes_keeps_its_call() -> None:
    adviser = Weighing(HEARD, likes=LIKED)
    model = TripwrightChatModel(engine=Weighing(WRONG), adviser=adviser)
    told = model.bind_tools(langchain_tools()).invoke(
        [SystemMessage(wire.system_text()), HumanMessage(SAID)],
        cancelled=lambda: bool(adviser.written),
    )
    assert calls(told) == [("plan_days", made().call.args)]
    assert told.response_metadata["finish_reason"] == "cancelled"


def test_reading_is_part_of_what_an_answer_took() -> None:
    class Slow(Weighing):
        def log_probabilities(self, *args: object, **__: object) -> list[float]:
            time.sleep(0.02)
            return super().log_probabilities(*args)  # type: ignore[arg-type]

    adviser = Slow(HEARD, likes=LIKED)
    model = TripwrightChatModel(engine=Weighing(WRONG), adviser=adviser)
    asked = [SystemMessage(wire.system_text()), HumanMessage(SAID)]
    told = model.bind_tools(langchain_tools()).invoke(asked)
    written = 2 * 0.2  # seconds that a `FakeEngine` says an answer took
    assert told.response_metadata["seconds"] > written + 0.019
