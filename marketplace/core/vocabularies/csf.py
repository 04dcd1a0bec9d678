"""Functions and categories of the NIST Cybersecurity Framework 2.0.

Source: NIST CSWP 29, 26 February 2024, appendix A.
"""

from __future__ import annotations

from marketplace.core.i18n import _l
from marketplace.core.vocabularies.terms import Vocabulary

FUNCTIONS = Vocabulary(
    [
        ("GV", _l("Govern")),
        ("ID", _l("Identify")),
        ("PR", _l("Protect")),
        ("DE", _l("Detect")),
        ("RS", _l("Respond")),
        ("RC", _l("Recover")),
    ]
)
CATEGORIES = Vocabulary(
    [
        ("GV.OC", _l("Organizational context")),
        ("GV.RM", _l("Risk management strategy")),
        ("GV.RR", _l("Roles, responsibilities and authorities")),
        ("GV.PO", _l("Policy")),
        ("GV.OV", _l("Oversight")),
        ("GV.SC", _l("Cybersecurity supply chain risk management")),
        ("ID.AM", _l("Asset management")),
        ("ID.RA", _l("Risk assessment")),
        ("ID.IM", _l("Improvement")),
        ("PR.AA", _l("Identity management, authentication and access control")),
        ("PR.AT", _l("Awareness and training")),
        ("PR.DS", _l("Data security")),
        ("PR.PS", _l("Platform security")),
        ("PR.IR", _l("Technology infrastructure resilience")),
        ("DE.CM", _l("Continuous monitoring")),
        ("DE.AE", _l("Adverse event analysis")),
        ("RS.MA", _l("Incident management")),
        ("RS.AN", _l("Incident analysis")),
        ("RS.CO", _l("Incident response reporting and communication")),
        ("RS.MI", _l("Incident mitigation")),
        ("RC.RP", _l("Incident recovery plan execution")),
        ("RC.CO", _l("Incident recovery communication")),
    ]
)
CODES = CATEGORIES.codes


def function_of(category: str) -> str:
    """The function that a category belongs to: `PR` of `PR.AA`."""
    return category.partition(".")[0]


def label(code: str, language: str | None = None) -> str:
    """The words of a function or a category."""
    return (CATEGORIES if "." in code else FUNCTIONS).label(code, language)


choices = CATEGORIES.choices
exists = CATEGORIES.exists
