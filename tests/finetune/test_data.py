"""Phrasings to dialogues: labels that hold, nothing held out, the same seed the same data."""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from agent.dialogue import wire
from agent.dialogue.plan_parts import PARTS
from agent.dialogue.turns import Call, Turn
from finetune.config import CleaningConfig, DataConfig
from finetune.data import is_said, prepare, read
from finetune.held_out import Case, names, proper_names, read_cases
from finetune.kinds import WEIGHTS
from finetune.recipe_file import RecipeError, load_recipe
from finetune.records import Dialogue, dialogue_from_dict, dialogue_to_dict, turn_to_dict
from finetune.sources import phrasings
from finetune.surfaces import strip_article
from finetune.synthesis import Synthesizer
from tools.catalog import CATALOG
from tools.headcount import MOST_NAMED, counted

ROOT = Path(__file__).parents[2]


def dialogues(count: int, seed: int = 1) -> list[Dialogue]:
    """The first dialogues of a seed."""
    return list(itertools.islice(Synthesizer(authored(), seed), count))


@functools.cache
def authored() -> tuple[phrasings.Phrasing, ...]:
    """All phrasings, read once."""
    return tuple(phrasings.load())


def test_every_call_is_one_the_catalog_takes() -> None:
    """Each synthesized call validates against its tool's arguments."""
    arguments = {tool.name: tool.arguments for tool in CATALOG}
    calls = [call for d in dialogues(1500) for call in d.target.calls]
    for call in calls:
        arguments[call.name].model_validate(counted(call.args, standing=MOST_NAMED))
    assert {call.name for call in calls} == set(arguments)


def test_a_target_survives_the_wire() -> None:
    """What is to be written parses back to the same calls."""
    for d in dialogues(500):
        assert wire.parse(wire.completion(d.target)).calls == tuple(
            wire.parse(wire.render_call(c)).calls[0] for c in d.target.calls
        )


def test_the_same_seed_gives_the_same_dialogues() -> None:
    """Data is reproducible, and another seed gives other data."""
    assert dialogues(200, 3) == dialogues(200, 3)
    assert dialogues(200, 3) != dialogues(200, 4)


def test_optional_arguments_are_absent_as_often_as_present() -> None:
    """Plans without days, dates or budget are common, so that none is invented."""
    plans = [call for d in dialogues(3000) for call in d.target.calls if call.name == "plan_days"]
    for argument in ("days", "start_date", "budget", "interests", "pace", "travellers"):
        share = sum(argument in call.args for call in plans) / len(plans)
        assert 0.08 < share < 0.75, argument


def test_every_kind_is_drawn() -> None:
    """All kinds of the mix occur, words and answers among them."""
    kinds = {d.kind.partition(":")[0] for d in dialogues(3000)}
    assert {"reply", "answer"} <= kinds
    assert {k for k in WEIGHTS if k in {t.name for t in CATALOG}} <= kinds


def test_a_held_out_name_is_found_whole_in_any_case() -> None:
    """Also one that begins like another, or is another's beginning; never inside a word."""
    cities = ("Bern", "Bergen", "Berlin Mitte", "Ur", "Å", "St. Malo")
    trip = {"days": 2, "start": "2027-05-03"}
    found = proper_names([Case("1", "a", (), {**trip, "city": city}, ((),)) for city in cities])
    for city in cities:
        for text in (city, f"two days in {city.upper()}, please", f"{city.lower()}?"):
            assert found.search(text), text
    for text in ("Berning", "in Berlin", "hUrt", "St Malo", "Berge", ""):
        assert not found.search(text), text
    assert not proper_names([]).search("anything")


def test_prepared_data_holds_no_name_and_no_message_of_the_held_out_sets(tmp_path: Path) -> None:
    """Cities, places and longer messages of the held-out authors are kept out by machine."""
    config = DataConfig(examples=1500, dev_examples=50)
    folder = prepare(config, tmp_path)
    held = names(read_cases([p for p in config.held_out if "told" not in p], ROOT))
    # where people write freely a kind of place has two words, too ("puppet theatre")
    theirs = proper_names(read_cases(config.held_out, ROOT))
    for d in read(folder / "train.jsonl"):
        for call in d.target.calls:
            for key in ("destination", "location", "place", "near", "query", "replacement"):
                value = strip_article(str(call.args.get(key, ""))).casefold()
                assert not theirs.fullmatch(value)
                # one word for a kind of place ("museum", "lunch") is nobody's name
                assert value not in held or (key != "destination" and " " not in value), value
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["examples"] == 1550


