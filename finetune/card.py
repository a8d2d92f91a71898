"""The model card that ships beside an adapter."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from agent.models.weights import CONFIG
from finetune.config import LoraSettings, Recipe

_CARD = """# {name}

A LoRA adapter that turns SmolLM2-135M-Instruct (Llama architecture, Apache-2.0) into the reasoning
core of Tripwright: it reads a traveller's message and the trip's one-line state, and writes the
tool calls of `tools/catalog.py`, or an answer in words.

## Use

`agent.models.load` merges it into the base for OpenVINO, or attaches it with PEFT. The manifest
pins base, wire format and tool catalog; a mismatch is refused with a sentence.

## Training

`python -m finetune run {recipe}`: {how}

{history}

## Scores

Of the adapter alone, without readers. `test`: five authors who never saw the training templates (they and the template authors read the same
description of the tools); the last wrote for the catalog with trips of several cities, hours and
explanations, the labels of the others were brought to it by somebody who saw neither templates nor
answers. `dev`: {dev} more, some of whose failures were read while the model was made, and who decided what ships.

{scores}

## Limits

English only. One or two wishes a message; it does not reckon with dates (it copies them, code
resolves them) and can confuse wishes that are hinted at. Where it is not sure of a tool it says something instead
(`python -m finetune calibrate`). Its words are checked against the facts
before they are shown; small talk is thin. Weakest: first requests with five and more wishes, tours of
three cities in one sentence, sums of money, and wishes that are only hinted at. Not for anything but travel plans.
"""

_PART = """# {name}, {what}

A LoRA adapter for SmolLM2-135M-Instruct (Llama architecture, Apache-2.0) that reads a traveller's messages
and writes of a call {does}. It writes nothing else, and is asked beside the adapter that does.

## Training

`python -m finetune run {recipe}`: {how}

{history}

## When it is listened to

First messages of development authors, some of which were read while it was made.

{table}
"""
_PARTS = {
    "party": (
        "who travels",
        "those who come, listed, for code to count\n"
        "(`agent/models/counting.py`, docs/decisions/016-who-is-counted.md)",
    ),
    "wishes": (
        "what kind of trip it is to be",
        "where it leads, what is to be seen, left out and slept at,\nwhat it is about, the pace and the diets "
        "(`agent/models/second_opinion.py`, docs/decisions/017-second-opinion.md)",
    ),
}

_LIKELIHOOD = """{lora} on all linear layers,
{steps} steps of {tokens} tokens, learning rate {rate}, TRL's `SFTTrainer`, loss on what the assistant
writes alone."""
_PREFERENCES = """a second stage. An adapter ({lora}, all
linear layers) was asked dialogues that it had not seen, and TRL's `DPOTrainer` (beta = {beta}, with the likelihood of
what is right at a weight of {weight}, learning rate {rate}) went on from it with what it got wrong."""

_SOUP = """the mean of several adapters' updates of the base (Wortsman et al. 2022, "Model soups"),
of rank {r}: {ingredients}."""
_HOW = {"likelihood": _LIKELIHOOD, "preferences": _PREFERENCES, "soup": _SOUP}
_DIALOGUES = """
{examples} dialogues were composed from authored phrasings ({authors} voices),
labelled by construction and validated by the tool catalog; names of the held-out sets were
excluded by machine."""


def model_card(
    recipe: Recipe, recipe_path: Path, data: Path | None, scores: Mapping[str, Mapping[str, Any]]
) -> str:
    """The card's text: what it is, how it was made, what it scored, where it fails.

    Args:
        recipe: of the adapter.
        recipe_path: its file.
        data: the folder of its data stage; None for a soup, which has none.
        scores: by name of the set, as `write_report` returns them.
    """
    rows = ["| set | turns | exact call | right tool | silent where due |", "|---|---|---|---|---|"]
    for name, score in scores.items():
        low, high = score["exact_interval"]
        rows.append(
            f"| {name} | {score['n']} | {score['exact_percent']} % ({low} to {high}) "
            f"| {score['tool_percent']} % | {score['silent_percent']} % |"
        )
    return _CARD.format(
        name=recipe.name,
        recipe=recipe_path.as_posix(),
        how=_how(recipe, data),
        dev=len(recipe.evaluate.dev),
        scores="\n".join(rows),
        history=recipe.history.strip(),
    )


def part_card(recipe: Recipe, recipe_path: Path, data: Path | None, table: str) -> str:
    """The same of an adapter that is asked for a part of plans.

    Args:
        recipe: of the adapter.
        recipe_path: its file.
        data: as for `model_card`.
        table: when it is listened to, in Markdown.
    """
    what, does = _PARTS[recipe.data.part]
    return _PART.format(
        name=recipe.name,
        what=what,
        does=does,
        recipe=recipe_path.as_posix(),
        how=_how(recipe, data),
        table=table,
        history=recipe.history.strip(),
    )


def _how(recipe: Recipe, data: Path | None) -> str:
    """How it was trained."""
    train, preferred = recipe.train, recipe.preferences
    lora = _lora(recipe)
    how = _HOW[train.objective].format(
        lora=_told(lora),
        r=lora.r,
        steps=train.max_steps,
        tokens=train.tokens_per_batch,
        rate=train.learning_rate,
        beta=preferred.beta,
        weight=preferred.likelihood_weight,
        ingredients=", ".join(
            f"{share:g} of {folder}" for folder, share in recipe.soup.ingredients
        ),
    )
    if data is not None:
        manifest = json.loads((data / "manifest.json").read_text("utf-8"))
        how += _DIALOGUES.format(examples=manifest["examples"], authors=len(manifest["authors"]))
    return how


def _lora(recipe: Recipe) -> LoraSettings:
    """Of what was trained: an adapter that went on from another has that one's."""
    path = recipe.output_dir / "train" / "adapter" / CONFIG
    if not path.is_file():
        return recipe.train.lora
    found = json.loads(path.read_text("utf-8"))
    return replace(
        recipe.train.lora,
        r=found["r"],
        lora_alpha=found["lora_alpha"],
        use_rslora=found["use_rslora"],
    )


def _told(lora: LoraSettings) -> str:
    kind = "rank-stabilised LoRA" if lora.use_rslora else "LoRA"
    return f"{kind} (r = {lora.r}, alpha = {lora.lora_alpha:g})"
