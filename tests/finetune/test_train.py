"""Training on a tiny Llama: it learns, is resumed as if it had never stopped, fails plainly."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from statistics import mean
from typing import Any
from xml.etree import ElementTree

import pytest
import torch
from bitsandbytes.nn import Linear4bit
from safetensors.torch import load_file
from torch import nn
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
from transformers.models.llama.modeling_llama import LlamaDecoderLayer

from finetune import memory
from finetune.errors import (
    MismatchError,
    NonFiniteLossError,
    OutOfMemoryError,
    TrainingError,
)
from finetune.learner import base_model, teacher
from finetune.render import IGNORED, batches
from finetune.train import train
from finetune.trainer import CompletionTrainer
from tests.finetune.conftest import CONFIG


def test_the_loss_goes_down_and_an_adapter_comes_out(trained: Path) -> None:
    """Six steps of a high rate already learn something, and only LoRA weights are kept."""
    weights = load_file(trained / "adapter" / "adapter_model.safetensors")
    assert weights and all("lora_" in name for name in weights)
    assert any(w.abs().sum() > 0 for name, w in weights.items() if "lora_B" in name)


def test_a_killed_run_goes_on_to_the_same_adapter(
    tiny_base: Path, tiny_data: Path, trained: Path, tmp_path: Path
) -> None:
    """From the checkpoint of step 3 the rest of the run gives the same weights."""
    shutil.copytree(trained / "checkpoint-3", tmp_path / "checkpoint-3")
    train(CONFIG, tiny_data, tmp_path, tiny_base)
    straight = load_file(trained / "adapter" / "adapter_model.safetensors")
    resumed = load_file(tmp_path / "adapter" / "adapter_model.safetensors")
    for name, weight in straight.items():
        torch.testing.assert_close(resumed[name], weight, atol=1e-3, rtol=1e-2)


def test_a_finished_run_is_not_done_again(tiny_base: Path, tiny_data: Path, trained: Path) -> None:
    """The adapter of a finished run is returned as it is."""
    file = trained / "adapter" / "adapter_model.safetensors"
    before = file.stat().st_mtime_ns
    assert train(CONFIG, tiny_data, trained, tiny_base) == trained / "adapter"
    assert file.stat().st_mtime_ns == before


class Bare(CompletionTrainer):
    """As much of a trainer as the loss needs."""

    def __init__(self, tiny_base: Path, step: int = 0) -> None:
        self.state = type("State", (), {"global_step": step})()
        self.processing_class = PreTrainedTokenizerFast.from_pretrained(tiny_base)


def _whole(tiny_base: Path) -> Any:
    model: Any = LlamaForCausalLM.from_pretrained(tiny_base)
    model.get_base_model = lambda: model
    return model


def test_the_loss_is_the_one_of_the_whole_matrix(tiny_base: Path) -> None:
    """Logits where there is loss give what cross entropy over all positions gives."""
    model = _whole(tiny_base)
    rows = [([1, 2, 3, 4, 5, 6], 3), ([7, 8, 9, 1], 2)]
    [batch], _ = batches(rows, tokens=16, widths=(8,), pad=0, seed=0)
    inputs = {"input_ids": torch.tensor(batch.input_ids), "labels": torch.tensor(batch.labels)}
    whole = model(**inputs).loss
    inputs["tokens"] = torch.tensor(batch.tokens)
    trainer = Bare(tiny_base)
    torch.testing.assert_close(trainer.compute_loss(model.train(), inputs), whole)
    assert (inputs["labels"] != IGNORED).sum() == 5
    assert trainer.tokens_seen == 10
    # a batch of a step of several: the mean is over all of the step's tokens with loss
    shared = trainer.compute_loss(model, inputs, num_items_in_batch=10)
    torch.testing.assert_close(shared, whole / 2)


def test_what_the_teacher_knew_is_kept_and_nothing_else(tiny_base: Path) -> None:
    """The divergence counts where its first choice is the label, and in training alone."""
    model, trainer = _whole(tiny_base).train(), Bare(tiny_base)
    known_by: Any = LlamaForCausalLM.from_pretrained(tiny_base).eval()
    nn.init.normal_(known_by.lm_head.weight, generator=torch.Generator().manual_seed(1))
    ids = torch.tensor([[1, 2, 3, 4]])
    with torch.no_grad():
        liked = known_by(ids).logits[0].argmax(1)
        known = torch.log_softmax(known_by(ids).logits[0, 1], 0)
        read = torch.log_softmax(model(ids).logits[0, 1], 0)
    labels = torch.tensor([[IGNORED, IGNORED, int(liked[1]), (int(liked[2]) + 1) % 40]])
    inputs = {"input_ids": ids, "labels": labels, "tokens": torch.tensor(4)}
    alone = trainer.compute_loss(model, inputs, num_items_in_batch=1)
    trainer.teacher, trainer.distillation_weight = known_by, 3.0
    both = trainer.compute_loss(model, inputs, num_items_in_batch=1)
    (gradient,) = torch.autograd.grad(both - alone, model.lm_head.weight)
    assert gradient.norm() > 0.01
    divergence = (known.exp() * (known - read)).sum()
    assert divergence > 0.01
    torch.testing.assert_close(both - alone, 3 * divergence)
    asked = trainer.compute_loss(model.eval(), inputs, num_items_in_batch=1)
    torch.testing.assert_close(asked, alone)
    model.train()
    unlike = torch.where(labels == IGNORED, labels, (labels + 1) % 40)
    untaught = trainer.compute_loss(model, {**inputs, "labels": unlike}, num_items_in_batch=1)
    trainer.teacher = None
    taught_nothing = trainer.compute_loss(model, {**inputs, "labels": unlike}, num_items_in_batch=1)
    torch.testing.assert_close(untaught, taught_nothing)


def test_the_teacher_is_what_training_began_with(
    tiny_base: Path, tiny_data: Path, trained: Path, tmp_path: Path
) -> None:
    """It answers as base and adapter do; at the first step there is nothing to lose, later on."""
    adapter = str(trained / "adapter")
    config = replace(CONFIG, start_from=adapter)
    frozen = teacher(config, tiny_base, torch.float32)
    assert not any(parameter.requires_grad for parameter in frozen.parameters())
    ids = torch.tensor([[1, 2, 3, 4]])
    began = base_model(
        config, tiny_base, torch.float32, PreTrainedTokenizerFast.from_pretrained(tiny_base)
    )
    torch.testing.assert_close(frozen(ids).logits, began(ids).logits, atol=1e-4, rtol=1e-3)

    def losses(weight: float) -> list[float]:
        folder = tmp_path / f"{weight}"
        train(replace(config, distillation_weight=weight), tiny_data, folder, tiny_base)
        return [json.loads(row)["loss"] for row in (folder / "loss.jsonl").open()]

    free, held = losses(0.0), losses(1000.0)
    assert held[0] == pytest.approx(free[0], rel=1e-3)
    assert mean(held[2:]) > mean(free[2:]) + 0.01  # each step has a batch of its own


def test_the_development_loss_is_the_mean_over_tokens(tiny_base: Path) -> None:
    """However unequal its batches are: five tokens with loss in one, one in the other."""
    model = _whole(tiny_base).eval()
    rows = [([1, 2, 3, 4, 5, 6], 1), ([7, 8, 9], 2)]
    trainer = Bare(tiny_base)
    made = [batches([row], tokens=8, widths=(8,), pad=0, seed=0)[0][0] for row in rows]
    trainer.eval_dataset = [{"labels": batch.labels} for batch in made]
    found, sums = [], 0.0
    for batch in made:
        inputs = {
            "input_ids": torch.tensor(batch.input_ids),
            "labels": torch.tensor(batch.labels),
            "tokens": torch.tensor(batch.tokens),
        }
        found.append(trainer.compute_loss(model, inputs).item())
        sums += trainer.compute_loss(model, inputs, num_items_in_batch=1).item()
    assert sum(found) / 2 == pytest.approx(sums / 6, rel=1e-5)
    assert trainer.tokens_seen == 0


def test_a_loss_that_is_no_number_stops_with_the_step_and_the_batch(tiny_base: Path) -> None:
    """NaN weights end training with a sentence, not with a useless adapter."""
    model = _whole(tiny_base)
    torch.nn.init.constant_(model.lm_head.weight, float("nan"))
    inputs = {
        "input_ids": torch.tensor([[40, 41, 42]]),
        "labels": torch.tensor([[-100, 2, 3]]),
        "tokens": torch.tensor(3),
    }
    with pytest.raises(NonFiniteLossError, match=r"step 17, in a batch of 1 x 3 tokens that"):
        Bare(tiny_base, 17).compute_loss(model, inputs)


def test_the_log_tells_speed_and_what_is_left(trained: Path) -> None:
    """Tokens a second without padding, minutes that remain, memory; resuming repeats no step."""
    rows = [json.loads(line) for line in (trained / "loss.jsonl").read_text().splitlines()]
    assert [row["step"] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert rows[0]["tokens_per_second"] > 0 and rows[0]["minutes_left"] >= 0
    assert rows[0]["peak_mib"] >= rows[0]["held_mib"] > 50


def test_the_run_is_drawn_for_people_to_look_at(trained: Path) -> None:
    """Loss, speed and memory, as text that can be searched."""
    root = ElementTree.parse(trained / "loss.svg").getroot()
    words = {"".join(node.itertext()).strip() for node in root.iter() if node.tag.endswith("text")}
    assert {"training", "tokens a second", "memory (MiB)", "Loss"} <= words


def test_the_best_checkpoint_is_kept_and_training_stops_early(
    tiny_base: Path, tiny_data: Path, tmp_path: Path
) -> None:
    """At a rate that ruins the model the loss on held-out dialogues rises, and that is the end."""
    ruinous = replace(
        CONFIG, max_steps=40, learning_rate=5.0, eval_steps=1, save_steps=1, warmup_steps=0.0,
        lr_scheduler_type="constant", early_stopping_patience=2,
    )  # fmt: skip
    train(ruinous, tiny_data, tmp_path, tiny_base)
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
    tiny_base: Path, tiny_data: Path, tmp_path: Path, settings: dict[str, Any]
) -> None:
    """DoRA, plain LoRA with dropout, and chosen layers all train and are saved as such."""
    config = replace(CONFIG, max_steps=2, lora=replace(CONFIG.lora, **settings))
    adapter = train(config, tiny_data, tmp_path, tiny_base)
    saved = json.loads((adapter / "adapter_config.json").read_text())
    for key, value in settings.items():
        wanted = sorted(value) if isinstance(value, tuple) else value
        assert (sorted(saved[key]) if isinstance(wanted, list) else saved[key]) == wanted


def test_compiled_layers_learn_the_same(
    tiny_base: Path, tiny_data: Path, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Traced as for a GPU; what is traced is run as it stands, so that no compiler is needed."""
    compiled: list[bool] = []

    def traced(layer: nn.Module, *, dynamic: bool) -> None:
        compiled.append(dynamic)
        nn.Module.compile(layer, backend="eager", dynamic=dynamic)

    monkeypatch.setattr(LlamaDecoderLayer, "compile", traced)
    train(replace(CONFIG, compile=True), tiny_data, tmp_path, tiny_base)
    assert compiled == [True, True], "each of the two layers, for all widths"
    losses = [
        [json.loads(line)["loss"] for line in (run / "loss.jsonl").read_text().splitlines()]
        for run in (trained, tmp_path)
    ]
    assert losses[1] == pytest.approx(losses[0], rel=1e-3)


