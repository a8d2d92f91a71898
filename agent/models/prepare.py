"""Everything about the model that is done once and kept: finding, checking, merging."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agent.dialogue.wire import template_hash
from agent.models.base import BaseModel, find_base
from agent.models.weights import Manifest, check_manifest, default_adapter, load_manifest
from tools.catalog import catalog_hash

if TYPE_CHECKING:
    from agent.settings import Settings

SUBFOLDER = "models"
"""Of the home folder; all in it can be deleted and is made again."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """An adapter that fits this program and the base model."""

    folder: Path
    manifest: Manifest
    base: BaseModel


def model_cache(settings: Settings) -> Path:
    """Where prepared models are kept; need not exist yet."""
    return settings.home / SUBFOLDER


def find_adapter(settings: Settings) -> Adapter:
    """The adapter of the settings, or the one that ships, checked.

    Raises:
        ModelError: missing, damaged, or made for something else.
    """
    folder = settings.model.adapter or default_adapter()
    manifest = load_manifest(folder)
    base = find_base()
    check_manifest(
        manifest, folder, base=base, template_hash=template_hash(), catalog_hash=catalog_hash()
    )
    return Adapter(folder, manifest, base)


def prepare(settings: Settings, *, progress: bool = True) -> Path:
    """Makes what the OpenVINO engine runs, unless it is there (15 s, 150 MB).

    Args:
        settings: which adapter, and where to keep it.
        progress: shows a bar on stderr, if that is a terminal.

    Returns:
        The folder of the merged model; those of other adapters are gone.

    Raises:
        ModelError: base or adapter is missing, damaged or mismatched, or the disk is full.
    """
    adapter = find_adapter(settings)
    from agent.models.graph import convert  # OpenVINO, NumPy and gguf: only when needed
    from agent.models.merge import PREFIX, merge, merged_path

    cache = model_cache(settings)
    gguf = merged_path(cache, adapter.base, adapter.manifest)
    folder = gguf.with_suffix("")
    if not folder.is_dir():
        convert(merge(adapter.base, adapter.folder, gguf, progress=progress), folder)
        gguf.unlink(missing_ok=True)
        for other in cache.glob(f"{PREFIX}*/"):
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)  # still open elsewhere: next time
    return folder


def prepare_untuned(settings: Settings) -> Path:
    """The same of the base model without any adapter; errors as `prepare`'s."""
    from agent.models.graph import convert

    base = find_base()
    return convert(base.path, model_cache(settings) / f"untuned-{base.sha256[:16]}")
