"""Mixing: shares hold at every step, streams are read no further than needed, files say it all."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from agent.dialogue.turns import Call, Turn
from finetune.config import CleaningConfig, DataConfig, SourceConfig
from finetune.data import prepare, read
from finetune.mixing import EXAMPLES, Mix, Stream, examples, shuffled
from finetune.recipe_file import load_recipe
from finetune.records import Dialogue
from finetune.sources import SourceError
from finetune.sources.reading import Reading

CALL = Turn("assistant", calls=(Call("find_places", {"location": "Oslo"}),))


def dialogue(origin: str, number: int = 0) -> Dialogue:
    """A short one."""
    return Dialogue((Turn("user", f"{number}?"), Turn("assistant", "Yes.")), "", "reply", origin)


def stream(name: str, weight: float, count: int, size: int = 1) -> Stream:
    """`count` groups of `size` dialogues each."""
    groups = ([dialogue(name, n)] * size for n in range(count))
    return Stream(name, weight, groups)


def origins(groups: Iterator[Sequence[Dialogue]]) -> list[str]:
    """Of each dialogue in turn."""
    return [d.origin for group in groups for d in group]


@given(
    st.lists(
        st.tuples(st.floats(0.05, 20), st.integers(1, EXAMPLES)), min_size=1, max_size=5
    ),
    st.integers(1, 200),
)  # fmt: skip
def test_every_beginning_of_a_mix_has_the_shares_of_the_whole(
    entries: list[tuple[float, int]], length: int
) -> None:
    """No stream is further from its share than a group of each stream can bring it."""
    streams = [stream(str(n), w, 1000, size) for n, (w, size) in enumerate(entries)]
    taken = Counter(origins(itertools.islice(iter(Mix(streams)), length)))
    every = sum(w for w, _ in entries)
    for n, (weight, _) in enumerate(entries):
        away = abs(taken[str(n)] - taken.total() * weight / every)
        assert away <= sum(size for _, size in entries)


def test_the_others_fill_the_place_of_one_that_has_no_more() -> None:
    """It gives all that it has, the rest stays in proportion, and the mix says so."""
    mix = Mix([stream("a", 1, 10), stream("b", 2, 1000), stream("c", 1, 1000)])
    found = Counter(origins(itertools.islice(iter(mix), 400)))
    assert found["a"] == 10
    assert found["b"] == pytest.approx(260, abs=2)
    assert mix.exhausted == ["a"]
    assert mix.taken == found


def test_a_mix_ends_when_all_streams_have() -> None:
    """Nothing is repeated to reach a share."""
    mix = Mix([stream("a", 9, 3), stream("b", 1, 5)])
    assert Counter(origins(iter(mix))) == {"a": 3, "b": 5}
    assert set(mix.exhausted) == {"a", "b"}


def test_a_stream_of_weight_0_is_never_read() -> None:
    """Not even its first dialogue is made."""

    def never() -> Iterator[Sequence[Dialogue]]:
        raise AssertionError("was read")
        yield []

    assert origins(iter(Mix([stream("a", 1, 2), Stream("b", 0, never())]))) == ["a", "a"]


def test_a_stream_is_read_only_as_far_as_it_is_needed() -> None:
    """A source of millions of rows costs no more than its share."""
    read = []

    def endless() -> Iterator[Sequence[Dialogue]]:
        for n in itertools.count():
            read.append(n)
            yield [dialogue("b", n)]

    list(itertools.islice(iter(Mix([stream("a", 3, 1000), Stream("b", 1, endless())])), 100))
    assert len(read) == 25


@pytest.mark.parametrize("weights", [(0.0, 0.0), (1.0, -1.0), ()])
def test_weights_that_give_no_mix_are_refused(weights: tuple[float, ...]) -> None:
    """With a sentence."""
    with pytest.raises(ValueError, match="weight"):
        Mix([stream(str(n), w, 3) for n, w in enumerate(weights)])


@given(st.lists(st.integers()), st.integers(0, 99), st.integers(1, 20))
def test_shuffling_loses_nothing_and_hurries_little(items: list[int], seed: int, size: int) -> None:
    """All items come out, none more than the buffer too early, in an order the seed decides."""
    pairs = list(enumerate(items))
    found = list(shuffled(pairs, seed, size))
    assert sorted(found) == pairs
    assert all(was - now < size for now, (was, _) in enumerate(found))
    assert found == list(shuffled(pairs, seed, size))


def test_another_seed_shuffles_otherwise() -> None:
    """And neither leaves the order as it was."""
    items = list(range(500))
    assert list(shuffled(items, 1, 100)) != list(shuffled(items, 2, 100)) != items


def test_the_last_assistant_turns_become_examples() -> None:
    """A call and the words about what it brought, each with all that was said before."""
    turns = (
        Turn("assistant", "Welcome!"), Turn("user", "Hello"), Turn("assistant", "Hello!"),
        Turn("user", "Museums in Oslo?"), CALL, Turn("tool", "Munch"), Turn("assistant", "Munch."),
    )  # fmt: skip
    made = examples(Dialogue(turns, "", "answer", "jsonl:x"), at_most=2)
    assert [d.turns for d in made] == [turns[:5], turns]
    assert [d.kind for d in made] == ["find_places", "answer"]
    assert {d.origin for d in made} == {"jsonl:x"}
    # a greeting answers nobody
    assert len(examples(Dialogue(turns, "", "answer"), at_most=9)) == 3


def test_words_that_would_read_as_a_call_are_not_learned() -> None:
    """A quotation in Markdown begins as a call does on the wire."""
    turns = (Turn("user", "Quote her."), Turn("assistant", "> I never said that."))
    assert examples(Dialogue(turns, "", "reply")) == ()


# --- prepared -----------------------------------------------------------------------------------

PLANTED = "Could somebody tell me where the lighthouse keeper buys his oranges?"
QUESTIONS = (
    "How do I keep {n} {thing} fresh on a long train ride?",
    "What is a fair price for {n} {thing} at a street market?",
    "Can I bring {n} {thing} through customs without a form?",
    "Which shop mends {thing} in under {n} hours?",
)
THINGS = "oranges umbrellas lanterns kettles sandals postcards blankets whistles compasses candles"


def own_file(path: Path, count: int, *, more: tuple[Any, ...] = ()) -> Path:
    """A user's conversations of one exchange, none like another; `more` rows or lines first."""
    rows = list(more)
    for n in range(count):
        thing = THINGS.split()[n % 10]
        asked = QUESTIONS[n // 10 % 4].format(n=n, thing=thing)
        answer = f"Ask for number {n * 7919} at the counter; the {thing} there are from shelf {n}."
        rows.append({"instruction": asked, "output": answer})
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def mixed(path: Path, **changes: Any) -> DataConfig:
    """A user's file alone, with `PLANTED` held out."""
    settings: dict[str, Any] = {
        "examples": 20,
        "dev_examples": 2,
        "held_out": (held_out_case(path.parent, PLANTED),),
        "synthesis_weight": 0.0,
        "sources": (SourceConfig("jsonl", str(path)),),
        "cleaning": CleaningConfig(workers=1),
    }
    return DataConfig(**{**settings, **changes})


def manifest_of(folder: Path) -> dict[str, Any]:
    """What was made, in figures."""
    return json.loads((folder / "manifest.json").read_text("utf-8"))  # type: ignore[no-any-return]


def test_sources_are_mixed_in_by_their_weights(tmp_path: Path) -> None:
    """Both files hold the shares, every row its origin, and the manifest says what is there."""
    path = own_file(tmp_path / "own.jsonl", 80)
    config = mixed(path, examples=160, dev_examples=16, synthesis_weight=3.0)
    folder = prepare(config, tmp_path / "data")
    dev, train = read(folder / "dev.jsonl"), read(folder / "train.jsonl")
    assert Counter(d.origin for d in dev) == {"synthesis": 12, "jsonl:own": 4}
    assert Counter(d.origin for d in train) == {"synthesis": 120, "jsonl:own": 40}
    manifest = manifest_of(folder)
    [made, own] = manifest["sources"]
    assert (made["examples"], own["examples"], own["share_percent"]) == (132, 44, 25.0)
    assert not own["exhausted"] and own["unread"] == {}
    assert manifest["kinds"]["reply"] >= 44
    for name, facts in manifest["files"].items():
        assert facts["sha256"] == hashlib.sha256((folder / name).read_bytes()).hexdigest()
    assert list(own["files"]) == ["own.jsonl"]


def test_what_a_source_may_not_give_is_dropped_and_counted(tmp_path: Path) -> None:
    """Rows that can't be read, held-out messages and names, personal data."""
    place = "Lindqvist Tower"
    held = tmp_path / "held.jsonl"
    calls = [{"name": "add_place", "args": {"place": place}}]
    cases = [(PLANTED, []), (f"add {place}", calls)]
    held.write_text(
        "".join(
            json.dumps({"id": str(n), "messages": [{"role": "user", "content": text}],
                        "trip": None, "calls": c}) + "\n"
            for n, (text, c) in enumerate(cases)
        )
    )  # fmt: skip
    more = (
        "{",
        {"instruction": PLANTED.replace("his oranges", "the oranges"), "output": "At the pier."},
        {"instruction": "Who keeps the keys of the old tower?", "output": f"Ask at {place} there."},
        {"instruction": "Whom do I write to?", "output": "Write to anna.berg@posten.se today."},
    )
    path = own_file(tmp_path / "own.jsonl", 30, more=more)
    config = mixed(path, held_out=(str(held),), examples=50)
    folder = prepare(config, tmp_path / "data")
    [own] = [s for s in manifest_of(folder)["sources"] if s["examples"]]
    assert own["exhausted"] and own["rows"] == 34
    assert own["unread"] == {"no JSON": 1}
    assert own["faults"] == ["own.jsonl, line 1: no JSON"]
    assert own["cleaning"]["dropped: leak"] == 1
    assert own["dropped"] == {"held-out name": 1}
    text = (folder / "train.jsonl").read_text() + (folder / "dev.jsonl").read_text()
    assert "lighthouse" not in text and place not in text and "anna.berg" not in text
    assert "Write to [email 1] today." in text


def test_the_card_says_what_is_there_and_how_to_make_it_again(tmp_path: Path) -> None:
    """Origins, licences, reasons, examples of each origin, and settings that give the same."""
    path = own_file(tmp_path / "own.jsonl", 20, more=("{",))
    config = mixed(path, examples=50, synthesis_weight=1.0, weights=(("plan", 2.0),))
    folder = prepare(config, tmp_path / "data")
    card = (folder / "DATA_CARD.md").read_text("utf-8")
    manifest = manifest_of(folder)
    for source in manifest["sources"]:
        assert f"| {source['origin']} | {source['licence']} | {source['examples']} |" in card
        assert f"- {source['origin']}: ``" in card
    assert "jsonl:own had no more after 20 dialogues" in card
    assert "| jsonl:own | not read: no JSON | 1 |" in card
    assert (
        max(len(line) for line in card.split("\n## Examples")[1].split("##")[0].split("\n")) < 230
    )
    recipe = yaml.safe_load(card.split("```yaml\n")[1].split("```")[0])
    path = tmp_path / "again.yaml"
    path.write_text(yaml.safe_dump({"name": "x", "output_dir": "x", **recipe}))
    assert load_recipe(path).data == config


def test_examples_of_one_dialogue_are_not_in_both_files(tmp_path: Path) -> None:
    """What one conversation gives stays together, where development and training meet as well."""
    rows = []
    for n in range(20):
        said = [("human", f"Tell me about whistle number {n * 31}."), ("gpt", f"It is loud: {n}.")]
        said += [("human", f"And about lantern {n * 17}?"), ("gpt", f"It is bright, as {n} are.")]
        rows.append({"conversations": [{"from": who, "value": text} for who, text in said]})
    path = own_file(tmp_path / "own.jsonl", 0, more=tuple(rows))
    config = mixed(path, dev_examples=7)
    folder = prepare(config, tmp_path / "data")
    dev, train = read(folder / "dev.jsonl"), read(folder / "train.jsonl")
    assert (len(dev), len(train)) == (7, 20)
    assert not {d.turns[0] for d in dev} & {d.turns[0] for d in train}


def test_a_source_that_changed_is_prepared_anew_and_one_that_did_not_is_not(tmp_path: Path) -> None:
    """By the bytes of its files."""
    config = mixed(own_file(tmp_path / "own.jsonl", 30))
    folder = prepare(config, tmp_path / "data")
    before = (folder / "manifest.json").read_bytes()
    stamp = (folder / "train.jsonl").stat().st_mtime_ns
    prepare(config, folder)
    assert (folder / "train.jsonl").stat().st_mtime_ns == stamp
    own_file(tmp_path / "own.jsonl", 31)
    prepare(config, folder)
    assert (folder / "manifest.json").read_bytes() != before


def test_a_source_that_cannot_be_used_leaves_finished_data_as_they_are(tmp_path: Path) -> None:
    """No partial file stays behind either."""
    path = own_file(tmp_path / "own.jsonl", 30)
    folder = prepare(mixed(path), tmp_path / "data")
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    path.write_text('{"text": "no conversation"}\n')
    with pytest.raises(SourceError, match=r"own\.jsonl.*OpenAI"):
        prepare(mixed(path), folder)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"sources": (SourceConfig("reddit"),)}, "no source 'reddit'"),
        ({"dev_examples": 999}, "Nothing is left to learn from"),
        ({"sources": ()}, "every weight of the mix is 0"),
    ],
)
def test_a_mix_that_cannot_be_made_says_why(
    changes: dict[str, Any], sentence: str, tmp_path: Path
) -> None:
    """One sentence, and no files."""
    path = own_file(tmp_path / "own.jsonl", 20)
    with pytest.raises(ValueError, match=sentence):
        prepare(mixed(path, **changes), tmp_path / "data")
    assert not [*(tmp_path / "data").glob("*")]


