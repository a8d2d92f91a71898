"""The form of what the trip board is given: plain JSON values (`agent/board.py` makes them).

A change that an older page could not draw raises `VERSION`.
"""

from __future__ import annotations

from typing import TypedDict

VERSION = 2
"""Of the board's form; an element of another version says that it can't be shown."""


class StopView(TypedDict):
    """A visit; `number` is its place in the day, as on its pin."""

    id: str
    number: int
    name: str
    local_name: str
    category: str
    meal: str | None
    arrival: str
    departure: str
    stay: str
    price: str
    free: bool
    pinned: bool
    lat: float
    lon: float
    summary: str
    address: str
    """Empty when unknown."""
    step_free: bool
    kids: bool
    warnings: list[str]


class LegView(TypedDict):
    """The way to the next stop."""

    mode: str
    label: str


class BaseView(TypedDict):
    """Where days start and end."""

    name: str
    lat: float
    lon: float


class TransferView(TypedDict):
    """The way from the city before, at the beginning of a day."""

    departure: str
    arrival: str
    label: str
    details: str
    origin: BaseView


class LinkView(TypedDict):
    """The day's way on an outside map."""

    label: str
    url: str


class DayView(TypedDict):
    """One date; `legs` has one entry more than `stops`, or none."""

    number: int
    date: str
    label: str
    facts: str
    stops: list[StopView]
    legs: list[LegView]
    city: str
    """Empty where the trip has but one."""
    base: BaseView
    transfer: TransferView | None
    links: list[LinkView]


class CostView(TypedDict):
    """What the trip costs; `share` is of the budget, 1 being all of it."""

    label: str
    budget: str | None
    share: float | None


class NoteView(TypedDict):
    """Something wished for that the plan does not hold."""

    what: str
    reason: str


class PlaceView(TypedDict):
    """A place that is not, or not necessarily, in the plan."""

    id: str
    name: str
    category: str
    price: str
    summary: str
    city: str
    planned_on: int | None


class FormatView(TypedDict):
    """A file that the trip can be saved as."""

    format: str
    label: str


class MapView(TypedDict):
    """Tiles under the map; `kind` is "tiles", or "raster" or "vector" for a PMTiles file."""

    kind: str
    url: str
    attribution: str
    min_zoom: int
    max_zoom: int


class Board(TypedDict):
    """Everything the board shows."""

    version: int
    fingerprint: str
    """Of the itinerary: the same trip has the same one."""
    made: str
    """When this board was made (ISO 8601); the newest of a conversation is the one to act on."""
    city: str
    title: str
    subtitle: str
    days: list[DayView]
    cost: CostView
    base: BaseView
    left_out: list[NoteView]
    notes: list[str]
    warnings: list[str]
    changes: list[str]
    source: str
    element: str
    """Of the page: which board this is."""
    undo: int
    """How many changes can be taken back."""
    redo: int
    ideas: list[PlaceView]
    """Kept for later, and not in the plan."""
    several: bool
    """Whether the trip leads to more than one city."""
    formats: list[FormatView]
    shared: str | None
    """The address of the read-only page, where the trip is shared."""
    map: MapView | None
    """None: coasts and borders alone."""
    language: str
    """Of the texts, a BCP 47 tag."""
    words: dict[str, str]
    """The labels that the element needs, by key; `{slot}` stands for what it puts in."""
