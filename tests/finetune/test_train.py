"""Training on a tiny Llama: it learns, is resumed as if it had never stopped, fails plainly."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from finetune.config import DataConfig, LoraSettings, TrainConfig
from finetune.data import prepare
from finetune.errors import (
    MismatchError,
    NonFiniteLossError,
    OutOfMemoryError,
    TrainingError,
)
from finetune.render import IGNORED, batches
from finetune.train import train
from finetune.trainer import CompletionTrainer

CONFIG = TrainConfig(
    tokens_per_batch=1024,
    widths=(256, 512, 1024),
    max_steps=6,
    save_steps=3,
    learning_rate=5e-3,
    precision="fp32",
    lora=LoraSettings(r=4, lora_alpha=8),
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A two-layer Llama over bytes."""
    folder = tmp_path_factory.mktemp("base")
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {piece: i for i, piece in enumerate([*alphabet, "<|im_start|>", "<|im_end|>"])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|im_end|>",
        bos_token="<|im_start|>",
    ).save_pretrained(folder)  # fmt: skip
    torch.manual_seed(0)
    LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(vocabulary), hidden_size=32, intermediate_size=64, num_hidden_layers=2,
            num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=1024,
        )
    ).save_pretrained(folder)  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A little of the real data."""
    return prepare(DataConfig(examples=120, dev_examples=10), tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def trained(base: Path, data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An uninterrupted run."""
    folder = tmp_path_factory.mktemp("run")
    train(CONFIG, data, folder, base)
    return folder


def losses(folder: Path) -> dict[int, float]:
    """Step -> loss."""
    rows = [json.loads(line) for line in (folder / "loss.jsonl").read_text().splitlines()]
    return {row["step"]: row["loss"] for row in rows}


def test_the_loss_goes_down_and_an_adapter_comes_out(trained: Path) -> None:
    """Six steps of a high rate already learn something, and only LoRA weights are kept."""
    weights = load_file(trained / "adapter" / "adapter_model.safetensors")
    assert weights and all("lora_" in name for name in weights)
    assert any(w.abs().sum() > 0 for name, w in weights.items() if "lora_B" in name)


def test_a_killed_run_goes_on_to_the_same_adapter(
    base: Path, data: Path, trained: Path, tmp_path: Path
) -> None:
    """From the checkpoint of step 3 the rest of the run gives the same weights."""
    shutil.copytree(trained / "checkpoint-3", tmp_path / "checkpoint-3")
    train(CONFIG, data, tmp_path, base)
    straight = load_file(trained / "adapter" / "adapter_model.safetensors")
    resumed = load_file(tmp_path / "adapter" / "adapter_model.safetensors")
    for name, weight in straight.items():
        torch.testing.assert_close(resumed[name], weight, atol=1e-3, rtol=1e-2)


def test_a_finished_run_is_not_done_again(base: Path, data: Path, trained: Path) -> None:
    """The adapter of a finished run is returned as it is."""
    file = trained / "adapter" / "adapter_model.safetensors"
    before = file.stat().st_mtime_ns
    assert train(CONFIG, data, trained, base) == trained / "adapter"
    assert file.stat().st_mtime_ns == before


class Bare(CompletionTrainer):
    """As much of a trainer as the loss needs."""

    def __init__(self, base: Path, step: int = 0) -> None:
        self.state = type("State", (), {"global_step": step})()
        self.processing_class = PreTrainedTokenizerFast.from_pretrained(base)


def _whole(base: Path) -> Any:
    model: Any = LlamaForCausalLM.from_pretrained(base)
    model.get_base_model = lambda: model
    return model


def test_the_loss_is_the_one_of_the_whole_matrix(base: Path) -> None:
    """Logits where there is loss give what cross entropy over all positions gives."""
    model = _whole(base)
    rows = [([1, 2, 3, 4, 5, 6], 3), ([7, 8, 9, 1], 2)]
    [batch], _ = batches(rows, tokens=16, widths=(8,), pad=0, seed=0)
    inputs = {"input_ids": torch.tensor(batch.input_ids), "labels": torch.tensor(batch.labels)}
    whole = model(**inputs).loss
    inputs["tokens"] = torch.tensor(batch.tokens)
    trainer = Bare(base)
    torch.testing.assert_close(trainer.compute_loss(model.train(), inputs), whole)
    assert (inputs["labels"] != IGNORED).sum() == 5
    assert trainer.tokens_seen == 10
    # a batch of a step of several: the mean is over all of the step's tokens with loss
    shared = trainer.compute_loss(model, inputs, num_items_in_batch=10)
    torch.testing.assert_close(shared, whole / 2)


def test_a_loss_that_is_no_number_stops_with_the_step_and_the_batch(base: Path) -> None:
    """NaN weights end training with a sentence, not with a useless adapter."""
    model = _whole(base)
    torch.nn.init.constant_(model.lm_head.weight, float("nan"))
    inputs = {
        "input_ids": torch.tensor([[40, 41, 42]]),
        "labels": torch.tensor([[-100, 2, 3]]),
        "tokens": torch.tensor(3),
    }
    with pytest.raises(NonFiniteLossError, match=r"step 17, in a batch of 1 x 3 tokens that"):
        Bare(base, 17).compute_loss(model, inputs)


