"""What the demo holds: counts and states that the issue asks for, and that every deed was a true one."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import timedelta

from sqlalchemy import func, select

from marketplace.accounts.models import Person, PersonDetails
from marketplace.casestudies.models import CaseStudy, Edition, EditionState, EditionText
from marketplace.challenges.models import (
    Challenge,
    ChallengeNotice,
    ChallengeState,
    ChallengeText,
    NoticeKind,
)
from marketplace.core import files
from marketplace.core.access import Kind, Role
from marketplace.core.events import Event, anchor
from marketplace.core.files import File
from marketplace.demo import load, reading
from marketplace.evaluations.models import (
    Evaluation,
    EvaluationState,
    Letter,
    PublicResult,
    ScoreSheet,
    Unsuccessful,
)
from marketplace.organisations.models import Membership, Organisation, OrganisationState
from marketplace.pilots.models import Actual, Milestone, MilestoneState, Outcome, Pilot, PilotState
from marketplace.proposals.models import Proposal, ProposalState, Submission


def count(session, model, *conditions) -> int:
    return session.scalar(select(func.count()).select_from(model).where(*conditions))


def test_the_cast_is_whole(demo):
    kinds = Counter(demo.scalars(select(Organisation.kind)))
    assert kinds[Kind.HOST] == 1
    assert kinds[Kind.STARTUP] >= 12
    assert kinds[Kind.AGENCY] >= 6
    partners = select(Organisation.country).where(Organisation.kind == Kind.PARTNER)
    assert len(set(demo.scalars(partners))) >= 5
    assert set(demo.scalars(select(Membership.role))) == set(Role)
    assert set(demo.scalars(select(Organisation.state))) == set(OrganisationState)


def test_two_trees_reach_from_the_ministry_to_the_unit(demo):
    parents = dict(demo.execute(select(Organisation.id, Organisation.parent_id)).all())

    def top(one):
        return top(parents[one]) if parents[one] else one

    def depth(one):
        return 1 + depth(parents[one]) if parents[one] else 1

    assert len({top(one) for one in parents if depth(one) == 3}) == 2


def test_there_are_challenges_in_every_state_and_language(demo):
    states = Counter(demo.scalars(select(Challenge.state)))
    assert set(states) == set(ChallengeState)
    assert states.total() >= 30
    assert set(demo.scalars(select(Challenge.language))) == {"en", "ar", "fr"}
    translated = select(ChallengeText.challenge_id).group_by(ChallengeText.challenge_id).having(func.count() == 3)
    assert demo.scalars(translated).all()
    kinds = set(demo.scalars(select(ChallengeNotice.kind)))
    assert kinds == set(NoticeKind)


def test_deadlines_are_relative_to_now(demo, loaded_at):
    open_ones = demo.scalars(select(Challenge.deadline).where(Challenge.is_open(loaded_at))).all()
    left = sorted(deadline - loaded_at for deadline in open_ones if deadline)
    assert len(left) >= 7
    assert left[0] <= timedelta(hours=1)
    assert left[-1] >= timedelta(days=39)
    closed = demo.scalars(
        select(Challenge).where(Challenge.state == ChallengeState.PUBLISHED, Challenge.deadline < loaded_at)
    ).all()
    assert closed, "one is closed and not opened"


def test_some_challenges_have_files_of_several_kinds(demo):
    kept = demo.scalars(select(File).where(File.subject_kind == "challenge")).all()
    kinds = Counter(file.content_type for file in kept)
    assert {"application/pdf", "image/png", "text/csv"} <= set(kinds)
    assert len({file.subject_id for file in kept}) >= 4
    for file in kept:
        assert len(files.content(file)) == file.size_bytes < 60_000, file.name


def test_there_are_two_hundred_proposals(demo):
    states = Counter(demo.scalars(select(Proposal.state)))
    assert states.total() >= 200
    missing = set(ProposalState) - set(states) - {ProposalState.OPENED, ProposalState.DISQUALIFIED}
    assert not missing
    full = sum(len(record.get("solution", ())) for record in reading.stories())
    assert full >= 20
    assert count(demo, Submission, Submission.replaced_at.is_not(None)) >= 1


def test_evaluations_stand_at_every_stage(demo):
    assert set(demo.scalars(select(Evaluation.state))) == set(EvaluationState)
    reasons = set(demo.scalars(select(PublicResult.unsuccessful_because))) - {None}
    assert reasons == set(Unsuccessful)
    assert count(demo, ScoreSheet, ScoreSheet.locked_at.is_(None)) >= 1
    decided = select(Letter.proposal_id)
    assert len(demo.scalars(decided).all()) >= 80


def test_pilots_stand_at_every_stage(demo, loaded_at):
    assert set(demo.scalars(select(Pilot.state))) == set(PilotState)
    assert set(demo.scalars(select(Pilot.outcome))) == {*Outcome, None}
    assert set(demo.scalars(select(Milestone.state))) == set(MilestoneState)
    running = (
        select(Milestone.id)
        .join(Pilot)
        .where(
            Pilot.state == PilotState.ACTIVE,
            Milestone.state == MilestoneState.PLANNED,
            Milestone.due_on < loaded_at.date(),
        )
    )
    assert demo.scalars(running).all(), "one milestone is late"
    assert count(demo, Actual, Actual.refused_at.is_not(None)) >= 3
    assert count(demo, Actual, Actual.verified_at.is_(None), Actual.refused_at.is_(None)) >= 3
    assert count(demo, Actual) >= 100


def test_fifteen_case_studies_in_one_to_three_languages(demo):
    assert count(demo, CaseStudy) >= 15
    assert set(demo.scalars(select(Edition.state))) == set(EditionState)
    languages = Counter(Counter(demo.scalars(select(EditionText.edition_id))).values())
    assert set(languages) == {1, 2, 3}


def test_nothing_happened_in_the_future(demo, loaded_at):
    assert demo.scalar(select(func.max(Event.at))) <= loaded_at
    for model in (Person, Organisation, Challenge, Proposal, Pilot, CaseStudy, Edition, Submission):
        assert demo.scalar(select(func.max(model.created_at))) <= loaded_at, model.__name__


def test_every_event_stands_after_the_one_before_in_its_stream(demo):
    rows = demo.execute(select(Event.stream_id, Event.name, Event.at).order_by(Event.stream_id, Event.number)).all()
    backwards = [
        (before.name, after.name)
        for before, after in itertools.pairwise(rows)
        if before.stream_id == after.stream_id and after.at < before.at
    ]
    assert not backwards


def test_the_record_has_no_fault(demo):
    anchor.at_one_moment(demo)
    assert not list(anchor.verify(demo, {}))


def test_the_database_counts_as_the_demos_own(demo):
    assert load.is_loaded()
    assert not load.has_real_accounts()


def test_names_are_long_and_in_three_scripts(demo):
    names = demo.scalars(select(PersonDetails.name)).all()
    assert max(map(len, names)) > 50
    assert any("\u0600" <= name[0] <= "\u06ff" for name in names)
