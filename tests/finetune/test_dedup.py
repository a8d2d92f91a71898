"""Repeats go, the same or nearly; look-alikes stay; nothing held out is learned."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.dialogue.turns import Call, Turn
from finetune.cleaning import LeakError, check_leaks, clean
from finetune.cleaning import index as index_module
from finetune.cleaning.index import Hashes, NearRows
from finetune.cleaning.pipeline import AHEAD, CHUNK
from finetune.cleaning.signatures import bands, shape, signature
from finetune.cleaning.words import Bags, marked, similarity
from finetune.config import CleaningConfig
from finetune.records import Dialogue
from tests.benchmarks import dedup

CONFIG = CleaningConfig(workers=1)
SAID = (
    "We are two couples from Bergen and would like three slow days in Lisbon with good fish, "
    "the Gulbenkian Museum and no stairs. What do you think?"
)
COPIES = {
    "case and space": SAID.upper().replace(" ", "  "),
    "a word": SAID.replace("good fish", "fresh fish"),
    "three words": SAID.replace("slow", "calm").replace("good", "fresh").replace("think", "say"),
    "slips": SAID.replace("couples", "cuoples").replace("would", "woud"),
    "slips in names": SAID.replace("Lisbon", "Lisbn").replace("Gulbenkian", "Gulbenkain"),
    "order": " ".join(reversed(SAID.split(". "))),
    "a word more": SAID.replace("slow days", "very slow days"),
}
LOOK_ALIKES = {
    "a city": SAID.replace("Lisbon", "Porto"),
    "a number": SAID.replace("two couples", "12 couples").replace("three slow", "3 slow"),
    "all names": SAID.replace("Bergen", "Turku").replace("Lisbon", "Rome").replace("Gulb", "Vat"),
    "much else": "We would like three slow days in Lisbon. Where does one dance near the harbour?",
}


def dialogue(said: str, answer: str = "Here is a plan.", origin: str = "here") -> Dialogue:
    """One message and its answer."""
    return Dialogue((Turn("user", said), Turn("assistant", answer)), "", "answer", origin)


def kept(*dialogues: Dialogue, config: CleaningConfig = CONFIG) -> list[int]:
    """The places of those that stay."""
    numbered = [Dialogue(d.turns, d.author, d.kind, str(n)) for n, d in enumerate(dialogues)]
    return [int(d.origin) for d in clean(numbered, config)]


def alike(one: str, other: str) -> float:
    """The similarity of two messages."""
    first, second = (Bags.of(" ".join(marked(text))) for text in (one, other))
    return similarity(first, second)


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
def test_copies_go(copy: str) -> None:
    """With a few words or letters changed, or in another order."""
    assert kept(dialogue(SAID), dialogue(copy)) == [0]


@pytest.mark.parametrize("look_alike", LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_look_alikes_stay(look_alike: str) -> None:
    """The same frame with other names or numbers is another message."""
    assert kept(dialogue(SAID), dialogue(look_alike)) == [0, 1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What is C++ good for?", "What is C# good for?"),
        ("What is 2 + 3 in words?", "What is 2 * 3 in words?"),
        ("三天在东京吃好吃的去博物馆", "五天在大阪坐船去看海喝清酒"),
        ("😀 😀 😀 😀 😀 😀 😀 😀 😀 😀", "🚲 🚲 🚲 🚲 🚲 🚲 🚲 🚲 🚲 🚲"),
    ],
)
def test_symbols_and_scripts_without_blanks_count(one: str, other: str) -> None:
    """Whatever is no punctuation tells messages apart."""
    assert kept(dialogue(one), dialogue(other)) == [0, 1]
    assert alike(one, other) < 0.8 and alike(one, one) == 1


def test_the_answer_counts_and_so_does_what_is_called() -> None:
    """Another answer or another argument is another example; a system line is not."""
    call = Turn("assistant", calls=(Call("plan_days", {"destination": "Lisbon", "days": 3}),))
    other = Turn("assistant", calls=(Call("plan_days", {"destination": "Lisbon", "days": 4}),))
    user = Turn("user", SAID)
    assert kept(
        dialogue(SAID),
        dialogue(SAID, "Where would you like to stay, near the river or up on a hill?"),
        Dialogue((user, call), "", ""),
        Dialogue((user, other), "", ""),
        Dialogue((Turn("system", "You are helpful."), user, call), "", ""),
    ) == [0, 1, 2, 3]


def test_a_longer_part_of_a_conversation_is_no_copy_of_a_shorter_one() -> None:
    """Though they share all turns but the last two."""
    talk = [
        turn
        for n in range(6)
        for turn in (Turn("user", f"{SAID} Part {n}"), Turn("assistant", f"Part {n} is made."))
    ]
    talk += [Turn("user", "Thanks. Can we swap the days?"), Turn("assistant", "They are swapped.")]
    parts = [Dialogue(tuple(talk[:n]), "", "") for n in (12, 14)]
    assert kept(*parts) == [0, 1]


def test_names_are_learned_for_those_who_write_small() -> None:
    """Once others wrote them large, another city written small is another message."""
    frame = "we would love three quiet days in {} with good fish and a long walk by the sea"
    small = [dialogue(frame.format(city)) for city in ("lisbon", "porto")]
    assert kept(*small) == [0]
    taught = [
        dialogue(f"{say} {city}, nothing else for me")
        for say in ("Take me to", "I loved", "How far is")
        for city in ("Lisbon", "Porto")
    ]
    assert kept(*taught, *small)[-2:] == [6, 7]


def test_without_a_threshold_only_what_is_the_same_goes() -> None:
    """Near copies stay, exact ones don't."""
    config = CleaningConfig(near_duplicates=0, workers=1)
    copies = [dialogue(SAID), dialogue(COPIES["a word"]), dialogue(COPIES["case and space"])]
    assert kept(*copies, config=config) == [0, 1]


