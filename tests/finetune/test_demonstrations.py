"""Demonstrations: read, drawn with other names, checked, and mixed into what is synthesized."""

from __future__ import annotations

import json
import random
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from agent.dialogue.turns import Call
from finetune.config import DataConfig
from finetune.data import is_said, prepare
from finetune.demonstrating import Demonstrations, Renaming
from finetune.proofreading import check
from finetune.sources import demonstrations, phrasings
from finetune.sources.demonstrations import Demonstration
from finetune.surfaces import Surfaces
from finetune.synthesis import Synthesizer

STAY = Demonstration(
    "quay",
    "",
    ("Varena in May, a room near the Rossio, and the Rossio is what she has to see",),
    (Call("plan_days", {"destination": "Varena", "must_see": ["Rossio"], "lodging": "Rossio"}),),
)
GOOD: dict[str, Any] = {
    "trip": "Varena, 4 days",
    "said": ["what's on day 2?", "The old mill.", "put it on day 3"],
    "calls": [{"name": "move_place", "args": {"place": "old mill", "day": 3}}],
}


def draw(shown: Demonstration, times: int) -> list[tuple[str, Call]]:
    source = Demonstrations(Surfaces(random.Random(3)), [shown])
    drawn = [source.draw() for _ in range(times)]
    return [(d.turns[-2].text, d.target.calls[0]) for d in drawn]


def test_a_name_is_changed_wherever_it_stands() -> None:
    drawn = draw(STAY, 40)
    for text, made in drawn:
        assert is_said(made.args, text)
        assert text.count(made.args["lodging"]) == 2
        assert made.args["must_see"] == [made.args["lodging"]]
    assert len({made.args["destination"] for _, made in drawn}) > 5
    assert len({made.args["lodging"] for _, made in drawn}) > 5
    assert any(made.args["destination"] == "Varena" for _, made in drawn)


def test_a_name_that_is_cut_short_elsewhere_stays() -> None:
    said = ("What of the Torre Velha?", "Torre Velha opens at ten.", "then the Velha on day 2")
    call = Call("add_place", {"place": "Torre Velha", "day": 2})
    for text, made in draw(Demonstration("quay", "Varena, 3 days", said, (call,)), 20):
        assert made.args["place"] == "Torre Velha"
        assert text == "then the Velha on day 2"


def test_kinds_of_place_and_small_letters_are_kept() -> None:
    said = ("drop the old mill, and how far is it to varena",)
    calls = (Call("remove_place", {"place": "old mill"}),)
    for text, made in draw(Demonstration("quay", "varena, 3 days", said, calls), 20):
        assert made.args["place"] == "old mill"
        assert text.islower()


def test_a_place_that_is_pointed_at_stays() -> None:
    said = ("and food?", "The Trattoria Kalk, or Golden Well.", "the one with the well in its name")
    call = Call("add_place", {"place": "Golden Well"})
    for _, made in draw(Demonstration("quay", "Varena, 3 days", said, (call,)), 20):
        assert made.args["place"] == "Golden Well"


def test_a_city_that_goes_is_a_city_in_the_trip() -> None:
    shown = Demonstration(
        "quay",
        "Varena, Gorna, 3 days",
        ("forget Gorna",),
        (Call("remove_place", {"place": "Gorna"}),),
    )
    source = Demonstrations(Surfaces(random.Random(3)), [shown])
    cities = set(source._surfaces.names["cities"]) | set(source._surfaces.names["invented_cities"])
    kept = 0
    for _ in range(40):
        dialogue = source.draw()
        gone = dialogue.target.calls[0].args["place"]
        assert gone in dialogue.turns[0].text
        kept += gone in cities or gone.isalpha()
    assert kept == 40


def test_names_of_memories_change_as_well() -> None:
    shown = Demonstration(
        "quay", "", ("we were in Port Ellery once, in the rain",), kind="memory", reply="Lovely!"
    )
    source = Demonstrations(Surfaces(random.Random(3)), [shown])
    assert len({source.draw().turns[1].text for _ in range(20)}) > 5


def test_months_and_feasts_are_no_names() -> None:
    said = "we were there in June, on Sundays, before Good Friday and in Sept, with Adwoa"
    shown = Demonstration("quay", "", (said,), kind="memory", reply="Lovely!")
    source = Demonstrations(Surfaces(random.Random(3)), [shown])
    drawn = {source.draw().turns[1].text for _ in range(20)}
    assert len(drawn) > 5 and all(text.startswith(said[:-5]) for text in drawn)


def test_a_request_that_lacks_its_city_gets_none() -> None:
    """With a city in somebody's place it would be a request, which is answered by a call."""
    said = "a week for me and Adwoa, where the sun is"
    shown = Demonstration("quay", "", (said,), kind="ask_destination", reply="Where to?")
    source = Demonstrations(Surfaces(random.Random(3)), [shown])
    assert {source.draw().turns[1].text for _ in range(20)} == {said}


