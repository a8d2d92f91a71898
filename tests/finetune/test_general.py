"""What the base could do, and can still do with an adapter."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import pytest

from finetune.evaluation import general
from finetune.evaluation.general import Beside, BesideBase, Likelihood
from finetune.evaluation.tasks import run


def test_general_data_is_whole() -> None:
    texts, questions = general.read_texts(), general.read_questions()
    assert (len(set(texts)), len({q.text for q in questions})) == (40, 30)
    assert all(40 <= len(text.split()) <= 100 for text in texts)


def test_a_question_with_too_few_answers_is_named(tmp_path: Path) -> None:
    file = tmp_path / "questions.txt"
    file.write_text("# comment\nWhy?|a|b|c|d\nWhat?|a|b|c\n")
    with pytest.raises(ValueError, match=r"questions.txt:3 .* three other answers"):
        general.read_questions(file)
    file.write_text("\n")
    for read in (general.read_questions, general.read_texts):
        with pytest.raises(ValueError, match="holds no"):
            read(file)


def test_perplexity_is_weighted_by_token_and_paired() -> None:
    def judge(pairs: Sequence[tuple[str, str]]) -> Beside:
        [(_, text)] = pairs
        n = len(text)
        return Beside((Likelihood(-n * math.log(4), n),), (Likelihood(-n * math.log(8), n),))

    found = run(general.perplexity_task(["ab", "abcdefgh"], judge), progress=False).metrics
    assert found["perplexity of the base"].value == 4
    assert found["perplexity with the adapter"].value == 8
    factor = found["times the base's"]
    assert (factor.value, factor.low, factor.high) == (2, 2, 2)


def test_the_likeliest_answer_is_the_models_and_a_tie_is_no_merit() -> None:
    base = {" yes": -1.0, " no": -2.0, " maybe": -3.0, " never": -4.0}

    def judge(pairs: Sequence[tuple[str, str]]) -> Beside:
        assert all(given == "Question: Well?\nAnswer:" for given, _ in pairs)
        one = tuple(Likelihood(base[answer], 1) for _, answer in pairs)
        return Beside(one, tuple(Likelihood(-5.0, 1) for _ in pairs))

    question = general.Question("Well?", ("yes", "no", "maybe", "never"))
    found = run(general.questions_task([question], judge), progress=False)
    assert found.metrics["right, base"].value == 100
    assert found.metrics["right, with the adapter"].value == 0
    assert found.metrics["difference"].value == -100
    assert found.failures == (("Well? yes", "base yes, with the adapter never"),)


def test_likelihoods_are_the_models_own(tiny_base: Path, adapter: Path) -> None:
    """Against transformers' loss, token by token, padding and the prompt left out."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    found = BesideBase(tiny_base, adapter, device="cpu")([("Hi", " there"), ("", "A longer text.")])
    model = AutoModelForCausalLM.from_pretrained(tiny_base)
    tokenizer = AutoTokenizer.from_pretrained(tiny_base)
    for (before, text), one in zip(
        [("Hi", " there"), ("A", " longer text.")], found.base, strict=True
    ):
        ids = torch.tensor([tokenizer(before + text)["input_ids"]])
        labels = ids.clone()
        labels[:, : len(before)] = -100  # a byte a token
        loss = model(input_ids=ids, labels=labels).loss.item()
        assert one.tokens == len(text)
        assert one.log_probability == pytest.approx(-loss * len(text), rel=1e-4)
    assert [one.log_probability for one in found.base] != [
        one.log_probability for one in found.tuned
    ]


def test_an_adapter_of_another_model_is_refused(tiny_base: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="can't be loaded"):
        BesideBase(tiny_base, tmp_path)
