"""Which live services are asked, where they are, and how patiently. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import urlsplit

from tools.errors import DataError

NAMES = ("nominatim", "photon", "overpass", "open-meteo", "osrm")
"""Every service, as the setting names them."""

_ALL = frozenset({"1", "all", "on", "true", "yes"})
_NONE = frozenset({"", "0", "none", "off", "false", "no"})
_POLICY_SECONDS = 1.0
_SHARED_HOSTS = frozenset(
    {
        "nominatim.openstreetmap.org",
        "photon.komoot.io",
        "overpass-api.de",
        "routing.openstreetmap.de",
    }
)
"""Volunteers' servers: at most one request a second, by the policies of Nominatim and FOSSGIS."""


@dataclass(frozen=True, slots=True)
class Providers:
    """The live services of this process. As it stands, none is on.

    Raises:
        DataError: an unknown service, a base URL that is none, a time that is not positive, or
            a rate that a public server's policy forbids.
    """

    on: frozenset[str] = frozenset()
    """Of `NAMES`."""
    nominatim_url: str = "https://nominatim.openstreetmap.org"
    photon_url: str = "https://photon.komoot.io"
    overpass_url: str = "https://overpass-api.de/api"
    open_meteo_url: str = "https://api.open-meteo.com"
    osrm_url: str = "https://routing.openstreetmap.de/routed-foot"
    """Of a server that routes on foot: OSRM's own demo server knows cars alone, and answers with
    a car's times whatever profile is asked for."""
    contact: str = ""
    """Address or page in the user agent; the operators of public servers ask for one."""
    timeout: float = 6.0
    """Seconds for one answer, connecting and reading together."""
    places_timeout: float = 25.0
    """The same for Overpass, whose answers take longer."""
    patience: float = 2.0
    """Seconds of `Retry-After` that are waited for; a longer wait skips the service."""
    pause: float = 60.0
    """Seconds for which a service that failed is not asked again."""
    interval: float = _POLICY_SECONDS
    """Least seconds from a server's answer to the next request, for the whole process."""

    def __post_init__(self) -> None:
        unknown = sorted(self.on - set(NAMES))
        if unknown:
            raise DataError(
                f"There is no live service {unknown[0]!r}; there are {', '.join(NAMES)}."
            )
        for name in ("timeout", "places_timeout", "interval"):
            if not getattr(self, name) > 0:
                raise DataError(f"The {name} of live services has to be above 0 seconds.")
        for name in NAMES:
            parts = urlsplit(url := self.url(name))
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise DataError(f"The address of {name} has to be http(s)://..., not {url!r}.")
            if parts.hostname in _SHARED_HOSTS and self.interval < _POLICY_SECONDS:
                raise DataError(
                    f"{parts.hostname} may be asked once a second; an interval of "
                    f"{self.interval:g} s needs a server of your own."
                )

    def url(self, name: str) -> str:
        """The base URL of a service of `NAMES`, without a slash at its end."""
        return str(getattr(self, f"{name.replace('-', '_')}_url")).rstrip("/")

    @property
    def user_agent(self) -> str:
        """`tripwright/<version> (+contact)`."""
        try:
            number = version("tripwright")
        except PackageNotFoundError:  # run from a checkout that was never installed
            number = "0"
        # a header is one line of ASCII, whatever somebody sets
        contact = "".join(c for c in self.contact if " " <= c <= "~").strip()
        return f"tripwright/{number} (+{contact or 'travel planner, self-hosted'})"


def chosen(setting: str) -> frozenset[str]:
    """The services that a setting turns on: "1" for all, "" for none, or names with commas.

    Raises:
        DataError: a name that is no service.
    """
    said = setting.strip().casefold()
    if said in _NONE:
        return frozenset()
    if said in _ALL:
        return frozenset(NAMES)
    names = frozenset(part.strip() for part in said.split(",") if part.strip())
    return Providers(on=names).on
