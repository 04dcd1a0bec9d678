"""Mail about organisations."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from marketplace.accounts.letters import address
from marketplace.core import clock, database
from marketplace.core.access import reading_as_system
from marketplace.core.i18n import _
from marketplace.core.mail import Letter, letter
from marketplace.organisations.invitations import counts
from marketplace.organisations.models import Invitation, Organisation
from marketplace.organisations.roles import ROLE_MEANS, ROLE_WORDS


@letter("organisation.invitation")
def invitation(token: str, invitation_id: str) -> Letter | None:
    with reading_as_system("who is invited learns by whom"):
        offered = database.session.scalars(
            select(Invitation).where(Invitation.id == UUID(invitation_id))
        ).one_or_none()
        if offered is None or not counts(offered, clock.now()):
            return None
        organisation = offered.organisation
    role = ROLE_WORDS[offered.role]
    return Letter(
        _("%(organisation)s invites you", organisation=organisation.name),
        [
            _(
                "Answer by %(day)s: you are invited to %(organisation)s as %(role)s.",
                day=clock.day_in_zone(offered.expires_at, organisation.zone),
                organisation=organisation.name,
                role=role,
            ),
            _("%(label)s: %(value)s", label=role, value=f"{ROLE_MEANS[offered.role]}."),
            _("The invitation is for this e-mail address alone and works once."),
        ],
        address("organisations.invitation", token=token),
        _("Read the invitation"),
    )


@letter("organisation.first_administrator")
def first_administrator(link: str) -> Letter:
    return Letter(
        _("You are to run this marketplace"),
        [
            _("Open the link within a day: it makes you an administrator of the organisation that runs it."),
            _("The link is for this e-mail address alone and works once."),
        ],
        link,
        _("Set up the marketplace"),
    )


@letter("organisation.decided")
def decided(decision: str, organisation_id: str) -> Letter | None:
    organisation = database.session.scalars(
        select(Organisation).where(Organisation.id == UUID(organisation_id))
    ).one_or_none()
    if organisation is None:
        return None  # its reader no longer belongs to it
    subject = {
        "verify": _("%(organisation)s is verified", organisation=organisation.name),
        "refuse": _("%(organisation)s is not verified", organisation=organisation.name),
        "suspend": _("%(organisation)s is suspended", organisation=organisation.name),
        "reinstate": _("The suspension of %(organisation)s is lifted", organisation=organisation.name),
    }[decision]
    return Letter(
        subject,
        [_("The reason given by the marketplace:"), organisation.state_reason or ""],
        address("organisations.show", slug=organisation.slug, key=organisation.key),
        _("See the organisation"),
    )
