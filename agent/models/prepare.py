"""Everything about the model that is done once and kept: finding, checking, merging."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agent.dialogue.wire import template_hash
from agent.models.base import BaseModel, find_base
from agent.models.weights import (
    Manifest,
    check_manifest,
    default_adapter,
    load_manifest,
    reader_adapters,
)
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
    return _checked(settings.model.adapter or default_adapter())


def find_readers(settings: Settings) -> list[Adapter]:
    """The adapters that are asked where the one that ships is not sure, checked; errors as
    `find_adapter`'s.
    """
    model = settings.model
    if not model.readers or model.adapter is not None or model.base:
        return []
    return [_checked(folder) for folder in reader_adapters()]


def prepare(settings: Settings, *, progress: bool = True) -> Path:
    """Makes what the OpenVINO engine runs, unless it is there (15 s and 150 MB an adapter).

    Args:
        settings: which adapter, and where to keep it.
        progress: shows a bar on stderr, if that is a terminal.

    Returns:
        The folder of the merged model; those of other adapters are gone, but for the readers'.

    Raises:
        ModelError: base or an adapter is missing, damaged or mismatched, or the disk is full.
    """
    from agent.models.merge import PREFIX  # OpenVINO, NumPy and gguf: only when needed

    cache = model_cache(settings)
    adapters = [find_adapter(settings), *find_readers(settings)]
    folders = [_merged(adapter, cache, progress) for adapter in adapters]
    for other in cache.glob(f"{PREFIX}*/"):
        if other not in folders:
            shutil.rmtree(other, ignore_errors=True)  # still open elsewhere: next time
    return folders[0]


def prepare_readers(settings: Settings) -> list[Path]:
    """The same of the readers; to be called behind it."""
    return [_merged(reader, model_cache(settings), False) for reader in find_readers(settings)]


def _merged(adapter: Adapter, cache: Path, progress: bool) -> Path:
    from agent.models.graph import convert
    from agent.models.merge import merge, merged_path

    gguf = merged_path(cache, adapter.base, adapter.manifest)
    folder = gguf.with_suffix("")
    if not folder.is_dir():
        convert(merge(adapter.base, adapter.folder, gguf, progress=progress), folder)
        gguf.unlink(missing_ok=True)
    return folder


def _checked(folder: Path) -> Adapter:
    manifest = load_manifest(folder)
    base = find_base()
    check_manifest(
        manifest, folder, base=base, template_hash=template_hash(), catalog_hash=catalog_hash()
    )
    return Adapter(folder, manifest, base)


def prepare_untuned(settings: Settings) -> Path:
    """The same of the base model without any adapter; errors as `prepare`'s."""
    from agent.models.graph import convert

    base = find_base()
    return convert(base.path, model_cache(settings) / f"untuned-{base.sha256[:16]}")
