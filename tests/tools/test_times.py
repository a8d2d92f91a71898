"""Hours, parts of a day and walks in the traveller's words."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.parts_of_day import LAST_MINUTE, MIDNIGHT
from tools.times import as_beginning, resolve_span, resolve_time, resolve_walk

CLOCK = st.builds(time, st.integers(0, 23), st.integers(0, 59))
Span = tuple[time, time]


# -- hours -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("9", time(21)),
        ("at half past nine", time(21, 30)),
        ("ten", time(22)),
        ("9 in the morning", time(9)),
        ("11 am", time(11)),
        ("09:00", time(9)),
        ("0845", time(8, 45)),
        ("1100 hours", time(11)),
        ("by 1130", time(11, 30)),
        ("945", time(21, 45)),
        ("21:15", time(21, 15)),
        ("8pm", time(20)),
        ("noon", time(12)),
        ("midnight", time(23, 59)),
        ("whenever", None),
    ],
)
def test_the_end_of_a_day_is_late(said: str, expected: time | None) -> None:
    """A bare hour is the evening's, one with its half of the day is not; midnight is the end."""
    assert resolve_time(said, late=True) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("TWENTY TO THREE", time(14, 40)),
        ("around ten past eight", time(8, 10)),
        ("half eight", time(8, 30)),
        ("9 p.m.", time(21)),
        ("six in the morning", time(6)),
        ("at 2 in afternoon", time(14)),
        ("quarter past nine in evening", time(21, 15)),
        ("18h", time(18)),
        ("1415", time(14, 15)),
        ("the ferry is at 0720, I think", time(7, 20)),
        ("1115 or so", time(11, 15)),
        ("945", time(9, 45)),
        ("at 900", time(9)),
        ("noonish", time(12)),
        ("around dinner-ish", time(19)),
        ("half elevenish", time(11, 30)),
        ("still at 11, please", time(11)),
        ("11 instead", time(11)),
        ("not before 10 sharp", time(10)),
        ("a table at 8:15 in the evening, please", time(20, 15)),
    ],
)
def test_hours_in_a_sentence(said: str, expected: time) -> None:
    """Case and other words around an hour do not hide it."""
    assert resolve_time(said) == expected


@pytest.mark.parametrize(
    ("said", "begins"),
    [
        ("6:30", time(6, 30)), ("6:15 instead", time(6, 15)), ("early, 5:20", time(5, 20)),
        ("half past five", time(5, 30)), ("7", time(7)), ("9", time(9)),
        ("6:30 pm", time(18, 30)), ("seven in the evening", time(19)), ("17:00", time(17)),
        ("2", time(14)),
    ],
)  # fmt: skip
def test_a_bare_hour_at_which_a_day_begins_is_early(said: str, begins: time) -> None:
    at = resolve_time(said)
    assert at is not None and as_beginning(said, at) == begins


@pytest.mark.parametrize("said", ["2028", "summer 2030", "a sum of 1500", "900", "99", "1275"])
def test_figures_that_are_no_hour(said: str) -> None:
    """Years, sums and what no clock shows."""
    assert resolve_time(said) is None


@given(CLOCK)
def test_an_hour_as_a_clock_shows_it_is_that_hour(at: time) -> None:
    """Of twenty-four hours, and of twice twelve, each minute is read as it is written."""
    assert resolve_time(f"{at:%H:%M}") == at
    assert resolve_time(f"at {at:%I:%M} {at:%p}") == at


# -- parts of a day --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("2 to 4", (time(14), time(16))),
        ("between 10 and 12", (time(10), time(12))),
        ("from two till half past three", (time(14), time(15, 30))),
        ("9 to 5", (time(9), time(17))),
        ("11-1", (time(11), time(13))),
        ("noon to 3", (time(12), time(15))),
        ("14h to 16h", (time(14), time(16))),
        ("9am to 1", (time(9), time(13))),
        ("10 to 8", (time(10), time(20))),
        ("our siesta from 2 to 4", (time(14), time(16))),
        ("until 11", (MIDNIGHT, time(11))),
        ("before noon", (MIDNIGHT, time(12))),
        ("after 8pm", (time(20), LAST_MINUTE)),
        ("from 5pm onwards", (time(17), LAST_MINUTE)),
        ("1300 to 1445", (time(13), time(14, 45))),
        ("2230-0100", (time(22, 30), LAST_MINUTE)),
        ("until noonish", (MIDNIGHT, time(12))),
        ("all day", (MIDNIGHT, LAST_MINUTE)),
    ],
)
def test_a_stretch_of_a_day(said: str, expected: Span) -> None:
    """Two hours, one with an open end, or the whole day."""
    assert resolve_span(said) == expected


@pytest.mark.parametrize(
    ("said", "inside", "outside"),
    [
        ("the morning", time(11), time(15)),
        ("my afternoons", time(15), time(10)),
        ("the whole evening", time(20), time(14)),
        ("lunch", time(13), time(16)),
        ("early morning", time(8), time(11)),
        ("in the late afternoon", time(17), time(14)),
        ("Tuesday afternoon", time(15), time(20)),
        ("after lunch", time(15), time(12)),
    ],
)
def test_a_part_of_a_day(said: str, inside: time, outside: time) -> None:
    """A part that has a name holds what everybody calls so, and not the rest of the day."""
    span = resolve_span(said)
    assert span is not None
    assert span[0] <= inside <= span[1]
    assert not span[0] <= outside <= span[1]


