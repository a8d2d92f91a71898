"""The grammar lets every labelled call through, and nothing that is malformed."""

from __future__ import annotations

import itertools
from functools import cache

import llguidance
import pytest

from agent.dialogue import wire
from agent.dialogue.grammar import Constraint, answer_grammar, heads_grammar, tool_grammar
from agent.dialogue.turns import Call
from agent.models.matching import GrammarTokenizer, Matcher
from finetune.sources import phrasings
from finetune.synthesis import Synthesizer
from tools.catalog import schemas

END = 256


class Bytes:
    """A vocabulary of single bytes, as `llguidance.TokenizerWrapper` wants it."""

    def __init__(self) -> None:
        self.eos_token_id, self.bos_token_id = END, None
        self.tokens = [*(bytes([i]) for i in range(256)), b"</s>"]
        self.special_token_ids = [END]

    def __call__(self, text: bytes) -> list[int]:
        """The tokens of a text."""
        return list(text)


@cache
def letters() -> GrammarTokenizer:
    """Strings are judged letter by letter."""
    return llguidance.LLTokenizer(llguidance.TokenizerWrapper(Bytes()))


def accepts(grammar: str, text: str) -> bool:
    """Whether the text is a whole sentence of the grammar."""
    matcher = Matcher(letters(), grammar)
    for byte in text.encode():
        if not matcher.allowed()[byte]:
            return False
        matcher.accept(byte)
    return bool(matcher.allowed()[END])


def test_every_synthesized_call_is_in_the_grammar_of_its_own_words() -> None:
    """Labels are spans of what was said, so that decoding can demand it."""
    dialogues = itertools.islice(Synthesizer(phrasings.load(), 11), 400)
    for d in (d for d in dialogues if d.target.calls):
        spoken = "\n".join(t.text for t in d.turns if t.role in ("user", "assistant"))
        grammar = tool_grammar(schemas(), spoken=spoken)
        text = wire.completion(d.target).removesuffix(wire.END)
        assert accepts(grammar, text), (text, spoken)


@pytest.mark.parametrize(
    "text",
    [
        ">add_place{}",
        '>add_place{"place":""}',
        '>add_place{"day":2}',
        '>add_place{"day":2,"place":"Alfama"}',
        '>add_place{"place":"Alfama","day":"2"}',
        '>add_place{"place":"Alfama",}',
        '>add_place{"place":"Alfama"',
        '>add_place{"place":"Belém"}',
        '>add_place{"place":"Alfa"}',
        '>set_pace{"pace":"furious"}',
        '>set_pace{"pace":"easy"}',
        ">plan_days{,}",
        ">fly_home{}",
        '{"name":"undo_change"}',
        "",
    ],
)
def test_malformed_calls_are_not(text: str) -> None:
    """Missing or misplaced arguments, wrong types, values off the list, names not said."""
    assert not accepts(tool_grammar(schemas(), spoken="put Alfama on day 2, easy"), text)


def test_several_calls_and_words_are() -> None:
    """Up to three calls a line each, or an answer."""
    grammar = tool_grammar(schemas(), spoken="Alfama")
    call = wire.render_call(Call("add_place", {"place": "Alfama"}))
    assert accepts(grammar, "\n".join([call] * 3))
    assert not accepts(grammar, "\n".join([call] * 4))
    assert accepts(grammar, "Gladly! Which day?")
    assert not accepts(tool_grammar(schemas(), words=False, spoken="Alfama"), "Gladly!")


def test_an_answer_is_never_a_call() -> None:
    """Where words are due, a call can't begin."""
    assert accepts(answer_grammar(), "Day 1 begins at 9.")
    assert not accepts(answer_grammar(), ">undo_change{}")


def test_spans_run_from_word_to_word_in_any_script() -> None:
    """Quotes, apostrophes, and scripts without spaces."""
    grammar = tool_grammar(schemas(), spoken='3 days in "St. Peter\'s" or 東京タワー, please')
    said = "the Széchenyi Baths, Fado à Alfama, Ångbåt"
    for name in ("Széchenyi Baths", "Fado à Alfama", "Ångbåt"):
        call = wire.render_call(Call("add_place", {"place": name}))
        assert accepts(tool_grammar(schemas(), spoken=said), call)
    for name in ("St. Peter's", "東京", "東京タワー", "St. Peter's\" or 東京"):
        assert accepts(grammar, wire.render_call(Call("add_place", {"place": name}))), name
    assert not accepts(grammar, wire.render_call(Call("add_place", {"place": "京都"})))


def test_a_schema_that_can_not_be_written_is_refused() -> None:
    """An object within arguments has no rule, and says so."""
    with pytest.raises(ValueError, match=r"t\.x"):
        tool_grammar({"t": {"properties": {"x": {"type": "object"}}}})


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ('>plan_days{"must_see":["M+"]}', True),
        ('>plan_days{"travellers":2,"must_see":["Peak Tram","M+"]}', True),
        ('>plan_days{"must_see":["M+","Peak Tram"]}\n>undo_change{}', True),
        ('>plan_days{"must_see":["a","is","must","and","M+"]}', True),
        ('>plan_days{"must_see":["a","is","must","and","Peak","M+"]}', False),
        ('>plan_days{"must_see":["a","is","M+","must","and","Peak"]}', False),
        ('>plan_days{"must_see":["Peak Tram"]}', False),
        ('>plan_days{"travellers":2}', False),
        ('>add_place{"place":"M+"}', False),
        ("Gladly!", False),
    ],
)
def test_a_call_that_has_to_hold_a_name(text: str, fits: bool) -> None:
    constraint = Constraint("plan_days", "must_see", ("M+", "Peak"))
    said = "M+ is a must, and Peak Tram"
    assert accepts(tool_grammar(schemas(), spoken=said, constraint=constraint), text) == fits


def test_a_held_call_behind_others() -> None:
    first = '>set_hours{"day":2}\n'
    constraint = Constraint("add_place", "place", ("M+",), first)
    grammar = tool_grammar(schemas(), spoken="M+", constraint=constraint)
    held = first + '>add_place{"place":"M+","day":2}'
    assert accepts(grammar, held)
    assert accepts(grammar, held + "\n>undo_change{}")
    assert not accepts(grammar, held + "\n>undo_change{}\n>undo_change{}")
    assert not accepts(grammar, '>add_place{"place":"M+","day":2}')


def test_heads() -> None:
    grammar = heads_grammar(["add_place", "move_place"], ">undo_change{}\n")
    assert accepts(grammar, ">undo_change{}\n>move_place")
    assert not accepts(grammar, ">undo_change{}\n>plan_days")
