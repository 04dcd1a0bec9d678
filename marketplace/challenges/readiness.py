"""What a draft still lacks: one rule for the task list, the review page and the guards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from marketplace.challenges import sections
from marketplace.challenges.models import Challenge, Criterion, CriterionKind, TieBreak
from marketplace.challenges.sections import SECTIONS
from marketplace.core.clock import in_zone
from marketplace.core.i18n import OWN_NAMES, _
from marketplace.core.writing.sections import Section, Status

WHOLE = 100  # what the weights must total


@dataclass(frozen=True)
class Missing:
    """One thing to write or to put right before the review.

    Attributes:
        section: the name of the section where it belongs.
        message: what to do, in the reader's language.
    """

    section: str
    message: str


def missing(challenge: Challenge, now: datetime) -> list[Missing]:
    """Everything that must be written or changed before the challenge can be reviewed and published."""
    return [
        *_texts(challenge),
        *_facts(challenge),
        *(Missing("criteria", message) for message in _criteria(challenge)),
        *(Missing("dates", message) for message in _dates(challenge, now)),
        *_translations(challenge),
    ]


def status(challenge: Challenge, section: Section, lacking: list[Missing], files: int = 0) -> Status:
    """How far a section is.

    Args:
        lacking: what `missing` found.
        files: how many attachments there are.
    """
    begun = _is_begun(challenge, section, files)
    if any(each.section == section.name for each in lacking):
        return Status.IN_PROGRESS if begun else Status.NOT_STARTED
    return Status.DONE if begun or not section.is_optional else Status.NOT_STARTED


def _is_begun(challenge: Challenge, section: Section, files: int) -> bool:
    if any(getattr(text, column) for text in challenge.texts for column in section.texts):
        return True
    if section.name == "criteria":
        return bool(challenge.criteria)
    if section.name == "attachments":
        return files > 0
    # Zone, currency and languages have a value from the start; they don't say that somebody was here.
    telling = set(section.facts) - {"zone", "currency", "proposal_languages"}
    return any(getattr(challenge, column) not in (None, []) for column in telling)


def _texts(challenge: Challenge) -> Iterator[Missing]:
    wanted = {
        "title": _("Give the challenge a title."),
        "summary": _("Say in two sentences what it is about."),
        "problem": _("Describe the problem."),
        "outcomes": _("Say which outcomes you want."),
        "eligibility": _("Say who may take part."),
        "intellectual_property": _("Say who owns what comes out of it."),
        "data_security": _("Say what data is used and how it must be kept."),
        "adoption_route": _("Say who would buy it, from which budget and by which procedure."),
    }
    for section in SECTIONS:
        for column in section.texts:
            if column in wanted and not getattr(challenge.original, column):
                yield Missing(section.name, wanted[column])


def _facts(challenge: Challenge) -> Iterator[Missing]:
    if not challenge.topics:
        yield Missing("problem", _("Choose at least one topic."))
    if not challenge.proposal_languages:
        yield Missing("eligibility", _("Choose at least one language for the proposals."))
    if challenge.budget_minor is None and challenge.prize_minor is None and not challenge.original.budget_note:
        yield Missing("budget", _("Enter a budget or a prize, or say why there is neither."))


def weights_total(criteria: list[Criterion]) -> int:
    """What the weights add up to; they must make 100."""
    return sum(criterion.weight for criterion in criteria)


def _criteria(challenge: Challenge) -> Iterator[str]:
    criteria = challenge.criteria
    if not criteria:
        yield _("Add the criteria by which proposals are judged.")
        return
    total = weights_total(criteria)
    if total != WHOLE:
        yield _("Weights must total 100. They total %(total)d now.", total=total)
    if sum(criterion.kind == CriterionKind.PRICE for criterion in criteria) > 1:
        yield _("Keep one price criterion: all others would repeat it.")
    for place, criterion in enumerate(criteria, 1):
        yield from _criterion(criterion, place)
    if challenge.tie_break == TieBreak.CRITERION and challenge.tie_break_criterion_id not in {
        criterion.id for criterion in criteria if criterion.kind != CriterionKind.PRICE
    }:
        yield _("Choose the criterion that decides between equal totals.")


def _criterion(criterion: Criterion, place: int) -> Iterator[str]:
    name = criterion.name
    if not name:
        yield _("Name criterion %(place)d.", place=place)
        return
    if criterion.kind == CriterionKind.RATING and len(criterion.labels) < 2:
        yield _("Give “%(name)s” at least two labels to choose from.", name=name)
    if criterion.kind == CriterionKind.RATING and any(not label["label"] for label in criterion.labels):
        yield _("Name every label of “%(name)s”.", name=name)
    if criterion.minimum is not None and criterion.minimum > criterion.scale:
        yield _("The minimum of “%(name)s” is above its highest score.", name=name)


def _dates(challenge: Challenge, now: datetime) -> Iterator[str]:
    deadline = challenge.deadline
    if deadline is None:
        yield _("Set the deadline.")
        return
    if deadline <= now:
        yield _("The deadline, %(date)s, has passed. Set a later one.", date=in_zone(deadline, challenge.zone))
    if challenge.decision_due is not None and challenge.decision_due <= deadline:
        yield _("Set the decision after the deadline.")
    if challenge.pilot_starts is not None and challenge.pilot_starts <= (challenge.decision_due or deadline):
        yield _("Set the start of the pilot after the decision.")
    for place, stage in enumerate(challenge.stages, 1):
        if not stage.name:
            yield _("Name step %(place)d.", place=place)
        if stage.ends_at is not None and stage.ends_at < stage.starts_at:
            yield _("Let step %(place)d end after it starts.", place=place)


def _translations(challenge: Challenge) -> Iterator[Missing]:
    # A reader who gets his own language gets all of it.
    original = challenge.original
    for text in challenge.texts:
        if text is original or not any(getattr(text, column) for column in sections.TEXTS):
            continue
        for section in SECTIONS:
            for column in section.texts:
                if getattr(original, column) and not getattr(text, column):
                    yield Missing(
                        section.name,
                        _(
                            "%(language)s: “%(field)s” is missing.",
                            language=OWN_NAMES[text.language],
                            field=sections.LABELS[column],
                        ),
                    )
