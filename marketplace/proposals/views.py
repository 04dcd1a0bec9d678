"""Pages of proposals: the list, the proposal itself, sending, withdrawing, receipts, the opening."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.core import access, clock, database
from marketplace.core.access import Kind
from marketplace.core.errors import NotFound, refusals_shown_in
from marketplace.core.forms import ActionForm
from marketplace.core.i18n import _, ngettext
from marketplace.core.workflow import Offer
from marketplace.proposals import commands, contents, lists, policy, presentation, queries, receipts, sections
from marketplace.proposals import standing as _standing  # noqa: F401  (the challenge's page asks it)
from marketplace.proposals.blueprint import blueprint
from marketplace.proposals.drafting import queries as drafts
from marketplace.proposals.drafting import views as drafting
from marketplace.proposals.forms import ReceiptForm, SubmissionForm
from marketplace.proposals.models import Proposal, ProposalState
from marketplace.proposals.workflow import LIFECYCLE

blueprints = [blueprint]
__all__ = ["blueprints", "drafting"]


@blueprint.get("/proposals/")
@access.policy("member", kinds={Kind.STARTUP})
def mine() -> ResponseReturnValue:
    """The startup's proposals."""
    asked = lists.MINE.asked(request.args)
    lines, page = queries.mine(g.viewer, asked)
    if asked.wants_export:
        return asked.export(lines)
    return render_template("proposals/mine.html", lines=lines, page=page, asked=asked, present=presentation)


@blueprint.post("/challenges/<key:key>/proposal/")
@access.policy("member", kinds={Kind.STARTUP})
def start(key: str) -> ResponseReturnValue:
    """Begin a proposal, or go on with the one that there is."""
    challenge = queries.challenge_by_key(key)
    form = ActionForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            proposal = commands.start_proposal(g.viewer, challenge, clock.receipt())
            database.session.commit()
            return redirect(url_for(".edit", key=proposal.key))
    return render_template("proposals/not_started.html", challenge=challenge, form=form), 409


@blueprint.get("/proposals/<key:key>/")
@access.policy("member", kinds={Kind.STARTUP, Kind.AGENCY})
def show(key: str) -> str:
    """A proposal: to its team where it stands and what it says; to the agency what was opened."""
    proposal = queries.one_proposal(key)
    if policy.can_see_own(g.viewer, proposal):
        return _own_page(proposal)
    return render_template(
        "proposals/opened.html",
        proposal=proposal,
        sent=queries.readable(proposal),
        section_names=sections.NAMES,
        present=presentation,
    )


def _own_page(proposal: Proposal) -> str:
    return render_template(
        "proposals/show.html",
        proposal=proposal,
        state=policy.state_as_seen(g.viewer, proposal),
        editor=drafts.editor(g.viewer, proposal, g.now),
        sent=contents.read(proposal),
        offers={offer.name: offer for offer in LIFECYCLE.available(proposal, g.viewer, g.now)},
        history=queries.history(proposal),
        can_write=policy.can_write(g.viewer, proposal) and proposal.state in commands.EDITABLE,
        section_names=sections.NAMES,
        present=presentation,
        form=ActionForm(),
    )


@blueprint.route("/proposals/<key:key>/submission/", methods=["GET", "POST"])
@access.policy("member", kinds={Kind.STARTUP})
def submission(key: str) -> ResponseReturnValue:
    """What will be sent, what is missing, and the button that sends it."""
    received_at = _received_at()
    proposal = queries.own_proposal_by_key(g.viewer, key)
    form = SubmissionForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            commands.submit(g.viewer, proposal, received_at, expected=form.expected.data or "")
            database.session.commit()
            return redirect(url_for(".receipt", key=key))
    return _submission_page(proposal, form)


def _received_at() -> datetime:
    """The time of receipt: the database's clock, once the body has wholly arrived and before any lock."""
    request.get_data(parse_form_data=True)
    return clock.receipt()


def _submission_page(proposal: Proposal, form: SubmissionForm) -> str:
    editor = drafts.editor(g.viewer, proposal, g.now)
    form.expected.data = drafts.fingerprint(proposal, editor)
    return render_template(
        "proposals/submission.html",
        proposal=proposal,
        editor=editor,
        form=form,
        offer=_sending_offer(proposal),
        preview=drafts.preview(proposal, editor),
        section_names=sections.NAMES,
        present=presentation,
    )


