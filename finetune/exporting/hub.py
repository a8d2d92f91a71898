"""A folder ready for the hub: the adapter, its tokenizer, and a model card with metadata."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import yaml

from agent.models.weights import CONFIG, MANIFEST, WEIGHTS
from finetune.exporting.files import ExportError
from finetune.exporting.merged import check_adapter, tokenizer_of
from finetune.exporting.origin import Origin, origin_of

_TAGS = ("lora", "tool-calling", "travel", "tripwright")
_METRICS = {
    "exact_percent": ("Exact calls", "exact_match"),
    "tool_percent": ("Right tools", "accuracy"),
    "silent_percent": ("Silent where no tool is due", "accuracy"),
}
_PLAIN_CARD = "# {name}\n\nA LoRA adapter for {base}, trained by Tripwright's `finetune`.\n"
_ROUNDED = """
When this was trained, the base was read from `{file}` of the Python package
{package} {version}. The hub's weights are not rounded to four bits as those are: a call may now
and then come out differently.
"""
_USAGE = """
## From the hub

```python
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

base = AutoModelForCausalLM.from_pretrained("{base}")
model = PeftModel.from_pretrained(base, "{repo}")
tokenizer = AutoTokenizer.from_pretrained("{repo}")
messages = [
    {{"role": "system", "content": "Trip: Lisbon, 3 days"}},
    {{"role": "user", "content": "Make the second day slower"}},
]
prompt = tokenizer.apply_chat_template(
    messages, add_generation_prompt=True, return_dict=True, return_tensors="pt"
)
new = model.generate(**prompt, do_sample=False, max_new_tokens=96)
print(tokenizer.decode(new[0, prompt["input_ids"].shape[1] :], skip_special_tokens=True))
```
"""


def prepare(adapter: Path, base: Path, folder: Path, *, name: str, repo: str | None = None) -> Path:
    """Writes all that a push sends; needs no network.

    Args:
        adapter: folder that PEFT wrote; its manifest gives the scores, its README.md the card's
            text, if they are there.
        base: folder of the base model.
        folder: to write into; it has to exist.
        name: of the model, for the card.
        repo: `owner/name` on the hub, for the card; `name` when None.

    Raises:
        ExportError: something is missing, or the card would be refused.
    """
    check_adapter(adapter)
    origin = origin_of(base)
    shutil.copyfile(adapter / WEIGHTS, folder / WEIGHTS)
    config = json.loads((adapter / CONFIG).read_text("utf-8"))
    config["base_model_name_or_path"] = origin.hub_id
    (folder / CONFIG).write_text(json.dumps(config, indent=1, sort_keys=True) + "\n", "utf-8")
    tokenizer_of(base).save_pretrained(folder)
    manifest = adapter / MANIFEST
    scores = json.loads(manifest.read_text("utf-8"))["scores"] if manifest.is_file() else {}
    text = adapter / "README.md"
    body = text.read_text("utf-8") if text.is_file() else ""
    (folder / "README.md").write_text(card(name, origin, scores, body, repo or name), "utf-8")
    return folder


def card(
    name: str, origin: Origin, scores: Mapping[str, Mapping[str, Any]], body: str, repo: str
) -> str:
    """A model card in Markdown under metadata that huggingface_hub reads back.

    Args:
        name: of the model.
        origin: its base.
        scores: set -> what `finetune.evaluate.write_report` returned.
        body: Markdown; a line or two are written when it is empty.
        repo: `owner/name` on the hub.

    Raises:
        ExportError: huggingface_hub refuses the metadata.
    """
    from huggingface_hub import EvalResult, ModelCard, ModelCardData

    results = [
        EvalResult(
            task_type="text-generation",
            task_name="Tool calling",
            dataset_type="tripwright",
            dataset_name=f"Tripwright {which}",
            dataset_split=which,
            metric_type=kind,
            metric_name=f"{title} (%, of {score.get('n', 'unknown')} turns)",
            metric_value=score[key],
        )
        for which, score in scores.items()
        for key, (title, kind) in _METRICS.items()
        if score.get(key) is not None
    ]
    data = ModelCardData(
        base_model=origin.hub_id,
        license=origin.license,
        license_name="as-the-base-model" if origin.license == "other" else None,
        language="en",
        library_name="peft",
        pipeline_tag="text-generation",
        tags=list(_TAGS),
        model_name=name,
        eval_results=results or None,
    )
    text = _without_metadata(body).strip() or _PLAIN_CARD.format(name=name, base=origin.hub_id)
    usage = _USAGE.format(base=origin.hub_id, repo=repo)
    if origin.shipped:
        usage += _ROUNDED.format(**origin.manifest)
    whole = f"---\n{data.to_yaml()}\n---\n\n{text.strip()}\n{usage}"
    try:
        back = ModelCard(whole).data.to_yaml()
    except (ValueError, yaml.YAMLError) as error:
        raise ExportError(f"The model card can't be read back: {error}") from error
    if back != data.to_yaml():
        raise ExportError("The model card is not what it was on being read back; see the scores.")
    return whole


def push(folder: Path, repo: str) -> str:
    """Sends a prepared folder to the hub and returns where it lies.

    Raises:
        ExportError: a name the hub does not allow, no token, no network, or a refusal.
    """
    import huggingface_hub
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    # the root of errors of whichever HTTP client it is built on
    unreachable = cast(type[Exception], HfHubHTTPError.__mro__[1])

    prepared = f"{folder} is ready all the same."
    if huggingface_hub.get_token() is None:
        raise ExportError(
            f"There is no token for the hub: run `hf auth login` or set HF_TOKEN. {prepared}"
        )
    try:
        huggingface_hub.create_repo(repo, exist_ok=True)
        where = huggingface_hub.upload_folder(
            repo_id=repo, folder_path=folder, commit_message="Adapter, tokenizer and card"
        )
    except HFValidationError as error:
        raise ExportError(f"{repo!r} is no name on the hub; owner/name would be.") from error
    except HfHubHTTPError as error:
        said = str(error).splitlines()[0]
        raise ExportError(f"The hub refused the push to {repo}: {said}. {prepared}") from error
    except (unreachable, OSError) as error:
        raise ExportError(f"The hub can't be reached: {error}. {prepared}") from error
    return str(where)


def _without_metadata(text: str) -> str:
    """A card's Markdown alone."""
    if not text.startswith("---\n"):
        return text
    return text.partition("\n---\n")[2]
