"""`python -m agent`: one message, a conversation in the terminal, a trip as a file.

Exit codes: 0 answered, 2 bad input or a file that can't be used (one sentence on stderr).
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.events import (
    Failed,
    ItineraryChanged,
    Reply,
    TextDelta,
    TextReplaced,
    ToolStarted,
)
from tools.command import leave
from tools.errors import DataError, InvalidRequestError, TravelError
from tools.export import FORMATS, export
from tools.trip import Itinerary

if TYPE_CHECKING:
    from agent import TravelAgent

OK = 0
BAD_INPUT = 2
PDF = "application/pdf"


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m agent", description="Talk to Tripwright.")
    commands = parser.add_subparsers(dest="command", required=True)
    ask = commands.add_parser("ask", help="one message")
    ask.add_argument("text", help="what you would say")
    ask.add_argument("--thread", help="conversation to go on with; a new one if not given")
    ask.add_argument("--json", action="store_true", help="the whole reply as JSON")
    chat = commands.add_parser("chat", help="a conversation; an empty line or Ctrl-D ends it")
    chat.add_argument("--thread", help="conversation to go on with; a new one if not given")
    saved = commands.add_parser("export", help="a conversation's trip as a file")
    saved.add_argument("format", metavar="FORMAT", help=", ".join(FORMATS))
    saved.add_argument("--thread", help="conversation; the last one with a trip if not given")
    saved.add_argument("--out", help="file to write, - for this terminal; named after the trip")
    opened = commands.add_parser("import", help="a trip saved as JSON, to go on with")
    opened.add_argument("file", metavar="FILE.json", help="saved by export json, or the chat")
    opened.add_argument("--thread", help="conversation that it becomes the trip of; a new one else")
    commands.add_parser("prepare", help="build model and data in the cache, with progress shown")
    web = commands.add_parser("serve", help="the chat in the browser")
    web.add_argument("--host", default="127.0.0.1", help="address to listen on")
    web.add_argument("--port", type=int, help="PORT of the environment, or 8000, if not given")
    given = parser.parse_args(argv)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    thread = getattr(given, "thread", None) or f"cli-{uuid.uuid4().hex[:8]}"
    try:
        if given.command == "ask":
            return _ask(given.text, thread, as_json=given.json)
        if given.command == "export":
            return _export(given.format, given.thread, given.out)
        if given.command == "import":
            return _import(Path(given.file), thread)
        if given.command == "prepare":
            return _prepare()
        if given.command == "serve":
            from agent.serve import serve

            serve(given.host, given.port)
            return OK
        return _chat(thread)
    except TravelError as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 130


def reply_json(reply: Reply) -> dict[str, Any]:
    """A reply as `ask --json` prints it."""
    itinerary = reply.itinerary
    return {
        "text": reply.text,
        "itinerary": None if itinerary is None else json.loads(itinerary.to_json()),
        "tool_calls": [{"name": call.name, "args": dict(call.args)} for call in reply.tool_calls],
        "violations": [
            {"kind": v.kind, "day": v.day, "message": v.message} for v in reply.violations
        ],
        "timings": {name: round(seconds, 3) for name, seconds in reply.timings.items()},
    }


def _prepare() -> int:
    """Builds what every later start finds ready: store, gazetteer, compiled planner, model."""
    from agent.models.prepare import prepare
    from agent.settings import Settings
    from tools.planning.warm_up import warm_up
    from tools.services import open_services

    settings = Settings.load()
    print("Places, names of the world's cities, and the model:", file=sys.stderr)
    open_services(settings.home).close()
    print("The planner (compiled once, one to three minutes) ...", file=sys.stderr)
    print(f"... took {warm_up():.0f} s", file=sys.stderr)
    print(f"ready in {settings.home}: {prepare(settings).name}", file=sys.stderr)
    return OK


def _ask(text: str, thread: str, *, as_json: bool) -> int:
    from agent.turn import check_message

    check_message(text)  # before the model is loaded
    with _agent() as agent:
        reply = agent.send(text, thread=thread)
    if as_json:
        print(json.dumps(reply_json(reply), ensure_ascii=False, indent=2))
        return OK
    print(reply.text)
    if reply.itinerary is not None and reply.tool_calls:
        print()
        _show(reply.itinerary)
    return OK


def _export(format: str, thread: str | None, out: str | None) -> int:
    """Writes a stored trip; neither model nor places are loaded for it."""
    from agent.settings import Settings
    from agent.stored import stored_itinerary

    id, itinerary = stored_itinerary(Settings.load(), thread)
    made = export(itinerary, format)
    if out == "-":
        if made.media_type == PDF:
            raise InvalidRequestError("A PDF is no text; name a file with --out.")
        sys.stdout.buffer.write(made.content)
        sys.stdout.flush()
        return OK
    path = Path(out or made.filename)
    if out is None and path.exists():
        raise InvalidRequestError(f"{path} is there already; name another file with --out.")
    _write(path, made.content)
    print(f"{path}: the trip of --thread {id}", file=sys.stderr)
    return OK


def _import(path: Path, thread: str) -> int:
    """Makes a saved trip a conversation's; no model is loaded for it."""
    from agent import TravelAgent
    from agent.models.scripted import ScriptedChatModel

    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise DataError(f"{path} can't be read: {error}.") from error
    with TravelAgent(model=ScriptedChatModel.of()) as agent:
        reply = agent.act("adopt", {"text": text}, thread=thread)
    print(reply.text)
    print(f"Go on with --thread {thread}.", file=sys.stderr)
    return OK


