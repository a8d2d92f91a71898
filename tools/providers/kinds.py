"""One protocol for each kind of service, what they return, and the order of fallback."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from tools.errors import ServiceUnavailableError
from tools.place import City, Coordinates, Place
from tools.providers import ledger
from tools.providers.door import Door


@dataclass(frozen=True, slots=True)
class FoundCity:
    """A settlement or island that a geocoding service found."""

    name: str
    """In English where the service knows it."""
    names: tuple[str, ...]
    """All that it is called, `name` among them."""
    kind: str
    """OSM's word: "city", "town", "village", "hamlet", "island", ..."""
    country: str
    country_code: str
    """ISO 3166-1 alpha-2, upper case."""
    state: str
    coordinates: Coordinates
    population: int
    """0 when unknown."""
    importance: float
    """0 to 1, as Nominatim has it; 0 when unknown."""
    source: str


@dataclass(frozen=True, slots=True)
class DayForecast:
    """One day's weather."""

    day: date
    high: float
    """Maximum, °C."""
    low: float
    """Minimum, °C."""
    rain_mm: float
    """Rain and melted snow of the day, mm."""
    sky: str
    """A word or two: "clear", "partly cloudy", "rain"."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """The days asked for, in order."""

    days: tuple[DayForecast, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Walk:
    """A way on foot along the streets."""

    seconds: float
    metres: float


class Provider(Protocol):
    """What every service has."""

    label: str
    """Its name in a sentence."""
    source: str
    """Whose data it gives, with the licence."""
    door: Door
    """Its way out."""


class CityFinder(Provider, Protocol):
    """Finds settlements by name."""

    def cities(self, query: str) -> tuple[FoundCity, ...]:
        """Likeliest first; empty when there is none.

        Raises:
            ServiceUnavailableError: no useful answer.
        """
        ...


class PlaceFinder(Provider, Protocol):
    """Finds sights and food."""

    def places(self, city: City) -> tuple[Place, ...]:
        """Within the city's radius, most important first; prices in the city's currency.

        Raises:
            ServiceUnavailableError: no useful answer.
        """
        ...


class Forecaster(Provider, Protocol):
    """Knows the weather to come."""

    def forecast(
        self, where: Coordinates, timezone: str, first: date, last: date, today: date
    ) -> Forecast | None:
        """The days from first to last; None when one of them is out of reach.

        Raises:
            ServiceUnavailableError: no useful answer.
        """
        ...


class Router(Provider, Protocol):
    """Knows the ways on foot."""

    def table(self, points: Sequence[Coordinates]) -> list[list[Walk | None]]:
        """From each point (rows) to each (columns); None where no way is known.

        Raises:
            ServiceUnavailableError: no useful answer.
        """
        ...

    def route(self, a: Coordinates, b: Coordinates) -> Walk | None:
        """From `a` to `b`.

        Raises:
            ServiceUnavailableError: no useful answer.
        """
        ...


P = TypeVar("P", bound=Provider)
T = TypeVar("T")


def first_answer(
    providers: Sequence[P], ask: Callable[[P], T | None], *, instead: str
) -> tuple[T, P] | None:
    """The first service's answer that is not None; None leaves it to the embedded data.

    Services that fail are passed over, and one note tells of all of them.

    Args:
        providers: in the order in which they are asked.
        ask: one of them; may raise ServiceUnavailableError.
        instead: what is used when none answers, for the note: "my own list of cities was used".
    """
    failed: dict[str, str] = {}
    for provider in providers:
        try:
            answer = ask(provider)
        except ServiceUnavailableError as error:
            failed[provider.label] = str(error).rstrip(".")
            continue
        if answer is not None:
            if failed:
                told = "; ".join(failed.values())
                ledger.note(f"{told}; {provider.label} was asked instead.", failed)
            ledger.used(provider.source)
            return answer, provider
    if failed:
        ledger.note(f"{'; '.join(failed.values())}; {instead} instead.", failed)
    return None
