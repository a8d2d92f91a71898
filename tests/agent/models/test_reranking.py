"""Where the model was not sure, other adapters choose between what it might have said."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pytest

from agent.dialogue import wire
from agent.dialogue.turns import Turn
from agent.errors import ModelError
from agent.models.asked import Asked
from agent.models.candidates import Candidate, Made
from agent.models.chat import TripwrightChatModel
from agent.models.engine import Cancelled, Generation, OnText, Written
from agent.models.reranking import Reranking, RerankingSettings
from agent.toolbox import langchain_tools

SAID = "Oslo for the four of us, with a pram"
PROMPT = wire.render([Turn("system", wire.system_text()), Turn("user", SAID)])
THREE = '>plan_days{"destination":"Oslo","travellers":3,"step_free":true}'
FOUR = '>plan_days{"destination":"Oslo","travellers":4,"step_free":true}'
NOBODY = '>plan_days{"destination":"Oslo","step_free":true}'
WORDS = "A fine wish."
SETTINGS = RerankingSettings()


class Forking:
    """Writes its first text, or the one that a fork is of; a fork is the number of its text.

    Args:
        texts: -> the logarithm of their probability, the first text's first.
    """

    name = "forking"

    def __init__(self, texts: Mapping[str, float]) -> None:
        self.texts = [*texts.items()]
        self.begun: list[int] = []
        self.stop = False
        self.fork_above = SETTINGS.fork
        """What has to be asked for."""

    def generate(
        self,
        prompt: str,
        *,
        grammar: str | None,
        max_tokens: int,
        on_text: OnText | None = None,
        cancelled: Cancelled | None = None,
        prefix: Written = (),
        fork_above: float = 0.0,
    ) -> Generation:
        """Half of the logarithm is the first character's."""
        number = prefix[0][0] if prefix else 0
        text, total = self.texts[number]
        if prefix:
            self.begun.append(number)
        words = grammar is not None and "TOOL_" not in grammar
        if words and not prefix:  # it was better to say something
            text, total = WORDS, -0.1
        assert fork_above == (0 if prefix or words else self.fork_above)
        assert on_text is not None and cancelled is not None
        for piece in (text[:1], text[1:]):
            on_text(piece, total / 2)
            if cancelled():
                return Generation(piece, 9, 1, 0.0, 0.0, cancelled=True, log_probability=total / 2)
        forks = [((n, t / 2),) for n, (_, t) in enumerate(self.texts) if n and not prefix]
        return Generation(text, 9, 2, 0.0, 0.0, log_probability=total, forks=forks)

    def log_probabilities(
        self, prompt: str, texts: Sequence[str], *, cancelled: Cancelled | None = None
    ) -> list[float]:
        """Is not asked."""
        raise NotImplementedError


class Reader(Forking):
    """Likes what it is told to like.

    Args:
        likes: answer -> the logarithm of its probability after the message; of ">", that it is a
            call.
    """

    def __init__(self, likes: Mapping[str, float]) -> None:
        super().__init__({})
        self.likes = likes
        self.prompt = PROMPT
        self.read: list[str] = []

    def log_probabilities(
        self, prompt: str, texts: Sequence[str], *, cancelled: Cancelled | None = None
    ) -> list[float]:
        """Of fewer where it is cancelled."""
        if cancelled is not None and cancelled():
            return []
        self.read += texts
        assert prompt == self.prompt
        return [self.likes[text.removesuffix(wire.END)] for text in texts]


def better(
    engine: Forking,
    *readers: Reader,
    settings: RerankingSettings = SETTINGS,
    cut: bool = False,
    cancelled: bool = False,
) -> str | None:
    """What is said instead of the engine's first text; empty for words."""
    found = candidate(engine, *readers, settings=settings, cut=cut, cancelled=cancelled)
    return None if found is None else found.text


