"""Tasks, what they say of known answers, and the data they come with."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.dialogue.turns import Call
from agent.errors import ModelError
from agent.settings import Settings
from finetune import evaluate
from finetune.config import EvaluateConfig, Recipe, TrainConfig
from finetune.evaluation import calls, general, goals, report
from finetune.evaluation.conversing import Exchange, agent_of, converse, labelled
from finetune.evaluation.figures import figures_in
from finetune.evaluation.general import Beside, BesideBase, Likelihood
from finetune.evaluation.goals import Conversation, Goal, read_conversations
from finetune.evaluation.grounded import Lore, grounded_task
from finetune.evaluation.intervals import bootstrap, wilson
from finetune.evaluation.reaching import goals_task
from finetune.evaluation.scoring import compare, score
from finetune.evaluation.tasks import Ratio, Share, Task, Verdict, remembering, run
from finetune.held_out import Case, names, read_cases
from tools.names import fold
from tools.paths import cache_directory
from tools.place import Category, City, Coordinates, MealKind, Place
from tools.services import TravelServices, open_services
from tools.trip import Day, Itinerary, LeftOut, Money, TripRequest, Visit

REACHED = ("berlin", "taipei")
"""Conversations that are held here with their labelled calls; `goals-labelled` holds all."""
DATA = Path("finetune/evaluation/data")


@pytest.fixture(scope="module")
def home() -> Path:
    """The folder of the place store and the gazetteer: building them anew takes 20 seconds."""
    return cache_directory()


@pytest.fixture(scope="module")
def services(home: Path) -> Any:
    """Places and cities, opened once."""
    opened = open_services(home)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def lore(services: TravelServices) -> Lore:
    """What exists."""
    return Lore(services.store, services.geocoder.gazetteer, ["we will visit a day of the plan"])


# -- intervals and the runner ----------------------------------------------------------------------


def test_the_bootstrap_of_equal_values_is_a_point_and_a_seed_repeats_it() -> None:
    assert bootstrap([2, 2, 2], [1, 1, 1]) == (2, 2)
    drawn = [math.sqrt(n) for n in range(40)]
    assert bootstrap(drawn, [1] * 40, seed=4) == bootstrap(drawn, [1] * 40, seed=4)
    assert bootstrap(drawn, [1] * 40, seed=4) != bootstrap(drawn, [1] * 40, seed=5)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), min_size=2, max_size=30))
def test_the_bootstrap_stays_within_the_samples(pairs: list[tuple[int, int]]) -> None:
    """A ratio of sums lies between the least and the greatest ratio of a sample."""
    low, high = bootstrap([p for p, _ in pairs], [w for _, w in pairs], resamples=200)
    ratios = [p / w for p, w in pairs]
    assert min(ratios) - 1e-9 <= low <= high <= max(ratios) + 1e-9


def test_the_bootstrap_agrees_with_wilson_on_a_share() -> None:
    """Two methods for one quantity: of 100 trials they differ by a point or two."""
    low, high = bootstrap([1.0] * 60 + [0.0] * 40, [1.0] * 100, resamples=4000)
    wanted = wilson(60, 100)
    assert (100 * low, 100 * high) == pytest.approx(wanted, abs=2)


def test_a_ratio_without_wholes_is_refused() -> None:
    with pytest.raises(ValueError, match="whole"):
        bootstrap([0.0], [0.0])


def made_task(verdicts: Sequence[Verdict]) -> Task[int, Verdict]:
    """A task whose answers are verdicts."""
    return Task("made", range(len(verdicts)), verdicts.__getitem__, lambda _, verdict: verdict)


def test_metrics_are_of_the_samples_they_apply_to() -> None:
    verdicts = [
        Verdict({"right": Share(True), "mean": Ratio(1), "odds": Ratio(math.log(2), 1, "exp")}),
        Verdict({"right": Share(True), "mean": Ratio(3), "odds": Ratio(math.log(8), 1, "exp")}),
        Verdict({"right": Share(False), "empty": Ratio(0, 0)}, failure=("wrong",)),
    ]
    found = run(made_task(verdicts), progress=False)
    assert (found.n, found.failures) == (3, (("wrong",),))
    assert (found.metrics["right"].value, found.metrics["right"].n) == (66.7, 3)
    assert (found.metrics["right"].low, found.metrics["right"].high) == wilson(2, 3)
    assert (found.metrics["mean"].value, found.metrics["mean"].n) == (2, 2)
    assert found.metrics["odds"].value == 4  # the geometric mean of 2 and 8
    assert "empty" not in found.metrics


def test_confusions_and_tables_are_counted() -> None:
    verdicts = [
        Verdict({}, confusion=("a", "b"), tallies={"T": [("x", "right"), ("y", "wrong")]}),
        Verdict({}, confusion=("a", "b"), tallies={"T": [("x", "right")]}),
    ]
    found = run(made_task(verdicts), progress=False)
    assert found.confusion == {("a", "b"): 2}
    assert found.tables == {"T": {"x": {"right": 2}, "y": {"wrong": 1}}}


def test_a_metric_of_two_kinds_and_an_empty_task_are_refused() -> None:
    mixed = [Verdict({"m": Share(True)}), Verdict({"m": Ratio(1)})]
    with pytest.raises(ValueError, match="m is a share"):
        run(made_task(mixed), progress=False)
    with pytest.raises(ValueError, match="no samples"):
        run(made_task([]), progress=False)


def test_a_remembering_solver_asks_once() -> None:
    asked: list[str] = []

    def upper(text: str) -> str:
        asked.append(text)
        return text.upper()

    solve = remembering(upper, len)
    assert [solve("ab"), solve("cd"), solve("x")] == ["AB", "AB", "X"]
    assert asked == ["ab", "x"]


# -- calls -----------------------------------------------------------------------------------------

MOVE = Call("move_place", {"place": "the Louvre", "day": 2})
PACE = Call("set_pace", {"pace": "relaxed"})


def test_arguments_are_graded_one_by_one() -> None:
    made = Call("move_place", {"place": "Louvre", "day": 3, "time": "9"})
    [mark] = compare([made], [[replace(MOVE, args={**MOVE.args, "why": "x"})]])
    assert mark.arguments == {
        "place": "right",
        "day": "wrong value",
        "why": "missing",
        "time": "invented",
    }
    assert mark.found == "wrong arguments"


def test_the_nearest_accepted_answer_is_compared_with() -> None:
    assert [m.found for m in compare([PACE], [[MOVE], [PACE]])] == ["right"]
    assert [m.found for m in compare([PACE], [[MOVE]])] == ["missing", "invented"]
    assert compare([], [[MOVE], []]) == ()


def test_calls_in_another_order_are_compared_all_the_same() -> None:
    """The order is the exact score's business, not that of the arguments."""
    assert [m.found for m in compare([PACE, MOVE], [[MOVE, PACE]])] == ["right", "right"]
    assert not score([PACE, MOVE], [[MOVE, PACE]]).exact


