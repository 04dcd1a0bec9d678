"""The typeface: FiraGO from its wheel, renamed, in pieces for the web and whole for PDF.

"Fira" is a reserved font name, so what we change is called Souk Sans; the licence travels with it.
The pieces follow `unicode-range`: a browser fetches only the scripts that a page shows. Small capitals,
old-style figures and other features that no stylesheet of ours asks for stay out; ligatures, marks, joining forms,
kerning and tabular figures stay in.
"""

from __future__ import annotations

import hashlib
import io
import json
from functools import lru_cache
from importlib.metadata import files, version
from pathlib import Path
from typing import TYPE_CHECKING

from marketplace.core.paths import data_folder

if TYPE_CHECKING:  # the library is loaded where fonts are built, and in no process that serves
    from fontTools.ttLib import TTFont

FAMILY = "Souk Sans"
WEIGHTS = {400: ("figo", "Regular"), 700: ("figbo", "Bold")}
FEATURES = [
    *("calt", "ccmp", "clig", "curs", "fina", "init", "isol", "kern", "liga", "locl", "mark"),
    *("medi", "mkmk", "rlig", "rclt", "tnum", "lnum", "pnum"),
]
# The letters of the three languages first; names from elsewhere fetch the second Latin piece.
LATIN = (
    "U+0020-007E,U+00A0-00FF,U+0152-0153,U+0178,U+2009-200B,U+2010-2015,U+2018-201E,U+2020-2022,U+2026,U+202F,"
    "U+2030,U+2032-2033,U+2039-203A,U+2044,U+20AC,U+2122,U+2190-2193,U+2212,U+2215,U+2260,U+2264-2265"
)
LATIN_MORE = (
    "U+0100-0151,U+0154-0177,U+0179-024F,U+0259,U+02BB-02BC,U+02C6-02DD,U+0300-036F,U+1E00-1EFF,"
    "U+2070-2099,U+20A0-20AB,U+20AD-20BF,U+2116"
)
ARABIC = "U+0600-06FF,U+0750-077F,U+08A0-08FF,U+200C-200F,U+FB50-FDFF,U+FE70-FEFF"
# From the wide Arabic range only what Arabic, and names in Persian or Urdu, write.
ARABIC_LETTERS = (
    "U+0600-0604,U+060C,U+0615,U+061B,U+061C,U+061F,U+0621-0658,U+0660-0671,U+0679,U+067E,U+0686,U+0688,U+0691,"
    "U+0698,U+06A4,U+06A9,U+06AF,U+06BA,U+06BE,U+06C1-06C3,U+06CC,U+06D2,U+06D4,U+06F0-06F9,U+200C-200F"
)
PIECES = {
    "latin": (LATIN, LATIN),
    "latin-more": (LATIN_MORE, LATIN_MORE),
    "arabic": (ARABIC, ARABIC_LETTERS),
}


def folder() -> Path:
    """Where the built fonts lie: `static/fonts/`."""
    return data_folder("static") / "fonts"


def pdf_folder() -> Path:
    """Where the whole renamed fonts lie, for the PDF engine."""
    return folder() / "pdf"


@lru_cache(maxsize=1)
def covered() -> frozenset[int]:
    """Code points that both whole fonts can draw."""
    return frozenset(json.loads(_letters().read_text()))


def _letters() -> Path:
    return pdf_folder() / "letters.json"


def build() -> None:
    """Make the pieces and the whole fonts, unless they are there already from the same sources."""
    stamp = folder() / "stamp.json"
    wanted = {"wheel": version("pymupdf-fonts"), "recipe": _recipe()}
    if stamp.exists() and json.loads(stamp.read_text()) == wanted:
        return
    pdf_folder().mkdir(parents=True, exist_ok=True)
    for weight, (source, style) in WEIGHTS.items():
        _save_whole(source, style)
        for piece, (_range, letters) in PIECES.items():
            _save_piece(source, style, letters, folder() / f"{piece}-{weight}.woff2")
    drawn = [set(_source(source).getBestCmap()) for source, _style in WEIGHTS.values()]
    _letters().write_text(json.dumps(sorted(set.intersection(*drawn))))
    (folder() / "OFL.txt").write_text(_licence(), "utf-8")
    stamp.write_text(json.dumps(wanted))


def font_faces() -> str:
    """The `@font-face` rules, each file named with its fingerprint."""
    from marketplace.core.build import fingerprint

    rules = []
    for weight in WEIGHTS:
        for piece, (unicode_range, _letters) in PIECES.items():
            name = f"fonts/{piece}-{weight}.woff2"
            rules.append(
                f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};font-display:swap;'
                f'src:url("../{name}?v={fingerprint(name)}") format("woff2");'
                f"unicode-range:{unicode_range}}}\n"
            )
    return "".join(rules)


def _recipe() -> str:
    """This file's own hash: another recipe makes other fonts."""
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()


def _source(name: str) -> TTFont:
    import pymupdf_fonts
    from fontTools.ttLib import TTFont

    return TTFont(io.BytesIO(pymupdf_fonts.myfont(name)))


def _save_whole(source: str, style: str) -> None:
    font = _renamed(_source(source), style)
    font.save(pdf_folder() / f"souk-sans-{style.lower()}.ttf")


def _save_piece(source: str, style: str, letters: str, target: Path) -> None:
    from fontTools import subset

    options = subset.Options()
    options.layout_features = FEATURES
    options.hinting = False
    options.name_IDs = [0, 1, 2, 3, 4, 6, 13, 14]
    options.drop_tables += ["DSIG"]
    options.flavor = "woff2"
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=subset.parse_unicodes(letters.replace("U+", "")))
    font = _source(source)
    subsetter.subset(font)
    subset.save_font(_renamed(font, style), target, options)


def _renamed(font: TTFont, style: str) -> TTFont:
    """Give a font our family's name; copyright and licence stay as they were."""
    names = {1: FAMILY, 2: style, 3: f"{FAMILY} {style}", 4: f"{FAMILY} {style}", 6: f"SoukSans-{style}"}
    table = font["name"]
    for record in list(table.names):
        if record.nameID in names:
            table.setName(names[record.nameID], record.nameID, record.platformID, record.platEncID, record.langID)
        elif record.nameID in {7, 16, 17, 18, 21, 22}:
            table.removeNames(nameID=record.nameID)
    if "DSIG" in font:
        del font["DSIG"]
    return font


def _licence() -> str:
    for file in files("pymupdf-fonts") or []:
        if file.name == "LICENSE.txt":
            return Path(str(file.locate())).read_text("utf-8", errors="replace")
    raise FileNotFoundError("the wheel pymupdf-fonts carries no LICENSE.txt")
