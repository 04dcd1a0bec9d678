"""Mail: a letter is a subject, a few lines and one link, said in its receiver's language."""

from marketplace.core.mail.letters import Letter, letter, letter_of
from marketplace.core.mail.models import OutgoingMail
from marketplace.core.mail.outbox import Recipient, forget, resolve_people_by, send

__all__ = ["Letter", "OutgoingMail", "Recipient", "forget", "letter", "letter_of", "resolve_people_by", "send"]