CALLS = st.lists(
    st.builds(
        Call,
        st.sampled_from(["a", "b"]),
        st.dictionaries(st.sampled_from("xyz"), st.integers(0, 2), max_size=3),
    ),
    max_size=3,
)


@given(CALLS, st.lists(CALLS, min_size=1, max_size=3))
def test_an_exact_answer_is_one_without_a_fault(
    made: list[Call], accepted: list[list[Call]]
) -> None:
    """`score` and `compare` are two programs; they agree wherever order plays no part."""
    marks = compare(made, accepted)
    if score(made, accepted).exact:
        assert all(mark.found == "right" for mark in marks)
    elif len(made) <= 1 and all(len(wanted) <= 1 for wanted in accepted):
        assert any(mark.found != "right" for mark in marks)


def case(id: str, *accepted: tuple[Call, ...]) -> Case:
    """A held-out turn."""
    return Case(id, "author", ({"role": "user", "content": f"say {id}"},), None, accepted)


def test_exact_calls_are_told_by_tool_and_argument() -> None:
    answers = {"1": (MOVE,), "2": (Call("move_place", {"place": "Orsay"}),), "3": (PACE,), "4": ()}
    cases = [case("1", (MOVE,)), case("2", (MOVE,)), case("3", (), (PACE,)), case("4", (MOVE,), ())]
    task = calls.exact_call_task(cases, lambda one: answers[one.id])
    found = run(task, progress=False)
    assert {name: m.value for name, m in found.metrics.items()} == {
        "exact": 75,
        "right tools": 100,
        "arguments right": 60,  # of place, day; place, day; pace
        "silent where due": 100,
    }
    assert found.tables["Arguments"] == {
        "day": {"right": 1, "missing": 1},
        "pace": {"right": 1},
        "place": {"right": 1, "wrong value": 1},
    }
    assert found.tables["Tools"]["move_place"] == {"right": 1, "wrong arguments": 1}
    assert found.failures == (
        (
            "`2` say 2",
            'wanted `>move_place{"place":"the Louvre","day":2}`',
            'got `>move_place{"place":"Orsay"}`',
        ),
    )


