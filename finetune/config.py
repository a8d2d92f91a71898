"""A recipe: one frozen dataclass a stage."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """Dialogues from elsewhere, beside those synthesized."""

    kind: str
    """A name of `finetune.sources.SOURCES`."""
    path: str = ""
    """A folder or file, or a data set's name on the hub; the kind's own when empty."""
    weight: float = 1.0
    """Of this source in the mix, beside `DataConfig.synthesis_weight`."""
    limit: int = 0
    """At most so many of its rows are read; 0 reads all."""


@dataclass(frozen=True, slots=True)
class CleaningConfig:
    """What is done to dialogues from elsewhere before they are mixed in."""

    languages: tuple[str, ...] = ("en",)
    """ISO 639-1; empty keeps every language."""
    min_chars: int = 20
    max_chars: int = 6000
    """Of a whole dialogue."""
    mask_personal_data: bool = True
    near_duplicates: float = 0.8
    """Jaccard similarity of word shingles from which a dialogue repeats another; 0: none does."""
    workers: int = 0
    """Processes; 0 for one a core."""


@dataclass(frozen=True, slots=True)
class DataConfig:
    """What is learned from."""

    examples: int = 24_000
    """Of the mix: synthesized ones, and those of `sources` by their weights."""
    dev_examples: int = 200
    """From the same generator, for the loss curve; quality is measured on other authors."""
    seed: int = 20261123
    held_out: tuple[str, ...] = (
        "tests/benchmarks/data/understanding/*.jsonl",
        "tests/benchmarks/data/told/*.jsonl",
        "finetune/evaluation/data/dev_*.jsonl",
        "finetune/evaluation/data/told_*.jsonl",
        "finetune/evaluation/data/goals_*.jsonl",
    )
    """Files whose cities and places may not be drawn, and whose messages may not occur."""
    unsaid: tuple[str, ...] = ("tests/benchmarks/data/goals/*.jsonl",)
    """Files whose messages may not occur; they speak of the catalogue's cities, as anybody does."""
    share: tuple[tuple[str, float], ...] = ()
    """Pairs of a pattern for authors ("seed-*") and the share of their lines that is used."""
    weights: tuple[tuple[str, float], ...] = ()
    """Pairs of a kind of dialogue and how often it is drawn, where `kinds.WEIGHTS` is not
    meant."""
    listed_travellers: bool = False
    """Travellers who are listed in a message are learned as that list, which code counts, and not
    as their number (`tools/headcount.py`)."""
    trip: str = "any"
    """Of the synthesized ones only messages while there is a trip ("standing") or while there is
    none ("none"), and answers to what tools found; "any" takes all."""
    part: str = ""
    """Of plans that is learned, as they are asked for while there is no trip, and nothing else:
    "party", who travels, as a list, for the adapter that is asked for it
    (`agent.models.counting`), or "wishes" (`agent.models.second_opinion`)."""
    synthesis_weight: float = 1.0
    sources: tuple[SourceConfig, ...] = ()
    cleaning: CleaningConfig = field(default_factory=CleaningConfig)


@dataclass(frozen=True, slots=True)
class LoraSettings:
    """The adapter (Hu et al. 2021; rank-stabilised after Kalajdzievski 2023; DoRA after Liu et al.
    2024).
    """

    r: int = 32
    lora_alpha: float = 32
    lora_dropout: float = 0.0
    use_rslora: bool = True
    use_dora: bool = False
    target_modules: tuple[str, ...] = ()
    """Names of layers such as "q_proj"; all linear ones when empty."""


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """How the adapter is trained, by TRL's `SFTTrainer`.

    With `batching: fixed` (CPUs, and a small model on one GPU) a batch has one of a few shapes, its
    rows times their width, so that memory stays flat. With `batching: trl` (GPUs) TRL makes the
    batches, packed or padded.
    """

    base: str = ""
    """Folder or hub name of the base model; empty for the one that ships. One with random weights
    in the shape of a known model is "random:" and a name of `finetune.shapes.SHAPES`."""
    objective: str = "likelihood"
    """"likelihood" learns to write what the data hold; "preferences" goes on from an adapter and
    learns from what it gets wrong on them, as `PreferenceConfig` says; "soup" trains nothing and
    averages adapters, as `SoupConfig` says."""
    batching: str = "fixed"
    tokens_per_batch: int = 2048
    widths: tuple[int, ...] = (
        *(40, 48, 56, 64, 72, 80, 88, 96, 104, 112),
        *(128, 144, 176, 208, 240, 288),
    )
    """Fixed: rows are padded to the smallest of these; longer dialogues are dropped and counted."""
    per_device_train_batch_size: int = 8
    """TRL: rows a device and step."""
    max_length: int = 1024
    """TRL: tokens of a row; longer dialogues are dropped and counted."""
    packing: bool = False
    """TRL: several dialogues in a row, which none of them sees (best fit decreasing)."""
    gradient_accumulation_steps: int = 1
    gradient_checkpointing: bool = False
    max_steps: int = 450
    """0 trains for `num_train_epochs` instead."""
    num_train_epochs: float = 1.0
    learning_rate: float = 8e-4
    lr_scheduler_type: str = "cosine"
    warmup_steps: float = 0.04
    """Steps, or a share of all when below 1."""
    weight_decay: float = 0.0
    max_grad_norm: float = 1.0
    optim: str = "adamw_torch_fused"
    """As transformers names it; one that the hardware lacks falls back to
    "adamw_torch_fused", which is said."""
    quantization: str = "none"
    """Of the frozen base: "none", "8bit", or "nf4" (QLoRA, Dettmers et al. 2023)."""
    double_quantization: bool = True
    """NF4: the scales are quantized, too."""
    precision: str = "auto"
    """Of matrix products: "auto", "fp32", "fp16" or "bf16". Auto takes bf16 where the processor has
    instructions for it, fp16 on older GPUs, else fp32: bf16 without such instructions is a hundred
    times slower (docs/lab.md)."""
    compile: bool = False
    """Fixed: `torch.compile` of each decoder layer, all of which share what was compiled."""
    neftune_noise_alpha: float = 0.0
    """Noise on the embeddings (Jain et al. 2023); 0 for none."""
    save_steps: int = 50
    save_total_limit: int = 3
    """Checkpoints that are kept, the newest; all that a later soup averages."""
    mirror_dir: str = ""
    """A second folder, such as a mounted drive, to which each checkpoint is copied."""
    eval_steps: int = 0
    """How often the loss on the development dialogues is measured; 0 never."""
    early_stopping_patience: int = 0
    """Stops after so many measurements without a lower loss; 0 never. Needs `eval_steps`."""
    report_to: tuple[str, ...] = ()
    """Such as "tensorboard" or "trackio"."""
    seed: int = 7
    start_from: str = ""
    """Folder of a trained adapter to go on from (its rank holds), with a fresh optimizer."""
    distillation_weight: float = 0.0
    """Fixed: of the divergence from `start_from` where that was right, so that what it can already
    do is not forgotten; 0 for none."""
    lora: LoraSettings = field(default_factory=LoraSettings)


