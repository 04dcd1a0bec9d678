"""The topics of challenges and case studies, each mapped to categories of the NIST CSF 2.0.

Source: our own list, checked against the categories in `csf` (product rules, "For all").
"""

from __future__ import annotations

from marketplace.core.i18n import Words, _l
from marketplace.core.vocabularies import csf
from marketplace.core.vocabularies.terms import Vocabulary

_TABLE: tuple[tuple[str, Words, tuple[str, ...]], ...] = (
    ("identity-and-access", _l("Identity and access"), ("PR.AA",)),
    ("zero-trust", _l("Zero-trust architecture"), ("PR.AA", "PR.IR")),
    ("asset-discovery", _l("Asset discovery and attack surface"), ("ID.AM",)),
    ("vulnerability-management", _l("Vulnerability management"), ("ID.RA", "PR.PS")),
    ("risk-and-governance", _l("Risk management and governance"), ("GV.OC", "GV.RM", "GV.OV")),
    ("policy-and-compliance", _l("Policy, audit and compliance"), ("GV.PO", "GV.RR", "ID.IM")),
    ("supply-chain", _l("Supply chain security"), ("GV.SC",)),
    ("software-security", _l("Secure software development"), ("PR.PS", "ID.RA")),
    ("cloud-security", _l("Cloud security"), ("PR.PS", "PR.IR")),
    ("network-security", _l("Network security"), ("PR.IR", "DE.CM")),
    ("endpoint-security", _l("Endpoint security"), ("PR.PS", "DE.CM")),
    ("mobile-and-5g", _l("Mobile and 5G security"), ("PR.PS", "PR.IR")),
    ("connected-devices", _l("Security of connected devices"), ("ID.AM", "PR.PS")),
    ("industrial-systems", _l("Industrial control systems"), ("ID.AM", "PR.IR", "DE.CM")),
    ("data-protection", _l("Data protection and privacy"), ("PR.DS",)),
    ("cryptography", _l("Cryptography and post-quantum migration"), ("PR.DS",)),
    ("email-and-phishing", _l("E-mail security and phishing"), ("PR.AT", "PR.PS")),
    ("awareness-and-training", _l("Awareness, skills and training"), ("PR.AT",)),
    ("threat-intelligence", _l("Threat intelligence"), ("ID.RA", "DE.AE")),
    ("monitoring-and-detection", _l("Monitoring and detection"), ("DE.CM", "DE.AE")),
    ("incident-response", _l("Incident response"), ("RS.MA", "RS.CO", "RS.MI")),
    ("digital-forensics", _l("Digital forensics"), ("RS.AN",)),
    ("resilience-and-recovery", _l("Backup, resilience and recovery"), ("RC.RP", "RC.CO", "PR.IR")),
    ("ai-security", _l("Security of artificial intelligence"), ("ID.RA", "PR.DS", "DE.AE")),
)
TOPICS = Vocabulary([(code, words) for code, words, _categories in _TABLE], alphabetical=True)
CATEGORIES_OF = {code: categories for code, _words, categories in _TABLE}
CODES = TOPICS.codes

label = TOPICS.label
choices = TOPICS.choices
exists = TOPICS.exists


def functions_of(code: str) -> list[str]:
    """The CSF functions that a topic touches, in the framework's order."""
    touched = {csf.function_of(category) for category in CATEGORIES_OF.get(code, ())}
    return [function for function in csf.FUNCTIONS.codes if function in touched]


def of_function(function: str) -> list[str]:
    """The topics that touch a CSF function."""
    return [code for code in CODES if function in functions_of(code)]
