"""What a tool may reach: the places, the map, travel times and the clock, in one frozen value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tools.geocoding.gazetteer import Gazetteer
from tools.geocoding.offline import OfflineGeocoder
from tools.place import City
from tools.store import PlaceStore
from tools.travel import EstimatedTravelTimes, TravelTimes


def utc_now() -> datetime:
    """This moment, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class TravelServices:
    """Everything outside a tool's arguments that its result may depend on."""

    store: PlaceStore
    geocoder: OfflineGeocoder
    travel: TravelTimes
    clock: Callable[[], datetime] = utc_now
    """Gives aware datetimes."""
    planning_seconds: float = 0.25
    """Of search for each plan; ignored when `planning_iterations` is given."""
    seed: int = 0
    planning_iterations: int | None = None
    """With it the same calls give the same plans, whatever the machine."""

    def now(self, city: City) -> datetime:
        """The clock in a city's zone."""
        return self.clock().astimezone(ZoneInfo(city.timezone))

    def today(self, city: City) -> date:
        """The date in a city."""
        return self.now(city).date()

    def close(self) -> None:
        """Closes the files."""
        self.store.close()
        self.geocoder.gazetteer.close()


def open_services(
    home: Path,
    *,
    clock: Callable[[], datetime] = utc_now,
    planning_seconds: float = 0.25,
    seed: int = 0,
    planning_iterations: int | None = None,
) -> TravelServices:
    """The services over the files under `home`, which are built where they are missing.

    Raises:
        DataError: a file can be neither read nor written.
    """
    return TravelServices(
        store=PlaceStore.open(home),
        geocoder=OfflineGeocoder(Gazetteer.open(home)),
        travel=EstimatedTravelTimes(),
        clock=clock,
        planning_seconds=planning_seconds,
        seed=seed,
        planning_iterations=planning_iterations,
    )
