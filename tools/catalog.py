"""The tools that the model can call, and the one way to call them.

`perform` turns everything that can be wrong with a call into an outcome that the answer can be
written from; what it raises is an outage or a bug.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import ValidationError

from tools import arguments as args
from tools.actions import edits, explaining, facts, lengths, looking, opening_hours, trips
from tools.actions.failing import cannot, failed
from tools.actions.reckoning import reckoned
from tools.actions.together import Call, moved_together
from tools.errors import InfeasibleError, InputError
from tools.names import quote
from tools.outcome import Outcome, Trip
from tools.services import TravelServices

Run = Callable[[TravelServices, Trip, Any], Outcome]


@dataclass(frozen=True, slots=True)
class Tool:
    """One thing that the model can have done."""

    name: str
    description: str
    arguments: type[args.Arguments]
    run: Run
    """Takes an instance of `arguments`; raises only the `InputError` family for bad input."""


def _tool(name: str, arguments: type[args.Arguments], run: Run) -> Tool:
    return Tool(name, (arguments.__doc__ or "").strip(), arguments, run)


CATALOG: tuple[Tool, ...] = (
    _tool("geocode", args.Geocode, looking.geocode),
    _tool("find_places", args.FindPlaces, looking.find_places),
    _tool("plan_days", args.PlanDays, trips.plan_days),
    _tool("add_place", args.AddPlace, edits.add_place),
    _tool("remove_place", args.RemovePlace, lengths.remove_place),
    _tool("replace_place", args.ReplacePlace, edits.replace_place),
    _tool("move_place", args.MovePlace, edits.move_place),
    _tool("swap_days", args.SwapDays, edits.swap_days),
    _tool("pin_place", args.PinPlace, edits.pin_place),
    _tool("unpin_place", args.UnpinPlace, edits.unpin_place),
    _tool("set_pace", args.SetPace, edits.set_pace),
    _tool("set_interests", args.SetInterests, edits.set_interests),
    _tool("set_budget", args.SetBudget, edits.set_budget),
    _tool("set_dates", args.SetDates, edits.set_dates),
    _tool("set_hours", args.SetHours, edits.set_hours),
    _tool("keep_free", args.KeepFree, edits.keep_free),
    _tool("extend_trip", args.ExtendTrip, lengths.extend_trip),
    _tool("shorten_trip", args.ShortenTrip, lengths.shorten_trip),
    _tool("add_city", args.AddCity, lengths.add_city),
    _tool("explain_plan", args.ExplainPlan, explaining.explain_plan),
    _tool("undo_change", args.UndoChange, trips.undo_change),
    _tool("redo_change", args.RedoChange, trips.redo_change),
    _tool("export_trip", args.ExportTrip, looking.export_trip),
    _tool("check_opening", args.CheckOpening, opening_hours.check_opening),
    _tool("travel_time", args.TravelTime, facts.travel_time),
    _tool("look_up", args.LookUp, facts.look_up),
    _tool("convert_currency", args.ConvertCurrency, facts.convert_currency),
)
"""In the order of `tools.arguments`."""

_BY_NAME = {tool.name: tool for tool in CATALOG}


@cache
def schemas() -> Mapping[str, Mapping[str, Any]]:
    """Tool name to the JSON schema of its arguments, in the catalog's order."""
    return {tool.name: tool.arguments.model_json_schema() for tool in CATALOG}


@cache
def catalog_hash() -> str:
    """Changes with any name, description or schema: an adapter is trained for one catalog."""
    described = [(t.name, t.description, schemas()[t.name]) for t in CATALOG]
    text = json.dumps(described, ensure_ascii=False)  # order of keys counts: it is the wire's
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def perform(
    services: TravelServices,
    trip: Trip,
    name: str,
    arguments: Mapping[str, Any],
    later: Sequence[Call] = (),
) -> Outcome:
    """Calls a tool; bad input of any kind comes back as an outcome, with the trip as it was.

    Args:
        services: what the tool may reach.
        trip: where the trip stands.
        name: of the tool.
        arguments: as the model wrote them, not validated yet; a budget and a party may be words
            that change those of the trip ("200 more", "one more person"), a party who joins or
            leaves it (`["+", "sister"]`).
        later: the calls that the same message goes on with, known here where two places change
            their days, which neither can alone.

    Raises:
        DataError: the place store or the gazetteer was damaged while in use.
        ServiceUnavailableError: by travel times that ask an outside service.
    """
    tool = _BY_NAME.get(name)
    if tool is None:
        return cannot(trip, f"There is no tool {quote(name)}.")
    try:
        checked = tool.arguments.model_validate(reckoned(arguments, trip))
    except ValidationError as error:
        return cannot(trip, _sentence(error))
    except InputError as error:
        return cannot(trip, str(error))
    together: Outcome | None = None
    try:
        outcome = tool.run(services, trip, checked)
        if outcome.given_up and later:  # at the cost of an earlier wish
            together = moved_together(services, trip, checked, later)
        return outcome if together is None else together
    except InputError as error:
        if isinstance(error, InfeasibleError) and later:
            together = moved_together(services, trip, checked, later)
        return failed(trip, error, checked) if together is None else together


def _sentence(error: ValidationError) -> str:
    """One plain sentence for the first thing that is wrong with the arguments."""
    first = error.errors(include_url=False)[0]
    where = " ".join(str(part) for part in first["loc"] if not isinstance(part, int))
    named = where.replace("_", " ") or "request"
    match first["type"]:
        case "missing":
            return f"The {named} is missing."
        case "extra_forbidden":
            return f"I can't take the {named} into account here."
        case "enum" | "literal_error":
            expected = first.get("ctx", {}).get("expected", "something else")
            return f"{quote(str(first['input']))} is no {named} I know; it can be {expected}."
        case "int_from_float" | "int_parsing" | "int_type":
            return f"The {named} has to be a whole number, not {quote(str(first['input']))}."
        case "too_long" | "string_too_long":
            return f"The {named} is too long."
        case "too_short" | "string_too_short":
            return f"The {named} is empty."
    return f"The {named} can't be {quote(str(first['input']))}."
