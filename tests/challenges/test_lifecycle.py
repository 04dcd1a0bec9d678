"""Every state × transition × person: an arrow fires from its sources alone, and for those it is for alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.challenges.models import Challenge, ChallengeState
from marketplace.challenges.workflow import LIFECYCLE
from marketplace.core import database, workflow
from marketplace.core.errors import NotAllowed, NotFound, Refused
from tests.challenges.conftest import Cast, reading_as

S = ChallengeState
NAMES = sorted({arrow.name for arrow in LIFECYCLE.transitions})
WRITERS = {"author", "colleague", "owner", "writing_approver"}
PUBLISHERS = WRITERS | {"approver"}
ENTITLED = {
    "submit_for_review": WRITERS,
    "resubmit": WRITERS,
    "request_edits": {"approver", "writing_approver"},
    "approve": {"approver", "writing_approver"},
    "take_back": PUBLISHERS,
    "publish": PUBLISHERS,
    "schedule": PUBLISHERS,
    "unschedule": PUBLISHERS,
    "extend": PUBLISHERS,
    "correct": PUBLISHERS,
    "withdraw": PUBLISHERS,
    "cancel": PUBLISHERS,
    "start_evaluation": {"officer", "notary"},
    "fail": PUBLISHERS,
    "award": PUBLISHERS,
    "import": set(),  # not of this agency's challenges; test_import has it
}
# After the deadline: what the clock must have brought before the arrow may fire.
LATE = {"cancel", "start_evaluation", "fail", "award"}


def in_state(cast: Cast, state: ChallengeState) -> Challenge:
    """A whole challenge, put into a state as only a test may."""
    challenge = cast.draft()
    with workflow._moving():
        challenge.state = state
    return challenge


@pytest.mark.parametrize("state", S)
def test_an_arrow_fires_from_its_sources_and_for_its_people_alone(cast: Cast, state: ChallengeState):
    challenge = in_state(cast, state)
    for name in NAMES:
        challenge.publish_at = cast.now + timedelta(days=1) if name == "unschedule" else cast.now
        database.session.commit()
        moment = challenge.deadline + timedelta(seconds=1) if name in LATE else cast.now
        arrow = next((a for a in LIFECYCLE.transitions if a.name == name and state in a.sources), None)
        for who, viewer in cast.everybody().items():
            with reading_as(viewer.later(moment)):
                mine = database.session.merge(challenge, load=False)
                if arrow is not None and who in ENTITLED[name]:
                    LIFECYCLE.fire(mine, name, viewer, moment)
                    assert mine.state == arrow.target
                else:
                    # No arrow, not entitled, or not even seen: refused in every way, and nothing moves.
                    with pytest.raises((Refused, NotAllowed, NotFound)):
                        LIFECYCLE.fire(mine, name, viewer, moment)
                database.session.rollback()


def test_every_transition_has_its_people():
    assert set(ENTITLED) == set(NAMES)


def test_the_states_and_the_table_cover_each_other():
    touched = {state for arrow in LIFECYCLE.transitions for state in (*arrow.sources, arrow.target)}
    assert touched == set(S)
