"""Do two models write the same for the same prompts?

What is exported is another file, often in another number format. Each prompt is answered greedily
by both; what counts is that the calls are the same, and the logits tell how near they were to not
being so.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoTokenizer,
    GenerationConfig,
    GgufConfig,
    PreTrainedTokenizerBase,
)

from agent.dialogue import wire
from agent.models.weights import CONFIG
from finetune.data import read
from finetune.exporting.files import ExportError
from finetune.exporting.merged import adapted, tokenizer_of
from finetune.hardware import plain_four_bits
from finetune.render import markers_of

PROMPTS = 20
MAX_NEW_TOKENS = 96
_BATCH = 5


@dataclass(frozen=True, slots=True)
class Difference:
    """A prompt that was answered differently."""

    prompt: str
    reference: str
    exported: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far an exported model does what the reference does."""

    prompts: int
    equal: int
    """Completions that are the same, letter by letter."""
    same_calls: int
    """Completions that mean the same: the same calls with the same arguments, or words in both."""
    largest_gap: float
    """Of the logits of the first new token, over all prompts and the whole vocabulary."""
    mean_gap: float
    differences: tuple[Difference, ...]
    """Of those that are not equal."""

    @property
    def whole(self) -> bool:
        """The same calls for every prompt."""
        return self.same_calls == self.prompts

    def __str__(self) -> str:
        return (
            f"{self.same_calls} of {self.prompts} prompts give the same calls, {self.equal} the "
            f"same text; the next token's logits are {self.mean_gap:.2g} apart on average, "
            f"{self.largest_gap:.2g} at most."
        )

    def save(self, path: Path) -> None:
        """Writes all of it as JSON."""
        path.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", "utf-8")


@dataclass(frozen=True, slots=True)
class _Answer:
    text: str
    logits: torch.Tensor
    """(vocabulary,), of the first new token."""


def agreement(exported: Path, reference: Path, prompts: Sequence[str], *, base: Path) -> Agreement:
    """Answers each prompt with both models, one model in memory at a time, in float32.

    A GGUF is read by transformers, which knows neither how it cuts text nor Llama 3's rotary
    scaling; both are taken from `base`, and what the file itself says of them is for llama.cpp.

    Args:
        exported: a `.gguf` file, a folder with a model, or one with an adapter.
        reference: likewise, what is to be met.
        prompts: as `wire.render` writes them with the markers of the base.
        base: folder of the base model, for adapters and their tokenizer.

    Raises:
        ExportError: no prompts, or a model that can't be read.
        MismatchError: an adapter that does not fit the base.
    """
    if not prompts:
        raise ExportError("There is no prompt to compare the models by.")
    wanted = _answers(reference, base, prompts, "reference")
    got = _answers(exported, base, prompts, "exported")
    gaps = [(a.logits - b.logits).abs() for a, b in zip(wanted, got, strict=True)]
    pairs = list(zip(prompts, wanted, got, strict=True))
    return Agreement(
        prompts=len(prompts),
        equal=sum(a.text == b.text for _, a, b in pairs),
        same_calls=sum(_meaning(a.text) == _meaning(b.text) for _, a, b in pairs),
        largest_gap=max(float(gap.max()) for gap in gaps),
        mean_gap=sum(float(gap.mean()) for gap in gaps) / len(gaps),
        differences=tuple(Difference(p, a.text, b.text) for p, a, b in pairs if a.text != b.text),
    )


def read_prompts(path: Path, base: Path, count: int = PROMPTS) -> list[str]:
    """Prompts of the first dialogues of a file, up to where the assistant's last turn begins.

    Args:
        path: JSONL as the data stage writes it.
        base: whose tokenizer says how messages are marked.
        count: at most so many.

    Raises:
        ExportError: the file can't be read or is empty.
    """
    try:
        dialogues = read(path)[:count]
    except OSError as error:
        raise ExportError(f"{path} can't be read: {error.strerror or error}.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ExportError(
            f"{path} is no file of dialogues as `python -m finetune data` writes it "
            f"({error!r}); give the dev.jsonl of a run."
        ) from error
    if not dialogues:
        raise ExportError(f"{path} holds no dialogue.")
    markers = markers_of(tokenizer_of(base))
    return [wire.render(d.turns[:-1], markers) for d in dialogues]


def _meaning(text: str) -> Any:
    """Calls as they would be made; all words mean one thing, text that is neither itself."""
    try:
        turn = wire.parse(text)
    except wire.WireError:
        return text
    return [(c.name, dict(c.args)) for c in turn.calls]


@torch.inference_mode()
def _answers(path: Path, base: Path, prompts: Sequence[str], what: str) -> list[_Answer]:
    """Greedy completions, some prompts at a time: decoding waits for memory, not for sums."""
    model, tokenizer = _load(path, base)
    end = tokenizer.convert_tokens_to_ids(markers_of(tokenizer).end)
    tokenizer.padding_side, tokenizer.pad_token = "left", markers_of(tokenizer).end
    greedy = GenerationConfig(
        max_new_tokens=MAX_NEW_TOKENS,
        do_sample=False,
        eos_token_id=end,
        pad_token_id=end,
        return_dict_in_generate=True,
        output_logits=True,
    )
    found: list[_Answer] = []
    with tqdm(total=len(prompts), desc=f"asking the {what}", unit="prompt") as bar:
        for start in range(0, len(prompts), _BATCH):
            asked = tokenizer(
                list(prompts[start : start + _BATCH]),
                add_special_tokens=False,
                padding=True,
                return_tensors="pt",
            ).to(model.device)
            out = model.generate(
                input_ids=asked["input_ids"],
                attention_mask=asked["attention_mask"],
                generation_config=greedy,
            )
            width = asked["input_ids"].shape[1]
            for row, logits in zip(out.sequences.tolist(), out.logits[0], strict=True):
                new = row[width:]
                text = tokenizer.decode(new[: new.index(end)] if end in new else new)
                found.append(_Answer(text, logits.float().cpu()))
            bar.update(len(asked["input_ids"]))
    return found


def _load(path: Path, base: Path) -> tuple[Any, PreTrainedTokenizerBase]:
    """A model in any of the forms, and the tokenizer to ask it with."""
    if (path / CONFIG).is_file():
        return adapted(base, path), tokenizer_of(base)
    try:
        if path.suffix != ".gguf":
            model = AutoModelForCausalLM.from_pretrained(path, dtype=torch.float32)
            return plain_four_bits(model).eval(), AutoTokenizer.from_pretrained(path)
        config = AutoConfig.from_pretrained(path.parent, gguf_file=path.name)
        config.rope_parameters = AutoConfig.from_pretrained(base).rope_parameters
        model = AutoModelForCausalLM.from_pretrained(
            path.parent,
            gguf_file=path.name,
            config=config,
            quantization_config=GgufConfig(dequantize=True),
            dtype=torch.float32,
        )
    except (OSError, ValueError) as error:
        raise ExportError(f"The exported model {path} can't be loaded again: {error}") from error
    return model.eval(), tokenizer_of(base)
