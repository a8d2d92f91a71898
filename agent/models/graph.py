"""A GGUF -> OpenVINO's own form of the model, which loads in half the time.

OpenVINO GenAI reads GGUF and writes what it made of it. Its pipeline itself is not used: it keeps
every grammar that it ever compiled (1.4 MB a message), and writes what a grammar forces token by
token.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openvino
from gguf import GGUFReader
from openvino import opset13 as ops
from openvino_genai import LLMPipeline

from agent.errors import ModelError
from agent.models.vocabulary import gguf_tokenizer
from tools.paths import whole_folder

MODEL, TOKENIZER = "openvino_model.xml", "tokenizer.json"
LAST = 16
"""Tokens, from the end of what is read, after each of which it is told what may follow. Telling it
for all of a prompt would take a fifth longer and 200 KB a token."""


def convert(gguf: Path, folder: Path) -> Path:
    """Makes the folder that `OpenVinoEngine` runs, unless it is there (5 s, 150 MB).

    Args:
        gguf: a model in 4 or 8 bits.
        folder: appears only when it is whole.

    Returns:
        `folder`.

    Raises:
        ModelError: the file is no model that OpenVINO can read, or the disk is full.
    """
    if folder.is_dir():
        return folder
    try:
        with whole_folder(folder) as partial:
            source = partial / "model.gguf"
            source.symlink_to(gguf.resolve())
            _write(source, partial)
    except RuntimeError as error:
        raise ModelError(f"OpenVINO can't read {gguf}; delete it, and prepare it again.") from error
    except OSError as error:
        raise ModelError(
            f"The model can't be written to {folder.parent}: {error.strerror or error}; it needs "
            "300 MB there."
        ) from error
    return folder


def _write(source: Path, folder: Path) -> None:
    """Model and tokenizer, in place of all that the pipeline writes beside the file it reads."""
    LLMPipeline(str(source), "CPU", enable_save_ov_model=True)
    written = folder / MODEL
    whole = folder / "whole.xml"
    written.rename(whole)
    written.with_suffix(".bin").rename(whole.with_suffix(".bin"))
    model = openvino.Core().read_model(whole)
    _tell_last(model)
    openvino.save_model(model, written, compress_to_fp16=False)
    gguf_tokenizer(GGUFReader(source)).save(str(folder / TOKENIZER))
    del model  # else its file stays open
    kept = {written.name, written.with_suffix(".bin").name, TOKENIZER}
    for other in folder.iterdir():
        if other.name not in kept:
            other.unlink()


def _tell_last(model: openvino.Model) -> None:
    """Has the scores computed for the last `LAST` tokens alone."""
    product = model.get_results()[0].input(0).get_source_output().get_node()
    hidden = product.input(0).get_source_output()
    numbers = (np.array([n], dtype=np.int64) for n in (-LAST, np.iinfo(np.int64).max, 1, 1))
    last = ops.slice(hidden, *(ops.constant(n) for n in numbers))
    product.input(0).replace_source_output(last.output(0))
    model.validate_nodes_and_infer_types()
