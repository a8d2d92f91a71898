"""The one wire format: conversation -> prompt text -> tool calls or words.

Used by the chat model that serves and by the factory that trains, so that a model is trained on
just what it will read. ChatML, as the base model's template writes it. What the model reads is
kept short, because a small model on a small machine pays for every token:

- the system line names the trip, if there is one;
- of the past only the last `HISTORY` messages remain, an assistant's shortened to its end;
- a tool call is `>name{arguments as JSON}`, one a line, keys in the catalog's order;
  an answer in words never begins with `>`;
- travellers may be written as a list of those who come (`tools/headcount.py`): reading
  counts them, and calls that stand in a prompt have their number; who joins or leaves those who
  stand is a list behind a sign throughout.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agent.dialogue.turns import Call, Turn
from tools.headcount import counted

START, END = "<|im_start|>", "<|im_end|>"


@dataclass(frozen=True, slots=True)
class Markers:
    """How a family of models marks where a message begins and ends."""

    name: str
    start: str
    """Before the role."""
    body: str
    """Between role and text."""
    end: str
    """After the text: where the model stops."""
    between: str
    """After a message that is not the last."""
    begin: str = ""
    """Before the first message."""


CHATML = Markers("chatml", START, "\n", END, "\n")
"""SmolLM2's, and the product's own."""
LLAMA3 = Markers(
    "llama-3", "<|start_header_id|>", "<|end_header_id|>\n\n", "<|eot_id|>", "", "<|begin_of_text|>"
)
"""Of Llama 3, 3.1 and 3.2."""
CALL = ">"
HISTORY = 4
"""Messages kept from before the one being answered: two exchanges."""
MAX_PAST_CHARS = 160
MAX_MESSAGE_CHARS = 2000
"""A longer message keeps its beginning and end: wishes stand there more often than between."""


class WireError(ValueError):
    """The text is neither calls nor words; says what is wrong with it."""


def system_text(trip_summary: str = "") -> str:
    """The system line: `trip_summary` such as `Lisbon, 3 days`, or nothing.

    No dates in it: each digit is a token, and the model copies dates rather than reckons with them.
    """
    return f"Trip: {trip_summary}" if trip_summary else "No trip yet"


def render(turns: Sequence[Turn], markers: Markers = CHATML) -> str:
    """The prompt, up to where the assistant's next words or calls begin."""
    said = "".join(
        f"{markers.start}{t.role}{markers.body}{_body(t, markers)}{markers.end}{markers.between}"
        for t in map(counted_turn, _kept(turns))
    )
    return f"{markers.begin}{said}{markers.start}assistant{markers.body}"


def answered(prompt: str) -> str:
    """The role of the message that a prompt, as `render` wrote it, asks to answer; empty where
    there is none.
    """
    return prompt.rpartition(START)[0].rpartition(START)[2].partition("\n")[0]


def translated(prompt: str, markers: Markers) -> str:
    """A prompt that `render` wrote in ChatML, as it writes it with other markers."""
    if markers is CHATML:
        return prompt
    for mark in (markers.start, markers.end):  # no message may open a turn of its own
        prompt = prompt.replace(mark, " ")
    said = re.sub(
        rf"{re.escape(START)}(\w+)\n", lambda m: markers.start + m[1] + markers.body, prompt
    )
    return markers.begin + said.replace(f"{END}\n", markers.end + markers.between)


def completion(turn: Turn, markers: Markers = CHATML) -> str:
    """What the model has to write for this assistant turn, with the end mark."""
    return _body(turn, markers) + markers.end


def render_call(call: Call) -> str:
    """`>name{...}` with compact separators; whole floats are written as integers."""
    args = {k: _plain(v) for k, v in call.args.items() if v is not None}
    return CALL + call.name + json.dumps(args, ensure_ascii=False, separators=(",", ":"))


def parse(text: str) -> Turn:
    """Reads a completion (with or without end mark): a turn with calls, or with words.

    Raises:
        WireError: it begins as a call and does not read as one.
    """
    text = text.removesuffix(END).strip()
    if not text.startswith(CALL):
        return Turn("assistant", text=text)
    return Turn("assistant", calls=tuple(_parse_call(line) for line in text.split("\n") if line))


def counted_turn(turn: Turn) -> Turn:
    """A turn, its calls as they are once they were read: travellers who are listed are counted."""
    if not turn.calls:
        return turn
    return replace(turn, calls=tuple(Call(c.name, counted(c.args)) for c in turn.calls))


def template_hash() -> str:
    """Changes whenever a trained adapter would read something else than it was trained on."""
    probe = [
        Turn("system", system_text("Lisbon, 3 days")),
        Turn("user", "a " * 3000),
        Turn("assistant", "One. " * 80 + "Two?"),
        Turn("user", "swap"),
        Turn("assistant", calls=(Call("swap_days", {"day": 1, "other_day": 2}),)),
        Turn("tool", "swapped\nday: day 1"),
    ]
    return hashlib.sha256(render(probe).encode()).hexdigest()[:16]


def _parse_call(line: str) -> Call:
    name, brace, rest = line.removeprefix(CALL).partition("{")
    try:
        args = json.loads(brace + rest)
    except json.JSONDecodeError as error:
        raise WireError(f"The arguments of {name!r} are no JSON: {error.msg}.") from error
    if not isinstance(args, dict):
        raise WireError(f"The arguments of {name!r} are no JSON object.")
    return Call(name, counted(args))


def _kept(turns: Sequence[Turn]) -> list[Turn]:
    """The system line, the recent past in brief, and all since the last user message."""
    system = [t for t in turns[:1] if t.role == "system"]
    last_user = max((i for i, t in enumerate(turns) if t.role == "user"), default=0)
    past = [t for t in turns[len(system) : last_user] if t.role in ("user", "assistant") and t.text]
    past = [Turn(t.role, _brief(t)) for t in past[-HISTORY:]]
    while past and past[0].role == "assistant":  # an answer to nothing visible says little
        past = past[1:]
    return [*system, *past, *turns[max(last_user, len(system)) :]]


def _brief(turn: Turn) -> str:
    """A past message, shortened: an assistant's end holds its question, a user's its wishes."""
    text = " ".join(turn.text.split())
    if turn.role == "user":
        return text if len(text) <= 2 * MAX_PAST_CHARS else text[: 2 * MAX_PAST_CHARS]
    return text if len(text) <= MAX_PAST_CHARS else text[-MAX_PAST_CHARS:].partition(" ")[2]


def _body(turn: Turn, markers: Markers) -> str:
    if turn.calls:
        return "\n".join(render_call(c) for c in turn.calls)
    # no message may open a turn of its own
    text = turn.text.replace(markers.start, " ").replace(markers.end, " ")
    return shown(text) if turn.role == "user" else text


def shown(message: str) -> str:
    """What the model reads of a traveller's last message."""
    if len(message) <= MAX_MESSAGE_CHARS:
        return message
    half = MAX_MESSAGE_CHARS // 2
    return f"{message[:half]} … {message[-half:]}"


def _plain(value: Any) -> Any:
    """JSON-ready: enums by value, whole floats as integers."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    return getattr(value, "value", value)
