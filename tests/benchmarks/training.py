"""How quickly a CPU trains, against plain TRL on the same dialogues; and is memory flat?

    python -m tests.benchmarks.training [--kinds plain ours compiled nf4 8bit] [--steps N]
        [--data FOLDER]
    python -m tests.benchmarks.training --memory N [--tokens T] [--plot FILE.svg]

Ours has batches of fixed shapes, logits only where there is loss, and an allocator that keeps its
memory; plain TRL is `SFTTrainer` with the same model, adapter, optimizer and rows a batch, which
it pads to the longest; `compiled` is ours with each layer compiled (`train.compile`), `nf4` (QLoRA,
double quantization) and `8bit` are ours on a quantized base. Each runs in a process of its own.
Tokens are counted without padding, so that what padding costs is counted against its maker. With
`--memory` ours alone makes N steps, and the resident set after each is told: `growth_mib` is from
the first tenth to the last.

A line of JSON a run with its speed, memory and losses (`dev_loss` on held-out dialogues after the
last step), the summary last: `times` is ours against plain.

Exit codes: 0 measured, 2 nothing could be measured.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from statistics import median
from typing import Any

from finetune.stages import ALLOCATOR
from tests.benchmarks import at_least_one, emit
from tools.paths import cache_directory

KINDS = ("plain", "ours", "compiled", "nf4", "8bit")
ROWS = 23
"""Dialogues that a step of 2,048 tokens holds on average; plain TRL's batch."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmark; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.training")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS[:2])
    parser.add_argument("--steps", type=at_least_one, default=12)
    parser.add_argument("--warm-up", type=at_least_one, default=3)
    parser.add_argument("--data", type=Path, help="of a data stage; made if not given")
    parser.add_argument(
        "--memory", type=at_least_one, metavar="N", help="steps of ours, for memory"
    )
    parser.add_argument("--tokens", type=at_least_one, default=2048, help="of a step of ours")
    parser.add_argument("--plot", type=Path, help="of memory over steps")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.child:
        return _child(json.loads(given.child))
    with tempfile.TemporaryDirectory() as temporary:
        data = given.data or _data(Path(temporary))
        steps = given.memory or given.steps + given.warm_up
        common = {"data": str(data), "steps": steps, "tokens": given.tokens}
        if given.memory:
            run = _run({**common, "kind": "ours"})
            return 2 if run is None else _memory(run, given.plot)
        rows = {}
        for kind in given.kinds:
            run = _run({**common, "kind": kind})
            if run is None:
                return 2
            rows[kind] = _speed(kind, run[given.warm_up :])
            emit(rows[kind])
    speed = {kind: row["tokens_per_second"] for kind, row in rows.items()}
    both = {"plain", "ours"} <= set(speed)
    times = round(speed["ours"] / speed["plain"], 2) if both else None
    emit({"times": times, "steps": given.steps})
    return 0


def _data(folder: Path) -> Path:
    from finetune.config import DataConfig
    from finetune.data import prepare

    return prepare(DataConfig(examples=3000, dev_examples=20), folder)


def _speed(kind: str, steps: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Tokens a second from the median step, which a busy moment does not move."""
    per_token = median(step["seconds"] / step["tokens"] for step in steps)
    return {
        "kind": kind,
        "tokens_per_second": round(1 / per_token, 1),
        "seconds_a_step": round(median(step["seconds"] for step in steps), 2),
        "tokens_a_step": round(sum(step["tokens"] for step in steps) / len(steps)),
        "peak_mib": max(step["mib"] for step in steps),
        "loss": steps[-1].get("loss"),
        "dev_loss": steps[-1].get("dev_loss"),
    }


def _memory(steps: Sequence[dict[str, Any]], plot: Path | None) -> int:
    held = [step["mib"] for step in steps]
    tenth = max(1, len(held) // 10)
    begins, ends = median(held[:tenth]), median(held[-tenth:])
    if plot is not None:
        import matplotlib as mpl

        mpl.use("svg")
        from matplotlib import pyplot

        figure, axes = pyplot.subplots(figsize=(7, 3), layout="constrained")
        axes.plot(range(1, len(held) + 1), held, linewidth=1)
        axes.set(xlabel="step", ylabel="resident set (MiB)", ylim=(0, None))
        figure.savefig(plot)
    emit(
        {
            "steps": len(held),
            "first_tenth_mib": begins,
            "last_tenth_mib": ends,
            "peak_mib": max(held),
            "growth_mib": round(ends - begins, 1),
        }
    )
    return 0


def _run(settings: dict[str, Any]) -> list[dict[str, Any]] | None:
    """One row a step, from a process of its own; None when it failed."""
    environment = {**os.environ, **(ALLOCATOR if settings["kind"] != "plain" else {})}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "steps.jsonl"
        child = json.dumps({**settings, "out": str(out), "folder": folder})
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.training", "--child", child],
            env=environment,
            stdout=sys.stderr,
            check=False,
        )
        if done.returncode:
            return None
        rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
        for line in (Path(folder) / "run" / "loss.jsonl").read_text("utf-8").splitlines():
            log = json.loads(line)
            rows[-1].update(
                {"loss": log["loss"]} if "loss" in log else {"dev_loss": log["eval_loss"]}
            )
        return rows


def _child(settings: dict[str, Any]) -> int:
    import psutil
    from transformers import TrainerCallback

    from agent.models.local import prepare_base
    from finetune import trainer as trainers
    from finetune.config import TrainConfig
    from finetune.train import train

    process = psutil.Process()
    seen: list[trainers.CheckedTrainer] = []
    counted = trainers.CheckedTrainer.count

    def count(self: trainers.CheckedTrainer, model: Any, tokens: int) -> None:
        seen[:] = [self]
        counted(self, model, tokens)

    trainers.CheckedTrainer.count = count  # type: ignore[method-assign]

    class Watch(TrainerCallback):  # type: ignore[misc]
        """Writes a line a step."""

        began, tokens = 0.0, 0

        def on_step_begin(self, *_: Any, **__: Any) -> None:
            """The clock starts."""
            self.began, self.tokens = time.perf_counter(), seen[0].tokens_seen if seen else 0

        def on_step_end(self, *_: Any, **__: Any) -> None:
            """It stops."""
            row = {
                "seconds": time.perf_counter() - self.began,
                "tokens": seen[0].tokens_seen - self.tokens,
                "mib": round(process.memory_info().rss / 2**20),
            }
            with Path(settings["out"]).open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")

    ours = TrainConfig(
        max_steps=settings["steps"],
        tokens_per_batch=settings["tokens"],
        save_steps=settings["steps"],
        eval_steps=settings["steps"],
    )
    config = {
        "ours": ours,
        "plain": replace(ours, batching="trl", per_device_train_batch_size=ROWS),
        "compiled": replace(ours, compile=True),
        "nf4": replace(ours, quantization="nf4"),
        "8bit": replace(ours, quantization="8bit"),
    }[settings["kind"]]
    print(json.dumps(asdict(config)))
    base = prepare_base(cache_directory() / "models")
    train(config, Path(settings["data"]), Path(settings["folder"]) / "run", base, [Watch()])
    return 0


if __name__ == "__main__":
    sys.exit(main())
