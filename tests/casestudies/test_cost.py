"""What a page costs: the same number of statements at 10 and at 200 rows, 12 at most."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from marketplace.casestudies.models import CaseStudy, Edition
from marketplace.core import database
from marketplace.proposals.models import ProposalState
from tests.casestudies.world import World
from tests.pages import Browser

MOST = 12


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements within the block."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    event.listen(database.engine(), "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(database.engine(), "before_cursor_execute", note)


def like(thing: Any, **changes: Any) -> Any:
    """A row as another one is, with its own identity."""
    own = {"id", "key", "search", "created_at"}
    kept = {
        column.key: getattr(thing, column.key) for column in type(thing).__table__.columns if column.key not in own
    }
    return type(thing)(**{**kept, **changes})


def multiply(edition: Edition, copies: int) -> None:
    """More published case studies with the same words, as rows: how they come about is proven elsewhere."""
    pilot = edition.case_study.pilot
    for _number in range(copies):
        # Withdrawn: a startup has one live proposal a challenge.
        proposal = like(pilot.proposal, state=ProposalState.WITHDRAWN)
        database.session.add(proposal)
        database.session.flush()
        other = like(pilot, proposal_id=proposal.id)
        database.session.add(other)
        database.session.flush()
        study: CaseStudy = like(edition.case_study, pilot_id=other.id)
        made = like(edition)
        made.texts = [like(text) for text in edition.texts]
        made.claims = [like(claim) for claim in edition.claims]
        study.editions = [made]
        database.session.add(study)
    database.session.commit()


def cost(browser: Browser, path: str) -> int:
    """Statements of a page that was opened before."""
    assert browser.get(path).status == 200
    with counted() as said:
        browser.get(path)
    return len(said)


@pytest.mark.parametrize("who", ["nobody", "manager"])
def test_a_list_costs_the_same_at_ten_and_at_two_hundred(world: World, app, who):
    edition = world.published()
    browser = Browser(app) if who == "nobody" else world.browser(app, world.manager)
    paths = ["/en/case-studies/", "/en/case-studies/?q=port&topic=data-protection&country=TN"]
    if who == "manager":
        paths.append("/en/case-studies/mine/")
    multiply(edition, 9)
    few = [cost(browser, path) for path in paths]
    multiply(edition, 190)
    many = [cost(browser, path) for path in paths]
    assert few == many
    assert max(many) <= MOST


def test_a_feed_costs_the_same_at_ten_and_at_two_hundred(world: World, app):
    edition = world.published()
    client = app.test_client()
    costs = []
    for copies in (9, 190):
        multiply(edition, copies)
        with counted() as said:
            assert client.get("/feeds/case-studies.atom").status_code == 200
        costs.append(len(said))
    assert costs[0] == costs[1] <= MOST


@pytest.mark.parametrize("who", ["nobody", "manager"])
def test_an_edition_costs_at_most_twelve_statements(world: World, app, who):
    _old, edition = world.corrected()
    browser = Browser(app) if who == "nobody" else world.browser(app, world.manager)
    path = f"/en/case-studies/how-a-port-stopped-paying-for-fake-invoices-{edition.case_study.key}/"
    assert cost(browser, path) <= MOST
    assert cost(browser, f"{path}?version=1") <= MOST


@pytest.mark.parametrize("page", ["edit/problem/", "edit/results/", "manage/", "preview/", "clearance/"])
def test_pages_of_work_cost_the_same_however_many_there_are(world: World, app, page):
    edition = world.ask(world.correction_of(world.published()))
    browser = world.browser(app, world.owner)
    path = f"/en/case-studies/{edition.case_study.key}/{page}"
    few = cost(browser, path)
    multiply(next(known for known in edition.case_study.editions if not known.is_in_work), 20)
    assert cost(browser, path) == few
    assert few <= MOST
