"""A4 sheets to write on: fonts for many scripts, texts with measured heights, page numbers.

FiraGO writes Latin, Greek, Cyrillic, Arabic, Hebrew, Thai, Devanagari and Georgian, Noto Sans CJK
Chinese, Japanese and Korean (both SIL Open Font License 1.1; Noto is loaded only where a text needs
it, which takes some two seconds). A letter that neither has becomes a question mark, a picture
(emoji) nothing: that leaves no empty boxes and loses no Latin letter.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from fpdf import FPDF
from noto_cjk_sans_jp_regular import FONT_PATH  # type: ignore[import-untyped]
from pymupdf_fonts import FiraGO_Bold, FiraGO_Regular  # type: ignore[import-untyped]

LEFT, TOP, WIDTH, BOTTOM = 18.0, 16.0, 174.0, 20.0
"""Margins and the width between them, mm."""
INK, GREY, PALE = "#1c1b19", "#5f5b54", "#d9d4ca"
_FIRA, _NOTO = "FiraGO", "NotoSansCJK"
_LAYOUT_TABLES = ("GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx")
"""For vertical lines and variants of characters; not needed here."""
_LINE_A_POINT = 0.352778 * 1.28
"""mm of line height for a point of type size."""


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph to write: how large (points), in what colour, and where a click on it leads."""

    words: str
    size: float = 9.5
    bold: bool = False
    colour: str = INK
    link: str = ""

    @property
    def line(self) -> float:
        """Height of a line, mm."""
        return self.size * _LINE_A_POINT


