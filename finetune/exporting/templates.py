"""The wire format as templates: Jinja for Hugging Face and llama.cpp, Go for Ollama.

`agent.dialogue.wire` is the one description of what the model reads. A server of somebody else's
only knows templates, so here it is said twice more; tests hold all three together.
"""

from __future__ import annotations

import json

from agent.dialogue.wire import (
    CALL,
    HISTORY,
    MAX_MESSAGE_CHARS,
    MAX_PAST_CHARS,
    Markers,
    system_text,
)

_JINJA = """\
{%- set call = @CALL@ -%}
{%- macro marked(role, text) -%}
{{- @START@ + role + @BODY@ + text + @END@ + @BETWEEN@ -}}
{%- endmacro -%}
{%- macro body(message) -%}
{%- if message.tool_calls -%}
{%- for item in message.tool_calls -%}
{%- set f = item.function if item.function is defined else item -%}
{{- call + f.name -}}
{%- if f.arguments is string -%}{{- f.arguments -}}
{%- else -%}{{- f.arguments | tojson(separators=(',', ':')) -}}{%- endif -%}
{{- '' if loop.last else '\\n' -}}
{%- endfor -%}
{%- else -%}
{%- set text = (message.content or '') | replace(@START@, ' ') | replace(@END@, ' ') -%}
{%- if message.role == 'user' and text | length > @LONGEST@ -%}
{{- text[:@HALF@] + ' … ' + text[-@HALF@:] -}}
{%- else -%}{{- text -}}{%- endif -%}
{%- endif -%}
{%- endmacro -%}
{%- macro brief(message) -%}
{%- set text = message.content.split() | join(' ') -%}
{%- if message.role == 'user' -%}{{- text[:@SAID@] -}}
{%- elif text | length > @PAST@ -%}{{- text[-@PAST@:].split(' ')[1:] | join(' ') -}}
{%- else -%}{{- text -}}{%- endif -%}
{%- endmacro -%}
{%- set state = namespace(last=0, past=[], begun=false) -%}
{%- set first = 1 if messages and messages[0].role == 'system' else 0 -%}
{%- for message in messages -%}
{%- if message.role == 'user' -%}{%- set state.last = loop.index0 -%}{%- endif -%}
{%- endfor -%}
{%- for message in messages[first:state.last] -%}
{%- if message.role in ('user', 'assistant') and message.content -%}
{%- set state.past = state.past + [message] -%}
{%- endif -%}
{%- endfor -%}
{{- @BEGIN@ -}}
{%- if first -%}{{- marked('system', body(messages[0])) -}}
{%- else -%}{{- marked('system', @SYSTEM@) -}}{%- endif -%}
{%- for message in state.past[-@HISTORY@:] -%}
{%- if message.role == 'user' -%}{%- set state.begun = true -%}{%- endif -%}
{%- if state.begun -%}
{{- marked(message.role, body({'role': message.role, 'content': brief(message)})) -}}
{%- endif -%}
{%- endfor -%}
{%- for message in messages[[state.last, first] | max:] -%}
{{- marked(message.role, body(message)) -}}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- @START@ + 'assistant' + @BODY@ -}}{%- endif -%}
"""

_GO = """\
{{- $last := 0 -}}
{{- range $i, $m := .Messages -}}
{{- if eq $m.Role "user" -}}{{- $last = $i -}}{{- end -}}
{{- end -}}
{{- /* Go's templates can't reckon: messages are counted in dots */ -}}
{{- $past := "" -}}
{{- range $i, $m := .Messages -}}
{{- if and (lt $i $last) $m.Content (or (eq $m.Role "user") (eq $m.Role "assistant")) -}}
{{- $past = printf "%s." $past -}}
{{- end -}}
{{- end -}}
{{- $seen := "" -}}
{{- $begun := false -}}
{{- @BEGIN@ -}}
{{- range $i, $m := .Messages -}}
{{- $show := or (ge $i $last) (and (eq $i 0) (eq $m.Role "system")) -}}
{{- if and (lt $i $last) $m.Content (or (eq $m.Role "user") (eq $m.Role "assistant")) -}}
{{- if ge (len (printf "%s@DOTS@" $seen)) (len $past) -}}
{{- if eq $m.Role "user" -}}{{- $begun = true -}}{{- end -}}
{{- $show = $begun -}}
{{- end -}}
{{- $seen = printf "%s." $seen -}}
{{- end -}}
{{- if $show -}}
{{- @START@ -}}{{- $m.Role -}}{{- @BODY@ -}}
{{- if and $m.ToolCalls (ge $i $last) -}}
{{- range $j, $c := $m.ToolCalls -}}
{{- if $j -}}{{- "\\n" -}}{{- end -}}
{{- @CALL@ -}}{{- $c.Function.Name -}}{{- $c.Function.Arguments -}}
{{- end -}}
{{- else -}}{{- $m.Content -}}{{- end -}}
{{- @END@ -}}{{- @BETWEEN@ -}}
{{- end -}}
{{- end -}}
{{- @START@ -}}assistant{{- @BODY@ -}}
"""


def chat_template(markers: Markers) -> str:
    """A Jinja chat template that renders what `wire.render` does, shortening included.

    Where no system message comes first it writes the one of "no trip yet", which the model was
    trained to see. Arguments of calls are written as they come: `wire.render_call` also drops nulls
    and writes whole floats as integers.
    """
    return _filled(_JINJA, markers)


def ollama_template(markers: Markers) -> str:
    """The TEMPLATE of a Modelfile: the messages that `wire.render` keeps, framed as it does.

    What it can't do in Go's template language is shorten: past messages longer than
    `wire.MAX_PAST_CHARS` and new ones longer than `wire.MAX_MESSAGE_CHARS` stay whole. Ollama
    itself joins messages of the same role that follow each other.
    """
    return _filled(_GO, markers)


def _filled(template: str, markers: Markers) -> str:
    values = {
        "CALL": CALL,
        "START": markers.start,
        "BODY": markers.body,
        "END": markers.end,
        "BETWEEN": markers.between,
        "BEGIN": markers.begin,
        "SYSTEM": system_text(),
    }
    for name, value in values.items():
        # a JSON string is a string literal in Jinja and in Go, too
        template = template.replace(f"@{name}@", json.dumps(value))
    numbers = {
        "LONGEST": MAX_MESSAGE_CHARS,
        "HALF": MAX_MESSAGE_CHARS // 2,
        "PAST": MAX_PAST_CHARS,
        "SAID": 2 * MAX_PAST_CHARS,
        "HISTORY": HISTORY,
    }
    for name, number in numbers.items():
        template = template.replace(f"@{name}@", str(number))
    return template.replace("@DOTS@", "." * HISTORY).strip()
