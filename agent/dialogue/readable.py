"""What of a conversation could stand for an argument that code has to read: dates, hours, sums.

Of a name nobody can say beforehand what it looks like; of a date one can. An argument that would
only be refused ("forty tons" as a walk, "empty" as a part of the day) is then never written, and
one for which nothing was said can't be.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache, partial
from itertools import islice, pairwise

from agent.dialogue.grammar import MAX_SPOKEN_WORDS, words_of
from tools.amount_changes import changes_in, party_changes_in
from tools.amounts import amounts_in
from tools.currency_words import currencies_in
from tools.date_forms import NAMED_DAY
from tools.date_words import DATE_WORDS
from tools.dates import is_date, is_moment, names_month
from tools.dates_of_trip import SHIFT_WORDS, is_shift
from tools.times import NUMBERS, TIME_WORDS, resolve_span, resolve_time, resolve_walk
from tools.times_of_trip import hour_or_shift

Reader = Callable[[str], bool]
Resolver = Callable[[str], object]

_MOST_SPANS = 120
"""Offered for one argument, of what was said last."""
_REACH = 30
"""Characters looked at beside a span."""
_SHIFTS_BEFORE = re.compile(
    r"\b(?:the\s+day\s+(?:before|after)|a\s+week(?:\s+on)?|half|quarters?\s+of)\s+$", re.I
)
"""Not "3 days from Friday" nor "two days before Christmas": so one says how long, too."""
_WEEK_FROM = re.compile(r"\ba\s+week\s+from\s+$", re.I)
"""Shifts a weekday; before a day of a month it says how long."""
_SHIFTS_BEHIND = re.compile(r"\s+(?:after\s+next|of\s+(?:next|this)\s+month)\b", re.I)
_UNITS = r"(?:minutes?|mins?|hours?|hrs?|days?|weeks?|fortnights?|months?|years?)"
_LENGTH = re.compile(rf"(?:\b{_UNITS}|\bhalf|\dh)$", re.I)
_LATER = re.compile(r"\s+(?:later|earlier|sooner)\b", re.I)
"""Behind a length: "two hours" of "two hours later" is no hour. Behind an hour it only explains."""
_NUMBER = re.compile(rf"(?:^|\s)(?:\d+|{'|'.join(NUMBERS)})$", re.I)
_UNIT_BEHIND = re.compile(
    rf"\s+(?:and\s+a\s+half\s+|quarters?\s+of\s+an\s+)?{_UNITS}\b(?!\s+sharp)", re.I
)
"""Behind a number: "3" of "postpone it by 3 days" is no day."""
_OF_A_DAY = re.compile(r"\bday\s+$", re.I)
_WHICH_DAY = re.compile(
    r"\b(?:that|same|this|every|each|first|second|third|fourth|fifth|sixth|seventh|last|next|final|"
    r"whole|other|arrival)\s+day\s+$",
    re.I,
)
"""Before a number: "4" of "day 4" is no hour, nor a day of the month; "every day 10" is one."""
_BEGINS_WITH_NUMBER = re.compile(r"\d+(?!\d|[:.]\d|\s*[ap]\.?m|\s*o)", re.I)
_POINT_AHEAD, _POINT_BEHIND = re.compile(r"\d[.:/]$"), re.compile(r"[.:/]\d")
"""Beside a number: "8" of "8.6." is no hour."""
_WORD_AHEAD, _WORD_BEHIND = re.compile(r"[^\W\d_]+\s+$"), re.compile(r"\s+[^\W\d_]+")
_FIGURES = re.compile(r"(?<![\d:.,-])[1-9]\d{2,3}(?![\d:.,-])")
"""An hour in a row of figures, "930" or "1430"; or a sum, or a year."""
_OF_A_SUM = re.compile(r"\b(?:budget\w*|costs?|total)\b[^\d\n,;.]{0,20}$", re.I)
"""Before figures: how one names a sum, and no hour."""
_NO_START = frozenset({"or", "and", "of", "but"})
_NO_END = frozenset("or and of a an the at by from in on to no not than between".split())
_EXAMPLES = re.compile(r"; right would be \".*| I know; it can be .*")
"""In our own refusals: nobody said those dates. A traveller's "it can be the 4th" is none."""
_MOST_WORDS = 8
"""Of a date, an hour and the like."""
_KNOWN_TEXTS = 1 << 16


