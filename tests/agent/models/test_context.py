"""What a model has read, and what it may guess of what follows."""

from __future__ import annotations

from agent.dialogue.wire import parse
from agent.models.context import Context
from agent.models.drafts import FAR, REMEMBERED, Drafts, typical_texts
from agent.models.graph import TOLD
from tools.catalog import schemas

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
    assert drafts.guess([1, 2, 3]) == 4
    assert drafts.guess([8, 3]) == 5
    assert drafts.guess([8]) is None


def test_what_was_written_is_remembered() -> None:
    """What mostly came next; of a single token it tells more than the prompt."""
    drafts = Drafts()
    for token in (22, 23, 23):
        drafts.remember([20, 21, token])
    drafts.begin([7, 21, 30])
    assert drafts.guess([20, 21]) == 23
    assert drafts.guess([9, 21]) == 23
    assert drafts.guess([7, 21]) == 30
    for token in range(40, 50):
        drafts.remember([20, 21, token])
    assert drafts.guess([20, 21]) == 30  # anything may come there


def test_what_was_written_long_ago_is_forgotten() -> None:
    """What is typical is not."""
    drafts = Drafts([[50, 51]])
    drafts.remember([50, 52])
    drafts.remember([60, 61])
    for _ in range(REMEMBERED - 1):
        drafts.remember([70, 71])
    assert (drafts.guess([50]), drafts.guess([60])) == (51, 61)
    drafts.remember([70, 71])
    assert (drafts.guess([50]), drafts.guess([60])) == (51, None)
    assert len(drafts._written) == 2


def test_an_answer_s_beginning_is_guessed_by_what_it_answers() -> None:
    """Not by the prompt; what is certain comes first."""
    drafts = Drafts(
        [[1, 9, 50, 51], [1, 9, 50, 52], [2, 9, 60], [2, 9, 61], [2, 9, 62], [2, 9, 63]]
    )
    drafts.begin([1, 9, 70, 71], begun=[1, 9])
    assert drafts.opening([], 1) == [50]
    assert drafts.opening([40], 1) == [40]
    drafts.begin([1, 9, 70, 71], begun=[2, 9])
    assert drafts.opening([], 5) == []
    for _ in range(2):
        drafts.remember([60])
    assert drafts.opening([], 1) == [60]


def test_guesses_are_strung_together() -> None:
    """Up to where they are worth it; what is certain is never cut for that."""
    drafts = Drafts(ends={139})
    drafts.begin(range(100, 150))
    assert drafts.extended([100], [], 15) == list(range(101, 101 + FAR))
    assert drafts.extended([100], [101, 102], 15) == list(range(101, 101 + FAR))
    assert drafts.extended([100], list(range(1, 13)), 15) == list(range(1, 13))
    assert drafts.extended([100], list(range(1, 33)), 15) == list(range(1, 16))
    assert drafts.extended([3], [], 15) == []
    assert drafts.extended([136], [], 15) == [137, 138, 139]  # nothing comes after the end


def test_typical_texts_are_what_the_model_may_write() -> None:
    """Calls that can be read, and words."""
    turns = [parse(text) for text in typical_texts()]
    assert len(turns) >= 500
    names = {call.name for turn in turns for call in turn.calls}
    assert len(names & schemas().keys()) > 15
    assert sum(bool(turn.text) for turn in turns) > 50
