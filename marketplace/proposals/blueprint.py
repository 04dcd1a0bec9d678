"""The blueprint that all pages of proposals share."""

from flask import Blueprint

from marketplace.core.vocabularies import readiness

blueprint = Blueprint("proposals", __name__)


@blueprint.app_context_processor
def _words() -> dict:
    """For whatever page shows a proposal: the words of a readiness level."""
    return {"readiness_label": readiness.label}
