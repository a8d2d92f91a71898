"""What training holds in memory, part by part, reckoned from the model's shape and the recipe.

- Activations after Korthikanti et al. 2022 ("Reducing activation recomputation in large transformer
  models", section 4), with what differs here: attention without stored probabilities, RMSNorm in
  fp32, a gated MLP, and frozen matrices, whose inputs are kept for the adapters alone. Gradient
  checkpointing keeps each layer's input and computes one layer at a time anew (Chen et al. 2016).
- NF4 after Dettmers et al. 2023 (QLoRA): half a byte, a scale for 64 weights, and those scales in
  one byte with a scale for 256.
- Sharding as Rajbhandari et al. 2020 (ZeRO) and Zhao et al. 2023 (FSDP) have it.

`tests/finetune/test_plan.py` compares each part with tensors that it counts. What can't be counted
without a GPU are the CUDA context and the margin for fragmentation: they are assumptions.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from finetune.config import TrainConfig
from finetune.gpus import GIB, GPU
from finetune.shapes import Shape

CONTEXT = int(0.6 * GIB)
"""The CUDA context, kernels and cuBLAS' workspace; on a CPU what the libraries hold. Assumed."""
MARGIN = 0.1
"""Share of what comes and goes in a step that fragmentation wastes. Assumed."""
LOSS_SHARE = 0.5
"""Of a batch's tokens, how many have loss at most: answers are shorter than what they answer."""
_ITEM = {"fp32": 4, "fp16": 2, "bf16": 2}
_LIVE = 10**9
"""Parameters that ZeRO-3 gathers at once: DeepSpeed's `stage3_max_live_parameters`."""
_TILE = (4096, 32_768)
"""Tokens and vocabulary of a tile of TRL's fused output head (`trl.kernels.chunked_logprob`)."""
_STATES = {
    "adamw_torch": 2, "adamw_torch_fused": 2, "paged_adamw_32bit": 2, "adamw_8bit": 2,
    "adamw_bnb_8bit": 2, "paged_adamw_8bit": 2, "lion_32bit": 1, "lion_8bit": 1,
    "paged_lion_32bit": 1, "paged_lion_8bit": 1, "sgd": 0,
}  # fmt: skip
"""How many values an optimizer keeps for each trainable parameter."""


@dataclass(frozen=True, slots=True)
class Formats:
    """The number formats and kernels that `finetune.train` will use."""

    compute: str
    """Of matrix products: "fp32", "fp16" or "bf16"; under autocast where the base's differs."""
    base: str
    """Of frozen weights that are not quantized."""
    adapters: str
    eager: bool
    """Attention that stores its probabilities, as with `batching: fixed` on a CPU."""
    cuda: bool
    at_loss: bool = False
    """The output head alone where there is loss, and rows without a mask: `batching: fixed`."""
    sharding: str = ""
    """ "", "fsdp" or "zero3"."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes on one device."""

    weights: int = 0
    teacher: int = 0
    """What training began with, where it is not to be forgotten."""
    adapters: int = 0
    gradients: int = 0
    optimizer: int = 0
    gathered: int = 0
    """Of other devices' shards, while they are needed."""
    activations: int = 0
    working: int = 0
    """Gradients of activations, and a matrix while it is dequantized."""
    logits: int = 0
    context: int = 0
    margin: int = 0

    @property
    def total(self) -> int:
        """All of it."""
        return sum(getattr(self, field.name) for field in fields(self))


def formats(config: TrainConfig, gpu: GPU | None = None, sharding: str = "") -> Formats:
    """How a recipe will be trained on that GPU.

    Args:
        config: the recipe's training.
        gpu: None is this machine's CPU for `batching: fixed`, else any GPU with bfloat16.
        sharding: "", "fsdp" or "zero3".
    """
    fixed = config.batching == "fixed"
    cuda = gpu is not None or not fixed
    compute = config.precision
    if compute == "auto" and cuda:
        compute = "bf16" if gpu is None or gpu.bf16 else "fp16"
    tiles = False
    if not cuda:
        from finetune import hardware

        if compute == "auto":
            compute = "bf16" if hardware.has_fast_bf16() else "fp32"
        tiles = compute == "bf16" and hardware.has_amx()
    quantized = config.quantization != "none"
    base = "fp32" if fixed and not quantized and not tiles else compute
    adapters = "bf16" if quantized and compute != "fp32" else "fp32"
    if sharding:  # FSDP holds what is trained in fp32; ZeRO-3 in the base's format, see TRL
        adapters = "fp32" if sharding == "fsdp" else base
    return Formats(
        compute, base, adapters, fixed and not cuda, cuda, at_loss=fixed, sharding=sharding
    )


