"""Files beside a challenge's text: added and taken away while it is a draft, frozen with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from werkzeug.datastructures import FileStorage

from marketplace.challenges import policy
from marketplace.challenges.models import Challenge
from marketplace.core import files
from marketplace.core.access import Viewer, require
from marketplace.core.errors import NotFound, Refused
from marketplace.core.files import File
from marketplace.core.i18n import _
from marketplace.core.workflow import lock

KIND = "challenge"
MOST_FILES = 20


@dataclass(frozen=True)
class Attachment:
    """A file as the page shows it."""

    id: UUID
    name: str
    url: str
    type: str
    size: str


def of(challenge: Challenge) -> list[File]:
    """The challenge's files that the viewer may read, oldest first; one statement."""
    return files.of(KIND, [challenge.id])[challenge.id]


def shown(challenge: Challenge) -> list[Attachment]:
    """The same, in words; one statement."""
    return [
        Attachment(
            each.id, each.name, files.address(each), each.name.rpartition(".")[2].upper(), files.size_words(each)
        )
        for each in of(challenge)
    ]


def attach(actor: Viewer, challenge: Challenge, upload: FileStorage, now: datetime) -> File:
    """Add a file to a draft.

    Raises:
        NotAllowed: not an author of the agency, or the challenge is no draft.
        Refused: too many files, too large, or not what its name says.
    """
    lock(challenge)
    require(policy.can_edit(actor, challenge))
    if len(of(challenge)) >= MOST_FILES:
        raise Refused(_("Keep to %(most)d files; put some together in one archive.", most=MOST_FILES), "file")
    _note(actor, challenge)
    return files.store(actor, upload, KIND, challenge.id, field="file", owner_organisation_id=challenge.agency_id)


def copy_all(actor: Viewer, source: Challenge, into: Challenge) -> None:
    """Give a clone the files of its source that the actor may read, as files of its own."""
    for each in of(source):
        files.copy(actor, each, KIND, into.id, owner_organisation_id=into.agency_id)


def detach(actor: Viewer, challenge: Challenge, file_id: UUID, now: datetime) -> None:
    """Take a file out of a draft.

    Raises:
        NotFound: it is not this challenge's.
        NotAllowed: not an author of the agency, or the challenge is no draft.
    """
    lock(challenge)
    require(policy.can_edit(actor, challenge))
    found = next((each for each in of(challenge) if each.id == file_id), None)
    if found is None:
        raise NotFound
    _note(actor, challenge)
    files.remove(found)


def _note(actor: Viewer, challenge: Challenge) -> None:
    # Whoever changes the files has edited, so somebody else has to approve.
    if actor.person_id is not None and actor.person_id not in challenge.editors_since_review:
        challenge.editors_since_review = [*challenge.editors_since_review, actor.person_id]
