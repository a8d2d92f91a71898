"""The data stage: dialogues are synthesized and read, cleaned of repeats and leaks, and mixed.

Dialogues from elsewhere (`DataConfig.sources`) are cleaned by `finetune.cleaning` before; what is
synthesized is checked against the tool catalog instead. Without sources the files hold what the
synthesis alone gives.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from tqdm import tqdm

from agent.dialogue import plan_parts, wire
from agent.dialogue.plan_parts import PARTS, PLAN, Part
from agent.dialogue.turns import Turn
from finetune.config import DataConfig
from finetune.held_out import Case, names, proper_names, read_cases
from finetune.mixing import Mix, Stream, examples
from finetune.records import SYNTHESIS, Dialogue, dialogue_from_dict, dialogue_to_dict
from finetune.sources import SourceError, demonstrations, phrasings
from finetune.sources.data_card import SAMPLES, data_card
from finetune.sources.reading import Reading, sha256
from finetune.sources.source import local_files
from finetune.synthesis import Synthesizer
from tools import headcount
from tools.catalog import CATALOG, catalog_hash
from tools.headcount import MOST_NAMED, UNSAID, counted

FILES = ("dev.jsonl", "train.jsonl")
CARD = "DATA_CARD.md"


def prepare(config: DataConfig, folder: Path) -> Path:
    """Writes `train.jsonl`, `dev.jsonl`, `DATA_CARD.md` and `manifest.json`.

    A finished folder is left alone; one that can't be finished is left as it was.

    Raises:
        ValueError: a phrasing, a held-out file or a source can't be read, nothing is left to learn
            from, or a dialogue repeats a held-out one.
    """
    manifest = folder / "manifest.json"
    fingerprint = _fingerprint(config)
    if manifest.exists() and json.loads(manifest.read_text())["fingerprint"] == fingerprint:
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    preparation = _Preparation(config, folder)
    try:
        made = preparation.run()
        _partial(manifest).write_text(json.dumps({"fingerprint": fingerprint, **made}, indent=1))
        manifest.unlink(missing_ok=True)  # a folder half of which is new must not pass as finished
        for name in (*FILES, CARD, manifest.name):
            _partial(folder / name).replace(folder / name)
    finally:
        preparation.close()
        for name in (*FILES, CARD, manifest.name):
            _partial(folder / name).unlink(missing_ok=True)
    return folder


def read(path: Path) -> list[Dialogue]:
    """Dialogues as `prepare` wrote them."""
    return list(_rows(path))


class _Gate:
    """Lets a dialogue pass that may be used; counts the others, by origin and reason."""

    def __init__(self, cases: Sequence[Case], unsaid: Sequence[Case], threshold: float) -> None:
        from finetune.cleaning.leaks import HeldOut, messages_of

        self.messages = list(messages_of([*cases, *unsaid]))
        self.held_out = HeldOut(self.messages, threshold)
        self.theirs = proper_names(cases)
        self.arguments = {tool.name: tool.arguments for tool in CATALOG}
        self.seen: set[str] = set()
        self.dropped: dict[str, Counter[str]] = defaultdict(Counter)

    def admitted(self, dialogues: Iterable[Dialogue]) -> Iterator[Dialogue]:
        """Those that may be used."""
        for dialogue in dialogues:
            fault = self._of_synthesized if dialogue.origin == SYNTHESIS else self._of_read
            if reason := fault(dialogue):
                self.dropped[dialogue.origin][reason] += 1
            else:
                yield dialogue

    def _of_synthesized(self, dialogue: Dialogue) -> str | None:
        """A repeat, a leak, or calls that the catalog refuses."""
        text = wire.render(dialogue.turns[:-1])
        if text in self.seen:
            return "repeat"
        self.seen.add(text)
        users = [t.text for t in dialogue.turns if t.role == "user"]
        if not all(users):
            return "empty"
        if self.held_out.leak_in(dialogue.turns):
            return "leak"
        if self.theirs.search(text):
            return "held-out name"
        for call in dialogue.target.calls:
            try:
                self.arguments[call.name].model_validate(counted(call.args, standing=MOST_NAMED))
            except ValidationError:
                return "refused by the catalog"
            if not is_said(call.args, " ".join(t.text for t in dialogue.turns)):
                return "argument not said"
        return None

    def _of_read(self, dialogue: Dialogue) -> str | None:
        """A repeat or a leak; the whole dialogue is looked at, because several turns are learned.

        Cleaning looked for them in its own source, and before personal data were masked.
        """
        calls = (wire.render_call(call) for t in dialogue.turns for call in t.calls)
        text = "\n".join([*(t.text for t in dialogue.turns), *calls])
        if text in self.seen:
            return "repeat"
        self.seen.add(text)
        if self.held_out.leak_in(dialogue.turns):
            return "leak"
        return "held-out name" if self.theirs.search(text) else None


class _Preparation:
    """One run of the stage."""

    def __init__(self, config: DataConfig, folder: Path) -> None:
        self.config = config
        self.folder = folder
        self.cases = read_cases(config.held_out)
        unsaid = read_cases(config.unsaid)
        self.gate = _Gate(self.cases, unsaid, config.cleaning.near_duplicates)
        self.readings = [Reading(s, config, self.gate.messages) for s in config.sources]
        twice = Counter(r.source.origin for r in self.readings).most_common(1)
        if twice and twice[0][1] > 1:
            raise SourceError(f"The source {twice[0][0]} stands in the recipe twice.")
        self.counts: dict[str, Counter[str]] = {"kinds": Counter(), "authors": Counter()}
        self.origins: Counter[str] = Counter()
        self.samples: dict[str, list[Dialogue]] = defaultdict(list)

    def run(self) -> dict[str, Any]:
        """Writes the files under their partial names; returns the manifest without fingerprint."""
        synthesis = Stream(SYNTHESIS, self.config.synthesis_weight, self._synthesis())
        mix = Mix([synthesis, *map(self._stream, self.readings)])
        rows = self._write(mix)
        if not rows["train.jsonl"]:
            raise SourceError(
                "Nothing is left to learn from: too few dialogues of the sources may be used."
            )
        self._check_leaks()
        manifest: dict[str, Any] = {
            "examples": sum(rows.values()),
            **{name: dict(counted.most_common()) for name, counted in self.counts.items()},
            "dropped": dict(self.gate.dropped[SYNTHESIS]),
            "sources": self._accounts(mix),
            "template_hash": wire.template_hash(),
            "catalog_hash": catalog_hash(),
            "files": {
                name: {"rows": rows[name], "sha256": sha256(_partial(self.folder / name))}
                for name in FILES
            },
        }
        card = _partial(self.folder / CARD)
        card.write_text(data_card(self.config, manifest, self.samples), "utf-8")
        manifest["files"][CARD] = {"sha256": sha256(card)}
        return manifest

    def close(self) -> None:
        """Ends what reads."""
        for reading in self.readings:
            reading.close()

    def _synthesis(self) -> Iterator[Sequence[Dialogue]]:
        config = self.config
        source = Synthesizer(
            phrasings.load(share=config.share, seed=config.seed),
            config.seed,
            forbidden=names(self.cases),
            weights=dict(config.weights),
            demonstrations=demonstrations.load(share=config.share, seed=config.seed),
        )
        wanted: Iterable[Dialogue] = source
        if config.trip != "any":
            no_trip = Turn("system", wire.system_text())
            wanted = (
                dialogue
                for dialogue in source
                if (dialogue.turns[0] == no_trip) is (config.trip == "none")
                or dialogue.kind.startswith("answer")
            )
        if config.part:
            part = PARTS[config.part]
            wanted = (_part_of(part, dialogue) for dialogue in wanted if _is_one_plan(dialogue))
        for dialogue in self.gate.admitted(wanted):
            if config.listed_travellers or config.part:
                yield (dialogue,)
            else:
                yield (replace(dialogue, turns=tuple(map(wire.counted_turn, dialogue.turns))),)

    def _stream(self, reading: Reading) -> Stream:
        groups = (examples(d) for d in self.gate.admitted(reading.dialogues))
        return Stream(reading.source.origin, reading.source.config.weight, groups)

    def _write(self, mix: Mix) -> dict[str, int]:
        """The first dialogues are for development; returns how many rows each file has."""
        wanted = {"dev.jsonl": self.config.dev_examples, "train.jsonl": self.config.examples}
        groups = iter(mix)
        written = dict.fromkeys(FILES, 0)
        with tqdm(total=sum(wanted.values()), desc="dialogues", unit="") as progress:
            for name in FILES:
                with _partial(self.folder / name).open("w", encoding="utf-8") as file:
                    while written[name] < wanted[name] and (group := next(groups, None)):
                        # what is left of a group when dev is full must not be trained on
                        for dialogue in group[: wanted[name] - written[name]]:
                            row = dialogue_to_dict(dialogue)
                            file.write(json.dumps(row, ensure_ascii=False) + "\n")
                            self._count(dialogue)
                            written[name] += 1
                            progress.update()
        return written

    def _count(self, dialogue: Dialogue) -> None:
        self.counts["kinds"][dialogue.kind] += 1
        if dialogue.author:
            self.counts["authors"][dialogue.author] += 1
        self.origins[dialogue.origin] += 1
        if len(self.samples[dialogue.origin]) < SAMPLES:
            self.samples[dialogue.origin].append(dialogue)

    def _check_leaks(self) -> None:
        """Looks once more over all that was written.

        Raises:
            LeakError: a dialogue holds a held-out message, or nearly one.
        """
        from finetune.cleaning import check_leaks

        written = (d for name in FILES for d in _rows(_partial(self.folder / name)))
        check_leaks(written, self.gate.messages, self.config.cleaning.near_duplicates)

    def _accounts(self, mix: Mix) -> list[dict[str, Any]]:
        """Of every origin: what was asked for, what came, what did not and why."""
        weights = {SYNTHESIS: self.config.synthesis_weight}
        weights |= {r.source.origin: r.source.config.weight for r in self.readings}
        more = {r.source.origin: r.account() for r in self.readings}
        more[SYNTHESIS] = {"licence": "Apache-2.0; composed here from authored phrasings and turns"}
        return [
            {
                "origin": name,
                "examples": self.origins[name],
                "weight": weight,
                "share_percent": round(100 * weight / sum(weights.values()), 1),
                "exhausted": name in mix.exhausted,
                "dropped": dict(self.gate.dropped[name].most_common()),
                **more[name],
            }
            for name, weight in weights.items()
        ]


HOURS = (
    "time", "when", "open_at", "start", "end", "arrive_at", "leave_at", "day_start", "day_end",
)  # fmt: skip
"""Arguments that are an hour, a moment or a part of the day, in the traveller's words."""


