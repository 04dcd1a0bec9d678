"""The agreement: versions of one text, each signed over its hash by both sides."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from dateutil.relativedelta import relativedelta

from marketplace.core import clock, database, events, i18n
from marketplace.core.access import Viewer, require
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.money import format_money
from marketplace.core.text import clean_line
from marketplace.pilots import policy
from marketplace.pilots.locking import lock_whole
from marketplace.pilots.models import AgreementVersion, Kpi, Milestone, Pilot, PilotState, Signature
from marketplace.pilots.workflow import LIFECYCLE

USUAL_MONTHS = 6


def propose(actor: Viewer, pilot: Pilot, terms: str, now: datetime) -> AgreementVersion:
    """Propose a text of the agreement; the dates, milestones and measures of the moment are written under it.

    Args:
        terms: Markdown: terms, data handling, intellectual property.
    Raises:
        NotAllowed: the actor works for neither side.
        Refused: it is signed by both already, or has no measure of success yet.
    """
    require(policy.can_write(actor, pilot))
    lock_whole(pilot)
    refuse_signed(pilot)
    if not terms.strip():
        raise Refused(_("Write the text of the agreement."), field="terms")
    if not pilot.kpis:
        raise Refused(_("Define at least one measure of success first."))
    return _add_version(actor, pilot, terms, now)


def plan_dates(actor: Viewer, pilot: Pilot, starts_on: date | None, ends_on: date | None, now: datetime) -> None:
    """Say from when to when the pilot runs, while the agreement is being made.

    Args:
        starts_on: None: with the second signature.
        ends_on: None: with the last milestone.
    Raises:
        NotAllowed: the actor works for neither side.
        Refused: the agreement is signed, or the end comes before the start.
    """
    require(policy.can_write(actor, pilot))
    lock_whole(pilot)
    refuse_signed(pilot)
    if ends_on is not None and ends_on <= (starts_on or pilot.today(now)):
        raise Refused(_("Enter a day after the start."), field="ends_on")
    pilot.starts_on, pilot.ends_on = starts_on, ends_on
    events.record("pilot.dates_planned", actor, on=pilot, now=now)
    renew(actor, pilot, now)


def renew(actor: Viewer, pilot: Pilot, now: datetime) -> None:
    """Write the annex anew after a date, milestone or measure changed: what was signed before binds nobody to it."""
    last = pilot.last_version
    if last is not None:
        _add_version(actor, pilot, last.terms, now)


def _add_version(actor: Viewer, pilot: Pilot, terms: str, now: datetime) -> AgreementVersion:
    last = pilot.last_version
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
    """Dates, milestones with prices and measures with targets, as the Markdown that both sides sign.

    It speaks the challenge's language, whoever changes it: else the text would change with its last editor.
    """
    with i18n.in_language(pilot.challenge.language):
        lines = [f"## {_('Dates')}", "", _dates_line(pilot)]
        lines += ["", f"## {_('Milestones')}", "", *map(_milestone_line, pilot.milestones)]
        lines += ["", f"## {_('Measures of success')}", "", *map(_kpi_line, pilot.kpis)]
        return "\n".join(lines) + "\n"


def _dates_line(pilot: Pilot) -> str:
    first = clock.date_words(pilot.starts_on) if pilot.starts_on else _("the second signature")
    last = clock.date_words(pilot.ends_on) if pilot.ends_on else _("the last milestone")
    return _("The pilot runs from %(first)s to %(last)s.", first=first, last=last)


def _milestone_line(milestone: Milestone) -> str:
    due = clock.date_words(milestone.due_on) if milestone.due_on else _("no date")
    # One line each: a line break inside would let one milestone look like two.
    title, deliverable = clean_line(milestone.title), clean_line(milestone.deliverable)
    return f"{milestone.position}. **{title}** ({due}, {format_money(milestone.price)}). {deliverable}".rstrip()


def _kpi_line(kpi: Kpi) -> str:
    words = _(
        "from %(baseline)s to %(target)s %(unit)s",
        baseline=f"{kpi.baseline.normalize():f}",
        target=f"{kpi.target.normalize():f}",
        unit=clean_line(kpi.unit),
    )
    return f"- **{clean_line(kpi.name)}**: {words}. {clean_line(kpi.method)}".rstrip()


def sign(actor: Viewer, pilot: Pilot, sha256: str, now: datetime) -> Signature:
    """Sign the last version for one's side; with the second signature the pilot begins.

    Args:
        sha256: of the text that the signer read.
    Raises:
        NotAllowed: the actor binds neither side.
        Refused: another version stands meanwhile, the side has signed already, or the actor has for the other one.
    """
    require(policy.can_sign(actor, pilot))
    lock_whole(pilot)
    refuse_signed(pilot)
    last = pilot.last_version
    if last is None or last.sha256 != sha256:
        raise Refused(_("The text has changed since you read it. Read the new version, then sign."))
    if last.signature_of(actor.organisation_id):
        raise Refused(_("Your side has signed this version already."))
    if any(known.person_id == actor.person_id for known in last.signatures):
        raise Refused(_("You have signed this version for the other side. Somebody else signs it for yours."))
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
        pilot.starts_on = pilot.today(now)
    if pilot.ends_on is None:
        months = pilot.challenge.pilot_months or USUAL_MONTHS
        pilot.ends_on = _last_due(pilot) or pilot.starts_on + relativedelta(months=months)
    LIFECYCLE.fire(pilot, "activate", actor, now)


def _last_due(pilot: Pilot) -> date | None:
    return max((milestone.due_on for milestone in pilot.milestones if milestone.due_on), default=None)


def refuse_signed(pilot: Pilot) -> None:
    """Refuse a change to what both sides have signed, or have given up."""
    if pilot.state == PilotState.NOT_SIGNED:
        raise Refused(_("The agreement was given up."))
    if pilot.state != PilotState.AGREEMENT:
        raise Refused(_("Both sides have signed. The agreement stands as it is."))
