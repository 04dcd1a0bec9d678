"""What an agency's people ask of the list of evaluations."""

from __future__ import annotations

from sqlalchemy import Integer, case

from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.core.i18n import _l
from marketplace.core.lists import Choice, Column, Filter, Listing, Sort
from marketplace.evaluations import presentation
from marketplace.evaluations.models import Evaluation

IS_OVER = case((Evaluation.decided_at.is_not(None), 1), else_=0).cast(Integer)

UNFINISHED_FIRST = [(IS_OVER, "asc"), (Evaluation.created_at, "desc"), (Evaluation.id, "desc")]

MINE = Listing(
    "evaluations",
    sorts=(
        Sort("unfinished", _l("Unfinished first"), UNFINISHED_FIRST),
        Sort(
            "due", _l("Wanted soonest first"), [(IS_OVER, "asc"), (Evaluation.due_at, "asc"), (Evaluation.id, "asc")]
        ),
    ),
    filters=(
        Filter(
            "shown",
            _l("State"),
            (
                Choice("unfinished", _l("Unfinished"), Evaluation.decided_at.is_(None)),
                Choice("over", _l("Decided"), Evaluation.decided_at.is_not(None)),
            ),
        ),
    ),
    search=lambda text: Challenge.texts.any(ChallengeText.title.icontains(text, autoescape=True)),
    search_label=_l("Challenge"),
    columns=(
        Column(_l("Challenge"), lambda evaluation: evaluation.challenge.title),
        Column(_l("State"), lambda evaluation: presentation.state_tag(evaluation)[1]),
        Column(_l("Scores wanted by"), lambda evaluation: evaluation.due_at),
    ),
)
