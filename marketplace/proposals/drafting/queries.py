"""What the pages of the draft read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from marketplace.accounts.queries import names
from marketplace.core.access import Viewer
from marketplace.proposals import bundle, contents, requirements
from marketplace.proposals.contents import Saved
from marketplace.proposals.models import Comment, Proposal, Section, Submission
from marketplace.proposals.requirements import Fault, SectionProgress

# Whoever saved within this time is told of as writing now.
WRITING_NOW = timedelta(minutes=3)


@dataclass(frozen=True)
class Editor:
    """All that the pages of a draft show beside the form."""

    draft: dict[Section, Saved]
    faults: list[Fault]
    progress: list[SectionProgress]
    writing_now: list[tuple[str, Section]]  # name, section
    names: dict[UUID, str]
    comments: Sequence[Comment]
    standing: Submission | None

    @property
    def done(self) -> int:
        return sum(each.is_done for each in self.progress)

    @property
    def last_saved(self) -> datetime | None:
        return max((each.at for each in self.draft.values() if each.at), default=None)

    @property
    def unfinished(self) -> list[Section]:
        """Sections in which something stands in the way of a submission."""
        return list(dict.fromkeys(fault.section for fault in self.faults))

    def faults_in(self, section: Section) -> list[Fault]:
        """What stands in the way of a submission in one section."""
        return [fault for fault in self.faults if fault.section == section]


def editor(viewer: Viewer, proposal: Proposal, now: datetime, section: Section | None = None) -> Editor:
    """The draft and what is known of it. Four statements, whatever the draft's length."""
    draft = contents.draft_of(proposal)
    faults = requirements.faults_of(proposal, draft)
    comments = contents.comments_on(proposal, section) if section else []
    people = {comment.by_id for comment in comments} | {saved.by_id for saved in draft.values() if saved.by_id}
    known = names(people)
    return Editor(
        draft=draft,
        faults=faults,
        progress=requirements.progress_of(draft, faults),
        writing_now=_writing_now(viewer, draft, known, now),
        names=known,
        comments=comments,
        standing=contents.standing(proposal),
    )


def _writing_now(
    viewer: Viewer, draft: dict[Section, Saved], known: dict[UUID, str], now: datetime
) -> list[tuple[str, Section]]:
    return [
        (known[saved.by_id], section)
        for section, saved in draft.items()
        if saved.by_id and saved.at and saved.by_id != viewer.person_id and now - saved.at < WRITING_NOW
    ]


def first_unfinished(proposal: Proposal) -> Section:
    """Where the team goes on: the first section that isn't done, else the last."""
    draft = contents.draft_of(proposal)
    faults = requirements.faults_of(proposal, draft)
    return faults[0].section if faults else Section.SUMMARY


def fingerprint(proposal: Proposal, seen: Editor) -> str:
    """The hash that the draft would have if it were sent as it is."""
    return contents.digest(contents.pack(proposal, seen.draft))


def preview(proposal: Proposal, seen: Editor) -> bundle.Contents | None:
    """What would be sent; None while something is missing."""
    return None if seen.faults else bundle.decode(contents.pack(proposal, seen.draft))
