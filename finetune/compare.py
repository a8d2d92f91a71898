"""The comparison: adapters and base models answer the same development turns through the agent.

Each candidate runs in a process of its own, so that its memory and its caches are its own, one
after another, so that none takes the other's cores. All answer the same turns under the same
grammar: differences are judged turn by turn.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from itertools import combinations
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from tqdm import tqdm

from agent.bootstrap import TravelAgent
from agent.dialogue.turns import Call
from agent.errors import ModelError
from agent.models import load
from agent.models.chat import TripwrightChatModel
from agent.models.engine import Engine, Generation
from agent.models.prepare import find_adapter, model_cache, prepare, prepare_untuned
from agent.models.weights import MANIFEST, SHIPPED
from agent.settings import Settings
from finetune.config import EvaluateConfig, Recipe
from finetune.evaluation.paired import difference
from finetune.evaluation.report import write_whole
from finetune.evaluation.understanding import Result, run, summary
from finetune.held_out import Case, read_cases
from finetune.plots import Point, comparison_text, draw_comparison
from finetune.recipe_file import load_recipe
from tools.services import open_services
from tools.trip import Itinerary

UNTUNED = "base"
"""Names the base model that ships, without an adapter."""
SAMPLE_SEED = 11
FAILED = Call("(failed)", {})
"""What a turn on which the model lost itself counts as: never right, not even where silence is."""


class CompareError(ValueError):
    """What was asked can't be compared; the message says what would be right."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One that answers."""

    label: str
    adapter: Path | None = None
    """An exported folder; None runs a base alone."""
    base: Path | None = None
    """Folder of another base model, run by transformers; None for the one that ships."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of a candidate. Times in seconds; sizes in MiB."""

    label: str
    engine: str
    results: tuple[Result, ...]
    seconds: tuple[float, ...]
    """Of each turn, from the message to the calls proposed."""
    first_token_seconds: float
    """From when the engine began to read; the median over turns."""
    tokens_per_second: float
    """Once it writes: tokens after the first, over the time since the first."""
    peak_mib: float
    """The most of memory that its process held, agent and place store included."""
    model_mib: float = 0.0
    """On disk, of what the engine reads."""
    adapter_mib: float = 0.0
    """On disk, of what ships beside the base."""


def run_compare(candidates: Sequence[str], turns: int | None, out: Path) -> int:
    """`finetune compare`: measures, writes `compare.md`, `.json` and `.svg`, prints the tables.

    The turns are those of the recipes' `evaluate.dev` if recipes are given, else of a recipe's
    default.

    Args:
        candidates: "base", folders of exported adapters, recipes (the adapter each has exported),
            or folders of base models.
        turns: how many of the turns, drawn with `SAMPLE_SEED`; all when None.
        out: folder for the report.

    Returns:
        The exit code, 0.

    Raises:
        CompareError: a candidate that is none of these, no turns, or a process that was ended.
        ModelError: an adapter or engine that can't be used.
        ValueError: a recipe or a file of turns can't be read.
    """
    if not candidates:
        raise CompareError("There is nothing to compare: name folders of adapters, or base.")
    chosen = [resolve(name) for name in candidates]
    recipes = [load_recipe(Path(name)) for name in candidates if _is_recipe(name)]
    dev = tuple(dict.fromkeys(p for r in recipes for p in r.evaluate.dev)) or EvaluateConfig().dev
    cases = sample(read_cases(dev), turns)
    measured = compare(_told_apart(chosen, candidates), cases, out)
    print(write_report(measured, out, dev))
    return 0


def resolve(name: str) -> Candidate:
    """The candidate of a name as `run_compare` takes them.

    Raises:
        CompareError: it names nothing that could answer.
        ModelError: the adapter is damaged, or was trained for something else.
    """
    if name == UNTUNED:
        return Candidate(UNTUNED)
    folder = _exported(load_recipe(Path(name))) if _is_recipe(name) else Path(name)
    if (folder / MANIFEST).is_file():
        settings = Settings.load()
        given = replace(settings, model=replace(settings.model, adapter=folder))
        manifest = find_adapter(given).manifest
        return Candidate(f"{manifest.name} {manifest.version}", adapter=folder)
    if (folder / "config.json").is_file() and (folder / "tokenizer.json").is_file():
        return Candidate(folder.resolve().name, base=folder)
    raise CompareError(
        f"{name} can't be compared: it has to be {UNTUNED!r}, a recipe, or the folder of an "
        "exported adapter or of a base model."
    )


