"""`python -m finetune plan RECIPE`: what training holds in memory, and what to lower if too much.

The reckoning is `finetune.memory`'s; nothing is loaded and no GPU is asked.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from finetune.config import Recipe, TrainConfig
from finetune.gpus import GIB, GPU, GPUS, find_gpu
from finetune.memory import Formats, Memory, adapter_sizes, batch, estimate, formats
from finetune.shapes import SHAPES, Shape, shape_of

if TYPE_CHECKING:
    from rich.table import Table

DEVICES = (2, 4, 8)
SHARDINGS = {"fsdp": "FSDP", "zero3": "ZeRO-3"}
_WORDS = {
    "weights": "frozen weights",
    "teacher": "what it began with",
    "adapters": "adapters",
    "gradients": "their gradients",
    "optimizer": "optimizer",
    "gathered": "shards of others",
    "activations": "activations",
    "working": "working memory",
    "logits": "output head and loss",
    "context": "CUDA context and libraries (assumed)",
    "margin": "fragmentation (assumed)",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to change in a recipe, after those before it."""

    change: str
    """Settings as the recipe writes them."""
    cost: str
    total: int
    """Bytes that are needed then."""
    fits: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What a recipe needs."""

    recipe: str
    shape: Shape
    train: TrainConfig
    gpu: GPU | None
    formats: Formats
    trainable: int
    memory: Memory
    """On one device that has everything."""
    sharded: tuple[tuple[str, int, Memory], ...]
    """Sharding, how many devices, and what each of them holds."""
    lower: tuple[Step, ...]
    """What to change, in order, until it fits on `gpu`; empty if it fits or none is named."""

    @property
    def fits(self) -> bool | None:
        """Whether it fits on the GPU that was named; None if none was."""
        return None if self.gpu is None else self.memory.total <= self.gpu.usable


def plan(recipe: Recipe, gpu: GPU | None = None) -> Plan:
    """Reckons what a recipe's training needs.

    Args:
        recipe: read and checked.
        gpu: None is this machine's CPU for `batching: fixed`, else any GPU with bfloat16.

    Raises:
        ValueError: the shape of its base, its optimizer or a target module is not known, or it
            does not train for likelihood.
    """
    train = recipe.train
    if train.objective != "likelihood":
        raise ValueError(
            f"The planner reckons trainings for likelihood, this is one of {train.objective}: take "
            "the recipe of what it goes on from."
        )
    shape = shape_of(train.base)
    memory = estimate(train, shape, gpu)
    sharded = tuple(
        (kind, count, estimate(train, shape, gpu, sharding=kind, devices=count))
        for kind in SHARDINGS
        for count in DEVICES
    )
    short = gpu is not None and memory.total > gpu.usable
    return Plan(
        recipe.name,
        shape,
        train,
        gpu,
        formats(train, gpu),
        sum(adapter_sizes(train, shape)),
        memory,
        sharded if formats(train, gpu).cuda else (),
        tuple(_lower(train, shape, gpu)) if short and gpu is not None else (),
    )


def run(recipe: Recipe, gpu: str | None = None, as_json: bool = False) -> int:
    """Prints a recipe's plan; the exit code is 1 if it doesn't fit on the GPU that was named.

    Args:
        recipe: read and checked.
        gpu: a name of `finetune.gpus`; without one all of them are looked at.
        as_json: for programs; else tables for people.

    Raises:
        ValueError: no such GPU, or something in the recipe that can't be planned for.
    """
    found = plan(recipe, find_gpu(gpu) if gpu else None)
    if as_json:
        print(json.dumps(as_dict(found), indent=1))
    else:
        from rich.console import Console

        console = Console()
        for block in _blocks(found):
            console.print(block)
    return 1 if found.fits is False else 0


def as_dict(found: Plan) -> dict[str, Any]:
    """Plain JSON of a plan; all sizes in bytes."""
    everywhere = [] if found.gpu else _everywhere(found)
    return {
        "recipe": found.recipe,
        "base": found.train.base or next(iter(SHAPES)),
        "parameters": found.shape.parameters,
        "trainable": found.trainable,
        "formats": dataclasses.asdict(found.formats),
        "bytes": {**dataclasses.asdict(found.memory), "total": found.memory.total},
        "sharded": [
            {"sharding": kind, "devices": count, "total": memory.total}
            for kind, count, memory in found.sharded
        ],
        "gpu": found.gpu and {"name": found.gpu.name, "usable": found.gpu.usable},
        "fits": found.fits,
        "lower": [dataclasses.asdict(step) for step in found.lower],
        "gpus": [
            {"name": gpu.name, "usable": gpu.usable, "total": total, "fits": total <= gpu.usable}
            for gpu, total in everywhere
        ],
    }


def _lower(train: TrainConfig, shape: Shape, gpu: GPU) -> Iterator[Step]:
    """What costs least first: nothing learned is lost but by the last two."""
    before = estimate(train, shape, gpu).total
    for change, cost, lowered in _changes(train, shape, gpu):
        total = estimate(lowered, shape, gpu).total
        if total < before:
            fits = total <= gpu.usable
            yield Step(change, cost, total, fits)
            if fits:
                return
            before = total
    for kind, words in SHARDINGS.items():
        for count in DEVICES:
            total = estimate(lowered, shape, gpu, sharding=kind, devices=count).total
            if total <= gpu.usable:
                yield Step(f"{count} GPUs with {words}", "more GPUs", total, True)
                return


def _changes(train: TrainConfig, shape: Shape, gpu: GPU) -> Iterator[tuple[str, str, TrainConfig]]:
    """Settings in words, their cost, and the recipe with all of them so far."""
    train = _smaller_batch(train, shape, gpu)
    fixed = train.batching == "fixed"
    size = "tokens_per_batch" if fixed else "per_device_train_batch_size"
    yield (
        f"train.{size}: {getattr(train, size)} and "
        f"gradient_accumulation_steps: {train.gradient_accumulation_steps}",
        "some speed",
        train,
    )
    train = replace(train, gradient_checkpointing=True)
    yield "train.gradient_checkpointing: true", "a third more computing", train
    if not train.optim.endswith("8bit"):
        train = replace(train, optim="paged_adamw_8bit")
        yield "train.optim: paged_adamw_8bit", "nothing measurable (Dettmers et al. 2022)", train
    if train.quantization != "nf4":
        train = replace(train, quantization="nf4", double_quantization=True)
        yield "train.quantization: nf4", "speed; hardly any quality (Dettmers et al. 2023)", train
    while not fixed and train.max_length > 512:
        train = replace(train, max_length=max(512, train.max_length // 2))
        yield f"train.max_length: {train.max_length}", "longer dialogues are dropped", train
    while train.lora.r > 8:
        train = replace(train, lora=replace(train.lora, r=max(8, train.lora.r // 2)))
        yield f"train.lora.r: {train.lora.r}", "room for what is learned", train


def _smaller_batch(train: TrainConfig, shape: Shape, gpu: GPU) -> TrainConfig:
    """Halves the batch until it fits or can't be halved; accumulation makes up for it."""
    while estimate(train, shape, gpu).total > gpu.usable:
        steps = 2 * train.gradient_accumulation_steps
        if train.batching == "fixed":
            size = train.tokens_per_batch // 2
            if size < train.widths[-1]:
                break
            train = replace(train, tokens_per_batch=size, gradient_accumulation_steps=steps)
        else:
            size = train.per_device_train_batch_size
            if size < 2 or size % 2:
                break
            train = replace(
                train, per_device_train_batch_size=size // 2, gradient_accumulation_steps=steps
            )
    return train