def test_calling_at_all_has_precision_and_recall() -> None:
    answers = {"hit": (PACE,), "miss": (), "false alarm": (MOVE,), "quiet": (), "either": (PACE,)}
    cases = [
        case("hit", (MOVE,)),
        case("miss", (MOVE,)),
        case("false alarm", ()),
        case("quiet", ()),
        case("either", (), (MOVE,)),
    ]
    task = calls.tool_or_none_task(cases, lambda one: answers[one.id])
    found = run(task, progress=False)
    assert found.metrics["precision of calling"].value == 66.7
    assert found.metrics["recall of calling"].value == 66.7
    assert found.metrics["silent where due"].value == 50
    assert found.confusion == {
        ("a call", "a call"): 2,
        ("a call", "no call"): 1,
        ("no call", "a call"): 1,
        ("no call", "no call"): 1,
    }


# -- goals -----------------------------------------------------------------------------------------


def test_there_are_24_conversations_of_4_to_8_messages() -> None:
    found = read_conversations()
    assert len({one.id for one in found}) == len(found) == 24
    assert all(4 <= len(one.messages) <= 8 for one in found)


def test_names_and_messages_of_goals_can_be_held_out_of_training() -> None:
    """Their lines are cases, too, for a recipe that names the file under `data.held_out`."""
    held = {fold(name) for name in names(read_cases([str(DATA / "goals_*.jsonl")]))}
    for one in read_conversations():
        places = {*one.goal.cities, *one.goal.must_see, *one.goal.on_day, *one.goal.avoid}
        assert {fold(name) for name in places} <= held
    said = {m["content"] for c in read_cases([str(DATA / "goals_dev.jsonl")]) for m in c.messages}
    assert said == {text for one in read_conversations() for text in one.messages}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"goal": {"cities": ["Porto"], "days": "many", "start": "2027-01-01"}}, "goal.days"),
        ({"goal": {"cities": [], "days": 1, "start": "2027-01-01"}}, "goal.cities"),
        ({"goal": {"cities": ["P"], "days": 1, "start": "2027-01-01", "x": 1}}, "goal.x"),
        ({"calls": [{"turn": 9, "name": "set_pace", "args": {}}]}, "no message 9"),
        ({"calls": [{"turn": 0, "name": "set_pace", "args": {}}]}, "no message 0"),
        ({"messages": []}, "no conversation"),
        ({"messages": [{"role": "user"}]}, "no conversation"),
    ],
)
def test_a_line_that_is_no_conversation_is_named(
    tmp_path: Path, change: dict[str, Any], sentence: str
) -> None:
    first = json.loads((DATA / "goals_dev.jsonl").read_text("utf-8").splitlines()[0])
    file = tmp_path / "goals.jsonl"
    file.write_text(json.dumps(first) + "\n" + json.dumps(first | change), "utf-8")
    with pytest.raises(ValueError, match=rf"goals.jsonl:2.*{sentence}"):
        read_conversations(file)
    with pytest.raises(ValueError, match="can't be read"):
        read_conversations(tmp_path / "none.jsonl")


