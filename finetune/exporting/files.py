"""Folders that appear whole or not at all."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_REFUSALS = (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR)


class ExportError(ValueError):
    """An export that can't be made; the message says what would be right."""


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """Yields an empty folder that becomes `target` at the end, or is removed if that fails.

    Raises:
        ExportError: `target` already holds something, or can't be written.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ExportError(f"{target} already exists; name a folder that does not, or remove it.")
    partial = target.with_name(target.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        partial.mkdir(parents=True)
        yield partial
        if target.exists():
            target.rmdir()
        partial.rename(target)
    except OSError as error:
        if error.errno not in _REFUSALS:
            raise
        raise ExportError(f"{target} can't be written: {error.strerror}.") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def megabytes(path: Path) -> float:
    """Size of a file, or of all files in a folder (10^6 bytes)."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(f.stat().st_size for f in files if f.is_file()) / 1e6