def targets(config: TrainConfig, shape: Shape) -> dict[str, tuple[int, int]]:
    """The adapted matrices of one layer: name -> (inputs, outputs).

    Raises:
        ValueError: the recipe names a layer that the model does not have.
    """
    wanted = config.lora.target_modules or tuple(shape.linears)
    unknown = [name for name in wanted if name not in shape.linears]
    if unknown:
        raise ValueError(
            f"train.lora.target_modules: {', '.join(unknown)} can't be planned for; known are "
            f"{', '.join(shape.linears)}."
        )
    return {name: shape.linears[name] for name in wanted}


def adapter_sizes(config: TrainConfig, shape: Shape) -> list[int]:
    """Parameters of every trained tensor: r x inputs, outputs x r, and DoRA's magnitudes."""
    lora = config.lora
    layer = []
    for rows, columns in targets(config, shape).values():
        layer += [lora.r * rows, lora.r * columns, *([columns] if lora.use_dora else [])]
    return layer * shape.num_hidden_layers


def weights(config: TrainConfig, shape: Shape, how: Formats) -> tuple[int, int]:
    """Bytes of the frozen base: values, and the scales of quantized ones.

    bitsandbytes quantizes the layers' matrices alone; embeddings, output head and norms stay as
    they are.
    """
    values = shape.outside * _ITEM[how.base]
    scales = 0
    for rows, columns in shape.linears.values():
        count = rows * columns
        if config.quantization == "nf4":
            blocks = -(-count // 64)
            values += shape.num_hidden_layers * count // 2
            scales += 16 * 4 + blocks * 4  # its 16 values, and a scale a block
            if config.double_quantization:
                scales += 256 * 4 + 4 + blocks + -(-blocks // 256) * 4 - blocks * 4
        elif config.quantization == "8bit":
            values += shape.num_hidden_layers * count
            scales += columns * 4
        else:
            values += shape.num_hidden_layers * count * _ITEM[how.base]
    return values, scales * shape.num_hidden_layers


def teacher(config: TrainConfig, shape: Shape, how: Formats) -> int:
    """Bytes of a frozen copy of what training begins with, merged."""
    if not config.distillation_weight:
        return 0
    linears = sum(rows * columns for rows, columns in shape.linears.values())
    return (shape.outside + shape.num_hidden_layers * linears) * _ITEM[how.compute]


def optimizer(config: TrainConfig, sizes: list[int], how: Formats) -> int:
    """Bytes of the optimizer's state.

    Eight-bit states have a scale for each 256 values, and are fp32 in tensors of fewer than 4,096
    (Dettmers et al. 2022); torch's own have the format of what is trained.

    Raises:
        ValueError: an optimizer whose state is not known.
    """
    if config.optim not in _STATES:
        raise ValueError(
            f"What train.optim {config.optim} keeps is not known; known are {', '.join(_STATES)}."
        )
    states = _STATES[config.optim]
    master = 4 * sum(sizes) if how.sharding == "zero3" else 0  # DeepSpeed trains a copy in fp32
    if config.optim.endswith("8bit") and how.cuda:
        return master + sum(states * (n + -(-n // 256) * 4 if n >= 4096 else 4 * n) for n in sizes)
    wide = "32bit" in config.optim or how.sharding == "zero3"
    return master + states * sum(sizes) * (4 if wide else _ITEM[how.adapters])


def batch(config: TrainConfig) -> tuple[int, int, bool]:
    """Tokens of the largest batch, the longest row that attention sees, and whether it is masked.

    Packed rows are one long row in which a mask keeps dialogues apart (TRL's padding-free batches
    with PyTorch's attention).
    """
    if config.batching == "fixed":
        return config.tokens_per_batch, config.widths[-1], False
    rows, width = config.per_device_train_batch_size, config.max_length
    if config.packing:
        return rows * width, rows * width, True
    return rows * width, width, rows > 1


def layer_activations(config: TrainConfig, shape: Shape, how: Formats) -> int:
    """Bytes that one layer keeps for its backward pass."""
    tokens, row, masked = batch(config)
    item, lora = _ITEM[how.compute], config.lora
    hidden, wide, heads = shape.hidden_size, shape.intermediate_size, shape.num_attention_heads
    queries, keys = heads * shape.head_dim, shape.num_key_value_heads * shape.head_dim
    adapted = targets(config, shape)
    kept = 2 * (4 * hidden + 4)  # RMSNorm: its input and the reciprocal root, fp32
    kept += 3 * wide * item  # gate, SiLU(gate), up
    if how.eager:  # query, key, value, repeated for all heads; probabilities
        kept += 3 * queries * item + heads * row * (4 if item == 4 else 6)
    else:  # query, key, value, output, log-sum-exp; a mask wants keys repeated and is kept itself
        kept += 2 * queries * item + 2 * (queries if masked else keys) * item + 4 * heads
        kept += row * item if masked else 0
    quantized = config.quantization != "none"
    if lora.lora_dropout:  # each adapter has an input and a mask of its own
        mask = 1 if how.cuda else _ITEM[how.adapters]
        kept += sum(rows * (item + mask) for rows, _ in adapted.values())
    elif how.adapters != how.compute and not quantized:  # a cast copy for each
        kept += sum(rows * item for rows, _ in adapted.values())
    else:  # once where several read the same; attention's output is kept already
        kept += hidden * item * any(name in adapted for name in ("q_proj", "k_proj", "v_proj"))
        kept += queries * item * (how.eager and "o_proj" in adapted)
        kept += hidden * item * any(name in adapted for name in ("gate_proj", "up_proj"))
        kept += wide * item * ("down_proj" in adapted)
    kept += len(adapted) * lora.r * item
    total = kept * tokens
    if how.adapters != how.compute:  # cast copies of the adapters
        total += sum(lora.r * (rows + columns) for rows, columns in adapted.values()) * item
    if how.base != how.compute and not quantized:  # cast copies of frozen matrices
        total += sum(rows * columns for rows, columns in shape.linears.values()) * item
    if lora.use_dora:  # two results, and an identity matrix to get at the weights' norm
        for rows, columns in adapted.values():
            total += (2 * columns * tokens + rows * rows + rows * lora.r) * item
    return total


def activations(config: TrainConfig, shape: Shape, how: Formats) -> int:
    """Bytes kept from the forward for the backward pass, the output head's excepted."""
    tokens, _, _ = batch(config)
    layer, layers = layer_activations(config, shape, how), shape.num_hidden_layers
    last = tokens * 4 * (shape.hidden_size + 1)  # the last norm
    if config.gradient_checkpointing:
        return layers * tokens * shape.hidden_size * _ITEM[how.base] + layer + last
    return layers * layer + last


def working(config: TrainConfig, shape: Shape, how: Formats) -> int:
    """Bytes that come and go in the backward pass.

    At the widest place, before the MLP's last matrix, there are the gradient by the frozen matrix,
    the one by the adapter, and their sum (in place for fp32), beside those of the residual stream.
    """
    tokens, _, _ = batch(config)
    item, wide = _ITEM[how.compute], shape.intermediate_size
    held = wide * (item + _ITEM[how.adapters] + (item if item < 4 else 0))
    matrix = 0
    if config.quantization != "none" and how.cuda:
        matrix = max(rows * columns for rows, columns in shape.linears.values()) * item
    return tokens * (held + 2 * shape.hidden_size * item) + matrix


def logits(config: TrainConfig, shape: Shape, how: Formats) -> int:
    """Bytes of the output head and the loss.

    TRL's fused head has one tile of logits at a time, and a position's state in fp32; ours has
    those of all positions with loss, log-probabilities and their gradient in fp32.
    """
    tokens, _, _ = batch(config)
    item, hidden = _ITEM[how.compute], shape.hidden_size
    if how.at_loss:
        head = shape.vocab_size * hidden * item if how.base != how.compute else 0
        positions = int(tokens * LOSS_SHARE)
        taught = 8 if config.distillation_weight else 0  # the teacher's, and how far apart
        return positions * shape.vocab_size * (8 + taught + (0 if item == 4 else item)) + head
    tile = min(tokens, _TILE[0]) * min(shape.vocab_size, _TILE[1]) * item
    return tile + tokens * hidden * (item + 4)


def estimate(
    config: TrainConfig,
    shape: Shape,
    gpu: GPU | None = None,
    *,
    sharding: str = "",
    devices: int = 1,
) -> Memory:
    """All parts, on one of the devices.

    Args:
        config: the recipe's training.
        shape: of its base.
        gpu: see `formats`.
        sharding: "" has everything on each device, "fsdp" and "zero3" share weights, adapters,
            gradients and optimizer out; quantized weights' scales are on each.
        devices: how many share.

    Raises:
        ValueError: an optimizer or target module that is not known.
    """
    how = formats(config, gpu, sharding)
    sizes = adapter_sizes(config, shape)
    values, scales = weights(config, shape, how)
    share = devices if sharding else 1
    trained = sum(sizes) * _ITEM[how.adapters]
    outside = shape.outside * _ITEM[how.base]
    gathered = 0
    if sharding == "fsdp":  # embeddings and head, the layer in work, and the next
        gathered = outside + 2 * (values - outside) // shape.num_hidden_layers
    elif sharding == "zero3":  # a parameter of a quantized matrix is as wide as the base's format
        gathered = min(values, _LIVE * _ITEM[how.base])
    found = Memory(
        weights=values // share + scales,
        teacher=teacher(config, shape, how),
        adapters=trained // share,
        gradients=trained // share,
        optimizer=optimizer(config, sizes, how) // share,
        gathered=gathered,
        activations=activations(config, shape, how),
        working=working(config, shape, how),
        logits=logits(config, shape, how),
        context=CONTEXT,
    )
    moving = found.gathered + found.activations + found.working + found.logits
    return replace(found, margin=int(MARGIN * moving))