@pytest.mark.parametrize("id", REACHED)
def test_the_labelled_calls_reach_the_goal(home: Path, services: TravelServices, id: str) -> None:
    """So that a goal which a model misses is one that could have been reached."""
    one = next(one for one in read_conversations() if one.id == id)
    with agent_of(Settings(home=home), labelled(one)) as agent:
        task = goals_task([one], lambda it: converse(agent, it), services.store)
        found = run(task, progress=False)
        assert agent.threads() == ()
    assert found.failures == ()
    assert found.metrics["goal reached"].value == 100
    assert found.metrics["turns as labelled"].value == 100
    assert found.tables["Parts"]["on its day"] == {"reached": len(one.goal.on_day)}


def test_a_turn_without_an_answer_is_told_and_the_next_one_follows(home: Path) -> None:
    one = Conversation(
        "x",
        "y",
        ("   ", "hello"),
        ((), ()),
        ((), ()),
        Goal(cities=("Porto",), days=1, start=date(2027, 1, 1)),
    )
    with agent_of(Settings(home=home), labelled(one)) as agent:
        first, second = converse(agent, one)
    assert "empty" in first.error
    assert second.answer
    assert second.heard == one.messages


def test_other_calls_that_understand_a_message_as_well_count_as_labelled(
    services: TravelServices,
) -> None:
    """A must-see said late may be a wish of the trip or a place to add; either is a call."""
    one = next(one for one in read_conversations() if one.id == "lima")
    assert one.others[1] == ((Call("add_place", {"place": "Larco Museum"}),),)
    said = [
        Exchange(text, (text,), calls=wanted)
        for text, wanted in zip(one.messages, one.calls, strict=True)
    ]

    def as_labelled(exchanges: Sequence[Exchange]) -> float:
        task = goals_task([one], lambda _: tuple(exchanges), services.store)
        return run(task, progress=False).metrics["turns as labelled"].value

    said[1] = replace(said[1], calls=one.others[1][0])
    assert as_labelled(said) == 100
    said[1] = replace(said[1], calls=(PACE,))
    assert as_labelled(said) == 83.3


PORTO = City("porto", "Porto", "PT", Coordinates(41.15, -8.61), "UTC", "EUR", 30)


def place(name: str, **more: Any) -> Place:
    """A place that is always open."""
    return Place(
        **{
            "id": name, "name": name, "category": Category.PARK, "city": "porto",
            "coordinates": Coordinates(41.15, -8.61), "minutes": 30, "hours": "24/7", "price": 0.0,
            "importance": 50, "step_free": True, **more,
        }
    )  # fmt: skip


PARK, TOWER, CAFE = (
    place("Park"),
    place("Tower", category=Category.LANDMARK, step_free=False),
    place("Café", category=Category.CAFE, meals=frozenset({MealKind.LUNCH}), price=20.0),
)


class OnePlaceEach:
    """A store of three places."""

    def find_by_name(self, name: str, city: str) -> Place:
        """By its whole name."""
        return {"Park": PARK, "Tower": TOWER, "Café": CAFE}[name]


def trip(*days: Sequence[tuple[Place, str]], **request: Any) -> Itinerary:
    """Visits of half an hour at the given times, from 2027-05-10."""
    start = date(2027, 5, 10)
    made = []
    for n, visits in enumerate(days):
        day = start + timedelta(days=n)
        arrivals = [datetime.fromisoformat(f"{day}T{at}").replace(tzinfo=UTC) for _, at in visits]
        made.append(
            Day(
                day,
                tuple(
                    Visit(
                        one, arrival, arrival + timedelta(minutes=30), Money(one.price, "EUR"),
                        MealKind.LUNCH if one.meals else None,
                    )
                    for (one, _), arrival in zip(visits, arrivals, strict=True)
                ),
            )
        )  # fmt: skip
    left_out = request.pop("left_out", ())
    return Itinerary(TripRequest(PORTO, start, len(made), **request), tuple(made), left_out)


