"""An organisation switched in another tab costs nobody a text, and tells the other organisation's member nothing."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from marketplace.accounts.models import SignIn
from marketplace.core import ids
from marketplace.core.access import Role
from marketplace.organisations.models import Membership
from marketplace.proposals import contents
from marketplace.proposals.models import Section
from tests.proposals.browser import Browser

TYPED = {"title": "Setpoint watch", "summary": "We listen,\nwe never write.", "language": "en", "version": "1"}
JSON = {"headers": {"Accept": "application/json"}}


@pytest.fixture
def karim(app, scene, db) -> Browser:
    """The writer, who is the rival's owner too."""
    membership = {"person_id": scene.writer.person_id, "organisation_id": scene.rival.organisation_id}
    db.add(Membership(role=Role.OWNER, starts_at=scene.now, **membership))
    db.commit()
    return Browser(app, scene.writer)


def switch(db, scene, to) -> None:
    """As the other tab does."""
    sign_in = db.scalars(select(SignIn).where(SignIn.person_id == scene.writer.person_id)).one()
    sign_in.organisation_id = to
    db.commit()


@pytest.fixture
def sent(scene, db, karim):
    """The section's form as the first tab sends it after the second tab switched; and its address."""
    proposal = scene.draft()
    db.commit()
    path = f"/en/proposals/{proposal.key}/edit/summary/"
    page = karim.get(path)
    body = {"csrf_token": page.token, "acting_for": page.value_of("acting_for"), **TYPED}
    switch(db, scene, scene.rival.organisation_id)
    return proposal, path, body


def test_what_was_typed_is_kept_and_said_for_whom(karim, sent):
    _proposal, path, body = sent
    page = karim.post(path, body)
    assert page.status == 409
    assert "You act for another organisation now" in page.words
    assert "You opened the page for Tidewatch Labs and act for Halyard Mail now" in page.words
    assert "We listen, we never write." in page.words
    assert (
        "Detect tampered setpoints" not in page.text
    )  # the challenge of a proposal that this organisation can't see


def test_one_button_switches_back_and_sends_it(karim, sent, db, scene):
    proposal, path, body = sent
    page = karim.post(path, body)
    again = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text))
    assert again["summary"] == TYPED["summary"]
    answer = karim.post(path, again | {"csrf_token": page.token, "switch_back": "yes"})
    assert (answer.status, answer.headers["Location"]) == (307, path)  # the browser sends the same once more
    assert karim.post(path, again | {"csrf_token": page.token}).status == 302
    db.expire_all()
    assert contents.draft_of(proposal)[Section.SUMMARY].content["summary"] == TYPED["summary"]  # its line break too
    sign_in = db.scalars(select(SignIn).where(SignIn.person_id == scene.writer.person_id)).one()
    assert sign_in.organisation_id == scene.writer.organisation_id


def test_nobody_is_switched_back_by_a_forged_form(karim, sent, db, scene):
    _proposal, path, body = sent
    answer = karim.post(path, body | {"csrf_token": "forged", "switch_back": "yes"})
    assert answer.status == 409
    db.expire_all()
    sign_in = db.scalars(select(SignIn).where(SignIn.person_id == scene.writer.person_id)).one()
    assert sign_in.organisation_id == scene.rival.organisation_id


def test_the_page_is_the_same_whether_there_is_such_a_proposal_or_not(karim, sent):
    proposal, path, body = sent
    unknown = path.replace(proposal.key, ids.new_key())
    there, nowhere = karim.post(path, body).steady, karim.post(unknown, body).steady
    assert there.replace(proposal.key.encode(), b"") == nowhere.replace(unknown.split("/")[3].encode(), b"")


def test_saving_by_itself_hears_of_the_switch_and_changes_nothing(karim, sent, db):
    proposal, path, body = sent
    answer = karim.post(path, body | {"title": "Another"}, **JSON)
    assert (answer.status, answer.json) == (409, {"switched": True})
    db.expire_all()
    assert contents.draft_of(proposal)[Section.SUMMARY].content["title"] == "Setpoint watch"


def test_whose_membership_has_ended_keeps_the_text_and_is_offered_no_way_back(karim, sent, db, scene):
    _proposal, path, body = sent
    for membership in db.scalars(select(Membership).where(Membership.person_id == scene.writer.person_id)):
        if membership.organisation_id == scene.writer.organisation_id:
            membership.ends_at = scene.now
    db.commit()
    page = karim.post(path, body)
    assert page.status == 409
    assert "We listen, we never write." in page.words
    assert "Tidewatch Labs" not in page.words
    assert "and send it" not in page.words


def test_an_organisation_that_was_never_theirs_is_not_named(karim, sent, scene):
    _proposal, path, body = sent
    page = karim.post(path, body | {"acting_for": str(scene.stranger.organisation_id)})
    assert page.status == 409
    assert "Port of Sfax" not in page.words


def test_a_button_of_a_page_opened_for_another_organisation_does_nothing(karim, scene, db):
    proposal = scene.sent()
    db.commit()
    path = f"/en/proposals/{proposal.key}/withdrawal/"
    page = karim.get(path)
    switch(db, scene, scene.rival.organisation_id)
    answer = karim.post(path, {"csrf_token": page.token, "acting_for": page.value_of("acting_for")})
    assert answer.status == 409
    assert "Nothing was changed" in answer.words
    assert "Your text" not in answer.words
    db.expire_all()
    assert proposal.state == "submitted"
