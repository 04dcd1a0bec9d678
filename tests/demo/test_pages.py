"""The demo's own pages, and that they exist nowhere else."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from marketplace.accounts.models import PersonDetails
from marketplace.core import clock
from marketplace.demo import load, starts
from marketplace.organisations.models import Organisation


@pytest.fixture
def visitor(demo_app):
    clock.reset()
    return demo_app.test_client()


def token_in(page: str) -> str:
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page).group(1)


def sign_in(visitor, demo, email: str, organisation: str, following: str = ""):
    person = demo.scalars(select(PersonDetails.person_id).where(PersonDetails.email == email)).one()
    house = demo.scalars(select(Organisation.id).where(Organisation.name == organisation)).one()
    page = visitor.get("/en/demo/").get_data(as_text=True)
    data = {"person_id": person, "organisation_id": house, "next": following, "csrf_token": token_in(page)}
    return visitor.post("/en/demo/sign-in/", data=data, follow_redirects=True)


@pytest.mark.parametrize("language", ["en", "ar", "fr"])
def test_everybody_stands_on_the_page(visitor, demo, language):
    page = visitor.get(f"/{language}/demo/").get_data(as_text=True)
    for name in demo.scalars(select(PersonDetails.name)):
        assert name.replace("’", "&#8217;") in page or name in page, name


def test_a_click_signs_in_for_that_organisation(visitor, demo):
    answer = sign_in(visitor, demo, "hedi.mansour@water.example", "Port of Sfax South")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Hedi" in page
    assert "Port of Sfax South" in page
    again = sign_in(visitor, demo, "grace.tremblay@quiet-harbour.example", "Quiet Harbour Systems")
    assert "Quiet Harbour Systems" in again.get_data(as_text=True)


def test_every_start_leads_to_its_page(visitor, demo):
    offered = starts.offered()
    assert len(offered) == len(starts.DEEDS)
    for start in offered:
        page = visitor.get("/en/demo/").get_data(as_text=True)
        data = {
            "person_id": start.person_id,
            "organisation_id": start.organisation_id,
            "next": start.url,
            "csrf_token": token_in(page),
        }
        answer = visitor.post("/en/demo/sign-in/", data=data, follow_redirects=True)
        assert answer.status_code == 200, str(start.words)
        assert answer.request.path == start.url


def test_a_foreign_address_is_never_followed(visitor, demo):
    answer = sign_in(visitor, demo, "hedi.mansour@water.example", "National Water Authority", "https://evil.example/")
    assert answer.request.host == "localhost"


@pytest.mark.parametrize("person", ["", "no-id", "00000000-0000-0000-0000-000000000000"])
def test_nobody_is_signed_in_as_nobody(visitor, demo, person):
    page = visitor.get("/en/demo/").get_data(as_text=True)
    data = {"person_id": person, "organisation_id": "", "csrf_token": token_in(page)}
    assert visitor.post("/en/demo/sign-in/", data=data).status_code == 404


def test_mails_are_read_as_their_receivers_see_them(visitor, demo):
    listing = visitor.get("/en/demo/mails/").get_data(as_text=True)
    address = re.search(r'href="(/en/demo/mails/[0-9a-f-]{36}/)"', listing).group(1)
    shown = visitor.get(address)
    assert "sandbox=" in shown.get_data(as_text=True)
    assert "frame-src 'self'" in shown.headers["Content-Security-Policy"]
    body = visitor.get(f"{address}body/")
    assert "script" not in body.headers["Content-Security-Policy"]
    assert "<html" in body.get_data(as_text=True)
    assert visitor.get("/en/demo/mails/00000000-0000-0000-0000-000000000000/").status_code == 404


@pytest.mark.parametrize("path", ["/en/demo/", "/en/demo/mails/"])
def test_without_demo_mode_there_are_no_such_pages(app, db, path):
    assert app.test_client().get(path).status_code == 404
    assert app.test_client().post("/en/demo/sign-in/").status_code in (404, 405)


def test_a_database_with_real_accounts_is_refused(db, now):
    from marketplace.accounts.commands import create_person

    assert not load.has_real_accounts()
    create_person("Somebody Real", "somebody@agency.example", now)
    db.commit()
    assert load.has_real_accounts()
    assert not load.is_loaded()
