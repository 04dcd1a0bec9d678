"""What every tab of a pilot's page shows: its head, what waits for the viewer, and the tabs."""

from __future__ import annotations

from typing import Any

from flask import g, render_template, url_for

from marketplace.core.i18n import _
from marketplace.core.workflow import Workflow
from marketplace.pilots import desk, policy, words
from marketplace.pilots.models import PilotState
from marketplace.pilots.queries import Board
from marketplace.pilots.standing import is_late
from marketplace.pilots.workflow import LIFECYCLE, MILESTONE

TABS = ("show", "agreement", "milestones", "results", "record", "payments", "files", "history")


def tab(name: str, board: Board, *, here: str = "", **more: Any) -> str:
    """Render a tab.

    Args:
        name: of its template in `templates/pilots/`.
        here: the endpoint whose tab is the present one; the template's name if left out.
    """
    pilot = board.pilot
    return render_template(
        f"pilots/{name}.html",
        board=board,
        pilot=pilot,
        tabs=_tabs(board, here or ("show" if name == "overview" else name)),
        acts=list(desk.acts(g.viewer, board.standing, g.now)),
        may=policy.Rights(g.viewer, pilot),
        moves=_moves(LIFECYCLE, pilot),
        moves_of={step.id: _moves(MILESTONE, step) for step in pilot.milestones},
        words=words,
        is_late=is_late,
        is_agreed=pilot.state not in {PilotState.AGREEMENT, PilotState.NOT_SIGNED},
        **more,
    )


def _tabs(board: Board, here: str) -> list[tuple[str, str, bool, int | None]]:
    labels = {
        "show": (_("Overview"), None),
        "agreement": (_("Agreement"), None),
        "milestones": (_("Milestones"), len(board.pilot.milestones)),
        "results": (_("Results"), len(board.pilot.kpis)),
        "record": (_("Record"), None),
        "payments": (_("Payments"), None),
        "files": (_("Files"), None),
        "history": (_("History"), None),
    }
    return [
        (label, url_for(f"pilots.{name}", key=board.pilot.key), name == here, count)
        for name, (label, count) in labels.items()
    ]


def _moves(workflow: Workflow, thing: Any) -> set[str]:
    """The transitions that the viewer has from here; their own pages say what stands in the way."""
    return {
        arrow.name for arrow in workflow.transitions if thing.state in arrow.sources and arrow.who(g.viewer, thing)
    }
