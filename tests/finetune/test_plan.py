"""The memory planner against tensors that are counted, on random weights in small shapes."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from bitsandbytes.nn import Params4bit
from hypothesis import given
from hypothesis import strategies as st
from peft import LoraConfig, get_peft_model
from torch.profiler import ProfilerActivity, profile
from transformers import AutoModelForCausalLM, BitsAndBytesConfig, LlamaConfig, LlamaForCausalLM

from finetune import memory
from finetune.config import LoraSettings, Recipe, TrainConfig
from finetune.gpus import GPUS, find_gpu
from finetune.memory import Formats
from finetune.plan import plan, run
from finetune.render import IGNORED
from finetune.shapes import SHAPES, Shape

SMALL = Shape(
    "small", "", 0, hidden_size=64, intermediate_size=224, num_hidden_layers=2,
    num_attention_heads=4, num_key_value_heads=2, head_dim=16, vocab_size=1024,
    tie_word_embeddings=True, max_position_embeddings=1024,
    rope_parameters={"rope_type": "default", "rope_theta": 10_000.0},
)  # fmt: skip
GPU_LIKE = TrainConfig(
    batching="trl", per_device_train_batch_size=2, max_length=32, optim="adamw_torch",
    lora=LoraSettings(r=8, lora_alpha=16),
)  # fmt: skip
CPU_LIKE = TrainConfig(tokens_per_batch=64, widths=(32,), lora=LoraSettings(r=8, lora_alpha=16))
TYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}
FIXED = Formats("fp32", "fp32", "fp32", eager=True, cuda=False, at_loss=True)
BF16 = Formats("bf16", "bf16", "bf16", eager=False, cuda=False)
CASES = {
    "nf4": (replace(GPU_LIKE, quantization="nf4"), BF16),
    "nf4, scales as they are": (
        replace(GPU_LIKE, quantization="nf4", double_quantization=False), BF16),
    "8bit": (replace(GPU_LIKE, quantization="8bit"), BF16),
    "nf4, packed": (replace(GPU_LIKE, quantization="nf4", packing=True), BF16),
    "nf4, checkpointed": (
        replace(GPU_LIKE, quantization="nf4", gradient_checkpointing=True), BF16),
    "bf16": (GPU_LIKE, replace(BF16, adapters="fp32")),
    "bf16, dropout": (
        replace(GPU_LIKE, lora=replace(GPU_LIKE.lora, lora_dropout=0.1)),
        replace(BF16, adapters="fp32")),
    "bf16, DoRA": (
        replace(GPU_LIKE, lora=replace(GPU_LIKE.lora, use_dora=True)),
        replace(BF16, adapters="fp32")),
    "bf16, attention alone": (
        replace(GPU_LIKE, lora=replace(GPU_LIKE.lora, target_modules=("q_proj", "v_proj"))),
        replace(BF16, adapters="fp32")),
    "fp32 on a CPU": (CPU_LIKE, FIXED),
    "bf16 on a CPU": (CPU_LIKE, replace(FIXED, compute="bf16")),
}  # fmt: skip


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Random weights of the small shape."""
    folder = tmp_path_factory.mktemp("small")
    torch.manual_seed(0)
    LlamaForCausalLM(LlamaConfig(**SMALL.arguments)).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def load(base: Path) -> Callable[[TrainConfig, Formats], Any]:
    """A case's model with its adapters, as `finetune.train` and TRL set it up."""

    def loaded(config: TrainConfig, how: Formats) -> Any:
        options: dict[str, Any] = {"dtype": TYPES[how.base]}
        if how.eager:
            options["attn_implementation"] = "eager"
        if config.quantization == "nf4":
            options["quantization_config"] = BitsAndBytesConfig(
                load_in_4bit=True,
                bnb_4bit_quant_type="nf4",
                bnb_4bit_use_double_quant=config.double_quantization,
                bnb_4bit_compute_dtype=torch.bfloat16,
                bnb_4bit_quant_storage=torch.bfloat16,
            )
        elif config.quantization == "8bit":
            options["quantization_config"] = BitsAndBytesConfig(load_in_8bit=True)
        model = AutoModelForCausalLM.from_pretrained(base, **options)
        lora = config.lora
        model = get_peft_model(
            model,
            LoraConfig(
                r=lora.r, lora_alpha=lora.lora_alpha, lora_dropout=lora.lora_dropout,
                use_dora=lora.use_dora, task_type="CAUSAL_LM",
                target_modules=list(lora.target_modules) or "all-linear",
            ),
        )  # fmt: skip
        for parameter in model.parameters():
            if parameter.requires_grad:
                parameter.data = parameter.data.to(TYPES[how.adapters])
        if config.gradient_checkpointing:
            model.gradient_checkpointing_enable()
            model.enable_input_require_grads()
        return model.train()

    return loaded


