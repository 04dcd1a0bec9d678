"""Every address, tried by everybody with junk, with others' identifiers and without a token: no 500, no change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextvars import Context
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from wtforms import FieldList, FormField

from marketplace.core import forms
from tests.security.house import House, browser_of

# Those who reach the most; the others' routes are among theirs.
BUSY = ("nobody", "manager", "chair", "settling chair", "startup", "pilot manager", "pilot startup", "administrator")
UNASKED = {"attempt"}  # tries are counted whatever becomes of them
RAW = "a secret of a browser's session"
JUNK: tuple[bytes | str, ...] = (
    b"\x00",
    b"\xff\xfe\xed\xa0\x80",
    str(2**63),
    str(-(2**63) - 1),
    "١٢٣",
    "9" * 400,
    "x" * 100_000,
    "a\u202egnp.exe\u2066",
    "<script>alert(1)</script>",
    "0001-01-01T00:00",
    "9999-12-31T23:59",
    "2027-02-30",
    "nan",
    "Infinity",
    "1e999999",
    "00000000-0000-0000-0000-000000000000",
    "{}",
    "%s%(x)s",
    "-1",
    "",
    "=1+1",
    "a\r\nBcc: x@example.org",
)
GETS = ("after", "q", "state", "sort", "topic", "country", "agency", "kind", "budget", "shown", "section", "next",
        "version", "language", "theme", "status", "closing", "page", "organisation", "outcome", "min", "max",
        "budget_min", "budget_max", "currency", "function", "sector", "edition", "check", "level")  # fmt: skip


def sent(client: Any, method: str, path: str, **options: Any) -> Any:
    """One request, in a context of its own, with its redirect not followed."""
    return Context().run(getattr(client, method), path, **options)


def fields_of(form: Any) -> list[str]:
    """The names that a form reads, rows of tables included."""
    names = []
    for field in form:
        if isinstance(field, FieldList):
            entry = field.entries[0] if field.entries else field.append_entry()
            inner = entry.form if isinstance(entry, FormField) else [entry]
            names += [one.name for one in inner]
        elif isinstance(field, FormField):
            names += [one.name for one in field.form]
        else:
            names.append(field.name)
    return [name for name in names if name != "csrf_token"]


@pytest.fixture
def made(monkeypatch) -> set[str]:
    """The fields of the forms that requests make."""
    names: set[str] = set()
    whole = forms.Form.validate

    def validate(form: Any, *args: Any, **options: Any) -> bool:
        answer = whole(form, *args, **options)
        names.update(fields_of(form))
        return answer

    monkeypatch.setattr(forms.Form, "validate", validate)
    return names


def with_token(app: Flask, client: Any) -> str:
    with client.session_transaction() as kept:
        kept["csrf_token"] = RAW
    return str(URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token").dumps(RAW))


def body(values: dict[str, bytes | str]) -> dict[str, Any]:
    return {"data": urlencode(values), "content_type": "application/x-www-form-urlencoded"}


@pytest.fixture(autouse=True)
def answered(app: Flask, monkeypatch) -> None:
    """A failure is answered, as in production, and not raised through the client."""
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)


def admitted(app: Flask, house: House, method: str) -> Iterator[tuple[str, Any, list[str]]]:
    """Each person with the addresses of the routes that admit him; the others answer one 404 before the view."""
    for who in BUSY:
        viewer = house.people[who]
        for rule in sorted((rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())), key=str):
            policy = app.view_functions[rule.endpoint].route_policy
            is_repeated = policy.audience in {"public", "token"} and who not in ("nobody", "startup")
            if policy.admits(viewer) and not is_repeated:
                yield who, rule, house.addresses(rule, who, 2 if who in ("chair", "startup") else 1)


def browsers(app: Flask, house: House) -> dict[str, Any]:
    return {who: browser_of(app, house.people[who], house.now) for who in BUSY}


def status_of(client: Any, method: str, path: str, **options: Any) -> int:
    answer = sent(client, method, path, **options)
    answer.get_data()
    return int(answer.status_code)


def test_no_address_fails_on_junk_in_its_query(app: Flask, house: House, writes: list[str]):
    clients, failed, answered = browsers(app, house), [], Counter()
    for who, rule, paths in admitted(app, house, "GET"):
        for turn, path in enumerate(paths):
            query = urlencode({name: JUNK[(place * 5 + turn * 3) % len(JUNK)] for place, name in enumerate(GETS)})
            status = status_of(clients[who], "get", f"{path}?{query}")
            answered[status] += 1
            if status >= 500:
                failed.append((status, who, rule.rule, path))
    assert failed == []
    assert answered[200] > answered.total() / 4, answered  # else nobody reached what is tried here


def test_no_form_fails_on_junk_and_on_others_identifiers(app: Flask, house: House, writes: list[str], made: set[str]):
    clients, failed = browsers(app, house), []
    values = (*JUNK, *(str(known) for found in house.rows.values() for known in found[:1]))
    for who, _rule, paths in admitted(app, house, "POST"):
        for path in paths:
            made.clear()
            token = with_token(app, clients[who])
            tries: list[dict[str, Any]] = [{}]
            if status_of(clients[who], "post", path, **body({"csrf_token": token})) >= 500:
                failed.append((who, path, tries[0]))
            tries = [
                {name: values[(place + turn * 7) % len(values)] for place, name in enumerate(sorted(made))}
                for turn in range(1 if made else 0)
            ]
            for given in tries:
                token = with_token(app, clients[who])
                given.pop("acting_for", None)
                if status_of(clients[who], "post", path, **body(given | {"csrf_token": token})) >= 500:
                    failed.append((who, path, {name: value[:60] for name, value in given.items()}))
    assert failed == []


def test_nothing_changes_without_the_token_of_the_session(
    app: Flask, house: House, writes: list[str], made: set[str]
):
    clients, changed, reached = browsers(app, house), [], set()
    for who, rule, paths in admitted(app, house, "POST"):
        for path in paths[:1]:
            for given in ({}, {"csrf_token": "forged"}):
                writes.clear()
                answer = sent(clients[who], "post", path, **body(dict.fromkeys(made, "1") | given))
                reached |= {rule.endpoint} if answer.status_code not in (404, 410) else set()
                if set(writes) - UNASKED:
                    changed.append((who, path, sorted(set(writes))))
            made.clear()
    assert changed == []
    assert len(reached) > 60, sorted(reached)  # else nobody got so far as to be asked for the token
