"""The same sentences with fillings of several shapes: what the model has heard too seldom.

    python -m tests.benchmarks.shapes [--engine openvino|transformers] [--data FILE]

"Orsini Palace has to be in" and "Zelkova has to be in" are one sentence; where one is understood
and the other is not, names of one word were too few in training (minimum functionality tests of
CheckList: Ribeiro et al., 2020). A line of JSON for each message, the summary last, with the share
of exact calls by test and shape. It shows gaps, and does not measure how well people are
understood. Exit codes: 0 measured, 2 not.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped,unused-ignore]
from tqdm import tqdm

from agent import TravelAgent
from agent.dialogue.turns import Call
from finetune.evaluation import understanding
from finetune.held_out import Case
from tests.benchmarks import ENGINES, emit, settings_for
from tests.benchmarks.understanding import TimedSolver, line
from tools.errors import TravelError

SHAPES = Path("finetune/evaluation/data/shapes.yaml")


def read(path: Path) -> list[Case]:
    """The messages of a file, one for each sentence and filling.

    Raises:
        ValueError: the file can't be read as such.
    """
    try:
        tests = yaml.safe_load(path.read_text(encoding="utf-8"))["tests"]
        return [case for test in tests for case in _cases(test)]
    except (OSError, yaml.YAMLError, AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"{path} holds no tests of shapes: {error!r}.") from error


def _cases(test: Mapping[str, Any]) -> Iterator[Case]:
    for shape, fillings in test["shapes"].items():
        for filling in fillings:
            text, alternatives = _filled(test, filling)
            for number, sentence in enumerate(test["sentences"]):
                said = sentence["text"].replace("{}", text)
                wanted = [{**sentence.get("args", {}), **args} for args in alternatives]
                yield Case(
                    f"{test['name']} {number}: {text}",
                    f"{test['name']}: {shape}",
                    ({"role": "user", "content": said},),
                    test.get("trip"),
                    tuple((Call(test["tool"], args),) for args in wanted),
                )


def _filled(test: Mapping[str, Any], filling: Any) -> tuple[str, Sequence[Mapping[str, Any]]]:
    """A filling's text and the arguments that it is; of several any."""
    if isinstance(filling, str):
        return filling, [{test["key"]: [filling] if test.get("listed") else filling}]
    args = filling["args"]
    return filling["text"], args if isinstance(args, list) else [args]


def main(argv: Sequence[str] | None = None) -> int:
    """Measures; see the module's text."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--engine", choices=ENGINES)
    parser.add_argument("--data", type=Path, default=SHAPES)
    given = parser.parse_args(argv)
    try:
        cases = read(given.data)
        with TravelAgent(settings_for(given.engine, ":memory:")) as agent:
            solved = understanding.run(cases, TimedSolver(agent))
            results = []
            for result in tqdm(solved, total=len(cases), desc="messages", unit=""):
                emit({**line(result, "tuned"), "said": result.case.messages[0]["content"]})
                results.append(result)
    except (TravelError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    found = understanding.summary(results)
    shown = ("n", "exact_percent", "exact_interval", "by_author")
    told = {key.replace("by_author", "by_shape"): found[key] for key in shown}
    emit({"summary": "shapes", **told})
    return 0


if __name__ == "__main__":
    sys.exit(main())
