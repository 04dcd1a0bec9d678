"""The two sides' own pages: drafting, where it stands, clearing, publishing, correcting, retracting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_timezone

from marketplace.casestudies import commands, drafting, forms, lists, policy, presentation, printing, queries
from marketplace.casestudies.blueprint import address, blueprint
from marketplace.casestudies.editing import tasks
from marketplace.casestudies.editing_views import sides
from marketplace.casestudies.models import OPEN_STATES, CaseStudy, Edition, EditionState
from marketplace.casestudies.workflow import LIFECYCLE, cleared_by
from marketplace.core import access, deeds
from marketplace.core.access import Viewer
from marketplace.core.deeds import Deed, done
from marketplace.core.errors import NotFound
from marketplace.core.forms import ActionForm
from marketplace.core.i18n import _
from marketplace.pilots import policy as pilots


@blueprint.route("/mine/")
@sides
def mine():
    """The organisation's own case studies: in work, in clearance, published."""
    asked = lists.MINE.asked(request.args)
    page = queries.own_editions(g.viewer.organisation_id, asked)
    if asked.wants_export:
        return asked.export(page.items)
    return render_template(
        "casestudies/mine.html",
        page=page,
        asked=asked,
        show=presentation,
        lang=g.lang,
    )


@blueprint.route("/from-pilot/<key:key>/", methods=["GET", "POST"])
@sides
def draft(key: str):
    """Draft the case study of an ended pilot from its record."""
    pilot = queries.pilot_by_key(key)
    known = queries.study_of_pilot(pilot.id)
    if known is not None:
        return redirect(url_for(".manage", key=known.key))
    access.require(pilots.can_write(g.viewer, pilot))
    form = ActionForm()
    back = url_for("pilots.show", key=key)
    answer = done(
        form,
        lambda: drafting.draft_from_pilot(g.viewer, pilot, g.now),
        _("The draft is made from the pilot’s record. Both sides can write in it now."),
        lambda study: url_for(".edit", key=study.key, section="summary"),
    )
    return answer or deeds.page(
        form,
        Deed(
            title=_("Draft the case study of “%(pilot)s”", pilot=pilot.title),
            trail=[(_("Pilots"), url_for("pilots.index")), (pilot.title, back)],
            lead=_(
                "The draft takes the problem from the challenge, the solution from the proposal, and results, cost "
                "and lessons from the pilot’s record. Only the two sides read it until both have cleared it and the "
                "agency has published it."
            ),
            verb=_("Draft the case study"),
            back=back,
            keep=_("Not now"),
        ),
    )


@blueprint.route("/<key:key>/manage/")
@sides
def manage(key: str):
    """Where it stands: who has cleared which words, what comes next, what happened."""
    return _manage(key, ActionForm())


def _own(key: str, *, with_study: bool = False) -> Edition:
    edition = queries.working(key, with_study=with_study)
    access.require(policy.works_on(g.viewer, edition.case_study))
    return edition


def _manage(key: str, form: ActionForm) -> str:
    edition = _own(key, with_study=True)
    study = edition.case_study
    happened, people = queries.timeline(study, [clearance.by_id for clearance in edition.clearances])
    present = next((known for known in study.editions if known.state == EditionState.PUBLISHED), None)
    return render_template(
        "casestudies/manage.html",
        edition=edition,
        study=study,
        present=present,
        title=edition.text_for(g.lang).title,
        offers={offer.name: offer for offer in LIFECYCLE.available(edition, g.viewer, g.now)},
        tasks=tasks(edition, edition.language) if edition.state == EditionState.DRAFT else [],
        sides=_sides(edition, people),
        may_write=policy.can_write(g.viewer, study),
        may_clear=policy.can_clear(g.viewer, study) and g.viewer.organisation_id not in cleared_by(edition),
        may_publish=policy.can_publish(g.viewer, edition),
        timeline=happened,
        zone=str(get_timezone()),
        show=presentation,
        address=address,
        public_address=_public_address(present),
        form=form,
    )


def _public_address(present: Edition | None) -> str | None:
    return address(present) if present is not None else None


def _sides(edition: Edition, people: Mapping[UUID, str]) -> list[tuple]:
    """Each side with its clearance of exactly these words, or none: (organisation, clearance, who)."""
    standing = {
        clearance.organisation_id: clearance
        for clearance in edition.clearances
        if clearance.version == edition.version and clearance.sha256 == edition.sha256
    }
    study = edition.case_study
    return [
        (side, standing.get(side.id), people.get(standing[side.id].by_id) if side.id in standing else None)
        for side in (study.agency, study.startup)
    ]


@blueprint.route("/<key:key>/preview/")
@sides
def preview(key: str):
    """The words as readers will see them, while only the two sides do."""
    edition = _own(key)
    return render_template("casestudies/preview.html", **_words(edition))


