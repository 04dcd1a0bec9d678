"""People and roles of the organisation acted for, and invitations to it."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, redirect, render_template, url_for

from marketplace.accounts import sessions
from marketplace.accounts.queries import names
from marketplace.core import access, database
from marketplace.core.access import Role
from marketplace.core.errors import Refused, refusals_shown_in
from marketplace.core.forms import ActionForm, pressed
from marketplace.core.i18n import _
from marketplace.organisations import invitations, members, policy, queries
from marketplace.organisations.blueprint import blueprint
from marketplace.organisations.forms import InvitationForm, RoleForm
from marketplace.organisations.models import Organisation
from marketplace.organisations.roles import LEADING, ROLE_MEANS, ROLES_OF


@blueprint.route("/people/")
@access.policy("member")
def people():
    """The people of the organisation acted for."""
    organisation = queries.by_id(g.viewer.organisation_id)
    return redirect(url_for(".people_of", key=organisation.key))


@blueprint.route("/<key:key>/people/")
@access.policy("member")
def people_of(key: str):
    """Who belongs to an organisation, in which roles, since when; who is invited; who was there."""
    organisation = _seen(key)
    return _people_page(organisation, InvitationForm.for_roles(_offered(organisation)))


@blueprint.route("/<key:key>/people/invitations/", methods=["POST"])
@access.policy("member")
def invite(key: str):
    """Offer a role to the owner of an address."""
    organisation = _seen(key)
    form = InvitationForm.for_roles(_offered(organisation))
    if form.validate_on_submit():
        with refusals_shown_in(form):
            invitations.invite(
                g.viewer, organisation, form.email.data, form.role.data, g.now, language=form.language.data
            )
            database.session.commit()
            flash(_("The invitation is on its way. It can be used for 14 days."))
            return redirect(url_for(".people_of", key=key))
    return _people_page(organisation, form)


@blueprint.route("/<key:key>/people/invitations/<uuid:invitation_id>/revocation/", methods=["POST"])
@access.policy("member")
def revoke_invitation(key: str, invitation_id: UUID):
    """Take an invitation back."""
    organisation = _seen(key)
    if pressed(ActionForm()):
        invitations.revoke(g.viewer, invitations.one(invitation_id, organisation), g.now)
        database.session.commit()
        flash(_("The invitation is taken back."))
    return redirect(url_for(".people_of", key=key))


@blueprint.route("/<key:key>/people/<uuid:person_id>/roles/", methods=["GET", "POST"])
@access.policy("member")
def grant(key: str, person_id: UUID):
    """Give somebody who belongs to it another role."""
    organisation = _seen(key)
    access.require(policy.leads(g.viewer, organisation))
    form = RoleForm.for_roles(ROLES_OF[organisation.kind])
    if form.validate_on_submit():
        with refusals_shown_in(form):
            members.grant_role(g.viewer, organisation, person_id, form.role.data, g.now)
            database.session.commit()
            flash(_("The role is given. It counts from now on."))
            return redirect(url_for(".people_of", key=key))
    member = next((one for one in queries.members(organisation, g.now) if one.person_id == person_id), None)
    access.require(member is not None)
    return render_template(
        "organisations/grant.html", form=form, organisation=organisation, member=member, role_means=ROLE_MEANS
    )


@blueprint.route("/<key:key>/people/roles/<uuid:membership_id>/end/", methods=["GET", "POST"])
@access.policy("member")
def end_role(key: str, membership_id: UUID):
    """End a role; the page before it names the consequence."""
    organisation = _seen(key)
    membership = queries.one_membership(membership_id)
    access.require(membership.organisation_id == organisation.id)
    form = ActionForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            members.end_role(g.viewer, membership, g.now)
            database.session.commit()
            flash(_("The role is ended."))
            return redirect(
                url_for(".people_of", key=key)
                if policy.leads(g.viewer, organisation)
                else url_for("accounts.acting_as")
            )
    name = names([membership.person_id])[membership.person_id]
    return render_template(
        "organisations/end_role.html", form=form, organisation=organisation, membership=membership, name=name
    )


@blueprint.route("/invitations/<token>/", methods=["GET", "POST"])
@access.policy("token")
def invitation(token: str):
    """An offered role: by whom, until when; taken by the owner of the address, signed in."""
    try:
        offered = invitations.by_token(token, g.now)
    except Refused as refused:
        return render_template("organisations/invitation_over.html", message=refused.message), 410
    form = ActionForm()
    if g.viewer.is_signed_in and form.validate_on_submit():
        with refusals_shown_in(form):
            organisation = invitations.accept(g.viewer, token, g.now)
            here = sessions.sign_in_of_request()
            assert here is not None
            here.organisation_id = organisation.id
            database.session.commit()
            flash(_("You belong to %(organisation)s now, and act for it.", organisation=organisation.name))
            return redirect(url_for("web.dashboard"))
    is_theirs = g.viewer.is_signed_in and invitations.is_for(offered, g.viewer)
    return render_template(
        "organisations/invitation.html",
        form=form,
        invitation=offered,
        means=ROLE_MEANS[offered.role],
        token=token,
        is_theirs=is_theirs,
    )


def _seen(key: str) -> Organisation:
    organisation = queries.by_key(key)
    access.require(policy.sees_people(g.viewer, organisation))
    return organisation


def _offered(organisation: Organisation) -> tuple[Role, ...]:
    if policy.leads(g.viewer, organisation):
        return ROLES_OF[organisation.kind]
    return (LEADING[organisation.kind],)


def _people_page(organisation: Organisation, form: InvitationForm):
    former = queries.former_memberships(organisation, g.now)
    return render_template(
        "organisations/people.html",
        organisation=organisation,
        people=queries.members(organisation, g.now),
        invitations=invitations.waiting(organisation, g.now),
        former=former,
        names=names(membership.person_id for membership in former),
        only_judges=policy.only_judges(g.viewer),
        may_lead=policy.leads(g.viewer, organisation),
        may_invite=policy.can_invite(g.viewer, organisation),
        form=form,
        action=ActionForm(),
        role_means=ROLE_MEANS,
    )
