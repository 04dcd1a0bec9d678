"""Addresses: languages, redirects, what is not there, what can't be read, and the machine forms of the site."""

from __future__ import annotations

import re
from datetime import timedelta
from xml.etree import ElementTree as Xml

import pytest
from sqlalchemy import text
from werkzeug.exceptions import BadRequest

from marketplace.challenges.models import ChallengeState
from marketplace.core import database, schema
from marketplace.core.access import Kind
from marketplace.core.i18n import LANGUAGES
from marketplace.core.ids import new_key
from marketplace.web import sitemap
from tests.proposals import builder

WORDS = {"en": "Page not found", "fr": "Page introuvable", "ar": "الصفحة غير موجودة"}


# --- Languages and themes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cookie", "wish", "language"),
    [
        (None, None, "en"),
        (None, "ar-TN,fr;q=0.5", "ar"),
        (None, "de,es;q=0.9", "en"),
        (None, "fr-CA", "fr"),
        ("fr", "ar", "fr"),
        ("de", "ar", "ar"),
        ("x" * 5000, "ar", "ar"),
    ],
)
def test_the_home_page_comes_in_the_language_of_cookie_or_browser(client, cookie, wish, language):
    if cookie:
        client.set_cookie("language", cookie)
    answer = client.get("/", headers={"Accept-Language": wish} if wish else {})
    assert (answer.status_code, answer.location) == (302, f"/{language}/")
    assert {part.strip() for part in answer.headers["Vary"].split(",")} >= {"Accept-Language", "Cookie"}


@pytest.mark.parametrize(
    "address", ["//evil.example/", "/%2F%2Fevil.example/", "/\\evil.example/", "/%5C%5Cevil.example/"]
)
def test_a_redirect_never_leaves_this_site(client, address):
    answer = client.get(address)
    assert answer.status_code in {302, 308, 400, 404}  # two slashes name another host, which is refused
    if answer.location:
        assert re.match(r"(?:http://localhost)?/(?![/\\])", answer.location), answer.location


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_names_itself_and_its_other_languages(client, language):
    page = client.get(f"/{language}/privacy/?x=1").text
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in page
    assert f'rel="canonical" href="http://localhost/{language}/privacy/"' in page
    for other in set(LANGUAGES) - {language}:
        assert re.search(rf'hreflang="{other}" href="http://localhost/{other}/privacy/', page), other


@pytest.mark.parametrize(("chosen", "kept"), [("dark", "dark"), ("light", "light"), ("auto", None), ("<b>", None)])
def test_the_choice_of_theme_is_kept(client, chosen, kept):
    answer = client.post("/en/theme/", data={"theme": chosen, "back": "/fr/privacy/"})
    assert (answer.status_code, answer.location) == (302, "/fr/privacy/")
    page = client.get("/en/privacy/").text
    assert ('data-theme="' in page) == bool(kept)
    if kept:
        assert f'data-theme="{kept}"' in page


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_the_way_back_is_one_of_our_own(client, back):
    answer = client.post("/en/theme/", data={"theme": "dark", "back": back})
    assert "evil" not in answer.location
    assert answer.location.startswith("/")


# --- Not there, or not to be seen ----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_unknown_and_forbidden_answer_byte_for_byte_alike(client, db, now, language):
    agency = builder.organisation(Kind.AGENCY, "National Water Authority")
    hidden = builder.challenge(agency, now, state=ChallengeState.DRAFT, publish_at=None)
    db.commit()
    there, nowhere = f"/{language}/challenges/x-{hidden.key}/", f"/{language}/challenges/x-{new_key()}/"
    known, unknown = client.get(there), client.get(nowhere)
    assert (known.status_code, unknown.status_code) == (404, 404)
    assert known.text.replace(hidden.key, "") == unknown.text.replace(nowhere.rsplit("-", 1)[1].strip("/"), "")
    assert {k: v for k, v in known.headers if k != "Set-Cookie"} == {
        k: v for k, v in unknown.headers if k != "Set-Cookie"
    }
    assert WORDS[language] in known.text
    assert "National Water" not in known.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_outside_of_all_rooms_is_said_to_be_missing_in_its_language(client, language):
    answer = client.get(f"/{language}/nothing/at-all/")
    assert answer.status_code == 404
    assert WORDS[language] in answer.text


# --- What can't be read --------------------------------------------------------------------------------------------

STRANGE = [
    "/en/%00/",
    "/en/challenges/%00-aaaaaaaaaaaaa/",
    "/en/challenges/%ff%fe-aaaaaaaaaaaaa/",
    "/%ff%fe/",
    "/%00/",
    "/en/search/?q=%00",
    "/en/search/?q=%ff%fe%c3",
    "/en/search/?q=" + "a" * 20_000,
    "/en/search/?q=" + "%D8%A7" * 3000,
    "/en/search/?" + "&".join(f"p{n}=1" for n in range(3000)),
    "/en/challenges/?after=%00",
    "/en/challenges/?after=" + "A" * 5000,
    "/en/challenges/?status=%00&topic=%ff",
    "/en/case-studies/?after=x&q=%00",
    "/en/organisations/?after=%ff",
    "/en/decisions/?after=%00",
    "/en/search/?q='%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    "/sitemap.xml?part=%00&start=%ff",
    "/sitemap.xml?part=challenges&start=00000000-0000-0000-0000-000000000000",
    "/?%00=%ff",
    "/privacy/?%ff=%00",
    "/en/theme/",
    "/en/%D8%AA%D8%AD%D8%AF/",
    "/en/challenges/%F0%9F%92%A9-aaaaaaaaaaaaa/",
]


