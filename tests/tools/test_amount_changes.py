"""Sums that are said as a change of another."""

from __future__ import annotations

import pytest

from tools.amount_changes import (
    Change,
    change_of,
    changes_in,
    party_change_of,
    party_changes_in,
)


@pytest.mark.parametrize(
    ("said", "words", "change"),
    [
        ("we can spend 100 euros more", "100 euros more", Change(more=100)),
        ("raise the budget by 200 please", "raise the budget by 200", Change(more=200)),
        ("Up our budget by \u20ac1,200.", "Up our budget by \u20ac1,200", Change(more=1200)),
        ("cut it by fifty", "cut it by fifty", Change(more=-50)),
        ("another 250 quid is fine", "another 250 quid", Change(more=250)),
        ("an extra 1.5k", "an extra 1.5k", Change(more=1500)),
        ("two hundred less, and slower", "two hundred less", Change(more=-200)),
        ("300\u20ac more for food", "300\u20ac more", Change(more=300)),
        ("could you double the budget?", "double the budget", Change(times=2)),
        ("could we knock 50 off the budget", "knock 50 off", Change(more=-50)),
        ("halve our budget", "halve our budget", Change(times=0.5)),
        ("raise it by 20%", "raise it by 20%", Change(times=1.2)),
        ("half a grand more", "half a grand more", Change(more=500)),
        ("a couple of hundred more", "a couple of hundred more", Change(more=200)),
        ("100 US dollars more", "100 US dollars more", Change(more=100)),
        ("1.200,50 more", "1.200,50 more", Change(more=1200.5)),
    ],
)
def test_changes(said: str, words: str, change: Change) -> None:
    assert changes_in(said) == [words]
    found = change_of(words)
    assert found is not None and (found.times, found.more) == (change.times, change.more)


@pytest.mark.parametrize(
    "said",
    [
        "no more than 800",
        "800 or more",
        "800, not a euro more",
        "1,200 is more than enough",
        "the budget is 500 now",
        "up to 900",
        "2 more museums",
        "three of us, budget 400",
        "by 6 we want to be back",
        "double room, 700 in all",
        "take 2 days off",
        "take day 12 off",
        "pick us up by 19",
        "spend half the budget on food",
        "don't raise it by 200",
        "another 30 museums",
        "raise the budget by 200 to 800",
        "99999999999 more",
    ],
)
def test_sums_that_stand_for_themselves(said: str) -> None:
    assert changes_in(said) == []


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("another 50 each", "another 50 each"),
        ("raise it by 50 per person, please", "raise it by 50 per person"),
        ("we can do 50 euros more a head", "50 euros more a head"),
        ("50 more apiece if need be", "50 more apiece"),
        ("50 more for each of us", "50 more for each of us"),
        ("50 per person more, please", "50 per person more"),
        ("an extra 50 pp", "an extra 50 pp"),
    ],
)
def test_a_sum_for_everybody_who_travels(said: str, words: str) -> None:
    assert changes_in(said) == [words]
    found = change_of(words)
    assert found is not None and found.each
    assert found.of(600, people=4) == 800


def test_a_sum_taken_off_for_everybody() -> None:
    assert changes_in("knock 50 off per person") == ["knock 50 off per person"]
    assert (change_of("knock 50 off per person") or Change()).of(600, people=4) == 400


@pytest.mark.parametrize(
    ("said", "words", "more"),
    [
        ("one more person is coming along", "one more person", 1),
        ("another two friends want in", "another two friends", 2),
        ("there's another kid now", "another kid", 1),
        ("two fewer people, sadly", "two fewer people", -2),
        ("one person less, I fear", "one person less", -1),
        ("3 more of us", "3 more of us", 3),
    ],
)
def test_parties_that_change(said: str, words: str, more: int) -> None:
    assert party_changes_in(said) == [words]
    assert party_change_of(words) == Change(more=more)


@pytest.mark.parametrize(
    "said",
    [
        "five people",
        "two more museums",
        "more people than I like",
        "another museum",
        "another guest house",
        "one more kid friendly museum",
        "another friend recommended Sintra",
        "one more person, 3 adults and 2 kids in all",
        "one or two more people",
    ],
)
def test_parties_that_do_not(said: str) -> None:
    assert party_changes_in(said) == []


def test_the_currency_of_a_change_is_known() -> None:
    assert change_of("a grand more") == Change(more=1000)
    assert (change_of("\u20ac200 more") or Change()).currencies == ("EUR",)
    assert "USD" in (change_of("another 200 dollars") or Change()).currencies


def test_a_sum_is_never_less_than_nothing() -> None:
    assert Change(more=-900).of(600) == 0
    assert Change(times=0.5, more=10).of(600) == 310
