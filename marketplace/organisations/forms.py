"""The forms of organisations: shapes and messages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from wtforms import PasswordField, ValidationError
from wtforms.validators import InputRequired

from marketplace.accounts.forms import email_field
from marketplace.core import clock, i18n
from marketplace.core.access import Kind, Role
from marketplace.core.forms import (
    ChoiceField,
    Form,
    LineField,
    MultipleChoiceField,
    RadioChoiceField,
    TextField,
    WholeNumberField,
)
from marketplace.core.i18n import _, _l
from marketplace.core.vocabularies import countries, sectors
from marketplace.organisations.commands import Profile
from marketplace.organisations.roles import KIND_WORDS, ROLE_WORDS


class ProfileForm(Form):
    name = LineField(_l("Name"), max_length=160, validators=[InputRequired(_l("Enter the organisation's name."))])
    country = ChoiceField(
        _l("Country"), blank=_l("Choose a country"), validators=[InputRequired(_l("Choose a country."))]
    )
    zone = ChoiceField(
        _l("Time zone"),
        validators=[InputRequired(_l("Choose a time zone from the list."))],
        description=_l("Its dates are shown in this zone."),
    )
    summary = LineField(_l("In one sentence"), max_length=240, description=_l("What it does, for lists."))
    description = TextField(_l("Description"), max_length=8000, description=_l("Markdown can be used."))
    website = LineField(_l("Website"), max_length=300, description=_l("With https:// in front."))
    founded_year = WholeNumberField(_l("Founded in"), min_value=1000, max_value=2199)
    sectors = MultipleChoiceField(_l("Sectors"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = i18n.current_language()
        self.country.choices = countries.choices(language)
        self.zone.choices = list(clock.zone_choices(language))
        self.sectors.choices = sectors.choices(language)

    def validate_website(self, field: Any) -> None:
        """An address of the web: a script in its place would run for whoever follows the link."""
        if not field.data:
            return
        try:
            parts = urlsplit(field.data)
        except ValueError:
            parts = None
        if parts is None or parts.scheme not in {"http", "https"} or "." not in parts.netloc:
            raise ValidationError(_("Enter an address that starts with https://."))

    def profile(self) -> Profile:
        """What was entered, as the command takes it."""
        return Profile(
            name=self.name.data,
            country=self.country.data,
            zone=self.zone.data,
            summary=self.summary.data or "",
            description=self.description.data or "",
            website=self.website.data or None,
            founded_year=self.founded_year.data,
            sectors=list(self.sectors.data or []),
        )


class FoundingForm(ProfileForm):
    kind = RadioChoiceField(
        _l("Kind"),
        choices=[(kind, KIND_WORDS[kind]) for kind in (Kind.AGENCY, Kind.STARTUP, Kind.PARTNER)],
        of=Kind,
        validators=[InputRequired(_l("Say which kind of organisation it is."))],
    )
    parent = ChoiceField(
        _l("Part of"),
        of=UUID,
        blank=_l("None"),
        description=_l("Of an agency: the one right above it, if that is here."),
    )

    def parent_id(self) -> UUID | None:
        """The agency right above; only an agency has one."""
        return self.parent.data if self.kind.data == Kind.AGENCY else None


class PlaceForm(Form):
    parent = ChoiceField(_l("Part of"), of=UUID, blank=_l("None"))


class DecisionForm(Form):
    decision = RadioChoiceField(_l("Decision"), validators=[InputRequired(_l("Choose a decision."))])
    reason = TextField(
        _l("Reason"),
        max_length=2000,
        description=_l("What you checked, or what is missing. It is told to the organisation's owners."),
        validators=[InputRequired(_l("Say why: it is told to the organisation's owners."))],
    )


class RoleForm(Form):
    role = RadioChoiceField(_l("Role"), of=Role, validators=[InputRequired(_l("Choose a role."))])

    @classmethod
    def for_roles(cls, roles: Iterable[Role]) -> Any:
        """The form with the roles of one kind of organisation."""
        form = cls()
        form.role.choices = [(role, ROLE_WORDS[role]) for role in roles]
        return form


class InvitationForm(RoleForm):
    email = email_field(_l("E-mail address"))
    language = ChoiceField(
        _l("Language of the mail"),
        choices=list(i18n.OWN_NAMES.items()),
        validators=[InputRequired(_l("Choose one of the three languages."))],
    )


class FirstAdministratorForm(Form):
    name = LineField(_l("Your name"), max_length=120, validators=[InputRequired(_l("Enter your name."))])
    password = PasswordField(
        _l("Password"),
        description=_l("A new one of 15 characters or more; or yours, if your address has an account already."),
        validators=[InputRequired(_l("Choose a password."))],
    )
    host = LineField(
        _l("Who runs this marketplace"),
        max_length=160,
        validators=[InputRequired(_l("Enter the organisation's name."))],
    )
    country = ChoiceField(
        _l("Country"), blank=_l("Choose a country"), validators=[InputRequired(_l("Choose a country."))]
    )
    zone = ChoiceField(_l("Time zone"), validators=[InputRequired(_l("Choose a time zone from the list."))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = countries.choices(i18n.current_language())
        self.zone.choices = list(clock.zone_choices(i18n.current_language()))

    def profile(self) -> Profile:
        """What the host tells about itself."""
        return Profile(self.host.data, self.country.data, self.zone.data)
