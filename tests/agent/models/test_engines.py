"""Both engines' promises, on the real base model."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

from agent.dialogue import wire
from agent.dialogue.grammar import tool_grammar
from agent.dialogue.prompts import spoken
from agent.dialogue.turns import Call, Turn
from agent.errors import ModelError
from agent.models.base import find_base
from agent.models.engine import Detokenizer, Engine, OnText
from agent.models.openvino import MAX_TOKENS, READ_AT_ONCE
from tests.agent.models.prompts import PROMPTS
from tools.catalog import CATALOG, schemas

if TYPE_CHECKING:
    from agent.models.local import TransformersEngine
    from agent.models.openvino import OpenVinoEngine

ARGUMENTS = {tool.name: tool.arguments for tool in CATALOG}


def keep(pieces: list[str]) -> OnText:
    return lambda text, log_probability: pieces.append(text)


def calls_only(prompt: str) -> str:
    return tool_grammar(schemas(), words=False, spoken=spoken(prompt))


def test_both_tokenizers_read_a_prompt_alike(openvino: OpenVinoEngine) -> None:
    from agent.models.local import gguf_tokenizer

    tokenizer = gguf_tokenizer(find_base().path)
    for prompt in PROMPTS:
        ids = tokenizer(prompt, add_special_tokens=False)["input_ids"]
        assert openvino._tokenizer.encode(prompt, add_special_tokens=False).ids == ids
        assert ids.count(1) == prompt.count(wire.START)
        assert ids[0] == 1


def test_the_engines_agree(
    openvino: OpenVinoEngine, transformers: TransformersEngine, untuned: OpenVinoEngine
) -> None:
    """Merged and in Q8_0, or unmerged in fp32: the same first tokens but for near ties."""
    alike = alike_untuned = 0
    for prompt in PROMPTS[:8]:
        grammar = calls_only(prompt)
        reference = transformers.generate(prompt, grammar=grammar, max_tokens=8).text
        alike += openvino.generate(prompt, grammar=grammar, max_tokens=8).text == reference
        other = untuned.generate(prompt, grammar=grammar, max_tokens=8).text
        alike_untuned += other == reference
    assert alike >= 7
    assert alike_untuned <= 4  # else the noise changes nothing, and the test shows nothing


def test_the_engines_are_equally_sure(
    openvino: OpenVinoEngine, transformers: TransformersEngine
) -> None:
    """Log-probabilities are those of the model itself, whatever the grammar forbids."""
    for prompt in PROMPTS[:4]:
        told: dict[str, list[tuple[str, float]]] = {"openvino": [], "transformers": []}
        for engine in (openvino, transformers):
            engine.generate(
                prompt,
                grammar=calls_only(prompt),
                max_tokens=2,
                on_text=lambda text, sure, to=told[engine.name]: to.append((text, sure)),
            )
        (mark, sure), (reference_mark, wanted) = told["openvino"][0], told["transformers"][0]
        assert mark == reference_mark == ">"  # the only token allowed, and yet no sure thing
        assert wanted < -1
        assert sure == pytest.approx(wanted, abs=0.5)


def test_an_answer_can_go_on_from_a_fork(engine: Engine) -> None:
    """As likely as it was told to be, and told from its prefix."""
    prompt = PROMPTS[0]
    grammar = calls_only(prompt)
    first = engine.generate(prompt, grammar=grammar, max_tokens=24, fork_above=-5.0)
    again = engine.generate(prompt, grammar=grammar, max_tokens=24)
    assert (again.text, [*again.forks]) == (first.text, [])
    assert first.forks
    fork = max(first.forks, key=len)
    pieces: list[tuple[str, float]] = []
    other = engine.generate(
        prompt,
        grammar=grammar,
        max_tokens=24,
        prefix=fork,
        on_text=lambda text, sure: pieces.append((text, sure)),
    )
    assert other.text != first.text
    assert "".join(text for text, _ in pieces) == other.text
    assert other.new_tokens == first.new_tokens == 24
    assert sum(sure for _, sure in pieces) == pytest.approx(other.log_probability, abs=0.01)
    assert other.log_probability < sum(sure for _, sure in fork)


def test_likelihoods_of_whole_texts(
    openvino: OpenVinoEngine, transformers: TransformersEngine
) -> None:
    """One by one or together, and by either engine."""
    calls = [
        '>plan_days{"destination":"Lisbon","days":3,"interests":["art","food"],"pace":"relaxed"}',
        '>plan_days{"destination":"Lisbon","days":3}',
        '>plan_days{"destination":"Lisbon"}',
    ]
    texts = [call + wire.END for call in calls] + [">"]
    told = openvino.log_probabilities(PROMPTS[0], texts)
    assert told == pytest.approx(
        [openvino.log_probabilities(PROMPTS[0], [t])[0] for t in texts], abs=0.05
    )
    assert told == pytest.approx(
        transformers.log_probabilities(PROMPTS[0], texts), rel=0.1, abs=0.5
    )
    assert told[0] < told[2] < told[3] < 0
    assert openvino.log_probabilities(PROMPTS[0], texts, cancelled=lambda: True) == []


@pytest.mark.parametrize("prompt", PROMPTS)
def test_noise_cannot_write_a_malformed_call(openvino: OpenVinoEngine, prompt: str) -> None:
    generation = openvino.generate(prompt, grammar=calls_only(prompt), max_tokens=96)
    lines = generation.text.split("\n")
    if generation.cut:
        lines.pop()
    for line in lines:
        (call,) = wire.parse(line).calls
        made = ARGUMENTS[call.name].model_validate(call.args)  # raises where it is malformed
        assert set(call.args) <= made.model_fields_set
    assert lines or generation.cut


def test_a_span_keeps_what_was_said(openvino: OpenVinoEngine) -> None:
    prompt = PROMPTS[2]
    grammar = tool_grammar({"geocode": schemas()["geocode"]}, words=False, spoken=spoken(prompt))
    (call, *_) = wire.parse(
        openvino.generate(prompt, grammar=grammar, max_tokens=160).text.split("\n")[0]
    ).calls
    assert call.args["query"] in spoken(prompt)


@pytest.fixture(params=["openvino", "transformers"])
def engine(request: pytest.FixtureRequest) -> Engine:
    made: Engine = request.getfixturevalue(request.param)
    return made


def test_the_stream_is_the_text(engine: Engine) -> None:
    for prompt in (PROMPTS[0], PROMPTS[5]):
        pieces: list[str] = []
        generation = engine.generate(prompt, grammar=None, max_tokens=16, on_text=keep(pieces))
        assert "".join(pieces) == generation.text
        assert "�" not in generation.text
        assert "<|" not in generation.text
        assert 0 < generation.first_token_seconds <= generation.seconds
        assert generation.new_tokens <= 16
        assert generation.cut == (generation.new_tokens == 16)


def test_decoding_is_greedy(engine: Engine) -> None:
    first, second = (engine.generate(PROMPTS[0], grammar=None, max_tokens=8) for _ in range(2))
    assert first.text == second.text


def test_a_cancelled_generation_returns_what_it_has(engine: Engine) -> None:
    pieces: list[str] = []
    generation = engine.generate(
        PROMPTS[0],
        grammar=None,
        max_tokens=60,
        on_text=keep(pieces),
        cancelled=lambda: len(pieces) >= 3,
    )
    assert generation.cancelled
    assert not generation.cut
    assert generation.new_tokens < 10
    assert generation.text == "".join(pieces)
    assert engine.generate(PROMPTS[0], grammar=None, max_tokens=2).new_tokens == 2


def test_cancelled_before_it_began(engine: Engine) -> None:
    generation = engine.generate(PROMPTS[0], grammar=None, max_tokens=9, cancelled=lambda: True)
    assert (generation.text, generation.cancelled) == ("", True)


@pytest.mark.parametrize("kind", [KeyError, RuntimeError])
def test_what_a_callback_raises_comes_out(engine: Engine, kind: type[Exception]) -> None:
    """As it is, also where the library's own errors are of that kind."""

    def fail(text: str, log_probability: float) -> None:
        raise kind(text)

    with pytest.raises(kind):
        engine.generate(PROMPTS[0], grammar=None, max_tokens=9, on_text=fail)
    assert engine.generate(PROMPTS[0], grammar=None, max_tokens=2).new_tokens == 2