def _sending_offer(proposal: Proposal) -> Offer | None:
    name = "replace" if proposal.state == ProposalState.SUBMITTED else "submit"
    return LIFECYCLE.offer(proposal, name, g.viewer, g.now)


@blueprint.route("/proposals/<key:key>/withdrawal/", methods=["GET", "POST"])
@access.policy("member", kinds={Kind.STARTUP})
def withdrawal(key: str) -> ResponseReturnValue:
    """Asks, then withdraws."""
    received_at = _received_at()
    proposal = queries.own_proposal_by_key(g.viewer, key)
    access.require(policy.can_write(g.viewer, proposal))
    form = ActionForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            commands.withdraw(g.viewer, proposal, received_at)
            database.session.commit()
            flash(_("The proposal is withdrawn. The agency learns nothing of it."))
            return redirect(url_for(".show", key=key))
    return render_template(
        "proposals/withdrawal.html", proposal=proposal, form=form, section_names=sections.NAMES, present=presentation
    )


# --- Receipts -----------------------------------------------------------------------------------------------


@blueprint.get("/proposals/<key:key>/receipt/")
@access.policy("member", kinds={Kind.STARTUP})
def receipt(key: str) -> str:
    """The receipt of the version that stands, and of those before it."""
    proposal = queries.own_proposal_by_key(g.viewer, key)
    versions = contents.versions(proposal)
    if not versions:
        raise NotFound
    names = queries.names({version.submitted_by for version in versions})
    return render_template(
        "proposals/receipt.html",
        proposal=proposal,
        versions=versions,
        names=names,
        section_names=sections.NAMES,
        present=presentation,
    )


@blueprint.get("/proposals/<key:key>/versions/<uuid:version>/receipt.pdf")
@access.policy("member", kinds={Kind.STARTUP})
def receipt_pdf(key: str, version: UUID) -> ResponseReturnValue:
    """The receipt of one version, on paper."""
    proposal = queries.own_proposal_by_key(g.viewer, key)
    sent, _bundle = contents.exact_bytes(proposal, version)
    return _download(receipts.as_pdf(proposal, sent), "application/pdf", f"receipt-{sent.receipt_code}.pdf")


@blueprint.get("/proposals/<key:key>/versions/<uuid:version>/bundle.json")
@access.policy("member", kinds={Kind.STARTUP})
def bundle(key: str, version: UUID) -> ResponseReturnValue:
    """The exact bytes that were hashed."""
    proposal = queries.own_proposal_by_key(g.viewer, key)
    sent, exact = contents.exact_bytes(proposal, version)
    return _download(exact, "application/json", f"proposal-{sent.receipt_code}.json")


def _download(body: bytes, mimetype: str, name: str) -> Response:
    response = Response(body, mimetype=mimetype)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@blueprint.route("/receipts/", methods=["GET", "POST"])
@access.policy("public")
def verify_receipt() -> str:
    """Whether a receipt is genuine; anybody who holds its code and its fingerprint may ask."""
    form = ReceiptForm()
    matches = None
    if form.validate_on_submit():
        matches = queries.receipt_is_genuine(form.code.data or "", form.sha256.data or "")
    return render_template("proposals/verify_receipt.html", form=form, matches=matches)


# --- The opening --------------------------------------------------------------------------------------------


@blueprint.route("/challenges/<key:key>/opening/", methods=["GET", "POST"])
@access.policy("member", kinds={Kind.AGENCY, Kind.HOST})
def opening(key: str) -> ResponseReturnValue:
    """For the opening officer: before the deadline when it will be, then the button, then what was found."""
    challenge = queries.challenge_by_key(key)
    access.require(policy.can_open_for(g.viewer, challenge))
    form = ActionForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            opened = commands.open_proposals(g.viewer, challenge, clock.receipt())
            database.session.commit()
            flash(_opened_words(opened.count))
            return redirect(url_for(".opening", key=key))
    is_opened = challenge.state in policy.OPENED_CHALLENGE
    return render_template(
        "proposals/opening.html",
        challenge=challenge,
        form=form,
        is_opened=is_opened,
        count=queries.count_opened(challenge) if is_opened else None,
        found=queries.opened(challenge) if is_opened else [],
        section_names=sections.NAMES,
        present=presentation,
    )


def _opened_words(count: int) -> str:
    if count == 0:
        return _("No proposal was sent in time.")
    return ngettext("%(num)d proposal is open now.", "%(num)d proposals are open now.", count)
