"""Whether a message is in a language that the model does not speak.

It understands English. Other scripts are told by their letters, other languages of Latin script by
their commonest words: several of them and hardly any English one. Names ("3 days in 東京", "la
Sagrada Família") have few such words, so that a message is refused only when it is clear.
"""

from __future__ import annotations

import re
import unicodedata

_COMMON = {
    "English": "the a an and or in on at of to for from with without is are was be i we me my our "
    "you your it this that day days trip please can could want would like show make add remove "
    "not no what where when how do does don't go see plan week visit there people by so am "
    "have had has will say per but one two three",
    "Spanish": "el los las un una unos y o en del para por con sin es son quiero queremos me mi "
    "nos días día viaje que qué dónde cuando cómo hacer ver ir gustaría somos hay muy más",
    "French": "le les un une des et ou dans du pour par avec sans est sont je nous voudrais "
    "voudrions veux jours jour voyage que quoi où quand comment faire voir aller avec très plus "
    "mon notre au aux à",
    "German": "der die das ein eine einen und oder im am von für mit ohne ist sind ich wir möchte "
    "möchten will tage tag reise was wo wann wie machen sehen nach bitte nicht zu den dem uns "
    "ins zum zur",
    "Italian": "il gli i un una e o con le nel nella del della per con senza è sono vorrei "
    "vorremmo voglio giorni giorno viaggio che dove quando come fare vedere andare mi ci siamo "
    "molto più di",
    "Portuguese": "o os as um uma e ou em no na do da para por com sem é são quero queremos "
    "gostaria dias dia viagem que onde quando como fazer ver ir somos muito mais",
    "Dutch": "de het een en of in op van voor met zonder is zijn ik wij we wil willen zou graag "
    "dagen dag reis wat waar wanneer hoe doen zien naar niet",
    "Polish": "i w na z do dla bez jest są chcę chcemy dni dzień podróż co gdzie kiedy jak "
    "zobaczyć nie proszę się oraz",
    "Czech": "a v na z do pro bez je jsou chci chceme dny dnů den cestu co kde kdy jak vidět ne "
    "prosím se bych",
    "Turkish": "ve bir bu için ile ben biz istiyorum istiyoruz gün günlük gezi ne nerede nasıl "
    "görmek gitmek var çok lütfen",
    "Swedish": "och en ett i på av till för med utan är jag vi vill skulle dagar dag resa vad var "
    "när hur göra se inte det som",
}
_SAID = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_OTHERS = {
    # what English shares ("was", "of", "do") tells nothing of the other language
    language: words - _SAID["English"]
    for language, words in _SAID.items()
    if language != "English"
}
_ENGLISH = _SAID["English"].difference(*(_SAID[language] for language in _OTHERS))
"""Words that are no other language's: "a", "in" and "me" tell nothing of English, either."""
_SCRIPTS = {
    "CJK": "Chinese or Japanese", "HIRAGANA": "Japanese", "KATAKANA": "Japanese",
    "HANGUL": "Korean", "CYRILLIC": "a Cyrillic script", "ARABIC": "Arabic", "HEBREW": "Hebrew",
    "GREEK": "Greek", "THAI": "Thai", "DEVANAGARI": "Hindi",
}  # fmt: skip
_FEWEST = 3
"""Common words of another language that it takes; two may be a name's."""


def other_language(message: str) -> str | None:
    """The language that the message seems to be in, or None when it may be English."""
    letters = [char for char in message if char.isalpha()]
    if not letters:
        return None
    foreign = [char for char in letters if not _is_latin(char)]
    if 2 * len(foreign) > len(letters):
        name = unicodedata.name(foreign[0], "").split(" ")[0]
        return _SCRIPTS.get(name, "another language")
    words = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", message.casefold())
    english = sum(word in _ENGLISH for word in words)
    hits = {language: sum(word in common for word in words) for language, common in _OTHERS.items()}
    best = max(hits, key=lambda language: hits[language])
    return best if hits[best] >= _FEWEST and hits[best] > 2 * english else None


def _is_latin(char: str) -> bool:
    return "LATIN" in unicodedata.name(char, "LATIN")