def test_any_number_of_processes_gives_the_same(tmp_path: Path) -> None:
    """In the same order with the same counts; so does an index on disk, which leaves no file."""
    rows = [p.dialogue for p in dedup.planted(3 * CHUNK + 50)]
    results = []
    for workers, folder in ((1, None), (2, None), (1, tmp_path)):
        config = CleaningConfig(workers=workers, languages=())
        cleaning = clean(rows, config, index_folder=folder)
        results.append((list(cleaning), cleaning.counts))
    assert results[0] == results[1] == results[2]
    assert results[0][1]["dropped: near repeat"] > 20
    assert not list(tmp_path.iterdir())


def test_no_more_is_read_than_is_needed() -> None:
    """A stream is not read to its end for its first dialogue; closing ends everything."""
    read = 0

    def stream() -> Iterator[Dialogue]:
        nonlocal read
        for planted in dedup.planted(100 * CHUNK):
            read += 1
            yield planted.dialogue

    with clean(stream(), CleaningConfig(workers=1, languages=())) as cleaning:
        assert len(list(itertools.islice(cleaning, 10))) == 10
    assert read <= (AHEAD + 1) * CHUNK
    assert list(cleaning) == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 30), max_size=120))
def test_hashes_are_a_set(values: list[int]) -> None:
    """What is new is new once, over all runs."""
    hashes, known = Hashes(most_recent=4), set[int]()
    for value in values:
        assert hashes.add(value) == (value not in known)
        known.add(value)
    assert hashes.bytes <= 8 * len(known)