PLAN = trip([(PARK, "10:00"), (CAFE, "13:00")], [(TOWER, "17:00")], budget=100.0, travellers=2)


@pytest.mark.parametrize(
    ("wish", "part", "reached"),
    [
        ({}, "city", True),
        ({"cities": ["Lisbon"]}, "city", False),
        ({"days": 3}, "days", False),
        ({"start": "2027-05-11"}, "dates", False),
        ({"travellers": 2}, "travellers", True),
        ({"travellers": 3}, "travellers", False),
        ({"pace": "packed"}, "pace", False),
        ({"interests": ["art"]}, "interests", False),
        ({"good_for_kids": True}, "for children", False),
        ({"step_free": True}, "step-free", False),
        ({"diets": ["vegan"]}, "diet", False),
        ({"budget": 100}, "budget", True),
        ({"budget": 90}, "budget", False),
        ({"must_see": ["Tower"]}, "must-see", True),
        ({"avoid": ["Tower"]}, "avoided", False),
        ({"avoid_categories": ["museum"]}, "avoided", True),
        ({"avoid_categories": ["park"]}, "avoided", False),
        ({"on_day": {"Tower": 2}}, "on its day", True),
        ({"on_day": {"Tower": 1}}, "on its day", False),
        ({"at": {"Tower": "16:50"}}, "at its hour", True),
        ({"at": {"Tower": "16:40"}}, "at its hour", False),
        ({"hours": [{"start": "10:00", "end": "17:30"}]}, "hours", True),
        ({"hours": [{"start": "10:01"}]}, "hours", False),
        ({"hours": [{"day": 2, "start": "10:01"}]}, "hours", True),
        ({"hours": [{"end": "17:29"}]}, "hours", False),
        ({"free": [{"day": 1, "start": "10:30", "end": "13:00"}]}, "kept free", True),
        ({"free": [{"day": None, "start": "17:29", "end": "18:00"}]}, "kept free", False),
        ({"max_walk_minutes": 20}, "walks", False),
    ],
)
def test_each_wish_is_checked_on_the_trip(wish: dict[str, Any], part: str, reached: bool) -> None:
    goal = Goal.model_validate({"cities": ["Porto"], "days": 2, "start": "2027-05-10", **wish})
    judged = {one.name: one for one in goals.parts(goal, PLAN, OnePlaceEach())}  # type: ignore[arg-type]
    assert judged[part].reached is reached, judged[part].told


def test_a_must_see_that_is_left_out_has_to_have_a_reason() -> None:
    goal = Goal(cities=("Porto",), days=1, start=date(2027, 5, 10), must_see=("Tower",))

    def reached(plan: Itinerary) -> bool:
        judged = goals.parts(goal, plan, OnePlaceEach())  # type: ignore[arg-type]
        return {one.name: one.reached for one in judged}["must-see"]

    assert not reached(trip([(PARK, "10:00")]))
    assert not reached(trip([(PARK, "10:00")], left_out=(LeftOut("Tower", ""),)))
    assert reached(trip([(PARK, "10:00")], left_out=(LeftOut("Tower", "it is closed"),)))


def test_a_trip_that_breaks_its_own_request_misses_its_goal() -> None:
    """What the plan does wrong counts, whatever was wished."""
    goal = Goal(cities=("Porto",), days=1, start=date(2027, 5, 10))
    judged = goals.parts(goal, trip([(PARK, "10:00"), (PARK, "10:10")]), OnePlaceEach())  # type: ignore[arg-type]
    assert not judged[-1].reached
    assert "visited 2 times" in judged[-1].told


def test_without_a_trip_no_goal_is_reached() -> None:
    goal = Goal(cities=("Porto",), days=1, start=date(2027, 5, 10))
    assert [one.reached for one in goals.parts(goal, None, OnePlaceEach())] == [False]  # type: ignore[arg-type]


# -- grounded --------------------------------------------------------------------------------------

