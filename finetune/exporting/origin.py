"""Which base model a folder holds: for manifests, cards and adapters' configurations."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from agent.errors import ModelError
from agent.models.base import file_sha256, find_base
from finetune.exporting.files import ExportError

SHIPPED_ID = "HuggingFaceTB/SmolLM2-135M-Instruct"
"""What the package with the product's base model holds, by its name on the hub."""
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


@dataclass(frozen=True, slots=True)
class Origin:
    """A base model, named."""

    hub_id: str
    """`owner/name` on the hub where that is known, else the folder's name."""
    license: str
    """As the hub spells it ("apache-2.0"), or "other"."""
    package: str
    version: str
    file: str
    sha256: str
    """Of `file`; of the hashes of all weights where they are in several files."""

    shipped: bool = False
    """Whether it is the product's own, which comes as a GGUF in a Python package."""

    @property
    def manifest(self) -> Mapping[str, str]:
        """The part `base` of an adapter's manifest."""
        return {
            "package": self.package,
            "version": self.version,
            "file": self.file,
            "sha256": self.sha256,
        }


def origin_of(base: Path) -> Origin:
    """Names the base model in a Hugging Face folder.

    Args:
        base: as `agent.models.local.prepare_base` makes it, or any other.

    Raises:
        ExportError: there is no model in the folder.
    """
    try:
        config = json.loads((base / "config.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ExportError(
            f"{base} is no base model: it needs a config.json and weights in safetensors."
        ) from error
    shipped = _shipped(base)
    if shipped is not None:
        return shipped
    weights = sorted(base.glob("*.safetensors"))
    if not weights:
        raise ExportError(f"{base} holds no weights in safetensors.")
    hashes = [file_sha256(path) for path in weights]
    joined = hashlib.sha256("".join(hashes).encode()).hexdigest()
    named = str(config.get("_name_or_path") or "")
    return Origin(
        hub_id=named if _HUB_ID.fullmatch(named) else base.name,
        license=_license(base),
        package="hugging-face",
        version=str(config.get("transformers_version") or "unknown"),
        file=weights[0].name,
        sha256=hashes[0] if len(hashes) == 1 else joined,
    )


def shipped_origin() -> Origin:
    """The product's own base.

    Raises:
        ModelError: it is not installed.
    """
    ours = find_base()
    return Origin(
        hub_id=SHIPPED_ID,
        license="apache-2.0",
        package=ours.package,
        version=ours.version,
        file=ours.file,
        sha256=ours.sha256,
        shipped=True,
    )


def _shipped(base: Path) -> Origin | None:
    """The product's own base, if this is the folder it was converted into."""
    try:
        ours = shipped_origin()
    except ModelError:
        return None
    return ours if base.resolve().name == f"base-{ours.sha256[:16]}" else None


def _license(base: Path) -> str:
    """What the base's own model card says."""
    from huggingface_hub import ModelCard

    card = base / "README.md"
    if not card.is_file():
        return "other"
    try:
        return str(ModelCard.load(card, ignore_metadata_errors=True).data.license or "other")
    except ValueError:
        return "other"