def sample(cases: Sequence[Case], turns: int | None) -> list[Case]:
    """So many of the cases, the same ones each time, in their order; all when None or too many.

    Raises:
        CompareError: fewer than one.
    """
    if turns is not None and turns < 1:
        raise CompareError(f"A comparison needs at least 1 turn, not {turns}.")
    if turns is None or turns >= len(cases):
        return list(cases)
    chosen = random.Random(SAMPLE_SEED).sample(range(len(cases)), turns)
    return [cases[i] for i in sorted(chosen)]


def compare(candidates: Sequence[Candidate], cases: Sequence[Case], out: Path) -> list[Measured]:
    """Lets each candidate answer all cases; merged models are made under `out` and removed again.

    Raises:
        CompareError: a process was ended from outside.
        ModelError: a model can't be made or loaded.
    """
    out.mkdir(parents=True, exist_ok=True)
    found = []
    for candidate in candidates:
        # a folder of its own: making a merged model removes the others beside it
        with tempfile.TemporaryDirectory(prefix="merged-", dir=out) as folder:
            job = _job(candidate, tuple(cases), Path(folder))
            size = sum(map(_mib, _model_files(candidate, job.model_settings)))
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                try:
                    measured = pool.submit(_measure, job).result()
                except BrokenProcessPool as error:
                    raise CompareError(
                        f"The process of {candidate.label} was ended from outside; most often "
                        "the memory was full."
                    ) from error
        adapter = _mib(candidate.adapter) if candidate.adapter else 0.0
        found.append(replace(measured, model_mib=size, adapter_mib=adapter))
    return found


# -- measuring -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Job:
    """What a process is given."""

    label: str
    agent_settings: Settings
    model_settings: Settings
    untuned: bool
    cases: tuple[Case, ...]


class _Timed:
    """An engine that keeps what it did."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.done: list[Generation] = []

    @property
    def name(self) -> str:
        """Of the engine."""
        return self._engine.name

    def generate(self, prompt: str, **options: Any) -> Generation:
        """See `Engine.generate`."""
        self.done.append(self._engine.generate(prompt, **options))
        return self.done[-1]

    def log_probabilities(self, prompt: str, texts: Sequence[str], **options: Any) -> list[float]:
        """See `Engine.log_probabilities`."""
        return self._engine.log_probabilities(prompt, texts, **options)


def _job(candidate: Candidate, cases: tuple[Case, ...], folder: Path) -> _Job:
    """Its settings: the machine's own, but for the model and where a merged one is kept."""
    settings = replace(Settings.load(), threads=":memory:")
    engine = "openvino" if find_spec("openvino_genai") and not candidate.base else "transformers"
    model = replace(
        settings.model, engine=engine, adapter=candidate.adapter, base=str(candidate.base or "")
    )
    home = folder if engine == "openvino" else settings.home
    chosen = replace(settings, model=model, home=home)
    return _Job(candidate.label, settings, chosen, candidate.adapter is None, cases)


def _measure(job: _Job) -> Measured:
    """Answers all cases; runs in a process of its own."""
    model = load(job.model_settings, untuned=job.untuned)
    assert isinstance(model, TripwrightChatModel)
    timed = _Timed(model.engine)
    listening = TripwrightChatModel(engine=timed, max_tokens=model.max_tokens)
    seconds: list[float] = []
    firsts: list[float] = []
    # opened here, since the agent would compile its planner, which proposing never asks
    services = open_services(job.agent_settings.home)
    with TravelAgent(job.agent_settings, model=listening, services=services) as agent:

        def solve(
            messages: Sequence[Mapping[str, str]], itinerary: Itinerary | None
        ) -> Sequence[Call]:
            before, began = len(timed.done), time.perf_counter()
            try:
                calls = [Call(c.name, c.args) for c in agent.propose(messages, itinerary)]
            except ModelError:
                calls = [FAILED]
            seconds.append(time.perf_counter() - began)
            firsts.extend(g.first_token_seconds for g in timed.done[before : before + 1])
            return calls

        solve([{"role": "user", "content": "Hello"}], None)  # compiles the tools' grammar
        for kept in (seconds, firsts, timed.done):
            kept.clear()
        turns = tqdm(run(job.cases, solve), total=len(job.cases), desc=job.label, unit="")
        results = tuple(turns)
    writing = sum(g.seconds - g.first_token_seconds for g in timed.done if g.new_tokens)
    after_first = sum(g.new_tokens - 1 for g in timed.done if g.new_tokens)
    return Measured(
        job.label,
        timed.name,
        results,
        tuple(seconds),
        statistics.median(firsts) if firsts else 0.0,
        after_first / writing if writing else 0.0,
        peak_mib(),
    )


