"""Everything about the model that is done once and kept: finding, checking, merging."""

from __future__ import annotations

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
    """Makes the file that the OpenVINO engine runs, unless it is there (5 s, 145 MB).

    Args:
        settings: which adapter, and where to keep the file.
        progress: shows a bar on stderr, if that is a terminal.

    Returns:
        The merged model.

    Raises:
        ModelError: base or adapter is missing, damaged or mismatched, or the disk is full.
    """
    adapter = find_adapter(settings)
    from agent.models.merge import merge, merged_path  # NumPy and gguf: only when needed

    target = merged_path(model_cache(settings), adapter.base, adapter.manifest)
    return merge(adapter.base, adapter.folder, target, progress=progress)
