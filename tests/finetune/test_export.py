"""Exports of tiny Llamas: each form does what base + adapter do, and bad input leaves nothing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from gguf import GGUFReader
from peft import LoraConfig, get_peft_model
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    GgufConfig,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
)
from transformers.integrations.gguf.gguf_tokenizer_mapping import GGUF_PRE_TOKENIZER_SPLITS

from agent.dialogue import wire
from agent.dialogue.turns import Turn
from agent.models.weights import CONFIG, MANIFEST, WEIGHTS
from finetune.errors import MismatchError
from finetune.export import FORMS, export, run_export
from finetune.exporting import gguf as gguf_module
from finetune.exporting import hub
from finetune.exporting.agreement import _load, agreement, read_prompts
from finetune.exporting.files import ExportError, whole
from finetune.exporting.gguf import write_gguf
from finetune.exporting.merged import adapted, merge, quantize
from finetune.exporting.templates import chat_template

PLAIN_ROPE = {"rope_type": "default", "rope_theta": 1e4}
LINEAR_ROPE = {"rope_type": "linear", "rope_theta": 1e4, "factor": 2.0}
MARKERS = {"smollm": wire.CHATML, "llama": wire.LLAMA3}
ROPE = {"rope_type": "llama3", "rope_theta": 500.0, "factor": 8.0, "low_freq_factor": 1.0,
        "high_freq_factor": 4.0, "original_max_position_embeddings": 32}  # fmt: skip


def make_base(folder: Path, family: str) -> Path:
    """A two-layer Llama with grouped heads: SmolLM's kind (tied) or Llama 3.2's (scaled)."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    merges = [("t", "h"), ("th", "e"), ("Ġ", "the"), ("1", "2"), ("a", "y")]
    marks = ["<|im_start|>", "<|im_end|>"]
    if family == "llama":
        marks = ["<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]
    pieces = [*alphabet, *("".join(pair) for pair in merges)]
    tokenizer = Tokenizer(models.BPE({p: i for i, p in enumerate(pieces)}, merges))
    tokenizer.add_special_tokens([AddedToken(m, special=True, normalized=False) for m in marks])
    steps: list[Any] = [
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False),
    ]
    if family == "llama":
        steps = [
            pre_tokenizers.Split(Regex(GGUF_PRE_TOKENIZER_SPLITS["llama-bpe"]), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(steps)
    tokenizer.decoder = decoders.ByteLevel()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token=marks[0], eos_token=marks[-1]
    ).save_pretrained(folder)
    torch.manual_seed(0)
    LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(pieces) + len(marks) + 3, hidden_size=64, intermediate_size=96,
            num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
            max_position_embeddings=512, initializer_range=0.15, rms_norm_eps=1e-5,
            tie_word_embeddings=family == "smollm",
            rope_parameters=ROPE if family == "llama" else PLAIN_ROPE,
        )
    ).save_pretrained(folder)  # fmt: skip
    return folder


def make_adapter(folder: Path, base: Path, seed: int = 1, **options: Any) -> Path:
    """An adapter of noise on all linear layers."""
    torch.manual_seed(seed)
    config = LoraConfig(r=4, lora_alpha=8, target_modules="all-linear", task_type="CAUSAL_LM",
                        init_lora_weights=False, **options)  # fmt: skip
    model = get_peft_model(AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32), config)
    for name, parameter in model.named_parameters():
        if "lora_B" in name:
            parameter.data *= 0.3
    model.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module", params=["smollm", "llama"])