@pytest.mark.parametrize("quantization", ["nf4", "8bit"])
def test_a_quantized_base_is_trained_on_the_cpu(
    tiny_base: Path, tiny_data: Path, tmp_path: Path, quantization: str
) -> None:
    """The loss of the frozen base in few bits is near the unquantized one's, and goes down."""
    config = replace(CONFIG, quantization=quantization, max_steps=8)
    train(config, tiny_data, tmp_path, tiny_base)
    rows = [json.loads(line) for line in (tmp_path / "loss.jsonl").read_text().splitlines()]
    assert rows[-1]["loss"] < rows[0]["loss"]


def test_a_look_between_steps_leaves_the_gradients_in_four_bits(tiny_base: Path) -> None:
    """A pass without gradients may pack weights for a product that has no way back."""
    tokenizer = PreTrainedTokenizerFast.from_pretrained(tiny_base)
    model = base_model(replace(CONFIG, quantization="nf4"), tiny_base, torch.float32, tokenizer)
    assert not any(module.support_avx512bf16_for_cpu for module in model.modules()
                   if isinstance(module, Linear4bit))  # fmt: skip
    embeddings = torch.randn(1, 5, model.config.hidden_size)

    def gradient() -> torch.Tensor:
        given = embeddings.clone().requires_grad_()
        model.train()(inputs_embeds=given).logits.square().mean().backward()
        assert given.grad is not None
        return given.grad

    before = gradient()
    with torch.inference_mode():
        model.eval()(inputs_embeds=embeddings)
    torch.testing.assert_close(gradient(), before)


