"""Who is listed is counted."""

from __future__ import annotations

import pytest

from agent.dialogue import wire
from agent.dialogue.grammar import tool_grammar
from agent.dialogue.turns import Call, Turn
from tests.agent.dialogue.test_grammar import accepts, schemas
from tools.headcount import counted, headcount, uncounted

SAID = "Rome with Emir and his two daughters, four days, and my parents"


@pytest.mark.parametrize(
    ("named", "count"),
    [
        ("wife", 1),
        ("toddler", 1),
        ("two friends", 2),
        ("12 first-years", 12),
        ("twenty-two singers", 22),
        ("half a dozen", 6),
        ("two dozen students", 24),
        ("four", 4),
        ("party of six", 6),
        ("the four of us", 4),
        ("three of my five brothers", 3),
        ("them two", 2),
        ("adults 3", 3),
        ("parents", 2),
        ("in-laws", 2),
        ("mother-in-law", 1),
        ("twins", 2),
        ("twin boys", 2),
        ("twin", 1),
        ("au pair", 1),
        ("couple", 2),
        ("one couple", 2),
        ("two couples", 4),
        ("two parents", 2),
        ("both couples", 4),
        ("two sets of twins", 4),
        ("triplets", 3),
        ("string quartet", 4),
        ("us", 2),
        ("us two", 2),
        ("US cousin", 1),
        ("mum and dad", 2),
        ("wife and two kids", 3),
        ("Emir + Selma", 2),
        ("5-year-old", 1),
        ("five year old", 1),
        ("9 yo", 1),
        ("6 y.o.", 1),
        ("son (12)", 1),
        ("gran, 82", 1),
        ("mum 71", 1),
        ("girl of six", 1),
        ("twins aged 4", 2),
        ("two kids under 10", 2),
        ("two 18 month olds", 2),
        ("two twelve-year-olds", 2),
        ("parents in their 70s", 2),
        ("forty-something couple", 2),
        ("two thirty-somethings", 2),
        ("kids, 7 and 9", 2),
        ("kids 7 and 9", 2),
        ("boys aged 4, 6 & 9", 3),
        ("children (six and nine)", 2),
        ("7 & 9 year olds", 2),
        ("my 7 and 9 year olds", 2),
        ("a 5 and a 7 year old", 2),
        ("6 and 8 year old daughters", 2),
        ("5- and 7-year-olds", 2),
        ("1 year and 3 months", 1),
        ("hundred and one year old", 1),
        ("family of two and five", 7),
        ("4yo and 6yo", 2),
        ("two kids, 7 and 9", 2),
        ("parents, 70 and 72", 2),
        ("2 adults and 3 kids", 5),
        ("Ann2", 1),
    ],
)
def test_people_are_counted_by_number_or_as_pairs(named: str, count: int) -> None:
    assert headcount([named]) == count


def test_a_long_entry_is_read_as_quickly_as_it_is_long() -> None:
    """Each way to part the ages is tried once, or this would not come to its end."""
    assert headcount(["kids " + "7  and  " * 2000 + "x"]) >= 1


def test_the_speaker_counts_once_and_others_may_be_called_alike() -> None:
    assert headcount(["me", "me", "husband", "sister", "husband"]) == 4
    assert headcount(["two", "Leni"]) == 3
    assert headcount(["me", "I", "wife"]) == 2
    assert headcount(["me", "the four of us"]) == 4


def test_a_list_is_read_as_its_number() -> None:
    text = '>plan_days{"destination":"Rome","travellers":["me","Emir","two daughters","parents"]}'
    (call,) = wire.parse(text).calls
    assert call.args == {"destination": "Rome", "travellers": 6}


def test_who_joins_or_leaves_is_counted_from_those_who_stand() -> None:
    (call,) = wire.parse('>plan_days{"travellers":["+","sister","two friends"]}').calls
    assert call.args == {"travellers": ["+", "sister", "two friends"]}
    assert counted(call.args, standing=4) == {"travellers": 7}
    assert counted({"travellers": ["-", "Bernd"], "days": 3}, standing=4)["travellers"] == 3
    assert wire.render_call(call) == '>plan_days{"travellers":["+","sister","two friends"]}'


@pytest.mark.parametrize(
    ("party", "who"),
    [
        (["-", "kids"], "kids"),
        (["+", "sister", "some friends"], "some friends"),
        (["+", "her family"], "her family"),
        (["+", "choir"], "choir"),
        (["+", "everyone"], "everyone"),
        (["+", "kids, 7 and 9"], None),
        (["-", "wife and kids, 7 and 9"], "kids"),
        (["+", "kids between 7 and 9"], "kids between 7"),
        (["+", "adults and kids, 2 and 3"], "adults"),
        (["-", "two of the lads"], None),
        (["+", "in-laws"], None),
        (["-", "twins"], None),
        (["-", "both of them"], None),
        (["+", "Jens"], None),
        (["+", "other half"], None),
        (["+", "some guy from work"], None),
        (["+", "Mrs Jones"], None),
        (["-", "older two"], None),
        (["+", "friends from work"], "friends from work"),
        (["+", "two families"], "two families"),
        (["+", "parents' friends"], "parents' friends"),
        (["-", "half of us"], "half of us"),
        ([], None),
        (["+", "boss"], None),
        (["+", "sister"], None),
        (["me", "kids"], None),
        (["-", "rest of us"], "rest of us"),
        (4, None),
    ],
)
def test_several_whom_nobody_counted(party: object, who: str | None) -> None:
    assert uncounted(party) == who


def test_what_is_learned_holds_the_list_and_what_was_said_before_the_number() -> None:
    turn = Turn("assistant", calls=(Call("plan_days", {"travellers": ["me", "wife"]}),))
    assert wire.completion(turn) == '>plan_days{"travellers":["me","wife"]}<|im_end|>'
    asked = [Turn("system", "No trip yet"), Turn("user", "Rome with my wife"), turn]
    assert '>plan_days{"travellers":2}<|im_end|>' in wire.render(asked)


@pytest.mark.parametrize(
    ("travellers", "may"),
    [
        ("6", True),
        ('["me","Emir","two daughters","my parents"]', True),
        ('["Emir"]', True),
        ('["+","Emir"]', True),
        ('["-","two daughters","Emir"]', True),
        ('["+"]', False),
        ('["Emir","+"]', False),
        ('["+","wife"]', False),
        ('["me","wife"]', False),
        ('["me",2]', False),
        ("[]", False),
    ],
)
def test_only_people_who_were_named_can_be_listed(travellers: str, may: bool) -> None:
    grammar = tool_grammar(schemas(), spoken=SAID)
    text = f'>plan_days{{"destination":"Rome","travellers":{travellers}}}'
    assert accepts(grammar, text) == may


@pytest.mark.parametrize(
    ("who", "may"), [("Emir", True), ("mum", True), ("4 people", False), ("Hilde", False)]
)
def test_who_joins_or_leaves_was_named_by_the_traveller(who: str, may: bool) -> None:
    told = "mum comes, too\nEmir and I"
    spoken = "mum comes, too\nI plan for 4 people, Hilde as well.\nEmir and I"
    grammar = tool_grammar(schemas(), spoken=spoken, told=told)
    for sign in "+-":
        assert accepts(grammar, f'>plan_days{{"travellers":["{sign}","{who}"]}}') == may
    # a new party may be one that we asked about
    assert accepts(grammar, f'>plan_days{{"travellers":["{who}"]}}')
