"""Tool JSON schemas -> a grammar in which a malformed call can't be written.

GBNF-style EBNF, as xgrammar reads it; xgrammar masks tokens in both engines (OpenVINO GenAI
carries it inside, transformers through a logits processor). xgrammar's own JSON-schema mode
would do for one tool, but not for "one or more calls, or words", nor for our separators.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from agent.dialogue.wire import CALL

MAX_CALLS = 3
"""Calls in one answer."""

_BASE = r"""
string ::= "\"" [^"\\\x00-\x1f<>{}] [^"\\\x00-\x1f<>{}]{0,79} "\""
integer ::= [1-9] [0-9]{0,3} | "0" | "-" [1-9] [0-9]{0,2}
number ::= [0-9]{1,8} ("." [0-9]{1,2})?
words ::= [^>\n{] [^\n]{0,700}
"""


def tool_grammar(schemas: Mapping[str, Mapping[str, Any]], *, words: bool = True) -> str:
    """EBNF for `>name{...}` lines over the tools' argument schemas, or (if `words`) an answer.

    Args:
        schemas: tool name -> JSON schema of its arguments: an object whose properties are
            strings, integers, numbers, `true`, enums, or arrays of strings or enums
            (pydantic's output, `$ref`s within).
        words: whether an answer in words may be given instead.

    Raises:
        ValueError: a schema holds something else.
    """
    rules = [f'root ::= calls{" | words" if words else ""}']
    rules.append(f'calls ::= call ("\\n" call){{0,{MAX_CALLS - 1}}}')
    rules.append("call ::= " + " | ".join(f"tool_{name}" for name in schemas))
    for name, schema in schemas.items():
        rules.extend(_tool_rules(name, schema))
    return "\n".join(rules) + _BASE


def answer_grammar() -> str:
    """EBNF for an answer in words alone."""
    return "root ::= words" + _BASE


def _tool_rules(name: str, schema: Mapping[str, Any]) -> list[str]:
    properties: Mapping[str, Any] = schema.get("properties", {})
    required = set(schema.get("required", ()))
    defs = schema.get("$defs", {})
    items = [(key, key in required, f"{name}_{key}") for key in properties]
    rules = [
        f"{rule} ::= {_literal(json.dumps(key) + ':')} {_value(properties[key], defs, name, key)}"
        for key, _, rule in items
    ]
    return [f"tool_{name} ::= {_literal(CALL + name + '{')} {_members(items)} \"}}\"", *rules]


def _members(items: Sequence[tuple[str, bool, str]]) -> str:
    """Properties in order, optional ones perhaps absent, commas only between.

    The alternatives say which property comes first; those after it bring their comma along.
    """
    firsts = []
    for i, (_, needed, rule) in enumerate(items):
        tail = " ".join(
            f'"," {later}' if later_needed else f'("," {later})?'
            for _, later_needed, later in items[i + 1 :]
        )
        firsts.append(f"{rule} {tail}".strip())
        if needed:
            return "(" + " | ".join(firsts) + ")"
    return "(" + " | ".join([*firsts, '""']) + ")" if firsts else '""'


def _value(schema: Mapping[str, Any], defs: Mapping[str, Any], tool: str, key: str) -> str:
    if "$ref" in schema:
        return _value(defs[schema["$ref"].rpartition("/")[2]], defs, tool, key)
    if "anyOf" in schema:  # `X | None`: an absent argument is absent, never null
        options = [s for s in schema["anyOf"] if s.get("type") != "null"]
        return _value(options[0], defs, tool, key)
    if "const" in schema:
        return _literal(json.dumps(schema["const"]))
    if "enum" in schema:
        return "(" + " | ".join(_literal(json.dumps(v)) for v in schema["enum"]) + ")"
    match schema.get("type"):
        case "string":
            return "string"
        case "integer":
            return "integer"
        case "number":
            return "number"
        case "boolean":
            return '("true" | "false")'
        case "array":
            item = _value(schema["items"], defs, tool, key)
            return f'"[" {item} ("," {item}){{0,{int(schema.get("maxItems", 5)) - 1}}} "]"'
    raise ValueError(f"The grammar can't write {tool}.{key}: {dict(schema)}")


def _literal(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
