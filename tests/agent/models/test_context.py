"""What a model has read, and what it may guess of what follows."""

from __future__ import annotations

from agent.models.context import DRAG, MAX_ROWS, Context
from agent.models.drafts import FAR, Drafts


def read(context: Context, *tokens: int) -> list[int]:
    """Adds tokens; the mask that stands for all rows then."""
    given = context.add(list(tokens))
    assert given["input_ids"].tolist() == [list(tokens)]
    end = context.length
    assert given["position_ids"].tolist() == [list(range(end - len(tokens), end))]
    shown: list[int] = given["attention_mask"][0].tolist()
    return shown


def test_a_prompt_keeps_what_it_begins_with() -> None:
    """The rest is struck out, and positions go on where what is kept ends."""
    context = Context()
    assert read(context, 5, 6, 7, 8) == [1, 1, 1, 1]
    assert context.keep([5, 6, 9, 9]) == 2
    assert read(context, 9, 9) == [1, 1, 0, 0, 1, 1]
    assert context.keep([5, 6, 9, 9, 4]) == 4


def test_one_token_is_always_left_to_read() -> None:
    """Without it nothing would tell what comes next."""
    context = Context()
    read(context, 5, 6, 7)
    assert context.keep([5, 6, 7]) == 2
    assert read(context, 7) == [1, 1, 0, 1]


def test_strikes_skip_what_is_struck_already() -> None:
    """The last rows that are shown, wherever they stand."""
    context = Context()
    read(context, 1, 2, 3)
    context.strike(1)
    read(context, 4)
    context.strike(2)
    assert context.length == 1
    assert read(context, 8) == [1, 0, 0, 0, 1]


def test_padding_is_struck_out_at_once() -> None:
    """It has no position of its own, and is skipped when a prompt is compared."""
    context = Context()
    given = context.add([7, 8, 9], padding=2)
    assert given["input_ids"].tolist() == [[7, 7, 7, 8, 9]]
    assert given["attention_mask"].tolist() == [[1, 0, 0, 1, 1]]
    assert given["position_ids"].tolist() == [[0, 0, 0, 1, 2]]
    assert read(context, 5) == [1, 0, 0, 1, 1, 1]
    assert context.keep([7, 8, 9, 4]) == 3


def test_a_context_wears_out() -> None:
    """By what is struck out, or by its length; a long prompt alone is no reason."""
    context = Context()
    read(context, *range(DRAG * 10 + 11))
    context.strike(DRAG * 10)
    assert not context.worn(10)
    context.strike(1)
    assert context.worn(10)
    context.clear()
    read(context, *range(MAX_ROWS - 10))
    assert not context.worn(10)
    context.strike(5)
    assert context.worn(30)
    context.clear()
    assert not context.worn(MAX_ROWS + 1)


def test_a_guess_is_what_came_after_the_same_tokens() -> None:
    """The longest match first, then the latest."""
    drafts = Drafts()
    drafts.begin([1, 2, 3, 4, 9, 3, 5, 6, 7])
    assert drafts.guess([1, 2, 3]) == (4, 9, 3, 5, 6, 7)
    assert drafts.guess([8, 2, 3]) == (4, 9, 3, 5)
    assert drafts.guess([8, 8, 3]) == (5, 6)
    assert drafts.guess([8]) == ()


def test_what_was_written_is_remembered() -> None:
    """For later prompts, which come first themselves."""
    drafts = Drafts()
    drafts.begin([1])
    drafts.remember([20, 21, 22, 23])
    drafts.begin([7, 21, 30])
    assert drafts.guess([20, 21]) == (22, 23)
    assert drafts.guess([21]) == (30,)


def test_guesses_are_strung_together() -> None:
    """Up to where they are worth it; what is certain is never cut for that."""
    drafts = Drafts()
    drafts.begin(range(100, 140))
    assert drafts.extended([100], [], 15) == list(range(101, 101 + FAR))
    assert drafts.extended([100], [101, 102], 15) == list(range(101, 101 + FAR))
    assert drafts.extended([100], list(range(1, 13)), 15) == list(range(1, 13))
    assert drafts.extended([100], list(range(1, 33)), 15) == list(range(1, 16))
    assert drafts.extended([3], [], 15) == []
