"""The notebooks: no outputs stored; from first cell to last on a tiny model, without a network."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import papermill  # type: ignore[import-untyped,unused-ignore]
import pytest
from papermill.exceptions import (  # type: ignore[import-untyped,unused-ignore]
    PapermillExecutionError,
)

from agent.models.weights import CONFIG, MANIFEST, WEIGHTS
from finetune.gpus import find_gpu
from finetune.plan import plan
from finetune.recipe_file import load_recipe

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "notebooks"
TRAIN, TRY = FOLDER / "train_on_one_gpu.ipynb", FOLDER / "try_the_model.ipynb"
both = pytest.mark.parametrize("path", [TRAIN, TRY], ids=lambda path: path.stem)


@pytest.fixture(scope="module", autouse=True)
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Kernels with nobody's settings, that ask no hub, on one core.

    The home is the machine's, where `make test` has built places and model: 30 s less.
    """
    own = tmp_path_factory.mktemp("settings")
    (own / "tripwright.toml").touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRIPWRIGHT_CONFIG", str(own / "tripwright.toml"))
        patch.setenv("IPYTHONDIR", str(own / "ipython"))
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.setenv("OMP_NUM_THREADS", "1")
        yield


def run(path: Path, done: Path, cwd: Path = FOLDER, **parameters: Any) -> dict[str, Any]:
    """Executes a notebook as Jupyter would; what its code cells put out, by their ids."""
    executed = papermill.execute_notebook(
        path,
        done,
        parameters,
        kernel_name="python3",
        cwd=str(cwd),
        progress_bar=False,
        start_timeout=300,
    )
    return {cell.id: cell.outputs for cell in executed.cells if cell.cell_type == "code"}


def cells(path: Path) -> list[dict[str, Any]]:
    """As they stand in the file."""
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["cells"]
    return found


def text(outputs: list[Any]) -> str:
    """All words of a cell's outputs."""
    shown = [o.get("text", "") or o.get("data", {}).get("text/markdown", "") for o in outputs]
    return "\n".join(shown)


def pictures(outputs: list[Any]) -> int:
    """How many pictures a cell put out."""
    return sum("image/png" in o.get("data", {}) for o in outputs)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, tiny_base: Path) -> tuple[Path, Any]:
    """The folder and the outputs of a training of six steps, as the recipe for a T4 says."""
    out = tmp_path_factory.mktemp("run")
    outputs = run(
        TRAIN, out / "done.ipynb", base=str(tiny_base), examples=60, max_steps=6, turns=2,
        output_dir=str(out),
    )  # fmt: skip
    return out, outputs


@both
def test_no_output_is_stored(path: Path) -> None:
    """A notebook in the repository is what somebody wrote, nothing that a run left."""
    code = [cell for cell in cells(path) if cell["cell_type"] == "code"]
    assert code and not any(cell["outputs"] or cell["execution_count"] for cell in code)


@both
def test_it_sets_up_and_then_takes_parameters(path: Path) -> None:
    """Colab's shape: the first code cell installs, the second is papermill's; text before each."""
    first, *_ = every = cells(path)
    code = [cell for cell in every if cell["cell_type"] == "code"]
    tags = [cell["metadata"].get("tags", []) for cell in code]
    assert first["cell_type"] == "markdown" and "pip install" in "".join(code[0]["source"])
    assert tags[1] == ["parameters"] and not any([*tags[:1], *tags[2:]])


def test_the_recipe_fits_on_the_gpu_that_the_notebook_names() -> None:
    """Unchanged parameters name a recipe that is there and a card that has room for it."""
    known = {
        name: json.loads(one["default"].replace("'", '"'))
        for name, one in papermill.inspect_notebook(TRAIN).items()
        if one["default"].startswith(("'", '"'))
    }
    assert plan(load_recipe(ROOT / known["recipe"]), find_gpu(known["gpu"])).fits


def test_outside_a_clone_it_asks_for_the_address(tmp_path: Path) -> None:
    """Without the repository and its address nothing is downloaded."""
    with pytest.raises(PapermillExecutionError, match="Put the address of your copy"):
        run(TRAIN, tmp_path / "done.ipynb", cwd=tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["done.ipynb"]


def test_training_shows_its_plan_its_data_and_its_loss(trained: tuple[Path, Any]) -> None:
    """What a reader is promised is there: memory, the data card, the curve, the turns."""
    out, outputs = trained
    assert "It fits on T4" in str(outputs["plan"])
    assert "#" in text(outputs["data"]) and "turns" in str(outputs["data"])
    assert pictures(outputs["loss"]) == 1
    rows = [json.loads(line) for line in (out / "train" / "loss.jsonl").read_text().splitlines()]
    assert [row["step"] for row in rows if "loss" in row] == [1, 2, 3, 4, 5, 6]
    assert [row["step"] for row in rows if "eval_loss" in row] == [3, 6]
    assert '"n": 2' in text(outputs["turns"])


def test_the_zip_holds_the_adapter(trained: tuple[Path, Any]) -> None:
    """Weights, configuration, card and a manifest with the scores; nothing half-written."""
    out, outputs = trained
    [path] = out.glob("*.zip")
    assert f"adapter = '{path}'" in text(outputs["export"])
    with zipfile.ZipFile(path) as file:
        files = {name for name in file.namelist() if not name.endswith("/")}
        manifest = json.loads(file.read(MANIFEST))
    assert files == {WEIGHTS, CONFIG, MANIFEST, "README.md"}
    assert manifest["name"] == "llama-3.2-3b" and manifest["scores"]["dev"]["n"] == 2
    assert not list(out.rglob("*.partial*"))


def test_what_was_trained_can_be_talked_to(
    trained: tuple[Path, Any], tiny_base: Path, tmp_path: Path
) -> None:
    """The zip on its base answers a message, in however poor words."""
    [path] = trained[0].glob("*.zip")
    outputs = run(
        TRY, tmp_path / "done.ipynb", adapter=str(path), base=str(tiny_base), messages=["Hello"]
    )
    said, *answer = text(outputs["talk"]).strip().splitlines()
    assert said == "**Hello**" and "".join(answer).strip()
    assert outputs["plan"]


def test_the_adapter_that_ships_plans_and_the_trip_is_drawn(tmp_path: Path) -> None:
    """Without any parameter: a trip, an edit, a picture of each."""
    outputs = run(TRY, tmp_path / "done.ipynb")
    assert ">plan_days{" in text(outputs["talk"]) and pictures(outputs["talk"]) == 2
    assert "Lisbon" in text(outputs["plan"])
