"""What a tool may reach: the places, the map, travel times and the clock, in one frozen value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from geopy.location import Location  # type: ignore[import-untyped,unused-ignore]

from tools.geocoding.gazetteer import Gazetteer
from tools.geocoding.offline import OfflineGeocoder
from tools.place import City
from tools.providers.config import Providers
from tools.store import PlaceStore
from tools.transfers import TransferTimes
from tools.travel import EstimatedTravelTimes, TravelTimes

if TYPE_CHECKING:  # brings httpx along
    from tools.providers.live import Live


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
    transfers: TransferTimes = field(default_factory=TransferTimes)
    """Ways between cities."""
    live: Live | None = None
    """Services of the network; None where none is on, as it is by default."""

    def now(self, city: City) -> datetime:
        """The clock in a city's zone."""
        return self.clock().astimezone(ZoneInfo(city.timezone))

    def today(self, city: City) -> date:
        """The date in a city."""
        return self.now(city).date()

    def cover(self, location: Location) -> City | None:
        """A city that the store has no places of, filled from the network where that is on.

        Args:
            location: of `geocoder`.

        Returns:
            None without a service for places, or when it has nothing of use. Never raises for an
            outage; see `tools.providers.ledger`.
        """
        if self.live is None:
            return None
        from tools.providers.live_store import LivePlaceStore

        assert isinstance(self.store, LivePlaceStore)  # `open_services` opens both or neither
        return self.live.cover(location, self.store)

    def close(self) -> None:
        """Closes the files, and the connections of live services."""
        if self.live is not None:
            self.live.close()
        self.store.close()
        self.geocoder.gazetteer.close()


def open_services(
    home: Path,
    *,
    clock: Callable[[], datetime] = utc_now,
    planning_seconds: float = 0.25,
    seed: int = 0,
    planning_iterations: int | None = None,
    providers: Providers | None = None,
) -> TravelServices:
    """The services over the files under `home`, which are built where they are missing.

    With live `providers` the embedded data is what every answer falls back to.

    Raises:
        DataError: a file can be neither read nor written.
    """
    if providers is not None and providers.on:
        return _with_live(home, providers, clock, planning_seconds, seed, planning_iterations)
    return TravelServices(
        store=PlaceStore.open(home),
        geocoder=OfflineGeocoder(Gazetteer.open(home)),
        travel=EstimatedTravelTimes(),
        clock=clock,
        planning_seconds=planning_seconds,
        seed=seed,
        planning_iterations=planning_iterations,
    )


def _with_live(
    home: Path,
    providers: Providers,
    clock: Callable[[], datetime],
    planning_seconds: float,
    seed: int,
    planning_iterations: int | None,
) -> TravelServices:
    from tools.providers.geocoder import LiveGeocoder
    from tools.providers.live import open_live
    from tools.providers.live_store import LivePlaceStore
    from tools.providers.ways import LiveTravelTimes

    live = open_live(home, providers)
    estimated = EstimatedTravelTimes()
    store = LivePlaceStore.beside(home)
    return TravelServices(
        store=store,
        geocoder=LiveGeocoder(
            Gazetteer.open(home), live.cities, is_place=lambda name: bool(store.named(name))
        ),
        travel=LiveTravelTimes(live.ways, live.answers, estimated) if live.ways else estimated,
        clock=clock,
        planning_seconds=planning_seconds,
        seed=seed,
        planning_iterations=planning_iterations,
        live=live,
    )
