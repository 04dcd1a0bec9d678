"""Two web workers beside each other, and a world that went the whole way."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.core import database
from marketplace.core.access import Kind, Role, Viewer
from tests.casestudies.world import World
from tests.casestudies.world import build as build_case_studies
from tests.challenges import conftest as cast_of_challenges
from tests.web.workers import Worker, Workers


@pytest.fixture
def workers(app: Flask, db) -> Workers:
    return Workers(app)


@pytest.fixture
def worker(workers: Workers) -> Worker:
    return workers.both[0]


@pytest.fixture
def world(db, now) -> World:
    """A challenge that went the whole way, its pilot, its case study."""
    return build_case_studies(now)


@pytest.fixture
def an_agency(db, now) -> tuple[Viewer, Viewer]:
    """The author and the approver of a verified agency."""
    agency = cast_of_challenges.organisation(Kind.AGENCY, "National Water Authority")
    roles = (Role.CHALLENGE_MANAGER, Role.APPROVER)
    author, approver = (
        cast_of_challenges.member(agency, name, role, now=now) for name, role in zip(("A", "B"), roles, strict=True)
    )
    database.session.commit()
    return author, approver