@dataclass(frozen=True, slots=True)
class PreferenceConfig:
    """Where `train.objective` is "preferences": how much a right answer is preferred."""

    beta: float = 0.1
    """How dear it is to move away from the adapter that is gone on from."""
    likelihood_weight: float = 1.0
    """Of the right answers' likelihood, beside the preference."""
    pad_to_multiple_of: int = 32
    """Widths of batches."""


@dataclass(frozen=True, slots=True)
class SoupConfig:
    """Where `train.objective` is "soup": what is averaged."""

    ingredients: tuple[tuple[str, float], ...] = ()
    """Pairs of an adapter's folder and its share; the shares are 1 in all."""
    r: int = 0
    """Highest rank of the result; 0 leaves it exact, the sum of all ranks."""


@dataclass(frozen=True, slots=True)
class EvaluateConfig:
    """Which turns the adapter answers before it may ship."""

    dev: tuple[str, ...] = (
        "finetune/evaluation/data/dev_amara.jsonl",
        "finetune/evaluation/data/dev_benoit.jsonl",
    )
    test: tuple[str, ...] = ("tests/benchmarks/data/understanding/*.jsonl",)


@dataclass(frozen=True, slots=True)
class SweepConfig:
    """What `finetune sweep` searches; see `finetune.sweep`."""

    trials: int = 12
    max_steps: int = 60
    """Of each trial, in place of `train.max_steps`."""
    examples: int = 3000
    dev_examples: int = 80
    """Few: the loss on them is measured five times a trial."""
    seed: int = 3
    learning_rate: tuple[float, ...] = (1e-4, 3e-3)
    """Lowest and highest, on a logarithmic scale; empty leaves it as the recipe has it."""
    r: tuple[int, ...] = (8, 16, 32, 64)
    """Choices; likewise below."""
    lora_alpha: tuple[int, ...] = (16, 32, 64)
    lora_dropout: tuple[float, ...] = (0.0, 0.05, 0.1)
    warmup_steps: tuple[float, ...] = (0.03, 0.1)
    tokens_per_batch: tuple[int, ...] = ()
    """Each trial reads as many tokens: `max_steps` are counted in the recipe's own batches."""
    num_train_epochs: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class ScaleConfig:
    """The points of `finetune scale`; see `finetune.scaling`."""

    examples: tuple[int, ...] = (1000, 3000, 9000)
    """Dialogues, of all voices."""
    voices: tuple[int, ...] = (3, 4, 8, 16, 32)
    voices_examples: int = 3000
    """Dialogues of each set of voices."""
    core: tuple[str, ...] = ("ferry", "student", "brine")
    """In every set: together they write for each tool, and the clauses of which the synthesis
    composes requests."""
    turns: int = 150
    """Of the development turns; 0 for all."""
    seed: int = 5


@dataclass(frozen=True, slots=True)
class Recipe:
    """From nothing to an evaluated adapter."""

    name: str
    output_dir: Path
    version: str = "1"
    """Of the adapter, in its manifest."""
    history: str = ""
    """What came before, for the model card: legs of training, what the run went through."""
    data: DataConfig = field(default_factory=DataConfig)
    train: TrainConfig = field(default_factory=TrainConfig)
    preferences: PreferenceConfig = field(default_factory=PreferenceConfig)
    soup: SoupConfig = field(default_factory=SoupConfig)
    evaluate: EvaluateConfig = field(default_factory=EvaluateConfig)
    sweep: SweepConfig = field(default_factory=SweepConfig)
    scale: ScaleConfig = field(default_factory=ScaleConfig)