_DAY_OF_MONTH = re.compile(r"[12]?\d|3[01]")
"""With its month said at the other end: "from 3 to 7 May"."""
_NAMED_DAY = re.compile(NAMED_DAY, re.IGNORECASE)
"""The same in words: "the fifth till the ninth of May"."""
_TO_BE_ASKED = re.compile(
    r"(?:[a-z]+ )?(?:half[- ]term|spring break|(?:bank|public|school) holidays?)(?: [a-z]+)?", re.I
)
"""Dates that are hardly anything else, and that nobody here can read: the tool says so."""


def _date(text: str) -> bool:
    return is_date(text) or bool(_DAY_OF_MONTH.fullmatch(text) or _TO_BE_ASKED.fullmatch(text))


def _end_of_span(text: str) -> bool:
    return _date(text) or _NAMED_DAY.fullmatch(text) is not None


def _other_start(text: str) -> bool:
    return _date(text) or is_shift(text)


def _moment(text: str) -> bool:
    return is_moment(text) or _TO_BE_ASKED.fullmatch(text) is not None


_late = partial(resolve_time, late=True)
_late_or_shift = partial(hour_or_shift, late=True)
RESOLVERS: Mapping[tuple[str, str], Resolver] = {
    ("plan_days", "arrive_at"): resolve_time,
    ("plan_days", "leave_at"): resolve_time,
    ("plan_days", "day_start"): resolve_time,
    ("plan_days", "day_end"): _late,
    ("plan_days", "max_walk"): resolve_walk,
    ("add_place", "time"): resolve_time,
    ("move_place", "time"): hour_or_shift,
    ("pin_place", "time"): hour_or_shift,
    ("set_hours", "start"): hour_or_shift,
    ("set_hours", "end"): _late_or_shift,
    ("keep_free", "time"): resolve_span,
}
"""Tool and argument -> what code makes of its text, None where it can't; as the tools read it."""


@cache
def _reads(resolve: Resolver) -> Reader:
    """One reader a resolver: arguments that are read alike are offered the same texts."""
    return lambda text: resolve(text) is not None


READERS: Mapping[tuple[str, str], Reader] = {
    **{key: _reads(resolve) for key, resolve in RESOLVERS.items()},
    ("plan_days", "start_date"): _end_of_span,
    ("plan_days", "end_date"): _end_of_span,
    ("set_dates", "start_date"): _other_start,
    ("find_places", "open_at"): _moment,
    ("check_opening", "when"): _moment,
    ("look_up", "when"): _moment,
}
"""Tool and argument -> whether a text can be read as it."""
SHIFTED = frozenset(
    key for key, resolve in RESOLVERS.items() if resolve in (hour_or_shift, _late_or_shift)
)
"""Hours that may count from those of the plan."""
FORCED = frozenset(READERS) - {("set_dates", "start_date")}
"""Those that may be absent: of the texts that could be read so, the model has to write one once it
has begun to, even where it meant none of them. Then they are left out (`agent/models/chat.py`)."""
BUDGETS = frozenset({("plan_days", "budget"), ("set_budget", "budget")})
"""Arguments that are a number which was said, or the words that change the one that stands."""
AMOUNTS = BUDGETS | {("convert_currency", "amount")}
"""Arguments that are a number which was said."""
PARTY = ("plan_days", "travellers")
"""A number or a list, but where the newest message changes the one that stands."""
CURRENCIES = frozenset(
    {
        ("plan_days", "currency"),
        ("set_budget", "currency"),
        ("convert_currency", "currency"),
        ("convert_currency", "to"),
    }
)
"""Arguments that are a currency of which something was said: a word, a sign, a country."""
_ANCHORS = DATE_WORDS | TIME_WORDS
_MEASURE = re.compile(
    r"\d|^(?:half|quarters?|fifteen|twenty|thirty|forty|fifty|sixty|ninety|hours?|minutes?|mins?|"
    r"miles?|kms?|kilomet\w+|met(?:re|er)s?|past|term|holidays?|break)$"
)
"""A word of which some date, hour or walk has at least one, besides `_ANCHORS`."""


