"""The weather to come, from Open-Meteo."""

from __future__ import annotations

from datetime import date, timedelta
from typing import cast

from tools.place import Coordinates
from tools.providers.answers import AnswerCache
from tools.providers.config import Providers
from tools.providers.door import Door
from tools.providers.kinds import DayForecast, Forecast

DAYS_AHEAD = 16
"""Days that the service forecasts, today among them."""
KEEP_SECONDS = 3600.0

_SKY = (
    (0, "clear"),
    (2, "partly cloudy"),
    (3, "overcast"),
    (48, "fog"),
    (57, "drizzle"),
    (67, "rain"),
    (77, "snow"),
    (82, "showers"),
    (86, "snow showers"),
    (99, "thunderstorms"),
)
"""The last WMO weather code (table 4677, as Open-Meteo uses it) of each word."""


class OpenMeteo:
    """Daily forecasts by Open-Meteo (https://open-meteo.com), free for non-commercial use.

    Its terms: fewer than 10,000 questions a day and 600 a minute, CC BY 4.0.
    """

    label = "Open-Meteo"
    source = "Open-Meteo.com (CC BY 4.0)"

    def __init__(self, providers: Providers, cache: AnswerCache) -> None:
        # a tenth of a second keeps within 600 a minute; no second's pause is asked for
        self.door = Door(
            "open-meteo", self.label, providers, cache, interval=min(0.1, providers.interval)
        )

    def forecast(
        self, where: Coordinates, timezone: str, first: date, last: date, today: date
    ) -> Forecast | None:
        """As `tools.providers.kinds.Forecaster.forecast`; `today` is the date over there."""
        if not today <= first <= last < today + timedelta(days=DAYS_AHEAD):
            return None
        # always all days: one answer, kept for an hour, serves every question about a city
        days = self.door.ask(
            "/v1/forecast",
            {
                "latitude": f"{where.lat:.2f}",
                "longitude": f"{where.lon:.2f}",
                "daily": "temperature_2m_max,temperature_2m_min,precipitation_sum,weather_code",
                "timezone": timezone,
                "forecast_days": DAYS_AHEAD,
            },
            _read,
            keep=KEEP_SECONDS,
        )
        wanted = tuple(day for day in days if first <= day.day <= last)
        if len(wanted) != (last - first).days + 1:  # the last day may come without figures
            return None
        return Forecast(wanted, self.source)


def _read(answer: object) -> tuple[DayForecast, ...]:
    """The days that have all figures; ValueError, TypeError or KeyError for another shape."""
    daily = cast("dict[str, dict[str, list[object]]]", answer)["daily"]
    columns = zip(
        daily["time"],
        daily["temperature_2m_max"],
        daily["temperature_2m_min"],
        daily["precipitation_sum"],
        daily["weather_code"],
        strict=True,
    )
    return tuple(
        DayForecast(
            day=date.fromisoformat(str(day)),
            high=_number(high),
            low=_number(low),
            rain_mm=_number(rain),
            sky=next((word for last, word in _SKY if _number(code) <= last), "unknown"),
        )
        for day, high, low, rain, code in columns
        if None not in (high, low, rain, code)
    )


def _number(value: object) -> float:
    if not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    return float(value)
