"""Draw the lifecycles from the transition tables: `python -m tests.lifecycles` writes `docs/lifecycles.md`."""

from __future__ import annotations

from collections.abc import Iterator

from marketplace.casestudies.workflow import LIFECYCLE as EDITION
from marketplace.challenges.workflow import LIFECYCLE as CHALLENGE
from marketplace.core.workflow import Workflow
from marketplace.evaluations.workflow import LIFECYCLE as EVALUATION
from marketplace.organisations.workflow import VERIFICATION as ORGANISATION
from marketplace.pilots.workflow import LIFECYCLE as PILOT
from marketplace.pilots.workflow import MILESTONE
from marketplace.proposals.workflow import LIFECYCLE as PROPOSAL
from tests.checks import ROOT

TARGET = ROOT / "docs" / "lifecycles.md"
DRAWN = {
    "Organisation": ORGANISATION,
    "Challenge": CHALLENGE,
    "Proposal": PROPOSAL,
    "Evaluation": EVALUATION,
    "Pilot": PILOT,
    "Milestone": MILESTONE,
    "Edition of a case study": EDITION,
}


def lines() -> Iterator[str]:
    """The document, line by line."""
    yield "# Lifecycles"
    yield ""
    yield "Drawn from the transition tables by `python -m tests.lifecycles`; a test compares the two. *Open* and *closed*"
    yield "are no states: they are derived from the clock. Who may fire an arrow, and what stands in its way, is written"
    yield "beside it in each feature's `workflow.py`."
    for title, workflow in DRAWN.items():
        yield ""
        yield f"## {title}"
        yield ""
        yield "```mermaid"
        yield "stateDiagram-v2"
        yield from _arrows(workflow)
        yield "```"
        yield ""
        yield "| from | to | by | who |"
        yield "|---|---|---|---|"
        for arrow in workflow.transitions:
            sources = ", ".join(sorted(source.value for source in arrow.sources))
            who = (arrow.who.__doc__ or arrow.who.__name__).strip().split("\n")[0]
            yield f"| {sources} | {arrow.target.value} | {arrow.name} | {who} |"


def _arrows(workflow: Workflow) -> Iterator[str]:
    for arrow in workflow.transitions:
        for source in sorted(source.value for source in arrow.sources):
            yield f"    {source} --> {arrow.target.value}: {arrow.name}"


def document() -> str:
    """The whole document."""
    return "\n".join(lines()) + "\n"


if __name__ == "__main__":
    TARGET.write_text(document(), "utf-8")
