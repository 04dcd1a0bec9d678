"""The decision record: criteria and their hash, panel, declarations, scores, consensus, ranking, who and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select

from marketplace.core import blocks, database, pdf, prints, site
from marketplace.core.clock import in_zone
from marketplace.core.i18n import _, current_language
from marketplace.core.money import Money, format_money
from marketplace.evaluations import queries, ranking
from marketplace.evaluations.decision import words
from marketplace.evaluations.models import (
    Consensus,
    Declaration,
    Evaluation,
    EvaluationNote,
    Exemption,
    Interest,
    PanelMember,
    Score,
    ScoreSheet,
    Screening,
    Succession,
)
from marketplace.evaluations.queries import Bidder
from marketplace.evaluations.scoring.forms import words_for

KIND = "print of a decision record"


@dataclass(frozen=True)
class Record:
    """Everything that a decision stands on, as far as its reader may see it."""

    evaluation: Evaluation
    bidders: dict[UUID, Bidder]
    closed: set[UUID]
    seats: list[PanelMember]
    declarations: Sequence[Declaration]
    exemptions: Sequence[Exemption]
    screenings: Sequence[Screening]
    scores: Sequence[tuple[ScoreSheet, Score]]
    consensus: Sequence[Consensus]
    notes: Sequence[EvaluationNote]
    successions: Sequence[Succession]
    result: Mapping[str, Any]

    @property
    def people(self) -> set[UUID | None]:
        """Whose names the record needs."""
        found: set[UUID | None] = {self.evaluation.recommended_by, self.evaluation.approved_by}
        for seat in self.seats:
            found |= {seat.person_id, seat.added_by}
        for rows in (self.screenings, self.consensus, self.notes):
            found |= {row.by_id for row in rows}
        for row in self.successions:
            found |= {row.proposed_by, row.confirmed_by}
        for exemption in self.exemptions:
            found |= {exemption.starts_by, exemption.ends_by}
        return found

    def name_of(self, proposal_id: Any) -> str:
        """The bidder's name."""
        return self.bidders[UUID(str(proposal_id))].name

    def is_closed(self, proposal_id: Any) -> bool:
        """Whether a conflict closes the proposal to the record's reader."""
        return UUID(str(proposal_id)) in self.closed

    def seat(self, member_id: UUID) -> PanelMember:
        """A seat by its identifier."""
        return next(seat for seat in self.seats if seat.id == member_id)


def read(evaluation: Evaluation, closed: set[UUID]) -> Record:
    """The record; what a conflict closes to its reader is left out. Ten statements, whatever the count."""
    bidders = {bidder.id: bidder for bidder in queries.bidders(evaluation)}
    seats = list(evaluation.members)
    seat_ids = [seat.id for seat in seats]
    ids = [proposal_id for proposal_id in bidders if proposal_id not in closed]
    session = database.session
    return Record(
        evaluation=evaluation,
        bidders=bidders,
        closed=closed,
        seats=seats,
        declarations=session.scalars(
            select(Declaration)
            .where(Declaration.member_id.in_(seat_ids))
            .order_by(Declaration.declared_at, Declaration.id)
        ).all(),
        exemptions=session.scalars(
            select(Exemption).where(Exemption.member_id.in_(seat_ids)).order_by(Exemption.starts_at, Exemption.id)
        ).all(),
        screenings=session.scalars(
            select(Screening).where(Screening.proposal_id.in_(ids)).order_by(Screening.at)
        ).all(),
        scores=_given_scores(seat_ids, ids),
        consensus=session.scalars(
            select(Consensus).where(Consensus.proposal_id.in_(ids)).order_by(Consensus.at, Consensus.id)
        ).all(),
        notes=session.scalars(
            select(EvaluationNote)
            .where(EvaluationNote.evaluation_id == evaluation.id)
            .order_by(EvaluationNote.at, EvaluationNote.id)
        ).all(),
        successions=session.scalars(
            select(Succession).where(Succession.evaluation_id == evaluation.id).order_by(Succession.proposed_at)
        ).all(),
        result=evaluation.result or {"placed": [], "knocked_out": []},
    )


def _given_scores(seat_ids: list[UUID], proposal_ids: list[UUID]) -> list[tuple[ScoreSheet, Score]]:
    statement = (
        select(ScoreSheet, Score)
        .join(Score, Score.sheet_id == ScoreSheet.id)
        .where(ScoreSheet.member_id.in_(seat_ids), ScoreSheet.proposal_id.in_(proposal_ids))
        .order_by(ScoreSheet.proposal_id, ScoreSheet.member_id, Score.id)
    )
    return [(sheet, score) for sheet, score in database.session.execute(statement)]


