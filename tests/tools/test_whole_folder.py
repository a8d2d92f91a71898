"""A folder that is made once is there whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.paths import whole_folder


def test_it_appears_when_all_is_written(tmp_path: Path) -> None:
    """Not before, and with nothing beside it."""
    folder = tmp_path / "deep" / "made"
    with whole_folder(folder) as partial:
        (partial / "a").write_text("a", "utf-8")
        assert not folder.exists()
    assert (folder / "a").read_text("utf-8") == "a"
    assert [p.name for p in folder.parent.iterdir()] == ["made"]


@pytest.mark.parametrize("error", [OSError, KeyError])
def test_what_fails_leaves_nothing(tmp_path: Path, error: type[Exception]) -> None:
    """The error comes out."""
    with pytest.raises(error), whole_folder(tmp_path / "made"):
        raise error
    assert list(tmp_path.iterdir()) == []


def test_another_process_was_first(tmp_path: Path) -> None:
    """Its folder stays."""
    folder = tmp_path / "made"
    with whole_folder(folder) as partial:
        (partial / "a").write_text("ours", "utf-8")
        folder.mkdir()
        (folder / "a").write_text("theirs", "utf-8")
    assert (folder / "a").read_text("utf-8") == "theirs"
    assert [p.name for p in tmp_path.iterdir()] == ["made"]