@pytest.mark.parametrize("address", STRANGE, ids=lambda value: value[:40])
def test_no_address_breaks_a_page(client, address):
    answer = client.get(address)
    assert answer.status_code < 500, answer.text[:500]
    assert "<script>alert" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("host", ["evil.example", "localhost:99999", "a b", "", "localhost\x00", "[::1", "x" * 3000])
def test_a_strange_host_header_is_never_echoed(client, host):
    answer = client.get("/en/privacy/", headers={"Host": host})
    assert answer.status_code < 500
    assert "evil.example" not in answer.text
    assert "evil.example" not in (answer.location or "")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("status", "how"), [(405, "post"), (400, "bad"), (413, "large"), (500, "fault")])
def test_what_goes_wrong_is_said_in_the_readers_language(app, client, monkeypatch, language, status, how):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    home = f"/{language}/"
    if how == "post":
        answer = client.post(home)
    elif how == "bad":

        def unreadable(*_args):
            raise BadRequest("a broken header of the machine's")

        monkeypatch.setattr("marketplace.web.views.front.page", unreadable)
        answer = client.get(home)
    elif how == "large":
        monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 10)
        answer = client.post(f"/{language}/theme/", data={"theme": "dark" * 50})
    else:

        def broken(*_args):
            raise RuntimeError("the pipe burst at /secret/place")

        monkeypatch.setattr("marketplace.web.views.front.page", broken)
        monkeypatch.setitem(app.config, "TESTING", False)
        answer = client.get(home)
    assert answer.status_code == status
    assert f'<html lang="{language}"' in answer.text
    assert "Traceback" not in answer.text
    assert "secret" not in answer.text
    assert "broken header" not in answer.text
    if language != "en":
        assert "Go to the home page" not in answer.text
        assert "This did not work" not in answer.text


# --- Machine forms -------------------------------------------------------------------------------------------------


def test_the_process_lives_and_is_ready(client, db):
    assert client.get("/healthz").json == {"status": "ok"}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"database": "ok", "migrations": "ok", "jobs": "ok"})


def test_it_is_not_ready_while_the_schema_is_behind(client, monkeypatch):
    monkeypatch.setattr(schema, "is_at_head", lambda _connection: False)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["migrations"]) == (503, "behind")


def test_it_is_not_ready_while_jobs_are_late(client, db):
    db.execute(
        text(
            "INSERT INTO procrastinate_jobs (task_name, args, queue_name, scheduled_at)"
            " VALUES ('mail.deliver', '{}', 'mail', now() - interval '1 hour')"
        )
    )
    db.commit()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["jobs"]) == (503, "late")


def test_it_is_not_ready_without_its_database(client, app):
    url = database.engine().url.render_as_string(hide_password=False)
    database.connect("postgresql+psycopg://nobody@127.0.0.1:9/none")
    try:
        answer = client.get("/readyz")
    finally:
        database.connect(url)
    assert (answer.status_code, answer.json["database"]) == (503, "unreachable")


def test_robots_keep_to_public_pages(client):
    lines = client.get("/robots.txt").text.splitlines()
    assert "Sitemap: http://localhost/sitemap.xml" in lines
    assert "Disallow: /*/dashboard/" in lines


def test_security_txt_says_whom_to_tell_and_until_when(client, now):
    lines = dict(line.split(": ", 1) for line in client.get("/.well-known/security.txt").text.splitlines())
    assert lines["Contact"].startswith("mailto:")
    assert lines["Expires"] > now.isoformat()
    assert lines["Canonical"] == "http://localhost/.well-known/security.txt"
    assert lines["Preferred-Languages"] == "en, ar, fr"


@pytest.fixture
def public(db, now):
    agency = builder.organisation(Kind.AGENCY, "National Water Authority")
    made = [builder.challenge(agency, now) for _number in range(5)]
    hidden = builder.challenge(agency, now, state=ChallengeState.DRAFT, publish_at=None)
    later = builder.challenge(agency, now, publish_at=now + timedelta(days=1))
    db.commit()
    return made, [hidden, later]


def locations(answer) -> list[str]:
    root = Xml.fromstring(answer.text)
    return [place.text or "" for place in root.iter(f"{{{sitemap.SPACE}}}loc")]


def test_the_sitemap_names_what_is_public_in_three_languages(client, public):
    shown, hidden = public
    answer = client.get("/sitemap.xml")
    assert answer.mimetype == "application/xml"
    found = locations(answer)
    for challenge in shown:
        mine = [place for place in found if challenge.key in place]
        assert sorted(place.split("/")[3] for place in mine) == ["ar", "en", "fr"]
    assert not any(challenge.key in place for challenge in hidden for place in found)
    assert "http://localhost/en/case-studies/" in found
    first = Xml.fromstring(answer.text).find(f"{{{sitemap.SPACE}}}url")
    assert first is not None
    others = {link.get("hreflang") for link in first.iter(f"{{{sitemap.XHTML}}}link")}
    assert others == {"en", "ar", "fr", "x-default"}


def test_every_page_of_the_sitemap_answers(client, public):
    for place in locations(client.get("/sitemap.xml")):
        assert client.get(place.removeprefix("http://localhost")).status_code == 200, place


def test_a_long_sitemap_is_an_index_of_files_that_hold_each_page_once(app, client, public, monkeypatch):
    whole = [place for place in locations(client.get("/sitemap.xml")) if re.search(r"-[a-z2-7]{13}/$", place)]
    monkeypatch.setattr(sitemap, "MOST", 2)
    app.extensions["pages"].pages.clear()
    files = locations(client.get("/sitemap.xml"))
    assert len(files) == 4  # five challenges, one organisation
    parts = [place for file in files for place in locations(client.get(file.removeprefix("http://localhost")))]
    assert sorted(parts) == sorted(whole)
