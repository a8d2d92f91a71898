"""One answer of a model: generated, judged call by call, told as it comes.

A call that the model doubts gives way to words, or to the question what was meant; one that was
cut is written again with more room, an argument that only the grammar put there is left out.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from langchain_core.messages import AIMessageChunk
from langchain_core.messages.ai import UsageMetadata
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGenerationChunk

from agent.dialogue import wire
from agent.dialogue.grammar import answer_grammar
from agent.dialogue.standing import DAYS
from agent.dialogue.turns import Call
from agent.errors import EndlessAnswerError, ModelError
from agent.models.asked import Asked
from agent.models.candidates import Candidate, Look, Made, Revision, each_once, write
from agent.models.engine import Generation
from agent.models.indecision import Torn, torn_between
from agent.models.likelihood import meant, value_log_probabilities
from agent.models.reranking import Reranking

_log = logging.getLogger(__name__)

Emit = Callable[[ChatGenerationChunk], None]


@dataclass(slots=True)
class Answer:
    """One answer on its way: what the engine writes, as text and whole calls."""

    asked: Asked
    grammar: str
    reranking: Reranking | None = None
    """Where there are readers; like the next two it has the calls told all at once."""
    looks: Sequence[Look] = ()
    """For other calls, one behind the other."""
    revisions: Sequence[Revision] = ()
    """Of what was made, one behind the other."""
    tools: Collection[str] = ()
    """Names of those between which the model may be torn: then it says nothing, and
    `torn_between` of the answer's metadata names them, `offers` its calls of them."""
    numbered: Callable[[], Answer] | None = None
    """The answer to the message with days by their numbers; None where it names none otherwise."""
    only: Callable[[str], str] | None = None
    """The grammar of calls of one tool; None where nothing is offered."""
    _emit: Emit = field(init=False)
    _made: list[Made] = field(default_factory=list, init=False)
    _told: int = field(default=0, init=False)
    """So many of the calls made are told."""
    _pending: str = field(default="", init=False)
    """Of a call: its line so far. Of words: nothing, once the first character is told."""
    _is_call: bool | None = field(default=None, init=False)
    _only_one: bool = field(default=False, init=False)
    _head: float = field(default=0.0, init=False)
    """Log-probability of the current call's beginning, up to its brace: that there is to be a
    call at all, and which tool's."""
    _heads: list[float] = field(default_factory=list, init=False)
    """Of the calls made."""
    _line: list[tuple[str, float]] = field(default_factory=list, init=False)
    """The current call's pieces with their log-probabilities."""
    _doubted: bool = field(default=False, init=False)
    _torn: tuple[str, ...] = field(default=(), init=False)
    _offers: list[Call] = field(default_factory=list, init=False)
    _done: list[Generation] = field(default_factory=list, init=False)
    """What it took, once it has run."""
    _certain: int = field(default=0, init=False)
    """So many calls are not doubted."""

    def run_to(self, put: Callable[[ChatGenerationChunk | BaseException | None], None]) -> None:
        """As `run`, for another thread: the error and, always, None at the end are put, too."""
        try:
            self.run(put)
        except BaseException as error:
            put(error)
        finally:
            put(None)

    def run(self, emit: Emit) -> None:
        """Generates; emits text and whole calls as they come, and last how it went.

        Raises:
            ModelError: the engine failed.
            EndlessAnswerError: not even one call came to its end.
        """
        self._emit = emit
        done = [self._attempt(self.asked.max_tokens)]
        if self._doubted and not self._made and not self.asked.cancelled():
            # not sure enough to do something: it says something instead, or asks
            torn = torn_between(self.asked, self.tools, done) if self.tools else Torn()
            if torn.of_one_mind:
                self._certain = 1
                self._begin_again()
                done.append(self._attempt(self.asked.max_tokens))
            elif torn.tools:
                self._torn = torn.tools
                self._offers = [*filter(None, (self._offer(tool, done) for tool in torn.tools))]
            else:
                done.append(self._say_something())
        if done[-1].cut and self._is_call and not self._made:
            # a very long first call: it gets room, and it alone
            self._begin_again()
            self._only_one = True
            done.append(self._attempt(2 * self.asked.max_tokens))
            if not self._made and not done[-1].cancelled:
                raise EndlessAnswerError(
                    "The model lost itself in that; please say it in fewer words."
                )
        if self.reranking is not None and self._made and not done[-1].cut:
            if (better := self.reranking.better(self._made, done[-1])) is not None:
                self._replace(better)
            done += self.reranking.done
            if not self._made:
                done.append(self._say_something())
        for look in self.looks if self._made and not done[-1].cut else ():
            if (better := look.better(self._made)) is not None:
                self._replace(better)
            done += look.done
        for revision in self.revisions if self._made else ():
            self._made = revision.revised(self._made)
            done += revision.done
        if self.numbered is not None and (self._torn or _is_of_days(self._made)):
            done += self._read_by_numbers(self.numbered())
        self._tell_calls()
        self._finish(done)

    def _read_by_numbers(self, other: Answer) -> list[Generation]:
        """Takes the calls of the same message with days by their numbers, if it makes some.

        What it took is returned. The model does not know on which weekday a trip's days fall.
        """
        try:
            other.run(lambda chunk: None)
        except ModelError as error:
            # the first calls are as good as they were
            _log.warning("The message was not read by numbers of days: %s", error)
            return other._done
        if other._made:
            self._made, self._heads = other._made, other._heads
            self._torn, self._offers = (), []
        return other._done

    def _offer(self, tool: str, done: list[Generation]) -> Call | None:
        """The call that it would make of a tool; None where it can't be had."""
        if self.only is None or self.asked.cancelled():
            return None
        found = Candidate(0)
        try:
            done.append(write(self.asked, self.only(tool), -math.inf, found))
            line, *_ = found.text.split("\n")
            return None if done[-1].cut else self._read(line, found.pieces).call
        except ModelError as error:  # the question is as good without
            _log.warning("No call was looked for to be offered: %s", error)
            return None

    def _say_something(self) -> Generation:
        self._begin_again()
        self.grammar = answer_grammar()
        return self._attempt(self.asked.max_tokens, words=True)

    def _replace(self, candidate: Candidate) -> None:
        """Other calls instead of those made; none, where the candidate has no text."""
        self._begin_again()
        self._made, self._heads = [], []
        self._certain = candidate.certain
        for piece in candidate.pieces:
            self._take(*piece)
        if self._pending and not self._doubted:
            self._call(self._pending)

    def _tell_calls(self) -> None:
        for number, made in enumerate(self._made[self._told :], start=self._told):
            chunk = tool_call_chunk(
                name=made.call.name,
                args=json.dumps(made.call.args, ensure_ascii=False),
                id=f"call-{uuid4().hex[:12]}",
                index=number,
            )
            message = AIMessageChunk(content="", tool_call_chunks=[chunk])
            self._emit(ChatGenerationChunk(message=message))
        self._told = len(self._made)

    def _begin_again(self) -> None:
        self._is_call, self._pending, self._doubted = None, "", False
        self._head, self._line = 0.0, []

    def _attempt(self, max_tokens: int, *, words: bool = False) -> Generation:
        generation = self.asked.engine.generate(
            self.asked.prompt,
            grammar=self.grammar,
            max_tokens=max_tokens,
            fork_above=self.reranking.settings.fork if self.reranking and not words else 0.0,
            on_text=self._take,
            cancelled=lambda: (
                self.asked.cancelled() or self._doubted or (self._only_one and bool(self._made))
            ),
        )
        # the last call ends with the text; a cut or cancelled one may lack its end
        finished = self._doubted or (self._only_one and self._made)
        if self._is_call and self._pending and not finished:
            whole = not (generation.cut or generation.cancelled)
            if whole or _is_whole(self._pending):
                self._call(self._pending)
        return generation

    def _take(self, text: str, log_probability: float) -> None:
        """Tells text at once, a call when its line has ended."""
        if self._is_call is None:
            self._is_call = text.startswith(wire.CALL)
        if not self._is_call:
            told = text if self._pending else text.lstrip()
            self._pending = self._pending or told[:1]
            if told:
                self._emit(ChatGenerationChunk(message=AIMessageChunk(content=told)))
            return
        if self._doubted:
            return
        *lines, self._pending = (self._pending + text).split("\n")
        before, *after = text.split("\n")
        self._line.append((before, log_probability))
        for line in lines:
            if not (self._only_one and self._made):
                self._call(line)
        if after:
            self._head, self._line = 0.0, [(after[-1], log_probability)] if after[-1] else []
        if "{" not in self._pending:
            self._head += log_probability
            made = len(self._made)
            self._doubted = made >= self._certain and self._head < self.asked.doubt_of(made)

    def _call(self, line: str) -> None:
        self._heads.append(self._head)
        self._made.append(self._read(line, self._line))
        if not (self.looks or self.reranking or self.revisions):
            self._tell_calls()

    def _read(self, line: str, pieces: Sequence[tuple[str, float]]) -> Made:
        """The call that a line is, written in these pieces.

        Raises:
            ModelError: it is none.
        """
        try:
            call = wire.parse(line).calls[0]
        except (wire.WireError, IndexError) as error:  # an engine that broke its promise
            raise ModelError("The model wrote a broken tool call; try again.") from error
        likely = value_log_probabilities(pieces, list(call.args))
        args = each_once(self.asked.resolved(Call(call.name, meant(call, likely))))
        total = sum(log_probability for _, log_probability in pieces)
        return Made(Call(call.name, args), line, total, likely)

    def _finish(self, done: Sequence[Generation]) -> None:
        self._done = [*done]
        last = done[-1]
        readings = (*self.revisions, *([self.reranking] if self.reranking else ()))
        reading = sum(one.reading_seconds for one in readings)
        read, written = sum(g.prompt_tokens for g in done), sum(g.new_tokens for g in done)
        if self.asked.cancelled():
            reason = "cancelled"
        elif self._made:
            reason = "tool_calls"
        else:
            reason = "length" if last.cut else "stop"
        message = AIMessageChunk(
            content="",
            usage_metadata=UsageMetadata(
                input_tokens=read, output_tokens=written, total_tokens=read + written
            ),
            response_metadata={
                "model_name": self.asked.engine.name,
                "finish_reason": reason,
                "first_token_seconds": done[0].first_token_seconds,
                "seconds": sum(g.seconds for g in done) + reading,
                "tool_log_probabilities": [round(head, 4) for head in self._heads],
                "value_log_probabilities": [dict(made.likely) for made in self._made],
                "torn_between": [*self._torn],
                "offers": [{"name": call.name, "args": dict(call.args)} for call in self._offers],
            },
            chunk_position="last",
        )
        self._emit(ChatGenerationChunk(message=message))


def _is_of_days(made: Sequence[Made]) -> bool:
    """Whether a call holds a day's number."""
    return any(key in one.call.args for one in made for key in DAYS)


def _is_whole(line: str) -> bool:
    """Whether the text of a call that was cut off is nevertheless a whole one."""
    try:
        return bool(wire.parse(line).calls)
    except wire.WireError:
        return False
