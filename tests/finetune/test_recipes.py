"""Recipes that say how they are run, and bases to try them on: real shapes, random weights."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import huggingface_hub
import pytest
import torch
from huggingface_hub.errors import (
    GatedRepoError,
    HTTPError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
)
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM

from agent.dialogue import wire
from agent.dialogue.turns import Call, Turn
from finetune.errors import TrainingError
from finetune.gpus import GIB
from finetune.memory import estimate
from finetune.recipe_file import load_recipe
from finetune.records import turn_to_dict
from finetune.render import markers_of
from finetune.shapes import SHAPES, Shape, base_folder, random_base, shape_of
from finetune.train import train

ROOT = Path(__file__).parents[2]
RECIPES = sorted((ROOT / "finetune" / "recipes").glob("*.yaml"))
LARGE = [path for path in RECIPES if path.name.startswith("llama")]
LAUNCHERS = ROOT / "finetune" / "recipes" / "accelerate"
TINY = replace(
    SHAPES["Llama-3.2-1B"], name="tiny", hidden_size=64, intermediate_size=128, num_hidden_layers=2,
    num_attention_heads=4, num_key_value_heads=2, head_dim=16, vocab_size=50_000,
)  # fmt: skip


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One layer of Llama 3.2 with a billion parameters, and all of its vocabulary."""
    folder = tmp_path_factory.mktemp("bases") / "llama"
    return random_base(SHAPES["Llama-3.2-1B"], folder, layers=1)


@pytest.fixture(scope="module")
def smollm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two layers of SmolLM2: a CPU takes long to quantize wider ones."""
    folder = tmp_path_factory.mktemp("bases") / "smollm"
    return random_base(SHAPES["SmolLM2-135M"], folder, layers=2)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few short dialogues, as the data stage writes them."""
    folder = tmp_path_factory.mktemp("data")
    rows = []
    for days in range(1, 9):
        call = Call("plan_days", {"destination": "Lisbon", "days": days})
        turns = (
            Turn("system", wire.system_text()),
            Turn("user", f"{days} days in Lisbon, please"),
            Turn("assistant", calls=(call,)),
        )
        rows.append({"turns": [turn_to_dict(t) for t in turns], "author": "x", "kind": "plan_days"})
    text = "".join(json.dumps(row) + "\n" for row in rows)
    for name in ("train", "dev"):
        (folder / f"{name}.jsonl").write_text(text, "utf-8")
    (folder / "manifest.json").write_text("{}", "utf-8")
    return folder


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two narrow layers."""
    return random_base(TINY, tmp_path_factory.mktemp("bases") / "tiny")


# -- recipes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", RECIPES, ids=lambda p: p.stem)
def test_a_recipe_begins_with_its_command(path: Path) -> None:
    """The first lines are a command to copy that names this very file, and the recipe loads."""
    lines = path.read_text("utf-8").splitlines()
    assert lines[0].startswith("# python -m finetune ")
    assert lines[0].endswith(f"finetune/recipes/{path.name}")
    assert load_recipe(path).name


@pytest.mark.parametrize("path", LARGE, ids=lambda p: p.stem)
def test_the_memory_a_recipe_names_is_what_the_planner_says(path: Path) -> None:
    """Every figure in its comments, for one GPU or for each of several."""
    text = path.read_text("utf-8")
    config = load_recipe(path).train
    shape = shape_of(config.base)
    pattern = r"Memory: (\d+\.\d\d) GiB on (?:one GPU|each of (\d) GPUs with (FSDP|ZeRO-3))"
    found = re.findall(pattern, text)
    assert len(found) == text.count("GiB") > 0
    for figure, devices, words in found:
        sharding = words.casefold().replace("zero-3", "zero3")
        total = estimate(config, shape, sharding=sharding, devices=int(devices or 1)).total
        assert figure == f"{total / GIB:.2f}", words
    assert "Time: not measured here" in text


def test_launchers_are_what_accelerate_reads() -> None:
    """Its own parser takes them, knows every setting, and the recipe names one of them."""
    from accelerate.commands.config.config_args import load_config_from_file
    from accelerate.commands.launch import launch_command_parser

    known = {action.dest for action in launch_command_parser()._actions}
    fsdp = load_config_from_file(str(LAUNCHERS / "fsdp.yaml"))
    assert (fsdp.distributed_type, fsdp.num_processes) == ("FSDP", 2)
    assert fsdp.fsdp_config and set(fsdp.fsdp_config) <= known
    zero = load_config_from_file(str(LAUNCHERS / "zero3.yaml"))
    assert zero.deepspeed_config["zero_stage"] == 3
    assert set(zero.deepspeed_config) <= known
    text = (ROOT / "finetune/recipes/llama-3.1-8b-fsdp.yaml").read_text("utf-8")
    [launcher] = re.findall(r"--config_file (\S+)", text)
    assert (ROOT / launcher).is_file()


@pytest.mark.parametrize(
    ("name", "base"), [("llama-3.2-1b", "llama"), ("llama-3.1-8b-qlora", "smollm")]
)
def test_a_recipe_trains_a_step_in_a_real_shape(
    name: str, base: str, data: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Its settings through `finetune.train`; batch and steps are cut, and NF4 has a small base."""
    config = load_recipe(ROOT / "finetune" / "recipes" / f"{name}.yaml").train
    small = replace(
        config, base=str(request.getfixturevalue(base)), max_steps=1, precision="fp32",
        per_device_train_batch_size=1, max_length=64, warmup_steps=0, save_steps=1, eval_steps=0,
    )  # fmt: skip
    adapter = train(small, data, tmp_path, base_folder(small.base, tmp_path))
    weights = load_file(adapter / "adapter_model.safetensors")
    assert {w.shape[0] for name, w in weights.items() if "lora_A" in name} == {config.lora.r}
    assert any(w.abs().sum() > 0 for name, w in weights.items() if "lora_B" in name)
    assert json.loads((tmp_path / "loss.jsonl").read_text().splitlines()[0])["step"] == 1


