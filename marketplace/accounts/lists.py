"""What the host's administrators ask of the list of people. It is not exported: names and addresses stay here."""

from __future__ import annotations

from sqlalchemy import or_

from marketplace.accounts.models import Person, PersonDetails
from marketplace.core.i18n import _l
from marketplace.core.lists import Choice, Filter, Listing, Sort
from marketplace.core.text import fold

PEOPLE = Listing(
    "people",
    sorts=(
        Sort("name", _l("By name"), [(PersonDetails.folded_name, "asc"), (PersonDetails.id, "asc")]),
        Sort("newest", _l("Newest first"), [(PersonDetails.created_at, "desc"), (PersonDetails.id, "desc")]),
    ),
    filters=(
        Filter(
            "state",
            _l("State"),
            (
                Choice("active", _l("Active"), PersonDetails.person.has(Person.suspended_at.is_(None))),
                Choice("suspended", _l("Suspended"), PersonDetails.person.has(Person.suspended_at.is_not(None))),
            ),
        ),
    ),
    search=lambda text: or_(
        PersonDetails.folded_name.contains(fold(text), autoescape=True),
        PersonDetails.email.contains(text.lower(), autoescape=True),
    ),
    search_label=_l("Name or e-mail address"),
)
