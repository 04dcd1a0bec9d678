"""The blueprint that all pages of proposals share."""

from flask import Blueprint

from marketplace.core.vocabularies import readiness
from marketplace.proposals import queries

blueprint = Blueprint("proposals", __name__)


@blueprint.app_context_processor
def _own_proposal() -> dict:
    """For the challenge's page, which stands on a lower floor: the reader's own proposal to it; and levels."""
    return {"own_proposal": queries.own_proposal, "readiness_label": readiness.label}
