"""Rows of the usual shapes -> turns.

Four shapes are known, told apart by their columns:

- OpenAI: `messages` of `role` and `content`, tool calls in `tool_calls` (or the older
  `function_call`), the tools' definitions in `tools`;
- ShareGPT: `conversations` of `from` and `value`; a call is a turn from "function_call" (LLaMA
  Factory) or stands in `<tool_call>` tags (Hermes), what it brought is from "tool" or
  "observation";
- Alpaca: `instruction`, `input` (may be missing or empty) and `output`;
- our own: `turns`, as `finetune.records` writes dialogues.

Where an assistant both speaks and calls, the call is kept: on our wire a turn holds one of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from agent.dialogue.turns import Call, Role, Turn

SHAPES = (
    "OpenAI (`messages` of role and content, with `tool_calls`), "
    "ShareGPT (`conversations` of from and value), "
    "Alpaca (`instruction`, `input`, `output`), "
    "our own (`turns`)"
)
"""The known shapes in words, for messages."""

_OPENAI: Mapping[str, Role] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "assistant": "assistant",
    "tool": "tool",
    "function": "tool",
}
_SHAREGPT: Mapping[str, Role] = {
    **_OPENAI,
    "human": "user",
    "gpt": "assistant",
    "chatgpt": "assistant",
    "bard": "assistant",
    "bing": "assistant",
    "model": "assistant",
    "function_call": "assistant",
    "observation": "tool",
    "function_response": "tool",
}
_OWN: Mapping[str, Role] = {role: role for role in get_args(Role)}
_TAGGED_CALL = re.compile(r"<tool_call>\s*(.*?)\s*</tool_call>", re.DOTALL)
_TAGGED_RESPONSE = re.compile(r"</?tool_response>")


class RowError(ValueError):
    """A row that can't be read; the message is the reason, short, and the same for all such rows.

    So that reasons can be counted, nothing of the row's own text stands in it.
    """


def turns_of(row: Mapping[str, Any]) -> tuple[Turn, ...]:
    """The turns of a row, up to its last assistant's.

    Raises:
        RowError: it has none of the known shapes, or something in it is amiss.
    """
    for column in ("messages", "conversations"):
        if row.get(column) is not None:
            return _whole(_conversation(row, _list(row[column], f"`{column}` is no list")))
    if row.get("turns") is not None:
        return _whole([_own(turn) for turn in _list(row["turns"], "`turns` is no list")])
    if row.get("instruction") is not None and "output" in row:
        asked = [_text(row["instruction"]), _text(row.get("input"))]
        return exchange(
            "\n\n".join(part for part in asked if part), row["output"], row.get("system")
        )
    raise RowError("none of the known shapes")


def exchange(question: Any, answer: Any, system: Any = None) -> tuple[Turn, ...]:
    """One question and its answer as turns, after a system line if there is one.

    Raises:
        RowError: one of both is empty or no text.
    """
    lines = [Turn("system", _text(system))] if system else []
    return _whole([*lines, Turn("user", _text(question)), Turn("assistant", _text(answer))])


def _conversation(row: Mapping[str, Any], messages: Sequence[Any]) -> Iterator[Turn]:
    if not all(isinstance(m, Mapping) for m in messages):
        raise RowError("a message is no object")
    named = _names(row.get("tools"))
    openai = all("role" in m for m in messages)
    if row.get("system") and not openai:
        yield Turn("system", _text(row["system"]))
    for message in messages:
        turn = _openai(message) if openai else _sharegpt(message)
        if named and not {call.name for call in turn.calls} <= named:
            raise RowError("a call of a tool that `tools` lacks")
        yield turn


def _whole(turns: Iterator[Turn] | Sequence[Turn]) -> tuple[Turn, ...]:
    """Cut after the last assistant's turn, and looked over."""
    found = list(turns)
    while found and found[-1].role != "assistant":
        found.pop()
    if not found:
        raise RowError("no assistant's turn")
    if not any(t.role == "user" for t in found):
        raise RowError("no user's turn before an assistant's")
    if any(not (t.text.strip() or t.calls) for t in found if t.role in ("user", "assistant")):
        raise RowError("an empty turn")
    return tuple(t for t in found if t.role != "system" or t.text)


def _openai(message: Mapping[str, Any]) -> Turn:
    role = _OPENAI.get(str(message["role"]))
    if role is None:
        raise RowError("an unknown role")
    asked = [_object(c, "a tool call is no object").get("function") for c in _calls(message)]
    if message.get("function_call"):
        asked.append(message["function_call"])
    if asked and role == "assistant":
        return Turn(role, calls=tuple(_call(function) for function in asked))
    return Turn(role, _text(message.get("content")))


def _own(turn: Any) -> Turn:
    found = _object(turn, "a turn is no object")
    role = _OWN.get(str(found.get("role")))
    if role is None:
        raise RowError("an unknown role")
    calls = _list(found.get("calls") or [], "`calls` is no list")
    return Turn(role, _text(found.get("text")), tuple(_own_call(call) for call in calls))


def _own_call(call: Any) -> Call:
    found = _object(call, "a tool call is no object")
    return _call({"name": found.get("name"), "arguments": found.get("args")})


def _sharegpt(message: Mapping[str, Any]) -> Turn:
    said_by = str(message.get("from"))
    role = _SHAREGPT.get(said_by)
    if role is None:
        raise RowError("an unknown role")
    text = _text(message.get("value"))
    if said_by == "function_call":
        asked = _json(text)
        return Turn(
            role, calls=tuple(_call(c) for c in (asked if type(asked) is list else [asked]))
        )
    if role == "assistant" and (tagged := _TAGGED_CALL.findall(text)):
        return Turn(role, calls=tuple(_call(_json(call)) for call in tagged))
    return Turn(role, _TAGGED_RESPONSE.sub("", text).strip() if role == "tool" else text)


def _calls(message: Mapping[str, Any]) -> Sequence[Any]:
    return _list(message.get("tool_calls") or [], "`tool_calls` is no list")


def _call(function: Any) -> Call:
    found = _object(function, "a tool call is no object")
    name = found.get("name")
    if not isinstance(name, str) or not name:
        raise RowError("a tool call without a name")
    args = found.get("arguments")
    args = _json(args) if isinstance(args, str) and args.strip() else args or {}
    return Call(name, dict(_object(args, "a tool call's arguments are no JSON object")))


def _names(tools: Any) -> frozenset[str]:
    """The names of the tools that a row defines, as a list or as JSON in a string."""
    if isinstance(tools, str):
        tools = _json(tools) if tools.strip() else None
    found = set()
    for tool in _list(tools or [], "`tools` is no list"):
        definition = _object(tool, "a tool's definition is no object")
        function = definition.get("function", definition)
        found.add(str(_object(function, "a tool's definition is no object").get("name")))
    return frozenset(found)


def _text(content: Any) -> str:
    """A message's words; of a list of parts those that are text."""
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if isinstance(content, Sequence):
        parts = [_object(part, "content that is no text") for part in content]
        if all(part.get("type") == "text" for part in parts):
            return "\n".join(_text(part.get("text")) for part in parts)
    raise RowError("content that is no text")


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RowError("JSON in a string that is none") from error


def _object(value: Any, fault: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise RowError(fault)
    return value


def _list(value: Any, fault: str) -> Sequence[Any]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise RowError(fault)
    return value
