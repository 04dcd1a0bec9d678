"""The verification of an organisation by a host administrator."""

from __future__ import annotations

from marketplace.core.i18n import _l
from marketplace.core.workflow import Workflow, transition
from marketplace.organisations import policy
from marketplace.organisations.models import OrganisationState as S

VERIFICATION = Workflow(
    "organisation",
    transition(S.PENDING, S.VERIFIED, "verify", policy.can_verify, label=_l("Verify"), event="organisation.verified"),
    transition(S.PENDING, S.REFUSED, "refuse", policy.can_verify, label=_l("Refuse"), event="organisation.refused"),
    transition(
        S.REFUSED, S.PENDING, "ask_again", policy.leads, label=_l("Ask again"), event="organisation.asked_again"
    ),
    transition(
        S.VERIFIED, S.SUSPENDED, "suspend", policy.can_verify, label=_l("Suspend"), event="organisation.suspended"
    ),
    transition(
        S.SUSPENDED,
        S.VERIFIED,
        "reinstate",
        policy.can_verify,
        label=_l("Lift the suspension"),
        event="organisation.reinstated",
    ),
)
