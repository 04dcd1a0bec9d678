"""People and roles: invitations bound to an address, dated memberships, and the last owner who cannot leave."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.accounts.models import PersonDetails
from marketplace.accounts.rights import viewer_of
from marketplace.core import clock, database
from marketplace.core.access import Kind, Role
from marketplace.core.errors import NotAllowed, NotFound, Refused
from marketplace.core.mail import letter_of
from marketplace.organisations import commands as organisations
from marketplace.organisations import invitations, members
from marketplace.organisations.models import Invitation, Membership
from tests.accounts import mails
from tests.organisations.world import PASSWORD, a_person, an_organisation, member
from tests.pages import Browser

OWNER = "owner.of.tidewatch.labs@example.org"


@pytest.fixture
def startup(house):
    return an_organisation(house, Kind.STARTUP)


def invited(browser, startup, email="nadia@example.org", role="editor"):
    browser.sign_in(OWNER, PASSWORD)
    browser.get(f"/en/organisations/{startup.key}/people/")
    return browser.press("Send the invitation", email=email, role=role, language="fr")


def invitation_mail(db):
    return next(mail for mail in mails.waiting(db) if mail.letter == "organisation.invitation")


def test_an_invitation_is_mailed_in_its_language_and_gives_the_role(app, house, browser, startup, db, now):
    nadia = a_person(db, "Nadia", now, password=PASSWORD)
    assert invited(browser, startup).says("The invitation is on its way.")
    mail = invitation_mail(db)
    assert (mails.address_of(mail), mail.language) == ("nadia@example.org", "fr")
    theirs = Browser(app)
    link = mails.link_in(mail).replace("/fr/", "/en/")
    assert theirs.get(link).title == "Tidewatch Labs invites you"
    theirs.get(theirs.page.main.one("a", **{"class": "button"}).attributes["href"])
    theirs.press("Sign in", email="nadia@example.org", password=PASSWORD)
    assert theirs.press("Accept the invitation").says("You belong to Tidewatch Labs now, and act for it.")
    assert viewer_of(nadia.id, startup.id, now).roles == {Role.EDITOR}
    assert theirs.get(link).status == 410


def test_an_invitation_is_for_its_address_alone(app, browser, startup, db, now):
    a_person(db, "Rival", now, password=PASSWORD)
    invited(browser, startup)
    link = mails.link_in(invitation_mail(db))
    theirs = Browser(app)
    theirs.sign_in("rival@example.org", PASSWORD)
    page = theirs.get(link.replace("/fr/", "/en/"))
    assert page.says("This invitation is for another e-mail address.")
    token = page.root.one("input", name="csrf_token").attributes["value"]
    page = theirs.post(link.replace("/fr/", "/en/"), {"csrf_token": token})
    assert page.errors == ["This invitation is for another e-mail address. Sign in with the account of that address."]


@pytest.mark.parametrize("end", ["time", "revoked", "replaced"])
def test_an_invitation_ends(house, browser, startup, db, now, end):
    nadia = a_person(db, "Nadia", now)
    owner = house.viewer_in(startup, "owner")
    made, token = invitations.invite(owner, startup, "Nadia@Example.org", Role.EDITOR, now)
    db.commit()
    moment = now + timedelta(days=14) - timedelta(seconds=1)
    if end == "time":
        moment += timedelta(seconds=1)
    elif end == "revoked":
        invitations.revoke(owner, made, now)
    else:
        invitations.invite(owner, startup, "nadia@example.org", Role.EDITOR, now)
    with pytest.raises(Refused, match="used or taken back, or has expired"):
        invitations.accept(viewer_of(nadia.id, None, moment), token, moment)


def test_it_can_be_used_until_its_last_second(house, startup, db, now):
    nadia = a_person(db, "Nadia", now)
    _made, token = invitations.invite(
        house.viewer_in(startup, "owner"), startup, "nadia@example.org", Role.EDITOR, now
    )
    moment = now + timedelta(days=14) - timedelta(seconds=1)
    assert invitations.accept(viewer_of(nadia.id, None, moment), token, moment).id == startup.id


def offered_by(house, db, now, who):
    """An invitation for Nadia, and how the one who sent it came to lose the right to."""
    startup = an_organisation(house, Kind.STARTUP, name="Halyard")
    inviter = member(house, startup, "second", Role.OWNER)
    _made, token = invitations.invite(
        viewer_of(inviter.id, startup.id, now), startup, "nadia@example.org", Role.EDITOR, now
    )
    db.commit()
    if who == "ended":
        [held] = db.scalars(select(Membership).where(Membership.person_id == inviter.id))
        members.end_role(house.viewer_in(startup, "owner"), held, now)
    elif who == "suspended":
        inviter.suspended_at = now
    else:
        organisations.suspend(house.administrator, startup, "Asked by the court.", now)
    db.commit()
    return startup, token


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        ("ended", "Whoever invited you no longer looks after Halyard, so this invitation does not count."),
        ("suspended", "Whoever invited you no longer looks after Halyard, so this invitation does not count."),
        ("organisation", "Halyard is suspended. Nobody can join it until the suspension is lifted."),
    ],
)
def test_an_invitation_falls_with_the_right_to_invite(house, browser, db, now, loss, words):
    nadia = a_person(db, "Nadia", now, password=PASSWORD)
    startup, token = offered_by(house, db, now, loss)
    later = now + timedelta(seconds=1)
    with clock.at(later):
        page = browser.get(f"/en/organisations/invitations/{token}/")
        assert (page.status, page.title) == (410, "This invitation no longer works")
        assert page.says(words)
        with pytest.raises(Refused, match="Halyard"):
            invitations.accept(viewer_of(nadia.id, None, later), token, later)
        assert letter_of("organisation.invitation")(token, str(db.scalars(select(Invitation.id)).one())) is None
        browser.sign_in("owner.of.halyard@example.org", PASSWORD)
        assert not browser.get(f"/en/organisations/{startup.key}/people/").says("nadia@example.org")


def test_the_invitations_of_an_organisation_count_again_when_its_suspension_is_lifted(house, db, now):
    nadia = a_person(db, "Nadia", now)
    startup, token = offered_by(house, db, now, "organisation")
    with pytest.raises(NotAllowed):
        invitations.invite(house.viewer_in(startup, "owner"), startup, "x@example.org", Role.EDITOR, now)
    organisations.reinstate(house.administrator, startup, "The court is content.", now)
    db.commit()
    assert invitations.accept(viewer_of(nadia.id, None, now), token, now).id == startup.id


def test_the_hosts_invitation_of_a_first_owner_falls_when_somebody_else_has_claimed_it(house, db, now):
    agency = organisations.import_agency(house.administrator, organisations.Profile("Port", "TN"), now)
    tokens = []
    for name in ("Nadia", "Omar"):
        a_person(db, name, now)
        tokens.append(invitations.invite(house.administrator, agency, f"{name}@example.org", Role.OWNER, now)[1])
    db.commit()
    first, second = (
        db.scalars(select(PersonDetails).where(PersonDetails.name == name)).one() for name in ("Nadia", "Omar")
    )
    invitations.accept(viewer_of(first.person_id, None, now), tokens[0], now)
    with pytest.raises(Refused, match="no longer looks after Port"):
        invitations.accept(viewer_of(second.person_id, None, now), tokens[1], now)


@pytest.mark.parametrize("actor", ["administrator", "editor", "stranger", "nobody"])
def test_only_who_leads_it_invites(house, startup, now, actor):
    with pytest.raises(NotAllowed):
        invitations.invite(house.viewer_in(startup, actor), startup, "x@example.org", Role.EDITOR, now)


def test_a_role_of_another_kind_is_refused(house, startup, now):
    with pytest.raises(Refused, match="no such role"):
        invitations.invite(house.viewer_in(startup, "owner"), startup, "x@example.org", Role.APPROVER, now)


def test_the_mailed_token_is_not_in_the_database(house, startup, db, now):
    _made, token = invitations.invite(house.viewer_in(startup, "owner"), startup, "x@example.org", Role.EDITOR, now)
    assert token not in db.scalars(select(Invitation.token_hash)).all()


def test_a_role_is_granted_and_ended_as_dated_rows(house, startup, db, now):
    owner = house.viewer_in(startup, "owner")
    editor = member(house, startup, "editor", Role.EDITOR)
    granted = members.grant_role(owner, startup, editor.id, Role.FINANCE, now)
    later = now + timedelta(days=2)
    members.end_role(owner.later(later), granted, later)
    db.commit()
    again = members.grant_role(owner, startup, editor.id, Role.FINANCE, later)
    db.commit()
    rows = db.scalars(select(Membership).where(Membership.role == Role.FINANCE).order_by(Membership.starts_at)).all()
    assert [(row.starts_at, row.ends_at) for row in rows] == [(now, later), (later, None)]
    assert again.granted_by == owner.person_id
    with pytest.raises(Refused, match="ended already"):
        members.end_role(owner, granted, later)


def test_a_role_goes_only_to_somebody_who_belongs_to_it(house, startup, now):
    with pytest.raises(NotFound):
        members.grant_role(house.viewer_in(startup, "owner"), startup, house.people["stranger"].id, Role.EDITOR, now)


def test_the_last_owner_cannot_leave_but_one_of_two_can(house, startup, db, now):
    owner = house.viewer_in(startup, "owner")
    held = db.scalars(select(Membership).where(Membership.organisation_id == startup.id)).one()
    with pytest.raises(Refused, match="last one who leads"):
        members.end_role(owner, held, now)
    second = member(house, startup, "second", Role.EDITOR)
    members.grant_role(owner, startup, second.id, Role.OWNER, now)
    members.end_role(owner, held, now)
    db.commit()
    assert not house.viewer_in(startup, "owner").roles


def test_a_suspended_owner_does_not_count(house, startup, db, now):
    second = member(house, startup, "second", Role.OWNER)
    second.suspended_at = now
    db.commit()
    held = db.scalars(select(Membership).where(Membership.person_id == house.owner_of(startup))).one()
    with pytest.raises(Refused, match="last one who leads"):
        members.end_role(house.viewer_in(startup, "owner"), held, now)


def test_a_membership_that_ends_ends_access_at_the_next_request(app, house, browser, startup, db, now):
    editor = member(house, startup, "editor", Role.EDITOR)
    theirs = Browser(app)
    theirs.sign_in(f"editor.of.{startup.key}@example.org", PASSWORD)
    assert theirs.get("/en/organisations/people/").title == "People and roles"
    browser.sign_in(OWNER, PASSWORD)
    browser.get(f"/en/organisations/{startup.key}/people/")
    db.rollback()
    held = db.scalars(select(Membership).where(Membership.person_id == editor.id)).one()
    browser.get(f"/en/organisations/{startup.key}/people/roles/{held.id}/end/")
    assert browser.press("End the role").says("The role is ended.")
    with clock.at(now + timedelta(seconds=1)):
        assert theirs.get("/en/organisations/people/").status == 404
        assert browser.get(f"/en/organisations/{startup.key}/people/").says("Editor Of")


def test_people_are_seen_by_those_who_act_for_it_and_the_host(house, app, startup, db, now):
    address = f"/en/organisations/{startup.key}/people/"
    a_person(db, "Nadia", now, password=PASSWORD)
    nobody = Browser(app)
    assert nobody.get(address).title == "Sign in"
    nobody.sign_in("nadia@example.org", PASSWORD)
    assert nobody.get(address).status == 404


def test_an_evaluator_from_outside_reads_nobodys_address_but_his_own(house, app, db, now):
    agency = an_organisation(house, Kind.AGENCY, name="Port of Sfax")
    outsider = member(house, agency, "evaluator", Role.EVALUATOR)
    manager = member(house, agency, "manager", Role.CHALLENGE_MANAGER)
    with database.session_scope(viewer_of(outsider.id, agency.id, now)) as session:
        assert set(session.scalars(select(PersonDetails.person_id))) == {outsider.id}
        assert set(session.scalars(select(Membership.person_id))) == {outsider.id}
    with database.session_scope(viewer_of(manager.id, agency.id, now)) as session:
        assert set(session.scalars(select(Membership.person_id))) == {house.owner_of(agency), manager.id, outsider.id}
    theirs = Browser(app)
    theirs.sign_in(outsider.details.email, PASSWORD)
    page = theirs.get(f"/en/organisations/{agency.key}/people/")
    assert page.says(outsider.details.email)
    assert page.text.count("@") == 1
    assert page.says("Your own roles at Port of Sfax.")
