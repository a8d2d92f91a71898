"""A conversation's trip as it is kept, read without model, places or map."""

from __future__ import annotations

from langchain_core.runnables import RunnableConfig

from agent.checkpoints import ThreadSaver, open_checkpoints
from agent.settings import Settings
from agent.state import read_trip
from tools.errors import DataError, InvalidRequestError
from tools.names import quote
from tools.trip import Itinerary


def stored_itinerary(settings: Settings, thread: str | None = None) -> tuple[str, Itinerary]:
    """A thread's plan, with the thread's id.

    Args:
        settings: say where conversations are kept.
        thread: its id; the one used last that has a plan when None.

    Raises:
        InvalidRequestError: no such thread, or none with a plan.
        DataError: conversations are not kept, or what is kept can't be read.
    """
    path = settings.threads_path
    if path is None:
        raise DataError('No conversation is kept: "threads" is set to ":memory:".')
    if not path.is_file():  # opening it would make one
        raise InvalidRequestError("There is no conversation yet.")
    saver = open_checkpoints(path)
    try:
        known = saver.threads()
        if thread is not None and thread not in known:
            last = f"; the last one is {quote(known[0])}" if known else ""
            raise InvalidRequestError(f"There is no conversation {quote(thread)}{last}.")
        for id in known if thread is None else (thread,):
            itinerary = _itinerary(saver, id)
            if itinerary is not None:
                return id, itinerary
    finally:
        saver.close()
    if thread is None:
        raise InvalidRequestError("No conversation has a plan yet.")
    raise InvalidRequestError(f"The conversation {quote(thread)} has no plan yet.")


def _itinerary(saver: ThreadSaver, thread: str) -> Itinerary | None:
    config: RunnableConfig = {"configurable": {"thread_id": thread}}
    found = saver.get_tuple(config)
    return None if found is None else read_trip(found.checkpoint["channel_values"]).itinerary
