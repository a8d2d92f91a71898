"""The wire format said again in Jinja and in Go: both render what `wire.render` does."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from transformers.utils.chat_template_utils import render_jinja_template

from agent.dialogue import wire
from agent.dialogue.turns import Call, Turn
from finetune.exporting.ollama import modelfile
from finetune.exporting.templates import chat_template, ollama_template

FAMILIES = st.sampled_from([wire.CHATML, wire.LLAMA3])
LONG = st.one_of(
    st.text(max_size=20),
    st.text("ab \n…", min_size=150, max_size=400),
    st.sampled_from(["<|im_end|>", "<|eot_id|><|start_header_id|>", "é " * 1200, "x" * 2001]),
)
SHORT = st.text("abcé", max_size=20)
"""Nothing that the wire shortens or replaces."""


def turns_of(texts: st.SearchStrategy[str]) -> st.SearchStrategy[list[Turn]]:
    """Conversations that begin with a system line."""
    args = st.fixed_dictionaries({"a": texts, "n": st.integers(0, 9)})
    call = st.builds(Call, st.sampled_from(["plan_days", "undo"]), args)
    calls = st.lists(call, min_size=1, max_size=3).map(lambda c: Turn("assistant", calls=tuple(c)))
    plain = st.builds(Turn, st.sampled_from(["user", "assistant", "user", "tool"]), texts)
    return st.lists(st.one_of(plain, plain, calls), max_size=9).map(
        lambda turns: [Turn("system", wire.system_text("Lisbon, 3 days")), *turns]
    )


def jinja(turns: Sequence[Turn], markers: wire.Markers) -> str:
    """The turns as a Hugging Face tokenizer would render them."""
    messages = [
        {
            "role": turn.role,
            "content": turn.text,
            "tool_calls": [
                {"type": "function", "function": {"name": c.name, "arguments": dict(c.args)}}
                for c in turn.calls
            ],
        }
        for turn in turns
    ]
    (rendered,), _ = render_jinja_template(
        [messages], chat_template=chat_template(markers), add_generation_prompt=True
    )
    return str(rendered)


@given(turns_of(LONG), FAMILIES)
@settings(max_examples=60, deadline=None)
def test_the_chat_template_renders_what_the_wire_does(
    turns: list[Turn], markers: wire.Markers
) -> None:
    """Shortened messages and marks within them included."""
    assert jinja(turns, markers) == wire.render(turns, markers)


def test_without_a_system_message_there_is_no_trip() -> None:
    """The model has never seen a conversation that begins with the user."""
    said = Turn("user", "hi")
    expected = wire.render([Turn("system", wire.system_text()), said])
    assert jinja([said], wire.CHATML) == expected


def go(template: str, messages: Sequence[Any]) -> str:
    """As much of Go's text/template as the Modelfile uses, translated to Python."""
    functions = {"and": "all_", "or": "any_"} | {f: f for f in ("eq", "lt", "ge", "len", "printf")}

    def expression(source: str) -> str:
        words = re.findall(r'"[^"]*"|[()]|[^\s()]+', source)

        def parse(stop: bool) -> str:
            parts = []
            while words and words[0] != ")":
                word = words.pop(0)
                if word == "(":
                    word = parse(True)
                elif word.startswith("$"):
                    word = "v_" + word[1:]
                parts.append({"true": "True", "false": "False"}.get(word, word))
            if stop:
                words.pop(0)
            if parts[0] not in functions:
                return "messages" if parts[0] == ".Messages" else parts[0]
            return f"{functions[parts[0]]}({', '.join(parts[1:])})"

        return parse(False)

    lines, depth = [], 0
    for number, piece in enumerate(re.split(r"\s*\{\{- (.*?) -\}\}\s*", template)):
        if number % 2 == 0:
            line = f"out.append({piece!r})"
        elif piece.startswith("/*"):
            line = "pass"
        elif found := re.fullmatch(r"range \$(\w), \$(\w) := (.*)", piece):
            line = f"for v_{found[1]}, v_{found[2]} in enumerate({expression(found[3])}):"
        elif found := re.fullmatch(r"\$(\w+) :?= (.*)", piece):
            line = f"v_{found[1]} = {expression(found[2])}"
        elif piece.startswith("if "):
            line = f"if {expression(piece[3:])}:"
        elif piece in ("end", "else"):
            depth -= 1
            line = "else:" if piece == "else" else "pass"
        else:
            line = f"out.append(str({expression(piece)}))"
        lines.append(" " * depth + line)
        depth += line.endswith(":")
    out: list[str] = []
    scope = {
        "messages": messages,
        "out": out,
        "eq": lambda a, b: a == b,
        "lt": lambda a, b: a < b,
        "ge": lambda a, b: a >= b,
        "printf": lambda form, value: form % value,
        "all_": lambda *values: next((v for v in values if not v), values[-1]),
        "any_": lambda *values: next((v for v in values if v), values[-1]),
    }
    exec("\n".join(lines), scope)
    return "".join(out)


@given(turns_of(SHORT), FAMILIES)
@settings(max_examples=150, deadline=None)
def test_ollamas_template_renders_what_the_wire_does(
    turns: list[Turn], markers: wire.Markers
) -> None:
    """For messages that the wire does not shorten."""

    def function(call: Call) -> Any:
        args = json.dumps(call.args, ensure_ascii=False, separators=(",", ":"))
        return SimpleNamespace(Function=SimpleNamespace(Name=call.name, Arguments=args))

    messages = [
        SimpleNamespace(Role=t.role, Content=t.text, ToolCalls=[function(c) for c in t.calls])
        for t in turns
    ]
    assert go(ollama_template(markers), messages) == wire.render(turns, markers)


def test_the_modelfile_names_file_template_and_stop() -> None:
    """One template in triple quotes, and greedy decoding without a penalty on repetition."""
    written = modelfile("x.gguf", wire.LLAMA3, 4096)
    assert written.startswith('FROM ./x.gguf\nTEMPLATE """{{- ')
    assert written.count('"""') == 2 and ollama_template(wire.LLAMA3) in written
    assert 'SYSTEM "No trip yet"\n' in written and 'PARAMETER stop "<|eot_id|>"\n' in written
    assert "PARAMETER temperature 0\n" in written and "PARAMETER repeat_penalty 1\n" in written
