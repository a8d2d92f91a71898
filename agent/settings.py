"""One frozen tree of settings: defaults, then a TOML file, then the environment.

The file is `$TRIPWRIGHT_CONFIG`, or `tripwright.toml` in the home directory of the application's
data. A variable is named after its place in the tree: `model.engine` is `TRIPWRIGHT_MODEL_ENGINE`.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from types import UnionType
from typing import Any, Self, cast, get_args, get_type_hints

from tools.errors import DataError
from tools.paths import cache_directory
from tools.providers.config import NAMES, Providers, chosen

PREFIX = "TRIPWRIGHT_"
CONFIG_FILE = "tripwright.toml"


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Which model answers, and how it is run."""

    engine: str = "auto"
    """"auto", "openvino", "transformers", or "scripted:FILE" (see `agent.models.load`)."""
    adapter: Path | None = None
    """Folder of the adapter; the one that ships when None."""
    base: str = ""
    """Folder or name of the base model; the adapter's own when empty."""
    threads: int = 0
    """For the engine; 0 lets it choose."""
    max_new_tokens: int = 256
    device: str = "auto"
    """"auto", "cpu" or "cuda"."""
    readers: bool = True
    """Whether other adapters, where they ship, are asked when the model is not sure (decision 011),
    who travels (016), and for a plan's wishes (017). Another `adapter`, or `base`, has none."""


@dataclass(frozen=True, slots=True)
class PlanningSettings:
    """How long a plan is searched for."""

    seconds: float = 0.25
    seed: int = 0


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """Where one live service is."""

    url: str = ""
    """Base address; the public server's when empty (`tools.providers.config.Providers`)."""


@dataclass(frozen=True, slots=True)
class MapSettings:
    """What lies under a trip on the board's map (`agent.basemap`); coasts and borders alone if
    neither is set.
    """

    tiles: str = ""
    """Address of a server's raster tiles, with {z}, {x} and {y}: the only one the page may ask."""
    pmtiles: Path | None = None
    """A PMTiles file on this machine."""
    attribution: str = ""
    """Whom the map is by, shown on it; a PMTiles file may say so itself."""
    max_zoom: int = 19
    """The closest zoom that the server has tiles of; a file says its own."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set."""

    home: Path = field(default_factory=cache_directory)
    """Where the place store, the gazetteer, the model's files and the threads are kept."""
    threads: str = "threads.sqlite"
    """File of the conversations, in `home` unless it is a whole path; ":memory:" keeps none."""
    model: ModelSettings = field(default_factory=ModelSettings)
    planning: PlanningSettings = field(default_factory=PlanningSettings)
    live: str = ""
    """Live services to ask: "1" for all, or names with commas (`docs/providers.md`)."""
    contact: str = ""
    """A page or address that the operators of live services can turn to."""
    nominatim: ServiceSettings = field(default_factory=ServiceSettings)
    photon: ServiceSettings = field(default_factory=ServiceSettings)
    overpass: ServiceSettings = field(default_factory=ServiceSettings)
    open_meteo: ServiceSettings = field(default_factory=ServiceSettings)
    osrm: ServiceSettings = field(default_factory=ServiceSettings)
    map: MapSettings = field(default_factory=MapSettings)

    @property
    def threads_path(self) -> Path | None:
        """The file of the conversations; None for memory."""
        return None if self.threads == ":memory:" else self.home / self.threads

    @property
    def providers(self) -> Providers:
        """The live services that are on, and where they are.

        Raises:
            DataError: a service that there is not, or an address that is none.
        """
        keys = [name.replace("-", "_") for name in NAMES]
        urls = {f"{key}_url": url for key in keys if (url := getattr(self, key).url)}
        return Providers(on=chosen(self.live), contact=self.contact, **urls)

    @classmethod
    def load(cls, environment: Mapping[str, str] | None = None) -> Self:
        """The settings of this process.

        Raises:
            DataError: an unreadable file, an unknown key, or a value of a wrong type; its
                sentence names it.
        """
        given = os.environ if environment is None else environment
        home = given.get(f"{PREFIX}HOME", "").strip()
        settings = cls(home=Path(home).expanduser()) if home else cls()
        named = given.get(f"{PREFIX}CONFIG", "").strip()
        path = Path(named).expanduser() if named else settings.home / CONFIG_FILE
        if named or path.is_file():
            settings = _merged(settings, _read(path), str(path))
        table = _of_environment(cls, given)
        return cast("Self", _merged(settings, table, "the environment"))


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"The settings in {path} can't be read: {error}.") from error


_TRUTHS: Mapping[str, bool] = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("0", "false", "no", "off"), False),
}


def _of_environment(tree: type, given: Mapping[str, str], prefix: str = PREFIX) -> dict[str, Any]:
    """The values of variables as a nested table, as the file has it."""
    found: dict[str, Any] = {}
    for one, kind in get_type_hints(tree).items():
        variable = f"{prefix}{one.upper()}"
        if is_dataclass(kind):
            assert isinstance(kind, type)
            if table := _of_environment(kind, given, f"{variable}_"):
                found[one] = table
        elif given.get(variable, "").strip():
            found[one] = given[variable].strip()
    return found


def _merged(tree: Any, table: Mapping[str, Any], where: str, path: str = "") -> Any:
    kinds = get_type_hints(type(tree))
    names = [one.name for one in fields(tree)]
    changed: dict[str, Any] = {}
    for key, value in table.items():
        name = f"{path}{key}"
        if key not in names:
            raise DataError(f"{where} sets {name}; known are {', '.join(path + n for n in names)}.")
        if is_dataclass(kinds[key]):
            if not isinstance(value, Mapping):
                raise DataError(f"{name} in {where} has to be a table.")
            changed[key] = _merged(getattr(tree, key), value, where, f"{name}.")
        else:
            changed[key] = _value(value, kinds[key], name, where)
    return replace(tree, **changed)


def _value(value: Any, kind: Any, name: str, where: str) -> Any:
    wanted = next(k for k in get_args(kind) if k is not type(None)) if isinstance(
        kind, UnionType
    ) else kind  # fmt: skip
    try:
        if wanted is bool:
            return _TRUTHS[str(value).lower()]
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise ValueError(f"{value!r} is no {wanted.__name__}")
        if wanted is Path:
            return Path(str(value)).expanduser()
        return wanted(value)
    except KeyError as error:
        raise DataError(f"{name} in {where} has to be true or false, not {value!r}.") from error
    except ValueError as error:
        raise DataError(
            f"{name} in {where} has to be of type {wanted.__name__}, not {value!r}."
        ) from error
