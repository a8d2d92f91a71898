"""A call as a traveller would ask for it: what stands on a button is sent as if it had been typed.

The sentences are plain, and name each argument the way that the model reads best; that it reads
each of them as the call it stands for is measured by `python -m tests.benchmarks.offers`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

_Args = Mapping[str, Any]


def sentence(name: str, args: _Args) -> str | None:
    """What one says to have the call made; None where there is no plain sentence for it, or the
    call says too little for one.

    Args:
        name: of the tool.
        args: those that are not None.
    """
    said = _SAID.get(name)
    return None if said is None else said(args)


def _when(args: _Args, day: str = "on") -> str:
    said = f" {day} day {args['day']}" if "day" in args else ""
    return said + (f" at {args['time']}" if "time" in args else "")


def _replace(args: _Args) -> str | None:
    new = args.get("replacement") or args.get("category")
    if new is None:
        return f"something else instead of {args['place']}"
    other = f"another {new.replace('_', ' ')}" if "category" in args else new
    return f"replace {args['place']}{_when(args)} with {other}"


def _hours(args: _Args) -> str | None:
    day = f"on day {args['day']}" if "day" in args else "every day"
    start, end = args.get("start"), args.get("end")
    if start and end:
        return f"{day} we go out at {start} and are back by {end}"
    if start:
        return f"{day} don't start before {start}"
    return f"{day} we want to be back by {end}" if end else None


def _free(args: _Args) -> str | None:
    if "time" in args:
        return f"keep {args['time']} free" + (f" on day {args['day']}" if "day" in args else "")
    return f"keep day {args['day']} free" if "day" in args else None


def _longer(args: _Args) -> str:
    where = f" in {args['location']}" if "location" in args else ""
    return f"stay {_days(args['days'])} longer{where}"


def _shorter(args: _Args) -> str | None:
    if "days" not in args:
        return f"drop day {args['day']}" if "day" in args else None
    where = f" in {args['location']}" if "location" in args else ""
    return f"make it {_days(args['days'])} shorter{where}"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _undo(args: _Args) -> str:
    if args.get("all"):
        return "undo all my changes"
    changes = args.get("changes", 1)
    return "undo that" if changes == 1 else f"undo the last {changes} changes"


def _open(args: _Args) -> str:
    if "when" not in args:
        return f"when is {args['place']} open?"
    return f"is {args['place']} open on {args['when']}?"


_SAID: Mapping[str, Callable[[_Args], str | None]] = {
    "add_place": lambda args: f"add {args['place']}{_when(args)}",
    "remove_place": lambda args: f"take {args['place']} out{_when(args, 'of')}",
    "move_place": lambda args: f"move {args['place']}{_when(args, 'to')}",
    "pin_place": lambda args: f"fix {args['place']}{_when(args)}",
    "unpin_place": lambda args: f"unpin {args['place']}",
    "replace_place": _replace,
    "swap_days": lambda args: f"swap day {args['day']} and day {args['other_day']}",
    "set_pace": lambda args: f"make it {args['pace']}",
    "set_interests": lambda args: f"we are mostly interested in {' and '.join(args['interests'])}",
    "set_dates": lambda args: f"start on {args['start_date']}",
    "set_hours": _hours,
    "keep_free": _free,
    "extend_trip": _longer,
    "shorten_trip": _shorter,
    "undo_change": _undo,
    "redo_change": lambda _: "redo that",
    "check_opening": _open,
}
"""Tools whose calls are offered; of the others a sentence would say too little."""