def peak_mib() -> float:
    """The most of memory that this process's program has held (resident set, MiB)."""
    try:
        # `ru_maxrss` is handed down by the process that started this one; VmHWM is not
        status = Path("/proc/self/status").read_text("ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024
    except (OSError, IndexError):
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _model_files(candidate: Candidate, settings: Settings) -> list[Path]:
    """What the engine reads, made now so that making it is not measured."""
    if settings.model.engine == "openvino":
        return [prepare(settings) if candidate.adapter else prepare_untuned(settings)]
    from agent.models.local import prepare_base

    base = candidate.base or prepare_base(model_cache(settings))
    return [base, *([candidate.adapter] if candidate.adapter else [])]


def _mib(path: Path) -> float:
    files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    return sum(p.stat().st_size for p in files) / 2**20


def _is_recipe(name: str) -> bool:
    return Path(name).suffix in (".yaml", ".yml")


def _exported(recipe: Recipe) -> Path:
    """Where a recipe's adapter is: in its output, else that which ships, if it is this version."""
    own, shipped = recipe.output_dir / "adapter", SHIPPED / recipe.name
    if (own / MANIFEST).is_file() or not (shipped / MANIFEST).is_file():
        return own
    version = json.loads((shipped / MANIFEST).read_text("utf-8")).get("version")
    return shipped if version == recipe.version else own


def _told_apart(chosen: Sequence[Candidate], names: Sequence[str]) -> list[Candidate]:
    """With what was typed beside a label that several have."""
    labels = [c.label for c in chosen]
    return [
        c if labels.count(c.label) == 1 else replace(c, label=f"{c.label} ({name})")
        for c, name in zip(chosen, names, strict=True)
    ]


# -- what is written -------------------------------------------------------------------------


def write_report(measured: Sequence[Measured], out: Path, files: Sequence[str]) -> str:
    """Writes `compare.md`, `compare.json` and `compare.svg`; returns the Markdown.

    Args:
        measured: of the same cases in the same order.
        out: the folder.
        files: where the cases are from, to be named.
    """
    out.mkdir(parents=True, exist_ok=True)
    rows = [_row(m) for m in measured]
    pairs = [
        {"first": a.label, "second": b.label}
        | {what: asdict(difference(_right(a, what), _right(b, what))) for what in ("exact", "tool")}
        for a, b in combinations(measured, 2)
    ]
    made: dict[str, Any] = {"files": list(files), "seed": SAMPLE_SEED, "cores": os.cpu_count()}
    made |= {"candidates": rows, "pairs": pairs}
    write_whole(out / "compare.json", json.dumps(made, indent=1))
    points = []
    for row in rows:
        low, high = row["quality"]["exact_interval"]
        exact = (low, row["quality"]["exact_percent"], high)
        points.append(Point(row["label"], row["seconds"], exact))
    draw_comparison(points, out / "compare.svg")
    text = comparison_text(made)
    write_whole(out / "compare.md", text)
    return text


def _row(measured: Measured) -> dict[str, Any]:
    """Plain JSON of all that was measured, turn by turn what each came to."""
    plain = asdict(replace(measured, results=()))
    del plain["results"]
    turns = zip(measured.results, measured.seconds, strict=True)
    return {
        **plain,
        "seconds": quartiles(measured.seconds),
        "quality": summary(measured.results),
        "silent": sum(() in r.case.accepted for r in measured.results),
        "failed": sum(r.proposed == (FAILED,) for r in measured.results),
        "turns": [[r.case.id, r.score.exact, r.score.tool, round(s, 4)] for r, s in turns],
    }


def _right(measured: Measured, what: str) -> list[bool]:
    return [bool(getattr(r.score, what)) for r in measured.results]


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """The quartiles, the median between them; of one value that one thrice.

    Raises:
        statistics.StatisticsError: no values.
    """
    if len(values) == 1:
        return (values[0], values[0], values[0])
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, middle, high