def test_a_teacher_is_a_copy_of_the_base(base: Path) -> None:
    config = replace(CPU_LIKE, start_from="somewhere", distillation_weight=1.0)
    model = AutoModelForCausalLM.from_pretrained(base)
    held = sum(p.numel() * p.element_size() for p in model.parameters())
    assert memory.teacher(config, SMALL, FIXED) == held
    assert memory.teacher(CPU_LIKE, SMALL, FIXED) == 0
    assert memory.logits(config, SMALL, FIXED) > memory.logits(CPU_LIKE, SMALL, FIXED)


def forward(model: Any, config: TrainConfig, how: Formats) -> torch.Tensor:
    """The last hidden states of the largest batch, some of it padding."""
    tokens, _, _ = memory.batch(config)
    ids = torch.randint(0, SMALL.vocab_size, (tokens // 32, 32))
    inputs: dict[str, Any] = {"input_ids": ids}
    if config.packing:
        ids = ids.view(1, -1)
        inputs = {"input_ids": ids, "position_ids": torch.arange(tokens).remainder(16)[None]}
    elif not how.eager:
        inputs["attention_mask"] = torch.ones_like(ids)
        inputs["attention_mask"][1, 25:] = 0
    mixed = how.compute != "fp32"
    with torch.autocast("cpu", torch.bfloat16) if mixed else contextlib.nullcontext():
        found: torch.Tensor = model.get_base_model().model(**inputs, use_cache=False)[0]
    return found


def kept_by_autograd(
    model: Any, run_forward: Callable[[], torch.Tensor]
) -> tuple[torch.Tensor, int]:
    """What it gives, and the bytes of all storages kept for it but parameters and buffers."""
    own = {t.untyped_storage().data_ptr() for t in (*model.parameters(), *model.buffers())}
    kept: dict[int, torch.UntypedStorage] = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            kept[storage.data_ptr()] = storage
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        result = run_forward()
    return result, sum(storage.nbytes() for storage in kept.values())


def frozen_bytes(model: Any) -> int:
    """Of all frozen parameters, with what bitsandbytes keeps beside them."""
    total = 0
    for parameter in model.parameters():
        if parameter.requires_grad:
            continue
        total += parameter.nbytes
        if isinstance(parameter, Params4bit):
            state = parameter.quant_state
            total += state.absmax.nbytes + state.code.nbytes
            if state.nested:
                total += state.state2.absmax.nbytes + state.state2.code.nbytes + 4
        elif getattr(parameter, "SCB", None) is not None:
            total += parameter.SCB.nbytes
    return total


@pytest.mark.parametrize("name", CASES)
def test_what_can_be_counted_is_counted(
    name: str, load: Callable[[TrainConfig, Formats], Any]
) -> None:
    """Weights, adapters, gradients, optimizer within 5 %, what autograd keeps within 10 %."""
    config, how = CASES[name]
    model = load(config, how)
    assert sum(memory.weights(config, SMALL, how)) == pytest.approx(frozen_bytes(model), rel=0.05)
    trained = [p for p in model.parameters() if p.requires_grad]
    sizes = memory.adapter_sizes(config, SMALL)
    assert sorted(sizes) == sorted(p.numel() for p in trained)
    optimizer = torch.optim.AdamW(trained)
    states, kept = kept_by_autograd(model, lambda: forward(model, config, how))
    expected = memory.activations(config, SMALL, how)
    if config.gradient_checkpointing:  # one layer's are made in the backward pass: see the peak
        expected -= memory.layer_activations(config, SMALL, how)
    assert expected == pytest.approx(kept, rel=0.1)
    states.float().pow(2).mean().backward()
    optimizer.step()
    held = sum(sizes) * {"fp32": 4, "bf16": 2}[how.adapters]
    assert held == pytest.approx(sum(p.nbytes for p in trained), rel=0.05)
    assert held == pytest.approx(sum(p.grad.nbytes for p in trained), rel=0.05)
    state = sum(v.nbytes for s in optimizer.state.values() for v in s.values() if v.dim())
    assert memory.optimizer(config, sizes, how) == pytest.approx(state, rel=0.05)


@pytest.mark.parametrize("name", ["nf4, checkpointed", "bf16", "fp32 on a CPU"])
def test_the_peak_of_a_step_is_within_twenty_percent(
    name: str, load: Callable[[TrainConfig, Formats], Any], tmp_path: Path
) -> None:
    """Activations and working memory together are what a step allocates at most."""
    config, how = CASES[name]
    model = load(config, how)

    def step() -> None:
        forward(model, config, how).float().pow(2).mean().backward()

    step()  # gradients are there from now on
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiler:
        step()
    trace = tmp_path / "trace.json"
    profiler.export_chrome_trace(str(trace))
    events = [
        e for e in json.loads(trace.read_text())["traceEvents"] if e.get("name") == "[memory]"
    ]
    held = peak = 0
    for event in sorted(events, key=lambda e: e["ts"]):
        held += event["args"]["Bytes"]
        peak = max(peak, held)
    reckoned = memory.activations(config, SMALL, how) + memory.working(config, SMALL, how)
    assert reckoned == pytest.approx(peak, rel=0.2)


def test_logits_are_within_five_percent() -> None:
    """Log-probabilities and their gradient, for as many positions as have loss at most."""
    config, how = CASES["fp32 on a CPU"]
    states = torch.randn(32, SMALL.hidden_size, requires_grad=True)  # half of 64 tokens
    head = torch.nn.Linear(SMALL.hidden_size, SMALL.vocab_size, bias=False).requires_grad_(False)
    kept = []

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        kept.append(tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        logits = head(states)
        torch.nn.functional.cross_entropy(
            logits, torch.full((32,), 3), ignore_index=IGNORED, reduction="sum"
        )
    [likely] = {t.data_ptr(): t for t in kept if t.shape == logits.shape}.values()
    counted = likely.nbytes + logits.nbytes  # the gradient is as large as the logits
    assert memory.logits(config, SMALL, how) == pytest.approx(counted, rel=0.05)


def test_eight_bit_states_are_what_bitsandbytes_makes() -> None:
    """Two bytes and two scales for 256, or fp32 in small tensors, by its own initialization."""
    from bitsandbytes.optim import AdamW8bit

    config = replace(
        GPU_LIKE, optim="paged_adamw_8bit", quantization="nf4", lora=LoraSettings(r=64)
    )
    sizes = memory.adapter_sizes(config, SMALL)
    parameters = [torch.nn.Parameter(torch.zeros(n, dtype=torch.bfloat16)) for n in sizes]
    optimizer = AdamW8bit(parameters)
    for index, parameter in enumerate(parameters):
        optimizer.init_state(optimizer.param_groups[0], parameter, 0, index)
    states = [optimizer.state[p] for p in parameters]
    counted = sum(
        value.nbytes for s in states for key, value in s.items() if key[:5] in ("state", "absma")
    )
    assert {s["state1"].dtype for s in states} == {torch.uint8, torch.float32}
    how = replace(BF16, cuda=True)
    assert memory.optimizer(config, sizes, how) == pytest.approx(counted, rel=0.05)


@given(
    rows=st.sampled_from([1, 2, 4, 8]),
    length=st.sampled_from([256, 512, 1024]),
    packing=st.booleans(),
    checkpointed=st.booleans(),
    quantization=st.sampled_from(["none", "8bit", "nf4"]),
    shape=st.sampled_from(sorted(SHAPES)),
)
def test_more_of_anything_needs_more(
    rows: int, length: int, packing: bool, checkpointed: bool, quantization: str, shape: str
) -> None:
    """More rows, a higher rank, no checkpointing and no quantization never need less."""
    config = replace(
        GPU_LIKE, per_device_train_batch_size=rows, max_length=length, packing=packing,
        gradient_checkpointing=checkpointed, quantization=quantization,
    )  # fmt: skip
    total = memory.estimate(config, SHAPES[shape]).total
    larger = [
        replace(config, per_device_train_batch_size=2 * rows),
        replace(config, lora=replace(config.lora, r=16)),
        replace(config, gradient_checkpointing=False),
        replace(config, lora=replace(config.lora, lora_dropout=0.1)),
    ]
    assert all(memory.estimate(other, SHAPES[shape]).total >= total for other in larger)
    for kind in ("fsdp", "zero3"):
        on = [
            memory.estimate(config, SHAPES[shape], sharding=kind, devices=n).total
            for n in (2, 4, 8)
        ]
        assert on == sorted(on, reverse=True)


def test_eight_billion_in_nf4_are_a_third_of_sixteen_bits() -> None:
    """The layers' 6.98 billion weights take 0.516 bytes each, the 1.05 billion others two."""
    shape = SHAPES["Llama-3.1-8B"]
    config = replace(GPU_LIKE, quantization="nf4")
    found = sum(memory.weights(config, shape, BF16))
    layers = 6_979_321_856
    assert found == pytest.approx(
        layers * (0.5 + 1 / 64 + 4 / 16384) + 1_050_939_392 * 2, rel=0.001
    )


def test_what_does_not_fit_is_told_what_to_lower(capsys: pytest.CaptureFixture[str]) -> None:
    """From a batch too large for a T4 down to one that fits, cheapest first."""
    config = replace(GPU_LIKE, base="random:Llama-3.1-8B", per_device_train_batch_size=8,
                     max_length=1024)  # fmt: skip
    recipe = Recipe("large", Path("nowhere"), train=config)
    assert run(recipe, "T4") == 1
    assert "doesn't fit on T4" in capsys.readouterr().out
    steps = plan(recipe, find_gpu("T4")).lower
    totals = [step.total for step in steps]
    assert totals == sorted(totals, reverse=True)
    assert [step.fits for step in steps] == [False] * (len(steps) - 1) + [True]
    assert "per_device_train_batch_size: 1" in steps[0].change
    assert "gradient_accumulation_steps: 8" in steps[0].change
    assert any("nf4" in step.change for step in steps)
    assert run(recipe, "H200") == 0


def test_json_is_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    """Parts add up to the total, and every GPU of the table is judged."""
    recipe = Recipe("small", Path("nowhere"), train=replace(GPU_LIKE, base="random:Llama-3.2-1B"))
    assert run(recipe, as_json=True) == 0
    found = json.loads(capsys.readouterr().out)
    parts = found["bytes"]
    assert parts.pop("total") == sum(parts.values())
    assert found["parameters"] == 1_235_814_400
    assert [gpu["name"] for gpu in found["gpus"]] == [gpu.name for gpu in GPUS]
    assert {gpu["fits"] for gpu in found["gpus"]} == {True}


def test_a_gpu_is_found_by_how_people_write_it() -> None:
    """Makers and blanks don't matter; what is ambiguous or unknown is answered with the list."""
    assert find_gpu("nvidia a100-80gb").name == "A100 80GB"
    assert find_gpu("rtx4090").name == "RTX 4090"
    for wrong in ("a100", "voodoo", ""):
        with pytest.raises(ValueError, match="take one of T4"):
            find_gpu(wrong)


def test_what_is_not_known_is_said() -> None:
    """An optimizer, a layer and a base without figures."""
    faults = {
        "galore_adamw": replace(GPU_LIKE, optim="galore_adamw"),
        "c_attn": replace(GPU_LIKE, lora=LoraSettings(target_modules=("c_attn",))),
        "someone/Mystery-7B": replace(GPU_LIKE, base="someone/Mystery-7B"),
    }
    for name, config in faults.items():
        with pytest.raises(ValueError, match=f"{name}.* known"):
            plan(Recipe("x", Path("nowhere"), train=config))
