"""The second stage: mistakes are found and kept, and the right answer becomes the likelier one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from langchain_core.messages import BaseMessage
from peft import PeftModel
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from agent.dialogue.turns import Call, Turn
from agent.errors import EndlessAnswerError, ModelError
from agent.models.chat import turns as turns_of
from agent.models.scripted import Reply, ScriptedChatModel
from finetune.config import PreferenceConfig
from finetune.errors import TrainingError
from finetune.evaluation.mistakes import Mistake, ask, messages_of
from finetune.prefer import in_batches, pairs, prefer
from finetune.recipe_file import RecipeError, load_recipe
from finetune.records import Dialogue
from tests.finetune.conftest import CONFIG

PACE = Call("set_pace", {"pace": "relaxed"})
SWAP = Call("swap_days", {"day": 1, "other_day": 2})


def _dialogue(said: str, *calls: Call, words: str = "") -> Dialogue:
    turns = (Turn("system", "Trip: Ghent, 2 days"), Turn("user", said))
    return Dialogue((*turns, Turn("assistant", words, calls)), "tester", "kind")


DIALOGUES = [
    _dialogue("easier, please", PACE),
    _dialogue("day 1 and day 2 the other way round", SWAP),
    _dialogue("a lovely week it was", words="That is good to hear."),
    _dialogue("slower", PACE),
    _dialogue("lost", PACE),
]
ANSWERS: dict[str, Reply] = {
    "easier, please": [("set_pace", {"pace": "relaxed"})],
    "day 1 and day 2 the other way round": [("swap_days", {"day": 1, "other_day": 3})],
    "a lovely week it was": [("undo_change", {})],
    "slower": "As you wish.",
}


class Model:
    """Answers by what is said, and counts."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, messages: Sequence[BaseMessage]) -> Reply:
        """The next reply."""
        self.asked.append(messages[-1].text)
        if messages[-1].text not in ANSWERS:
            raise EndlessAnswerError("lost")
        return ANSWERS[messages[-1].text]


def _ask(path: Path, dialogues: Sequence[Dialogue] = DIALOGUES) -> tuple[Model, list[Mistake]]:
    model = Model()
    return model, ask(dialogues, ScriptedChatModel.of(function=model), path)


def test_what_is_wrong_is_kept_beside_what_is_right(tmp_path: Path) -> None:
    _, found = _ask(tmp_path / "asked.jsonl")
    assert [(m.dialogue.target, m.written) for m in found] == [
        (Turn("assistant", calls=(SWAP,)),
         Turn("assistant", calls=(Call("swap_days", {"day": 1, "other_day": 3}),))),
        (Turn("assistant", "That is good to hear."),
         Turn("assistant", calls=(Call("undo_change", {}),))),
        (Turn("assistant", calls=(PACE,)), Turn("assistant", "As you wish.")),
    ]  # fmt: skip
    judged = [json.loads(line)["judged"] for line in (tmp_path / "asked.jsonl").open()]
    assert judged == ["right", "wrong", "wrong", "wrong", "lost"]


def test_a_broken_off_asking_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "asked.jsonl"
    _, whole = _ask(path)
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:2]) + lines[2][:20], "utf-8")  # killed while it wrote the third
    model, found = _ask(path)
    assert found == whole
    assert model.asked == [d.turns[1].text for d in DIALOGUES[2:]]
    assert path.read_text("utf-8") == "".join(lines)


def test_a_last_line_without_its_end_is_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "asked.jsonl"
    _, whole = _ask(path)
    told = path.read_text("utf-8")
    path.write_text(told.rstrip("\n"), "utf-8")
    model, found = _ask(path)
    assert found == whole and model.asked == ["lost"]
    assert path.read_text("utf-8") == told


def test_an_engine_that_fails_is_no_answer(tmp_path: Path) -> None:
    def fails(messages: Sequence[BaseMessage]) -> Reply:
        raise ModelError("The engine failed.")

    with pytest.raises(ModelError):
        ask(DIALOGUES, ScriptedChatModel.of(function=fails), tmp_path / "asked.jsonl")
    assert (tmp_path / "asked.jsonl").read_text("utf-8") == ""


def test_answers_to_other_dialogues_are_refused(tmp_path: Path) -> None:
    _ask(tmp_path / "asked.jsonl")
    with pytest.raises(ValueError, match="answers to other dialogues"):
        _ask(tmp_path / "asked.jsonl", DIALOGUES[1:])


def test_a_dialogue_goes_to_the_model_as_it_was_trained() -> None:
    turns = [
        *DIALOGUES[0].turns[:2],
        Turn("assistant", calls=(PACE,)),
        Turn("tool", "pace\nit: relaxed"),
        Turn("assistant", "Easier now."), Turn("user", "thanks"),
    ]  # fmt: skip
    assert turns_of(messages_of(turns)) == turns


MISTAKES = [
    Mistake(_dialogue(f"swap the days, {name}", SWAP), Turn("assistant", calls=(PACE,)))
    for name in ("please", "thanks", "would you", "if you can")
]