def test_data_without_a_trip(tmp_path: Path) -> None:
    """Answers to what tools found may have one; who is listed is learned as a list, if wanted."""
    config = DataConfig(examples=400, dev_examples=10, trip="none", listed_travellers=True)
    written = read(prepare(config, tmp_path / "listed") / "train.jsonl")
    without = [d for d in written if d.turns[0].text == wire.system_text()]
    assert {d.kind for d in without} >= {"plan_days", "find_places", "reply"}
    assert all(d.kind.startswith("answer:") for d in written if d not in without)
    listed = [c.args.get("travellers") for d in without for c in d.target.calls]
    assert sum(isinstance(travellers, list) for travellers in listed) > 20
    plain = replace(config, listed_travellers=False)
    numbers = read(prepare(plain, tmp_path / "counted") / "train.jsonl")
    for one, other in zip(numbers, written, strict=True):
        assert wire.render(one.turns[:-1]) == wire.render(other.turns[:-1])
        assert one.target == wire.parse(wire.completion(other.target)) or not other.target.calls
        assert not any(isinstance(c.args.get("travellers"), list) for c in one.target.calls)


@pytest.mark.parametrize("part", PARTS)
def test_data_of_a_part_of_plans(tmp_path: Path, part: str) -> None:
    """One plan each, with nothing else of it; who travels is a list, a number or neither."""
    config = DataConfig(examples=300, dev_examples=10, trip="none", part=part)
    written = read(prepare(config, tmp_path) / "train.jsonl")
    plans = [call for d in written for call in d.target.calls]
    assert len(plans) == len(written) and {call.name for call in plans} == {"plan_days"}
    assert {key for call in plans for key in call.args} == {*PARTS[part].keys}
    kinds = {type(call.args.get("travellers")) for call in plans}
    assert kinds == ({list, int, type(None)} if part == "party" else {type(None)})


def test_data_with_a_trip(tmp_path: Path) -> None:
    config = DataConfig(examples=200, dev_examples=10, trip="standing")
    written = read(prepare(config, tmp_path) / "train.jsonl")
    without = [d for d in written if d.turns[0].text == wire.system_text()]
    assert all(d.kind.startswith("answer:") for d in without)
    assert {d.kind for d in written} >= {"add_place", "remove_place", "reply", "explain_plan"}
    assert "find_places" in {d.kind for d in written} and len(without) < len(written) / 4


def test_a_planted_leak_is_dropped(tmp_path: Path) -> None:
    """A training message that equals a held-out one does not get in."""
    clean = prepare(
        DataConfig(examples=300, dev_examples=10, held_out=(_case(tmp_path, "x"),)), tmp_path / "a"
    )
    planted = next(
        t.text for d in read(clean / "train.jsonl") for t in d.turns
        if t.role == "user" and len(t.text.split()) > 5
    )  # fmt: skip
    held_out = (_case(tmp_path, planted),)
    leaky = prepare(DataConfig(examples=300, dev_examples=10, held_out=held_out), tmp_path / "b")
    said = [t.text for d in read(leaky / "train.jsonl") for t in d.turns if t.role == "user"]
    assert planted not in said
    assert json.loads((leaky / "manifest.json").read_text())["dropped"]["leak"] >= 1