def is_said(args: Mapping[str, object], text: str) -> bool:
    """Whether every free name stands in the conversation, as decoding will demand."""
    free = ("destination", "location", "query", "near", "place", "replacement", "lodging")
    keys = (*free, *HOURS, "origin", "start_date", "end_date", "cuisine", "city", "max_walk")
    lists = ("must_see", "avoid", "more_destinations")
    listed = [n for key in lists for n in args.get(key, ())]  # type: ignore[attr-defined]
    named = [args[key] for key in keys if key in args]
    party = args.get("travellers")
    if isinstance(party, list):
        listed += [who for who in party if who not in UNSAID]
    return all(str(name) in text for name in [*named, *listed])


def _is_one_plan(dialogue: Dialogue) -> bool:
    return [made.name for made in dialogue.target.calls] == [PLAN]


def _part_of(part: Part, dialogue: Dialogue) -> Dialogue:
    """A dialogue that ends with a plan, with nothing of it but a part."""
    made = dialogue.target.calls[0]
    kept = replace(made, args=part.of(made.args))
    return replace(dialogue, turns=(*dialogue.turns[:-1], replace(dialogue.target, calls=(kept,))))


def _fingerprint(config: DataConfig) -> str:
    """Changes with the settings, what authors wrote, the sources' files and the code for them."""
    digest = hashlib.sha256(repr(config).encode())
    here = Path(__file__).parent
    files: list[Path] = [*phrasings.FOLDER.glob("*"), *demonstrations.FOLDER.glob("*")]
    files += here.glob("*.py")
    files += [*here.glob("sources/*.py"), *here.glob("cleaning/*.py")]
    files += [Path(headcount.__file__), Path(plan_parts.__file__)]
    for path in sorted(files):
        digest.update(path.read_bytes())
    for source in config.sources:
        for path in local_files(source.path):
            digest.update(sha256(path).encode())
    return digest.hexdigest()[:16]


def _rows(path: Path) -> Iterator[Dialogue]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield dialogue_from_dict(json.loads(line))


def _partial(path: Path) -> Path:
    return path.with_name(path.name + ".partial")