def test_the_log_tells_speed_and_what_is_left(trained: Path) -> None:
    """Tokens a second without padding, minutes that remain, memory; resuming repeats no step."""
    rows = [json.loads(line) for line in (trained / "loss.jsonl").read_text().splitlines()]
    assert [row["step"] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert rows[0]["tokens_per_second"] > 0 and rows[0]["minutes_left"] >= 0
    assert rows[0]["peak_mib"] > 50


def test_the_best_checkpoint_is_kept_and_training_stops_early(
    base: Path, data: Path, tmp_path: Path
) -> None:
    """At a rate that ruins the model the loss on held-out dialogues rises, and that is the end."""
    ruinous = replace(
        CONFIG, max_steps=40, learning_rate=5.0, eval_steps=1, save_steps=1, warmup_steps=0.0,
        lr_scheduler_type="constant", early_stopping_patience=2,
    )  # fmt: skip
    train(ruinous, data, tmp_path, base)
    rows = [json.loads(line) for line in (tmp_path / "loss.jsonl").read_text().splitlines()]
    measured = [row["eval_loss"] for row in rows if "eval_loss" in row]
    assert 3 <= len(measured) < 40 and min(measured) not in measured[-2:]


@pytest.mark.parametrize(
    "settings",
    [
        {"use_dora": True},
        {"lora_dropout": 0.1, "use_rslora": False},
        {"target_modules": ("q_proj", "v_proj")},
    ],
)
def test_kinds_of_adapters(
    base: Path, data: Path, tmp_path: Path, settings: dict[str, Any]
) -> None:
    """DoRA, plain LoRA with dropout, and chosen layers all train and are saved as such."""
    config = replace(CONFIG, max_steps=2, lora=replace(CONFIG.lora, **settings))
    adapter = train(config, data, tmp_path, base)
    saved = json.loads((adapter / "adapter_config.json").read_text())
    for key, value in settings.items():
        wanted = sorted(value) if isinstance(value, tuple) else value
        assert (sorted(saved[key]) if isinstance(wanted, list) else saved[key]) == wanted


@pytest.mark.parametrize("quantization", ["nf4", "8bit"])
def test_a_quantized_base_is_trained_on_the_cpu(
    base: Path, data: Path, tmp_path: Path, quantization: str
) -> None:
    """The loss of the frozen base in few bits is near the unquantized one's, and goes down."""
    config = replace(CONFIG, quantization=quantization, max_steps=8)
    train(config, data, tmp_path, base)
    rows = [json.loads(line) for line in (tmp_path / "loss.jsonl").read_text().splitlines()]
    assert rows[-1]["loss"] < rows[0]["loss"]


@pytest.mark.parametrize("packing", [True, False])
def test_trl_makes_the_batches(base: Path, data: Path, tmp_path: Path, packing: bool) -> None:
    """The way of GPUs, over epochs, with all that it has switched on."""
    config = replace(
        CONFIG, batching="trl", packing=packing, max_steps=0, num_train_epochs=0.3,
        warmup_steps=0.0,
        per_device_train_batch_size=4, gradient_accumulation_steps=2, gradient_checkpointing=True,
        neftune_noise_alpha=5.0, optim="paged_adamw_8bit", eval_steps=1, save_steps=2,
    )  # fmt: skip
    adapter = train(config, data, tmp_path, base)
    weights = load_file(adapter / "adapter_model.safetensors")
    assert any(w.abs().sum() > 0 for name, w in weights.items() if "lora_B" in name)
    rows = [json.loads(line) for line in (tmp_path / "loss.jsonl").read_text().splitlines()]
    assert any("eval_loss" in row for row in rows)


def test_a_longest_row_that_is_too_short_is_said(base: Path, data: Path, tmp_path: Path) -> None:
    config = replace(CONFIG, batching="trl", max_length=4)
    with pytest.raises(TrainingError, match="no dialogue of at most 4 tokens"):
        train(config, data, tmp_path, base)


def test_an_adapter_of_another_base_is_refused(base: Path, data: Path, tmp_path: Path) -> None:
    """Going on from an adapter whose layers the base lacks is told in one sentence."""
    other = tmp_path / "other"
    torch.manual_seed(1)
    config = LlamaConfig.from_pretrained(base)
    config.hidden_size = 64
    LlamaForCausalLM(config).save_pretrained(other)
    PreTrainedTokenizerFast.from_pretrained(base).save_pretrained(other)
    adapter = train(replace(CONFIG, max_steps=1), data, tmp_path / "a", other)
    with pytest.raises(MismatchError, match="does not fit the base model"):
        train(replace(CONFIG, start_from=str(adapter)), data, tmp_path / "b", base)


def test_a_base_without_chat_markers_is_refused(base: Path, data: Path, tmp_path: Path) -> None:
    """A tokenizer of no family that the wire format knows would learn the markers in pieces."""
    plain = tmp_path / "plain"
    shutil.copytree(base, plain)
    text = (plain / "tokenizer.json").read_text().replace("<|im_start|>", "<s>")
    (plain / "tokenizer.json").write_text(text)
    settings = (plain / "tokenizer_config.json").read_text().replace("<|im_start|>", "<s>")
    (plain / "tokenizer_config.json").write_text(settings)
    with pytest.raises(ValueError, match="instruction-tuned"):
        train(CONFIG, data, tmp_path / "run", plain)


def test_full_memory_says_what_to_lower(
    base: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")

    monkeypatch.setattr(CompletionTrainer, "compute_loss", full)
    with pytest.raises(OutOfMemoryError, match=r"lower train.tokens_per_batch \(1024\)"):
        train(CONFIG, data, tmp_path, base)