def test_threads_take_turns(openvino: OpenVinoEngine) -> None:
    alone = [openvino.generate(p, grammar=None, max_tokens=8).text for p in PROMPTS[:4]]
    found: dict[int, str] = {}

    def ask(number: int) -> None:
        found[number] = openvino.generate(PROMPTS[number], grammar=None, max_tokens=8).text

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[number] for number in range(4)] == alone


def test_guesses_change_nothing(openvino: OpenVinoEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read in one go is what would have been written token by token."""
    asked = [(p, g) for p in PROMPTS[:6] for g in (calls_only(p), None)]
    steps = {True: 0, False: 0}

    def texts(guessing: bool) -> list[str]:
        read = openvino._read

        def counted(tokens: Sequence[int], told: int = 1) -> NDArray[np.float32]:
            steps[guessing] += 1
            return read(tokens, told)

        with monkeypatch.context() as patch:
            patch.setattr(openvino, "_read", counted)
            if not guessing:
                patch.setattr(openvino, "_guess", lambda text, matcher: ())
            return [openvino.generate(p, grammar=g, max_tokens=40).text for p, g in asked]

    plain = texts(guessing=False)
    assert texts(guessing=True) == plain
    assert texts(guessing=True) == plain  # now with its own words to copy from
    assert steps[True] < steps[False]  # of twice as many texts


def test_a_prompt_that_goes_on_is_not_read_again(openvino: OpenVinoEngine) -> None:
    """What is kept of the last prompt is found, and changes nothing."""
    prompt = PROMPTS[0]
    written = openvino.generate(prompt, grammar=calls_only(prompt), max_tokens=40).text
    longer = f"{prompt}{written}{wire.END}\n<|im_start|>tool\nundone{wire.END}\n"
    ids = openvino._tokenizer.encode(longer, add_special_tokens=False).ids
    assert openvino._context.keep(ids) >= len(openvino._encoded(prompt))
    after_it = openvino.generate(longer, grammar=None, max_tokens=12).text
    openvino._context.cut(0)
    assert openvino._context.keep(ids) == 0
    assert openvino.generate(longer, grammar=None, max_tokens=12).text == after_it


def test_scores_are_the_same_however_they_are_read(openvino: OpenVinoEngine) -> None:
    """In one go or in parts, behind what was dropped and with what fills up: bit by bit, but for
    single tokens, which are reckoned in another order.
    """
    ids = openvino._encoded(PROMPTS[0])
    openvino._context.cut(0)
    whole = openvino._read(ids, 3).copy()
    openvino._context.cut(40)
    openvino._read([7] * 50)
    openvino._context.cut(40)
    openvino._read(ids[40:57])
    assert np.array_equal(openvino._read(ids[57:], 3), whole)
    openvino._context.cut(len(ids) - 3)
    singly = np.concatenate([openvino._read([token]).copy() for token in ids[-3:]])
    assert np.allclose(singly, whole, atol=0.01)


@pytest.mark.parametrize(
    ("kind", "raised"), [(RuntimeError, ModelError), (MemoryError, MemoryError)]
)
def test_what_could_not_be_read_is_not_taken_for_read(
    openvino: OpenVinoEngine,
    monkeypatch: pytest.MonkeyPatch,
    kind: type[Exception],
    raised: type[Exception],
) -> None:
    """Else the next prompt that begins so would build on pages that nobody wrote."""
    wanted = openvino.generate(PROMPTS[1], grammar=None, max_tokens=8).text
    openvino.generate(PROMPTS[2], grammar=None, max_tokens=2)

    class Failing:
        def infer(self, *_: object, **__: object) -> None:
            raise kind("out of memory")

    with monkeypatch.context() as patch:
        patch.setattr(openvino, "_request", Failing())
        with pytest.raises(raised):
            openvino.generate(PROMPTS[1], grammar=None, max_tokens=8)
    assert openvino.generate(PROMPTS[1], grammar=None, max_tokens=8).text == wanted


def test_an_answer_ends_where_the_pages_do(openvino: OpenVinoEngine) -> None:
    """One sentence, no harm: behind the last page is memory that is somebody else's."""
    openvino._context.cut(0)
    openvino._context.add([7] * (MAX_TOKENS - 10), told=1)
    with pytest.raises(ModelError, match="so long an answer"):
        openvino._read([8] * 11)
    openvino._context.cut(MAX_TOKENS - 20)
    assert np.isfinite(openvino._read([8] * 17)).all()  # what fills up finds no room
    openvino._drafts.begin([7] * 99)
    assert len(openvino._guess([7] * (MAX_TOKENS - 20), None)) > 1
    assert len(openvino._guess([7] * (MAX_TOKENS - 1), None)) == 1
    assert openvino.generate(PROMPTS[0], grammar=None, max_tokens=2).new_tokens == 2


def test_a_prompt_is_read_together_with_a_guess(
    openvino: OpenVinoEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a call where a traveller spoke, which saves one; answers to tools begin in many ways."""
    told: list[list[int]] = []
    read = openvino._read

    def noted(tokens: Sequence[int], of: int = 1) -> NDArray[np.float32]:
        told.append(list(tokens)[len(tokens) - of + 1 :])
        return read(tokens, of)

    monkeypatch.setattr(openvino, "_read", noted)
    asked = [Turn("system", wire.system_text("Oslo, 3 days")), Turn("user", "undo that")]
    done = [Turn("assistant", calls=(Call("undo_change", {}),)), Turn("tool", "undone")]
    for turns in (asked, [*asked, *done]):
        openvino.generate(wire.render(turns), grammar=None, max_tokens=2)
        guessed, *_ = told
        assert openvino._tokenizer.decode(guessed).startswith(wire.CALL) is (turns is asked)
        told.clear()


def test_a_long_prompt_can_be_cancelled_while_it_is_read(openvino: OpenVinoEngine) -> None:
    """Between two parts of it, and the next call is none the worse."""
    asked = iter([False, True, True])  # before it begins, and after the first part
    long = "<|im_start|>user\n" + "a walk, then lunch; " * 300
    generation = openvino.generate(long, grammar=None, max_tokens=3, cancelled=lambda: next(asked))
    assert (generation.text, generation.cancelled) == ("", True)
    assert READ_AT_ONCE <= len(openvino._context) < 2 * READ_AT_ONCE
    assert openvino.generate(PROMPTS[0], grammar=None, max_tokens=2).new_tokens == 2


def test_grammars_leave_nothing_behind(openvino: OpenVinoEngine) -> None:
    """Each message has a grammar of its own; OpenVINO GenAI kept 1.4 MB of every one."""

    def ask(number: int) -> None:
        said = f"add the {number} bridge and the tower of {number * 7}"
        grammar = tool_grammar(schemas(), words=False, spoken=said)
        openvino.generate(PROMPTS[0], grammar=grammar, max_tokens=8)

    for number in range(30):
        ask(number)
    before = resident_mib()
    for number in range(30, 110):
        ask(number)
    assert resident_mib() - before < 30


def resident_mib() -> float:
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def test_characters_come_whole() -> None:
    pieces = {0: b"<|im_end|>", 1: "é".encode()[:1], 2: "é".encode()[1:], 3: b"ab"}
    detokenizer = Detokenizer(pieces, {0})
    assert [detokenizer.push(n) for n in (3, 1, 2, 0, 1, 3)] == ["ab", "", "é", "", "", "ab"]
