"""Names as people type them: folded for comparison, quoted and suggested in sentences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice, product

_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i"}
)
"""Letters that Unicode does not decompose, with what English speakers type for them."""

_APOSTROPHES = re.compile("['`\u2018\u2019\u02bb\u02bc\u00b4]")
_NOT_A_WORD = re.compile(r"[\W_]+")
_SAME_WORD = {"st": "saint", "sta": "santa", "ste": "sainte", "mt": "mount", "&": "and"}
SMALL_WORDS = frozenset({"the", "of", "a", "an", "and"})
_IN_FULL: dict[str, tuple[str, ...]] = {
    "av": ("avenue",), "ave": ("avenue",), "bklyn": ("brooklyn",), "bldg": ("building",),
    "blvd": ("boulevard",), "br": ("bridge",), "brit": ("british",), "cath": ("cathedral",),
    "cem": ("cemetery",), "ctr": ("center", "centre"), "gdn": ("garden",), "gdns": ("gardens",),
    "hist": ("history", "historical"), "hse": ("house",), "intl": ("international",),
    "isl": ("island",), "lib": ("library",), "mich": ("michigan",), "mkt": ("market",),
    "mkts": ("markets",), "n": ("and",), "nat": ("national", "natural"), "natl": ("national",),
    "pal": ("palace",), "pk": ("park",), "pl": ("place", "plaza", "platz"), "plz": ("plaza",),
    "rd": ("road",), "sci": ("science",), "sq": ("square",), "st": ("st", "street"),
    "stn": ("station",), "twr": ("tower",), "vic": ("victoria",),
}  # fmt: skip
"""What people type for short, and what it could stand for; "st" is a saint, too."""
_WARS = tuple(
    (re.compile(rf"\b(?:ww ?(?:{one})|world war (?:{one})|(?:{nth}) world war)\b"), names)
    for one, nth, names in (
        ("ii|2|two", "second|2nd", ("world war ii", "wwii", "second world war")),
        ("i|1|one", "first|1st", ("world war i", "wwi", "first world war")),
    )
)
"""The two that museums and memorials are called after, in all the ways that they are written."""
_MOST_WAYS = 12
"""In which a name may be written out; who shortens each word of a long one is asked."""
_LONGEST_QUOTE = 60


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Text without case, accents, apostrophes and punctuation, words parted by one blank.

    "São Paulo" and "sao-paulo" become "sao paulo", "St. Peter's" becomes "st peters", "Straße"
    "strasse"; scripts without case stay as they are. Empty for text without letters or digits.
    Method: Unicode compatibility decomposition (NFKD, UAX 15), marks dropped in scripts where
    they are accents, then case folding.
    """
    if text.isascii():  # nothing to decompose; six times as quick, which imports feel
        return _NOT_A_WORD.sub(" ", _APOSTROPHES.sub("", text.lower())).strip()
    # casefold also turns "İ" into "i" and a mark, hence before the marks are dropped
    decomposed = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text.casefold()))
    plain = "".join(c for c in decomposed if not _is_accent(c)).translate(_LETTERS)
    # recomposed, since scripts like Japanese or Korean were taken apart, too
    return _NOT_A_WORD.sub(" ", unicodedata.normalize("NFC", plain)).strip()


def _is_accent(char: str) -> bool:
    # Combining Diacritical Marks only: Indic vowel signs and kana voicing marks are letters.
    return "\u0300" <= char <= "\u036f"


def without_article(folded: str) -> str:
    """A folded name without a leading "the"."""
    return folded.removeprefix("the ")


def as_words(text: str) -> str:
    """A pattern of the text as whole words: "Tower" of "the Tower", not of "Towers"."""
    return rf"(?<!\w){re.escape(text)}(?!\w)"


def key_words(folded: str) -> frozenset[str]:
    """The words of a folded name that tell places apart.

    Articles are dropped, "st" is read as "saint", and a final s falls off words of four letters
    and more, so that "the vatican museum" and "Vatican Museums" have the same words.
    """
    words = {_SAME_WORD.get(word, word) for word in folded.split()}
    kept = words - SMALL_WORDS or words
    return frozenset(w[:-1] if len(w) > 3 and w.endswith("s") else w for w in kept)


def written_out(folded: str) -> Iterator[str]:
    """A folded name with what was typed for short in full, each way that it could be meant.

    "kensington mkt" is "kensington market", "wwii memorial" also "world war ii memorial". None for
    a name that has nothing of the kind; for looking up what nothing was found for as it was typed.
    """
    forms = [folded]
    for pattern, names in _WARS:
        forms = [pattern.sub(name, form) for form in forms for name in names]
    ways = (
        " ".join(words)
        for form in dict.fromkeys(forms)
        for words in product(*(_IN_FULL.get(word, (word,)) for word in form.split()))
    )
    for way in islice(ways, _MOST_WAYS):
        if way != folded:
            yield way


def quote(text: str) -> str:
    """The text in quotation marks on one line, cut to 60 characters for use in a sentence."""
    line = " ".join(text.split())
    short = line if len(line) <= _LONGEST_QUOTE else line[: _LONGEST_QUOTE - 1].rstrip() + "…"
    return f'"{short}"'


def one_of(names: Sequence[str]) -> str:
    """Joined for a question: "A", "A or B", "A, B or C"; empty for no names.

    Names that hold commas themselves are parted by semicolons: "Paris, Texas; or Paris, France".
    """
    if len(names) < 2:
        return "".join(names)
    if any("," in name for name in names):
        return f"{'; '.join(names[:-1])}; or {names[-1]}"
    return f"{', '.join(names[:-1])} or {names[-1]}"


def did_you_mean(suggestions: Sequence[str]) -> str:
    """The question " Did you mean A or B?" with its leading blank, or nothing."""
    return f" Did you mean {one_of(suggestions)}?" if suggestions else ""


def listed(names: Sequence[str]) -> str:
    """`Rome`, `Rome and Florence`, `Rome, Florence and Venice`."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
