"""Everything about the model that is done once and kept: finding, checking, merging."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agent.dialogue.wire import template_hash
from agent.models.base import BaseModel, find_base
from agent.models.weights import (
    OPENING,
    Manifest,
    check_manifest,
    default_adapter,
    load_manifest,
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
    opening: Adapter | None = None
    """What is asked instead as long as there is no trip."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Folders of merged models, as the OpenVINO engine reads them."""

    folder: Path
    opening: Path | None = None
    """Of the model that is asked instead as long as there is no trip."""


def model_cache(settings: Settings) -> Path:
    """Where prepared models are kept; need not exist yet."""
    return settings.home / SUBFOLDER


def find_adapter(settings: Settings) -> Adapter:
    """The adapter of the settings, or the one that ships, checked.

    Raises:
        ModelError: missing, damaged, or made for something else.
    """
    folder = settings.model.adapter or default_adapter()
    base = find_base()
    opening = folder / OPENING
    return Adapter(
        folder,
        _checked(folder, base),
        base,
        Adapter(opening, _checked(opening, base), base) if opening.is_dir() else None,
    )


def _checked(folder: Path, base: BaseModel) -> Manifest:
    manifest = load_manifest(folder)
    check_manifest(
        manifest, folder, base=base, template_hash=template_hash(), catalog_hash=catalog_hash()
    )
    return manifest


def prepare(settings: Settings, *, progress: bool = True) -> Prepared:
    """Makes what the OpenVINO engine runs, unless it is there (15 s and 150 MB an adapter).

    Args:
        settings: which adapter, and where to keep it.
        progress: shows a bar on stderr, if that is a terminal.

    Returns:
        The folders of the merged models; those of other adapters are gone.

    Raises:
        ModelError: base or adapter is missing, damaged or mismatched, or the disk is full.
    """
    adapter = find_adapter(settings)
    from agent.models.merge import PREFIX  # OpenVINO, NumPy and gguf: only when needed

    cache = model_cache(settings)
    before = set(cache.glob(f"{PREFIX}*/"))
    made = Prepared(
        _merged(adapter, cache, progress),
        _merged(adapter.opening, cache, progress) if adapter.opening else None,
    )
    wanted = {made.folder, made.opening}
    if not wanted <= {*before, None}:  # only then: others may be about to be opened elsewhere
        for other in before - wanted:
            if other.suffix != ".partial":  # that another process is making
                shutil.rmtree(other, ignore_errors=True)  # still open elsewhere: next time
    return made


def _merged(adapter: Adapter, cache: Path, progress: bool) -> Path:
    """The folder of an adapter's merged model, made unless it is there."""
    from agent.models.graph import convert
    from agent.models.merge import merge, merged_path

    gguf = merged_path(cache, adapter.base, adapter.manifest)
    folder = gguf.with_suffix("")
    if not folder.is_dir():
        convert(merge(adapter.base, adapter.folder, gguf, progress=progress), folder)
        gguf.unlink(missing_ok=True)
    return folder


def prepare_untuned(settings: Settings) -> Path:
    """The same of the base model without any adapter; errors as `prepare`'s."""
    from agent.models.graph import convert

    base = find_base()
    return convert(base.path, model_cache(settings) / f"untuned-{base.sha256[:16]}")
