"""What each tool of the catalog takes: one pydantic model a tool, in the order the model writes.

Every argument is optional where the conversation may already hold it; an argument that the
traveller did not give is absent from the call (`None` here). Names, dates and times are the
traveller's own words: code resolves them against the store, the trip and the clock.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from tools.place import Category, Diet, Interest
from tools.trip import Pace

Name = Annotated[str, Field(min_length=1, max_length=80)]
"""A name as the traveller said it."""

Currency = Literal[
    "EUR", "USD", "GBP", "JPY", "CHF", "CZK", "TRY", "CAD", "AUD", "INR", "SEK",
    "DKK", "NOK", "ISK", "PLN", "HUF", "RON", "CNY", "HKD", "TWD", "KRW", "THB", "SGD", "MYR",
    "IDR", "PHP", "VND", "ILS", "AED", "EGP", "MAD", "ZAR", "KES", "MXN", "BRL", "ARS", "CLP",
    "COP", "PEN", "NZD",
]  # fmt: skip
"""ISO 4217, those that travellers name to us; rates come with the money."""


class Arguments(BaseModel):
    """Base of all argument models: frozen, unknown names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_enum_values=False)


class Geocode(Arguments):
    """Where a city, region or sight is."""

    query: Name


class FindPlaces(Arguments):
    """Looks for places to see, eat or drink; the trip's city when no location is given."""

    location: Name | None = Field(None, description="city")
    categories: list[Category] | None = Field(None, min_length=1, max_length=4)
    free_entry: Literal[True] | None = Field(None, description="costs nothing")
    good_for_kids: Literal[True] | None = Field(None, description="children like it")
    step_free: Literal[True] | None = Field(None, description="wheelchair or pram")
    cuisine: Name | None = Field(None, description="kitchen or dish")
    open_at: Name | None = Field(None, description="day or hour, as said")
    near: Name | None = Field(None, description="a place to be close to")


class PlanDays(Arguments):
    """Plans a new trip day by day, or plans again after a wish for the whole trip changed."""

    destination: Name | None = Field(None, description="city")
    more_destinations: list[Name] | None = Field(
        None, min_length=1, max_length=5, description="cities after the first, in order"
    )
    days: int | None = Field(None, description="length in days, of all cities together")
    days_each: list[int] | None = Field(
        None, min_length=2, max_length=6, description="days or nights in each city, in order"
    )
    start_date: Name | None = Field(None, description="first day, as said")
    end_date: Name | None = Field(None, description="last day, as said")
    arrive_at: Name | None = Field(None, description="hour of arrival, as said")
    leave_at: Name | None = Field(None, description="hour of departure, as said")
    travellers: int | None = Field(None, description="how many people")
    budget: float | None = Field(None, description="money for the whole trip")
    currency: Currency | None = None
    pace: Pace | None = None
    day_start: Name | None = Field(None, description="out no earlier, every day, as said")
    day_end: Name | None = Field(None, description="back by, every day, as said")
    max_walk: Name | None = Field(None, description="longest walk, as said")
    interests: list[Interest] | None = Field(None, min_length=1, max_length=5)
    must_see: list[Name] | None = Field(None, min_length=1, max_length=5)
    avoid: list[Name] | None = Field(
        None, min_length=1, max_length=5, description="places or kinds of place not wanted"
    )
    lodging: Name | None = Field(None, description="where the travellers sleep")
    diet: list[Diet] | None = Field(None, min_length=1, max_length=3)
    step_free: Literal[True] | None = Field(None, description="wheelchair or pram")
    good_for_kids: Literal[True] | None = Field(None, description="children come along")


class AddPlace(Arguments):
    """Adds a place to the trip."""

    place: Name
    day: int | None = None
    time: Name | None = Field(None, description="hour, as said")


class RemovePlace(Arguments):
    """Takes a place out of the trip."""

    place: Name
    day: int | None = None


class ReplacePlace(Arguments):
    """Puts another place where one of the trip's is."""

    place: Name = Field(description="what goes")
    replacement: Name | None = Field(None, description="the place that comes, if named")
    category: Category | None = Field(None, description="the kind that comes, if named")
    day: int | None = None


class MovePlace(Arguments):
    """Moves a place of the trip to another day or hour."""

    place: Name
    day: int | None = Field(None, description="the new day")
    time: Name | None = Field(None, description="the new hour, as said")


class SwapDays(Arguments):
    """Exchanges two days of the trip."""

    day: int
    other_day: int


class PinPlace(Arguments):
    """Fixes a place of the trip where it is, so that no later change moves it."""

    place: Name
    day: int | None = None
    time: Name | None = Field(None, description="hour, as said")


class UnpinPlace(Arguments):
    """Lets a fixed place of the trip move again."""

    place: Name


class SetPace(Arguments):
    """Makes the trip's days easier or fuller."""

    pace: Pace


class SetInterests(Arguments):
    """Changes what the trip is about."""

    interests: list[Interest] = Field(min_length=1, max_length=5)


class SetBudget(Arguments):
    """Changes what the trip may cost."""

    budget: float
    currency: Currency | None = None


class SetDates(Arguments):
    """Changes when the trip starts."""

    start_date: Name = Field(description="first day, as said")


class SetHours(Arguments):
    """Changes when the trip's days, or one of them, begin or end."""

    day: int | None = Field(None, description="every day when absent")
    start: Name | None = Field(None, description="out no earlier, as said")
    end: Name | None = Field(None, description="back by, as said")


class KeepFree(Arguments):
    """Keeps a day, or a part of one or of every day, free of plans."""

    day: int | None = Field(None, description="every day when absent")
    time: Name | None = Field(None, description="part of the day, as said; all of it when absent")


class ExtendTrip(Arguments):
    """Makes the trip longer by some days."""

    days: int = Field(description="days more")
    location: Name | None = Field(None, description="the city of a trip of several")


class ShortenTrip(Arguments):
    """Makes the trip shorter, by some days or by one certain day."""

    days: int | None = Field(None, description="days less")
    day: int | None = Field(None, description="the day that goes")
    location: Name | None = Field(None, description="the city of a trip of several")


class AddCity(Arguments):
    """Adds another city to the trip."""

    city: Name
    days: int | None = Field(None, description="days there")


class ExplainPlan(Arguments):
    """What the plan holds on a day, or why a place is in it, is there and then, or is not in it."""

    place: Name | None = None
    day: int | None = None


class UndoChange(Arguments):
    """Takes the last change back, or several, or all."""

    changes: int | None = Field(None, description="how many; 1 when absent")
    all: Literal[True] | None = Field(None, description="back to the first plan")


class RedoChange(Arguments):
    """Makes the change again that was taken back last."""


class ExportTrip(Arguments):
    """Gives the trip as a file to take along."""

    format: Literal["markdown", "ics", "geojson", "json"]


class CheckOpening(Arguments):
    """Says whether a place is open on a day or at an hour, and its hours."""

    place: Name
    when: Name | None = Field(None, description="day or hour, as said")


class TravelTime(Arguments):
    """How far one place is from another, and how long the way takes."""

    origin: Name | None = Field(None, description="where the way begins")
    destination: Name = Field(description="where it leads")


class LookUp(Arguments):
    """What is known of a city: its usual weather, public holidays, daylight or time zone."""

    topic: Literal["weather", "holidays", "daylight", "time_zone"]
    location: Name | None = Field(None, description="city")
    when: Name | None = Field(None, description="day or month, as said")


class ConvertCurrency(Arguments):
    """What an amount is in another currency."""

    amount: float
    currency: Currency
    to: Currency | None = Field(None, description="the trip's city's when absent")