@pytest.mark.parametrize("said", ["", "whenever", "10 to 10", "from here to there"])
def test_what_is_no_stretch_of_a_day(said: str) -> None:
    """Neither other words nor an hour twice are guessed at."""
    assert resolve_span(said) is None


@given(CLOCK, CLOCK)
def test_a_written_stretch_is_that_stretch(one: time, other: time) -> None:
    """Whatever hours are written out in full, they are read as they are."""
    start, end = sorted((one, other))
    expected = (start, end) if start < end else None
    assert resolve_span(f"from {start:%H:%M} to {end:%H:%M}") == expected


@given(st.lists(st.sampled_from("from to until after 2 3 11 12 am pm noon lunch the".split())))
def test_a_stretch_ends_after_it_starts(words: list[str]) -> None:
    """However hours and words are strewn, nothing of no length comes out."""
    span = resolve_span(" ".join(words))
    assert span is None or span[0] < span[1]


# -- walks -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("20 minutes", 20),
        ("at most ten minutes at a time", 10),
        ("a 15-minute walk", 15),
        ("half an hour", 30),
        ("a quarter of an hour", 15),
        ("an hour", 60),
        ("2 hours", 120),
    ],
)
def test_minutes_are_meant_at_a_time(said: str, minutes: int) -> None:
    """A time limits each way and not the day."""
    limit = resolve_walk(said)
    assert limit is not None and (limit.leg_minutes, limit.day_metres) == (minutes, None)


@pytest.mark.parametrize(
    ("said", "metres"),
    [("5 km", 5000), ("eight kilometres a day", 8000), ("3 miles", 4828), ("2,5 km", 2500)],
)
def test_a_long_distance_is_meant_a_day(said: str, metres: int) -> None:
    """Nobody walks kilometres from one sight to the next."""
    limit = resolve_walk(said)
    assert limit is not None and (limit.leg_minutes, limit.day_metres) == (None, metres)


@pytest.mark.parametrize(
    ("said", "metres"), [("500 m", 500), ("1 km", 1000), ("half a mile", 805), ("a mile", 1609)]
)
def test_a_short_distance_is_meant_at_a_time(said: str, metres: int) -> None:
    """It becomes the minutes in which one walks it, at 4 to 5 km an hour."""
    limit = resolve_walk(said)
    assert limit is not None and limit.day_metres is None and limit.leg_minutes is not None
    assert 4000 <= metres / limit.leg_minutes * 60 <= 5100


@pytest.mark.parametrize("said", ["", "not far", "0 minutes", "0 km", "as little as can be"])
def test_what_is_no_walk(said: str) -> None:
    """No figure, or none above zero, is no limit."""
    assert resolve_walk(said) is None


@pytest.mark.parametrize(
    "said", ["a week", "with two", "from 3", "9 pm", "lunch", "March", "I'm in"]
)
def test_the_end_of_another_word_is_no_length(said: str) -> None:
    assert resolve_walk(said) is None


@pytest.mark.parametrize("said", ["with 500 m", "from here 500m", "I'm for 500 m"])
def test_a_length_is_found_behind_such_words(said: str) -> None:
    assert resolve_walk(said) == resolve_walk("500 m") is not None


@given(st.text(max_size=40))
def test_any_text_gives_a_stretch_and_a_walk_or_none(text: str) -> None:
    """No text makes the readers fail, and what they read is of some length."""
    span, limit = resolve_span(text), resolve_walk(text)
    assert span is None or span[0] < span[1]
    assert limit is None or (limit.leg_minutes or limit.day_metres or 0) > 0


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("quarter to 3pm", time(14, 45)),
        ("half past 9am", time(9, 30)),
        ("twenty past 6pm", time(18, 20)),
        ("quarter to 12 pm", time(11, 45)),
        ("12 at night", time(0)),
        ("1 at night", time(1)),
        ("five past nine", time(9, 5)),
        ("five to six", time(17, 55)),
    ],
)
def test_minutes_beside_a_half_of_the_day_are_kept(said: str, expected: time) -> None:
    """What is said before and after the hour both count."""
    assert resolve_time(said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("8 to 10pm", (time(20), time(22))),
        ("11 to 2pm", (time(11), time(14))),
        ("9 to 11 in the evening", (time(21), time(23))),
        ("22:00 to 02:00", (time(22), LAST_MINUTE)),
        ("8pm to 2am", (time(20), LAST_MINUTE)),
        ("10 till midnight", (time(22), LAST_MINUTE)),
        ("14:00-13:00", None),
        ("after 23:59", None),
        ("before the afternoon", (time(0), time(13))),
        ("after dinner", (time(20, 30), LAST_MINUTE)),
        ("between quarter to three and four", (time(14, 45), time(16))),
    ],
)
def test_spans_across_halves_of_the_day(said: str, expected: tuple[time, time] | None) -> None:
    """One half of the day said for both hours, nights past midnight, and none at all."""
    assert resolve_span(said) == expected


@pytest.mark.parametrize(
    ("said", "minutes", "metres"),
    [
        ("10,000 m", None, 10_000),
        ("twenty-five minutes", 25, None),
        ("a couple of miles", None, 3219),
        ("an hour and a half", 90, None),
        ("1 hour 30 minutes", 90, None),
        ("three quarters of an hour", 45, None),
        ("1500 metres a day", None, 1500),
    ],
)
def test_amounts_of_several_words(said: str, minutes: int | None, metres: int | None) -> None:
    """Amounts as they are said are read as a whole, not by their last word."""
    limit = resolve_walk(said)
    assert limit is not None
    assert (limit.leg_minutes, limit.day_metres) == (minutes, metres)
    assert resolve_walk("9" * 400 + " km") is None