def _write(path: Path, content: bytes) -> None:
    """Writes the file whole or not at all."""
    part = path.parent / f".{path.name}.{uuid.uuid4().hex[:8]}"
    try:
        try:
            part.write_bytes(content)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        raise DataError(f"{path} can't be written: {error}.") from error


def _chat(thread: str) -> int:
    print(f"Tripwright. This conversation is --thread {thread}; an empty line ends it.")
    with _agent() as agent:
        known = agent.thread(thread)
        if known is not None:
            _show(known)
        while True:
            try:
                text = input("\n> ")
            except EOFError:
                print()
                return OK
            if not text.strip():
                return OK
            _answer(agent, text, thread)


def _answer(agent: TravelAgent, text: str, thread: str) -> None:
    """Streams one answer; Ctrl-C stops it and leaves the trip as it was.

    What was not grounded in the facts is taken off the screen, however many lines it had grown to;
    a pipe can take nothing back, so it gets the answer when it is whole.
    """
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    changed: Itinerary | None = None
    said = ""
    console = Console()
    piped = not console.is_terminal
    try:
        with Live(
            console=console, auto_refresh=False, transient=piped, vertical_overflow="visible"
        ) as shown:
            for event in agent.stream(text, thread=thread):
                match event:
                    case ToolStarted(call=call):
                        args = ", ".join(f"{key}={value}" for key, value in call.args.items())
                        print(f"  · {call.name}({args})", flush=True)
                    case TextDelta(text=piece):
                        said += piece
                    case TextReplaced(text=whole):
                        said = whole
                    case ItineraryChanged(itinerary=itinerary):
                        changed = itinerary
                    case Failed(message=message):
                        print(message)
                shown.update(Text(said), refresh=True)
    except KeyboardInterrupt:
        agent.cancel(thread)
        print("\nStopped; the trip is as it was before.")
        return
    if piped:
        print(said)
    if changed is not None:
        print()
        _show(changed)


def _show(itinerary: Itinerary) -> None:
    """The plan, rendered for a terminal and as plain Markdown for a pipe."""
    text = export(itinerary, "markdown").content.decode()
    if not sys.stdout.isatty():
        print(text)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(text))


def _agent() -> TravelAgent:
    from agent import TravelAgent

    return TravelAgent()


if __name__ == "__main__":
    leave(main)
