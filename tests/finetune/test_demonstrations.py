"""Demonstrations: read, drawn with other names, checked, and mixed into what is synthesized."""

from __future__ import annotations

import json
import random
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from agent.dialogue.turns import Call
from finetune.authoring import check
from finetune.data import is_said
from finetune.demonstrating import Demonstrations, Renaming
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
GOOD = {
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
    without = Synthesizer(spoken, 5, weights={"demonstration": 60})
    assert all(d.author != "quay" for d in islice(without, 100))


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ({"said": ["a", "b"]}, "begin and end with the traveller"),
        ({"said": [*GOOD["said"][:2] * 3, GOOD["said"][2]]}, "only the last 5 messages"),
        ({"trip": "Varena"}, 'the trip is written as "Varena, 4 days"'),
        ({"trip": ""}, "nothing is planned yet"),
        ({"calls": []}, "needs a reply, and a kind"),
        ({"calls": [{"name": "move_place", "args": {"place": "Rossio"}}]}, "not all in the words"),
        ({"calls": [{"name": "sail", "args": {}}]}, "there is no tool 'sail'"),
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


def test_a_line_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "quay.jsonl").write_text('{"said": ["hello"]}\n')
    with pytest.raises(ValueError, match=r"quay.jsonl:1 is no demonstration: KeyError\('trip'\)"):
        list(demonstrations.load(tmp_path))


def test_all_of_the_repository_can_be_read() -> None:
    shown = list(demonstrations.load())
    assert len(shown) > 1000
    kept = list(demonstrations.load(share=[("*", 0.2)], seed=1))
    assert 0.1 < len(kept) / len(shown) < 0.3
