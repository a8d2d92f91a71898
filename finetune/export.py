"""The export stage: a trained adapter becomes a folder that `agent` loads, or that others do."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.dialogue.wire import template_hash
from agent.models.base import file_sha256
from agent.models.weights import CONFIG, MANIFEST, WEIGHTS
from finetune.config import DataConfig
from finetune.exporting.files import ExportError, megabytes, whole
from finetune.exporting.origin import Origin, origin_of, shipped_origin
from tools.catalog import catalog_hash

if TYPE_CHECKING:
    from finetune.exporting.agreement import Agreement

FORMS = ("adapter", "merged", "gguf", "gguf-q8", "gguf-q4", "4bit", "hub")
_GGUF = {"gguf": "f16", "gguf-q8": "q8_0", "gguf-q4": "q4_1"}
_ROOT = Path(__file__).parent.parent
_MAX_CONTEXT = 8192
"""Of a server, in tokens: prompts are short, and a server allocates for the longest."""


def export(
    adapter: Path,
    target: Path,
    *,
    name: str,
    version: str,
    scores: Mapping[str, Any],
    card: str,
    origin: Origin | None = None,
) -> Path:
    """Writes weights, configuration, manifest and model card into `target`, whole or not at all.

    Args:
        adapter: folder with PEFT's `adapter_model.safetensors` and `adapter_config.json`.
        target: the folder to make or replace.
        name: of the adapter, its version beside it.
        version: of the adapter.
        scores: what evaluation measured.
        card: the model card, Markdown.
        origin: the base it was trained on; the one that ships when None.

    Raises:
        FileNotFoundError: the adapter is not there.
        ModelError: the base model it belongs to is not installed.
    """
    partial = target.with_name(target.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        _write_adapter(adapter, partial, name, version, scores, card, origin)
        shutil.rmtree(target, ignore_errors=True)
        partial.rename(target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return target


def run_export(
    adapter: Path,
    base: Path,
    target: Path,
    *,
    form: str,
    prompts: Path | None,
    push: str | None,
    dtype: str,
) -> int:
    """Exports an adapter in one form, asks both models the same, and says how far they agree.

    Args:
        adapter: folder that PEFT wrote.
        base: folder of the base model and its tokenizer.
        target: the folder to make.
        form: one of `FORMS`. `adapter` is what `agent` loads; `merged` and `4bit` (NF4) are for
            transformers; the three `gguf` for llama.cpp and Ollama; `hub` is ready to be pushed.
        prompts: JSONL of dialogues as the data stage writes it; the `dev.jsonl` of the run that
            the adapter lies in when None.
        push: `owner/name` on the hub, to which the form `hub` is sent.
        dtype: "fp32", "fp16" or "bf16": of merged weights, and of products in the form `4bit`.

    Returns:
        0; or 1 if the exported model makes other calls though its numbers are (almost) the same.
        Fewer bits may change a call now and then, which is only reported.

    Raises:
        ValueError: something is missing or does not fit together; nothing is left behind.
        ModelError: the base model that ships is not installed.
    """
    from finetune.exporting.agreement import agreement, read_prompts
    from finetune.exporting.hub import push as send
    from finetune.exporting.merged import check_adapter, dtype_of

    if form not in FORMS:
        raise ExportError(f"The form has to be one of {', '.join(FORMS)}, not {form!r}.")
    if push is not None and form != "hub":
        raise ExportError("Only the form hub can be pushed; leave --push out or take --form hub.")
    dtype_of(dtype)
    check_adapter(adapter)
    asked = read_prompts(_prompts_of(adapter, prompts), base)
    began = time.perf_counter()
    with whole(target) as partial:
        exported = _write(adapter, base, partial, target.name, form, dtype, push)
        seconds = time.perf_counter() - began
        found = agreement(exported, adapter, asked, base=base)
        found.save(partial / "agreement.json")
        size = megabytes(exported)
    print(f"{target}: {form}, {size:.1f} MB, written in {seconds:.1f} s")
    _tell(found)
    if not found.whole and _must_agree(form, dtype):
        print(f"An export as {form} should make the same calls; do not use {target}.")
        return 1
    if push is not None:
        print(f"sent to {send(target, push)}")
    return 0


def _write(
    adapter: Path, base: Path, folder: Path, name: str, form: str, dtype: str, push: str | None
) -> Path:
    """Writes one form into a folder; returns what is to be loaded."""
    from finetune.exporting import hub, merged

    if form == "merged":
        return merged.merge(base, adapter, folder, dtype=dtype)
    if form == "hub":
        return hub.prepare(adapter, base, folder, name=name, repo=push)
    if form == "adapter":
        known = _json(adapter / MANIFEST)
        card = adapter / "README.md"
        _write_adapter(
            adapter,
            folder,
            known.get("name", name),
            known.get("version", "1"),
            known.get("scores", {}),
            card.read_text("utf-8") if card.is_file() else "not evaluated yet\n",
            origin_of(base),
        )
        return folder
    # in float32, whatever the end: what is rounded twice is rounded worse
    with tempfile.TemporaryDirectory(dir=folder) as between:
        full = merged.merge(base, adapter, Path(between))
        if form == "4bit":
            return merged.quantize(full, folder, dtype=dtype)
        return _write_gguf(full, folder, name, _GGUF[form])


def _write_gguf(full: Path, folder: Path, name: str, quantization: str) -> Path:
    from transformers import AutoConfig, AutoTokenizer

    from finetune.exporting.gguf import write_gguf
    from finetune.exporting.ollama import write_beside
    from finetune.render import markers_of

    file = folder / f"{name}-{quantization}.gguf"
    write_gguf(full, file, quantization=quantization, name=name)
    markers = markers_of(AutoTokenizer.from_pretrained(full))
    context = min(AutoConfig.from_pretrained(full).max_position_embeddings, _MAX_CONTEXT)
    write_beside(file, name, markers, quantization, context)
    return file


def _write_adapter(
    adapter: Path,
    folder: Path,
    name: str,
    version: str,
    scores: Mapping[str, Any],
    card: str,
    origin: Origin | None,
) -> None:
    """Weights, configuration, manifest and card."""
    for file in (WEIGHTS, CONFIG):
        shutil.copyfile(adapter / file, folder / file)
    base = origin or shipped_origin()
    config = _json(folder / CONFIG)
    # not a path of the machine it was trained on
    config["base_model_name_or_path"] = base.file if base.shipped else base.hub_id
    (folder / CONFIG).write_text(json.dumps(config, indent=1, sort_keys=True) + "\n", "utf-8")
    manifest = {
        "name": name,
        "version": version,
        "base": dict(base.manifest),
        "template_hash": template_hash(),
        "catalog_hash": catalog_hash(),
        "scores": dict(scores),
        "files": {file: file_sha256(folder / file) for file in (WEIGHTS, CONFIG)},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")
    (folder / "README.md").write_text(card, "utf-8")


def _prompts_of(adapter: Path, given: Path | None) -> Path:
    """The file of dialogues to compare by.

    Raises:
        ExportError: none is given and the adapter lies in no run, or it is a held-out set.
    """
    if given is not None:
        held_out = [file for pattern in DataConfig().held_out for file in _ROOT.glob(pattern)]
        if given.resolve() in {file.resolve() for file in held_out}:
            raise ExportError(f"{given} is held out for evaluation; give the dev.jsonl of a run.")
        return given
    for run in (adapter.resolve().parent, adapter.resolve().parent.parent):
        if (run / "data" / "dev.jsonl").is_file():
            return run / "data" / "dev.jsonl"
    raise ExportError(f"{adapter} lies in no run with data/dev.jsonl; name a run's with --prompts.")


def _must_agree(form: str, dtype: str) -> bool:
    return form in ("adapter", "hub", "gguf") or (form == "merged" and dtype != "bf16")


def _tell(found: Agreement) -> None:
    print(found)
    for difference in found.differences:
        print(f"- {difference.reference!r}\n  became {difference.exported!r}")


def _json(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return content
