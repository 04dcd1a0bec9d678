"""Every form that a page shows, sent as the page had it but for the worst of one kind.

The forms are found on the pages, and the pages in the URL map: what is added later is tried on its arrival.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from tests.pages import Element, Page, values_of
from tests.security.house import House
from tests.security.test_every_route import admitted, answered, body, browsers, sent, status_of  # noqa: F401

PEOPLE = ("nobody", "startup", "manager", "settling chair", "pilot manager", "administrator")
SKIPPED, DOUBLED = "2027-03-28T02:30", "2027-10-31T02:30"  # in Paris, as in most of Europe
KEPT = {"csrf_token", "acting_for"}

Attack = Callable[[Element, str, str], str | None]


def _of(kind: str) -> Callable[[Attack], Attack]:
    def mark(attack: Attack) -> Attack:
        ATTACKS[kind] = attack
        return attack

    return mark


ATTACKS: dict[str, Attack] = {}


def is_written(control: Element) -> bool:
    return control.tag == "textarea" or control.attributes.get("type", "text") in ("text", "search", "email", "url")


def is_a_time(control: Element, name: str) -> bool:
    return control.attributes.get("type", "") in ("date", "datetime-local", "time") or bool(
        re.search(r"date|deadline|_at$|_on$|due|starts|ends", name)
    )


@_of("a hundred kilobytes in each text")
def _long(control: Element, name: str, value: str) -> str | None:
    return "x" * 100_000 if is_written(control) else None


@_of("NUL and controls in each text")
def _controls(control: Element, name: str, value: str) -> str | None:
    return f"a\x00\x1b{value}\u2066" if is_written(control) else None


@_of("a right-to-left override in each text")
def _override(control: Element, name: str, value: str) -> str | None:
    return f"\u202e{value or 'gnp.exe'}" if is_written(control) else None


@_of("2 to the 63rd in each number")
def _large(control: Element, name: str, value: str) -> str | None:
    is_number = control.attributes.get("type") == "number" or "inputmode" in control.attributes
    return str(2**63) if is_number or value.isdecimal() else None


@_of("an hour that the zone skips")
def _skipped(control: Element, name: str, value: str) -> str | None:
    return _moment(control, name, SKIPPED)


@_of("an hour that the zone doubles")
def _doubled(control: Element, name: str, value: str) -> str | None:
    return _moment(control, name, DOUBLED)


def _moment(control: Element, name: str, moment: str) -> str | None:
    if not is_a_time(control, name):
        return None
    kind = control.attributes.get("type", "text")
    return {"date": moment[:10], "time": moment[11:]}.get(kind, moment)


def foreign_ids(house: House) -> Attack:
    """Each identifier in a form, hidden or chosen, is that of something else."""
    others = [str(known) for found in house.rows.values() for known in found[:1]]

    def attack(control: Element, name: str, value: str) -> str | None:
        try:
            UUID(value)
        except ValueError:
            return None
        return others[len(name) % len(others)]

    return attack


def attacked(form: Element, attack: Attack) -> dict[str, list[str]] | None:
    """The form's values with the attack in each field of its kind; None where there is none."""
    values, hit = values_of(form), False
    for control in form.all("input", "textarea", "select"):
        name = control.attributes.get("name")
        if name is None or name in KEPT or name not in values:
            continue
        worst = attack(control, name, values[name][0])
        if worst is not None:
            values[name], hit = [worst], True
    return values if hit else None


def forms_of(app: Flask, house: House, clients: dict[str, Any]) -> Iterator[tuple[str, str, Element]]:
    """Each form that changes something, once: who sees it, where it is sent, itself."""
    seen = set()
    for who, _rule, paths in admitted(app, house, "GET"):
        if who not in PEOPLE:
            continue
        for path in paths[:1]:
            answer = sent(clients[who], "get", path)
            if answer.status_code != 200 or answer.mimetype != "text/html":
                continue
            for form in Page(answer).root.all("form"):
                target = form.attributes.get("action") or path
                names = tuple(sorted(values_of(form)))
                kind = _endpoint(app, target)
                if form.attributes.get("method", "get").lower() == "post" and (kind, names) not in seen:
                    seen.add((kind, names))
                    yield who, target, form


def _endpoint(app: Flask, target: str) -> str:
    try:
        return app.url_map.bind("localhost").match(target.partition("?")[0], "POST")[0]
    except (HTTPException, RequestRedirect):
        return target


def test_no_form_fails_on_the_worst_of_any_kind(app: Flask, house: House, writes: list[str]):
    clients, failed, tried = browsers(app, house), [], Counter()
    attacks = ATTACKS | {"others' identifiers": foreign_ids(house)}
    for who, target, form in forms_of(app, house, clients):
        for kind, attack in attacks.items():
            values = attacked(form, attack)
            if values is None:
                continue
            tried[kind] += 1
            status = status_of(clients[who], "post", target, data=values)
            if status >= 500:
                failed.append((status, who, target, kind))
    assert failed == []
    assert set(tried) == set(attacks), tried
    assert tried.total() > 100, tried  # else the forms were not found