LISBON = City("lisbon", "Lisbon", "PT", Coordinates(38.71, -9.14), "Europe/Lisbon", "EUR", 30)
FACTS = "added\nplace: Belém Tower\nday: day 2\ntime: 09:30"
ASKED = Exchange(
    said="Add the tower in Belém for my aunt Gertrude",
    heard=("Add the tower in Belém for my aunt Gertrude",),
    facts=(FACTS,),
    itinerary=Itinerary(TripRequest(LISBON, date(2027, 5, 10), 3, budget=300.0), ()),
)


@pytest.mark.parametrize(
    "answer",
    [
        "Belém Tower is on day 2 at 9:30.",
        "Done: Belém Tower, day 2, 09:30. Gertrude will like it!",
        "The Torre de Belém and the São Jorge Castle are in Lisbon, Portugal.",
        "Will you see Lisbon's Belém Tower on Monday? I'd say yes, in May.",
        "Visit it. Within 3 days and 300 euros.",
    ],
)
def test_what_exists_may_be_said(lore: Lore, answer: str) -> None:
    found = lore.unknown(answer, ASKED)
    assert (found.names, found.figures) == ((), ())


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        ("Belém Tower is next to Quibbleton Hall.", "Quibbleton Hall"),
        ("Then comes the Belém Tower Gallery.", "Belém Tower Gallery"),
        ("Quibbleton awaits you.", "Quibbleton"),
        ("You will love Tower Belém.", "Tower Belém"),
        ("In Lisbon, say hello to Zorvane.", "Zorvane"),
    ],
)
def test_what_does_not_exist_is_found(lore: Lore, answer: str, name: str) -> None:
    assert lore.unknown(answer, ASKED).names == (name,)


def test_a_name_from_elsewhere_exists_and_is_not_of_the_turn(lore: Lore) -> None:
    found = lore.unknown("Time Out Market is near Rotterdam.", ASKED)
    assert (found.names, found.foreign) == ((), ("Time Out Market", "Rotterdam"))


@pytest.mark.parametrize("figure", ["4", "09:45", "17", "310"])
def test_a_figure_that_nothing_bears_out_is_found(lore: Lore, figure: str) -> None:
    assert lore.unknown(f"Belém Tower: {figure}.", ASKED).figures == (figure,)


def test_figures_are_read_as_what_they_mean() -> None:
    assert list(figures_in("9:05, 9pm, 1,300 or 12.5 km").values()) == [
        (9, 5),
        (21, 0),
        1300,
        12.5,
    ]
    assert figures_in("09:05")["09:05"] == figures_in("9:05 am")["9:05 am"]


@given(st.integers(0, 23), st.integers(0, 59))
def test_hours_read_alike_in_both_clocks(hour: int, minute: int) -> None:
    half = "am" if hour < 12 else "pm"
    [one] = figures_in(f"{hour:02}:{minute:02}").values()
    [other] = figures_in(f"{hour % 12 or 12}:{minute:02} {half}").values()
    assert one == other == (hour, minute)


def test_answers_and_refusals_are_counted_apart(lore: Lore) -> None:
    said = [
        replace(ASKED, answer="Belém Tower is on day 2."),
        replace(ASKED, answer="Quibbleton is on day 7."),
        replace(ASKED, error="The message is empty."),
    ]
    one = SimpleNamespace(id="c", messages=("1", "2", "3"))
    task = grounded_task([one], lambda _: tuple(said), lore)  # type: ignore[list-item]
    found = run(task, progress=False)
    assert (found.metrics["answered"].value, found.metrics["answered"].n) == (66.7, 3)
    assert found.metrics["no unknown name or figure"].value == 50
    assert found.metrics["no unknown name"].n == 2
    assert len(found.failures) == 2
    assert found.failures[0][-2:] == ("unknown names: Quibbleton", "unknown figures: 7")


# -- general ability -------------------------------------------------------------------------------


def test_general_data_is_whole() -> None:
    texts, questions = general.read_texts(), general.read_questions()
    assert (len(set(texts)), len({q.text for q in questions})) == (40, 30)
    assert all(40 <= len(text.split()) <= 100 for text in texts)


