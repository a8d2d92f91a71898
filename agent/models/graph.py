"""A GGUF -> OpenVINO's own form of the model, which loads in half the time.

OpenVINO GenAI reads GGUF and writes what it made of it. Its pipeline itself is not used: it keeps
every grammar that it ever compiled (1.4 MB a message), and writes what a grammar forces token by
token.

What is written keeps its keys and values to itself. Where it is loaded they are moved to pages that
the caller owns (PagedAttention: Kwon et al., 2023): some tokens behind many are read in a third to
a half of the time, and what was read is forgotten from its end on by reading over it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openvino
from gguf import GGUFReader
from openvino import opset13 as ops

# where GenAI has it from, too; optimum-intel imports it like this
from openvino._offline_transformations import paged_attention_transformation
from openvino_genai import LLMPipeline

from agent.errors import ModelError
from agent.models.vocabulary import gguf_tokenizer
from tools.paths import whole_folder

MODEL, TOKENIZER = "openvino_model.xml", "tokenizer.json"
TOLD = "sampled_tokens_indices"
"""The paged model's input, named as GenAI names it: which of the tokens that it reads it tells the
followers of. Telling it for all of a prompt would take a fifth longer and 200 KB a token."""


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


def paged(model: openvino.Model) -> openvino.Model:
    """The same model, its keys and values on pages that go in, told for those tokens that `TOLD`
    has. It is changed in place, each time anew: OpenVINO can't write this form to a file.

    Its inputs, besides: `input_ids` and `position_ids`, (tokens,); `past_lens`, (sequences,);
    `subsequence_begins`, (sequences + 1,); `block_indices`, the pages of all sequences one after
    the other; `block_indices_begins`, (sequences + 1,); `max_context_len`; for each layer
    `key_cache.N` and `value_cache.N`. Its output is (told, 1, vocabulary).
    """
    paged_attention_transformation(model)
    product = model.get_results()[0].input(0).get_source_output().get_node()
    hidden = product.input(0).get_source_output()
    told = ops.parameter([-1], np.int64, name=TOLD)
    told.output(0).set_names({TOLD})
    chosen = ops.gather(hidden, told, ops.constant(np.int64(0)))
    product.input(0).replace_source_output(chosen.output(0))
    model.add_parameters([told])
    model.validate_nodes_and_infer_types()
    return model


def _write(source: Path, folder: Path) -> None:
    """Model and tokenizer, in place of all that the pipeline writes beside the file it reads."""
    LLMPipeline(str(source), "CPU", enable_save_ov_model=True)
    gguf_tokenizer(GGUFReader(source)).save(str(folder / TOKENIZER))
    written = folder / MODEL
    kept = {written.name, written.with_suffix(".bin").name, TOKENIZER}
    for other in folder.iterdir():
        if other.name not in kept:
            other.unlink()