def certain(engine: Forking, *readers: Reader) -> int | None:
    """How many calls of what is said instead are not doubted."""
    found = candidate(engine, *readers)
    return None if found is None else found.certain


def candidate(
    engine: Forking,
    *readers: Reader,
    settings: RerankingSettings = SETTINGS,
    cut: bool = False,
    cancelled: bool = False,
) -> Candidate | None:
    asked = Asked(engine, PROMPT, 100, lambda: engine.stop, -0.7, SAID)
    first, total = engine.texts[0]
    forks = [((n, t / 2),) for n, (_, t) in enumerate(engine.texts) if n]
    generation = Generation(
        first, 9, 2, 0.0, 0.0, cut=cut, cancelled=cancelled, log_probability=total, forks=forks
    )
    made = [Made(wire.parse(line).calls[0], line, total) for line in first.split("\n")]
    return Reranking(asked, "", readers, settings).better(made, generation)


@pytest.mark.parametrize(("more", "found"), [(0.1, FOUR), (-0.1, None)])
def test_readers_have_to_prefer_it_by_far(more: float, found: str | None) -> None:
    engine = Forking({THREE: -0.5, FOUR: -1.0})
    assert better(engine, Reader({THREE: -2.0, FOUR: -2.0 + SETTINGS.margin + more})) == found


@pytest.mark.parametrize(("less", "begun"), [(0.1, True), (-0.1, False)])
def test_what_the_model_finds_unlikely_is_not_read(less: float, begun: bool) -> None:
    engine = Forking({THREE: -0.5, FOUR: -0.5 - SETTINGS.within + less})
    reader = Reader({THREE: -9.0, FOUR: -0.1})
    assert (better(engine, reader) == FOUR) is begun
    assert bool(reader.read) is begun


def test_the_best_of_several_by_the_mean_of_several_readers() -> None:
    engine = Forking({THREE: -0.5, NOBODY: -0.6, FOUR: -0.7})
    one, two = (
        Reader({THREE: -5.0, NOBODY: nobody, FOUR: four})
        for nobody, four in ((-1.0, -2.0), (-4.0, -1.0))
    )
    assert better(engine, one, two) == FOUR
    assert better(engine, one) == NOBODY


@pytest.mark.parametrize(("call", "found"), [(math.log(0.01), ""), (math.log(0.4), None)])
def test_it_may_be_better_to_say_something(call: float, found: str | None) -> None:
    """Than to call anything: that the calls are hard to guess is no reason."""
    engine = Forking({THREE: -0.6, WORDS: -0.7})
    assert better(engine, Reader({THREE: -3.0, wire.CALL: call})) == found


def test_the_same_calls_are_read_once() -> None:
    """In other words of JSON, too."""
    engine = Forking({THREE: -0.5, THREE.replace(":3", ": 3"): -0.6, FOUR: -0.7})
    reader = Reader({THREE: -1.0, FOUR: -1.0})
    assert better(engine, reader) is None
    assert engine.begun == [1, 2]
    assert reader.read[:2] == [THREE + wire.END, FOUR + wire.END]


class Stopping(Reader):
    """While it reads, nobody waits any more."""

    def __init__(self, likes: Mapping[str, float], engine: Forking) -> None:
        super().__init__(likes)
        self.engine = engine

    def log_probabilities(
        self, prompt: str, texts: Sequence[str], *, cancelled: Cancelled | None = None
    ) -> list[float]:
        """All of them, nevertheless."""
        found = super().log_probabilities(prompt, texts, cancelled=cancelled)
        self.engine.stop = True
        return found


def test_an_answer_that_was_broken_off_is_not_compared() -> None:
    engine = Forking({THREE: -0.5, FOUR: -0.6})
    reader = Reader({THREE: -9.0, FOUR: -0.1})
    assert better(engine, reader, cancelled=True) is None
    assert better(engine, reader, cut=True) is None
    assert (engine.begun, reader.read) == ([], [])