def test_longer_names_are_changed_first() -> None:
    renamed = Renaming({"Fort": "Mill", "Fort Gorna": "Zelkova"})
    assert renamed.text("Fort Gorna, then the Fort's walls") == "Zelkova, then the Mill's walls"
    assert renamed.value({"place": "Fort", "days": [1, 2]}) == {"place": "Mill", "days": [1, 2]}


def test_a_turn_without_calls_teaches_words() -> None:
    shown = Demonstration("quay", "", ("I was in Varena once",), kind="memory", reply="Lovely!")
    dialogue = Demonstrations(Surfaces(random.Random(0)), [shown]).draw()
    assert dialogue.kind == "reply"
    assert dialogue.target.text == "Lovely!"


def test_they_are_drawn_by_their_weight() -> None:
    spoken = list(phrasings.load(share=[("*", 0.1)]))
    source = Synthesizer(spoken, 5, weights={"demonstration": 60}, demonstrations=[STAY])
    authors = [d.author for d in islice(source, 300)]
    assert 40 < authors.count("quay") < 130
    unasked = Synthesizer(spoken, 5, demonstrations=[STAY])
    assert all(d.author != "quay" for d in islice(unasked, 100))
    with pytest.raises(KeyError, match="there are no demonstrations"):
        Synthesizer(spoken, 5, weights={"demonstration": 60})


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ({"said": ["a", "b"]}, "begin and end with the traveller"),
        ({"said": [*GOOD["said"][:2] * 3, GOOD["said"][2]]}, "only the last 5 messages"),
        ({"trip": "Varena"}, 'the trip is written as "Varena, 4 days"'),
        ({"trip": ""}, "nothing is planned yet"),
        ({"calls": []}, "needs a reply, and a kind"),
        ({"calls": [{"name": "move_place", "args": {"place": "Rossio"}}]}, "not all in the words"),
        ({"trip": "Varena and Ellery, 4 days"}, 'the trip is written as "Varena, 4 days"'),
        ({"kind": "thanks"}, "it has calls, and no kind or reply"),
        ({"calls": GOOD["calls"] * 4}, "more than 3 calls"),
        ({"said": ["x", "The old mill. " + "It is open. " * 20, "put it on 3"]}, "in the words"),
        ({"calls": [{"name": "move_place", "args": {"place": "mill", "day": 9}}]}, "no such day"),
        ({"calls": [{"name": "move_place", "args": {"day": 2}}]}, "move_place refuses place"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, line: dict[str, Any], fault: str
) -> None:
    path = tmp_path / "quay.jsonl"
    path.write_text(json.dumps(GOOD) + "\n" + json.dumps(GOOD | line) + "\n")
    found = check(path)[0]
    assert any(told.startswith("quay.jsonl:2: ") and fault in told for told in found), found


def test_a_good_file_is_counted_by_tool(tmp_path: Path) -> None:
    path = tmp_path / "quay.jsonl"
    path.write_text(json.dumps(GOOD) + "\n")
    assert check(path) == ([], {"move_place": 1})


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ({"said": ["hello"]}, r"quay.jsonl:1 lacks 'trip'"),
        (GOOD | {"said": "hello"}, "`said` is no list of messages"),
        (GOOD | {"call": []}, "it has no use for call"),
        (GOOD | {"calls": [{"name": "sail", "args": {}}]}, "there is no tool 'sail'"),
        (GOOD | {"calls": [{"name": "redo_change", "args": {"day2": 1}}]}, "takes no day2"),
        (GOOD | {"calls": [{"name": "redo_change", "args": "all"}]}, "quay.jsonl:1 is no demon"),
    ],
)
def test_a_line_that_is_none_is_named(tmp_path: Path, line: dict[str, Any], fault: str) -> None:
    (tmp_path / "quay.jsonl").write_text(json.dumps(line) + "\n")
    with pytest.raises(ValueError, match=fault):
        list(demonstrations.load(tmp_path))


@pytest.mark.parametrize(
    "path", sorted(demonstrations.FOLDER.glob("*.jsonl")), ids=lambda p: p.stem
)
def test_what_is_committed_has_no_fault(path: Path) -> None:
    assert check(path)[0] == []


def test_the_data_stage_draws_them_through_its_gate(tmp_path: Path) -> None:
    config = DataConfig(
        examples=150, dev_examples=5, weights=(("demonstration", 400.0),), share=(("*", 0.1),)
    )
    folder = prepare(config, tmp_path)
    rows = [json.loads(line) for line in (folder / "train.jsonl").read_text().splitlines()]
    authors = {path.stem for path in demonstrations.FOLDER.glob("*.jsonl")}
    theirs = [row for row in rows if row["author"] in authors]
    assert len(theirs) > 60
    assert any(row["kind"] == "reply" for row in theirs)
    parties = [c["args"].get("travellers") for r in theirs for c in r["turns"][-1].get("calls", [])]
    assert any(isinstance(party, int) for party in parties)
    assert all(party[0] in "+-" for party in parties if isinstance(party, list))


def test_all_of_the_repository_can_be_read() -> None:
    shown = list(demonstrations.load())
    assert len(shown) > 1000
    kept = list(demonstrations.load(share=[("*", 0.2)], seed=1))
    assert 0.1 < len(kept) / len(shown) < 0.3
