"""What the host's administrators ask of the queue of organisations."""

from __future__ import annotations

from marketplace.core.access import Kind
from marketplace.core.i18n import _l
from marketplace.core.lists import Choice, Column, Filter, Listing, Sort
from marketplace.core.text import fold
from marketplace.core.vocabularies import countries
from marketplace.organisations.models import Organisation
from marketplace.organisations.roles import KIND_WORDS, kind_word

QUEUE = Listing(
    "organisations",
    sorts=(
        Sort("longest", _l("Waiting longest first"), [(Organisation.created_at, "asc"), (Organisation.id, "asc")]),
        Sort("newest", _l("Newest first"), [(Organisation.created_at, "desc"), (Organisation.id, "desc")]),
        Sort("name", _l("By name"), [(Organisation.folded_name, "asc"), (Organisation.id, "asc")]),
    ),
    filters=(
        Filter(
            "kind",
            _l("Kind"),
            [
                Choice(kind.value, KIND_WORDS[kind], Organisation.kind == kind)
                for kind in (Kind.AGENCY, Kind.STARTUP, Kind.PARTNER)
            ],
        ),
    ),
    search=lambda text: Organisation.folded_name.contains(fold(text), autoescape=True),
    search_label=_l("Name"),
    columns=(
        Column(_l("Organisation"), lambda one: one.name),
        Column(_l("Kind"), lambda one: kind_word(one.kind)),
        Column(_l("Country"), lambda one: countries.label(one.country)),
        Column(_l("Entered"), lambda one: one.created_at),
    ),
)
