"""Public pages of organisations, founding one, its profile and its verification."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for

from marketplace.accounts import sessions
from marketplace.core import access, caching, database
from marketplace.core.access import Kind, Role
from marketplace.core.errors import refusals_shown_in
from marketplace.core.forms import ActionForm, pressed
from marketplace.core.i18n import _
from marketplace.core.paging import count_words
from marketplace.core.templating import here_with
from marketplace.core.text import fold
from marketplace.core.vocabularies import countries
from marketplace.organisations import commands, lists, people_views, policy, queries, seats, setup_views
from marketplace.organisations.blueprint import blueprint
from marketplace.organisations.forms import DecisionForm, FoundingForm, PlaceForm, ProfileForm
from marketplace.organisations.models import Organisation, OrganisationState
from marketplace.organisations.roles import kind_word
from marketplace.organisations.workflow import VERIFICATION

__all__ = ["blueprint", "people_views", "seats", "setup_views"]

administrators = access.policy("member", kinds={Kind.HOST}, roles={Role.ADMINISTRATOR})


@blueprint.route("/")
@access.policy("public")
@caching.kept
def index():
    """The public list: search, kind, country."""
    wanted, unknown = _filter()
    if unknown:
        flash(_("Some choices in this address are not known and were left out."))
    found = queries.listed(wanted, request.args.get("after"))
    counts = queries.facets(wanted)
    nations = sorted({*counts.countries, *wanted.countries}, key=lambda code: fold(countries.label(code)))
    return render_template(
        "organisations/index.html",
        page=found,
        wanted=wanted,
        kind_options=[
            (kind.value, kind_word(kind), _shown(counts.kinds, kind), kind in wanted.kinds) for kind in Kind
        ],
        country_options=[
            (code, countries.label(code), _shown(counts.countries, code), code in wanted.countries)
            for code in nations
        ],
        chosen=_chosen(wanted),
    )


def _shown(counts: dict[str, int], value: str) -> str:
    return count_words(counts.get(value, 0))


def _chosen(wanted: queries.Filter) -> list[tuple[str, str]]:
    """The filters in force, each with the address without it."""
    kinds: list[tuple[str, dict[str, Any]]] = [
        (kind_word(kind), {"kind": [other for other in wanted.kinds if other != kind]}) for kind in wanted.kinds
    ]
    nations: list[tuple[str, dict[str, Any]]] = [
        (countries.label(code), {"country": [other for other in wanted.countries if other != code]})
        for code in wanted.countries
    ]
    text: list[tuple[str, dict[str, Any]]] = [(wanted.text, {"q": None})] if wanted.text else []
    return [(label, here_with(after=None, **changes)) for label, changes in [*text, *kinds, *nations]]


def _filter() -> tuple[queries.Filter, bool]:
    kinds, nations = request.args.getlist("kind"), request.args.getlist("country")
    known_kinds = tuple(kind for kind in kinds if kind in list(Kind))
    known_nations = tuple(code for code in nations if countries.exists(code))
    unknown = len(known_kinds) < len(kinds) or len(known_nations) < len(nations)
    return queries.Filter(request.args.get("q", "").strip()[:200], known_kinds, known_nations), unknown


@blueprint.route("/<slug:slug>-<key:key>/")
@access.policy("public")
@caching.kept
def show(slug: str, key: str):
    """The public profile; to its people and the host also where its verification stands."""
    organisation = queries.by_key(key)
    if slug != organisation.slug:
        return redirect(_address(organisation), 301)
    return render_template(
        "organisations/show.html",
        organisation=organisation,
        above=queries.above(organisation),
        below=queries.below(organisation),
        offers=VERIFICATION.available(organisation, g.viewer, g.now),
        may_edit=policy.leads(g.viewer, organisation),
        sees_people=policy.sees_people(g.viewer, organisation),
        may_place=policy.can_place(g.viewer, organisation),
        form=ActionForm() if g.viewer.is_signed_in else None,
    )


@blueprint.route("/new/", methods=["GET", "POST"])
@access.policy("signed in")
def new():
    """Enter a new organisation; it waits for verification."""
    form = FoundingForm()
    form.parent.choices = queries.possible_parents()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            organisation = commands.found_organisation(
                g.viewer, form.kind.data, form.profile(), g.now, parent_id=form.parent_id()
            )
            here = sessions.sign_in_of_request()
            assert here is not None
            here.organisation_id = organisation.id
            database.session.commit()
            flash(_("The organisation is entered. You act for it now; it waits for its verification."))
            return redirect(_address(organisation))
    return render_template("organisations/new.html", form=form)


@blueprint.route("/<key:key>/profile/", methods=["GET", "POST"])
@access.policy("member")
def edit(key: str):
    """What the organisation tells about itself."""
    organisation = queries.by_key(key)
    access.require(policy.leads(g.viewer, organisation))
    form = ProfileForm(obj=organisation)
    if form.validate_on_submit():
        with refusals_shown_in(form):
            commands.change_profile(g.viewer, organisation, form.profile(), g.now)
            database.session.commit()
            flash(_("The profile is changed."))
            return redirect(_address(organisation))
    return render_template("organisations/edit.html", form=form, organisation=organisation)


@blueprint.route("/verification/")
@administrators
def verification():
    """The queue of organisations that wait, and those decided."""
    state = request.args.get("state", "pending")
    if state not in list(OrganisationState):
        state = OrganisationState.PENDING
    asked = lists.QUEUE.asked(request.args)
    found = queries.queue(OrganisationState(state), asked)
    if asked.wants_export:
        return asked.export(found.items)
    return render_template("organisations/verification.html", page=found, asked=asked, state=state)


@blueprint.route("/<key:key>/verification/", methods=["GET", "POST"])
@administrators
def decide(key: str):
    """Verify, refuse, suspend or reinstate, with a reason either way."""
    organisation = queries.by_key(key)
    offers = VERIFICATION.available(organisation, g.viewer, g.now)
    form = DecisionForm()
    form.decision.choices = [(offer.name, offer.label) for offer in offers]
    if form.validate_on_submit():
        with refusals_shown_in(form):
            commands.DECISIONS[form.decision.data](g.viewer, organisation, form.reason.data, g.now)
            database.session.commit()
            flash(_("Your decision is recorded, and its owners are told."))
            return redirect(url_for(".verification"))
    people = queries.members(organisation, g.now)
    return render_template(
        "organisations/decide.html",
        form=form,
        organisation=organisation,
        people=people,
        offers=offers,
        above=queries.above(organisation),
    )


@blueprint.route("/<key:key>/place/", methods=["GET", "POST"])
@administrators
def place(key: str):
    """Move an agency in the tree."""
    organisation = queries.by_key(key)
    access.require(policy.can_place(g.viewer, organisation))
    form = PlaceForm(data={"parent": organisation.parent_id})
    form.parent.choices = [(id_, name) for id_, name in queries.possible_parents() if id_ != organisation.id]
    if form.validate_on_submit():
        with refusals_shown_in(form):
            commands.place(g.viewer, organisation, form.parent.data, g.now)
            database.session.commit()
            flash(_("The agency stands in its new place."))
            return redirect(_address(organisation))
    return render_template("organisations/place.html", form=form, organisation=organisation)


@blueprint.route("/<key:key>/asking-again/", methods=["POST"])
@access.policy("member")
def ask_again(key: str):
    """Ask once more after a refusal."""
    organisation = queries.by_key(key)
    if pressed(ActionForm()):
        commands.ask_again(g.viewer, organisation, g.now)
        database.session.commit()
        flash(_("The host's administrators have your request."))
    return redirect(_address(organisation))


def _address(organisation: Organisation) -> str:
    return url_for("organisations.show", slug=organisation.slug, key=organisation.key)
