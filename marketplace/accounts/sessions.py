"""Who is at the other end of a request: the cookie's token, its sign-in, the person, the seat.

Nothing of it is believed from the cookie alone: each request reads the rows anew, so that an ended sign-in, a
suspension or a membership that ends, ends access at the next request.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from uuid import UUID

import flask
from flask import Flask, g, has_request_context, request
from flask_login import LoginManager, UserMixin, login_user, logout_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import Person, SignIn
from marketplace.accounts.rights import Seat, seat_in, seats_of, viewer_in
from marketplace.accounts.tokens import new_token, salted, token_hash
from marketplace.core import database
from marketplace.core.access import Viewer, reading_as_system
from marketplace.core.settings import settings

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=30)
# Written at most so often: a page that is only read should not write.
SEEN_EVERY = timedelta(minutes=5)


@dataclass
class SignedIn(UserMixin):
    """What Flask-Login keeps of a sign-in: its token, in the signed cookie."""

    token: str

    def get_id(self) -> str:
        return self.token


@dataclass
class _Visit:
    """What one request found out; asked once."""

    sign_in: SignIn | None = None
    expired: SignIn | None = None  # known by its token, but over: its forms are kept
    seats: list[Seat] = field(default_factory=list)


def install(app: Flask) -> None:
    """Let Flask-Login write and read the token; the rest is ours."""
    manager = LoginManager()
    # Our rows end a sign-in; Flask-Login's own guess by address would sign phones out between two masts.
    manager.session_protection = None
    manager.init_app(app)
    manager.user_loader(SignedIn)
    app.config["PERMANENT_SESSION_LIFETIME"] = LONGEST


def viewer_of_request(now: datetime) -> Viewer:
    """Who reads in this request.

    Args:
        now: UTC, the moment at which rights are judged.
    """
    visit = g._visit = _visit(now)
    origin = salted(f"origin:{request.remote_addr}")
    if visit.sign_in is None:
        return Viewer.anonymous(now, origin)
    seat = seat_in(visit.seats, visit.sign_in.organisation_id)
    return viewer_in(visit.sign_in.person_id, seat, now, origin)


def person_of_request() -> Person | None:
    """The signed-in person, or None."""
    sign_in = sign_in_of_request()
    return sign_in.person if sign_in is not None else None


def zone_of_request() -> str:
    """The IANA zone in which this reader is shown times: the person's own, else the site's."""
    person = person_of_request()
    return (person.zone if person is not None else None) or settings().zone


def sign_in_of_request() -> SignIn | None:
    """The sign-in of this browser, or None."""
    return _known_visit().sign_in


def seats_of_request() -> list[Seat]:
    """Every organisation that the signed-in person may act for."""
    return _known_visit().seats


def expired_sign_in_of_request() -> SignIn | None:
    """The sign-in that this browser had and that is over, or None."""
    return _known_visit().expired


def _known_visit() -> _Visit:
    return g.get("_visit") or _Visit() if has_request_context() else _Visit()


def _visit(now: datetime) -> _Visit:
    token = flask.session.get("_user_id")
    if not isinstance(token, str):
        return _Visit()
    with reading_as_system("who is signed in is found before there is a viewer"):
        found = database.session.scalars(
            select(SignIn).where(SignIn.token_hash == token_hash(token)).options(joinedload(SignIn.person))
        ).one_or_none()
        if found is None or not found.person.may_sign_in:
            return _Visit()
        if found.ended_at is not None or is_over(found, now):
            return _Visit(expired=found)
        if now - found.last_seen_at > SEEN_EVERY:
            found.last_seen_at = now
            database.session.commit()
        return _Visit(found, None, seats_of(found.person_id, now))


def is_over(sign_in: SignIn, now: datetime) -> bool:
    """Whether a sign-in has ended by itself: idle too long, or too old."""
    return now - sign_in.last_seen_at > IDLE or now - sign_in.created_at > LONGEST


def begin(person: Person, now: datetime) -> SignIn:
    """Sign this browser in as a person; the caller commits.

    The person acts at first for the organisation that he last acted for, else for the first one.
    """
    token = new_token()
    seats = seats_of(person.id, now)
    sign_in = SignIn(
        person_id=person.id,
        token_hash=token_hash(token),
        organisation_id=_first_seat(person.id, seats),
        last_seen_at=now,
        created_at=now,
        agent=browser_name(request.user_agent.string),
        place=cut_address(request.remote_addr),
    )
    database.session.add(sign_in)
    # Whatever the visitor had before (a token against forged forms, too) is not the signed-in person's.
    kept = flask.session.get("kept_form")
    flask.session.clear()
    if kept:
        flask.session["kept_form"] = kept
    flask.session.permanent = True
    login_user(SignedIn(token))
    return sign_in


def forget() -> None:
    """Take the token out of this browser."""
    logout_user()
    flask.session.clear()


def _first_seat(person_id: UUID, seats: list[Seat]) -> UUID | None:
    with reading_as_system("the seat of the sign-in before; there is no viewer yet"):
        last = database.session.scalars(
            select(SignIn.organisation_id)
            .where(SignIn.person_id == person_id)
            .order_by(SignIn.created_at.desc())
            .limit(1)
        ).one_or_none()
    if seat_in(seats, last):
        return last
    return seats[0].organisation_id if seats else None


def cut_address(address: str | None) -> str:
    """A network address cut to its prefix: enough to recognise a place, too little to find a house."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return ""
    return str(ip_network(f"{parsed}/{24 if parsed.version == 4 else 48}", strict=False))


# The order matters: Edge and Opera say Chrome too, and Chrome says Safari.
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser_name(agent: str) -> str:
    """The browser and the system that a User-Agent header claims, in brand names that no language changes."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return ", ".join(part for part in (browser, system) if part)