@pytest.mark.parametrize("packing", [True, False])
def test_trl_makes_the_batches(
    tiny_base: Path, tiny_data: Path, tmp_path: Path, packing: bool
) -> None:
    """The way of GPUs, over epochs, with all that it has switched on."""
    config = replace(
        CONFIG, batching="trl", packing=packing, max_steps=0, num_train_epochs=0.3,
        warmup_steps=0.0,
        per_device_train_batch_size=4, gradient_accumulation_steps=2, gradient_checkpointing=True,
        neftune_noise_alpha=5.0, optim="paged_adamw_8bit", eval_steps=1, save_steps=2,
    )  # fmt: skip
    adapter = train(config, tiny_data, tmp_path, tiny_base)
    weights = load_file(adapter / "adapter_model.safetensors")
    assert any(w.abs().sum() > 0 for name, w in weights.items() if "lora_B" in name)
    rows = [json.loads(line) for line in (tmp_path / "loss.jsonl").read_text().splitlines()]
    assert any("eval_loss" in row for row in rows)


def test_a_longest_row_that_is_too_short_is_said(
    tiny_base: Path, tiny_data: Path, tmp_path: Path
) -> None:
    config = replace(CONFIG, batching="trl", max_length=4)
    with pytest.raises(TrainingError, match="no dialogue of at most 4 tokens"):
        train(config, tiny_data, tmp_path, tiny_base)