def test_a_wrong_recipe_lists_every_fault_at_once(tmp_path: Path) -> None:
    """Unknown keys, missing ones and wrong types are all named in one sentence."""
    path = tmp_path / "bad.yaml"
    path.write_text("name: x\ntrain:\n  max_steps: many\n  lora:\n    rank: 3\n", "utf-8")
    with pytest.raises(RecipeError) as caught:
        load_recipe(path)
    for fault in ("output_dir is missing", "train.max_steps has to be int", "train.lora.rank"):
        assert fault in str(caught.value)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        # without an adapter to go on from there is nothing to keep
        (
            "data: {part: party, trip: none, sources: [{kind: text, path: x}]}",
            r"data\.part knows neither data\.sources",
        ),
        ("train: {distillation_weight: 1}", r"distillation_weight needs train\.start_from"),
        ("data: {part: party}", r"data\.part needs data\.trip: none"),
        ("data: {part: half}", "has to be one of party, wishes"),
        ("data: {trip: some}", "has to be one of any, standing, none"),
    ],
)
def test_what_can_not_be_together_is_refused(given: str, fault: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(f"name: x\noutput_dir: y\n{given}\n", "utf-8")
    with pytest.raises(RecipeError, match=fault):
        load_recipe(path)


def test_the_recipes_that_ship_are_valid() -> None:
    """Every recipe in the folder reads."""
    paths = sorted((ROOT / "finetune" / "recipes").glob("*.yaml"))
    assert paths
    for path in paths:
        assert load_recipe(path).name


def test_without_sources_the_files_are_what_they_were(tmp_path: Path) -> None:
    """Byte for byte: the loop below is the data stage as it was before there were sources, and
    before messages that only resemble held-out ones were dropped.
    """
    exact = CleaningConfig(near_duplicates=0)
    config = DataConfig(examples=250, dev_examples=20, unsaid=(), cleaning=exact)
    folder = prepare(config, tmp_path)
    rows = list(itertools.islice(as_before(config), 270))
    assert (folder / "dev.jsonl").read_bytes() == "".join(rows[:20]).encode()
    assert (folder / "train.jsonl").read_bytes() == "".join(rows[20:]).encode()


def as_before(config: DataConfig) -> Iterator[str]:
    """The rows that the synthesis alone gives, in order."""
    cases = read_cases(config.held_out)

    def folded(text: str) -> str:
        return " ".join(text.casefold().split()).strip(".!? ")

    said = {folded(m["content"]) for c in cases for m in c.messages if m["role"] == "user"}
    theirs, seen = proper_names(cases), set()
    arguments = {tool.name: tool.arguments for tool in CATALOG}
    written = phrasings.load(share=config.share, seed=config.seed)
    for made in Synthesizer(written, config.seed, forbidden=names(cases)):
        d = replace(made, turns=tuple(map(wire.counted_turn, made.turns)))
        text = wire.render(d.turns[:-1])
        users = [t.text for t in d.turns if t.role == "user"]
        leak = any(folded(u) in said and len(u.split()) > 3 for u in users)
        repeat = text in seen
        seen.add(text)
        if repeat or leak or not all(users) or theirs.search(text):
            continue
        try:
            for call in d.target.calls:
                arguments[call.name].model_validate(counted(call.args, standing=MOST_NAMED))
        except ValidationError:
            continue
        if all(is_said(c.args, " ".join(t.text for t in d.turns)) for c in d.target.calls):
            row = {"turns": [turn_to_dict(t) for t in d.turns], "author": d.author, "kind": d.kind}
            yield json.dumps(row, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("origin", ["synthesis", "jsonl:trips"])
def test_a_dialogue_survives_its_row(origin: str) -> None:
    """Turns, calls, author, kind and origin; a synthesized row is as it was before origins."""
    turns = (
        Turn("user", "Weather in Oslo?"),
        Turn("assistant", calls=(Call("get_weather", {"city": "Oslo", "days": 2}),)),
    )
    dialogue = Dialogue(turns, "amara", "answer", origin)
    row = json.loads(json.dumps(dialogue_to_dict(dialogue)))
    assert dialogue_from_dict(row) == dialogue
    assert ("origin" in row) == (origin != "synthesis")


def _case(folder: Path, text: str) -> str:
    path = folder / f"held_{abs(hash(text))}.jsonl"
    row = {"id": "1", "messages": [{"role": "user", "content": text}], "trip": None, "calls": []}
    path.write_text(json.dumps(row) + "\n", "utf-8")
    return str(path)
