"""Chat models: our own over two engines in this process, and a scripted one.

Light: engines (OpenVINO, torch) and LangChain are imported when a model is loaded.
"""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.errors import ModelError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from agent.models.engine import Engine
    from agent.settings import Settings

ENGINES = ("auto", "openvino", "transformers", "scripted:FILE")


def load(settings: Settings, *, untuned: bool = False) -> BaseChatModel:
    """The chat model of the settings, prepared if it was not, and warm.

    Args:
        settings: `model.engine` is "openvino" ("auto" where it is installed), "transformers", or
            "scripted:FILE" with a JSON list of replies: words, or lists of `[name, arguments]`.
        untuned: the base model without any adapter, to compare with.

    Raises:
        ModelError: a model, adapter or script that can't be used; says what to do.
    """
    kind, _, argument = settings.model.engine.partition(":")
    if kind == "scripted":
        return _scripted(Path(argument))
    from agent.models.chat import TripwrightChatModel
    from agent.models.weights import ADVISERS, COUNTERS, READERS

    engine = open_engine(settings, untuned=untuned)

    def others(kind: Path) -> tuple[Engine, ...]:
        return () if untuned else open_others(settings, kind)

    return TripwrightChatModel(
        engine=engine,
        readers=others(READERS),
        counter=next(iter(others(COUNTERS)), None),
        adviser=next(iter(others(ADVISERS)), None),
        max_tokens=settings.model.max_new_tokens,
    )


def open_engine(settings: Settings, *, untuned: bool = False) -> Engine:
    """The engine of the settings, warm; arguments and errors as `load`'s."""
    kind = _kind(settings)
    engine = (_openvino if kind == "openvino" else _transformers)(settings, untuned)
    _warm_up(engine)
    return engine


def open_others(settings: Settings, kind: Path) -> tuple[Engine, ...]:
    """Engines of the same kind on adapters that are asked besides; to be called behind
    `open_engine`. One that can't be used is left out with a warning.

    Args:
        settings: as for `load`.
        kind: of `weights.ASKED_BESIDES`.
    """
    from agent.models.prepare import optional
    from agent.models.weights import READERS

    opened: list[Engine] = []
    for folder in _folders(settings, kind):
        with optional():
            opened.append(_open_other(settings, folder, writes=kind != READERS))
    return tuple(opened)


def _folders(settings: Settings, kind: Path) -> list[Path]:
    """What an engine is opened from, of each such adapter."""
    from agent.models.prepare import find_others, prepare_others

    if _kind(settings) == "openvino":
        return prepare_others(settings, kind)
    return [other.folder for other in find_others(settings, kind)]


def _open_other(settings: Settings, folder: Path, *, writes: bool) -> Engine:
    if _kind(settings) == "transformers":
        return _on_torch(settings, folder)
    from agent.models.openvino import OpenVinoEngine

    # who reads is asked now and then: the start is not to wait for kernels of 20 ms each
    return OpenVinoEngine(folder, threads=settings.model.threads, warm=writes)


def _kind(settings: Settings) -> str:
    kind = settings.model.engine
    if kind == "auto":
        kind = "openvino" if find_spec("openvino_genai") else "transformers"
    if kind not in ("openvino", "transformers"):
        raise ModelError(f"There is no engine {kind!r}; choose one of {', '.join(ENGINES)}.")
    return kind


def _openvino(settings: Settings, untuned: bool) -> Engine:
    from agent.models.prepare import prepare, prepare_untuned

    if settings.model.base:
        raise ModelError("Another base model needs model.engine = 'transformers'.")
    try:
        from agent.models.openvino import OpenVinoEngine

        folder = prepare_untuned(settings) if untuned else prepare(settings)
    except ImportError as error:
        raise _not_installed("openvino-genai") from error
    return OpenVinoEngine(folder, threads=settings.model.threads)


def _transformers(settings: Settings, untuned: bool) -> Engine:
    from agent.models.prepare import find_adapter

    return _on_torch(settings, None if untuned else find_adapter(settings).folder)


def _on_torch(settings: Settings, adapter: Path | None) -> Engine:
    from agent.models.prepare import model_cache

    try:
        from agent.models.local import TransformersEngine, prepare_base
    except ImportError as error:
        raise _not_installed("transformers") from error
    base = settings.model.base
    return TransformersEngine(
        Path(base) if base else prepare_base(model_cache(settings)),
        adapter,
        device=settings.model.device,
        threads=settings.model.threads,
    )


def _warm_up(engine: Engine) -> None:
    """The first answer compiles kernels and the tokenizer's masks: 0.4-1.3 s, not for a guest."""
    from agent.dialogue.grammar import answer_grammar
    from agent.dialogue.turns import Turn
    from agent.dialogue.wire import render, system_text

    prompt = render([Turn("system", system_text()), Turn("user", "Hello")])
    engine.generate(prompt, grammar=answer_grammar(), max_tokens=2)


def _scripted(path: Path) -> BaseChatModel:
    from agent.models.scripted import ScriptedChatModel

    try:
        replies: list[Any] = json.loads(path.read_text(encoding="utf-8"))
        told = [r if isinstance(r, str) else [(c[0], dict(c[1])) for c in r] for r in replies]
    except (OSError, ValueError, TypeError, LookupError) as error:
        raise ModelError(
            f"{path} is no script: it has to be a JSON list of words and of lists of "
            "[name, arguments]."
        ) from error
    return ScriptedChatModel.of(*told)


def _not_installed(name: str) -> ModelError:
    return ModelError(f"The engine {name!r} is not installed; run `make setup`.")
