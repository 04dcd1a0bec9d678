"""What a foreign posting asks for and speaks of: kinds by its own tags, topics by its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from marketplace.core.text import clean_line

# A tag says in what shape an answer comes, not what it is about: "software" is no topic of security.
KINDS: dict[str, tuple[str, ...]] = {
    "ideas": ("idea", "ideation"),
    "software": ("software", "app"),
    "technology": ("technology", "tech demonstration", "hardware"),
    "analytics": ("analytics", "visualization", "visualisation", "algorithm"),
    "scientific": ("scientific", "science"),
    "creative": ("creative", "multimedia"),
    "business-plans": ("business plan",),
    "nominations": ("nomination",),
}

# Whole words of a title or tagline that speak of one of our topics. Rather none than a wrong one.
TOPIC_WORDS: dict[str, tuple[str, ...]] = {
    "identity-and-access": ("authentication", "biometric", "biometrics", "digital identity", "identity management"),
    "zero-trust": ("zero trust", "zero-trust"),
    "asset-discovery": ("attack surface", "asset discovery"),
    "vulnerability-management": (
        "vulnerability",
        "vulnerabilities",
        "bug bounty",
        "hackathon security",
        "hack-a-sat",
    ),
    "supply-chain": ("supply chain security", "supply chain risk"),
    "software-security": ("software assurance", "secure software", "secure coding"),
    "cloud-security": ("cloud security",),
    "network-security": ("network security", "secure network", "cyber defense"),
    "endpoint-security": ("endpoint", "malware", "antivirus"),
    "mobile-and-5g": ("5g", "mobile security"),
    "connected-devices": ("internet of things", "iot"),
    "industrial-systems": ("industrial control", "scada", "operational technology"),
    "data-protection": ("privacy", "differential privacy", "de-identification"),
    "cryptography": ("cryptography", "cryptographic", "encryption", "post-quantum"),
    "email-and-phishing": ("phishing",),
    "awareness-and-training": ("cybersecurity education", "cyber workforce", "cybersecurity workforce"),
    "threat-intelligence": ("threat intelligence", "cyber threat"),
    "monitoring-and-detection": ("intrusion detection", "anomaly detection", "security operations"),
    "incident-response": ("incident response", "security orchestration", "orchestration & automated response"),
    "digital-forensics": ("forensic", "forensics"),
    "ai-security": ("adversarial machine learning", "adversarial examples", "trustworthy ai", "prompt injection"),
}
_SPOKEN = {
    code: re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, words)) + r")(?!\w)")
    for code, words in TOPIC_WORDS.items()
}


def read_kinds(tags: str | Iterable[str] | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The kinds that tags name, and the tags that name none.

    Args:
        tags: a list, or one text divided by semicolons, or by commas (some tags hold commas themselves).
    Returns:
        Codes of `KINDS` in their order, and unknown tags as found.
    """
    listed = [tags] if isinstance(tags, str) else list(tags or ())
    pieces = [clean_line(piece) for tag in listed for piece in re.split(r"[;,]", tag)]
    found, unknown = set(), []
    for piece in filter(None, pieces):
        kinds = {kind for kind, stems in KINDS.items() if any(_names(stem, piece.lower()) for stem in stems)}
        found |= kinds
        if not kinds and not _names("vis", piece.lower()):  # a slip in "visualizations" still stands by "analytics"
            unknown.append(piece)
    return tuple(kind for kind in KINDS if kind in found), tuple(unknown)


def _names(stem: str, piece: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(stem)}", piece) is not None


def topics_of(*texts: str) -> tuple[str, ...]:
    """The topics that short texts speak of, by whole words; often none."""
    words = " ".join(texts).lower()
    return tuple(code for code, pattern in _SPOKEN.items() if pattern.search(words))


def read_fiscal_years(text: str) -> tuple[tuple[int, ...], bool]:
    """The years of "FY19, FY20", "FY18-21" or "2016", ascending; and whether all of the text was understood."""
    years: set[int] = set()
    understood = True
    for piece in re.split(r"[,;/&]|\bAND\b", clean_line(text).upper()):
        if not piece.strip():
            continue
        found = re.fullmatch(r"\s*(?:FY)?\s?(\d{4}|\d{2})(?:\s*[-–]\s*(?:FY)?\s?(\d{4}|\d{2}))?\s*", piece)
        ends = [int(year) + (2000 if len(year) == 2 else 0) for year in found.groups() if year] if found else []
        if not ends or not 0 <= ends[-1] - ends[0] <= 20:
            understood = False
        else:
            years |= set(range(ends[0], ends[-1] + 1))
    return tuple(sorted(years)), understood


_AUTHORITIES = {
    "america competes": "America COMPETES Act",
    "direct prize authority dod": "Direct prize authority of the Department of Defense",
    "dod direct prize authority": "Direct prize authority of the Department of Defense",
    "dod prize authority": "Direct prize authority of the Department of Defense",
    "grants and cooperative agreements": "Grants and cooperative agreements",
    "other transactions authority": "Other transaction authority",
    "other transaction authority": "Other transaction authority",
}


def read_authority(text: str) -> str:
    """The legal authority, spellings of one and the same made one; anything else as found."""
    words = clean_line(text)
    key = re.sub(r"\W+", " ", words.lower()).strip().removesuffix(" act")
    return _AUTHORITIES.get(key, words)


def unique(names: Sequence[str]) -> tuple[str, ...]:
    """Each name once, in the order of first sight."""
    return tuple(dict.fromkeys(name for name in names if name))
