"""The export stage: a trained adapter becomes a folder that `agent` loads."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agent.dialogue.wire import template_hash
from agent.models.base import file_sha256, find_base
from agent.models.weights import CONFIG, MANIFEST, WEIGHTS
from tools.catalog import catalog_hash


def export(
    adapter: Path, target: Path, *, name: str, version: str, scores: Mapping[str, Any], card: str
) -> Path:
    """Writes weights, configuration, manifest and model card into `target`, whole or not at all.

    Args:
        adapter: folder with PEFT's `adapter_model.safetensors` and `adapter_config.json`.
        target: the folder to make or replace.
        name: of the adapter, its version beside it.
        version: of the adapter.
        scores: what evaluation measured.
        card: the model card, Markdown.

    Raises:
        FileNotFoundError: the adapter is not there.
        ModelError: the base model it belongs to is not installed.
    """
    base = find_base()
    partial = target.with_name(target.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for file in (WEIGHTS, CONFIG):
        shutil.copyfile(adapter / file, partial / file)
    config = json.loads((partial / CONFIG).read_text("utf-8"))
    config["base_model_name_or_path"] = base.file  # not a path of the machine it was trained on
    (partial / CONFIG).write_text(json.dumps(config, indent=1, sort_keys=True) + "\n", "utf-8")
    manifest = {
        "name": name,
        "version": version,
        "base": {
            "package": base.package,
            "version": base.version,
            "file": base.file,
            "sha256": base.sha256,
        },
        "template_hash": template_hash(),
        "catalog_hash": catalog_hash(),
        "scores": dict(scores),
        "files": {file: file_sha256(partial / file) for file in (WEIGHTS, CONFIG)},
    }
    (partial / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")
    (partial / "README.md").write_text(card, "utf-8")
    shutil.rmtree(target, ignore_errors=True)
    partial.rename(target)
    return target
