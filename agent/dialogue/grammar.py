"""Tool JSON schemas -> a grammar in which a malformed call can't be written.

Lark's notation, as llguidance reads it, which tells both engines what may come next. All rules
are terminals (their names in capitals): one regular expression, read by derivatives and compiled
as far as it is walked, in a hundredth of a second. llguidance's own JSON-schema mode would do for
one tool, but not for "one or more calls, or words".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from agent.dialogue.wire import CALL
from tools.headcount import ARGUMENT, JOINING, LEAVING, MOST_NAMED, SPEAKER

MAX_CALLS = 3
"""Calls in one answer."""
MAX_SPOKEN_WORDS = 400
"""Words of the conversation that a span may begin at."""

_WORD = re.compile(r"[぀-ヿ㐀-鿿가-힯\u0e00-\u0e7f]|[^\W぀-ヿ㐀-鿿가-힯\u0e00-\u0e7f]+")
"""A word; in scripts without spaces between words, a character."""

_ANY_STRING = r"""
STRING: /"[^"\\\n<>{}]+"/
"""
_PARTY = f"""
PARTY: "[" PERSON ("," PERSON){{0,{MOST_NAMED - 1}}} "]" | OTHERS
OTHERS: "[" ("\\"{JOINING}\\"" | "\\"{LEAVING}\\"") ("," OTHER){{1,{MOST_NAMED}}} "]"
PERSON: "\\"{SPEAKER}\\"" | STRING
OTHER: "\\"{SPEAKER}\\"" | TOLD
"""
"""Those who travel, join or leave, listed: the speaker may go without saying."""
_BASE = r"""
INTEGER: /[1-9][0-9]{0,3}|0|-[1-9][0-9]{0,2}/
NUMBER: /[0-9]{1,8}(\.[0-9]{1,2})?/
WORDS: /[^>\n{][^\n]*/
"""


@dataclass(frozen=True, slots=True)
class Constraint:
    """What has to stand in an argument of one call."""

    tool: str
    key: str
    """The argument's: a free string, or a list of such."""
    texts: tuple[str, ...]
    """One of these it is, or has among others."""
    after: str = ""
    """Lines that stand before the call, each with its end."""


def tool_grammar(
    schemas: Mapping[str, Mapping[str, Any]],
    *,
    words: bool = True,
    spoken: str | None = None,
    told: str | None = None,
    values: Mapping[tuple[str, str], Sequence[str]] | None = None,
    constraint: Constraint | None = None,
) -> str:
    """A grammar of `>name{...}` lines over the tools' argument schemas, or (if `words`) an answer.

    Args:
        schemas: tool name -> JSON schema of its arguments: an object whose properties are
            strings, integers, numbers, `true`, enums, or arrays of strings or enums
            (pydantic's output, `$ref`s within).
        words: whether an answer in words may be given instead.
        spoken: what was said; when given, every free string is a span of it, from the beginning
            of a word to the end of one, so that no name can be invented or misspelt.
        told: those lines of `spoken` that the traveller wrote; when given, who joins the party or
            leaves it is a span of them. Our own "I plan for 4 people" names nobody who comes.
        values: of (tool, argument): the JSON values that it may have. An argument that may be
            absent is absent where there are none; one that may not is as free as without.
        constraint: when given, no words, and a first call that meets it; others may follow.

    Raises:
        ValueError: a schema holds something else.
    """
    rules = [f"start: CALLS{' | WORDS' if words and constraint is None else ''}"]
    first, more = "CALL", MAX_CALLS - 1
    if constraint is not None:
        first, more = "HELD", more - constraint.after.count("\n")
    rules.append(f"CALLS: {first}" + more * ' ("\\n" CALL)?')
    rules.append("CALL: " + " | ".join(f"TOOL_{name.upper()}" for name in schemas))
    # one rule for all arguments that may have the same values: they are dozens, time and again
    named = {
        possible: f"VALUES{number}"
        for number, possible in enumerate(dict.fromkeys(map(tuple, (values or {}).values())))
    }
    rules += [f"{rule}: {' | '.join(map(_literal, p))}" for p, rule in named.items() if p]
    allowed = {key: named[tuple(possible)] if possible else "" for key, possible in
               (values or {}).items()}  # fmt: skip
    for name, schema in schemas.items():
        rules.extend(_tool_rules(name, schema, allowed))
    if constraint is not None:
        rules.extend(_constrained(constraint, schemas[constraint.tool], allowed))
    strings = _ANY_STRING if spoken is None else _span_rules(spoken)
    party = ""
    if any(" PARTY" in rule or " OTHERS" in rule for rule in rules):
        party = _PARTY + _told_rule(spoken or "", told)
    return "\n".join(rules) + strings + party + _BASE


def answer_grammar() -> str:
    """A grammar of an answer in words alone."""
    return "start: WORDS" + _BASE


def heads_grammar(tools: Sequence[str], after: str = "") -> str:
    """A grammar of the beginnings of these tools' calls behind given lines.

    They end before the brace, which is one token with the quotation mark behind it.
    """
    return "start: " + " | ".join(_literal(f"{after}{CALL}{tool}") for tool in tools)


def words_of(spoken: str) -> list[re.Match[str]]:
    """The words from which, and up to which, a span can go: the first `MAX_SPOKEN_WORDS`."""
    return list(islice(_WORD.finditer(spoken), MAX_SPOKEN_WORDS))


def _span_rules(spoken: str) -> str:
    """`string` as any run of words of `spoken`: a right-linear grammar, one rule a word."""
    words = words_of(spoken)
    if not words:
        return _ANY_STRING
    rules = []
    for i, word in enumerate(words):
        rule = f"W{i}: {_literal(_in_json(word.group()))}"
        if i + 1 < len(words):
            between = spoken[word.end() : words[i + 1].start()]
            if "\n" not in between:  # a name does not run over a line's end
                rule += f" ({_literal(_in_json(between))} W{i + 1})?"
        rules.append(rule)
    starts = " | ".join(f"W{i}" for i in range(len(words)))
    return "\n" + f'STRING: "\\"" ({starts}) "\\""' + "\n" + "\n".join(rules) + "\n"


def _told_rule(spoken: str, told: str | None) -> str:
    """TOLD: a run of words of the lines that the traveller wrote, which are among `spoken`."""
    lines = set((told or "").split("\n"))
    starts = [
        f"W{i}"
        for i, word in enumerate(words_of(spoken))
        if _line_around(spoken, word.start()) in lines
    ]
    return "TOLD: " + (f'"\\"" ({" | ".join(starts)}) "\\""' if starts else "STRING") + "\n"


def _line_around(text: str, at: int) -> str:
    return text[text.rfind("\n", 0, at) + 1 :].partition("\n")[0]


def _in_json(text: str) -> str:
    """As it stands inside a JSON string."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _tool_rules(
    name: str,
    schema: Mapping[str, Any],
    values: Mapping[tuple[str, str], str],
    prefix: str = "",
) -> list[str]:
    """The rules of a tool; `values` names the rule of an argument's values, empty for none."""
    properties: Mapping[str, Any] = schema.get("properties", {})
    required = set(schema.get("required", ()))
    defs = schema.get("$defs", {})

    def value(key: str) -> str:
        if rule := values.get((name, key)):
            return f"({rule} | OTHERS)" if key == ARGUMENT else rule
        return _value(properties[key], defs, name, key)

    items = [
        (key, key in required, f"{prefix}{name}_{key}".upper())
        for key in properties
        if key in required or values.get((name, key), "any")
    ]
    rules = [f"{rule}: {_literal(json.dumps(key) + ':')} {value(key)}" for key, _, rule in items]
    begin = _literal(f"{CALL}{name}{{")
    return [f'{prefix}TOOL_{name.upper()}: {begin} {_members(items)} "}}"', *rules]


def _constrained(
    constraint: Constraint, schema: Mapping[str, Any], values: Mapping[tuple[str, str], str]
) -> list[str]:
    """HELD: the lines before, then the tool's call with its argument as it has to be."""
    tool, key = constraint.tool, constraint.key
    texts = " | ".join(_literal(json.dumps(text, ensure_ascii=False)) for text in constraint.texts)
    free = schema["properties"][key]
    array = next((s for s in free.get("anyOf", (free,)) if s.get("type") == "array"), None)
    held = "HELD_TEXT"
    if array is not None:
        most = int(array.get("maxItems", 5))
        before, behind = 'STRING "," ', ' ("," STRING)?'
        held = " | ".join(
            f'"[" {n * before}HELD_TEXT{(most - 1 - n) * behind} "]"' for n in range(most)
        )
    needed = {**schema, "required": [*schema.get("required", ()), key]}
    rules = _tool_rules(tool, needed, {**values, (tool, key): "HELD_VALUE"}, prefix="HELD_")
    lines = f"{_literal(constraint.after)} " if constraint.after else ""
    return [
        f"HELD: {lines}HELD_TOOL_{tool.upper()}",
        *rules,
        f"HELD_VALUE: {held}",
        f"HELD_TEXT: {texts}",
    ]


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
            return "STRING"
        case "integer":
            return "(INTEGER | PARTY)" if key == ARGUMENT else "INTEGER"
        case "number":
            return "NUMBER"
        case "boolean":
            return '("true" | "false")'
        case "array":
            item = _value(schema["items"], defs, tool, key)
            return f'"[" {item} ("," {item}){{0,{int(schema.get("maxItems", 5)) - 1}}} "]"'
    raise ValueError(f"The grammar can't write {tool}.{key}: {dict(schema)}")


def _literal(text: str) -> str:
    """Text as it stands, quoted."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
