"""The data stage: dialogues are synthesized, cleaned of repeats and leaks, and written down."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import ValidationError
from tqdm import tqdm

from agent.dialogue import wire
from finetune.config import DataConfig
from finetune.held_out import names, proper_names, read_cases
from finetune.records import Dialogue, turn_from_dict, turn_to_dict
from finetune.sources import phrasings
from finetune.synthesis import Synthesizer
from tools.catalog import CATALOG, catalog_hash


def prepare(config: DataConfig, folder: Path) -> Path:
    """Writes `train.jsonl`, `dev.jsonl` and `manifest.json`; a finished folder is left alone.

    Raises:
        ValueError: a phrasing or a held-out file can't be read.
    """
    manifest = folder / "manifest.json"
    fingerprint = _fingerprint(config)
    if manifest.exists() and json.loads(manifest.read_text())["fingerprint"] == fingerprint:
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    cases = read_cases(config.held_out)
    said = {_folded(m["content"]) for c in cases for m in c.messages if m["role"] == "user"}
    theirs = proper_names(cases)
    written = phrasings.load(share=config.share, seed=config.seed)
    weights = dict(config.weights)
    source = Synthesizer(written, config.seed, forbidden=names(cases), weights=weights)
    arguments = {tool.name: tool.arguments for tool in CATALOG}
    wanted = config.examples + config.dev_examples
    kept: list[Dialogue] = []
    seen: set[str] = set()
    dropped: Counter[str] = Counter()
    with tqdm(total=wanted, desc="dialogues", unit="") as progress:
        for dialogue in source:
            reason = _fault(dialogue, seen, said, theirs, arguments)
            if reason:
                dropped[reason] += 1
                continue
            kept.append(dialogue)
            progress.update()
            if len(kept) == wanted:
                break
    _write(folder / "dev.jsonl", kept[: config.dev_examples])
    _write(folder / "train.jsonl", kept[config.dev_examples :])
    counts = Counter(d.kind for d in kept)
    manifest.write_text(
        json.dumps(
            {
                "fingerprint": fingerprint,
                "examples": len(kept),
                "kinds": dict(counts.most_common()),
                "authors": dict(Counter(d.author for d in kept).most_common()),
                "dropped": dict(dropped),
                "template_hash": wire.template_hash(),
                "catalog_hash": catalog_hash(),
            },
            indent=1,
        )
    )
    return folder


def read(path: Path) -> list[Dialogue]:
    """Dialogues as `prepare` wrote them."""
    rows = (json.loads(line) for line in path.read_text("utf-8").splitlines())
    return [
        Dialogue(tuple(turn_from_dict(t) for t in r["turns"]), r["author"], r["kind"]) for r in rows
    ]


def _fault(
    dialogue: Dialogue,
    seen: set[str],
    said: set[str],
    theirs: re.Pattern[str],
    arguments: Mapping[str, type],
) -> str | None:
    """Why a dialogue may not be used: a repeat, a leak, or calls the catalog refuses."""
    text = wire.render(dialogue.turns[:-1])
    if text in seen:
        return "repeat"
    seen.add(text)
    users = [t.text for t in dialogue.turns if t.role == "user"]
    if not all(users):
        return "empty"
    # Two words ("thank you") are everybody's; a longer message of the held-out sets is theirs.
    if any(_folded(u) in said and len(u.split()) > 3 for u in users):
        return "leak"
    if theirs.search(text):
        return "held-out name"
    for call in dialogue.target.calls:
        try:
            arguments[call.name].model_validate(dict(call.args))  # type: ignore[attr-defined]
        except ValidationError:
            return "refused by the catalog"
        if not is_said(call.args, " ".join(t.text for t in dialogue.turns)):
            return "argument not said"
    return None


def is_said(args: Mapping[str, object], text: str) -> bool:
    """Whether every free name stands in the conversation, as decoding will demand."""
    free = ("destination", "location", "query", "near", "place", "replacement", "lodging")
    hours = (
        "time",
        "when",
        "open_at",
        "start",
        "end",
        "arrive_at",
        "leave_at",
        "day_start",
        "day_end",
    )
    keys = (*free, *hours, "origin", "start_date", "end_date", "cuisine", "city", "max_walk")
    lists = ("must_see", "avoid", "more_destinations")
    listed = [n for key in lists for n in args.get(key, ())]  # type: ignore[attr-defined]
    named = [args[key] for key in keys if key in args]
    return all(str(name) in text for name in [*named, *listed])


def _folded(text: str) -> str:
    return " ".join(text.casefold().split()).strip(".!? ")


def _fingerprint(config: DataConfig) -> str:
    """Changes with the settings, the phrasings and the code that composes them."""
    digest = hashlib.sha256(repr(config).encode())
    here = Path(__file__).parent
    files: Iterable[Path] = [*phrasings.FOLDER.glob("*"), *here.glob("*.py")]
    for path in sorted(files):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _write(path: Path, dialogues: Iterable[Dialogue]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for d in dialogues:
            row = {"turns": [turn_to_dict(t) for t in d.turns], "author": d.author, "kind": d.kind}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
