"""What a model has read, and what it may guess of what follows."""

from __future__ import annotations

from agent.models.context import Context
from agent.models.drafts import FAR, Drafts
from agent.models.graph import TOLD

PAGE = 4


def read(context: Context, *tokens: int) -> dict[str, list[int]]:
    """Adds tokens; what the model is given then."""
    given = context.add(tokens, 1)
    return {name: array.tolist() for name, array in given.items()}


def test_what_is_read_next_goes_on_where_the_last_ended() -> None:
    """On the same page, and on the next where that is full."""
    context = Context(PAGE)
    assert read(context, 5, 6, 7) == {
        "input_ids": [5, 6, 7],
        "position_ids": [0, 1, 2],
        "past_lens": [0],
        "subsequence_begins": [0, 3],
        "block_indices": [0],
        "block_indices_begins": [0, 1],
        "max_context_len": 3,
        TOLD: [2],
    }
    assert read(context, 8, 9) == {
        "input_ids": [8, 9],
        "position_ids": [3, 4],
        "past_lens": [3],
        "subsequence_begins": [0, 2],
        "block_indices": [0, 1],
        "block_indices_begins": [0, 2],
        "max_context_len": 5,
        TOLD: [1],
    }
    assert len(context) == 5


def test_a_prompt_keeps_what_it_begins_with() -> None:
    """The rest is written over."""
    context = Context(PAGE)
    read(context, 5, 6, 7, 8)
    assert context.keep([5, 6, 9, 9]) == 2
    assert read(context, 9, 9)["position_ids"] == [2, 3]
    assert context.keep([5, 6, 9, 9, 4]) == 4


def test_one_token_is_always_left_to_read() -> None:
    """Without it nothing would tell what comes next."""
    context = Context(PAGE)
    read(context, 5, 6, 7)
    assert context.keep([5, 6, 7]) == 2
    assert len(context) == 2


def test_padding_stands_behind_and_is_forgotten() -> None:
    """It has pages, but nobody is told what follows it."""
    context = Context(PAGE)
    given = context.add([7, 8, 9], told=2, padding=2)
    assert given["input_ids"].tolist() == [7, 8, 9, 0, 0]
    assert given["block_indices"].tolist() == [0, 1]
    assert given[TOLD].tolist() == [1, 2]
    assert len(context) == 3
    assert read(context, 5)["past_lens"] == [3]


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