def family(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def base(family: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_base(tmp_path_factory.mktemp(family), family)


@pytest.fixture(scope="module")
def adapter(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Within a run, so that its development dialogues are found."""
    run = tmp_path_factory.mktemp("run")
    (run / "data").mkdir()
    rows = [
        {"turns": [{"role": "system", "text": "No trip yet"}, {"role": "user", "text": said},
                   {"role": "assistant", "text": "Gladly."}], "author": "a", "kind": "reply"}
        for said in ("the day", "12 days on the Tagus, please", "Łódź?")
    ]  # fmt: skip
    (run / "data" / "dev.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n")
    return make_adapter(run / "train" / "adapter", base, use_rslora=True)


@pytest.fixture(scope="module")
def merged(base: Path, adapter: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return merge(base, adapter, tmp_path_factory.mktemp("merged"))


@pytest.fixture(autouse=True)
def few_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Random models never stop by themselves."""
    monkeypatch.setattr("finetune.exporting.agreement.MAX_NEW_TOKENS", 8)


IDS = torch.tensor([[5, 77, 200, 31, 8, 120, 44, 9, 63, 2, 150, 90]])


def logits(model: Any) -> torch.Tensor:
    with torch.inference_mode():
        found: torch.Tensor = model(IDS).logits
    return found


def from_gguf(path: Path, **options: Any) -> Any:
    dequantized = GgufConfig(dequantize=True)
    return AutoModelForCausalLM.from_pretrained(
        path.parent, gguf_file=path.name, quantization_config=dequantized, dtype=torch.float32,
        **options,
    )  # fmt: skip


# -- merging ---------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, {"use_rslora": True}, {"use_dora": True}], ids=str)
def test_the_merged_model_is_base_and_adapter(
    base: Path, options: dict[str, bool], tmp_path: Path
) -> None:
    """For LoRA, RS-LoRA and DoRA alike; and the adapter does something."""
    adapter = make_adapter(tmp_path / "adapter", base, **options)
    model = AutoModelForCausalLM.from_pretrained(merge(base, adapter, tmp_path))
    torch.testing.assert_close(logits(model), logits(adapted(base, adapter)), atol=2e-4, rtol=1e-4)
    plain = AutoModelForCausalLM.from_pretrained(base)
    assert (logits(model) - logits(plain)).abs().max() > 0.1


@pytest.mark.parametrize(("name", "dtype"), [("fp16", torch.float16), ("bf16", torch.bfloat16)])
def test_half_precision_is_the_merged_model_rounded(
    base: Path, adapter: Path, merged: Path, name: str, dtype: torch.dtype, tmp_path: Path
) -> None:
    model = AutoModelForCausalLM.from_pretrained(merge(base, adapter, tmp_path, dtype=name))
    whole_model = AutoModelForCausalLM.from_pretrained(merged)
    for ours, theirs in zip(model.parameters(), whole_model.parameters(), strict=True):
        assert ours.dtype == dtype
        torch.testing.assert_close(ours, theirs.to(dtype), atol=0, rtol=0)


def test_an_adapter_of_another_base_is_refused(base: Path, adapter: Path, tmp_path: Path) -> None:
    """Also where PEFT would skip the layers it does not find."""
    config = LlamaConfig.from_pretrained(base)
    config.num_hidden_layers = 1
    LlamaForCausalLM(config).save_pretrained(tmp_path)
    with pytest.raises(MismatchError, match="no layer"):
        adapted(tmp_path, adapter)


# -- GGUF ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quantization", "gap"), [("f32", 1e-3), ("f16", 1e-2), ("q8_0", 0.3), ("q4_1", 2.5)]
)
def test_a_gguf_gives_the_same_logits(
    merged: Path, family: str, quantization: str, gap: float, tmp_path: Path
) -> None:
    """Read by transformers; only Llama 3's rotary scaling has to be told to it."""
    path = write_gguf(merged, tmp_path / "model.gguf", quantization=quantization)
    told = {"config": LlamaConfig.from_pretrained(merged)} if family == "llama" else {}
    reference = logits(AutoModelForCausalLM.from_pretrained(merged))
    found = logits(from_gguf(path, **told))
    assert (found - reference).abs().max() < gap
    together = torch.corrcoef(torch.stack([found.flatten(), reference.flatten()]))[0, 1]
    assert together > 0.9, "what four bits leave is still the same model"
    assert [p.name for p in tmp_path.iterdir()] == ["model.gguf"]


def test_a_gguf_says_how_to_cut_begin_and_stop(merged: Path, family: str, tmp_path: Path) -> None:
    path = write_gguf(merged, tmp_path / "model.gguf")
    fields = {name: field.contents() for name, field in GGUFReader(path).fields.items()}
    tokenizer = AutoTokenizer.from_pretrained(merged)
    assert fields["tokenizer.ggml.pre"] == {"smollm": "smollm", "llama": "llama-bpe"}[family]
    assert fields["tokenizer.ggml.eos_token_id"] == tokenizer.eos_token_id
    assert fields["tokenizer.ggml.add_bos_token"] is False
    assert fields["tokenizer.chat_template"] == chat_template(MARKERS[family])
    assert len(fields["tokenizer.ggml.tokens"]) == fields["llama.vocab_size"]
    assert fields["tokenizer.ggml.token_type"][-4:] == [3, 5, 5, 5]  # control, then unused
    assert fields["llama.rope.freq_base"] == {"smollm": 1e4, "llama": 500.0}[family]
    read = AutoTokenizer.from_pretrained(tmp_path, gguf_file=path.name)
    text = wire.render([Turn("user", "  the day's  Łódź\n\n(they) say…")], MARKERS[family])
    ids = tokenizer(text, add_special_tokens=False)["input_ids"]
    assert read(text, add_special_tokens=False)["input_ids"] == ids


def test_the_rotary_scaling_of_llama_3_is_in_the_file(tmp_path: Path) -> None:
    """Quick frequencies stay, slow ones are divided by the factor (Llama 3.1's own rule)."""
    base = make_base(tmp_path / "base", "llama")
    path = write_gguf(base, tmp_path / "model.gguf", quantization="f32")
    [factors] = [t.data for t in GGUFReader(path).tensors if t.name == "rope_freqs.weight"]
    wavelengths = 2 * np.pi * 500.0 ** (np.arange(0, 16, 2) / 16)
    assert factors.shape == (8,)
    np.testing.assert_allclose(factors[wavelengths < 32 / 4], 1.0, rtol=1e-5)
    np.testing.assert_allclose(factors[wavelengths > 32], 8.0, rtol=1e-5)
    between = factors[(wavelengths > 8) & (wavelengths < 32)]
    assert ((between > 1) & (between < 8)).all() and len(between)


@pytest.mark.parametrize(
    ("file", "change", "says"),
    [
        ("config.json", {"attention_bias": True}, "without biases"),
        ("config.json", {"model_type": "qwen2"}, "not of qwen2"),
        ("config.json", {"rope_parameters": LINEAR_ROPE}, "linear"),
        ("tokenizer.json", {"pre_tokenizer": {"type": "Whitespace"}}, "cuts text"),
    ],
)  # fmt: skip
def test_what_llama_cpp_would_compute_otherwise_is_refused(
    merged: Path, file: str, change: dict[str, Any], says: str, tmp_path: Path
) -> None:
    folder = tmp_path / "changed"
    shutil.copytree(merged, folder)
    (folder / file).write_text(json.dumps(json.loads((folder / file).read_text()) | change))
    with pytest.raises(ExportError, match=says):
        write_gguf(folder, tmp_path / "model.gguf")
    assert [p.name for p in tmp_path.iterdir()] == ["changed"]


# -- the other forms -------------------------------------------------------------------------


def test_four_bits_load_again(merged: Path, tmp_path: Path) -> None:
    """From the folder alone, packed as bytes and near the whole model."""
    model, _ = _load(quantize(merged, tmp_path), merged)
    assert model.model.layers[0].mlp.up_proj.weight.dtype == torch.uint8
    reference = logits(AutoModelForCausalLM.from_pretrained(merged))
    gap = (logits(model) - reference).abs()
    assert 0 < gap.mean() < reference.std() / 2
    assert AutoTokenizer.from_pretrained(tmp_path).chat_template


def test_the_card_has_what_the_hub_asks_for(base: Path, adapter: Path, tmp_path: Path) -> None:
    """And huggingface_hub reads it back; no path of this machine is in it."""
    from huggingface_hub import ModelCard

    source = tmp_path / "source"
    shutil.copytree(adapter, source)
    score = {"n": 30, "exact_percent": 81.0, "tool_percent": 96.0, "silent_percent": None}
    manifest = {"template_hash": wire.template_hash(), "scores": {"dev": score}}
    (source / MANIFEST).write_text(json.dumps(manifest))
    (source / "README.md").write_text("---\nlicense: mit\n---\n# Mine\n\nWords.\n")
    (tmp_path / "out").mkdir()
    folder = hub.prepare(source, base, tmp_path / "out", name="mine", repo="me/mine")
    card = ModelCard.load(folder / "README.md")
    assert (card.data.base_model, card.data.library_name) == (base.name, "peft")
    assert card.data.license == "other" and "lora" in card.data.tags
    assert [r.metric_value for r in card.data.eval_results] == [81.0, 96.0]
    assert card.text.count("# Mine") == 1 and '"me/mine"' in card.text
    assert json.loads((folder / CONFIG).read_text())["base_model_name_or_path"] == base.name
    assert agreement(folder, adapter, ["the"], base=base).largest_gap == 0
    assert str(tmp_path) not in "".join(
        f.read_text() for f in folder.iterdir() if f.suffix in (".json", ".md")
    )


def test_a_push_sends_the_folder_and_says_why_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import huggingface_hub

    sent: list[Any] = []
    monkeypatch.setattr(huggingface_hub, "get_token", lambda: None)
    with pytest.raises(ExportError, match="no token"):
        hub.push(tmp_path, "me/mine")
    monkeypatch.setattr(huggingface_hub, "get_token", lambda: "t")
    monkeypatch.setattr(huggingface_hub, "create_repo", lambda repo, **_: sent.append(repo))
    monkeypatch.setattr(huggingface_hub, "upload_folder", lambda **o: sent.append(o["folder_path"]))
    hub.push(tmp_path, "me/mine")
    assert sent == ["me/mine", tmp_path]

    def offline(*_: Any, **__: Any) -> None:
        raise ConnectionError("no route")

    monkeypatch.setattr(huggingface_hub, "create_repo", offline)
    with pytest.raises(ExportError, match="can't be reached: no route"):
        hub.push(tmp_path, "me/mine")


# -- agreement and the door ------------------------------------------------------------------


def test_agreement_sees_another_adapter(base: Path, adapter: Path, tmp_path: Path) -> None:
    """The same gives no gap, another does, and the differences can be read."""
    prompts = read_prompts(adapter.parent.parent / "data" / "dev.jsonl", base)
    same = agreement(adapter, adapter, prompts, base=base)
    assert (same.prompts, same.equal, same.same_calls, same.largest_gap) == (3, 3, 3, 0.0)
    other = agreement(make_adapter(tmp_path, base, seed=2), adapter, prompts, base=base)
    assert other.equal < 3 and other.largest_gap > 0.1
    assert {d.prompt for d in other.differences} <= set(prompts)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_does_what_the_adapter_does(
    base: Path, adapter: Path, form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "out"
    code = run_export(adapter, base, target, form=form, prompts=None, push=None, dtype="fp32")
    found = json.loads((target / "agreement.json").read_text())
    assert code == 0 and found["prompts"] == 3
    assert "of 3 prompts give the same calls" in capsys.readouterr().out
    if form in ("adapter", "hub", "merged"):
        assert found["equal"] == 3 and found["largest_gap"] < 1e-3
    if form.startswith("gguf"):
        names = {p.name for p in target.iterdir() if p.suffix != ".gguf"}
        assert names == {"Modelfile", "README.md", "agreement.json"}
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    with pytest.raises(ExportError, match="already exists"):
        run_export(adapter, base, target, form=form, prompts=None, push=None, dtype="fp32")


def test_a_wrong_file_is_told_by_the_exit_code(
    base: Path, adapter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the permutation of the rotary pairs a GGUF is well-formed and talks nonsense."""
    monkeypatch.setattr(gguf_module, "to_gguf_rows", lambda weight, heads: weight)
    monkeypatch.setattr("finetune.exporting.agreement._meaning", str)  # the tiny ones only babble
    options: dict[str, Any] = {"prompts": None, "push": None, "dtype": "fp32"}
    assert run_export(adapter, base, tmp_path / "out", form="gguf", **options) == 1


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"form": "onnx"}, "has to be one of adapter, merged"),
        ({"dtype": "int8"}, "has to be one of fp32"),
        ({"push": "me/mine"}, "Only the form hub"),
        ({"prompts": Path("finetune/evaluation/data/dev_amara.jsonl")}, "held out"),
        ({"prompts": Path("nowhere.jsonl")}, "can't be read"),
        ({"prompts": Path("pyproject.toml")}, "no file of dialogues"),
        ({"adapter": Path("docs")}, "adapter_model.safetensors is missing"),
        ({"base": Path("docs")}, "docs holds no tokenizer"),
    ],
)
def test_bad_input_is_one_sentence_and_leaves_nothing(
    base: Path, adapter: Path, given: dict[str, Any], says: str, tmp_path: Path
) -> None:
    options = {"form": "merged", "prompts": None, "push": None, "dtype": "fp32"} | given
    from_, on = options.pop("adapter", adapter), options.pop("base", base)
    with pytest.raises(ValueError, match=says) as caught:
        run_export(from_, on, tmp_path / "out", **options)
    assert "\n" not in str(caught.value) and not list(tmp_path.iterdir())


def test_an_adapter_of_an_older_prompt_format_is_refused(adapter: Path, tmp_path: Path) -> None:
    shutil.copytree(adapter, tmp_path / "old")
    (tmp_path / "old" / MANIFEST).write_text('{"template_hash": "0123"}')
    with pytest.raises(MismatchError, match="prompt format 0123"):
        adapted(tmp_path, tmp_path / "old")


def test_the_stage_of_a_recipe_writes_what_the_agent_loads(adapter: Path, tmp_path: Path) -> None:
    """`export` replaces its target, and leaves it alone when the adapter is not there."""
    target = tmp_path / "shipped"
    options: dict[str, Any] = {"name": "n", "version": "2", "scores": {"dev": {"n": 1}}}
    export(adapter, target, card="old\n", **options)
    export(adapter, target, card="card\n", **options)
    manifest = json.loads((target / MANIFEST).read_text())
    assert manifest["version"] == "2" and set(manifest["files"]) == {WEIGHTS, CONFIG}
    assert (target / "README.md").read_text() == "card\n"
    with pytest.raises(FileNotFoundError):
        export(tmp_path, target, card="lost\n", **options)
    assert (target / "README.md").read_text() == "card\n"
    assert [p.name for p in tmp_path.iterdir()] == ["shipped"]


def test_a_folder_is_whole_or_not_there(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), whole(tmp_path / "out") as folder:
        (folder / "half").write_text("x")
        raise RuntimeError
    assert not list(tmp_path.iterdir())


def test_a_place_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    """A file stands where a folder would have to be."""
    (tmp_path / "file").write_text("x")
    with (
        pytest.raises(ExportError, match="can't be written: Not a directory"),
        whole(tmp_path / "file" / "out"),
    ):
        pass