def test_a_question_with_too_few_answers_is_named(tmp_path: Path) -> None:
    file = tmp_path / "questions.txt"
    file.write_text("# comment\nWhy?|a|b|c|d\nWhat?|a|b|c\n")
    with pytest.raises(ValueError, match=r"questions.txt:3 .* three other answers"):
        general.read_questions(file)
    file.write_text("\n")
    for read in (general.read_questions, general.read_texts):
        with pytest.raises(ValueError, match="holds no"):
            read(file)


def test_perplexity_is_weighted_by_token_and_paired() -> None:
    def judge(pairs: Sequence[tuple[str, str]]) -> Beside:
        [(_, text)] = pairs
        n = len(text)
        return Beside((Likelihood(-n * math.log(4), n),), (Likelihood(-n * math.log(8), n),))

    found = run(general.perplexity_task(["ab", "abcdefgh"], judge), progress=False).metrics
    assert found["perplexity of the base"].value == 4
    assert found["perplexity with the adapter"].value == 8
    factor = found["times the base's"]
    assert (factor.value, factor.low, factor.high) == (2, 2, 2)


def test_the_likeliest_answer_is_the_models_and_a_tie_is_no_merit() -> None:
    base = {" yes": -1.0, " no": -2.0, " maybe": -3.0, " never": -4.0}

    def judge(pairs: Sequence[tuple[str, str]]) -> Beside:
        assert all(given == "Question: Well?\nAnswer:" for given, _ in pairs)
        one = tuple(Likelihood(base[answer], 1) for _, answer in pairs)
        return Beside(one, tuple(Likelihood(-5.0, 1) for _ in pairs))

    question = general.Question("Well?", ("yes", "no", "maybe", "never"))
    found = run(general.questions_task([question], judge), progress=False)
    assert found.metrics["right, base"].value == 100
    assert found.metrics["right, with the adapter"].value == 0
    assert found.metrics["difference"].value == -100
    assert found.failures == (("Well? yes", "base yes, with the adapter never"),)


