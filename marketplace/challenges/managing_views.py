"""The agency's own page of a challenge: its state, its next step, its record, and each deed of its life."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
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
from marketplace.core import access, clock, database, deeds
from marketplace.core.access import Kind, Viewer
from marketplace.core.deeds import Deed, done
from marketplace.core.errors import Refused, refusals_shown_in
from marketplace.core.forms import ActionForm, Form
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


def _managed(challenge: Challenge) -> str:
    return url_for(".manage", key=challenge.key)


def _deed_page(challenge: Challenge, form: Form, reasons: Sequence[str], **shown: Any) -> str:
    """The page of a deed that asks for more than a press; `shown` as `deeds.Deed` has it."""
    back = _managed(challenge)
    return deeds.page(
        form, Deed(trail=[(challenge.title, back)], back=back, reasons=[str(reason) for reason in reasons], **shown)
    )


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


def _press(key: str, said: str, command: Callable[[Viewer, Challenge, datetime], Any]) -> ResponseReturnValue:
    """Press one button: do the deed, or show the reasons against it on the same page."""
    challenge, form = _own(key), ActionForm()
    do = partial(command, g.viewer, challenge, g.now)
    return done(form, do, said, _managed(challenge)) or _manage_page(_own(key), form)


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
    return _press(key, _("It is in review. The approvers of your agency are told."), commands.submit_for_review)


@blueprint.route("/<key:key>/edits/", methods=["POST"])
@members
def request_edits(key: str):
    """Send it back with a message."""
    challenge = _own(key)
    form = EditsForm()
    answer = done(
        form,
        lambda: commands.request_edits(g.viewer, challenge, form.message.data, g.now),
        _("It is back with its authors, with your message."),
        _managed(challenge),
    )
    return answer or _review_page(_own(key), form)


@blueprint.route("/<key:key>/approval/", methods=["POST"])
@members
def approve(key: str):
    """Approve what was reviewed."""
    return _press(key, _("Approved. It can be published now."), commands.approve)


@blueprint.route("/<key:key>/draft/", methods=["POST"])
@members
def take_back(key: str):
    """Make it a draft again."""
    return _press(key, _("It is a draft again."), commands.take_back)


@blueprint.route("/<key:key>/publication/", methods=["GET", "POST"])
@members
def publish(key: str):
    """Publish now, or choose the moment."""
    challenge = _own(key)
    offer = _offered(challenge, "publish")
    form = PublicationForm()
    form.publish_at.zone = challenge.zone

    def publish_it() -> datetime | None:
        moment = form.publish_at.data if form.when.data == "later" else None
        if form.when.data == "later" and moment is None:
            raise Refused(_("Enter the date and the time."), "publish_at")
        commands.publish(g.viewer, challenge, clock.receipt(), moment)
        return moment

    def said(moment: datetime | None) -> str:
        return _("It is public.") if moment is None else _("It is scheduled; its criteria are frozen.")

    place = clock.city(challenge.zone)
    hint = _("Only if you choose a time. As the clocks in %(place)s show it.", place=place)
    return done(form, publish_it, said, _managed(challenge)) or _deed_page(
        challenge,
        form,
        offer.reasons,
        title=_("Publish the challenge"),
        lead=_(
            "Criteria, texts and dates are frozen and get a fingerprint that everybody can check. Afterwards you can "
            "extend the deadline and add dated corrections, nothing else."
        ),
        facts=[(_("Deadline"), _moment(challenge))],
        fields=[form.when, (form.publish_at, {"width": "medium", "hint": hint})],
        verb=_("Publish"),
    )


def _moment(challenge: Challenge) -> str | None:
    return clock.in_zone(challenge.deadline, challenge.zone) if challenge.deadline else None


@blueprint.route("/<key:key>/publication/end/", methods=["POST"])
@members
def unschedule(key: str):
    """Take it out of the schedule."""
    return _press(key, _("It is out of the schedule; it is approved and not public."), commands.unschedule)


@blueprint.route("/<key:key>/extension/", methods=["GET", "POST"])
@members
def extend(key: str):
    """Move the deadline to a later moment."""
    challenge = _own(key)
    offer = _offered(challenge, "extend")
    form = ExtensionForm(deadline=challenge.deadline)
    form.deadline.zone = challenge.zone

    def move() -> None:
        assert form.deadline.data is not None
        commands.extend_deadline(g.viewer, challenge, form.deadline.data, form.reason.data, clock.receipt())

    hint = _("As the clocks in %(place)s show it.", place=clock.city(challenge.zone))
    said = _("The deadline is extended. Readers see both dates and your reason.")
    return done(form, move, said, _managed(challenge)) or _deed_page(
        challenge,
        form,
        offer.reasons,
        title=_("Extend the deadline"),
        lead=_(
            "The present deadline is %(date)s. It can move to a later moment only, and readers see both dates and "
            "your reason.",
            date=_moment(challenge),
        ),
        fields=[(form.deadline, {"width": "medium", "hint": hint}), form.reason],
        verb=_("Extend the deadline"),
        keep=_("Keep the deadline"),
    )


@blueprint.route("/<key:key>/correction/", methods=["GET", "POST"])
@members
def correct(key: str):
    """Add a dated, public correction."""
    challenge = _own(key)
    offer = _offered(challenge, "correct")
    form = CorrectionForm()
    answer = done(
        form,
        lambda: commands.add_correction(g.viewer, challenge, form.text.data, g.now, once=form.once.value),
        _("The correction is public."),
        _managed(challenge),
    )
    return answer or _deed_page(
        challenge,
        form,
        offer.reasons,
        title=_("Add a correction"),
        lead=_(
            "The published text stays as it is. Your correction stands on the page with its date, for everybody. "
            "Criteria can’t be corrected."
        ),
        fields=[(form.text, {"rows": 6})],
        verb=_("Publish the correction"),
    )


@blueprint.route("/<key:key>/<any('withdrawal','cancellation'):ending>/", methods=["GET", "POST"])
@members
def end(key: str, ending: str):
    """Withdraw it while it is open, or cancel it after its deadline; both with a public reason."""
    challenge = _own(key)
    is_early = ending == "withdrawal"
    offer = _offered(challenge, "withdraw" if is_early else "cancel")
    command = commands.withdraw if is_early else commands.cancel
    form = ReasonForm()
    answer = done(
        form,
        lambda: command(g.viewer, challenge, form.reason.data, clock.receipt()),
        _("It is withdrawn.") if is_early else _("It is cancelled."),
        _managed(challenge),
    )
    no_award = _("It can’t be undone. No award will be made, and the page stays with your reason.")
    nobody_more = _("It can’t be undone. Nobody can propose any more, and the page stays with your reason.")
    return answer or _deed_page(
        challenge,
        form,
        offer.reasons,
        title=_("Withdraw this challenge?") if is_early else _("Cancel this challenge?"),
        lead=nobody_more if is_early else no_award,
        fields=[form.reason],
        verb=str(offer.label),
        keep=_("Keep it"),
        kind="danger",
    )


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
    return _press(key, _("The preview link works no longer."), commands.revoke_preview_link)
