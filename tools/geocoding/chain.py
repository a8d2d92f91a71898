"""Several geocoders behind one: the first that knows an answer gives it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TypeAlias

from geopy.exc import GeocoderServiceError  # type: ignore[import-untyped,unused-ignore]
from geopy.geocoders.base import (  # type: ignore[import-untyped,unused-ignore]
    DEFAULT_SENTINEL,
    Geocoder,
)
from geopy.location import Location  # type: ignore[import-untyped,unused-ignore]
from geopy.point import Point  # type: ignore[import-untyped,unused-ignore]

from tools.errors import InvalidRequestError, ServiceUnavailableError

_log = logging.getLogger(__name__)

Answer: TypeAlias = Location | list[Location] | None


class GeocoderChain(Geocoder):  # type: ignore[misc,unused-ignore]
    """Asks geocoders in order until one answers.

    One that finds nothing, or whose service is slow, failing, limiting or gone, passes the
    question on to the next. Any other error is a bug or a bad query and is raised.

    Args:
        geocoders: geopy geocoders, first choice first; at least one. Each has to accept
            `exactly_one`, `timeout`, `language` and `limit` (reverse: the first three), as geopy's
            Nominatim does.

    Raises:
        InvalidRequestError: no geocoder given.
    """

    def __init__(self, geocoders: Sequence[Geocoder]) -> None:
        super().__init__()
        if not geocoders:
            raise InvalidRequestError("A chain of geocoders needs at least one.")
        self.geocoders = tuple(geocoders)

    def geocode(
        self,
        query: str,
        *,
        exactly_one: bool = True,
        timeout: float | None = DEFAULT_SENTINEL,
        language: str | None = None,
        limit: int | None = None,
    ) -> Answer:
        """The first answer to a name; None when every geocoder was reached and found nothing.

        Raises:
            ServiceUnavailableError: nobody answered and at least one could not be reached.
        """
        return self._first(
            lambda geocoder: geocoder.geocode(
                query, exactly_one=exactly_one, timeout=timeout, language=language, limit=limit
            )
        )

    def reverse(
        self,
        query: Point | tuple[float, float] | str,
        *,
        exactly_one: bool = True,
        timeout: float | None = DEFAULT_SENTINEL,
        language: str | None = None,
    ) -> Answer:
        """The first answer to a point; None when every geocoder was reached and found nothing.

        Raises:
            ServiceUnavailableError: nobody answered and at least one could not be reached.
        """
        return self._first(
            lambda geocoder: geocoder.reverse(
                query, exactly_one=exactly_one, timeout=timeout, language=language
            )
        )

    def _first(self, ask: Callable[[Geocoder], Answer]) -> Answer:
        outage: Exception | None = None
        for geocoder in self.geocoders:
            try:
                answer = ask(geocoder)
            except (GeocoderServiceError, ServiceUnavailableError) as error:
                _log.warning("%s did not answer: %s", type(geocoder).__name__, error)
                outage = error
                continue
            if answer:
                return answer
        if outage is not None:
            raise ServiceUnavailableError(
                "The place could not be looked up: the service that knows it did not answer."
            ) from outage
        return None