def test_a_source_stands_in_a_recipe_once(tmp_path: Path) -> None:
    """Its rows would be counted under one name."""
    path = own_file(tmp_path / "own.jsonl", 20)
    entry = SourceConfig("jsonl", str(path))
    with pytest.raises(SourceError, match="jsonl:own stands in the recipe twice"):
        prepare(mixed(path, sources=(entry, entry)), tmp_path / "data")


def test_the_account_of_a_source_is_the_same_for_any_number_of_processes(tmp_path: Path) -> None:
    """Though cleaning reads further ahead with more of them."""
    path = own_file(tmp_path / "own.jsonl", 4000, more=('{"text": 1}', "{") * 300)
    accounts, texts = [], []
    for workers in (1, 2):
        config = mixed(path, cleaning=CleaningConfig(workers=workers))
        reading = Reading(config.sources[0], config, [PLANTED])
        texts.append([d.turns for d in itertools.islice(reading.dialogues, 300)])
        accounts.append(reading.account())
        ahead = reading.source.rows
        reading.close()
        assert accounts[-1]["rows"] < ahead or workers == 1
    assert accounts[0] == accounts[1]
    assert texts[0] == texts[1]
    assert 0 < accounts[0]["unread"]["no JSON"] <= 300


def held_out_case(folder: Path, text: str) -> str:
    """A file with one held-out message."""
    path = folder / f"held_{abs(hash(text))}.jsonl"
    row = {"id": "1", "messages": [{"role": "user", "content": text}], "trip": None, "calls": []}
    path.write_text(json.dumps(row) + "\n", "utf-8")
    return str(path)
