"""The one way out to the network: one `Door` a service, with its policy, cache and memory."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

import httpx

from tools.errors import ServiceUnavailableError
from tools.providers.answers import DAY, AnswerCache
from tools.providers.config import Providers

LARGEST_ANSWER = 16 * 1024 * 1024
"""Bytes; no question of ours is answered with more."""
LONGEST_QUEUE = 8.0
"""Seconds that a request waits for its turn; a server that busy is passed over."""
NOTHING_FOUND_SECONDS = DAY
"""How long "there is no such thing" is believed."""

_BLOCKED_SECONDS = 3600.0
"""After 401 or 403: asking again soon would not help, and annoys."""
_MALFORMED = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)
"""What reading JSON of another shape than documented raises."""

_log = logging.getLogger(__name__)
T = TypeVar("T")


class _Queue:
    """Lets requests to one server pass one at a time, with a pause between them.

    The pause begins when an answer is in. Counted from when a request was let go, two could
    reach the server closer together than that, the first having been held up on its way.
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._free_at = 0.0

    @contextmanager
    def turn(self, pause: float) -> Iterator[bool]:
        """Waits for a turn, for `LONGEST_QUEUE` at most; False when it is not to be had by then.

        Args:
            pause: seconds to be kept after this turn.
        """
        latest = time.monotonic() + LONGEST_QUEUE
        if not self._turn.acquire(timeout=LONGEST_QUEUE):
            yield False
            return
        try:
            if self._free_at > latest:
                yield False
                return
            while (left := self._free_at - time.monotonic()) > 0:
                time.sleep(left)
            try:
                yield True
            finally:
                self._free_at = time.monotonic() + pause
        finally:
            self._turn.release()


_queues: dict[str, _Queue] = {}
_queues_lock = threading.Lock()


def _queue(host: str) -> _Queue:
    """The server's one queue: policies count the whole process, not each `Door`."""
    with _queues_lock:
        return _queues.setdefault(host, _Queue())


class Door:
    """Asks one service for JSON. May be used from several threads.

    Args:
        name: of `tools.providers.config.NAMES`.
        label: the service's name in sentences.
        providers: address, user agent, times.
        cache: where answers are kept.
        timeout: seconds for an answer; `providers.timeout` when None.
        interval: least seconds from an answer to the next request to the server;
            `providers.interval` when None.
    """

    def __init__(
        self,
        name: str,
        label: str,
        providers: Providers,
        cache: AnswerCache,
        *,
        timeout: float | None = None,
        interval: float | None = None,
    ) -> None:
        self.label = label
        self.base = providers.url(name)
        self._providers = providers
        self._timeout = providers.timeout if timeout is None else timeout
        self._interval = providers.interval if interval is None else interval
        self._cache = cache
        self._closed_until = 0.0
        self._queue = _queue(urlsplit(self.base).netloc)
        self._client = httpx.Client(
            headers={"User-Agent": providers.user_agent, "Accept": "application/json"},
            timeout=self._timeout,
        )

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def ask(
        self,
        path: str,
        parameters: Mapping[str, str | int | float],
        read: Callable[[object], T],
        *,
        keep: float,
        refusals: bool = False,
    ) -> T:
        """`get` for a path below the base URL; arguments and errors as there."""
        url = f"{self.base}{path}"
        if parameters:
            url += f"?{urlencode(parameters)}"
        return self.get(url, read, keep=keep, refusals=refusals)

    def get(
        self, url: str, read: Callable[[object], T], *, keep: float, refusals: bool = False
    ) -> T:
        """An answer from the cache, else from the service.

        Args:
            url: whole, on the service's server.
            read: the JSON value to what is wanted; it raises ValueError, TypeError or LookupError
                for a shape that is not as documented, and then nothing is kept.
            keep: seconds for which the answer may be used again; an empty one for at most
                `NOTHING_FOUND_SECONDS`.
            refusals: whether the JSON of a 400 is an answer, too (OSRM says "NoRoute" that way).

        Raises:
            ServiceUnavailableError: slow, failing, limiting, gone or not understood, now or so
                recently that it is not asked again yet.
        """
        if (kept := self._cache.get(url)) is not None:
            try:
                return read(json.loads(kept))
            except _MALFORMED:
                self._cache.drop(url)
        body = self._fetch(url, refusals)
        try:
            answer = read(json.loads(body))
        except _MALFORMED as error:
            raise self._failure("gave an answer that was not understood") from error
        self._cache.put(url, body, keep if answer else min(keep, NOTHING_FOUND_SECONDS))
        return answer

    def _fetch(self, url: str, refusals: bool) -> str:
        if time.monotonic() < self._closed_until:
            raise ServiceUnavailableError(f"{self.label} did not answer a moment ago.")
        status, retry_after, body = self._request(url)
        wait = retry_after if status in (429, 503) else None
        if wait is not None and wait <= self._providers.patience:
            time.sleep(wait)
            status, retry_after, body = self._request(url)
        if status == 200 or (refusals and status == 400):
            return body
        if status == 429:
            raise self._failure("asks for a pause", retry_after)
        if status >= 500 or status < 400:
            raise self._failure(f"failed with status {status}", retry_after)
        if status in (401, 403):
            raise self._failure("does not let us in", _BLOCKED_SECONDS)
        # a question that it does not like says nothing of the next one: no pause
        raise ServiceUnavailableError(f"{self.label} refused the question with status {status}.")

    def _request(self, url: str) -> tuple[int, float | None, str]:
        """Status, seconds of Retry-After if any, and text."""
        with self._queue.turn(self._interval) as ours:
            if not ours:
                raise ServiceUnavailableError(f"{self.label} has too many questions waiting.")
            return self._read(url)

    def _read(self, url: str) -> tuple[int, float | None, str]:
        deadline = time.monotonic() + self._timeout
        _log.debug("%s: %s", self.label, url)
        try:
            with self._client.stream("GET", url) as response:
                body = bytearray()
                for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > LARGEST_ANSWER:
                        raise self._failure("sent more than can be read")
                    # httpx's timeout is between two pieces; a trickle would pass it for ever
                    if time.monotonic() > deadline:
                        raise httpx.ReadTimeout("whole answer")
                wait = _retry_after(response.headers.get("Retry-After"))
                text = bytes(body).decode("utf-8", errors="replace")
                return response.status_code, wait, text
        except httpx.TimeoutException as error:
            raise self._failure(f"did not answer within {self._timeout:g} s") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._failure("could not be reached") from error

    def _failure(self, what: str, pause: float | None = None) -> ServiceUnavailableError:
        """The error, after which the service is left alone for a while."""
        seconds = self._providers.pause if pause is None else min(pause, DAY)
        self._closed_until = max(self._closed_until, time.monotonic() + seconds)
        return ServiceUnavailableError(f"{self.label} {what}.")


def _retry_after(header: str | None) -> float | None:
    """Seconds of a Retry-After header, which holds seconds or a date; None for nonsense."""
    if header is None:
        return None
    if header.strip().isdigit():
        return float(header.strip()[:9])
    try:
        at = parsedate_to_datetime(header)
    except (ValueError, TypeError):
        return None
    at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.now(UTC)).total_seconds())