class Paper(FPDF):
    """A document whose bytes depend on what is written and on `dated` alone."""

    def __init__(self, name: str, dated: date, words: Iterable[str], folder: Path) -> None:
        """A document without pages.

        Args:
            name: title and footer.
            dated: its creation date.
            words: all texts that may be in another script than Latin.
            folder: an empty one, kept until the document is put out: fonts are read from files.
        """
        super().__init__(format="A4")
        self._name = name
        self.set_margins(LEFT, TOP, 210 - LEFT - WIDTH)
        self.set_auto_page_break(True, BOTTOM)
        self.set_creation_date(datetime.combine(dated, time(), UTC))
        self.set_title(name)
        self.set_creator("Tripwright")
        self.set_lang("en-GB")
        self._known = _characters()
        for style, module in (("", FiraGO_Regular), ("B", FiraGO_Bold)):
            file = folder / f"{_FIRA}{style}.ttf"
            file.write_bytes(module.fontbuffer)
            self.add_font(_FIRA, style, file)
        others = {ord(char) for char in "".join(words) if char.isprintable()} - self._known
        file = folder / f"{_NOTO}.otf"
        asian = _write_part(others, file) if others else frozenset()
        if asian:
            self._known |= asian
            self.add_font(_NOTO, "", file)
            self.set_fallback_fonts([_NOTO], exact_match=False)

    @property
    def bottom(self) -> float:
        """Where a page's writing ends, mm from its top."""
        return float(self.h) - BOTTOM

    def footer(self) -> None:
        """The document's name and the page's number; fpdf2 calls it at each page's end."""
        self.place(Text(self._name, 8, colour=GREY), LEFT, self.h - 13, WIDTH - 30)
        self._prepare(Text("", 8, colour=GREY))
        self.set_xy(LEFT + WIDTH - 30, self.h - 13)
        self.cell(30, 4, f"Page {self.page_no()} of {{nb}}", align="R")

    def height(self, text: Text, width: float) -> float:
        """What the paragraph takes of a page at that width, mm."""
        words = self._prepare(text)
        taken = self.multi_cell(
            width, text.line, words, align="L", dry_run=True, output="HEIGHT", padding=0
        )
        assert isinstance(taken, float | int)
        return float(taken)

    def place(
        self, text: Text, x: float, y: float, width: float, align: str = "L", clip: bool = False
    ) -> float:
        """Writes a paragraph at a point (mm); returns where the next one may begin.

        With `clip` what does not fit on one line is left out, with an ellipsis.
        """
        words = self._prepare(text)
        if clip:
            words = self._clipped(words, width)
        self.set_xy(x, y)
        self.multi_cell(width, text.line, words, align=align, link=text.link or None)
        return float(self.get_y())

    def room(self, height: float) -> bool:
        """Begins a new page when less than `height` mm are left; tells whether it did."""
        if self.get_y() + height <= self.bottom:
            return False
        self.add_page()
        return True

    def rule(self, y: float) -> None:
        """A thin line across the page."""
        self.ink(PALE, 0.25)
        self.line(LEFT + 1, y, LEFT + WIDTH, y)

    def points(self, heading: str, told: list[str]) -> None:
        """A heading and sentences under it from here on; nothing where there are none."""
        if not told:
            return
        title = Text(heading, 10.5, True)
        texts = [Text(sentence) for sentence in told]
        self.room(self.height(title, WIDTH) + self.height(texts[0], WIDTH - 4) + 2)
        self.set_y(self.place(title, LEFT, self.get_y() + 1, WIDTH))
        for text in texts:
            self.room(self.height(text, WIDTH - 4))
            y = self.get_y()
            self.ink(GREY)
            self.circle(LEFT + 2, y + text.line / 2, 0.6, style="F")
            self.set_y(self.place(text, LEFT + 4, y, WIDTH - 4))
        self.set_y(self.get_y() + 2)

    def ink(self, colour: str, width: float = 0.3) -> None:
        """The colour (`#rrggbb`) that lines and areas are drawn in, and the lines' width in mm."""
        self.set_draw_color(colour)
        self.set_fill_color(colour)
        self.set_line_width(width)

    def badge(self, number: int, x: float, y: float, colour: str) -> None:
        """A filled dot with a white number in it, its centre at the point."""
        self.ink("#ffffff", 0.4)
        self.circle(x, y, 2.6, style="F")
        self.ink(colour)
        self.circle(x, y, 2.3, style="F")
        self._prepare(Text("", 7.5, True, "#ffffff"))
        self.set_xy(x - 3, y - 1.5)
        self.cell(6, 3.2, str(number), align="C")

    def _prepare(self, text: Text) -> str:
        """Sets font and colour; the words with what no font here can write replaced."""
        self.set_font(_FIRA, "B" if text.bold else "", text.size)
        self.set_text_color(text.colour)
        words = "".join(map(self._written, " ".join(text.words.split())))
        # letters of these scripts join or stack; the others do without, and load faster
        if any("\u0590" <= char < "\u1100" for char in words):
            self.set_text_shaping(True, direction="ltr")
        else:
            self.set_text_shaping(False)
        return words

    def _written(self, char: str) -> str:
        if ord(char) in self._known:
            return char
        return "?" if unicodedata.category(char)[0] in "LN" else ""

    def _clipped(self, words: str, width: float) -> str:
        room = width - 2 * self.c_margin
        if self.get_string_width(words) <= room:
            return words
        while words and self.get_string_width(words + "…") > room:
            words = words[:-1]
        return words.rstrip(" ,") + "…"


@cache
def _characters() -> frozenset[int]:
    """Code points that FiraGO has glyphs for."""
    with TTFont(BytesIO(FiraGO_Regular.fontbuffer), lazy=True) as opened:
        return frozenset(opened.getBestCmap())


def _write_part(wanted: set[int], file: Path) -> frozenset[int]:
    """Writes a font with those code points of `wanted` that Noto has, and returns them.

    Of all 65,535 glyphs fpdf2 would read widths and ligatures, which takes ten times as long.
    """
    with TTFont(str(FONT_PATH), lazy=True) as noto:
        found = frozenset(wanted & set(noto.getBestCmap()))
        for tag in _LAYOUT_TABLES:
            if tag in noto:
                del noto[tag]
        part = Subsetter(Options(layout_features=[]))
        part.populate(unicodes=sorted(found))
        part.subset(noto)
        noto.save(file)
    return found