def _words(edition: Edition) -> dict:
    texts = [text for code in edition.languages if (text := edition.text_in(code)) is not None]
    return {
        "edition": edition,
        "study": edition.case_study,
        "texts": texts,
        "people": queries.verifiers(edition),
        "show": presentation,
        "printing": printing,
    }


@blueprint.route("/<key:key>/clearance-request/", methods=["POST"])
@sides
def ask_clearance(key: str):
    """Freeze the words and ask both sides to clear them."""
    return _press(key, commands.ask_clearance, _("The words are frozen. Both sides are asked to clear them."))


@blueprint.route("/<key:key>/draft-again/", methods=["POST"])
@sides
def take_back(key: str):
    """Open the words again."""
    return _press(
        key, commands.take_back, _("It is a draft again. Clearances of the frozen words bind no other ones.")
    )


def _press(key: str, command: Callable[[Viewer, Edition, datetime], Any], said: str) -> ResponseReturnValue:
    edition, form = _own(key), ActionForm()
    do = partial(command, g.viewer, edition, g.now)
    return done(form, do, said, url_for(".manage", key=key)) or _manage(key, form)


@blueprint.route("/<key:key>/clearance/", methods=["GET", "POST"])
@sides
def clear(key: str):
    """Read the exact words and clear them for one's side."""
    edition = _own(key)
    access.require(policy.can_clear(g.viewer, edition.case_study))
    if edition.state != EditionState.CLEARANCE:
        return redirect(url_for(".manage", key=key))
    form = forms.ClearingForm(sha256=edition.sha256)
    answer = done(
        form,
        lambda: commands.clear(g.viewer, edition, form.sha256.data or "", g.now),
        _("You have cleared these words for your side."),
        url_for(".manage", key=key),
    )
    if answer:
        return answer
    if form.is_submitted():
        edition = _own(key)
        form.sha256.data, form.sha256.raw_data = edition.sha256, None
    is_done = g.viewer.organisation_id in cleared_by(edition)
    return render_template("casestudies/clear.html", form=form, is_done=is_done, **_words(edition))


@blueprint.route("/<key:key>/publication/", methods=["GET", "POST"])
@sides
def publish(key: str):
    """Publish what both sides have cleared, after asking."""
    edition, form = _own(key), ActionForm()
    access.require(policy.can_publish(g.viewer, edition))
    if edition.state != EditionState.CLEARANCE:
        return redirect(url_for(".manage", key=key))
    said = _("It is published. Anybody can read it now.")
    answer = done(form, lambda: commands.publish(g.viewer, edition, g.now), said, lambda _edition: address(edition))
    if answer:
        return answer
    people = queries.names([clearance.by_id for clearance in edition.clearances])
    return render_template("casestudies/publish.html", edition=edition, form=form, sides=_sides(edition, people))


@blueprint.route("/<key:key>/correction/", methods=["POST"])
@sides
def start_correction(key: str):
    """Begin the next version from the published one."""
    edition, form = _own(key), ActionForm()
    answer = done(
        form,
        lambda: commands.start_correction(g.viewer, edition.case_study, g.now),
        _("The next version is a draft. The published one stays until it is replaced."),
        url_for(".edit", key=key, section="correction"),
    )
    return answer or _manage(key, form)


@blueprint.route("/<key:key>/retraction/", methods=["GET", "POST"])
@sides
def retract(key: str):
    """Take the published edition back for good, or an old one alone, with a public reason."""
    study = queries.one_study(key)
    edition = _retractable(study)
    access.require(policy.can_publish(g.viewer, edition))
    form = forms.RetractionForm()
    back = url_for(".manage", key=key)
    answer = done(
        form,
        lambda: commands.retract(g.viewer, edition, form.reason.data or "", g.now),
        _("It is retracted. Its page says when and why, and nothing else."),
        back,
    )
    for_good = _(
        "It can’t be read any more, nor can older versions. The page says when and why, for good; nothing newer can "
        "be published."
    )
    old_alone = _(
        "This old version can’t be read any more. Its page says when and why, for good. The present version stays."
    )
    return answer or deeds.page(
        form,
        Deed(
            title=_("Retract version %(number)d?", number=edition.number),
            trail=[(edition.original.title, back)],
            lead=for_good if edition.state == EditionState.PUBLISHED else old_alone,
            fields=[(form.reason, {"rows": 5})],
            verb=_("Retract it"),
            back=back,
            keep=_("Keep it"),
            kind="danger",
        ),
    )


def _retractable(study: CaseStudy) -> Edition:
    typed = request.args.get("version", "")
    wanted = [
        known
        for known in study.editions
        if known.state in OPEN_STATES
        and (known.state == EditionState.PUBLISHED if not typed else str(known.number) == typed)
    ]
    if not wanted:
        raise NotFound
    return wanted[0]
