"""Training on a tiny Llama: it learns, is resumed as if it had never stopped, fails plainly."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from finetune.config import DataConfig, LoraSettings, TrainConfig
from finetune.data import prepare
from finetune.render import IGNORED, batches
from finetune.train import CompletionTrainer, NonFiniteLossError, train

CONFIG = TrainConfig(
    tokens_per_batch=1024,
    widths=(256, 512, 1024),
    max_steps=6,
    save_steps=3,
    learning_rate=5e-3,
    autocast_bf16=False,
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


def test_the_loss_is_the_one_of_the_whole_matrix(base: Path, data: Path, tmp_path: Path) -> None:
    """Logits where there is loss give what cross entropy over all positions gives."""
    model = LlamaForCausalLM.from_pretrained(base)
    rows = [([1, 2, 3, 4, 5, 6], 3), ([7, 8, 9, 1], 2)]
    [batch], _ = batches(rows, tokens=16, widths=(8,), pad=0, seed=0)
    inputs = {"input_ids": torch.tensor(batch.input_ids), "labels": torch.tensor(batch.labels)}
    whole = model(**inputs).loss

    class Bare:
        """As much of a trainer as the loss needs."""

        autocast_bf16 = False
        args = type("Args", (), {"bf16": False})()
        state = type("State", (), {"global_step": 0})()

    model.get_base_model = lambda: model
    ours = CompletionTrainer.compute_loss(Bare(), model, inputs)  # type: ignore[arg-type]
    torch.testing.assert_close(ours, whole)
    assert (inputs["labels"] != IGNORED).sum() == 5


def test_a_loss_that_is_no_number_stops_with_the_step(base: Path) -> None:
    """NaN weights end training with a sentence, not with a useless adapter."""
    model = LlamaForCausalLM.from_pretrained(base)
    torch.nn.init.constant_(model.lm_head.weight, float("nan"))
    inputs = {"input_ids": torch.tensor([[1, 2, 3]]), "labels": torch.tensor([[-100, 2, 3]])}

    class Bare:
        """As much of a trainer as the loss needs."""

        autocast_bf16 = False
        args = type("Args", (), {"bf16": False})()
        state = type("State", (), {"global_step": 17})()

    model.get_base_model = lambda: model
    with pytest.raises(NonFiniteLossError, match="step 17"):
        CompletionTrainer.compute_loss(Bare(), model, inputs)  # type: ignore[arg-type]
