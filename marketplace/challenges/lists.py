"""What an agency asks of the list of its own challenges."""

from __future__ import annotations

from flask import g

from marketplace.challenges import presentation
from marketplace.challenges.models import Challenge, ChallengeState, ChallengeText
from marketplace.core.i18n import _l
from marketplace.core.lists import Choice, Column, Filter, Listing, Sort

S = ChallengeState
STAGES = {
    "inside": (_l("In preparation"), (S.DRAFT, S.IN_REVIEW, S.EDITS_REQUESTED, S.APPROVED)),
    "published": (_l("Published"), (S.PUBLISHED,)),
    "evaluation": (_l("In evaluation"), (S.EVALUATION,)),
    "ended": (_l("Ended"), (S.AWARDED, S.UNSUCCESSFUL, S.WITHDRAWN, S.CANCELLED)),
}

MINE = Listing(
    "challenges",
    sorts=(
        Sort("newest", _l("Newest first"), [(Challenge.id, "desc")]),
        Sort("latest", _l("Latest deadline first"), [(Challenge.deadline, "desc"), (Challenge.id, "desc")]),
        Sort("earliest", _l("Earliest deadline first"), [(Challenge.deadline, "asc"), (Challenge.id, "asc")]),
    ),
    filters=(
        Filter(
            "stage",
            _l("State"),
            [Choice(value, label, Challenge.state.in_(states)) for value, (label, states) in STAGES.items()],
        ),
    ),
    search=lambda text: Challenge.texts.any(ChallengeText.title.icontains(text, autoescape=True)),
    search_label=_l("Title"),
    columns=(
        Column(_l("Challenge"), lambda challenge: challenge.title),
        Column(_l("State"), lambda challenge: presentation.tag(challenge, g.now).label),
        Column(_l("Deadline"), lambda challenge: challenge.deadline),
    ),
)
