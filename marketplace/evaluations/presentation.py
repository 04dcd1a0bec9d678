"""An evaluation in words and shapes: its state's tag, its steps, the tabs of its desk."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from flask import g, request, url_for

from marketplace.challenges.models import Challenge
from marketplace.core.i18n import _, _l
from marketplace.core.text import slugify
from marketplace.core.vocabularies import readiness
from marketplace.evaluations import policy
from marketplace.evaluations.blueprint import blueprint
from marketplace.evaluations.decision import record, succession, words
from marketplace.evaluations.models import Evaluation, EvaluationNote, PanelMember
from marketplace.evaluations.models import EvaluationState as S
from marketplace.evaluations.scoring import workspace
from marketplace.evaluations.scoring.forms import words_for
from marketplace.organisations.models import Organisation
from marketplace.proposals import sections

STATE_TAGS = {
    S.SETTING_UP: ("waiting", _l("Setting up")),
    S.SCORING: ("open", _l("Scoring")),
    S.CONSENSUS: ("waiting", _l("Consensus")),
    S.RECOMMENDED: ("waiting", _l("Waits for approval")),
    S.APPROVED: ("good", _l("Approved")),
    S.DECIDED: ("closed", _l("Decided")),
}
STEPS = (
    (S.SETTING_UP, _l("Panel and screening")),
    (S.SCORING, _l("Scoring")),
    (S.CONSENSUS, _l("Consensus")),
    (S.RECOMMENDED, _l("Recommendation")),
    (S.APPROVED, _l("Approval")),
    (S.DECIDED, _l("Decision")),
)
CELLS = {
    "undeclared": _l("Not declared"),
    "recused": _l("Recused"),
    "void": _l("Void"),
    "locked": _l("Locked"),
    "unassigned": _l("Not assigned"),
    "begun": _l("Begun"),
    "due": _l("To score"),
    "screened_out": _l("Not eligible"),
}
TASK_TAGS = {
    "undeclared": ("time", CELLS["undeclared"]),
    "recused": ("closed", _l("Closed to you")),
    "locked": ("good", _l("Locked by you")),
    "begun": ("waiting", CELLS["begun"]),
    "due": ("waiting", CELLS["due"]),
    "screened_out": ("closed", CELLS["screened_out"]),
}


def state_tag(evaluation: Evaluation) -> tuple[str, Any]:
    """Kind and words of the state."""
    if evaluation.was_cancelled:
        return "bad", _l("Cancelled")
    return STATE_TAGS[evaluation.state]


def outcome_tag(state: str) -> tuple[str, Any]:
    """Kind and words of what became of a proposal."""
    return words.OUTCOMES[state]  # type: ignore[index]


def steps(evaluation: Evaluation) -> list[tuple[Any, None, str]]:
    """The way of an evaluation for the stepper."""
    order = [state for state, _name in STEPS]
    at = order.index(evaluation.state)
    if evaluation.state == S.DECIDED:
        return [(name, None, "done") for _state, name in STEPS]
    here = "stopped" if evaluation.was_cancelled else "now"
    return [(name, None, "done" if i < at else here if i == at else "ahead") for i, (_s, name) in enumerate(STEPS)]


def tabs(evaluation: Evaluation) -> list[tuple[str, str, bool, None]]:
    """The pages of the desk that the viewer may open."""
    key, viewer = evaluation.challenge.key, g.viewer
    follows, seat = policy.follows(viewer, evaluation), policy.membership(viewer, evaluation)
    pages = [
        (_("Progress"), ".show", follows),
        (_("Your scoring"), ".scoring", seat is not None),
        (_("Panel"), ".members", follows),
        (_("Assignment"), ".assignment", policy.is_chair(viewer, evaluation)),
        (_("Screening"), ".screening", follows),
        (_("Consensus"), ".consensus", policy.can_see_ranking(viewer, evaluation)),
        (_("Ranking"), ".ranking", policy.can_see_ranking(viewer, evaluation)),
        (_("Letters"), ".outbox", follows and evaluation.state in policy.AFTER_RECOMMENDATION),
        (_("After the winner"), ".succeed", succession.can_propose(viewer, evaluation)),
        (_("Decision record"), ".record", policy.can_see_record(viewer, evaluation)),
    ]
    return [
        (name, url_for(endpoint, key=key), request.endpoint == f"evaluations{endpoint}", None)
        for name, endpoint, is_open in pages
        if is_open
    ]


def challenge_url(challenge: Challenge, title: str) -> str:
    """The public page of the challenge."""
    return url_for("challenges.show", slug=slugify(title) or "challenge", key=challenge.key)


def note_words(note: EvaluationNote) -> Any:
    """What a dated reason is about."""
    return words.NOTES[note.kind]


def known_names(ids: list[str], known: dict[str, Organisation]) -> list[str]:
    """The names of organisations that a result keeps by identifier; one that is gone is left out."""
    return [known[one].name for one in ids if one in known]


def seat_names(seats: Iterable[PanelMember], named: Mapping[UUID, str]) -> list[str]:
    """The names over a grid's columns."""
    return [named[seat.id] for seat in seats]


@blueprint.context_processor
def _given() -> dict[str, Any]:
    return {
        "present": sys.modules[__name__],
        "note_words": note_words,
        "known_names": known_names,
        "seat_names": seat_names,
        "section_names": sections.NAMES,
        "sections_of": workspace.sections_of,
        "readiness_label": readiness.label,
        "words_for": words_for,
        "failed_words": record.failed_words,
        "decision_facts": record.decision_facts,
    }