def test_an_adapter_of_another_base_is_refused(
    tiny_base: Path, tiny_data: Path, tmp_path: Path
) -> None:
    """Going on from an adapter whose layers the base lacks is told in one sentence."""
    other = tmp_path / "other"
    torch.manual_seed(1)
    config = LlamaConfig.from_pretrained(tiny_base)
    config.hidden_size = 64
    LlamaForCausalLM(config).save_pretrained(other)
    PreTrainedTokenizerFast.from_pretrained(tiny_base).save_pretrained(other)
    adapter = train(replace(CONFIG, max_steps=1), tiny_data, tmp_path / "a", other)
    with pytest.raises(MismatchError, match="does not fit the base model"):
        train(replace(CONFIG, start_from=str(adapter)), tiny_data, tmp_path / "b", tiny_base)


def test_a_base_without_chat_markers_is_refused(
    tiny_base: Path, tiny_data: Path, tmp_path: Path
) -> None:
    """A tokenizer of no family that the wire format knows would learn the markers in pieces."""
    plain = tmp_path / "plain"
    shutil.copytree(tiny_base, plain)
    text = (plain / "tokenizer.json").read_text().replace("<|im_start|>", "<s>")
    (plain / "tokenizer.json").write_text(text)
    settings = (plain / "tokenizer_config.json").read_text().replace("<|im_start|>", "<s>")
    (plain / "tokenizer_config.json").write_text(settings)
    with pytest.raises(ValueError, match="instruction-tuned"):
        train(CONFIG, tiny_data, tmp_path / "run", plain)


def test_full_memory_says_what_to_lower(
    tiny_base: Path, tiny_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")

    monkeypatch.setattr(CompletionTrainer, "compute_loss", full)
    with pytest.raises(OutOfMemoryError, match=r"lower train.tokens_per_batch \(1024\)"):
        train(CONFIG, tiny_data, tmp_path, tiny_base)


@pytest.mark.parametrize(("amx", "held"), [(True, torch.bfloat16), (False, torch.float32)])
def test_the_base_is_held_in_what_the_processor_multiplies(
    tiny_base: Path, monkeypatch: pytest.MonkeyPatch, amx: bool, held: torch.dtype
) -> None:
    """With AMX frozen matrices are bf16 from the start, and the planner of memory knows it."""
    monkeypatch.setattr("finetune.hardware.has_amx", lambda: amx)
    tokenizer = PreTrainedTokenizerFast.from_pretrained(tiny_base)
    model = base_model(CONFIG, tiny_base, torch.bfloat16, tokenizer)
    assert {parameter.dtype for parameter in model.parameters()} == {held}
    base = memory.formats(replace(CONFIG, precision="bf16")).base
    assert base == ("bf16" if amx else "fp32")
