"""Both sides in working roles see a pilot; for all others it is not there."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.core import database
from marketplace.core.access import Kind, Role, Viewer
from marketplace.organisations.roles import ROLES_OF
from marketplace.pilots import commands, policy
from marketplace.pilots.models import (
    Actual,
    AgreementVersion,
    EntryKind,
    Kpi,
    Milestone,
    MilestoneReturn,
    Pilot,
    RecordEntry,
    Signature,
)
from tests.pilots.world import World, reading_as

MODELS = (Pilot, AgreementVersion, Signature, Milestone, MilestoneReturn, Kpi, Actual, RecordEntry)


def full(world: World) -> Pilot:
    """A pilot with a row in each of its tables."""
    from marketplace.pilots import milestones

    pilot = world.active()
    milestones.send_back(world.manager, world.deliver(pilot.milestones[0]), "Which?", world.now)
    world.report(pilot.kpis[0], 5)
    commands.write_down(world.editor, pilot, RecordEntry(kind=EntryKind.RISK, text="Winter"), world.now)
    database.session.commit()
    return pilot


def viewers(world: World) -> list[Viewer]:
    """Every role of every kind, in an own organisation and in others, and somebody who has not signed in."""
    made = [Viewer.anonymous(world.now)]
    for kind, roles in ROLES_OF.items():
        for organisation_id in (world.agency.id, world.startup.id, uuid4()):
            if organisation_id == world.agency.id and kind != Kind.AGENCY:
                continue
            if organisation_id == world.startup.id and kind != Kind.STARTUP:
                continue
            for chosen in [frozenset(), *[frozenset({role}) for role in roles]]:
                made.append(Viewer(world.now, uuid4(), organisation_id, kind, chosen, is_verified=True))
    return made


def test_the_sql_and_the_rule_say_the_same_of_everybody(world: World):
    pilot = full(world)
    for viewer in viewers(world):
        expected = policy.can_see(viewer, pilot)
        with reading_as(viewer):
            for model in MODELS:
                seen = bool(database.session.scalars(select(model).limit(1)).all())
                assert seen == expected, (viewer.organisation_kind, viewer.roles, model.__name__)


def test_an_evaluator_and_the_host_see_nothing(world: World):
    pilot = full(world)
    assert not policy.can_see(world.evaluator, pilot)
    assert not policy.can_see(world.administrator, pilot)
    assert policy.can_see(world.reader, pilot)


def addresses(app: Flask, pilot: Pilot) -> list[tuple[str, set[str]]]:
    """Every address of the pilots' pages, with this pilot's own identifiers."""
    actual = database.session.scalars(select(Actual)).one()
    risk = database.session.scalars(select(RecordEntry)).one()
    values = {
        "lang": "en",
        "key": pilot.key,
        "milestone_id": pilot.milestones[0].id,
        "kpi_id": pilot.kpis[0].id,
        "actual_id": actual.id,
        "entry_id": risk.id,
        "kind": "note",
    }
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("pilots.") and rule.endpoint not in {"pilots.index", "pilots.open"}:
            wanted = {name: value for name, value in values.items() if name in rule.arguments}
            built = app.url_map.bind("localhost").build(rule.endpoint, wanted)
            found.append((built, (rule.methods or set()) & {"GET", "POST"}))
    assert len(found) > 25
    return found


def test_for_others_no_page_is_there(world: World, as_person, app: Flask):
    pilot = full(world)
    outsiders = [as_person(viewer) for viewer in (world.rival, world.stranger, world.evaluator, world.administrator)]
    for address, methods in addresses(app, pilot):
        for browser in outsiders:
            assert browser.client.get(address).status_code == 404, address
            if "POST" in methods:
                assert browser.client.post(address, data={"reason": "x"}).status_code == 404, address


def test_unknown_and_forbidden_answer_alike(world: World, as_person):
    pilot = full(world)
    browser = as_person(world.rival)

    def answer(key: str) -> str:
        page = browser.client.get(f"/en/pilots/{key}/").get_data(as_text=True)
        return re.sub(r'name="csrf_token" value="[^"]*"', "", page.replace(key, ""))

    assert answer(pilot.key) == answer("aaaaaaaaaaaaa")


def test_who_is_not_signed_in_is_sent_to_sign_in(world: World, client):
    pilot = full(world)
    for address in ("/en/pilots/", f"/en/pilots/{pilot.key}/"):
        answer = client.get(address)
        assert answer.status_code == 302
        assert "/en/sign-in/" in answer.location


def test_every_page_opens_for_its_people_and_none_breaks(world: World, as_person, app: Flask):
    pilot = full(world)
    people = [world.manager, world.owner, world.approver, world.finance_officer, world.reader]
    people += [world.editor, world.signatory, world.finance, world.startup_owner]
    opened = set()
    for viewer in people:
        browser = as_person(viewer)
        for address, _methods in addresses(app, pilot):
            status = browser.client.get(address).status_code
            assert status in {200, 404}, address
            if status == 200:
                opened.add(address)
    assert opened == {address for address, _methods in addresses(app, pilot)}


def test_a_reader_is_offered_no_deed_and_can_do_none(world: World, as_person, app: Flask):
    pilot = full(world)
    browser = as_person(world.reader)
    reading = ("", "agreement/", "milestones/", "results/", "record/", "payments/", "files/", "history/")
    for tab in reading:
        page = browser.get(f"/en/pilots/{pilot.key}/{tab}")
        assert page.status == 200
        assert page.main.all("form") == []
    for address, methods in addresses(app, pilot):
        if "POST" in methods and not address.endswith("/files/"):
            assert browser.client.post(address).status_code == 404, address


@pytest.mark.parametrize(
    "other", ["milestones/{}/", "results/{}/", "measurements/{}/verification/", "record/{}/closing/"]
)
def test_a_part_of_another_pilot_is_not_there(world: World, as_person, other):
    pilot = full(world)
    browser = as_person(world.manager)
    assert browser.get(f"/en/pilots/{pilot.key}/{other.format(uuid4())}").status == 404
    assert browser.get(f"/en/pilots/{pilot.key}/{other.format('1')}").status == 404


def test_whose_role_reads_no_pilots_is_told_so(world: World, as_person):
    full(world)
    assert as_person(world.evaluator).get("/en/pilots/").says("No pilots for your role")
    assert as_person(world.rival).get("/en/pilots/").says("No pilots yet")
    assert world.evaluator.roles == {Role.EVALUATOR}
