"""What the tests of training share: a model and data so small that a step takes milliseconds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from finetune.config import LoraSettings, TrainConfig
from finetune.evaluation.grounded import Lore
from tools.paths import cache_directory
from tools.services import TravelServices, open_services

CONFIG = TrainConfig(
    tokens_per_batch=1024,
    widths=(256, 512, 1024),
    max_steps=6,
    save_steps=3,
    learning_rate=5e-3,
    precision="fp32",
    lora=LoraSettings(r=4, lora_alpha=8),
)
"""Six steps on `tiny_base`, with a checkpoint half-way."""


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A two-layer Llama over bytes with ChatML's markers: model and tokenizer in a folder."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

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


@pytest.fixture(scope="session")
def tiny_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A little of the real data, as the data stage writes it."""
    from finetune.config import DataConfig
    from finetune.data import prepare

    return prepare(DataConfig(examples=120, dev_examples=10), tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def trained(tiny_base: Path, tiny_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An uninterrupted run."""
    folder = tmp_path_factory.mktemp("run")
    from finetune.train import train

    train(CONFIG, tiny_data, folder, tiny_base)
    return folder


def losses(folder: Path) -> dict[int, float]:
    """Step -> loss."""
    rows = [json.loads(line) for line in (folder / "loss.jsonl").read_text().splitlines()]
    return {row["step"]: row["loss"] for row in rows}


@pytest.fixture(scope="session")
def home() -> Path:
    """The folder of the place store and the gazetteer: building them anew takes 20 seconds."""
    return cache_directory()


@pytest.fixture(scope="session")
def services(home: Path) -> Any:
    """Places and cities, opened once."""
    opened = open_services(home)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def lore(services: TravelServices) -> Lore:
    """What exists."""
    return Lore(services.store, services.geocoder.gazetteer, ["we will visit a day of the plan"])


@pytest.fixture(scope="session")
def adapter(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A LoRA adapter with random weights on the tiny base."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    torch.manual_seed(1)
    config = LoraConfig(r=2, target_modules=["q_proj"], init_lora_weights=False)
    folder = tmp_path_factory.mktemp("adapter")
    base = AutoModelForCausalLM.from_pretrained(tiny_base)
    get_peft_model(base, config).save_pretrained(folder)
    return folder
