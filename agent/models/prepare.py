"""Everything about the model that is done once and kept: finding, checking, merging."""

from __future__ import annotations

import logging
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agent.dialogue.wire import template_hash
from agent.errors import ModelError
from agent.models.base import BaseModel, find_base
from agent.models.weights import (
    ASKED_BESIDES,
    Manifest,
    adapters_in,
    check_manifest,
    default_adapter,
    load_manifest,
)
from tools.catalog import catalog_hash

if TYPE_CHECKING:
    from agent.settings import Settings

_log = logging.getLogger(__name__)

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


def find_others(settings: Settings, kind: Path) -> list[Adapter]:
    """The adapters that are asked besides the one that ships, checked.

    One that can't be used is left out with a warning: the model answers without it.

    Args:
        settings: may leave them out, or name an adapter that has none.
        kind: of `weights.ASKED_BESIDES`.
    """
    model = settings.model
    if not model.readers or model.adapter is not None or model.base:
        return []
    found = []
    for folder in adapters_in(kind):
        with optional():
            found.append(_checked(folder))
    return found


def prepare(settings: Settings, *, progress: bool = True) -> Path:
    """Makes what the OpenVINO engine runs, unless it is there (15 s and 150 MB an adapter).

    Args:
        settings: which adapter, and where to keep it.
        progress: shows a bar on stderr, or, where that is no terminal, says there what is made.

    Returns:
        The folder of the merged model; those of other adapters are gone, but for those that are
        asked besides.

    Raises:
        ModelError: base or adapter is missing, damaged or mismatched, or the disk is full.
    """
    from agent.models.merge import PREFIX  # OpenVINO, NumPy and gguf: only when needed

    cache = model_cache(settings)
    folder = _merged(find_adapter(settings), cache, progress)
    kept = {folder}
    for kind in ASKED_BESIDES:
        kept |= {*prepare_others(settings, kind, progress=progress)}
    for other in cache.glob(f"{PREFIX}*/"):
        if other not in kept:
            shutil.rmtree(other, ignore_errors=True)  # still open elsewhere: next time
    return folder


def prepare_others(settings: Settings, kind: Path, *, progress: bool = True) -> list[Path]:
    """The same of adapters that are asked besides; without those that can't be made, of which a
    warning tells.

    Args:
        settings: as for `find_others`, and where to keep what is made.
        kind: likewise.
        progress: as for `prepare`.

    Returns:
        The folders of the merged models.
    """
    found = []
    for other in find_others(settings, kind):
        with optional():
            found.append(_merged(other, model_cache(settings), progress))
    return found


def _merged(adapter: Adapter, cache: Path, progress: bool) -> Path:
    from agent.models.graph import convert
    from agent.models.merge import merge, merged_path

    gguf = merged_path(cache, adapter.base, adapter.manifest)
    folder = gguf.with_suffix("")
    if not folder.is_dir():
        if progress and not sys.stderr.isatty():  # in a container's log there are no bars
            told = f"Making {adapter.manifest.name} {adapter.manifest.version} ready, once: 20 s."
            print(told, file=sys.stderr, flush=True)
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


@contextmanager
def optional() -> Iterator[None]:
    """Around what is made of another adapter: where that is impossible, a warning says so."""
    try:
        yield
    except ModelError as error:
        _log.warning("The model answers without another adapter: %s", error)


def prepare_untuned(settings: Settings) -> Path:
    """The same of the base model without any adapter; errors as `prepare`'s."""
    from agent.models.graph import convert

    base = find_base()
    return convert(base.path, model_cache(settings) / f"untuned-{base.sha256[:16]}")
