"""The demo's own pages: sign in as anybody by a click, and read every mail. They exist in demo mode alone."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from sqlalchemy import select

from marketplace.accounts import commands as accounts
from marketplace.accounts import sessions
from marketplace.accounts.models import Person
from marketplace.accounts.own_paths import own_path
from marketplace.accounts.rights import seat_in, seats_of
from marketplace.app import CONTENT_SECURITY_POLICY
from marketplace.core import access, database, events
from marketplace.core.access import Viewer, reading_as_system
from marketplace.core.errors import NotFound
from marketplace.core.forms import ActionForm, pressed
from marketplace.core.settings import settings
from marketplace.demo import cast, directory, mailbox, starts
from marketplace.organisations.roles import kind_word

blueprint = Blueprint("demo", __name__, url_prefix="/demo")

# A mail brings its styles with it; nothing of it may run or fetch.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"


@blueprint.before_request
def _only_in_demo_mode() -> None:
    """Whatever registered these pages: outside of demo mode there are none."""
    if not settings().demo:
        raise NotFound


@blueprint.route("/")
@access.policy("public")
def people() -> str:
    """Everybody of the demo, and where to begin."""
    with reading_as_system("the demo shows all its people to whoever runs it"):
        houses = directory.houses(g.now)
        known = [person for kind in houses.values() for house in kind for person in house.figures]
        return render_template(
            "demo/people.html",
            houses=houses,
            kind_word=kind_word,
            alone=directory.without_house(known),
            starts=starts.offered(),
            password=cast.PASSWORD,
            form=ActionForm(),
        )


@blueprint.route("/sign-in/", methods=["POST"])
@access.policy("public")
def sign_in() -> Response:
    """Sign this browser in as a person, acting for the organisation that was pressed."""
    if not pressed(ActionForm()):
        return redirect(url_for(".people"))  # type: ignore[return-value]
    with reading_as_system("the demo signs in by a click"):
        wanted = _identifier("person_id")
        person = database.session.scalars(select(Person).where(Person.id == wanted)).one_or_none()
        if person is None or not person.may_sign_in:
            raise NotFound
        _sign_in_as(person)
        database.session.commit()
    following = request.form.get("next")
    return redirect(own_path(following) if following else url_for("web.dashboard"))  # type: ignore[return-value]


def _sign_in_as(person: Person) -> None:
    before = sessions.sign_in_of_request()
    if before is not None:
        accounts.end_sign_in(g.viewer, before.id, g.now)
    begun = sessions.begin(person, g.now)
    wanted = _identifier("organisation_id")
    if seat_in(seats_of(person.id, g.now), wanted) is not None:
        begun.organisation_id = wanted
    events.record("account.signed_in", Viewer(at=g.now, person_id=person.id), on=person, now=g.now)


def _identifier(name: str) -> UUID | None:
    try:
        return UUID(request.form.get(name, ""))
    except ValueError:
        return None


@blueprint.route("/mails/")
@access.policy("public")
def mails() -> str:
    """What was sent, newest first."""
    try:
        after = UUID(request.args["after"]) if "after" in request.args else None
    except ValueError:
        after = None
    received, following = mailbox.latest(after)
    return render_template("demo/mails.html", mails=received, following=following)


@blueprint.route("/mails/<uuid:mail_id>/")
@access.policy("public")
def mail(mail_id: UUID) -> Response:
    """One mail in a frame that can do nothing, and its plain text."""
    page = Response(render_template("demo/mail.html", mail=mailbox.one(mail_id)))
    page.headers["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
    return page


@blueprint.route("/mails/<uuid:mail_id>/body/")
@access.policy("public")
def body(mail_id: UUID) -> Response:
    """The HTML of a mail as it was sent, its links leading out of the frame."""
    html = mailbox.one(mail_id).html.replace("<head>", '<head><base target="_top">', 1)
    shown = Response(html, mimetype="text/html")
    shown.headers["Content-Security-Policy"] = MAIL_POLICY
    return shown
