"""Texts of the base: written, read as a source, and learned without the marks of a conversation."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from transformers import AutoTokenizer

from agent.dialogue.turns import Turn
from finetune.config import SourceConfig
from finetune.mixing import examples
from finetune.records import TEXT, Dialogue
from finetune.rehearsal import prompts, rehearse
from finetune.render import encode
from finetune.sources import SourceError, open_source

PROSE = "Salt is a mineral that people have dug, boiled and traded for thousands of years."


def written(path: Path, *rows: object) -> SourceConfig:
    """A source of these rows."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return SourceConfig("text", str(path))


def test_the_base_writes_the_same_texts_for_the_same_seed(tiny_base: Path, tmp_path: Path) -> None:
    """Whatever an untrained model writes: it is whole JSON lines, without markers, and repeats."""
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        kept = rehearse(tiny_base, tmp_path / name, texts=40, tokens=150, seed=seed)
        rows = [json.loads(line) for line in (tmp_path / name).read_text("utf-8").splitlines()]
        assert len(rows) == kept > 0
        assert all(len(row["text"].split()) >= 12 for row in rows)
        assert not any("<|im_" in row["text"] for row in rows)
    read = {name: (tmp_path / name).read_text("utf-8") for name in "abc"}
    assert read["a"] == read["b"] != read["c"]


@pytest.mark.parametrize(("texts", "tokens"), [(0, 9), (3, 0)])
def test_what_can_not_be_asked_for_is_refused(texts: int, tokens: int, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="can be asked for"):
        rehearse(tmp_path, tmp_path / "out", texts=texts, tokens=tokens)


def test_every_subject_is_asked_for_in_every_form() -> None:
    assert len(set(prompts())) == len(prompts()) >= 600


def test_a_text_is_one_example_of_its_own_kind(tmp_path: Path) -> None:
    source = open_source(written(tmp_path / "prose.jsonl", {"text": PROSE}, {"text": 3}, [PROSE]))
    [found] = source
    assert (found.kind, found.origin, found.target.text) == (TEXT, "text:prose", PROSE)
    assert examples(found) == (found,)
    assert source.unread == {'no "text"': 1, "no JSON object": 1}


def test_a_file_without_texts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"No row of prose\.jsonl can be read"):
        list(open_source(written(tmp_path / "prose.jsonl", {"messages": []})))
    with pytest.raises(SourceError, match="A text source needs `path`"):
        open_source(SourceConfig("text", str(tmp_path / "none")))


def test_a_text_is_learned_whole_and_without_markers(tiny_base: Path) -> None:
    """A dialogue of the same words has a prompt without loss, markers, and an end."""
    tokenizer = AutoTokenizer.from_pretrained(tiny_base)
    text = Dialogue((Turn("assistant", PROSE),), "", TEXT)
    said = replace(text, turns=(Turn("user", "Salt?"), Turn("assistant", PROSE)), kind="reply")
    [(ids, prompt), (more, longer)] = encode([text, said], tokenizer)
    assert (prompt, ids) == (0, tokenizer(PROSE, add_special_tokens=False)["input_ids"])
    assert more[longer:] == [*ids, tokenizer.convert_tokens_to_ids("<|im_end|>")]
