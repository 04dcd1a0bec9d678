"""The kinds of notices that a person can want by mail or not."""

from __future__ import annotations

from enum import StrEnum

from marketplace.core.i18n import _l


class NoticeKind(StrEnum):
    """What a notice is about."""

    REVIEW = "review"
    CHALLENGE = "challenge"
    PROPOSAL = "proposal"
    EVALUATION = "evaluation"
    DECISION = "decision"
    PILOT = "pilot"
    CASE_STUDY = "case_study"
    ORGANISATION = "organisation"


LABELS = {
    NoticeKind.REVIEW: _l("Challenges that are written and reviewed in my agency"),
    NoticeKind.CHALLENGE: _l("Changes of challenges that my startup answers"),
    NoticeKind.PROPOSAL: _l("Receipts and withdrawals of my startup's proposals"),
    NoticeKind.EVALUATION: _l("Panels that I sit on, lead or decide upon"),
    NoticeKind.DECISION: _l("Decisions about my startup's proposals"),
    NoticeKind.PILOT: _l("Pilots: agreements, milestones, measurements and payments"),
    NoticeKind.CASE_STUDY: _l("Case studies that wait for a clearance or were published"),
    NoticeKind.ORGANISATION: _l("My organisation's verification"),
}
