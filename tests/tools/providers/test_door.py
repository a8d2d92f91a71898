"""The way out: policy, cache and memory, against slow, failing, limiting and vanished servers."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import pytest

from tests.tools.providers.conftest import Server, quick
from tests.tools.providers.stub import Answer, Stub, gone_url
from tools.errors import ServiceUnavailableError
from tools.providers.answers import DAY, AnswerCache
from tools.providers.config import Providers
from tools.providers.door import Door


def _door(url: str, cache: AnswerCache, **changes: object) -> Door:
    return Door("nominatim", "Nominatim", quick(nominatim_url=url, **changes), cache)


def _names(answer: object) -> list[str]:
    if not isinstance(answer, list):
        raise TypeError("a list is wanted")
    return [str(one["name"]) for one in answer]


def _ask(door: Door, what: str = "x") -> list[str]:
    return door.ask("/search", {"q": what}, _names, keep=DAY)


def test_a_good_answer_is_asked_for_once(stub: Stub, cache: AnswerCache) -> None:
    """The second ask is the cache's; the agent says who asked."""
    stub.say(Answer([{"name": "A"}]))
    door = _door(stub.url, cache, contact="https://example.org/us")
    assert _ask(door) == _ask(door) == ["A"]
    assert len(stub.asked) == 1
    assert stub.asked[0].path == "/search" and stub.asked[0].query == {"q": "x"}
    assert stub.asked[0].agent.startswith("tripwright/")
    assert stub.asked[0].agent.endswith("(+https://example.org/us)")


def test_the_cache_outlives_the_process_and_expires(stub: Stub, tmp_path: Path) -> None:
    """A reopened file answers; after its time it does not; nothing found is kept for a day."""
    stub.say(Answer([{"name": "A"}]), Answer([]))
    path, now = tmp_path / "new" / "answers.sqlite", [1000.0]

    def ask(what: str) -> list[str]:
        cache = AnswerCache(path, lambda: now[0])
        door = _door(stub.url, cache)
        try:
            return door.ask("/search", {"q": what}, _names, keep=30 * DAY)
        finally:
            door.close()
            cache.close()

    assert ask("a") == ask("a") == ["A"] and len(stub.asked) == 1
    assert ask("b") == ask("b") == [] and len(stub.asked) == 2
    now[0] += DAY + 1
    assert ask("a") == ["A"] and len(stub.asked) == 2
    ask("b")
    assert len(stub.asked) == 3
    now[0] += 30 * DAY
    ask("a")
    assert len(stub.asked) == 4


def test_a_damaged_cache_is_begun_anew(stub: Stub, tmp_path: Path) -> None:
    """A file that is no database, or a folder that can't be written, stops nobody."""
    stub.say(Answer([{"name": "A"}]))
    path = tmp_path / "answers.sqlite"
    path.write_bytes(b"not a database at all" * 1000)
    for _ in range(2):
        cache = AnswerCache(path)
        assert _ask(_door(stub.url, cache)) == ["A"]
        cache.close()
    assert len(stub.asked) == 1
    (tmp_path / "file").write_text("")
    cache = AnswerCache(tmp_path / "file" / "answers.sqlite")
    cache.put("a", "b", 10)
    assert cache.get("a") == "b"
    cache.close()


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Answer([{"name": "A"}], delay=20), "within 0.5 s"),
        (Answer([{"name": "A"}] * 30, trickle=0.05), "within 0.5 s"),
        (Answer("<html>busy</html>", 500), "status 500"),
        (Answer("<html>busy</html>", 504), "status 504"),
        (Answer("<html>ok</html>"), "not understood"),
        (Answer({"error": "x"}), "not understood"),
        (Answer([{"nome": "A"}]), "not understood"),
        (Answer([], 403), "let us in"),
        (Answer("", 301, {"Location": "https://example.org"}), "status 301"),
        (Answer([], 429), "pause"),
        (Answer([], 429, {"Retry-After": "soon"}), "pause"),
    ],
    ids="slow trickle 500 504 html shape field 403 redirect 429 429-nonsense".split(),
)
def test_a_failure_is_told_and_remembered(
    stub: Stub, cache: AnswerCache, answer: Answer, says: str
) -> None:
    """One sentence; the next ask does not reach the server; nothing bad is kept."""
    stub.say(answer)
    door = _door(stub.url, cache, **({"timeout": 0.5} if "within" in says else {}))
    began = time.monotonic()
    with pytest.raises(ServiceUnavailableError, match=says):
        _ask(door)
    assert time.monotonic() - began < 10
    with pytest.raises(ServiceUnavailableError, match="a moment ago"):
        _ask(door, "y")
    assert len(stub.asked) == 1
    stub.say(Answer([{"name": "A"}]))
    assert _ask(_door(stub.url, cache)) == ["A"]


