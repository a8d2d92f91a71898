"""Tables of rows, from the hub or from here, through `datasets.load_dataset`, as a stream."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from finetune.sources.source import Part, SourceError

FORMATS: Mapping[str, str] = {
    ".parquet": "parquet",
    ".jsonl": "json",
    ".json": "json",
    ".csv": "csv",
}
"""The builder of `datasets` for a local file, by its ending."""


def table(path: str, *, config: str | None = None) -> Part:
    """The rows of a table's split "train".

    Args:
        path: a local file or folder, or a data set's name on the hub, with "@" and a revision
            where the newest is not meant.
        config: the configuration of a data set on the hub; its default when None.

    The part raises `SourceError`, with one sentence, when it is read and can't be.
    """
    return Part(path, enumerate(_rows(path, config), 1))


def _rows(path: str, config: str | None) -> Iterator[Mapping[str, Any]]:
    here = Path(path).expanduser()
    if not here.exists() and (here.suffix in FORMATS or path.startswith(("/", ".", "~"))):
        raise SourceError(f"There is no file or folder {path}.")
    if here.is_file() and here.suffix not in FORMATS:
        raise SourceError(f"{path} has to end in {', '.join(FORMATS)}.")
    try:
        yield from _loaded(here, path, config)
    except GeneratorExit:
        raise
    except Exception as error:  # of datasets, huggingface_hub, pyarrow, pandas and httpx
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        if here.exists():
            raise SourceError(f"{path} can't be read as a table: {reason}") from error
        raise SourceError(
            f"The data set {path} can't be had from the hub; set `path` to a local folder or file "
            "with it, or, if it is gated, accept its terms there and run `hf auth login`: "
            f"{reason}"
        ) from error


def _loaded(here: Path, path: str, config: str | None) -> Iterator[Mapping[str, Any]]:
    from datasets import load_dataset

    options: dict[str, Any] = {"split": "train", "streaming": True}
    if here.is_file():
        yield from load_dataset(FORMATS[here.suffix], data_files=str(here), **options)
    elif here.is_dir():
        yield from load_dataset(str(here), **options)
    else:
        name, _, revision = path.partition("@")
        yield from load_dataset(name, config, revision=revision or None, **options)
