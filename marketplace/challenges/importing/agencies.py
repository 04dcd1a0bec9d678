"""Spellings of agencies made one name each, with the body that stands above.

The rule, in three steps:

1. *Fold.* Letters small; "&" is "and"; dashes and quotes alike; a short form in brackets, "the", "U.S." and
   "United States" at the start fall away.
2. *Divide.* " - " (any dash between blanks) parts a body from its unit, always. A comma or a tight hyphen does so only
   after a body that is known: "Heart, Lung and Blood" stays whole.
3. *Look up* the last part in `BODIES`, the small table of names that are spelt in ways no rule foresees, or named
   without the department they belong to. A part that is not there keeps its own words, under the part before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from marketplace.core.text import clean_line, fold

_HHS = "Department of Health and Human Services"
_DOD = "Department of Defense"
_ARMY, _NAVY, _AIR_FORCE = "Department of the Army", "Department of the Navy", "Department of the Air Force"
_NIH = "National Institutes of Health"
_NIWC = "Naval Information Warfare Center"

# Name -> the body above it (or none), and other spellings that no fold brings together.
BODIES: dict[str, tuple[str | None, tuple[str, ...]]] = {
    "Department of Agriculture": (None, ("usda",)),
    "Department of Commerce": (None, ()),
    _DOD: (None, ("dod",)),
    "Department of Education": (None, ()),
    "Department of Energy": (None, ("doe",)),
    _HHS: (None, ("hhs",)),
    "Department of Homeland Security": (None, ("dhs",)),
    "Department of Housing and Urban Development": (None, ("hud",)),
    "Department of Justice": (None, ("doj",)),
    "Department of Labor": (None, ()),
    "Department of State": (None, ()),
    "Department of the Interior": (None, ("department of interior",)),
    "Department of Transportation": (None, ("dot",)),
    "Department of Veterans Affairs": (None, ("va",)),
    "Environmental Protection Agency": (None, ("epa",)),
    "National Aeronautics and Space Administration": (None, ("nasa",)),
    "National Science Foundation": (None, ("nsf",)),
    "General Services Administration": (None, ("gsa",)),
    "Small Business Administration": (None, ("sba",)),
    "Agency for International Development": (None, ("usaid",)),
    "Commodity Futures Trading Commission": (None, ("cftc",)),
    "Federal Deposit Insurance Corporation": (None, ("fdic",)),
    "Office of Management and Budget": (None, ("omb",)),
    "Office of the Director of National Intelligence": (
        None,
        ("odni", "office of director of national intelligence"),
    ),
    # Defense
    _ARMY: (_DOD, ("army", "department of army")),
    _NAVY: (_DOD, ("navy", "department of navy", "office of the navy")),
    _AIR_FORCE: (_DOD, ("air force", "department of air force")),
    "Air Force and Space Force": (_AIR_FORCE, ("air force and us space force", "air force and u s space force")),
    "Marine Corps": (_NAVY, ("usmc",)),
    "National Guard Bureau": (_DOD, ("ngb",)),
    "Defense Advanced Research Projects Agency": (_DOD, ("darpa",)),
    "Defense Innovation Unit": (_DOD, ("diu",)),
    "National Geospatial-Intelligence Agency": (_DOD, ("nga", "national geospatial intelligence agency")),
    "National Security Innovation Network": (_DOD, ("nsin",)),
    "Irregular Warfare Technical Support Directorate": (_DOD, ("iwtsd",)),
    "Air Force Research Laboratory": (_AIR_FORCE, ("afrl", "air force research lab")),
    "Office of Naval Research": (_NAVY, ("onr",)),
    "Naval Sea Systems Command": (_NAVY, ("navsea",)),
    "Naval Information Warfare Systems Command": (_NAVY, ("navwar",)),
    f"{_NIWC} Atlantic": (_NAVY, (f"{_NIWC}, Atlantic", "niwc atlantic")),
    f"{_NIWC} Pacific": (_NAVY, (f"{_NIWC}, Pacific", "niwc pacific")),
    "Naval Surface Warfare Center, Crane Division": (_NAVY, ("naval surface warfare center - crane, division",)),
    "Naval Undersea Warfare Center, Newport Division": (
        _NAVY,
        ("naval undersea warfare center, division newport", "naval undersea warfare center division newport"),
    ),
    # Commerce
    "National Institute of Standards and Technology": ("Department of Commerce", ("nist",)),
    "National Oceanic and Atmospheric Administration": ("Department of Commerce", ("noaa",)),
    "Census Bureau": ("Department of Commerce", ("bureau of the census",)),
    "International Trade Administration": ("Department of Commerce", ("ita",)),
    # Health
    _NIH: (_HHS, ("nih", "national institute of health")),
    "National Heart, Lung, and Blood Institute": (_NIH, ("nhlbi", "national heart, lung and blood institute")),
    "Centers for Disease Control and Prevention": (_HHS, ("cdc",)),
    "Food and Drug Administration": (_HHS, ("fda",)),
    "Agency for Healthcare Research and Quality": (_HHS, ("ahrq",)),
    "Administration for Community Living": (_HHS, ("acl",)),
    "Biomedical Advanced Research and Development Authority": (_HHS, ("barda",)),
    "Office of the Assistant Secretary for Health": (_HHS, ("oash",)),
    "Office on Women's Health": ("Office of the Assistant Secretary for Health", ("office of women's health",)),
    "Office of the National Coordinator for Health Information Technology": (
        _HHS,
        ("onc", "office of the national coordination for health information technology"),
    ),
    # Others
    "Bureau of Reclamation": ("Department of the Interior", ()),
    "Fish and Wildlife Service": ("Department of the Interior", ()),
    "Geological Survey": ("Department of the Interior", ("usgs",)),
    "Federal Aviation Administration": ("Department of Transportation", ("faa",)),
    "Veterans Health Administration": ("Department of Veterans Affairs", ("vha",)),
    "Transportation Security Administration": ("Department of Homeland Security", ("tsa",)),
    "National Institute of Justice": ("Department of Justice", ("nij",)),
    "National Renewable Energy Laboratory": ("Department of Energy", ("nrel",)),
    "Office of Federal Procurement Policy": ("Office of Management and Budget", ("ofpp",)),
    "Intelligence Advanced Research Projects Activity": (
        "Office of the Director of National Intelligence",
        ("iarpa", "intelligence advanced research project activity"),
    ),
}


@dataclass(frozen=True)
class Agency:
    """An agency in its tree.

    Attributes:
        path: names from the top down to its own.
    """

    path: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.path[-1]

    @property
    def parent(self) -> Agency | None:
        """The agency above; None at the top."""
        return Agency(self.path[:-1]) if len(self.path) > 1 else None


def read_agency(text: str) -> Agency | None:
    """The agency that a text names, with those above it; None where it names none."""
    words = _without_short_forms(clean_line(text))
    if not any(letter.isalnum() for letter in words):
        return None
    path: tuple[str, ...] = ()
    for part in _parts(words):
        known = _KNOWN.get(folded(part))
        path = _path_of(known) if known else (*path, _tidy(part))
    return Agency(path)


def read_partners(text: str) -> tuple[str, ...]:
    """The bodies that a list in one text names, known ones by their own names.

    Semicolons part them where there are any, else commas outside brackets; a sentence stays whole.
    """
    words = clean_line(text)
    if ";" in words:
        pieces = words.split(";")
    elif re.search(r"[a-z]{3}\.(?:\s|$)", words) and len(words.split()) > 12:
        pieces = [words]
    else:
        pieces = list(_listed(re.split(r",(?![^()]*\))", words)))
    names = (_partner(piece) for piece in pieces)
    return tuple(dict.fromkeys(name for name in names if name))


def folded(name: str) -> str:
    """A key under which spellings of one name meet: step 1 of the rule."""
    key = fold(name).replace("&", " and ").replace("’", "'").replace("`", "'")
    key = re.sub(r"[\s\-–—]+", " ", re.sub(r"\s*\([^()]*\)", "", key))
    key = re.sub(r"\.(?=\w)|\.", "", key).replace(", and ", " and ")
    return re.sub(r"^(?:(?:the|us|united states)\s+)+", "", key.strip(" ,")).strip(" ,")


def _without_short_forms(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"\s*\((?:[^()]|\([^()]*\))*\)", "", text)).strip(" ,")


def _parts(words: str) -> Iterator[str]:
    while words:
        if folded(words) in _KNOWN:
            yield words
            return
        cut = _first_cut(words)
        if cut is None:
            yield words
            return
        yield words[: cut[0]]
        words = words[cut[1] :].strip(" ,")


def _first_cut(words: str) -> tuple[int, int] | None:
    for found in re.finditer(r"\s+[-–—]+\s+|,\s+|-", words):
        is_clear = found[0].strip() != found[0] and not found[0].startswith(",")
        if is_clear or folded(words[: found.start()]) in _KNOWN:
            return found.span()
    return None


def _path_of(name: str) -> tuple[str, ...]:
    above = BODIES[name][0]
    return (*(_path_of(above) if above else ()), name)


def _tidy(part: str) -> str:
    # "Heart, Lung & Blood" and "Heart, Lung and Blood" are one; the ampersand of "M&RA" is part of a short form.
    part = re.sub(r"\s&\s", " and ", part).replace("’", "'")
    return re.sub(r"^(?:the\s+)?(?:u\.?s\.?|united states)\s+", "", part, flags=re.IGNORECASE)


def _listed(pieces: list[str]) -> Iterator[str]:
    """Pieces between commas, those that belong together joined: a known name, or a company with its form."""
    place = 0
    while place < len(pieces):
        length = next(
            (size for size in (4, 3, 2) if folded(",".join(pieces[place : place + size])) in _KNOWN and size > 1), 1
        )
        joined = ",".join(pieces[place : place + length])
        place += length
        while place < len(pieces) and re.fullmatch(r"\s*(?:LLC|Inc|Ltd|L\.P|Corp)\.?\s*", pieces[place]):
            joined += "," + pieces[place]
            place += 1
        yield joined


def _partner(piece: str) -> str:
    words = re.sub(r"^and\s+", "", piece.strip(" ,"))
    return _KNOWN.get(folded(words), words)


_KNOWN = {folded(spelling): name for name, (_above, spellings) in BODIES.items() for spelling in (name, *spellings)}
