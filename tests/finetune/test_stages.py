"""What the stages share: the allocator's settings, beside what a user has set."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.dialogue.plan_parts import PARTS
from finetune import card, stages
from finetune.config import DataConfig, Recipe
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


@pytest.mark.parametrize(("part", "folder"), [("party", "counters"), ("wishes", "advisers")])
def test_who_is_asked_for_a_part_ships_with_when_it_is_listened_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str, folder: str
) -> None:
    """Whole calls are nothing that it could be scored by."""
    shipped: list[tuple[Path, str]] = []

    def export(adapter: Path, target: Path, *, card: str, **_: object) -> Path:
        shipped.append((target, card))
        return target

    def evaluate(*_: object) -> None:
        pytest.fail("it writes no whole calls")

    (tmp_path / "manifest.json").write_text('{"examples": 9, "authors": {"ada": 9}}')
    monkeypatch.setattr("finetune.data.prepare", lambda *_: tmp_path)
    monkeypatch.setattr("finetune.export.export", export)
    monkeypatch.setattr("finetune.evaluate.evaluate", evaluate)
    monkeypatch.setattr(stages, "_train", lambda *_: tmp_path)
    monkeypatch.setattr(stages, "with_allocator", lambda: None)
    monkeypatch.setattr(stages, "listened_to", lambda _, adapter: f"| heard of {adapter.name} |")
    recipe = Recipe(name="tiny", version="1", output_dir=tmp_path, data=DataConfig(part=part))
    stages.run(recipe, Path("tiny.yaml"), "evaluate", ship=True)
    assert [target for target, _ in shipped] == [Path(f"agent/weights/{folder}/tiny")] * 2
    assert "| heard of tiny |" in shipped[-1][1] and "9 dialogues" in shipped[-1][1]


def test_every_part_of_plans_has_its_place() -> None:
    assert {*stages.SHIPPED_AS} == {"", *PARTS} and {*card._PARTS} == {*PARTS}
    assert len({*stages.SHIPPED_AS.values()}) == len(stages.SHIPPED_AS)


@pytest.mark.parametrize(("part", "module"), [("party", "counter"), ("wishes", "adviser")])
def test_every_part_is_measured_by_its_own_table(
    part: str, module: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for other in ("counter", "adviser"):
        table = f"| {other} |"
        monkeypatch.setattr(f"finetune.calibrate_{other}.measured", lambda *_, told=table: told)
    recipe = Recipe(name="tiny", version="1", output_dir=tmp_path, data=DataConfig(part=part))
    monkeypatch.setattr("finetune.held_out.read_cases", lambda _: [])
    assert stages.listened_to(recipe, tmp_path) == f"| {module} |"