def test_rows_are_found_after_the_tables_grew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Old ones and new ones, in about the memory that the page says."""
    monkeypatch.setattr(index_module, "FIRST_BUCKETS", 16)
    words = [" ".join(marked(dedup.original(n).text)) for n in range(3000)]
    sizes = shape(0.8)
    hashed = bands(np.array([signature(w) for w in words]), *sizes)
    with NearRows(sizes[0]) as rows:
        for word, row in zip(words, hashed, strict=True):
            rows.add(row, word)
        found = [rows.nearest(h, w, 1.0) for h, w in zip(hashed, words, strict=True)]
        assert found == [words.index(w) for w in words]
        assert rows.bytes < 216 * len(rows)


def test_the_shape_finds_what_is_similar_enough() -> None:
    """Bands for a threshold: a pair well above is hardly missed, one far below seldom met."""
    for threshold in (0.6, 0.8, 0.9):
        count, rows = shape(threshold)
        met = {s: 1 - (1 - s**rows) ** count for s in (threshold, threshold - 0.5)}
        assert met[threshold] > 0.99 and met[threshold - 0.5] < 0.7


HELD_OUT = ["Can we see the Alhambra on the second morning?", "thank you very much", "undo that"]


@pytest.mark.parametrize(
    "said",
    [
        "can we see the alhambra on the second morning",
        "Can we see the Alhambra on teh secnd morning?",
        "On the second morning, can we see the Alhambra?",
    ],
)
def test_leaks_are_told_without_their_text(said: str) -> None:
    """How many, and where the first came from."""
    dialogues = [
        dialogue(SAID),
        dialogue("Can we see the Prado on the second morning?"),
        dialogue("undo that"),
        Dialogue((Turn("user", said), *dialogue(SAID).turns), "", "", "jsonl:trips"),
        dialogue(said, origin="later"),
    ]
    with pytest.raises(LeakError, match=r"^2 dialogues .* the first from jsonl:trips:") as caught:
        check_leaks(dialogues, HELD_OUT)
    assert "lhambra" not in str(caught.value)
    check_leaks(dialogues[:3], HELD_OUT)
    cleaning = clean(dialogues, CONFIG, held_out=HELD_OUT)
    assert {d.origin for d in cleaning} == {"here"}
    assert cleaning.counts["dropped: leak"] == 2


def test_an_assistant_may_say_what_a_traveller_said() -> None:
    """Only messages of users are held out."""
    check_leaks([dialogue(SAID, HELD_OUT[0])], HELD_OUT)


def test_without_a_threshold_leaks_are_the_same_messages() -> None:
    """But for case, white space and the marks at the ends."""
    near, same = (
        dialogue("Can we see the Alhambra on teh secnd morning?"),
        dialogue("  can we see the  Alhambra on the second morning!"),
    )
    check_leaks([near], HELD_OUT, threshold=0)
    with pytest.raises(LeakError, match=r"^1 dialogues"):
        check_leaks([near, same], HELD_OUT, threshold=0)


def test_the_benchmark_plants_what_it_says() -> None:
    """Copies are of rows before them, look-alikes differ by their names, seeds hold."""
    rows = list(dedup.planted(1500))
    assert rows == list(dedup.planted(1500))
    said = [r.dialogue.turns[0].text for r in rows]
    originals = [t for t, r in zip(said, rows, strict=True) if r.kind == dedup.ORIGINAL]
    assert len(set(originals)) == len(originals)
    for text, row in zip(said, rows, strict=True):
        if row.kind == "exact":
            assert text in originals
        elif row.kind in dedup.LOOK_ALIKES:
            assert text not in originals
    assert {r.kind for r in rows} == {dedup.ORIGINAL, *dedup.COPIES, *dedup.LOOK_ALIKES}


@pytest.mark.parametrize("five_grams", [False, True])
def test_the_benchmark_measures(five_grams: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """A line a kind and the summary last; runs of five words miss what our shingles find."""
    options = ["--five-grams"] if five_grams else []
    assert dedup.main(["--rows", "1200", "--workers", "1", "--json-only", *options]) == 0
    *cases, summary = map(json.loads, capsys.readouterr().out.splitlines())
    assert sum(c["rows"] for c in cases) == summary["rows"] == 1200
    assert {"rows_per_second", "peak_mib", "workers"} < set(summary)
    assert summary["precision"] > 0.85
    assert summary["recall"] > 0.9 if not five_grams else summary["recall"] < 0.9