def test_a_server_that_is_gone(cache: AnswerCache) -> None:
    """Connection refused: at once, in a sentence."""
    with pytest.raises(ServiceUnavailableError, match="could not be reached"):
        _ask(_door(gone_url(), cache))


def test_after_the_pause_it_is_asked_again(stub: Stub, cache: AnswerCache) -> None:
    """A failure is not for ever."""
    stub.say(Answer("", 500), Answer([{"name": "A"}]))
    door = _door(stub.url, cache, pause=0.2)
    with pytest.raises(ServiceUnavailableError):
        _ask(door)
    time.sleep(0.25)
    assert _ask(door) == ["A"]


def test_a_refused_question_does_not_close_the_door(stub: Stub, cache: AnswerCache) -> None:
    """A 400 or 404 is about this question alone."""
    stub.say(Answer({}, 404), Answer([{"name": "A"}]))
    door = _door(stub.url, cache)
    with pytest.raises(ServiceUnavailableError, match="404"):
        _ask(door)
    assert _ask(door) == ["A"]


def test_a_short_retry_after_is_waited_for(stub: Stub, cache: AnswerCache) -> None:
    """Seconds or a date: within the patience the same question is asked once more."""
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=1), usegmt=True)
    for header in ("1", at):
        stub.say(Answer([], 429, {"Retry-After": header}), Answer([{"name": "A"}]))
        began = time.monotonic()
        assert _ask(_door(stub.url, cache, patience=2.0), header) == ["A"]
        assert time.monotonic() - began < 10
    assert stub.asked[1].at - stub.asked[0].at >= 1.0


def test_a_long_retry_after_is_kept(stub: Stub, cache: AnswerCache) -> None:
    """Skipped at once, and not asked before its time."""
    stub.say(Answer([], 429, {"Retry-After": "3"}), Answer([{"name": "A"}]))
    door = _door(stub.url, cache, patience=0.1)
    began = time.monotonic()
    with pytest.raises(ServiceUnavailableError, match="pause"):
        _ask(door)
    with pytest.raises(ServiceUnavailableError, match="a moment ago"):
        _ask(door)
    assert len(stub.asked) == 1
    time.sleep(max(0.0, 3.2 - (time.monotonic() - began)))
    assert _ask(door) == ["A"]


def test_one_request_a_second_for_the_whole_process(stub: Stub, cache: AnswerCache) -> None:
    """Two threads with a door each, four questions: at least a second between any two."""
    stub.say(Answer([{"name": "A"}]))
    doors = [_door(stub.url, cache, interval=Providers().interval) for _ in range(2)]

    def two(door: Door, first: int) -> None:
        for n in (first, first + 1):
            _ask(door, f"{n}")

    threads = [threading.Thread(target=two, args=(d, 2 * n)) for n, d in enumerate(doors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times = sorted(asked.at for asked in stub.asked)
    gaps = [b - a for a, b in pairwise(times)]
    assert len(times) == 4
    assert min(gaps) >= 1.0, gaps  # measured where the requests arrive


def test_who_would_wait_too_long_goes_elsewhere(
    stub: Stub, cache: AnswerCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A queue is no place to spend a turn in."""
    monkeypatch.setattr("tools.providers.door.LONGEST_QUEUE", 0.5)
    stub.say(Answer([{"name": "A"}]))
    door = _door(stub.url, cache, interval=60.0)
    _ask(door, "a")
    with pytest.raises(ServiceUnavailableError, match="waiting"):
        _ask(door, "b")


def test_an_endless_answer_is_cut(
    server: Server, cache: AnswerCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More bytes than any answer of use has."""
    monkeypatch.setattr("tools.providers.door.LARGEST_ANSWER", 1000)
    stub = server()
    stub.say(Answer([{"name": "A" * 2000}]))
    with pytest.raises(ServiceUnavailableError, match="more than can be read"):
        _ask(_door(stub.url, cache))
