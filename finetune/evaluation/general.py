"""Is general ability kept? Perplexity on plain text and easy questions, base beside base + adapter.

Both come from one loaded model: PEFT switches the adapter off for the base's turn. An adapter that
was trained on one kind of dialogue alone may have forgotten much ("catastrophic forgetting",
McCloskey & Cohen 1989), and nothing else here would show it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finetune.evaluation.tasks import Ratio, Share, Task, Verdict

DATA = Path(__file__).parent / "data"
TEXT, QUESTIONS = DATA / "general_text.txt", DATA / "general_questions.txt"
OPTIONS = 4
_LONGEST = 1024
"""Tokens of a text that are looked at."""


@dataclass(frozen=True, slots=True)
class Likelihood:
    """How likely a model finds a text."""

    log_probability: float
    """Natural, summed over the tokens."""
    tokens: int


@dataclass(frozen=True, slots=True)
class Beside:
    """One quantity of the base, and of the base with its adapter."""

    base: tuple[Likelihood, ...]
    tuned: tuple[Likelihood, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """With several answers, of which the first is right."""

    text: str
    answers: tuple[str, ...]


Pair = tuple[str, str]
"""What is given, and how it goes on; the first token of a text with nothing given is not judged."""
Judge = Callable[[Sequence[Pair]], Beside]
"""Pairs -> the likelihood of each continuation under both models."""


def read_texts(path: Path = TEXT) -> tuple[str, ...]:
    """The paragraphs of a file, parted by empty lines.

    Raises:
        ValueError: it can't be read or holds none.
    """
    found = tuple(" ".join(part.split()) for part in _read(path).split("\n\n") if part.strip())
    if not found:
        raise ValueError(f"{path} holds no paragraphs; part them by empty lines.")
    return found


def read_questions(path: Path = QUESTIONS) -> tuple[Question, ...]:
    """The questions of a file: `question | right answer | three wrong ones` a line, # for comments.

    Raises:
        ValueError: it can't be read, or a line is no question; says which.
    """
    found = []
    for number, line in enumerate(_read(path).splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        question, *answers = (part.strip() for part in line.split("|"))
        if len(answers) != OPTIONS or len(set(answers)) < OPTIONS or not all((question, *answers)):
            raise ValueError(
                f"{path.name}:{number} has to be a question, its answer and three other answers, "
                "parted by |."
            )
        found.append(Question(question, tuple(answers)))
    if not found:
        raise ValueError(f"{path} holds no questions.")
    return tuple(found)


def perplexity_task(texts: Sequence[str], judge: Judge) -> Task[str, Beside]:
    """Task 5a: e to the mean negative log-likelihood of a token, over all tokens of all texts."""

    def score(text: str, found: Beside) -> Verdict:
        [base], [tuned] = found.base, found.tuned
        n = base.tokens
        return Verdict(
            {
                "perplexity of the base": Ratio(-base.log_probability, n, "exp"),
                "perplexity with the adapter": Ratio(-tuned.log_probability, n, "exp"),
                "times the base's": Ratio(base.log_probability - tuned.log_probability, n, "exp"),
            }
        )

    return Task(
        "perplexity", texts, lambda text: judge([("", text)]), score,
        about="General text, weighted by token, the first of each text left out. The interval of "
        "the factor is paired: texts are drawn anew for both models at once. 1 is nothing lost.",
    )  # fmt: skip


def questions_task(questions: Sequence[Question], judge: Judge) -> Task[Question, Beside]:
    """Task 5b: the answer that is likeliest after the question, of four.

    The prompt is that of ARC in the LM Evaluation Harness (Clark et al. 2018; Gao et al. 2021), and
    as there "normalised" compares log-likelihoods per character of the answer.
    """

    def solve(question: Question) -> Beside:
        return judge([(f"Question: {question.text}\nAnswer:", f" {a}") for a in question.answers])

    def score(question: Question, found: Beside) -> Verdict:
        base, tuned = _chosen(found.base), _chosen(found.tuned)
        normal = [_chosen(of_one, question.answers) for of_one in (found.base, found.tuned)]
        measured: dict[str, Share | Ratio] = {
            "right, base": Share(base == 0),
            "right, with the adapter": Share(tuned == 0),
            "difference": Ratio((tuned == 0) - (base == 0), 1, "percent"),
            "right normalised, base": Share(normal[0] == 0),
            "right normalised, with the adapter": Share(normal[1] == 0),
        }
        said = f"{question.text} {question.answers[0]}"
        given = f"base {question.answers[base]}, with the adapter {question.answers[tuned]}"
        return Verdict(measured, failure=() if base == tuned == 0 else (said, given))

    return Task(
        "questions", questions, solve, score,
        about="Easy questions with four answers each, by likelihood; 25 % is chance. The "
        "difference is in points, with an interval paired by question. Failures are those of "
        "either model.",
    )  # fmt: skip


class BesideBase:
    """A `Judge`: one model, asked with and without its adapter.

    Args:
        base: folder of the base model.
        adapter: folder that PEFT wrote.
        device: "auto" takes CUDA where there is one.

    Raises:
        ValueError: base or adapter can't be loaded, or don't fit each other.
    """

    def __init__(self, base: Path, adapter: Path, *, device: str = "auto") -> None:
        import torch
        from peft import PeftModel
        from transformers import AutoModelForCausalLM, AutoTokenizer

        gpu = torch.cuda.is_available()
        self._device = ("cuda" if gpu else "cpu") if device == "auto" else device
        # perplexities of half a per cent apart are to be told apart: no bf16 on a CPU
        dtype = torch.bfloat16 if self._device.startswith("cuda") else torch.float32
        try:
            model: Any = AutoModelForCausalLM.from_pretrained(base, dtype=dtype)
            model = PeftModel.from_pretrained(model, str(adapter))
            self._tokenizer: Any = AutoTokenizer.from_pretrained(base)
        except (OSError, ValueError, RuntimeError) as error:
            raise ValueError(
                f"The model {base} with the adapter {adapter} can't be loaded: "
                f"{str(error).splitlines()[0]}"
            ) from error
        self._model = model.to(self._device).eval()

    def __call__(self, pairs: Sequence[Pair]) -> Beside:
        """The likelihood of each continuation under both models."""
        rows = [self._row(given, text) for given, text in pairs]
        return Beside(
            base=self._likelihoods(rows, self._model.disable_adapter()),
            tuned=self._likelihoods(rows, nullcontext()),
        )

    def _row(self, given: str, text: str) -> tuple[list[int], int]:
        """Token ids, and from which on they are judged."""
        head, tail = (self._ids(part) if part else [] for part in (given, text))
        return (head + tail)[:_LONGEST], max(1, len(head))

    def _ids(self, text: str) -> list[int]:
        return list(self._tokenizer(text, add_special_tokens=False)["input_ids"])

    def _likelihoods(
        self, rows: Sequence[tuple[list[int], int]], which: Any
    ) -> tuple[Likelihood, ...]:
        import torch

        width = max(len(ids) for ids, _ in rows)
        # padded on the right, where causal attention never looks
        ids = torch.tensor([row + [row[-1]] * (width - len(row)) for row, _ in rows])
        with torch.inference_mode(), which:
            logits = self._model(input_ids=ids.to(self._device)).logits
        logs = logits[:, :-1].float().log_softmax(dim=-1).cpu()
        of_token = logs.gather(2, ids[:, 1:, None])[:, :, 0].double()
        return tuple(
            Likelihood(float(of_token[i, start - 1 : len(row) - 1].sum()), len(row) - start)
            for i, (row, start) in enumerate(rows)
        )


def _chosen(found: Sequence[Likelihood], answers: Sequence[str] = ()) -> int:
    """The likeliest answer's number; per character where the answers are given."""
    scores = [one.log_probability for one in found]
    if answers:
        scores = [s / len(answer) for s, answer in zip(scores, answers, strict=True)]
    if any(math.isnan(s) for s in scores):
        raise ValueError("The model gives NaN for a likelihood; its weights are damaged.")
    # of equal ones the last: a model that tells nothing apart must not look right
    return max(range(len(scores)), key=lambda i: (scores[i], i))


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise ValueError(f"{path} can't be read: {error.strerror}.") from error
