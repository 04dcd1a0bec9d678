"""The site answers under its own names; whoever asks for another one gets a plain refusal and none of its words."""

from __future__ import annotations

import pytest
from flask import Flask, url_for
from pydantic import ValidationError

from marketplace.app import create_app
from marketplace.core.settings import Settings, settings

FOREIGN = ("evil.example", "market.example.org.evil.example", "10.0.0.1", "localhost", "a b", "", "[::1", "x" * 3000)


def site(**facts: str) -> Flask:
    return create_app(settings().model_copy(update=facts))


@pytest.mark.parametrize("host", FOREIGN)
def test_a_foreign_host_is_refused_in_plain_words(db, host: str):
    browser = site(base_url="https://market.example.org").test_client()
    for path in ("/en/", "/", "/en/sign-in/", "/files/none", "/healthz", "/no/such/page"):
        answer = browser.get(path, headers={"Host": host})
        assert (answer.status_code, answer.mimetype) == (400, "text/plain"), path
        assert "example" not in answer.text
        assert "Set-Cookie" not in answer.headers
    assert browser.post("/en/theme/", headers={"Host": host}, data={"theme": "dark"}).status_code == 400


@pytest.mark.parametrize("host", ["market.example.org", "market.example.org:443", "www.example.org", "10.2.3.4:8000"])
def test_the_sites_own_names_are_answered_with_any_port(db, host: str):
    made = site(base_url="https://market.example.org", hosts="www.example.org, 10.2.3.4")
    assert made.test_client().get("/en/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000"])
@pytest.mark.parametrize("base", ["http://127.0.0.1:8000", "http://localhost:8000"])
def test_a_site_on_this_machine_alone_answers_under_either_of_its_names(db, base: str, host: str):
    assert site(base_url=base).test_client().get("/en/", headers={"Host": host}).status_code == 200


def test_an_address_made_in_a_request_never_names_a_foreign_host(db):
    made, seen = site(base_url="https://market.example.org"), []
    made.after_request(lambda answer: [seen.append(url_for("web.home", lang="en", _external=True)), answer][1])
    made.test_client().get("/en/", base_url="https://market.example.org")
    assert seen == ["https://market.example.org/en/"]


@pytest.mark.parametrize("base", ["", "market.example.org", "https://", "ftp://market.example.org"])
def test_a_public_address_without_a_host_is_no_configuration(base: str):
    with pytest.raises(ValidationError, match="https://"):
        Settings(base_url=base)
