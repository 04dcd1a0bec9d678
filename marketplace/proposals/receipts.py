"""The receipt on paper, and its lines for whoever tells of it."""

from __future__ import annotations

from uuid import UUID

from flask import url_for
from sqlalchemy import select

from marketplace.challenges.blueprint import absolute
from marketplace.core import blocks, clock, database, prints, site
from marketplace.core.events import Event
from marketplace.core.i18n import _, current_language
from marketplace.proposals.models import Proposal, Submission
from marketplace.proposals.queries import challenge_title

KIND = "print of a receipt"


def lines(proposal: Proposal, sent: Submission) -> list[tuple[str, str]]:
    """What a receipt says beside its code and its fingerprint, as pairs of label and value."""
    challenge = proposal.challenge
    return [
        (_("Received"), clock.in_zone(sent.received_at, challenge.zone)),
        (_("By the server's clock (UTC)"), sent.received_at.isoformat(timespec="microseconds")),
        (_("Challenge"), challenge_title(challenge)),
        (_("Agency"), challenge.agency.name),
        (_("Startup"), proposal.startup.name),
    ]


def mail_lines(happened: Event) -> list[str]:
    """The receipt as lines of the mail that tells of a submission; none where the reader may not see it.

    Args:
        happened: `proposal.submitted` or `proposal.replaced`.
    """
    wanted = Submission.id == UUID(happened.data["submission_id"])
    sent = database.session.scalar(select(Submission).where(wanted))
    if sent is None:
        return []
    proposal = database.session.scalars(select(Proposal).where(Proposal.id == sent.proposal_id)).one()
    pairs = [
        (_("Code of the receipt"), sent.receipt_code),
        (_("Fingerprint (SHA-256)"), sent.sha256),
        *lines(proposal, sent),
    ]
    return [_("%(label)s: %(value)s", label=label, value=value) for label, value in pairs]


def as_pdf(proposal: Proposal, sent: Submission) -> bytes:
    """The receipt of one version, in the reader's language."""
    address = absolute(url_for("proposals.verify_receipt"))
    body = [
        blocks.paragraph(_("A proposal with this fingerprint has arrived. It is closed until the deadline.")),
        blocks.heading(_("Code of the receipt")),
        blocks.code(sent.receipt_code),
        blocks.heading(_("Fingerprint (SHA-256)")),
        blocks.code(sent.sha256),
        blocks.facts(lines(proposal, sent)),
        blocks.paragraph(_("Check this receipt at %(address)s", address=address), faint=True),
    ]
    title = _("Receipt of a proposal")
    return prints.document(KIND, sent.id, title, body, language=current_language(), site=site.name())
