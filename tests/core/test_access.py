"""Access: the session adds what a viewer may see to every SELECT, and refuses where nobody reads."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import exists, func, literal, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import aliased, joinedload, selectinload

from marketplace import models
from marketplace.challenges.models import Challenge, ChallengeState, ChallengeText
from marketplace.core import access, database, ids
from marketplace.core.access import Kind, NobodyReads, Role, Viewer
from marketplace.core.database import Model
from marketplace.organisations.models import Organisation, OrganisationState
from marketplace.organisations.roles import ROLES_OF
from tests.conftest import NOW


@pytest.fixture
def secret(db):
    """An agency's draft, which nobody outside of it may see."""
    agency = Organisation(
        kind=Kind.AGENCY,
        state=OrganisationState.VERIFIED,
        slug="water",
        name="Water",
        folded_name="water",
        country="TN",
    )
    db.add(agency)
    db.flush()
    draft = Challenge(agency_id=agency.id, author_id=ids.new_id(), language="en", deadline=NOW + timedelta(days=9))
    draft.texts = [ChallengeText(language="en", title="A secret draft")]
    db.add(draft)
    db.commit()
    return draft


def stranger() -> Viewer:
    return Viewer.anonymous(NOW)


def manager(draft: Challenge) -> Viewer:
    return Viewer(
        at=NOW,
        person_id=ids.new_id(),
        organisation_id=draft.agency_id,
        organisation_kind=Kind.AGENCY,
        roles=frozenset({Role.CHALLENGE_MANAGER}),
        is_verified=True,
    )


def selects():
    """Every way of reading a challenge that a page could take."""
    other = aliased(Challenge)
    cte = select(Challenge.id).cte()
    return {
        "entity": select(Challenge.id, Challenge),
        "column": select(Challenge.id),
        "count": select(func.count(Challenge.id)).having(func.count(Challenge.id) > 0),
        "alias": select(other),
        "join": select(ChallengeText.title).join(Challenge),
        "joined load": select(Challenge).options(joinedload(Challenge.texts)),
        "select-in load": select(Challenge).options(selectinload(Challenge.texts)),
        "exists": select(Organisation).where(exists().where(Challenge.agency_id == Organisation.id)),
        "scalar subquery": select(Organisation).where(
            select(func.count(Challenge.id)).where(Challenge.agency_id == Organisation.id).scalar_subquery() > 0
        ),
        "in": select(Organisation).where(Organisation.id.in_(select(Challenge.agency_id))),
        "union": select(Challenge.id).union(select(other.id)),
        "cte": select(cte.c.id),
        "child alone": select(ChallengeText),
        "child's column": select(ChallengeText.title),
    }


@pytest.mark.parametrize("way", selects())
def test_a_stranger_finds_a_draft_by_no_way_of_reading(secret, way):
    with database.session_scope(stranger()) as session:
        assert session.execute(selects()[way]).unique().all() == []


@pytest.mark.parametrize("way", selects())
def test_its_own_agency_finds_it_by_every_way(secret, way):
    with database.session_scope(manager(secret)) as session:
        assert len(session.execute(selects()[way]).unique().all()) == 1


def test_nothing_is_read_where_nobody_reads(db):
    with database.session_scope() as session, pytest.raises(NobodyReads, match="no viewer"):
        session.execute(select(Challenge))


def test_a_bulk_change_is_refused(secret):
    with database.session_scope(manager(secret)) as session, pytest.raises(NobodyReads, match="bulk"):
        session.execute(update(Challenge).values(zone="UTC"))


def test_a_session_keeps_its_reader(db):
    with database.session_scope(stranger()) as session, pytest.raises(RuntimeError, match="keeps its reader"):
        access.set_viewer(session, Viewer(at=NOW, person_id=ids.new_id()))


def test_reading_as_the_system_ends_with_its_block(secret):
    with database.session_scope(stranger()) as session:
        with access.reading_as_system("a test"):
            assert session.scalars(select(Challenge.id)).all() == [secret.id]
        assert session.scalars(select(Challenge.id)).all() == []


def test_every_table_declares_who_may_read_it():
    models.load_all()
    every = {mapper.class_ for mapper in Model.registry.mappers}
    undeclared = sorted(model.__name__ for model in every - access.declared())
    assert undeclared == []


def viewers():
    """One of each kind and role, verified or not, and those without any."""
    yield Viewer.anonymous(NOW)
    yield Viewer.marketplace(NOW)
    yield Viewer(at=NOW, person_id=ids.new_id())
    for kind in Kind:
        for is_verified in (False, True):
            yield Viewer(NOW, ids.new_id(), ids.new_id(), kind, frozenset(Role), is_verified)
        for role in ROLES_OF[kind]:
            yield Viewer(NOW, ids.new_id(), ids.new_id(), kind, frozenset({role}), True)


def in_words(condition, values=None):
    """A condition as SQL with its values written out."""
    statement = select(literal(1)).where(condition).params(values or {})
    return str(statement.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))


def test_what_a_kind_of_viewer_sees_is_what_each_of_them_sees_himself():
    """Predicates are kept by the shape of a viewer; for every table and every viewer they read as if built anew."""
    models.load_all()
    for viewer in viewers():
        anybody, values = access._anybody_of(access._shape(viewer)), access._values(viewer)
        for guarded in access._guards.values():
            assert in_words(guarded.where(anybody), values) == in_words(guarded.where(viewer))


def test_two_viewers_of_one_shape_see_each_his_own(secret):
    other = Viewer(NOW, ids.new_id(), ids.new_id(), Kind.AGENCY, frozenset({Role.CHALLENGE_MANAGER}), True)
    for _ in range(2):
        with database.session_scope(manager(secret)) as session:
            assert session.scalars(select(Challenge.id)).all() == [secret.id]
        with database.session_scope(other) as session:
            assert session.scalars(select(Challenge.id)).all() == []


def test_a_predicate_without_its_viewer_raises(db):
    with pytest.raises(StatementError, match="marketplace_viewer_at"):
        db.execute(
            select(Challenge).where(access._guards[Challenge].where(access._anybody_of(access._shape(stranger()))))
        )


def test_a_published_challenge_is_seen_from_its_moment_on(secret, db):
    from marketplace.core.workflow import _moving

    with _moving():
        secret.state = ChallengeState.PUBLISHED
    secret.publish_at = NOW
    db.commit()
    early, later = Viewer.anonymous(NOW - timedelta(microseconds=1)), Viewer.anonymous(NOW)
    with database.session_scope(early) as session:
        assert session.scalars(select(Challenge.id)).all() == []
    with database.session_scope(later) as session:
        assert session.scalars(select(Challenge.id)).all() == [secret.id]