def as_pdf(evaluation: Evaluation, record: Record, title: str, named: Mapping[UUID, str]) -> bytes:
    """The record on paper, in the reader's language."""
    parts = [
        *_decision(evaluation, named),
        *_criteria(evaluation),
        *_panel(evaluation, record, named),
        *_ranking(evaluation, record),
        *_scores(evaluation, record, named),
        *_reasons(evaluation, record, named),
    ]
    # Made for its reader alone where some of it is closed to him: it would take the whole record's place.
    made = partial(prints.document, KIND, evaluation.id) if not record.closed else pdf.document
    return made(
        _("Decision record"),
        parts,
        language=current_language(),
        site=site.name(),
        subtitle=title,
        dated=in_zone(evaluation.decided_at, evaluation.challenge.zone) if evaluation.decided_at else None,
    )


def decision_facts(evaluation: Evaluation, named: Mapping[UUID, str]) -> list[tuple[str, str | None]]:
    """Who decided what, when and why."""
    zone = evaluation.challenge.zone

    def by(person_id: UUID | None, at: Any) -> str | None:
        return f"{named.get(person_id, '–')}, {in_zone(at, zone)}" if person_id and at else None

    outcome = _("Award") if evaluation.recommends_award else _("No award")
    because = evaluation.unsuccessful_because
    return [
        (_("Outcome"), outcome),
        (_("Why there is no award"), str(words.UNSUCCESSFUL[because]) if because else None),
        (_("Said in public"), evaluation.public_reason or None),
        (_("The panel’s reasons"), evaluation.recommendation),
        (_("Recommended by"), by(evaluation.recommended_by, evaluation.recommended_at)),
        (_("Approved by"), by(evaluation.approved_by, evaluation.approved_at)),
        (_("Approver’s note"), evaluation.approval_note or None),
        (_("Announced"), in_zone(evaluation.decided_at, zone) if evaluation.decided_at else None),
    ]


def _decision(evaluation: Evaluation, named: Mapping[UUID, str]) -> list[blocks.Block]:
    return [blocks.heading(_("Decision")), blocks.facts(decision_facts(evaluation, named))]


def _criteria(evaluation: Evaluation) -> list[blocks.Block]:
    challenge = evaluation.challenge
    rows = [
        [
            criterion.name_in(current_language()),
            criterion.weight,
            "–" if criterion.kind == "price" else 1 if criterion.kind == "yes_no" else criterion.scale,
            "–" if criterion.minimum is None else criterion.minimum,
        ]
        for criterion in challenge.criteria
    ]
    made = [
        blocks.heading(_("Criteria, as they were published")),
        blocks.table(_("Criteria"), [_("Criterion"), _("Weight"), _("Scale"), _("Minimum")], rows, numbers=[1, 2, 3]),
        blocks.paragraph(words.TIE_BREAKS[challenge.tie_break]),
    ]
    if challenge.criteria_hash:
        made += [
            blocks.paragraph(_("SHA-256 of the criteria at publication:"), faint=True),
            blocks.code(challenge.criteria_hash),
        ]
    return made


def _panel(evaluation: Evaluation, record: Record, named: Mapping[UUID, str]) -> list[blocks.Block]:
    zone = evaluation.challenge.zone
    seats = [
        [
            named[seat.person_id],
            _("Chair") if seat.is_chair else _("Evaluator"),
            _("left on %(when)s", when=in_zone(seat.left_at, zone)) if seat.left_at else "",
        ]
        for seat in record.seats
    ]
    declared = [
        [
            named[record.seat(row.member_id).person_id],
            record.name_of(row.proposal_id),
            _("Conflict: %(reason)s", reason=row.reason) if row.interest == Interest.CONFLICT else _("None"),
            in_zone(row.declared_at, zone),
        ]
        for row in record.declarations
    ]
    screened = [
        [record.name_of(row.proposal_id), _("Yes") if row.is_eligible else _("No"), row.reason, named[row.by_id]]
        for row in record.screenings
    ]
    return [
        blocks.heading(_("Panel")),
        blocks.table(_("Seats"), [_("Name"), _("Role"), _("Until")], seats),
        blocks.table(_("Screening"), [_("Proposal"), _("Eligible"), _("Reason"), _("By")], screened),
        blocks.table(_("Declarations"), [_("Evaluator"), _("Proposal"), _("Interest"), _("When")], declared),
        *_assignment(evaluation, record, named),
    ]


def _assignment(evaluation: Evaluation, record: Record, named: Mapping[UUID, str]) -> list[blocks.Block]:
    zone = evaluation.challenge.zone
    rows = [
        [
            named[record.seat(row.member_id).person_id],
            record.name_of(row.proposal_id),
            f"{in_zone(row.starts_at, zone)}, {named[row.starts_by]}",
            f"{in_zone(row.ends_at, zone)}, {named[row.ends_by]}" if row.ends_at and row.ends_by else "–",
        ]
        for row in record.exemptions
    ]
    columns = [_("Evaluator"), _("Proposal"), _("From"), _("Until")]
    return [blocks.table(_("Proposals that an evaluator did not score"), columns, rows)] if rows else []


