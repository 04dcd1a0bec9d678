"""Sectors of critical services.

Source: Directive (EU) 2022/2555 (NIS 2), annex I (sectors of high criticality) and annex II (other critical
sectors).
"""

from __future__ import annotations

from marketplace.core.i18n import _l
from marketplace.core.vocabularies.terms import Vocabulary

ANNEX_I = (
    ("energy", _l("Energy")),
    ("transport", _l("Transport")),
    ("banking", _l("Banking")),
    ("financial-markets", _l("Financial market infrastructures")),
    ("health", _l("Health")),
    ("drinking-water", _l("Drinking water")),
    ("waste-water", _l("Waste water")),
    ("digital-infrastructure", _l("Digital infrastructure")),
    ("ict-services", _l("Management of ICT services")),
    ("public-administration", _l("Public administration")),
    ("space", _l("Space")),
)
ANNEX_II = (
    ("postal-services", _l("Postal and courier services")),
    ("waste-management", _l("Waste management")),
    ("chemicals", _l("Chemicals")),
    ("food", _l("Food")),
    ("manufacturing", _l("Manufacturing")),
    ("digital-providers", _l("Digital providers")),
    ("research", _l("Research")),
)
SECTORS = Vocabulary([*ANNEX_I, *ANNEX_II])
CODES = SECTORS.codes

label = SECTORS.label
choices = SECTORS.choices
exists = SECTORS.exists


def is_highly_critical(code: str) -> bool:
    """Whether a sector stands in annex I."""
    return any(code == known for known, _words in ANNEX_I)
