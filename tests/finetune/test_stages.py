"""What the stages share: the allocator's settings, beside what a user has set."""

from __future__ import annotations

import pytest

from finetune.stages import ALLOCATOR, allocator

OURS = ALLOCATOR["GLIBC_TUNABLES"]


@pytest.mark.parametrize(
    ("given", "tunables"),
    [
        ({}, OURS),
        ({"GLIBC_TUNABLES": "glibc.malloc.arena_max=1"}, f"glibc.malloc.arena_max=1:{OURS}"),
        (
            {"GLIBC_TUNABLES": f"{OURS}:glibc.malloc.arena_max=1"},
            f"{OURS}:glibc.malloc.arena_max=1",
        ),
    ],
)
def test_a_users_own_tunables_stay(given: dict[str, str], tunables: str) -> None:
    wanted = allocator({**given, "GOMP_SPINCOUNT": "1"})
    assert wanted == {**ALLOCATOR, "GLIBC_TUNABLES": tunables}
    assert allocator(wanted) == wanted, "a program started again is not started once more"