def _ranking(evaluation: Evaluation, record: Record) -> list[blocks.Block]:
    challenge = evaluation.challenge
    rows, working = [], []
    for row in record.result["placed"]:
        if UUID(row["proposal"]) in record.closed:
            rows.append([row["rank"], record.name_of(row["proposal"]), "", "", ""])
            continue
        price = "–" if row["price"] is None else format_money(Money(row["price"], challenge.currency))
        rows.append([row["rank"], record.name_of(row["proposal"]), words.figure(row["total"]), row["total"], price])
        for points in row["points"]:
            criterion = words.criterion_of(challenge, points["criterion"])
            if criterion is not None:
                name = criterion.name_in(current_language())
                score = words.score_words(criterion, points["score"])
                working.append(
                    [record.name_of(row["proposal"]), name, score, f"{points['weight']} × {points['share']}"]
                )
    out = [
        [record.name_of(row["proposal"]), _failed_words(evaluation, row["failed"])]
        for row in record.result["knocked_out"]
        if UUID(row["proposal"]) not in record.closed
    ]
    made = [
        blocks.heading(_("Ranking")),
        blocks.table(
            _("Ranking"), [_("Rank"), _("Proposal"), _("Total"), _("Exactly"), _("Price")], rows, numbers=[0, 2, 4]
        ),
        blocks.table(
            _("How the points came about"),
            [_("Proposal"), _("Criterion"), _("Panel’s score"), _("Weight × share")],
            working,
        ),
    ]
    return [*made, blocks.table(_("Knocked out"), [_("Proposal"), _("Why")], out)] if out else made


def _failed_words(evaluation: Evaluation, failed: Sequence[Mapping[str, Any]]) -> str:
    return "; ".join(failed_words(evaluation.challenge, failed))


def failed_words(challenge: Any, failed: Sequence[Mapping[str, Any]]) -> list[str]:
    """Why a proposal was knocked out, a sentence a criterion.

    Args:
        failed: criterion and panel score, as a recommendation keeps them.
    """
    rules = [
        (ranking.Rule(criterion.id, criterion.kind.value, criterion.weight, criterion.scale, criterion.minimum), row)
        for row in failed
        if (criterion := words.criterion_of(challenge, row["criterion"])) is not None
    ]
    return words.failed(challenge, [(rule, Fraction(row["score"])) for rule, row in rules])


def _scores(evaluation: Evaluation, record: Record, named: Mapping[UUID, str]) -> list[blocks.Block]:
    criteria = words.by_id(evaluation.challenge)
    rows = []
    for sheet, score in record.scores:
        criterion = criteria[score.criterion_id]
        given = words_for(criterion, score.value)
        if sheet.void_at is not None:
            given = _("%(score)s (void: %(reason)s)", score=given, reason=sheet.void_reason or "")
        elif sheet.locked_at is None:
            continue
        evaluator = named[record.seat(sheet.member_id).person_id]
        name = criterion.name_in(current_language())
        rows.append([record.name_of(sheet.proposal_id), name, evaluator, given, score.comment])
    settled = [
        [
            record.name_of(row.proposal_id),
            criteria[row.criterion_id].name_in(current_language()),
            words_for(criteria[row.criterion_id], row.value),
            row.reason,
            named[row.by_id],
        ]
        for row in record.consensus
    ]
    columns = [_("Proposal"), _("Criterion"), _("Evaluator"), _("Score"), _("Comment")]
    made = [blocks.heading(_("Scores")), blocks.table(_("Locked scores"), columns, rows)]
    if settled:
        columns = [_("Proposal"), _("Criterion"), _("Panel’s score"), _("Why"), _("By")]
        made.append(blocks.table(_("Settled at consensus"), columns, settled))
    return made


def _reasons(evaluation: Evaluation, record: Record, named: Mapping[UUID, str]) -> list[blocks.Block]:
    zone = evaluation.challenge.zone
    rows = [[in_zone(row.at, zone), words.NOTES[row.kind], row.text, named[row.by_id]] for row in record.notes]
    for row in record.successions:
        if row.confirmed_at is not None:
            by = f"{named[row.proposed_by]}, {named.get(row.confirmed_by, '–')}"  # type: ignore[arg-type]
            rows.append([in_zone(row.confirmed_at, zone), _("What followed the winner"), row.reason, by])
    if not rows:
        return []
    return [
        blocks.heading(_("Further reasons on record")),
        blocks.table(_("Reasons"), [_("When"), _("What"), _("Why"), _("By")], rows),
    ]
