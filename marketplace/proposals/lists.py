"""What a startup asks of the list of its proposals."""

from __future__ import annotations

from flask import g
from sqlalchemy import ColumnElement, and_, or_, select

from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.core.i18n import _l
from marketplace.core.lists import Choice, Column, Filter, Listing, Sort
from marketplace.organisations.models import Organisation
from marketplace.proposals import policy, presentation
from marketplace.proposals.models import OPENED_STATES, DraftSection, Proposal, ProposalState, Section

UNSENT = (ProposalState.DRAFT, ProposalState.WITHDRAWN)
UNDECIDED = and_(
    Proposal.state.in_([ProposalState.SUBMITTED, *OPENED_STATES]), Challenge.state.not_in(policy.DECIDED)
)
DECIDED = and_(Proposal.state.in_(OPENED_STATES), Challenge.state.in_(policy.DECIDED))


def _named(text: str) -> ColumnElement[bool]:
    own = select(DraftSection.proposal_id).where(
        DraftSection.section == Section.SUMMARY,
        DraftSection.content["title"].astext.icontains(text, autoescape=True),
    )
    return or_(
        Proposal.id.in_(own),
        Challenge.texts.any(ChallengeText.title.icontains(text, autoescape=True)),
        Challenge.agency.has(Organisation.name.icontains(text, autoescape=True)),
    )


MINE = Listing(
    "proposals",
    sorts=(
        Sort("latest", _l("Latest deadline first"), [(Challenge.deadline, "desc"), (Proposal.id, "asc")]),
        Sort("earliest", _l("Earliest deadline first"), [(Challenge.deadline, "asc"), (Proposal.id, "asc")]),
        Sort("begun", _l("Begun last first"), [(Proposal.created_at, "desc"), (Proposal.id, "desc")]),
    ),
    filters=(
        Filter(
            "shown",
            _l("State"),
            (
                Choice("drafts", _l("Drafts"), Proposal.state.in_(UNSENT)),
                Choice("sent", _l("Undecided"), UNDECIDED),
                Choice("decided", _l("Decided"), DECIDED),
            ),
        ),
    ),
    search=_named,
    search_label=_l("Title, challenge or agency"),
    columns=(
        Column(_l("Proposal"), lambda line: line.title),
        Column(_l("Challenge"), lambda line: presentation.title_of(line.proposal.challenge)),
        Column(_l("Agency"), lambda line: line.proposal.challenge.agency.name),
        Column(_l("State"), lambda line: presentation.state_tag(line.state, line.proposal.challenge, g.now)[1]),
        Column(_l("Deadline"), lambda line: line.proposal.challenge.deadline),
    ),
)
