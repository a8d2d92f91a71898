"""What several files of these tests share."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def gazetteer_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the gazetteer is built, once for all that ask; opening it builds it."""
    return tmp_path_factory.mktemp("gazetteer")
