"""Starting a challenge: a new one, a clone, and the secret link that shows a draft."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from marketplace.challenges import attachments, policy, sections
from marketplace.challenges.criteria import draft_of, replace_criteria
from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.challenges.saving import fitting
from marketplace.core import database, events, ids
from marketplace.core.access import Viewer, require
from marketplace.core.errors import Refused, constraint_message
from marketplace.core.i18n import _, _l
from marketplace.core.text import clean_line
from marketplace.core.workflow import lock

constraint_message("pk_challenge", _l("This was sent already. Go on with it among your agency’s challenges."))


def create_challenge(
    actor: Viewer,
    title: str,
    now: datetime,
    *,
    language: str = "en",
    zone: str = "UTC",
    currency: str = "EUR",
    once: UUID | None = None,
) -> Challenge:
    """Start a draft for the agency that the actor acts for.

    Args:
        language: of the original text, one of `LANGUAGES`.
        zone: IANA name; dates are printed and typed in it.
        currency: ISO 4217.
        once: the identifier that the form brought; sent twice, it gives the same draft.
    Raises:
        NotAllowed: the actor writes no challenges.
        Refused: no title.
    """
    require(policy.can_create(actor))
    if not clean_line(title):
        raise Refused(_("Give the challenge a title."), "title")
    if (made_before := _made_before(actor, once)) is not None:
        return made_before
    challenge = _new(actor, once, language=language, zone=zone, currency=currency)
    challenge.texts = [ChallengeText(language=language, title=fitting("title", title), versions={})]
    return _entered(actor, challenge, "challenge.created", now)


def _new(actor: Viewer, once: UUID | None, **facts: Any) -> Challenge:
    return Challenge(
        id=once or ids.new_id(),
        agency_id=actor.organisation_id,
        author_id=actor.person_id,
        editors_since_review=[actor.person_id],
        **facts,
    )


def _entered(actor: Viewer, challenge: Challenge, event: str, now: datetime, **data: Any) -> Challenge:
    database.session.add(challenge)
    database.session.flush()
    events.record(event, actor, on=challenge, now=now, **data)
    return challenge


def _made_before(actor: Viewer, once: UUID | None) -> Challenge | None:
    """What the same person made by the same form, which came in twice."""
    if once is None:
        return None
    return database.session.scalars(
        select(Challenge).where(Challenge.id == once, Challenge.author_id == actor.person_id)
    ).one_or_none()


def clone(actor: Viewer, challenge: Challenge, now: datetime, *, once: UUID | None = None) -> Challenge:
    """Start a draft of the actor's own agency from any challenge that the actor may see.

    Texts, criteria, money, topics and files are taken over; dates, decisions and a foreign site's link are not.

    Args:
        once: as in `create_challenge`.
    Raises:
        NotAllowed: the actor writes no challenges.
    """
    require(policy.can_clone(actor, challenge))
    if (made_before := _made_before(actor, once)) is not None:
        return made_before
    copy = _new(actor, once, cloned_from=challenge.id, **_facts(challenge))
    copy.texts = [
        ChallengeText(language=text.language, versions={}, **{name: getattr(text, name) for name in sections.TEXTS})
        for text in challenge.texts
    ]
    replace_criteria(copy, [draft_of(criterion) for criterion in challenge.criteria])
    for old, new in zip(challenge.criteria, copy.criteria, strict=True):
        if old.id == challenge.tie_break_criterion_id:
            copy.tie_break_criterion_id = new.id
    _entered(actor, copy, "challenge.cloned", now, source=challenge.id)
    attachments.copy_all(actor, challenge, copy)
    return copy


def _facts(challenge: Challenge) -> dict[str, Any]:
    """What a clone takes over beside the texts; lists as lists of its own."""
    names = ("language", "zone", "currency", "pilot_months", "budget_minor", "prize_minor", "tie_break")
    lists = ("topics", "sectors", "proposal_languages")
    return {name: getattr(challenge, name) for name in names} | {
        name: list(getattr(challenge, name)) for name in lists
    }


def make_preview_link(actor: Viewer, challenge: Challenge, now: datetime) -> str:
    """A new secret for the preview link; an older one stops working.

    Returns:
        the token, shown this once: only its hash is kept.
    Raises:
        NotAllowed: not an author or an approver of the agency.
    """
    require(policy.can_publish(actor, challenge))
    lock(challenge)
    token = secrets.token_urlsafe(24)
    challenge.preview_hash = preview_hash(token)
    events.record("challenge.preview_made", actor, on=challenge, now=now)
    return token


def revoke_preview_link(actor: Viewer, challenge: Challenge, now: datetime) -> None:
    """Let the secret preview link work no longer.

    Raises:
        NotAllowed: not an author or an approver of the agency.
    """
    require(policy.can_publish(actor, challenge))
    lock(challenge)
    if challenge.preview_hash is None:
        return
    challenge.preview_hash = None
    events.record("challenge.preview_revoked", actor, on=challenge, now=now)


def preview_hash(token: str) -> str:
    """What is kept of a preview link's secret."""
    return hashlib.sha256(token.encode()).hexdigest()
