"""Where files that are built once are kept."""

from __future__ import annotations

import os
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
