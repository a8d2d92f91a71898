"""The pictures that people look over are all there, in their sizes, and small."""

from __future__ import annotations

import struct

import pytest

from tests.browser.pictures import GOLDEN, LOGIN, MOST_BYTES, SCENES, names

_SIZES = {one["name"]: (one["width"], one["height"]) for one in [*SCENES, LOGIN]}


def test_the_set_is_whole_and_holds_nothing_else() -> None:
    assert {path.name for path in GOLDEN.glob("*.png")} == names()


@pytest.mark.parametrize("name", sorted(names()))
def test_a_picture_has_its_size_and_is_small(name: str) -> None:
    content = (GOLDEN / name).read_bytes()
    size = _SIZES[name.split("-", 1)[1].removesuffix(".png")]
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", content[16:24]) == size
    assert 3_000 < len(content) <= MOST_BYTES
