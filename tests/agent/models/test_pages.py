"""Pages of a mapped file go, and come back when they are read."""

from __future__ import annotations

import mmap
import shutil
import sys
from pathlib import Path

import pytest

from agent.dialogue import wire
from agent.models.openvino import OpenVinoEngine
from agent.models.pages import release
from tests.agent.models.prompts import PROMPTS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="mappings are told in /proc")
SIZE = 8 << 20


def resident(file: Path) -> int:
    """KiB of the file that this process holds in memory."""
    held, ours = 0, False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if line[0] in "0123456789abcdef":
            ours = line.endswith(str(file))
        elif ours and line.startswith("Rss:"):
            held += int(line.split()[1])
    return held


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "weights of a model.bin"
    path.write_bytes(bytes(range(256)) * (SIZE // 256))
    return path


def test_what_is_only_read_goes_and_comes_back(file: Path) -> None:
    with file.open("rb") as opened:
        mapped = mmap.mmap(opened.fileno(), 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ)
    assert sum(mapped[::4096]) == 0 and resident(file) > 4096
    assert release(file) == SIZE
    assert resident(file) < 64
    assert mapped[255] == 255


def test_what_could_be_written_to_stays(file: Path) -> None:
    """Of a private mapping, what was written would be lost."""
    with file.open("rb") as opened:
        mapped = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_COPY)
    mapped[0] = 7
    assert release(file) == 0
    assert mapped[0] == 7


def test_files_that_nobody_maps_and_systems_that_do_not_tell(file: Path, tmp_path: Path) -> None:
    assert release(file) == 0
    assert release(file, tmp_path / "no maps") == 0


def test_an_engine_hardly_needs_the_file_of_its_weights(converted: Path, tmp_path: Path) -> None:
    """Once it has read something, however little it was warmed up; and reads the same."""
    folder = shutil.copytree(converted, tmp_path / "model")
    cold, warm = (OpenVinoEngine(folder, warm=given) for given in (False, True))
    text = '>look_up{"topic":"weather","location":"Lisbon"}' + wire.END
    for prompt in PROMPTS:
        told = cold.log_probabilities(prompt, [text])
        assert told == pytest.approx(warm.log_probabilities(prompt, [text]), abs=0.05)
    weights = folder / "openvino_model.bin"
    assert str(weights) in Path("/proc/self/maps").read_text()
    assert resident(weights) < weights.stat().st_size / 1024 / 4


def test_names_of_others_that_are_no_text(file: Path, tmp_path: Path) -> None:
    """Are none of ours, and no reason to stop."""
    maps = tmp_path / "maps"
    maps.write_bytes(
        b"7f00-7f10 r--p 00000000 08:01 42     /lib/\xf6\x85\x0b.so\n"
        b"7f10-7f20 rw-p 00000000 00:00 0 \n" + b" " * 9
    )
    assert release(file, maps) == 0