def test_of_two_calls_the_one_with_the_rival_is_not_doubted() -> None:
    """What comes behind it is, as ever."""
    hours = '>set_hours{"day":1,"start":"10"}'
    first, second = f"{THREE}\n{hours}", f"{FOUR}\n{hours}"
    third = f"{THREE}\n{hours.replace('10', '11')}"
    engine = Forking({first: -0.5, second: -0.6, third: -0.7})
    assert certain(engine, Reader({first: -9.0, second: -1.0, third: -9.0})) == 1
    assert certain(engine, Reader({first: -9.0, second: -9.0, third: -1.0})) == 2
    one_less = Forking({first: -0.5, THREE: -0.6})
    assert certain(one_less, Reader({first: -9.0, THREE: -1.0})) == 1


def test_stopped_or_broken_the_first_calls_stay(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Reader):
        def log_probabilities(self, *_: object, **__: object) -> list[float]:
            """Never."""
            raise ModelError("Broken.")

    engine = Forking({THREE: -0.5, FOUR: -0.6})
    with caplog.at_level("WARNING"):
        assert better(engine, Broken({})) is None
    assert "Broken." in caplog.text
    likes = {THREE: -9.0, FOUR: -0.1}
    assert better(engine, Reader(likes)) == FOUR
    assert better(engine, Stopping(likes, engine=engine)) is None
    engine.stop = True
    assert better(engine, Reader(likes)) is None


def test_readers_are_asked_as_long_as_there_is_no_trip() -> None:
    """Of edits they know less than the model (decision 011)."""
    engine = Forking({THREE: -0.5, FOUR: -0.7})
    reader = Reader({THREE: -9.0, FOUR: -1.0})
    model = TripwrightChatModel(engine=engine, readers=(reader,))
    assert travellers(model, trip=False) == [4] and reader.read
    engine.fork_above = 0.0
    reader.read.clear()
    assert travellers(model, trip=True) == [3] and not reader.read


def test_where_there_are_none_nothing_is_weighed() -> None:
    engine = Forking({THREE: -0.5, FOUR: -0.7})
    engine.fork_above = 0.0
    assert travellers(TripwrightChatModel(engine=engine), trip=False) == [3]


def travellers(model: TripwrightChatModel, trip: bool) -> list[int]:
    """As many as each call says."""
    system = wire.system_text("Oslo, 3 days") if trip else wire.system_text()
    prompt = wire.render([Turn("system", system), Turn("user", SAID)])
    for reader in model.readers:
        assert isinstance(reader, Reader)
        reader.prompt = prompt
    answer = model.bind_tools(langchain_tools()).invoke([("system", system), ("human", SAID)])
    return [call["args"]["travellers"] for call in answer.tool_calls]


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    ("likes", "travellers", "text"),
    [
        ({THREE: -1.0, FOUR: -1.0, wire.CALL: -0.01}, [3], ""),
        ({THREE: -9.0, FOUR: -1.0, wire.CALL: -0.01}, [4], ""),
        ({THREE: -9.0, FOUR: -9.0, wire.CALL: -9.0}, [], WORDS),
    ],
)
def test_the_chat_model_tells_what_was_chosen(
    likes: Mapping[str, float], travellers: list[int], text: str, streamed: bool
) -> None:
    """And nothing of what was not."""
    engine = Forking({THREE: -0.5, FOUR: -0.7, WORDS: -1.2})
    tools = langchain_tools()
    model = TripwrightChatModel(engine=engine, readers=(Reader(likes),)).bind_tools(tools)
    messages = [("system", wire.system_text()), ("human", SAID)]
    if streamed:
        chunks = [*model.stream(messages)]
        answer = sum(chunks[1:], chunks[0])
        assert answer.text == text
    else:
        answer = model.invoke(messages)
    assert [call["args"]["travellers"] for call in answer.tool_calls] == travellers
    assert answer.text == text
