"""The mails that wait, as their receivers will read them."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.i18n import in_language
from marketplace.core.mail import Letter, OutgoingMail, letter_of
from marketplace.core.mail.outbox import _recipient


def waiting(db: Session) -> list[OutgoingMail]:
    """Every mail that was enqueued, the oldest first."""
    db.rollback()
    db.expire_all()
    return list(db.scalars(select(OutgoingMail).order_by(OutgoingMail.created_at, OutgoingMail.id)))


def read(mail: OutgoingMail) -> Letter:
    """The letter of a mail."""
    with in_language(mail.language):
        written = letter_of(mail.letter)(**mail.data)
    assert written is not None
    return written


def address_of(mail: OutgoingMail) -> str:
    """Where a mail goes."""
    receiver = _recipient(mail)
    assert receiver is not None
    return receiver.address


def link_in(mail: OutgoingMail) -> str:
    """The path of the one link in a mail."""
    link = read(mail).link
    assert link
    return re.sub(r"^https?://[^/]+", "", link)
