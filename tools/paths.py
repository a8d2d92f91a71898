"""Where files that are built once are kept, and how a folder of them comes to be."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.errors import DataError

HOME_VARIABLE = "TRIPWRIGHT_HOME"
"""Environment variable that names the cache directory."""


def cache_directory() -> Path:
    """`$TRIPWRIGHT_HOME`, or `~/.cache/tripwright` where that is unset or empty.

    The directory need not exist yet; who writes into it creates it.

    Raises:
        DataError: neither the variable nor a home directory is known.
    """
    named = os.environ.get(HOME_VARIABLE, "").strip()
    try:
        return Path(named).expanduser() if named else Path.home() / ".cache" / "tripwright"
    except RuntimeError as error:  # no home directory in this environment
        raise DataError(
            f"There is no home directory to keep files in; set {HOME_VARIABLE} to a folder."
        ) from error


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """A folder beside `folder`, to be filled; it takes that name when all has been written.

    Another process may have been first: its folder stays, and what fails here then is no error.

    Raises:
        OSError: it can't be made or renamed, or what was done in it raised one.
    """
    partial = folder.with_name(f"{folder.name}.{os.getpid()}.partial")
    try:
        partial.mkdir(parents=True)
        yield partial
        partial.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)