_GLUE = SHIFT_WORDS | frozenset(
    "a about after all an and any around as at before between both but by clock coming each early "
    "earlier end ending every exactly from half in it just last late later least less max maximum "
    "mid middle more most next no not o of on once only onwards open or our over p part per past "
    "roughly s second sharp so some starting than the this till time to top tops total until up us "
    "walk walking walks whole wide with within foot m am pm ish th st nd rd h k hrs hr stretch "
    "beginning go pop thing first light dark right toward towards bank public school start break "
    "half-term".split()
)
"""Words that stand between, before and behind those of weight."""


def spans(words: list[re.Match[str]], spoken: str, read: Reader) -> list[str]:
    """The runs of words that can be read so, each once, as they stand.

    Args:
        words: of the conversation, in order.
        spoken: the conversation; no span runs over a line's end.
        read: whether a text can be read.
    """
    folded = [word.group().casefold() for word in words]
    anchored = [is_anchor(word) for word in folded]
    of_it = [anchor or word in _GLUE for word, anchor in zip(folded, anchored, strict=True)]
    found = dict.fromkeys(_spans(words, anchored, of_it, spoken, read))
    return list(islice(found, _MOST_SPANS))


def _spans(
    words: list[re.Match[str]],
    anchored: list[bool],
    of_it: list[bool],
    spoken: str,
    read: Reader,
) -> Iterator[str]:
    for start in range(len(words)):
        has_anchor = False
        for end in range(start, min(start + _MOST_WORDS, len(words))):
            text = spoken[words[start].start() : words[end].end()]
            if "\n" in text or not of_it[end]:
                break
            has_anchor = has_anchor or anchored[end]
            loose = words[start].group().casefold() in _NO_START or (
                words[end].group().casefold() in _NO_END
            )
            if loose or not has_anchor or _is_half(spoken, words[start].start(), words[end].end()):
                continue
            if _read(read, text) and not _is_sum(spoken, words[start].start(), words[end].end()):
                yield text


def _is_half(spoken: str, start: int, end: int) -> bool:
    """Whether what stands beside the words shifts what they mean: "Friday" of "Friday after next".

    Half of a date would be another date, and nobody would be told.
    """
    before, behind = spoken[max(0, start - _REACH) : start], spoken[end : end + _REACH]
    text = spoken[start:end]
    return bool(
        _is_part_of_date(before, text, behind)
        or _SHIFTS_BEFORE.search(before)
        or (_WEEK_FROM.search(before) and not names_month(text))
        or _SHIFTS_BEHIND.match(behind)
        or (_LENGTH.search(text) and _LATER.match(behind))
        or (_NUMBER.search(text) and _UNIT_BEHIND.match(behind))
        or (
            (_NUMBER.fullmatch(text) or _BEGINS_WITH_NUMBER.match(text))
            and _OF_A_DAY.search(before)
            and not _WHICH_DAY.search(before)
        )
        or (text.isdecimal() and (_POINT_AHEAD.search(before) or _POINT_BEHIND.match(behind)))
    )


