"""A true name in a wrong role is no true sentence."""

from __future__ import annotations

import re

from agent.dialogue.grounding import grounded
from agent.dialogue.phrases import plain_answer, templates, unsaid
from agent.dialogue.roles import like_the_host, misplaced
from tools.outcome import SITUATIONS, Outcome, Trip

MOVED = Outcome("moved", {"place": "St. Peter's Basilica", "day": "day 2", "time": "10:15"}, Trip())


def test_every_sentence_of_the_host_is_in_order() -> None:
    """With values that hold full stops, in all situations, with all facts and with the fewest."""
    for situation, texts in templates().items():
        facts = {key: f"St. {key.title()} no. {n}" for n, key in enumerate(SITUATIONS[situation])}
        outcome = Outcome(situation, facts, Trip())
        for text in texts:
            assert not misplaced(text.format(**facts), [outcome]), text
        assert not misplaced(plain_answer([outcome]), [outcome])


def test_exchanged_facts_are_found() -> None:
    """Every answer to a replacement with the two places exchanged."""
    facts = {"place": "Old Mill", "new": "Salt Museum", "day": "day 3"}
    outcome = Outcome("replaced", facts, Trip())
    wrong = {**facts, "place": facts["new"], "new": facts["place"]}
    both = [t for t in templates()["replaced"] if "{place}" in t and "{new}" in t]
    found = [misplaced(text.format(**wrong), [outcome]) for text in both]
    assert len(both) > 5 and all(found)


def test_days_in_the_places_of_names() -> None:
    shape = next(t for t in templates()["moved"] if t.count("{place}") == 1 and "{day}" in t)
    said = shape.format(place="Day 1 and day 2", day="day 2", time="10:15")
    assert misplaced(said, [MOVED])
    assert grounded(said, [MOVED], "day 1") is None


def test_words_of_ones_own_are_not_judged() -> None:
    own = (
        "Right, St. Peter's Basilica has gone over to day 2, a quarter past ten (10:15), as asked."
    )
    assert not misplaced(own, [MOVED])
    assert grounded(own, [MOVED], "") == own


def test_a_sentence_of_another_turn_is_not_judged_here() -> None:
    """`grounding` judges its names; a shape counts only in its situation."""
    assert not misplaced("Old Mill makes way for Salt Museum.", [MOVED])


def test_two_outcomes_each_with_its_own_facts() -> None:
    first = Outcome("removed", {"place": "Old Mill", "day": "day 1"}, Trip())
    second = Outcome("removed", {"place": "Salt Museum", "day": "day 3"}, Trip())
    shape = next(t for t in templates()["removed"] if "{place}" in t and "{day}" in t)
    right = f"{shape.format(**first.facts)} {shape.format(**second.facts)}"
    assert not misplaced(right, [first, second])
    assert misplaced(shape.format(place="Old Mill", day="day 3"), [first, second])


def test_who_speaks_as_the_host_says_nothing_else() -> None:
    """Slips beside a true sentence are found; all of the host's own answers stay."""
    true = plain_answer([MOVED])
    assert like_the_host(true, [MOVED])
    slip = f"{true} I found the museum, and I'm sorry to keep it."
    assert not like_the_host(slip, [MOVED])
    assert grounded(slip, [MOVED], as_host=True) is None
    assert grounded(slip, [MOVED]) == slip
    assert grounded("You're welcome, any time.", [], as_host=True) is not None
    for situation, texts in templates().items():
        facts = {key: f"St. {key.title()} no. {n}" for n, key in enumerate(SITUATIONS[situation])}
        for text in texts:
            assert like_the_host(text.format(**facts), [Outcome(situation, facts, Trip())])


def test_nothing_is_asked_that_need_not_be() -> None:
    """Who has a trip and changes it is not asked where to go."""
    asks = f"{plain_answer([MOVED])} Where would you like to go?"
    assert not like_the_host(asks, [MOVED])
    asked = Outcome("need_destination", {}, Trip())
    assert like_the_host("Gladly. Where would you like to go?", [asked])


def test_a_word_more_or_less_is_the_hosts_still() -> None:
    for text in templates()["moved"]:
        words = text.split(" ")
        own = [n for n, word in enumerate(words) if "{" not in word]
        if len(own) > 6:
            fewer = words[: own[3]] + words[own[3] + 1 :]
            assert like_the_host(" ".join(fewer).format(**MOVED.facts), [MOVED]), fewer


def test_what_is_nearer_to_an_unsaid_sentence_is_not_said() -> None:
    """A model that was tuned on it says "day 2 ends earlier now", which nobody knows."""
    outcome = Outcome("removed", {"place": "Old Mill", "day": "day 2"}, Trip())
    assert not like_the_host("Old Mill is out of your trip. day 2 ends earlier now.", [outcome])
    assert like_the_host("Old Mill is out of your trip.", [outcome])
    shorter = Outcome("shorter", {"days": "3 days"}, Trip())
    assert like_the_host("The trip ends earlier now, after 3 days.", [shorter])
    for text in unsaid():
        said = text.format(**dict.fromkeys(re.findall(r"\{(\w+)\}", text), "day 2"))
        assert not like_the_host(said, [outcome]), said


def test_no_sentence_of_the_host_is_unsaid() -> None:
    own = {text for texts in templates().values() for text in texts}
    assert not own & {*unsaid()}
    for situation, texts in templates().items():
        facts = {key: f"St. {key.title()} no. {n}" for n, key in enumerate(SITUATIONS[situation])}
        outcome = Outcome(situation, facts, Trip())
        for text in texts:
            assert like_the_host(text.format(**facts), [outcome]), text