def _everywhere(found: Plan) -> list[tuple[GPU, int]]:
    """What is needed on each GPU of the table; number formats differ between them."""
    return [(gpu, estimate(found.train, found.shape, gpu).total) for gpu in GPUS]


def _blocks(found: Plan) -> Iterator[Table | str]:
    """What a person is shown."""
    train, shape = found.train, found.shape
    tokens, _, _ = batch(train)
    percent = 100 * found.trainable / shape.parameters
    yield (
        f"[bold]{found.recipe}[/bold]: {shape.name}, {shape.parameters:,} parameters, of which "
        f"{found.trainable:,} are trained beside ({percent:.2f} %); {tokens:,} tokens a device and "
        f"step; matrix products in {found.formats.compute}."
    )
    device = found.gpu.name if found.gpu else "one GPU" if found.formats.cuda else "this machine"
    rows = [
        (_described(name, train), _gib(size))
        for name, size in dataclasses.asdict(found.memory).items()
        if size
    ]
    yield _table(
        ("on " + device, "GiB"), [*rows, ("[bold]all", f"[bold]{_gib(found.memory.total)}")]
    )
    if found.gpu is None:
        every = [
            (gpu.name, f"{gpu.usable_gib:.1f}", _gib(total), "yes" if total <= gpu.usable else "no")
            for gpu, total in _everywhere(found)
        ]
        yield _table(("GPU", "usable GiB", "needed", "fits"), every)
    elif found.fits:
        yield f"It fits on {found.gpu.name}: {found.gpu.usable_gib:.1f} GiB can be used."
    if found.sharded:
        shared = [(SHARDINGS[kind], str(count), _gib(m.total)) for kind, count, m in found.sharded]
        yield _table(("sharded", "GPUs", "GiB on each"), shared)
    if found.fits is False and found.gpu:
        yield f"[bold]It doesn't fit on {found.gpu.name} ({found.gpu.usable_gib:.1f} GiB).[/bold]"
        steps = [
            (step.change, step.cost, _gib(step.total), "yes" if step.fits else "no")
            for step in found.lower
        ]
        yield _table(("change, one after the other", "costs", "GiB then", "fits"), steps)
        if not found.lower or not found.lower[-1].fits:
            yield "Even then it doesn't fit: take a larger GPU or a smaller base."


def _described(name: str, train: TrainConfig) -> str:
    """A part of memory in words."""
    words = _WORDS[name]
    if name == "weights" and train.quantization != "none":
        double = train.quantization == "nf4" and train.double_quantization
        return f"{words} ({train.quantization}{', scales quantized' if double else ''})"
    if name == "optimizer":
        paged = "; moves to main memory when the GPU is full" if "paged" in train.optim else ""
        return f"{words} ({train.optim}{paged})"
    if name == "activations" and train.gradient_checkpointing:
        return f"{words} (checkpointed)"
    return words


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, head in enumerate(heads):
        table.add_column(
            head,
            justify="right" if "GiB" in head or head == "needed" else "left",
            no_wrap=bool(number),
        )
    for row in rows:
        table.add_row(*row)
    return table


def _gib(size: int) -> str:
    return f"{size / GIB:.2f}"