def _is_part_of_date(before: str, text: str, behind: str) -> bool:
    """Whether it is a month or a number, and what stands beside it makes a date of both.

    "October" of "October fourth", "8" of "April 8": the other half is no hour.
    """
    if names_month(text) and text.isalpha():
        beside = (*before.split()[-1:], text, *behind.split()[:1])
        return any(
            is_date(" ".join(pair))
            and any(re.search(r"\d", word) or _NAMED_DAY.fullmatch(word) for word in pair)
            for pair in pairwise(beside)
        )
    if not _DAY_OF_MONTH.fullmatch(text):
        return False
    ahead, after = _WORD_AHEAD.search(before), _WORD_BEHIND.match(behind)
    whole = f"{ahead.group()}{text}" if ahead else "", f"{text}{after.group()}" if after else ""
    return any(names_month(one) and is_date(one) for one in whole)


def _is_sum(spoken: str, start: int, end: int) -> bool:
    """Whether figures that could be an hour are a sum by what stands beside them, or a year."""
    text = spoken[start:end]
    figures = _FIGURES.search(text)
    if figures is None or is_date(text) or resolve_walk(text) is not None:
        return False
    before = spoken[max(0, start - _REACH) : start] + text[: figures.start()]
    behind = text[figures.end() :] + spoken[end : end + _REACH]
    beside = f"{(before.split() or [''])[-1]} {(behind.split() or [''])[0]}"
    year = figures.group().startswith("20") and names_month(before)
    return bool(year or _OF_A_SUM.search(before) or currencies_in(beside))


@lru_cache(maxsize=16)
def said_values(
    spoken: str, changing: str = "", here: frozenset[str] = frozenset()
) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """What of a conversation could stand for each argument that code has to read.

    Args:
        spoken: what was said, newest first, a line each; its first `MAX_SPOKEN_WORDS` words count.
        changing: the traveller's newest message where a trip stands: "200 more" in it changes the
            trip's budget, and is none.
        here: currencies of the trip's cities.

    Returns:
        Tool and argument -> JSON values; empty where nothing of the kind was said.
    """
    spoken = _EXAMPLES.sub("", spoken)
    words = words_of(spoken)
    found = {read: _as_json(spans(words, spoken, read)) for read in dict.fromkeys(READERS.values())}
    # all of it, a sign behind the last word ("300 €"), too; of a long conversation its words
    shown = spoken if len(words) < MAX_SPOKEN_WORDS else spoken[: words[-1].end()]
    party = _as_json(party_changes_in(changing))
    currencies = tuple(json.dumps(code) for code in currencies_in(shown, here))
    return {
        **{key: found[read] for key, read in READERS.items()},
        **dict.fromkeys(AMOUNTS, said_amounts(shown)),
        **dict.fromkeys(BUDGETS, said_budgets(shown, changing)),
        **({PARTY: party} if party else {}),
        **dict.fromkeys(CURRENCIES, currencies),
    }


def said_amounts(spoken: str) -> tuple[str, ...]:
    """The numbers of the conversation as JSON writes them."""
    found = (amount for line in spoken.split("\n") for amount in amounts_in(line))
    return tuple(dict.fromkeys(f"{n:.2f}".rstrip("0").rstrip(".") for n in found))


def said_budgets(spoken: str, changing: str = "") -> tuple[str, ...]:
    """The numbers of the conversation; where the newest message changes a sum, its words instead.

    A model that copies the number of "200 more" would set it; whoever copies all lets code reckon.
    """
    changes = changes_in(changing)
    if not changes:
        return said_amounts(spoken)
    for change in changes:
        changing = changing.replace(change, ";")
    return tuple(dict.fromkeys((*_as_json(changes), *said_amounts(changing))))


def _as_json(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(json.dumps(text, ensure_ascii=False) for text in texts)


@lru_cache(maxsize=_KNOWN_TEXTS)
def _read(read: Reader, text: str) -> bool:
    return read(text)


@lru_cache(maxsize=_KNOWN_TEXTS)
def is_anchor(word: str) -> bool:
    """Whether some date, hour or walk could have the word in it and nothing else of weight."""
    plain, about = word.removesuffix("s"), word.removesuffix("ish").removesuffix("-")
    return bool({word, plain, f"{word}s", about} & _ANCHORS) or _MEASURE.search(word) is not None
