"""Typed reading of a JSON object: each getter returns its type or raises one clear `DataError`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from tools.errors import DataError

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]
"""What `json.loads` gives."""

_LARGEST = 10**9
"""No count, minute or metre of a trip is larger; far larger ones would overflow sums."""

_YEARS = range(1900, 2200)
"""Of dates: at the calendar's ends there is no day before or after to look at."""

Choice = TypeVar("Choice", bound=StrEnum)


class Fields:
    """A JSON object and where it stands in its document, for the error sentences.

    Every getter takes a key and, where the key may be missing, a default; all raise `DataError`
    for a missing key without default, a wrong type, or a value out of range. The `optional_`
    getters return None for a missing key or a JSON null.
    """

    def __init__(self, value: Json, path: str) -> None:
        """Args: value: must be an object. path: how sentences name it, "itinerary.days[0]"."""
        if not isinstance(value, Mapping):
            raise DataError(f"{path} has to be a JSON object.")
        self._value = value
        self._path = path

    def text(self, key: str, default: str | None = None) -> str:
        """A string."""
        value = self._get(key, default)
        if not isinstance(value, str):
            raise self._wrong(key, "a text")
        return self._printable(value, key)

    def integer(self, key: str, default: int | None = None, at_least: int | None = None) -> int:
        """A whole number, at least `at_least`."""
        value = self._get(key, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._wrong(key, "a whole number")
        if abs(value) > _LARGEST:
            raise self._wrong(key, f"at most {_LARGEST}")
        if at_least is not None and value < at_least:
            raise self._wrong(key, f"at least {at_least}")
        return value

    def number(self, key: str, at_least: float = -math.inf, at_most: float = math.inf) -> float:
        """A finite number between the bounds, as a float."""
        value = self._get(key, None)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise self._wrong(key, "a number")
        try:
            number = float(value)
        except OverflowError:
            raise self._wrong(key, "a number of a usual size") from None
        if not math.isfinite(number):
            raise self._wrong(key, "a finite number")
        if not at_least <= number <= at_most:
            raise self._wrong(key, f"between {at_least:g} and {at_most:g}")
        return number

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self._get(key, default)
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false")
        return value

    def day(self, key: str) -> date:
        """A date, `YYYY-MM-DD`."""
        try:
            day = date.fromisoformat(self.text(key))
        except ValueError:
            raise self._wrong(key, "a date as YYYY-MM-DD") from None
        if day.year not in _YEARS:
            raise self._wrong(key, f"a date from {_YEARS[0]} to {_YEARS[-1]}")
        return day

    def moment(self, key: str) -> datetime:
        """A date and time with its UTC offset, ISO 8601."""
        try:
            moment = datetime.fromisoformat(self.text(key))
        except ValueError:
            raise self._wrong(key, "a time as YYYY-MM-DDTHH:MM:SS+HH:MM") from None
        if moment.year not in _YEARS:
            raise self._wrong(key, f"a time from {_YEARS[0]} to {_YEARS[-1]}")
        if moment.tzinfo is None:
            raise self._wrong(key, "a time with its UTC offset, YYYY-MM-DDTHH:MM:SS+HH:MM")
        return moment

    def zone(self, key: str) -> ZoneInfo:
        """An IANA time zone."""
        try:
            return ZoneInfo(self.text(key))
        except (OSError, ValueError, LookupError):
            raise self._wrong(key, "an IANA time zone such as Europe/Rome") from None

    def choice(self, key: str, kind: type[Choice], default: Choice | None = None) -> Choice:
        """A member of the enumeration, by its value."""
        return self._member(self.text(key, default), kind, key)

    def choices(
        self, key: str, kind: type[Choice], default: tuple[Choice, ...] | None = None
    ) -> tuple[Choice, ...]:
        """A list of members, by their values."""
        return tuple(self._member(t, kind, key) for t in self.texts(key, default))

    def names(self) -> tuple[str, ...]:
        """The object's keys, in their order."""
        return tuple(map(str, self._value))

    def texts(self, key: str, default: Sequence[str] | None = None) -> tuple[str, ...]:
        """A list of strings."""
        texts = []
        for item in self._list(key, default):
            if not isinstance(item, str):
                raise self._wrong(key, "a list of texts")
            texts.append(self._printable(item, key))
        return tuple(texts)

    def child(self, key: str) -> Fields:
        """An object."""
        return Fields(self._get(key, None), f"{self._path}.{key}")

    def children(self, key: str, default: Sequence[Json] | None = None) -> tuple[Fields, ...]:
        """A list of objects."""
        return tuple(
            Fields(item, f"{self._path}.{key}[{i}]")
            for i, item in enumerate(self._list(key, default))
        )

    def optional_child(self, key: str) -> Fields | None:
        """An object, or None."""
        return None if self._value.get(key) is None else self.child(key)

    def optional_integer(self, key: str) -> int | None:
        """A whole number, or None."""
        return None if self._value.get(key) is None else self.integer(key)

    def optional_number(self, key: str) -> float | None:
        """A number, or None."""
        return None if self._value.get(key) is None else self.number(key)

    def optional_choice(self, key: str, kind: type[Choice]) -> Choice | None:
        """A member of the enumeration, or None."""
        return None if self._value.get(key) is None else self.choice(key, kind)

    def clock(self, key: str) -> time:
        """A local time of day without offset, ISO 8601."""
        clock = self.optional_clock(key)
        if clock is None:
            raise self._wrong(key, "a time as HH:MM")
        return clock

    def optional_clock(self, key: str) -> time | None:
        """A local time of day without offset, ISO 8601, or None."""
        if self._value.get(key) is None:
            return None
        try:
            clock = time.fromisoformat(self.text(key))
        except ValueError:
            raise self._wrong(key, "a time as HH:MM") from None
        if clock.tzinfo is not None:
            raise self._wrong(key, "a local time as HH:MM, without an offset")
        return clock

    def _get(self, key: str, default: Json) -> Json:
        if key in self._value:
            return self._value[key]
        if default is None:
            raise DataError(f"{self._path}.{key} is missing.")
        return default

    def _printable(self, text: str, key: str) -> str:
        """The text, unless JSON's escapes made half a character of it."""
        try:
            text.encode()
        except UnicodeEncodeError:
            raise self._wrong(key, "a text of whole characters") from None
        return text

    def _list(self, key: str, default: Sequence[Json] | None) -> Sequence[Json]:
        value = self._get(key, default)
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise self._wrong(key, "a list")
        return value

    def _member(self, value: str, kind: type[Choice], key: str) -> Choice:
        try:
            return kind(value)
        except ValueError:
            raise self._wrong(key, "one of " + ", ".join(m.value for m in kind)) from None

    def _wrong(self, key: str, expected: str) -> DataError:
        return DataError(f"{self._path}.{key} has to be {expected}.")
