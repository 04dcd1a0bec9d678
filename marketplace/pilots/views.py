"""The pages of pilots: the list, opening one from an award, and its tabs."""

from __future__ import annotations

from uuid import UUID

from flask import g, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from marketplace.accounts import queries as accounts
from marketplace.core import database, deeds, events
from marketplace.core.access import require
from marketplace.core.deeds import Deed
from marketplace.core.errors import NotFound
from marketplace.core.i18n import _
from marketplace.organisations import queries as organisations
from marketplace.pilots import (
    agreement_views,
    commands,
    ending_views,
    evidence,
    lists,
    milestone_views,
    naming,
    policy,
    queries,
    record_views,
    result_views,
    words,
)
from marketplace.pilots.blueprint import blueprint, page_of, sides
from marketplace.pilots.forms import OpeningForm
from marketplace.pilots.models import EntryKind
from marketplace.pilots.pages import tab
from marketplace.pilots.standing import is_late, next_due, paid
from marketplace.proposals import contents
from marketplace.proposals.models import Proposal

__all__ = ["agreement_views", "blueprint", "ending_views", "milestone_views", "record_views", "result_views"]


@blueprint.route("/")
@sides
def index():
    """The pilots of the organisation that the person acts for."""
    asked = lists.MINE.asked(request.args)
    page, rows = queries.listed(asked)
    if asked.wants_export:
        return asked.export(rows)
    return render_template(
        "pilots/index.html",
        page=page,
        rows=rows,
        asked=asked,
        awards=queries.awards_without_pilot(g.viewer),
        next_due=next_due,
        paid=paid,
        state_tag=words.state_tag,
        is_late=is_late,
        sees_any=policy.works_for_a_side(g.viewer),
    )


@blueprint.route("/new/<key:key>/", methods=["GET", "POST"])
@sides
def open(key: str):
    """Open the pilot of an awarded proposal."""
    proposal = _proposal(key)
    require(commands.can_open(g.viewer, proposal))
    form = OpeningForm(data={"title": _proposed_title(proposal)})
    answer = deeds.done(
        form,
        lambda: commands.open_pilot(g.viewer, proposal, form.title.data, g.now),
        _("The pilot is open. Make its agreement together now."),
        lambda pilot: page_of(pilot, "show"),
    )
    index = url_for(".index")
    return answer or deeds.page(
        form,
        Deed(
            title=_("Open the pilot"),
            trail=[(_("Pilots"), index)],
            lead=_(
                "It starts with the proposal's milestones and prices. Both sides then make and sign the agreement."
            ),
            facts=[
                (_("Challenge"), proposal.challenge.text(g.lang).title),
                (_("Startup"), proposal.startup.name),
            ],
            fields=[form.title],
            verb=_("Open the pilot"),
            back=index,
        ),
    )


def _proposal(key: str) -> Proposal:
    found = database.session.scalars(
        select(Proposal)
        .where(Proposal.key == key)
        .options(joinedload(Proposal.startup), joinedload(Proposal.challenge))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def _proposed_title(proposal: Proposal) -> str:
    proposed = contents.read(proposal)
    return proposed.title if proposed else ""


@blueprint.route("/<key:key>/")
@sides
def show(key: str):
    """The pilot at first sight: what waits for me, is it on target, what was paid."""
    board = queries.board(key)
    return tab(
        "overview",
        board,
        risks=queries.open_risks(board.pilot),
        paid=paid(board.pilot, board.pilot.milestones),
        names=queries.names_in(board.pilot),
        drawn=next((reading for reading in board.readings if len(reading.verified) > 1), None),
    )


@blueprint.route("/<key:key>/milestones/")
@sides
def milestones(key: str):
    """Every milestone with what was delivered, decided and paid."""
    board = queries.board(key)
    steps = board.pilot.milestones
    return tab(
        "milestones",
        board,
        names=queries.names_in(board.pilot),
        files=evidence.of_milestones(steps),
    )


@blueprint.route("/<key:key>/results/")
@sides
def results(key: str):
    """Every measure with its latest measurements."""
    board = queries.board(key)
    shown = [actual for reading in board.readings for actual in reading.actuals[-5:]]
    people = {person for actual in shown for person in (actual.reported_by, actual.verified_by, actual.refused_by)}
    return tab("results", board, names=accounts.names(people), files=evidence.of_actuals(shown))


@blueprint.route("/<key:key>/results/<uuid:kpi_id>/")
@sides
def measure(key: str, kpi_id: UUID):
    """One measure with all its measurements."""
    board = queries.board(key)
    kpi = queries.kpi_of(board.pilot, kpi_id)
    page = queries.measurements(kpi, request.args.get("after"))
    people = {person for one in page.items for person in (one.reported_by, one.verified_by, one.refused_by)}
    return tab(
        "measure",
        board,
        here="results",
        reading=next(reading for reading in board.readings if reading.kpi.id == kpi.id),
        page=page,
        names=accounts.names(people),
        files=evidence.of_actuals(page.items),
    )


@blueprint.route("/<key:key>/record/")
@sides
def record(key: str):
    """Notes, decisions and risks."""
    board = queries.board(key)
    wanted = request.args.get("kind")
    kind = EntryKind(wanted) if wanted in list(EntryKind) else None
    page = queries.entries(board.pilot, kind, request.args.get("after"))
    people = {person for entry in page.items for person in (entry.by_id, entry.closed_by)}
    return tab("record", board, page=page, kind=kind, names=accounts.names(people))


@blueprint.route("/<key:key>/payments/")
@sides
def payments(key: str):
    """What was paid outside the marketplace."""
    board = queries.board(key)
    return tab(
        "payments",
        board,
        paid=paid(board.pilot, board.pilot.milestones),
        names=queries.names_in(board.pilot),
    )


@blueprint.route("/<key:key>/history/")
@sides
def history(key: str):
    """What happened, each event as its viewer may see it."""
    board = queries.board(key)
    page = queries.happened(board.pilot, request.args.get("after"))
    names = accounts.names({event.actor_id for event in page.items})
    others = organisations.names({event.actor_organisation_id for event in page.items} - {None})
    things = naming.named_within(board.pilot, page.items)
    return tab(
        "history", board, page=page, names=names, organisations=others, things=things, sentence=events.sentence
    )
