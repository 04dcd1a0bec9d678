"""Each public page that may be kept is kept, and stands for what it would be if it were made now."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage

from marketplace.casestudies.blueprint import address as study_address
from marketplace.challenges import drafting
from marketplace.challenges.blueprint import address as challenge_address
from marketplace.challenges.models import Challenge
from marketplace.core import database
from marketplace.core.access import Kind, Role
from marketplace.evaluations.models import PublicResult
from marketplace.organisations.models import Organisation
from marketplace.proposals import commands as bids
from marketplace.proposals import receipts
from marketplace.proposals.contents import draft_of, file_ids, standing
from tests.casestudies.world import World
from tests.challenges import world as challenge_world
from tests.proposals import builder as proposals
from tests.web.workers import Worker, Workers

# endpoint -> the address of one of its pages, once everything in the world is public
PAGES: dict[str, str | Callable[[Any], str]] = {
    "web.home": "/en/",
    "pages.search": "/en/search/?q=station",
    "pages.decisions": "/en/decisions/",
    "pages.feeds": "/en/feeds/",
    "pages.heads": "/en/heads/",
    "pages.accessibility": "/en/accessibility/",
    "pages.privacy": "/en/privacy/",
    "challenges.index": "/en/challenges/?status=any",
    "challenges.show": lambda known: challenge_address(known.challenge),
    "challenges.check": lambda known: challenge_address(known.challenge) + "criteria/",
    "challenges.criteria": lambda known: challenge_address(known.challenge) + "criteria.json",
    "challenges.published": lambda known: challenge_address(known.challenge) + "published.json",
    "challenge_feeds.atom": "/feeds/challenges.atom",
    "challenge_feeds.json_feed": "/feeds/challenges.json",
    "evaluations.result": lambda known: f"/en/evaluations/{known.challenge.key}/result/",
    "casestudies.index": "/en/case-studies/",
    "casestudies.show": lambda known: study_address(known.edition),
    "casestudies.pdf": lambda known: study_address(known.edition, "casestudies.pdf"),
    "casestudies.bibtex": lambda known: study_address(known.edition, "casestudies.bibtex"),
    "casestudies.ris": lambda known: study_address(known.edition, "casestudies.ris"),
    "casestudies.csl": lambda known: study_address(known.edition, "casestudies.csl"),
    "casestudy_feeds.atom": "/feeds/case-studies.atom",
    "casestudy_feeds.json_feed": "/feeds/case-studies.json",
    "organisations.index": "/en/organisations/",
    "organisations.show": lambda known: f"/en/organisations/{known.agency.slug}-{known.agency.key}/",
    "machine.sitemap_file": "/sitemap.xml",
    "machine.heads": "/feeds/heads.json",
}


class Known:
    """What the pages are about."""

    def __init__(self, world: World) -> None:
        self.edition = world.published()
        self.challenge: Challenge = world.proposal.challenge
        self.agency: Organisation = world.agency
        # As its own commands leave them: this world's challenge was made without its publication and its panel.
        self.challenge.criteria_hash = "0" * 64
        winner = {"rank": 1, "total": "80.00", "winner": str(world.startup.id)}
        database.session.add(
            PublicResult(
                challenge_id=self.challenge.id,
                at=world.now,
                received=1,
                winners=[str(world.startup.id)],
                ranking=[winner],
            )
        )
        database.session.commit()


@pytest.fixture
def known(world: World) -> Known:
    return Known(world)


def addresses(known: Known) -> list[str]:
    return [page if isinstance(page, str) else page(known) for page in PAGES.values()]


def test_every_view_that_may_be_kept_is_named_here(app: Flask):
    marked = {name for name, view in app.view_functions.items() if getattr(view, "is_kept", False)}
    assert marked == set(PAGES)


def test_each_of_them_is_kept(known: Known, workers: Workers, worker: Worker):
    lost = []
    for path in addresses(known):
        workers.truth(path)  # a document is set at its first making and kept, which is a change itself
        first = worker.get(path)
        assert first.status_code == 200, path
        made = worker.made
        again = worker.get(path)
        assert again.data == first.data
        if worker.made != made:
            lost.append(path)
    assert lost == []


def test_no_public_page_is_made_anew_when_somebody_bids(known: Known, workers: Workers, worker: Worker, db, now):
    """Else whoever measures how long a page takes would count the bids of an open challenge."""
    startup = proposals.organisation(Kind.STARTUP, "Sealed Lips")
    owner = proposals.member(startup, "Rim Haddad", Role.OWNER, now=now)
    challenge = proposals.challenge(known.agency, now)
    database.session.commit()
    upload = FileStorage(BytesIO(b"%PDF-1.7\n%%EOF"), "figures.pdf")
    proposal = bids.start_proposal(owner, challenge, now)
    deeds: dict[str, Callable[[], Any]] = {
        "began": lambda: None,
        "wrote": lambda: proposals.write(owner, proposal, now),
        "added a file": lambda: bids.add_file(owner, proposal, upload, now),
        "sent it": lambda: bids.submit(owner, proposal, now),
        "got the receipt": lambda: receipts.as_pdf(proposal, standing(proposal)),
        "removed the file": lambda: bids.remove_file(owner, proposal, file_ids(draft_of(proposal))[0], now),
        "withdrew it": lambda: bids.withdraw(owner, proposal, now),
    }
    paths = [*addresses(known), challenge_address(challenge)]
    told = []
    for path in paths:
        workers.truth(path)  # documents are set
    for what, deed in deeds.items():
        for path in paths:
            worker.get(path)
        deed()
        database.session.commit()
        for path in paths:
            made = worker.made
            worker.get(path)
            told += [(what, path)] if worker.made != made else []
    assert told == []


# --- what a reader is told ---


def test_a_page_says_how_it_may_be_kept_and_what_it_depends_on(workers: Workers):
    for worker in (workers.both[0], workers.both[0], workers.both[1]):
        answer = worker.get("/en/", accept_encoding="gzip")
        assert answer.headers["Cache-Control"] == "no-cache"
        assert {part.strip() for part in answer.headers["Vary"].split(",")} == {"Cookie", "Accept-Encoding"}
        assert answer.headers["Content-Language"] == "en"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Content-Length"] == str(len(answer.data))


def test_a_feed_depends_on_the_language_that_the_program_wishes(worker: Worker):
    assert "Accept-Language" in worker.get("/feeds/challenges.atom").headers["Vary"]
    english = worker.get("/feeds/challenges.atom", accept_language="en")
    french = worker.get("/feeds/challenges.atom", accept_language="fr")
    assert 'xml:lang="en"' in english.text
    assert 'xml:lang="fr"' in french.text


def test_who_has_the_page_is_told_so_by_any_worker(workers: Workers):
    etag = workers.both[0].get("/en/").headers["ETag"]
    for worker in (*workers.both, *workers.both):
        answer = worker.get("/en/", if_none_match=f'"other", W/{etag}')
        assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", etag)
        assert answer.headers["Cache-Control"] == "no-cache"
        assert answer.headers["Vary"]
        assert "Content-Type" not in answer.headers
    assert worker.get("/en/", if_none_match='"other"').status_code == 200
    assert worker.get("/en/", if_none_match="*").status_code == 304


def test_a_compressed_page_is_the_same_page_under_its_own_etag(worker: Worker):
    plain, packed = worker.get("/en/"), worker.get("/en/", accept_encoding="br, gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert worker.get("/en/", accept_encoding="gzip", if_none_match=packed.headers["ETag"]).status_code == 304
    assert worker.get("/en/", if_none_match=packed.headers["ETag"]).status_code == 200
    assert "Content-Encoding" not in worker.get("/en/", accept_encoding="gzip;q=0").headers


def test_head_tells_of_a_page_what_get_does_and_both_are_made_once(worker: Worker):
    with worker.making_anew():
        head, page = worker.get("/en/", "HEAD"), worker.get("/en/")
    assert head.data == b""
    assert head.headers == page.headers
    assert worker.get("/en/", "HEAD", if_none_match=page.headers["ETag"]).status_code == 304


def test_head_of_what_is_not_kept_has_no_body(worker: Worker):
    for path in ("/en/sign-in/", "/en/nothing-here/", "/healthz"):
        head, page = worker.get(path, "HEAD"), worker.get(path)
        assert (head.status_code, head.data) == (page.status_code, b"")


# --- who is answered from memory, and with what ---


def test_each_theme_language_and_query_is_a_page_of_its_own(worker: Worker):
    with worker.making_anew(5):
        pages = [
            worker.get("/en/"),
            worker.get("/en/", cookie="theme=dark"),
            worker.get("/en/", cookie="theme=light"),
            worker.get("/ar/"),
            worker.get("/en/?x=1"),
        ]
    assert 'data-theme="dark"' in pages[1].text
    assert 'data-theme="light"' in pages[2].text
    assert 'dir="rtl"' in pages[3].text
    with worker.answering_from_memory():
        assert worker.get("/en/", cookie="theme=dark").data == pages[1].data
        assert worker.get("/en/", cookie="other=1; theme=dark").data == pages[1].data
        assert worker.get("/en/", cookie="other=1").data == pages[0].data
        assert worker.get("/ar/", accept_language="fr").data == pages[3].data


def test_two_cookies_of_one_name_spoil_nobodys_page(worker: Worker):
    worker.get("/en/", cookie="theme=light; theme=dark")
    worker.get("/en/", cookie='theme="light"')
    assert 'data-theme="dark"' in worker.get("/en/", cookie="theme=dark").text
    assert 'data-theme="light"' in worker.get("/en/", cookie="theme=light").text
    assert "data-theme=" not in worker.get("/en/").text


def test_a_foreign_host_is_refused_though_the_page_is_remembered(worker: Worker):
    first = worker.get("/en/")
    assert worker.get("/en/", host="evil.example").status_code == 400
    assert worker.get("/en/", host="127.0.0.1").data == first.data
    with worker.answering_from_memory():
        assert worker.get("/en/", host="127.0.0.1").data == first.data


def test_whoever_has_a_session_is_neither_answered_from_memory_nor_remembered(
    app: Flask, world: World, worker: Worker
):
    path = challenge_address(world.proposal.challenge)
    browser = world.browser(app, world.manager)
    session = browser.client.get_cookie("session").value
    with worker.making_anew(3):
        mine = worker.get(path, cookie=f"session={session}")
        others = worker.get(path)
        again = worker.get(path, cookie=f"theme=dark; session={session}")
    assert "Sign out" in mine.text
    assert "Sign out" in again.text
    assert "Sign out" not in others.text
    assert mine.headers["Cache-Control"] == "private, no-store"
    assert len(worker.cache.pages) == 1


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/en/sign-in/",
        "/en/dashboard/",
        "/en/nothing-here/",
        "/en/organisations/?kind=zzz",  # says that a choice was left out, once
        "/healthz",
        "/readyz",
        "/robots.txt",
        "/static/images/mark.svg",
    ],
)
def test_what_is_not_the_same_for_all_or_no_page_is_never_remembered(worker: Worker, path):
    with worker.making_anew(2):
        worker.get(path)
        worker.get(path)
    assert len(worker.cache.pages) == 0


def test_a_form_that_is_sent_passes_by(worker: Worker):
    worker.get("/en/")
    with worker.making_anew():
        assert worker.get("/en/", "POST").status_code == 405


def test_a_secret_preview_is_never_remembered(workers: Workers, worker: Worker, db, now, an_agency):
    author, _approver = an_agency
    challenge = challenge_world.draft(author, now)
    token = drafting.make_preview_link(author, challenge, now)
    database.session.commit()
    path = f"/en/challenges/{challenge.key}/preview/{token}/"
    with worker.making_anew(2):
        assert worker.get(path).status_code == 200
        assert worker.get(path).headers["Cache-Control"] == "private, no-store"
    assert len(worker.cache.pages) == 0
    drafting.revoke_preview_link(author, challenge, now)
    database.session.commit()
    assert worker.get(path).status_code == 404
