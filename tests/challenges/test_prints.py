"""Prints and cards: made by jobs, kept by their words, never an old one in place of a new one."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.challenges import commands as challenges
from marketplace.core import blocks, database, files, ids, pdf, prints
from marketplace.core.files import File
from marketplace.core.files.queries import CARDS
from tests.challenges.conftest import Cast
from tests.proposals.test_files import upload
from tests.security.house import House, browser_of, build

KIND = "print of a test"


@pytest.fixture
def made(monkeypatch) -> list[str]:
    """The titles of what is set, whenever something is."""
    titles: list[str] = []
    whole, drawn = pdf.document, pdf.picture

    def document(title, *args, **options):
        titles.append(title)
        return whole(title, *args, **options)

    def picture(template, data, language):
        titles.append(data["title"])
        return drawn(template, data, language)

    monkeypatch.setattr(pdf, "document", document)
    monkeypatch.setattr(pdf, "picture", picture)
    return titles


def printed(subject, words: str, language: str = "en") -> bytes:
    return prints.document(KIND, subject, "A print", [blocks.paragraph(words)], language=language, site="Souk")


def rows(kind: str = KIND) -> list[File]:
    return list(database.session.scalars(select(File).where(File.subject_kind == kind).order_by(File.name)))


def test_a_print_is_made_once_for_the_same_words(db: Session, made: list[str]):
    subject = ids.new_id()
    first = printed(subject, "One")
    assert printed(subject, "One") == first
    assert made == ["A print"]
    assert printed(ids.new_id(), "One").startswith(b"%PDF")
    assert len(made) == 2


def test_a_newer_print_takes_the_place_of_the_older_one_in_its_language(db: Session):
    subject = ids.new_id()
    printed(subject, "One"), printed(subject, "Un", "fr")
    second = printed(subject, "Two")
    assert [file.name[:2] for file in rows()] == ["en", "fr"]
    assert files.content(rows()[0]) == second


def test_a_print_whose_bytes_were_lost_is_made_for_whoever_asks(db: Session, monkeypatch):
    subject = ids.new_id()
    printed(subject, "One")
    monkeypatch.setattr(files, "content", lambda _file: (_ for _ in ()).throw(FileNotFoundError))
    assert printed(subject, "One").startswith(b"%PDF")


def card_of(visitor, challenge, language: str = "en"):
    path = f"/{language}/challenges/any-{challenge.key}/card.png"
    return visitor.client.get(path, follow_redirects=False)


def test_before_the_job_a_card_is_the_sites_plain_one_and_afterwards_the_challenges(
    cast: Cast, browser, run_jobs, made
):
    challenge = cast.published()
    database.session.commit()
    visitor = browser()
    plain = card_of(visitor, challenge).location
    assert card_of(visitor, challenge).location == plain
    assert made == ["Cyber Tech Marketplace"], "no request draws the challenge's card"
    run_jobs()
    place = card_of(visitor, challenge).location
    assert place != plain
    answer = visitor.client.get(place)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.mimetype == "image/png"
    assert Image.open(io.BytesIO(answer.data)).size == (1200, 630)
    assert place == f"/files/cards/{rows(CARDS + 'challenge')[1].sha256}.png"
    assert card_of(visitor, challenge, "ar").location != place
    made.clear()
    card_of(visitor, challenge), card_of(visitor, challenge, "fr")
    assert made == []


def test_a_card_that_shows_another_name_or_deadline_is_drawn_anew_and_the_old_one_is_gone(
    cast: Cast,
    browser,
    run_jobs,
    made,
):
    challenge = cast.published()
    database.session.commit()
    run_jobs()
    visitor, owner = browser(), browser(cast.owner)
    old = card_of(visitor, challenge).location
    owner.get(f"/en/organisations/{cast.agency.key}/profile/")
    owner.press("Save the profile", name="Water Authority of the Coast")
    assert card_of(visitor, challenge).location != old, "the old name is not shown for a moment"
    run_jobs()
    database.session.rollback()
    new = card_of(visitor, challenge).location
    assert visitor.client.get(old).status_code == 404
    assert visitor.client.get(new).status_code == 200
    assert len(rows(CARDS + "challenge")) == 3
    made.clear()
    owner.get(f"/en/organisations/{cast.agency.key}/profile/")
    owner.press("Save the profile", summary="We look after the water.")
    run_jobs()
    assert made == [], "what shows the same is not drawn again"
    assert card_of(visitor, challenge).location == new


def test_no_card_is_found_by_a_guess_or_under_a_drafts_key(cast: Cast, browser, run_jobs):
    draft = cast.draft()
    challenges.attach(cast.author, draft, upload(), cast.now)
    database.session.commit()
    visitor = browser()
    assert card_of(visitor, draft).status_code == 404
    [attached] = rows("challenge")
    for digest in ("0" * 64, "junk", attached.sha256):
        assert visitor.client.get(f"/files/cards/{digest}.png").status_code == 404


@pytest.fixture
def house(db: Session, now) -> House:
    return build(now)


def test_what_was_printed_by_jobs_is_given_without_setting_it_again(app: Flask, house: House, run_jobs, made):
    run_jobs()
    kinds = {kind for kind in database.session.scalars(select(File.subject_kind)) if kind.startswith("print of")}
    assert kinds == {"print of an edition", "print of a receipt", "print of a decision record"}
    made.clear()
    study = house.keys["case-studies"][0]
    visitor = browser_of(app, house.people["nobody"], house.now)
    assert visitor.get(f"/en/case-studies/any-{study}.pdf").data.startswith(b"%PDF")
    record = f"/en/evaluations/{house.own['pilot manager']['evaluations']}/record.pdf"
    assert browser_of(app, house.people["pilot manager"], house.now).get(record).data.startswith(b"%PDF")
    [print_of_receipt, *_others] = rows("print of a receipt")
    assert made == []
    assert browser_of(app, house.people["startup"], house.now).get(f"/files/{print_of_receipt.id}").status_code == 404
