"""Invitations: an offer of a role, bound to a mail address, good once and for 14 days."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from marketplace.accounts import limits
from marketplace.accounts.commands import folded
from marketplace.accounts.models import PersonDetails
from marketplace.accounts.tokens import new_token, token_hash
from marketplace.core import database, events, mail
from marketplace.core.access import Kind, Role, Viewer, reading_as_system, require
from marketplace.core.errors import NotFound, Refused
from marketplace.core.i18n import _
from marketplace.organisations import policy
from marketplace.organisations.members import seat
from marketplace.organisations.models import Invitation, Organisation, OrganisationState
from marketplace.organisations.queries import holders, open_invitations
from marketplace.organisations.roles import LEADING, ROLES_OF

LASTS = timedelta(days=14)


def invite(
    actor: Viewer, organisation: Organisation, email: str, role: Role, now: datetime, *, language: str = "en"
) -> tuple[Invitation, str]:
    """Offer a role to whoever owns a mail address; an open offer of the same is replaced.

    Args:
        language: of the mail, for nobody knows yet how its receiver reads.
    Returns:
        the invitation, and the token that its link carries.
    Raises:
        NotAllowed: the actor doesn't lead the organisation.
        Refused: this kind of organisation has no such role; too many invitations.
    """
    require(policy.can_invite(actor, organisation))
    if role not in ROLES_OF[organisation.kind]:
        raise Refused(_("This kind of organisation has no such role."), "role")
    if not policy.leads(actor, organisation) and role != LEADING[organisation.kind]:
        raise Refused(_("The first to be invited is an owner."), "role")
    limits.spend(limits.INVITE, now, account=str(actor.person_id))
    address = folded(email)
    for former in _open(organisation, address, role, now):
        former.revoked_at = now
    token = new_token()
    invitation = Invitation(
        organisation_id=organisation.id,
        email=address,
        role=role,
        token_hash=token_hash(token),
        invited_by=actor.person_id,
        expires_at=now + LASTS,
        created_at=now,
    )
    database.session.add(invitation)
    database.session.flush()
    events.record("organisation.invited", actor, on=organisation, now=now, invitation=invitation.id, role=role)
    mail.send("organisation.invitation", address, language, token=token, invitation_id=invitation.id)
    return invitation, token


def revoke(actor: Viewer, invitation: Invitation, now: datetime) -> None:
    """Take an invitation back before it is used.

    Raises:
        NotAllowed: the actor doesn't lead the organisation.
        Refused: it was used already.
    """
    organisation = _organisation(invitation)
    require(policy.can_invite(actor, organisation))
    if invitation.used_at is not None:
        raise Refused(_("This invitation was used already."))
    if invitation.revoked_at is None:
        invitation.revoked_at = now
        events.record("organisation.invitation_revoked", actor, on=organisation, now=now, invitation=invitation.id)


def by_token(token: str, now: datetime, *, locked: bool = False) -> Invitation:
    """The invitation of a link that still works.

    Raises:
        Refused: used, taken back, expired, or never there, one answer for all; or nobody may offer it any more.
    """
    statement = select(Invitation).where(Invitation.token_hash == token_hash(token))
    with reading_as_system("a mailed link is its own right"):
        found = database.session.scalars(statement.with_for_update() if locked else statement).one_or_none()
        if found is None or not is_open(found, now):
            raise Refused(_("This invitation was used or taken back, or has expired. Ask for a new one."))
        organisation = found.organisation
    if organisation.state == OrganisationState.SUSPENDED:
        raise Refused(
            _(
                "%(organisation)s is suspended. Nobody can join it until the suspension is lifted.",
                organisation=organisation.name,
            )
        )
    if found.invited_by not in _inviters(organisation, now):
        raise Refused(
            _(
                "Whoever invited you no longer looks after %(organisation)s, so this invitation does not count. Ask"
                " for a new one.",
                organisation=organisation.name,
            )
        )
    return found


def accept(actor: Viewer, token: str, now: datetime) -> Organisation:
    """Take the offered role; it was offered to the owner of an address, and to nobody else.

    Raises:
        NotAllowed: the actor is not signed in.
        Refused: the invitation no longer works, or is for another address.
    """
    require(actor.is_signed_in)
    assert actor.person_id is not None
    invitation = by_token(token, now, locked=True)
    if not is_for(invitation, actor):
        raise Refused(_("This invitation is for another e-mail address. Sign in with the account of that address."))
    organisation = _organisation(invitation)
    invitation.used_at, invitation.used_by = now, actor.person_id
    seat(organisation, actor.person_id, invitation.role, now, by=invitation.invited_by)
    if not organisation.is_claimed:
        organisation.is_claimed = True
        events.record("organisation.claimed", actor, on=organisation, now=now)
    events.record("organisation.joined", actor, on=organisation, now=now, invitation=invitation.id)
    return organisation


def is_open(invitation: Invitation, now: datetime) -> bool:
    """Neither used nor taken back nor expired."""
    return invitation.used_at is None and invitation.revoked_at is None and now < invitation.expires_at


def counts(invitation: Invitation, now: datetime) -> bool:
    """Open, and whoever offered it might still do so."""
    return is_open(invitation, now) and invitation.invited_by in _inviters(_organisation(invitation), now)


def waiting(organisation: Organisation, now: datetime) -> list[Invitation]:
    """The invitations that count, for those who lead the organisation, the latest first. Three statements at most."""
    inviters = _inviters(organisation, now)
    return [each for each in open_invitations(organisation, now) if each.invited_by in inviters]


def _inviters(organisation: Organisation, now: datetime) -> set[UUID]:
    """Who may offer roles at a moment: `policy.can_invite` for everybody at once. Two statements at most."""
    if organisation.state == OrganisationState.SUSPENDED:
        return set()
    found = set(holders(organisation.id, LEADING[organisation.kind], now))
    if organisation.is_claimed:
        return found
    with reading_as_system("the host invites the first owner of an organisation that nobody acts for"):
        hosts = database.session.scalars(select(Organisation.id).where(Organisation.kind == Kind.HOST)).all()
    return found.union(*(holders(host, LEADING[Kind.HOST], now) for host in hosts))


def is_for(invitation: Invitation, viewer: Viewer) -> bool:
    """Whether the viewer's confirmed address is the invited one."""
    with reading_as_system("the viewer's own address"):
        return (
            database.session.scalars(
                select(PersonDetails.id).where(
                    PersonDetails.person_id == viewer.person_id,
                    PersonDetails.email == invitation.email,
                    PersonDetails.email_confirmed_at.is_not(None),
                )
            ).first()
            is not None
        )


def one(invitation_id: UUID, organisation: Organisation) -> Invitation:
    """An invitation of that organisation, as its leaders see it.

    Raises:
        NotFound: not there, or not theirs.
    """
    found = database.session.scalars(
        select(Invitation).where(Invitation.id == invitation_id, Invitation.organisation_id == organisation.id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def _organisation(invitation: Invitation) -> Organisation:
    with reading_as_system("the organisation that invites"):
        return database.session.get_one(Organisation, invitation.organisation_id)


def _open(organisation: Organisation, email: str, role: Role, now: datetime) -> list[Invitation]:
    with reading_as_system("an open offer of the same is replaced"):
        found = database.session.scalars(
            select(Invitation).where(
                Invitation.organisation_id == organisation.id,
                Invitation.email == email,
                Invitation.role == role,
                Invitation.used_at.is_(None),
                Invitation.revoked_at.is_(None),
            )
        ).all()
    return [invitation for invitation in found if is_open(invitation, now)]