@pytest.fixture(scope="module")
def adapter(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A LoRA adapter with random weights on the tiny base."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    torch.manual_seed(1)
    config = LoraConfig(r=2, target_modules=["q_proj"], init_lora_weights=False)
    folder = tmp_path_factory.mktemp("adapter")
    base = AutoModelForCausalLM.from_pretrained(tiny_base)
    get_peft_model(base, config).save_pretrained(folder)
    return folder


def test_likelihoods_are_the_models_own(tiny_base: Path, adapter: Path) -> None:
    """Against transformers' loss, token by token, padding and the prompt left out."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    found = BesideBase(tiny_base, adapter, device="cpu")([("Hi", " there"), ("", "A longer text.")])
    model = AutoModelForCausalLM.from_pretrained(tiny_base)
    tokenizer = AutoTokenizer.from_pretrained(tiny_base)
    for (before, text), one in zip(
        [("Hi", " there"), ("A", " longer text.")], found.base, strict=True
    ):
        ids = torch.tensor([tokenizer(before + text)["input_ids"]])
        labels = ids.clone()
        labels[:, : len(before)] = -100  # a byte a token
        loss = model(input_ids=ids, labels=labels).loss.item()
        assert one.tokens == len(text)
        assert one.log_probability == pytest.approx(-loss * len(text), rel=1e-4)
    assert [one.log_probability for one in found.base] != [
        one.log_probability for one in found.tuned
    ]


def test_an_adapter_of_another_model_is_refused(tiny_base: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="can't be loaded"):
        BesideBase(tiny_base, tmp_path)


# -- reports and the stage -------------------------------------------------------------------------


def test_a_report_is_written_whole(tmp_path: Path) -> None:
    verdicts = [
        Verdict(
            {"right": Share(False)},
            confusion=("a", "b"),
            tallies={"Table": [("row", "column")]},
            failure=("first", "second"),
        )
    ]
    text, data = report.write_report(run(made_task(verdicts), progress=False), tmp_path / "new")
    assert [path.name for path in (text, data)] == ["made.md", "made.json"]
    lines = text.read_text("utf-8").splitlines()
    assert "| right | 0 % (0 to 79.3) | 1 |" in lines
    assert "| a | b | 1 |" in lines
    assert lines[-2:] == ["- first", "  - second"]
    read = json.loads(data.read_text("utf-8"))
    assert read["metrics"]["right"] == {
        "value": 0, "low": 0, "high": 79.3, "n": 1, "unit": "percent",
    }  # fmt: skip
    assert read["tables"] == {"Table": {"row": {"column": 1}}}
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["made.json", "made.md"]


def test_what_fails_while_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        report.write_whole(tmp_path / "x.md", "\ud800")
    assert list(tmp_path.iterdir()) == []


def recipe(out: Path, base: str = "") -> Recipe:
    """One whose development turns are a file's."""
    return Recipe(
        "r",
        out,
        train=TrainConfig(base=base),
        evaluate=EvaluateConfig(dev=(str(out / "dev.jsonl"),)),
    )


def test_unknown_tasks_and_adapters_are_refused_before_anything_is_written(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIPWRIGHT_HOME", str(home))
    out = tmp_path / "reports"
    with pytest.raises(ValueError, match=r"no task 'gaols'; the tasks are exact-call, "):
        evaluate.run_tasks(recipe(tmp_path), tmp_path, ["goals", "gaols"], out)
    with pytest.raises(ModelError, match="no adapter"):
        evaluate.run_tasks(recipe(tmp_path), tmp_path / "none", ["goals"], out)
    assert not out.exists()


def test_tasks_of_one_run_share_their_answers(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The whole stage on two turns, with an agent that counts."""
    turns: list[tuple[str, list[dict[str, Any]]]] = [
        ("hello", []),
        ("slower", [{"name": "set_pace", "args": {"pace": "relaxed"}}]),
    ]
    rows = [
        {"id": id, "messages": [{"role": "user", "content": id}], "trip": None, "calls": calls}
        for id, calls in turns
    ]
    (tmp_path / "dev.jsonl").write_text("\n".join(map(json.dumps, rows)))
    asked: list[str] = []

    def propose(messages: Sequence[dict[str, str]], itinerary: Itinerary | None) -> Sequence[Call]:
        asked.append(messages[-1]["content"])
        return [PACE]

    monkeypatch.setenv("TRIPWRIGHT_HOME", str(home))
    monkeypatch.setattr(evaluate._Bench, "_agent", SimpleNamespace(propose=propose))
    out = tmp_path / "reports"
    names = ["tool-or-none", "exact-call", "tool-or-none"]
    assert evaluate.run_tasks(recipe(tmp_path), tmp_path, names, out) == 0
    assert asked == ["hello", "slower"]
    assert sorted(path.name for path in out.iterdir()) == [
        "exact-call.json", "exact-call.md", "tool-or-none.json", "tool-or-none.md",
    ]  # fmt: skip
    read = json.loads((out / "exact-call.json").read_text("utf-8"))
    assert read["metrics"]["exact"]["value"] == 50
    assert "exact-call: exact 50 %" in capsys.readouterr().out


def test_general_tasks_run_on_the_base_of_the_recipe(
    tmp_path: Path, tiny_base: Path, adapter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Random weights: nothing but chance is known, and the reports say so."""
    monkeypatch.setenv("TRIPWRIGHT_HOME", str(tmp_path / "home"))
    out = tmp_path / "reports"
    wanted = ["perplexity", "questions"]
    assert evaluate.run_tasks(recipe(tmp_path, str(tiny_base)), adapter, wanted, out) == 0
    perplexity = json.loads((out / "perplexity.json").read_text("utf-8"))["metrics"]
    # as good as uniform over the bytes and marks of the vocabulary
    assert 200 < perplexity["perplexity of the base"]["value"] < 330
    questions = json.loads((out / "questions.json").read_text("utf-8"))["metrics"]
    assert questions["right, base"]["low"] < 50
