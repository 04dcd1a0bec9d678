"""The agreement: versions of one text, each signed over its hash by both sides."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from marketplace.core import database, events
from marketplace.core.access import Viewer, require
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.money import format_money
from marketplace.core.workflow import lock
from marketplace.pilots import policy
from marketplace.pilots.models import AgreementVersion, Pilot, PilotState, Signature
from marketplace.pilots.workflow import LIFECYCLE, last_version


def propose(actor: Viewer, pilot: Pilot, terms: str, now: datetime) -> AgreementVersion:
    """Propose a text of the agreement; the milestones and measures of the moment are written under it.

    Args:
        terms: Markdown: terms, data handling, intellectual property.
    Raises:
        NotAllowed: the actor works for neither side.
        Refused: it is signed by both already, or has no measure of success yet.
    """
    require(policy.can_write(actor, pilot))
    lock(pilot)
    refuse_signed(pilot)
    if not pilot.kpis:
        raise Refused(_("Define at least one measure of success first."))
    return _add_version(actor, pilot, terms, now)


def renew(actor: Viewer, pilot: Pilot, now: datetime) -> None:
    """Write the annex anew after a milestone or measure changed; signatures under the old version don't bind it."""
    last = last_version(pilot)
    if last is not None:
        _add_version(actor, pilot, last.terms, now)


def _add_version(actor: Viewer, pilot: Pilot, terms: str, now: datetime) -> AgreementVersion:
    last = last_version(pilot)
    whole = f"{terms.strip()}\n\n{annex(pilot)}"
    if last is not None and last.text == whole:
        return last
    version = AgreementVersion(
        number=last.number + 1 if last else 1,
        terms=terms.strip(),
        text=whole,
        sha256=hashlib.sha256(whole.encode()).hexdigest(),
        by_id=actor.person_id,
        at=now,
    )
    pilot.agreements.append(version)
    database.session.flush()
    events.record("pilot.agreement_proposed", actor, on=pilot, now=now, number=version.number, sha256=version.sha256)
    return version


def annex(pilot: Pilot) -> str:
    """Milestones with prices and measures with targets, as the Markdown that both sides sign."""
    lines = [f"## {_('Milestones')}", ""]
    for milestone in pilot.milestones:
        due = milestone.due_on.isoformat() if milestone.due_on else _("no date")
        price = format_money(milestone.price)
        lines.append(
            f"{milestone.position}. **{milestone.title}** ({due}, {price}). {milestone.deliverable}".rstrip()
        )
    lines += ["", f"## {_('Measures of success')}", ""]
    for kpi in pilot.kpis:
        words = _(
            "from %(baseline)s to %(target)s %(unit)s",
            baseline=f"{kpi.baseline.normalize():f}",
            target=f"{kpi.target.normalize():f}",
            unit=kpi.unit,
        )
        lines.append(f"- **{kpi.name}**: {words}. {kpi.method}".rstrip())
    return "\n".join(lines) + "\n"


def sign(actor: Viewer, pilot: Pilot, sha256: str, now: datetime) -> Signature:
    """Sign the last version for one's side; with the second signature the pilot begins.

    Args:
        sha256: of the text that the signer read.
    Raises:
        NotAllowed: the actor binds neither side.
        Refused: another version stands meanwhile, or the side has signed already.
    """
    require(policy.can_sign(actor, pilot))
    lock(pilot)
    refuse_signed(pilot)
    last = last_version(pilot)
    if last is None or last.sha256 != sha256:
        raise Refused(_("The text has changed since you read it. Read the new version, then sign."))
    if any(signature.organisation_id == actor.organisation_id for signature in last.signatures):
        raise Refused(_("Your side has signed this version already."))
    signature = Signature(
        version_id=last.id,
        organisation_id=actor.organisation_id,
        person_id=actor.person_id,
        sha256=last.sha256,
        at=now,
    )
    last.signatures.append(signature)
    database.session.flush()
    events.record("pilot.agreement_signed", actor, on=pilot, now=now, number=last.number, sha256=last.sha256)
    if len(last.signatures) == 2:
        _begin(actor, pilot, now)
    return signature


def _begin(actor: Viewer, pilot: Pilot, now: datetime) -> None:
    pilot.activated_at = now
    if pilot.starts_on is None:
        pilot.starts_on = now.astimezone(ZoneInfo(pilot.zone)).date()
    if pilot.ends_on is None:
        pilot.ends_on = _last_due(pilot) or pilot.starts_on + timedelta(days=180)
    LIFECYCLE.fire(pilot, "activate", actor, now)


def _last_due(pilot: Pilot) -> date | None:
    return max((milestone.due_on for milestone in pilot.milestones if milestone.due_on), default=None)


def refuse_signed(pilot: Pilot) -> None:
    """Refuse a change to what both sides have signed."""
    if pilot.state != PilotState.AGREEMENT:
        raise Refused(_("Both sides have signed. The agreement stands as it is."))
