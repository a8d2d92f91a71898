"""Checkpoints that can be trusted: of this run, whole, and on a second drive if there is one."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from transformers import TrainerCallback

from finetune.errors import MismatchError

RUN_FILE = "run.json"


def claim(folder: Path, what: dict[str, Any]) -> None:
    """Notes in the folder which run its checkpoints belong to, or makes sure that it is this one.

    Args:
        folder: of the run; made if missing.
        what: everything that a resumed run must share with the one that began, as plain JSON.

    Raises:
        MismatchError: the folder holds another run's checkpoints.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / RUN_FILE
    try:
        before = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        before = None
    now = json.loads(json.dumps(what))
    if before is not None and before != now and checkpoints(folder):
        keys = sorted(set(before) | set(now))
        changed = [key for key in keys if before.get(key) != now.get(key)]
        raise MismatchError(
            f"{folder} holds checkpoints of a run with other {', '.join(changed)}; take another "
            "output_dir, or delete the folder to begin anew."
        )
    path.write_text(json.dumps(now, indent=1), "utf-8")


def checkpoints(folder: Path) -> list[Path]:
    """The checkpoints in a folder, oldest first; none if there is no such folder."""
    found = [p for p in folder.glob("checkpoint-*") if p.name.removeprefix("checkpoint-").isdigit()]
    return sorted(found, key=lambda p: int(p.name.removeprefix("checkpoint-")))


def newest_whole(folder: Path, mirror: Path | None = None) -> Path | None:
    """The newest checkpoint that can be read, or None.

    A damaged one is set aside as `damaged-N`, with a sentence on stderr. Where the folder has
    none left, those of the mirror are brought back.
    """
    for checkpoint in reversed(checkpoints(folder)):
        fault = what_is_wrong(checkpoint)
        if not fault:
            return checkpoint
        aside = checkpoint.with_name(checkpoint.name.replace("checkpoint", "damaged"))
        shutil.rmtree(aside, ignore_errors=True)
        checkpoint.rename(aside)
        print(f"{checkpoint} is damaged ({fault}); going back to the one before.", file=sys.stderr)
    for checkpoint in reversed(checkpoints(mirror) if mirror is not None else []):
        if not what_is_wrong(checkpoint):
            print(f"Going on from the mirror's {checkpoint.name}.", file=sys.stderr)
            return _copied(checkpoint, folder)
    return None


def what_is_wrong(checkpoint: Path) -> str:
    """Why a checkpoint can't be resumed from; empty if it can."""
    try:
        json.loads((checkpoint / "trainer_state.json").read_text("utf-8"))
    except (OSError, ValueError):
        return "trainer_state.json can't be read"
    weights = sorted(checkpoint.rglob("*.safetensors"))  # of the reference, too
    if not weights:
        return "it has no weights"
    for path in weights:
        try:
            with safe_open(path, framework="pt") as file:
                for name in file.keys():  # noqa: SIM118 - no mapping
                    file.get_tensor(name)
        except (OSError, SafetensorError):
            return f"{path.relative_to(checkpoint)} can't be read"
    for name in ("optimizer.pt", "scheduler.pt"):
        if (checkpoint / name).exists():
            try:
                torch.load(checkpoint / name, map_location="meta", weights_only=True)
            except (OSError, RuntimeError, EOFError, ValueError, UnpicklingError):
                return f"{name} can't be read"
    return ""


def text_hash(text: str) -> str:
    """Sixteen hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Mirror(TrainerCallback):  # type: ignore[misc]
    """Copies each checkpoint to a second folder, such as a mounted drive.

    A drive that is full or gone costs the copy, with a sentence, and not the training.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Copies the newest checkpoint, and keeps as many as stay in the run's own folder."""
        if not state.is_world_process_zero:
            return
        checkpoint = Path(args.output_dir) / f"checkpoint-{state.global_step}"
        try:
            _copied(checkpoint, self.folder)
            for old in checkpoints(self.folder)[: -args.save_total_limit]:
                shutil.rmtree(old)
        except OSError as error:
            print(f"{checkpoint.name} was not copied to {self.folder}: {error}", file=sys.stderr)


def _copied(checkpoint: Path, folder: Path) -> Path:
    """A copy in another folder that appears only when it is whole."""
    target = folder / checkpoint.name
    partial = folder / f"{checkpoint.name}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(checkpoint, partial)
    shutil.rmtree(target, ignore_errors=True)
    partial.rename(target)
    return target
