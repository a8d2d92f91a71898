"""Text as it was meant: mojibake mended, markup taken off, white space in order."""

from __future__ import annotations

import re

import ftfy
from ftfy import TextFixerConfig

_FIXES = TextFixerConfig(unescape_html=True, uncurl_quotes=False, fix_character_width=False)
"""Entities too; quotes and the full-width characters of East Asia stay as they were written."""
_SAFE_FIXES = TextFixerConfig(
    unescape_html=False,
    fix_encoding=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
)
"""What holds for code as well: control characters, line breaks, surrogates, NFC."""
_PASSES = 12
"""At most; what is mended may show more to mend (`&lt;b&gt;`), three are rare."""

_FENCED = re.compile(r"^([ \t]*```[^\n]*\n.*?^[ \t]*```[ \t]*$)", re.MULTILINE | re.DOTALL)
_INLINE_CODE = re.compile(r"(`[^`\n]+`)")
_MAY_CHANGE = ("&", "<", "`", "  ", " \n", "\n ", "\n\n\n")
"""Printable ASCII without these, and without blanks at its ends, stays as it is."""

_ENTITY_OF_ENTITY = re.compile(r"&(?:amp;)+(?=amp;|#?\w+;)")
_COMMENT = re.compile(r"<!--.*?-->|<!doctype\b[^<>]*>", re.IGNORECASE | re.DOTALL)
_UNSEEN = re.compile(r"<(script|style)\b[^<>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_BLOCKS = (
    "address|article|aside|blockquote|body|br|dd|div|dl|dt|fieldset|figcaption|figure|footer|form|"
    "h[1-6]|head|header|hr|html|main|nav|ol|p|pre|section|table|tbody|tfoot|thead|title|tr|ul"
)
_PHRASES = (
    "a|abbr|acronym|audio|b|bdi|bdo|big|button|caption|center|cite|code|col|colgroup|data|del|dfn|"
    "em|embed|font|i|iframe|img|input|ins|kbd|label|link|mark|meta|noscript|object|option|picture|"
    "q|rp|rt|ruby|s|samp|select|small|source|span|strike|strong|sub|sup|svg|td|template|textarea|"
    "th|time|tt|u|var|video|wbr"
)
_BLOCK_TAG = re.compile(rf"</?(?:{_BLOCKS})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_ITEM_TAG = re.compile(r"<li(?:\s[^<>]*)?>", re.IGNORECASE)
_TAG = re.compile(rf"</?(?:{_PHRASES}|li|script|style)(?:\s[^<>]*)?/?>", re.IGNORECASE)

_CONTROLS = re.compile(r"[\x7f-\x9f]")
"""Those that ftfy leaves because mojibake may be made of them."""
# Soft hyphen, zero-width space, marks of direction, invisible operators, byte order mark, fillers.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]"
)
# A joiner between letters of scripts that need it, or inside an emoji, is part of the writing.
_JOINER = re.compile(
    "(?<![^\x00-\u024f\u200c\u200d])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\u024f\u200c\u200d])"
)
_TAG_CHARACTER = re.compile("(\U0001f3f4[\U000e0020-\U000e007f]+)|[\U000e0000-\U000e007f]+")
"""Unseen letters; only the flags of regions are made of them."""

_BLANKS = re.compile(r"[^\S\n]+")
_LIST_ITEM = re.compile(r"([ \t]*)(?:[-*+•]|\d{1,3}[.)])\s")
_AROUND_BREAKS = re.compile(r"[^\S\n]+$", re.MULTILINE)
_MANY_BREAKS = re.compile(r"\n{3,}")


def normalized(text: str) -> str:
    """A text in Unicode NFC without mojibake, entities, tags, unseen characters or idle space.

    Line breaks stay, at most two in a row; so do quotes, code between backticks and the indentation
    of lists. Doing it again changes nothing. Mojibake and entities are ftfy's (Speer 2019); tags
    are HTML's own elements, so that `<3`, `a < b` and `List<Place>` stay.
    """
    if _is_plain(text):
        return text
    for _ in range(_PASSES):
        before, text = text, _once(text)
        if text == before:
            break
    return text


def _is_plain(text: str) -> bool:
    """A quick look, for most texts need no more."""
    printable = text.isascii() and text.replace("\n", "").isprintable()
    return printable and text == text.strip() and not any(mark in text for mark in _MAY_CHANGE)


def _once(text: str) -> str:
    pieces = _FENCED.split(_visible(text))
    pieces[::2] = [_prose(piece) for piece in pieces[::2]]
    text = _AROUND_BREAKS.sub("", _visible(_CONTROLS.sub("", "".join(pieces))))
    return _MANY_BREAKS.sub("\n\n", text).strip()


def _prose(text: str) -> str:
    pieces = _INLINE_CODE.split(text)
    pieces[::2] = [_mended(piece) for piece in pieces[::2]]
    return "\n".join(_line(line) for line in "".join(pieces).split("\n"))


def _mended(text: str) -> str:
    if "<" in text:
        text = _UNSEEN.sub("", _COMMENT.sub("", text))
        text = _TAG.sub("", _ITEM_TAG.sub("\n- ", _BLOCK_TAG.sub("\n", text)))
    if "&" in text:
        text = _ENTITY_OF_ENTITY.sub("&", text)
    mended: str = ftfy.fix_text(text, _FIXES)
    return mended


def _line(line: str) -> str:
    item = _LIST_ITEM.match(line)
    return (item[1] if item else "") + _BLANKS.sub(" ", line).strip()


def _visible(text: str) -> str:
    """In NFC, without control characters, half surrogates and what has no width."""
    if not text.isascii():
        text = _TAG_CHARACTER.sub(lambda found: found[1] or "", _INVISIBLE.sub("", text))
        text = _JOINER.sub("", text)
    shown: str = ftfy.fix_text(text, _SAFE_FIXES)
    return shown
