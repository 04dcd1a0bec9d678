"""What either side asks of the list of its case studies."""

from __future__ import annotations

from marketplace.casestudies import presentation
from marketplace.casestudies.models import Edition, EditionState, EditionText
from marketplace.core.i18n import _l, current_language
from marketplace.core.lists import Choice, Column, Filter, Listing, Sort

MINE = Listing(
    "case-studies",
    sorts=(
        Sort("newest", _l("Newest first"), [(Edition.created_at, "desc"), (Edition.id, "desc")]),
        Sort("oldest", _l("Oldest first"), [(Edition.created_at, "asc"), (Edition.id, "asc")]),
    ),
    filters=(
        Filter(
            "state",
            _l("State"),
            (
                Choice("draft", _l("In work"), Edition.state == EditionState.DRAFT),
                Choice("clearance", _l("In clearance"), Edition.state == EditionState.CLEARANCE),
                Choice("published", _l("Published"), Edition.state == EditionState.PUBLISHED),
                Choice("retracted", _l("Retracted"), Edition.state == EditionState.RETRACTED),
            ),
        ),
    ),
    search=lambda text: Edition.texts.any(EditionText.title.icontains(text, autoescape=True)),
    search_label=_l("Title"),
    columns=(
        Column(_l("Case study"), lambda edition: edition.text_for(current_language()).title),
        Column(_l("Agency"), lambda edition: edition.case_study.agency.name),
        Column(_l("Startup"), lambda edition: edition.case_study.startup.name),
        Column(_l("State"), lambda edition: presentation.state(edition).label),
        Column(_l("Version"), lambda edition: edition.number),
        Column(_l("Published on"), lambda edition: edition.published_at),
    ),
)
