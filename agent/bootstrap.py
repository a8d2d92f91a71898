"""The only wiring: settings -> services, model and threads -> a `TravelAgent`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from langchain_core.language_models import BaseChatModel

from agent.checkpoints import open_checkpoints
from agent.session import Conversations, Parts
from agent.settings import Settings
from tools.planning.warm_up import warm_up
from tools.services import TravelServices, open_services, utc_now


class TravelAgent(Conversations):
    """The travel agent: threads of conversation, each with its trip.

    Args:
        settings: `Settings.load()` when None.
        model: the chat model; the one of the settings when None.
        services: places, map and clock; opened in `settings.home` when None. They are closed
            with the agent.
        clock: instead of the real one, where the services are opened here.

    Raises:
        DataError: settings, place store, threads or adapter can't be read; its sentence says what
            to do.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        model: BaseChatModel | None = None,
        services: TravelServices | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(assemble(settings, model=model, services=services, clock=clock))


def assemble(
    settings: Settings | None = None,
    *,
    model: BaseChatModel | None = None,
    services: TravelServices | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> Parts:
    """The parts of a `TravelAgent`; arguments and errors as there."""
    settings = settings or Settings.load()
    if model is None:
        from agent.models import load  # only here: it may bring torch or OpenVINO along

        model = load(settings)
    if services is None:
        warm_up()  # else the first trip would wait for it
        services = open_services(
            settings.home,
            clock=clock,
            planning_seconds=settings.planning.seconds,
            seed=settings.planning.seed,
            providers=settings.providers,
        )
    return Parts(services, model, open_checkpoints(settings.threads_path))
