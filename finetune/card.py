"""The model card that ships beside an adapter."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from finetune.config import Recipe

_CARD = """# {name}

A LoRA adapter that turns SmolLM2-135M-Instruct (Llama architecture, Apache-2.0) into the reasoning
core of Tripwright: it reads a traveller's message and the trip's one-line state, and writes the
tool calls of `tools/catalog.py`, or an answer in words.

## Use

`agent.models.load` merges it into the base for OpenVINO GenAI, or attaches it with PEFT. The manifest
pins base, wire format and tool catalog; a mismatch is refused with a sentence.

## Training

`python -m finetune run {recipe}`: rank-stabilised LoRA (r = {r}, alpha = {alpha}) on all linear layers,
{steps} steps of {tokens} tokens, learning rate {rate}, TRL's `SFTTrainer`, loss on what the assistant
writes alone. {examples} dialogues were composed from authored phrasings ({authors} voices),
labelled by construction and validated by the tool catalog; names of the held-out sets were
excluded by machine.

{history}

## Scores

`test`: five authors who never saw the training templates (they and the template authors read the same
description of the tools); the last wrote for the catalog with trips of several cities, hours and
explanations, the labels of the others were brought to it by somebody who saw neither templates nor
answers. `dev`: two more, whose failures were read while the model was made.

{scores}

## Limits

English only. One or two wishes a message; it does not reckon with dates (it copies them, code
resolves them) and can confuse wishes that are hinted at. Where it is not sure of a tool it says something instead
(`python -m finetune calibrate`). Its words are checked against the facts
before they are shown; small talk is thin. Weakest: first requests with five and more wishes, tours of
three cities in one sentence, sums of money, and wishes that are only hinted at. Not for anything but travel plans.
"""


def model_card(
    recipe: Recipe, recipe_path: Path, data: Path, scores: Mapping[str, Mapping[str, Any]]
) -> str:
    """The card's text: what it is, how it was made, what it scored, where it fails."""
    manifest = json.loads((data / "manifest.json").read_text("utf-8"))
    rows = ["| set | turns | exact call | right tool | silent where due |", "|---|---|---|---|---|"]
    for name, score in scores.items():
        low, high = score["exact_interval"]
        rows.append(
            f"| {name} | {score['n']} | {score['exact_percent']} % ({low} to {high}) "
            f"| {score['tool_percent']} % | {score['silent_percent']} % |"
        )
    train = recipe.train
    return _CARD.format(
        name=recipe.name,
        recipe=recipe_path.as_posix(),
        r=train.lora.r,
        alpha=train.lora.lora_alpha,
        steps=train.max_steps,
        tokens=train.tokens_per_batch,
        rate=train.learning_rate,
        examples=manifest["examples"],
        authors=len(manifest["authors"]),
        scores="\n".join(rows),
        history=recipe.history.strip(),
    )