@pytest.fixture(scope="module")
def preferred(tiny_base: Path, trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("second")
    _prefer(tiny_base, trained, folder)
    return folder


def _prefer(tiny_base: Path, trained: Path, folder: Path) -> Path:
    config = replace(
        CONFIG, objective="preferences", batching="trl", start_from=str(trained / "adapter"),
        per_device_train_batch_size=2,
    )  # fmt: skip
    # the preference alone: the likelihood of what is right would move it by itself
    return prefer(config, PreferenceConfig(likelihood_weight=0), MISTAKES, folder, tiny_base)


def _likelihoods(tiny_base: Path, adapter: Path) -> tuple[float, float]:
    """Of the right answers and of the wrong ones: mean log-probabilities (nats)."""
    model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(tiny_base), adapter)
    rows = pairs(MISTAKES, AutoTokenizer.from_pretrained(tiny_base), 1024)

    def likelihood(prompt: list[int], written: list[int]) -> float:
        ids = torch.tensor([prompt + written])
        with torch.no_grad():
            found = model(input_ids=ids).logits[0, len(prompt) - 1 : -1].log_softmax(-1)
        return float(found.gather(1, ids[0, len(prompt) :, None]).sum())

    right, wrong = (
        sum(likelihood(row["prompt_ids"], row[which]) for row in rows) / len(rows)
        for which in ("chosen_ids", "rejected_ids")
    )
    return right, wrong


def test_the_right_answer_becomes_likelier_than_the_wrong_one(
    tiny_base: Path, trained: Path, preferred: Path
) -> None:
    (right, wrong), (right_now, wrong_now) = (
        _likelihoods(tiny_base, folder / "adapter") for folder in (trained, preferred)
    )
    assert right_now - wrong_now > right - wrong + 1
    assert wrong_now < wrong


def test_one_adapter_comes_out_and_the_one_gone_on_from_is_as_it_was(
    trained: Path, preferred: Path
) -> None:
    assert sorted(p.name for p in (preferred / "adapter").iterdir()) == [
        "adapter_config.json", "adapter_model.safetensors",
    ]  # fmt: skip
    first, second = (
        load_file(f / "adapter/adapter_model.safetensors") for f in (trained, preferred)
    )
    assert first.keys() == second.keys()
    assert any(not torch.equal(first[name], second[name]) for name in first)


def test_a_killed_second_stage_goes_on_to_the_same_adapter(
    tiny_base: Path, trained: Path, preferred: Path, tmp_path: Path
) -> None:
    shutil.copytree(preferred / "checkpoint-3", tmp_path / "checkpoint-3")
    _prefer(tiny_base, trained, tmp_path)
    steps = [json.loads(line)["step"] for line in (tmp_path / "loss.jsonl").open()]
    assert min(steps) > 3, "it went on from the checkpoint"
    straight, resumed = (
        load_file(f / "adapter/adapter_model.safetensors") for f in (preferred, tmp_path)
    )
    for name, weight in straight.items():
        torch.testing.assert_close(resumed[name], weight, atol=1e-3, rtol=1e-2)


def test_what_is_too_long_is_left_out_and_told(
    tiny_base: Path, trained: Path, tmp_path: Path
) -> None:
    config = replace(CONFIG, start_from=str(trained / "adapter"), max_length=10)
    with pytest.raises(
        TrainingError, match=r"All 4 mistakes are longer than train\.max_length: 10"
    ):
        prefer(config, PreferenceConfig(), MISTAKES, tmp_path, tiny_base)


def test_without_mistakes_it_says_so(tiny_base: Path, trained: Path, tmp_path: Path) -> None:
    config = replace(CONFIG, start_from=str(trained / "adapter"))
    with pytest.raises(TrainingError, match="no mistake to learn from"):
        prefer(config, PreferenceConfig(), [], tmp_path, tiny_base)


@pytest.mark.parametrize(
    ("train", "fault"),
    [
        ("{objective: preferences, batching: trl}", "needs train.start_from"),
        ("{objective: preferences, start_from: runs/first}", "needs train.batching: trl"),
        ("{objective: preferences, batching: trl, start_from: x, base: y}", "the base that ships"),
        (
            "{objective: preferences, batching: trl, start_from: x, packing: true, eval_steps: 3}",
            "knows no train.eval_steps, train.packing",
        ),
        ("{objective: guessing}", "has to be one of likelihood, preferences"),
    ],
)
def test_a_recipe_that_can_not_prefer_is_refused(train: str, fault: str, tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text(f"name: x\noutput_dir: runs/x\ntrain: {train}\n", "utf-8")
    with pytest.raises(RecipeError, match=fault):
        load_recipe(path)


def test_a_batch_holds_pairs_of_about_one_length() -> None:
    """Each pair once, the last batch the odd one, and the batches not by length."""
    rows = [
        {"prompt_ids": [0] * (7 * n % 50), "chosen_ids": [n], "rejected_ids": [0]}
        for n in range(50)
    ]
    drawn = in_batches(rows, 4, seed=3)
    assert sorted(row["chosen_ids"] for row in drawn) == [[n] for n in range(50)]
    lengths = [len(row["prompt_ids"]) for row in drawn]
    batches = [lengths[i : i + 4] for i in range(0, 50, 4)]
    assert len(batches[-1]) == 2 and all(max(b) - min(b) <= 3 for b in batches)
    assert batches != sorted(batches) and in_batches(rows, 4, seed=3) == drawn