# -- shapes ----------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES.values(), ids=lambda s: s.name)
def test_parameters_are_the_published_ones(shape: Shape) -> None:
    """Counted in transformers' own model, without memory, and reckoned from the sizes."""
    with torch.device("meta"):
        model = LlamaForCausalLM(LlamaConfig(**shape.arguments))
    assert sum(p.numel() for p in model.parameters()) == shape.parameters == shape.count
    linears = {n.rpartition(".")[2]: m for n, m in model.named_modules() if n.endswith("_proj")}
    sizes = {name: (m.in_features, m.out_features) for name, m in linears.items()}
    assert sizes == shape.linears


def test_a_random_base_is_a_llama_with_its_markers(llama: Path) -> None:
    """Markers are single tokens, ids fit the real vocabulary, and the shape can be read back."""
    tokenizer = AutoTokenizer.from_pretrained(llama)
    assert markers_of(tokenizer) is wire.LLAMA3
    text = wire.render([Turn("user", "Hi")], wire.LLAMA3)
    ids = tokenizer(text, add_special_tokens=False)["input_ids"]
    assert tokenizer.decode(ids) == text
    pieces = tokenizer.convert_ids_to_tokens(ids)
    for marker in ("<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"):
        assert marker in pieces
    shape = SHAPES["Llama-3.2-1B"]
    assert shape_of(str(llama)).vocab_size == shape.vocab_size > len(tokenizer)
    assert shape_of(str(llama)).count == shape.count - 15 * 60_821_504


def test_a_random_base_is_made_once_and_alike(tiny: Path, tmp_path: Path) -> None:
    """Two are equal but for their markers, as wide as asked for, and a finished one is kept."""
    chatml = random_base(replace(TINY, markers=wire.CHATML), tmp_path / "chatml")
    assert markers_of(AutoTokenizer.from_pretrained(chatml)) is wire.CHATML
    one, other = (AutoModelForCausalLM.from_pretrained(f).state_dict() for f in (tiny, chatml))
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert one["model.embed_tokens.weight"].float().std().item() == pytest.approx(0.02, 0.05)
    before = (tiny / "config.json").stat().st_mtime_ns
    assert random_base(TINY, tiny) == tiny
    assert (tiny / "config.json").stat().st_mtime_ns == before


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence, and no half of a model."""
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(TrainingError, match="no room for random weights"):
        random_base(TINY, tmp_path / "base")
    assert not list(tmp_path.iterdir())


# -- where a base lies -----------------------------------------------------------------------


def test_a_random_name_says_shape_and_layers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A random base of so many layers goes to a folder of its own in the cache."""
    monkeypatch.setattr("finetune.shapes._write_model", lambda shape, folder: None)
    assert base_folder("random:llama-3.2-1b:2", tmp_path).name == "random-Llama-3.2-1B-2-layers"
    assert base_folder("random:SmolLM2-135M", tmp_path).name == "random-SmolLM2-135M-30-layers"


@pytest.mark.parametrize(
    ("base", "words"),
    [
        ("random:Llama-9", "no random base"),
        ("random:Llama-3.2-1B:many", "no random base"),
        ("random:Llama-3.2-1B:17", "has 16 layers"),
        ("./nowhere", "no folder ./nowhere"),
        ("nowhere", "no folder nowhere"),
    ],
)
def test_a_base_that_is_not_there_is_one_sentence(base: str, words: str, tmp_path: Path) -> None:
    """It says what would be right."""
    with pytest.raises(TrainingError, match=words):
        base_folder(base, tmp_path)


def test_a_folder_has_to_be_a_model(tmp_path: Path) -> None:
    """Its config.json is looked for before anything is loaded."""
    with pytest.raises(TrainingError, match=r"no config\.json"):
        base_folder(str(tmp_path), tmp_path)
    (tmp_path / "config.json").write_text('{"model_type": "gpt2"}', "utf-8")
    assert base_folder(str(tmp_path), tmp_path) == tmp_path
    with pytest.raises(TrainingError, match="gpt2 model"):
        shape_of(str(tmp_path))


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (GatedRepoError, "accept its licence on https://huggingface.co/meta-llama/Llama-3.2-1B"),
        (RepositoryNotFoundError, "neither a folder nor a model on the hub"),
        (LocalEntryNotFoundError, "the hub can't be reached; name a local folder"),
        (HTTPError, "the hub can't be reached; name a local folder"),
    ],
)
def test_the_hub_says_no_in_one_sentence(
    kind: type[Exception], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gated, unknown, offline."""

    def refused(*_: Any, **__: Any) -> str:
        if issubclass(kind, RepositoryNotFoundError):
            raise kind("no", response=Mock())
        raise kind("no")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", refused)
    with pytest.raises(TrainingError, match=words):
        base_folder("meta-llama/Llama-3.2-1B", tmp_path)
