"""Who comes along is counted as it is said."""

from __future__ import annotations

import random
import re

from finetune import parties as parties_module
from finetune.parties import MOST, Party, party
from finetune.sources import phrasings
from finetune.surfaces import FOLDER
from tools.currency_words import currencies_in
from tools.headcount import UNSAID, headcount

WORDS = "no one two three four five six seven eight nine".split()
SPEAKER = re.compile(r"\b(?:me|I|myself|yours truly|us|we)\b")
CHILD = re.compile(
    r"bab(?:y|ies)|toddler|newborn|kid|child|little one|bairn|twin"
    r"|\d|year|aged?|who's|\([a-z]+\)"
)


def parties(count: int = 3000) -> list[Party]:
    rng = random.Random(11)
    return [party(rng, lambda: rng.choice(["Ama", "Lars", "Ines"])) for _ in range(count)]


def test_the_speaker_comes_and_hardly_two_are_alike() -> None:
    drawn = parties()
    assert all(SPEAKER.search(one.text) for one in drawn)
    assert all(2 <= one.count <= MOST for one in drawn)
    assert len({one.text for one in drawn}) > 0.8 * len(drawn)
    assert {one.count for one in drawn} == set(range(2, MOST + 1))


def test_a_number_of_others_and_the_speaker() -> None:
    """Counted anew where that is easy: "three friends and me", "me plus 2 colleagues"."""
    seen = 0
    number = "|".join([*WORDS[2:], *"23456789"])
    plain = re.compile(
        rf"(?:(?:just )?(?:me|myself)\W+(?:\w+ )?)?(?:my )?({number}) \w+s"
        r"(?:\W+(?:\w+ )?(?:me|I|myself|yours truly))?"
    )
    for one in parties():
        if found := plain.fullmatch(one.text):
            others = WORDS.index(found[1]) if found[1] in WORDS else int(found[1])
            assert one.count == others + 1, one
            seen += 1
    assert seen > 50


def test_those_who_are_listed_are_as_many_as_were_drawn() -> None:
    """What a phrase was drawn for (three friends, a couple) is what its list adds up to."""
    rng = random.Random(12)
    for _ in range(3000):
        text, many, _ = parties_module._companions(rng, lambda: rng.choice(["Ama", "Lars"]))
        named = parties_module.listed(text)
        assert headcount(named) == many, (text, named)
        assert all(one in text for one in named)


def test_everybody_listed_was_named() -> None:
    for one in parties():
        assert all(named == "me" or named in one.text for named in one.who), one


def test_the_authors_lists_name_people_of_their_lines() -> None:
    lines = [one for path in sorted(FOLDER.glob("*.jsonl")) for one in phrasings.read_file(path)]
    listed = [line for line in lines if isinstance(line.args.get("travellers"), list)]
    assert len(listed) > 3000
    for line in listed:
        who = line.args["travellers"]
        assert all(named in UNSAID or named in line.text for named in who), line
        assert not UNSAID & {*who[1:]}, line


def test_children_are_told_by_word_or_age() -> None:
    for one in parties():
        if one.kids:
            assert CHILD.search(one.text), one


def test_every_labelled_currency_could_be_read_from_its_line() -> None:
    """Of the authors' lines: all but those that leave it to who is speaking."""
    lines = [one for path in sorted(FOLDER.glob("*.jsonl")) for one in phrasings.read_file(path)]
    labelled = [
        (line.text, str(line.args[key]))
        for line in lines
        for key in ("currency", "to")
        if str(line.args.get(key, "")).isupper()
    ]
    missed = [(text, code) for text, code in labelled if code not in currencies_in(text)]
    assert len(labelled) > 1000 and len(missed) <= len(labelled) // 500, missed
