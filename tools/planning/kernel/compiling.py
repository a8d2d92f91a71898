"""Numba's compiler, with a cache that knows of every change.

Numba notices a change of the file that a function is in, not of the functions it calls in others:
so the cache's folder is named by all files of this package.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

import numba

from tools.paths import cache_directory

SUBFOLDER = "kernel"
"""Of the cache directory, unless Numba's own variable names another folder."""

F = TypeVar("F", bound=Callable[..., object])


def _folder() -> Path:
    digest = hashlib.sha256(numba.__version__.encode())
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    named = os.environ.get("NUMBA_CACHE_DIR")
    folder = Path(named) if named else cache_directory() / SUBFOLDER
    return folder / digest.hexdigest()[:16]


numba.config.CACHE_DIR = str(_folder())  # type: ignore[attr-defined]


def compiled(function: F) -> F:
    """The function as machine code, compiled at its first call and kept for later processes."""
    return cast(F, numba.njit(cache=True, error_model="numpy")(function))
