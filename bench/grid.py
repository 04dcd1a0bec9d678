"""The evaluator's list of proposals, his workspace and the chair's board: at two hundred proposals beside at ten.

The statements are the same (tests count them); what grows is the page itself. With twenty times the rows the
workspace, which shows one proposal in a list of all, and both lists must stay within what these targets say.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bench import database, filling, measure, servers
from bench.report import Report
from marketplace.accounts.models import Person, PersonDetails, SignIn
from marketplace.accounts.tokens import new_token, token_hash
from marketplace.challenges.models import Challenge, ChallengeState, Criterion, CriterionKind
from marketplace.core.access import Kind, Role
from marketplace.core.ids import new_id, new_key, new_random_id
from marketplace.evaluations.models import (
    Declaration,
    Evaluation,
    EvaluationState,
    Interest,
    PanelMember,
    Score,
    ScoreSheet,
    Screening,
)
from marketplace.organisations.models import Membership
from marketplace.proposals.models import Proposal, ProposalState

FEW, MANY = 10, 200
PANEL = 3
# Twenty times the rows for three times the time; the workspace has the rows in its list alone.
TARGETS = {"evaluator's list": ("scoring/", 0.3), "chair's board": ("", 0.3)}
WORKSPACE = 0.8


def judged(session: Session) -> None:
    """Two challenges of one agency under evaluation by one panel: one with few proposals, one with many."""
    filling.challenges(session, 2)
    few, many = session.scalars(select(Challenge).order_by(Challenge.id)).all()
    startups = filling.organisations(session, Kind.STARTUP, MANY)
    evaluators = [_evaluator(session, few.agency_id, number) for number in range(PANEL)]
    for challenge, count in ((few, FEW), (many, MANY)):
        changed = {
            "state": ChallengeState.EVALUATION,
            "agency_id": few.agency_id,
            "deadline": datetime.now(UTC) - timedelta(days=9),
        }
        session.connection().execute(
            Challenge.__table__.update().where(Challenge.__table__.c.id == challenge.id).values(changed)
        )
        _evaluation(session, challenge.id, startups[:count], evaluators)


def _evaluator(session: Session, agency_id: UUID, number: int) -> UUID:
    person_id, name, now = new_id(), f"Evaluator {number}", datetime.now(UTC)
    session.execute(insert(Person), [{"id": person_id}])
    details = {"person_id": person_id, "name": name, "folded_name": name.lower(), "email": f"{number}@example.org"}
    session.execute(insert(PersonDetails), [details])
    seat = {"person_id": person_id, "organisation_id": agency_id, "role": Role.EVALUATOR, "starts_at": now}
    session.execute(insert(Membership), [seat])
    return person_id


def _evaluation(session: Session, challenge_id: UUID, startups: list[UUID], evaluators: list[UUID]) -> None:
    now = datetime.now(UTC)
    evaluation_id, seats = new_id(), [new_id() for _ in evaluators]
    head = {"id": evaluation_id, "challenge_id": challenge_id, "state": EvaluationState.SCORING}
    session.execute(insert(Evaluation), [head | {"scoring_began_at": now}])
    members = [
        {"id": seat, "evaluation_id": evaluation_id, "person_id": each, "is_chair": not place, "added_by": each}
        for place, (seat, each) in enumerate(zip(seats, evaluators, strict=True))
    ]
    session.execute(insert(PanelMember), members)
    proposals = [_proposal(challenge_id, startup_id, number) for number, startup_id in enumerate(startups)]
    ids = [row["id"] for row in proposals]
    session.execute(insert(Proposal), proposals)
    eligible = [{"proposal_id": each, "is_eligible": True, "by_id": evaluators[0], "at": now} for each in ids]
    session.execute(insert(Screening), eligible)
    pairs = [{"member_id": seat, "proposal_id": each} for seat in seats for each in ids]
    session.execute(insert(Declaration), [pair | {"interest": Interest.NONE, "declared_at": now} for pair in pairs])
    sheets = [
        pair | {"id": new_id(), "version": 1, "locked_at": now if number % 2 else None}
        for number, pair in enumerate(pairs)
    ]
    session.execute(insert(ScoreSheet), sheets)
    criteria = session.scalars(
        select(Criterion.id).where(Criterion.challenge_id == challenge_id, Criterion.kind != CriterionKind.PRICE)
    ).all()
    scores = [
        {"sheet_id": sheet["id"], "criterion_id": criterion_id, "value": (place * 7) % 11, "comment": "As promised."}
        for place, sheet in enumerate(sheets)
        for criterion_id in criteria
    ]
    session.execute(insert(Score), scores)


def _proposal(challenge_id: UUID, startup_id: UUID, number: int) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "id": new_random_id(),
        "key": new_key(),
        "challenge_id": challenge_id,
        "startup_id": startup_id,
        "state": ProposalState.UNDER_EVALUATION,
        "submitted_at": now - timedelta(days=10),
        "opened_at": now - timedelta(days=8),
        "price_minor": 100_000_00 + number * 1_000_00,
    }


def cookie(place: database.Place, person_id: UUID, organisation_id: UUID) -> dict[str, str]:
    """The header of a browser in which a person is signed in now."""
    token, now = new_token(), datetime.now(UTC)
    with database.writing(place) as session:
        row = {"person_id": person_id, "organisation_id": organisation_id, "token_hash": token_hash(token)}
        session.execute(insert(SignIn), [row | {"last_seen_at": now, "agent": "", "place": ""}])
        session.commit()
    signing = Flask(__name__)
    signing.secret_key = place.environment()["MARKETPLACE_SECRET_KEY"]
    serializer = SecureCookieSessionInterface().get_signing_serializer(signing)
    assert serializer is not None
    return {"Cookie": f"session={serializer.dumps({'_user_id': token})}"}


def run(report: Report) -> None:
    """Each page with many proposals and with few, as the panel's chair sees it."""
    place = database.filled("judged", judged)
    with database.writing(place) as session:
        chair = session.scalars(select(PanelMember.person_id).where(PanelMember.is_chair)).first()
        rows = session.execute(select(Challenge.key, Challenge.agency_id).order_by(Challenge.id)).all()
        (few, agency_id), (many, _agency) = [(row.key, row.agency_id) for row in rows]
        inside = {
            key: session.scalars(
                select(Proposal.key).join(Challenge).where(Challenge.key == key).order_by(Proposal.price_minor)
            ).first()
            for key in (few, many)
        }
    assert chair is not None
    headers = cookie(place, chair, agency_id)
    with servers.marketplace(place, **servers.COMPUTED) as ours:
        client = ours.client(headers)
        pages = {name: ((path, path), target) for name, (path, target) in TARGETS.items()}
        pages["workspace"] = ((f"proposals/{inside[many]}/", f"proposals/{inside[few]}/"), WORKSPACE)
        for path, _target in TARGETS.values():
            shown = client.get(f"/en/evaluations/{many}/{path}").body.count(b"<tr")
            assert shown > MANY, f"{path or 'the board'} shows {shown} rows"
        for name, ((path, small), target) in pages.items():
            pair = measure.paired(
                client.getter(f"/en/evaluations/{many}/{path}"), client.getter(f"/en/evaluations/{few}/{small}")
            )
            report.compare(f"{name}, {MANY} proposals beside {FEW}", pair, at_least=target)
