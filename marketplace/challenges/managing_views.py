"""The agency's own page of a challenge: its state, its next step, its record, and each deed of its life."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import get_timezone

from marketplace.challenges import attachments, commands, policy, presentation, queries, readiness
from marketplace.challenges.blueprint import address, blueprint
from marketplace.challenges.deed_forms import (
    CorrectionForm,
    EditsForm,
    ExtensionForm,
    PublicationForm,
    ReasonForm,
)
from marketplace.challenges.models import Challenge
from marketplace.challenges.workflow import LIFECYCLE
from marketplace.core import access, clock, database
from marketplace.core.access import Kind
from marketplace.core.errors import Refused, refusals_shown_in
from marketplace.core.forms import ActionForm
from marketplace.core.i18n import OWN_NAMES, _

members = access.policy("member", kinds={Kind.AGENCY})


def _own(key: str) -> Challenge:
    challenge = queries.one_challenge(key)
    access.require(policy.can_manage(g.viewer, challenge))
    return challenge


def _offered(challenge: Challenge, name: str):
    """The offer of a deed to this viewer; without one the page is not there."""
    offer = LIFECYCLE.offer(challenge, name, g.viewer, g.now)
    access.require(offer is not None)
    return offer


def _managed(challenge: Challenge):
    return redirect(url_for(".manage", key=challenge.key))


@blueprint.route("/<key:key>/manage/")
@members
def manage(key: str):
    """Where it stands, what this person can do next, and all that happened."""
    challenge = _own(key)
    return _manage_page(challenge, ActionForm())


def _manage_page(challenge: Challenge, form: ActionForm, token: str | None = None) -> str:
    return render_template(
        "challenges/manage.html",
        challenge=challenge,
        offers={offer.name: offer for offer in LIFECYCLE.available(challenge, g.viewer, g.now)},
        lacking=readiness.missing(challenge, g.now) if challenge.state in policy.EDITABLE else [],
        timeline=queries.timeline(challenge),
        may_write=policy.can_write(g.viewer, challenge),
        may_edit=policy.can_edit(g.viewer, challenge),
        may_review=policy.can_review(g.viewer, challenge),
        wrote_it=policy.wrote_it(g.viewer, challenge),
        may_publish=policy.can_publish(g.viewer, challenge),
        token=token,
        show=presentation,
        address=address,
        form=form,
    )


def _deed(key: str, done: str, deed):
    """Press one button: do the deed, or show the reasons against it on the same page."""
    challenge = _own(key)
    form = ActionForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            deed(g.viewer, challenge, g.now)
            database.session.commit()
            flash(done)
            return _managed(challenge)
    return _manage_page(_own(key), form)


@blueprint.route("/<key:key>/review/", methods=["GET"])
@members
def review(key: str):
    """The whole text as the approver reads it, with both ways out."""
    challenge = _own(key)
    access.require(policy.can_review(g.viewer, challenge) or policy.can_write(g.viewer, challenge))
    return _review_page(challenge, EditsForm())


def _review_page(challenge: Challenge, form: EditsForm) -> str:
    offers = {offer.name: offer for offer in LIFECYCLE.available(challenge, g.viewer, g.now)}
    asked = request.args.get("in", challenge.language)
    text = challenge.text_in(asked) or challenge.original
    return render_template(
        "challenges/review.html",
        challenge=challenge,
        text=text,
        languages=[(OWN_NAMES[each], f"?in={each}", each == text.language, None) for each in challenge.languages],
        offers=offers,
        zone=str(get_timezone()),
        wrote_it=policy.wrote_it(g.viewer, challenge),
        attachments=attachments.shown(challenge),
        show=presentation,
        form=form,
        action=ActionForm(),
    )


@blueprint.route("/<key:key>/review/", methods=["POST"])
@members
def send_for_review(key: str):
    """Hand the draft to the approvers."""
    return _deed(key, _("It is in review. The approvers of your agency are told."), commands.submit_for_review)


@blueprint.route("/<key:key>/edits/", methods=["POST"])
@members
def request_edits(key: str):
    """Send it back with a message."""
    challenge = _own(key)
    form = EditsForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            commands.request_edits(g.viewer, challenge, form.message.data, g.now)
            database.session.commit()
            flash(_("It is back with its authors, with your message."))
            return _managed(challenge)
    return _review_page(_own(key), form)


@blueprint.route("/<key:key>/approval/", methods=["POST"])
@members
def approve(key: str):
    """Approve what was reviewed."""
    return _deed(key, _("Approved. It can be published now."), commands.approve)


@blueprint.route("/<key:key>/draft/", methods=["POST"])
@members
def take_back(key: str):
    """Make it a draft again."""
    return _deed(key, _("It is a draft again."), commands.take_back)


@blueprint.route("/<key:key>/publication/", methods=["GET", "POST"])
@members
def publish(key: str):
    """Publish now, or choose the moment."""
    challenge = _own(key)
    offer = _offered(challenge, "publish")
    form = PublicationForm()
    form.publish_at.zone = challenge.zone
    if form.validate_on_submit():
        with refusals_shown_in(form):
            moment = form.publish_at.data if form.when.data == "later" else None
            if form.when.data == "later" and moment is None:
                raise Refused(_("Enter the date and the time."), "publish_at")
            commands.publish(g.viewer, challenge, clock.receipt(), moment)
            database.session.commit()
            flash(_("It is public.") if moment is None else _("It is scheduled; its criteria are frozen."))
            return _managed(challenge)
        challenge = _own(key)
    return render_template(
        "challenges/publish.html", challenge=challenge, form=form, offer=offer, zone_city=clock.city
    )


@blueprint.route("/<key:key>/publication/end/", methods=["POST"])
@members
def unschedule(key: str):
    """Take it out of the schedule."""
    return _deed(key, _("It is out of the schedule; it is approved and not public."), commands.unschedule)


@blueprint.route("/<key:key>/extension/", methods=["GET", "POST"])
@members
def extend(key: str):
    """Move the deadline to a later moment."""
    challenge = _own(key)
    offer = _offered(challenge, "extend")
    form = ExtensionForm(deadline=challenge.deadline)
    form.deadline.zone = challenge.zone
    if form.validate_on_submit():
        with refusals_shown_in(form):
            assert form.deadline.data is not None
            commands.extend_deadline(g.viewer, challenge, form.deadline.data, form.reason.data, clock.receipt())
            database.session.commit()
            flash(_("The deadline is extended. Readers see both dates and your reason."))
            return _managed(challenge)
        challenge = _own(key)
    return render_template(
        "challenges/extend.html", challenge=challenge, form=form, offer=offer, zone_city=clock.city
    )


@blueprint.route("/<key:key>/correction/", methods=["GET", "POST"])
@members
def correct(key: str):
    """Add a dated, public correction."""
    challenge = _own(key)
    offer = _offered(challenge, "correct")
    form = CorrectionForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            commands.add_correction(g.viewer, challenge, form.text.data, g.now, once=form.once.value)
            database.session.commit()
            flash(_("The correction is public."))
            return _managed(challenge)
        challenge = _own(key)
    return render_template("challenges/correct.html", challenge=challenge, form=form, offer=offer)


@blueprint.route("/<key:key>/<any('withdrawal','cancellation'):ending>/", methods=["GET", "POST"])
@members
def end(key: str, ending: str):
    """Withdraw it while it is open, or cancel it after its deadline; both with a public reason."""
    challenge = _own(key)
    name = "withdraw" if ending == "withdrawal" else "cancel"
    offer = _offered(challenge, name)
    form = ReasonForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            deed = commands.withdraw if name == "withdraw" else commands.cancel
            deed(g.viewer, challenge, form.reason.data, clock.receipt())
            database.session.commit()
            flash(_("It is withdrawn.") if name == "withdraw" else _("It is cancelled."))
            return _managed(challenge)
        challenge = _own(key)
    return render_template("challenges/end.html", challenge=challenge, form=form, offer=offer, name=name)


@blueprint.route("/<key:key>/preview-link/", methods=["POST"])
@members
def make_preview_link(key: str):
    """Make the secret link anew and show it, this once."""
    challenge = _own(key)
    form = ActionForm()
    token = None
    if form.validate_on_submit():
        with refusals_shown_in(form):
            token = commands.make_preview_link(g.viewer, challenge, g.now)
            database.session.commit()
    return _manage_page(challenge, form, token)


@blueprint.route("/<key:key>/preview-link/end/", methods=["POST"])
@members
def revoke_preview_link(key: str):
    """Let the secret link work no longer."""
    return _deed(key, _("The preview link works no longer."), commands.revoke_preview_link)
