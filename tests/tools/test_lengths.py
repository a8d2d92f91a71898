"""Lengths that a small model would not reckon."""

from __future__ import annotations

import pytest

from tools.lengths import beyond, reckoned


@pytest.mark.parametrize(
    ("told", "written", "days"),
    [
        ("three weeks in Rome", 14, 21),
        ("three weeks in Rome", 3, 21),
        ("Rome for 3 good wks from 1 March 2027, two of us, 900 euros", 14, 21),
        ("a 3-week trip to Rome", 7, 21),
        ("two fortnights", 14, 28),
        # the newest line with a number counts
        ("Lisbon\nWe are two people\nthree weeks", 14, 21),
        # what is right stays
        ("three weeks in Rome", 21, 21),
        ("three weeks in Rome", 10, 10),
        ("two weeks in Rome", 14, 14),
        ("a fortnight in Rome", 14, 14),
        ("a couple of weeks in Rome", 14, 14),
    ],
)
def test_weeks_that_the_model_got_wrong(told: str, written: int, days: int) -> None:
    assert reckoned(written, told) == days


@pytest.mark.parametrize(
    ("told", "days"),
    [
        # after a refusal, or asked for another length
        ("Then plan 14\nfour weeks in Rome", 14),
        ("let's say 14\nI've six weeks in summer", 14),
        # several lengths
        ("three weeks in Italy, then one in Malta", 14),
        ("a week in Rome and three weeks in Florence", 14),
        ("ten days in Rome and three weeks in Paris", 14),
        ("one, two or three weeks", 7),
        ("two or three weeks", 14),
        ("two, at most three weeks in Rome", 14),
        ("three weeks? No, two then", 14),
        ("three weeks is too long, two will do", 14),
        ("three weeks minus a week", 14),
        ("three weeks and two days", 14),
        # a part of them
        ("I have four weeks off and want two of them in Japan", 14),
        ("two of my three weeks in Rome", 14),
        ("I've three weeks off, of which I'd spend two in Rome", 14),
        ("three weeks off, a fortnight of them in Rome", 14),
        # a newer one without a number
        ("Then a week in Rome\nThree weeks in Atlantis", 7),
        ("Make it a fortnight in Rome\nthree weeks in Japan", 14),
        ("a couple of weeks in Rome\nthree weeks in Japan", 14),
        ("Monday to Sunday, then\nthree weeks in Japan", 7),
        # a bound, a moment
        ("Rome, up to three weeks", 14),
        ("In about three weeks we want a long weekend in Rome", 3),
        ("Rome, leaving in roughly three weeks", 7),
        ("Rome, three weeks hence", 7),
        ("three weeks to go until Rome", 7),
        ("We got married three weeks back, now Rome", 7),
        ("The hotel wants payment three weeks ahead; Rome", 7),
        ("Rome for three weeks, or Monday to Sunday", 7),
        # no length at all
        ("in three weeks we go to Rome, Monday to Sunday", 7),
        ("Rome with our ten-week-old from Monday to Sunday", 7),
        ("I'm 30 weeks pregnant; Rome from 1 to 7 June", 7),
        ("three weeks from now, Rome", 7),
        ("Twenty-one days in Japan. In six weeks.", 14),
        ("In three weeks: 14days in Rome", 14),
        ("1.5 weeks", 7),
        ("2/3 weeks", 14),
        ("three weekends in Rome", 7),
        ("", 7),
    ],
)
def test_what_may_be_right_stays(told: str, days: int) -> None:
    assert reckoned(days, told) == days


@pytest.mark.parametrize(
    ("said", "written", "standing", "days"),
    [
        ("a sixth day has been agreed on", 6, 5, 1),
        ("can we stay a 4th day????", 4, 3, 1),
        ("make it a seventh full day", 7, 5, 2),
        ("a sixth day", 1, 5, 1),
        ("six more days", 6, 5, 6),
        ("the 4th day was too long, add 4 days", 4, 5, 4),
        ("stay longer", 2, 5, 2),
    ],
)
def test_a_day_that_is_counted_makes_the_trip_one_longer(
    said: str, written: int, standing: int, days: int
) -> None:
    assert beyond(written, standing, said) == days
