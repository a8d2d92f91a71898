"""The card beside prepared data: what is in it, what was left out and why, how to make it again."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from agent.dialogue import wire
from finetune.config import DataConfig
from finetune.records import Dialogue

SAMPLES = 2
"""Examples shown of each origin."""
_SAMPLE_CHARS = 200

_CARD = """# Data card

{train} dialogues to learn from and {dev} for the loss curve. In each an assistant's last turn is
learned; what was said before is read.

## Where they come from

{origins}

{notes}

## What was left out

{dropped}

Held-out sets: {held_out}.
No message stands here that is one of theirs of more than three words, or nearly so, nor a city or
place that they name. A program checked the files before they were put here.

## Examples

Cut to {chars} characters.

{samples}

## How to make it again

`python -m finetune data RECIPE`, where the recipe holds:

```yaml
{settings}```

The same settings, code, phrasings and source files give the same bytes; their fingerprint and the
files' SHA-256 are in `manifest.json`.
"""


def data_card(
    config: DataConfig, manifest: Mapping[str, Any], samples: Mapping[str, Sequence[Dialogue]]
) -> str:
    """The card as Markdown.

    Args:
        config: what was asked for.
        manifest: what came of it, as `finetune.data` writes it.
        samples: origin -> some of its dialogues.
    """
    settings = {"data": dataclasses.asdict(config)}
    return _CARD.format(
        train=manifest["files"]["train.jsonl"]["rows"],
        dev=manifest["files"]["dev.jsonl"]["rows"],
        origins=_origins(manifest),
        notes="\n".join(_notes(manifest)) or "Every source gave what its weight asks for.",
        dropped=_dropped(manifest),
        held_out=", ".join(f"`{pattern}`" for pattern in config.held_out) or "none",
        chars=_SAMPLE_CHARS,
        samples="\n\n".join(_sample(d) for group in samples.values() for d in group),
        settings=yaml.safe_dump(_plain(settings), sort_keys=False, allow_unicode=True),
    )


def _origins(manifest: Mapping[str, Any]) -> str:
    rows = ["| origin | licence | dialogues | share asked for |", "|---|---|---|---|"]
    rows += [
        f"| {s['origin']} | {s['licence']} | {s['examples']} | {s['share_percent']} % |"
        for s in manifest["sources"]
    ]
    return "\n".join(rows)


def _notes(manifest: Mapping[str, Any]) -> list[str]:
    return [
        f"- {s['origin']} had no more after {s['examples']} dialogues; the others filled its place."
        for s in manifest["sources"]
        if s["exhausted"]
    ]


def _dropped(manifest: Mapping[str, Any]) -> str:
    rows = ["| origin | reason | count |", "|---|---|---|"]
    for source in manifest["sources"]:
        for step in ("unread", "cleaning", "dropped"):
            rows += [
                f"| {source['origin']} | {'not read: ' if step == 'unread' else ''}{reason} | {n} |"
                for reason, n in source.get(step, {}).items()
            ]
    return "\n".join(rows) if len(rows) > 2 else "Nothing."


def _sample(dialogue: Dialogue) -> str:
    said = " / ".join(f"{t.role}: {_words(t.text)}" for t in dialogue.turns[:-1] if t.text)
    answer = _words(wire.completion(dialogue.target).removesuffix(wire.END))
    return f"- {dialogue.origin}: {_cut(said)}\n  → {_cut(answer)}"


def _words(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str) -> str:
    """On one line of at most `_SAMPLE_CHARS` characters, its Markdown taken literally."""
    short = text if len(text) <= _SAMPLE_CHARS else text[: _SAMPLE_CHARS - 1] + "…"
    return f"`` {short.replace('``', '` `')} ``"


def _plain(value: Any) -> Any:
    """Without tuples, which YAML would tag."""
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list | tuple) else value
