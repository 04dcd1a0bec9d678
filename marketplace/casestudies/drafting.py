"""The first draft of a case study, from the pilot's own record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from marketplace.casestudies.evidence import freeze, is_met, last_verified, plain
from marketplace.casestudies.models import CaseStudy, Claim, Edition, EditionText
from marketplace.casestudies.sections import FIGURE, FIGURE_WORDS, MOST_CLAIMS, SOURCE, limit_of
from marketplace.core import database, events
from marketplace.core.access import Viewer, require
from marketplace.core.errors import Refused, constraint_message
from marketplace.core.i18n import _, _l, in_language, ngettext
from marketplace.core.money import short_money, total
from marketplace.core.vocabularies import csf, topics
from marketplace.core.workflow import lock
from marketplace.pilots import policy as pilot_policy
from marketplace.pilots.models import Actual, Kpi, Pilot, PilotState
from marketplace.proposals import contents
from marketplace.proposals.models import Section

constraint_message("uq_case_study_pilot_id", _l("This pilot has its case study already."))


def draft_from_pilot(actor: Viewer, pilot: Pilot, now: datetime) -> CaseStudy:
    """Draft a case study from a completed or terminated pilot, success and failure alike.

    Raises:
        NotAllowed: the actor works for neither side.
        Refused: the pilot still runs, or has its case study already.
    """
    require(pilot_policy.can_write(actor, pilot))
    lock(pilot)
    if pilot.state not in {PilotState.COMPLETED, PilotState.TERMINATED}:
        raise Refused(_("A case study is drafted when the pilot has ended."))
    challenge = pilot.challenge
    study = CaseStudy(
        pilot_id=pilot.id,
        agency_id=pilot.agency_id,
        startup_id=pilot.startup_id,
        outcome=pilot.outcome,
        country=pilot.agency.country,
    )
    with in_language(challenge.language):
        edition = Edition(
            number=1,
            language=challenge.language,
            topics=list(challenge.topics),
            functions=functions_of(challenge.topics),
            sectors=list(challenge.sectors),
            texts=[_text(pilot)],
            claims=_claims(pilot),
        )
    study.editions = [edition]
    database.session.add(study)
    database.session.flush()
    events.record("case_study.drafted", actor, on=edition, now=now)
    return study


def functions_of(chosen: Iterable[str]) -> list[str]:
    """The NIST CSF functions that topics touch, in the framework's order."""
    touched = {function for topic in chosen for function in topics.functions_of(topic)}
    return [function for function in csf.FUNCTIONS.codes if function in touched]


def _text(pilot: Pilot) -> EditionText:
    challenge = pilot.challenge
    asked = challenge.text(challenge.language)
    proposed = contents.read(pilot.proposal)
    lessons = [lesson for lesson in (pilot.lessons_agency, pilot.lessons_startup) if lesson.strip()]
    return EditionText(
        language=challenge.language,
        title=_cut("title", pilot.title),
        summary=_cut("summary", asked.summary),
        problem=_cut("problem", asked.problem),
        solution=_cut("solution", "\n\n".join(words for _label, words in proposed.texts(Section.APPROACH)))
        if proposed
        else "",
        cost=_cut("cost", _cost(pilot)),
        lessons=_cut("lessons", "\n\n".join([pilot.outcome_reason, *lessons]).strip()),
        replication=_cut("replication", _steps(pilot)),
        figures=_figures(pilot),
    )


def _cut(column: str, words: str) -> str:
    """As much of the record as the section takes: what is drafted can be saved again."""
    return words[: limit_of(column)]


def _cost(pilot: Pilot) -> str:
    whole = total((milestone.price for milestone in pilot.milestones), pilot.currency)
    lines = [_("The pilot cost %(sum)s, without tax, of which:", sum=short_money(whole)), ""]
    lines += [f"- {milestone.title}: {short_money(milestone.price)}" for milestone in pilot.milestones]
    return "\n".join(lines)


def _steps(pilot: Pilot) -> str:
    return "\n".join(
        f"{milestone.position}. **{milestone.title}.** {milestone.deliverable}".rstrip()
        for milestone in pilot.milestones
    )


def _claims(pilot: Pilot) -> list[Claim]:
    language = pilot.challenge.language
    proven = [(kpi, actual) for kpi in pilot.kpis if (actual := last_verified(kpi)) is not None]
    return [
        Claim(
            position=number,
            words={language: _claim_words(kpi, actual)},
            sources={language: actual.evidence[:SOURCE]} if actual.evidence.strip() else {},
            actual_id=actual.id,
            evidence=freeze(kpi, actual),
        )
        for number, (kpi, actual) in enumerate(proven[:MOST_CLAIMS], start=1)
    ]


def _claim_words(kpi: Kpi, actual: Actual) -> str:
    values = {
        "kpi": kpi.name,
        "baseline": plain(kpi.baseline),
        "value": plain(actual.value),
        "unit": kpi.unit,
        "target": plain(kpi.target),
    }
    if is_met(kpi, actual.value):
        return _("%(kpi)s went from %(baseline)s to %(value)s %(unit)s; the target of %(target)s was met.", **values)
    return _("%(kpi)s went from %(baseline)s to %(value)s %(unit)s; the target was %(target)s.", **values)


def _figures(pilot: Pilot) -> list[dict[str, str]]:
    """Up to three: the first measure's change, the cost, how long it took."""
    figures = []
    for kpi in pilot.kpis[:1]:
        actual = last_verified(kpi)
        if actual is not None:
            words = f"{kpi.name}, {kpi.unit}"
            figures.append({"before": plain(kpi.baseline), "value": plain(actual.value), "words": words})
    whole = total((milestone.price for milestone in pilot.milestones), pilot.currency)
    words = _("for the whole pilot, without tax")
    figures.append({"before": "", "value": short_money(whole), "words": words})
    if pilot.activated_at and pilot.closed_at:
        weeks = max(1, round((pilot.closed_at - pilot.activated_at).days / 7))
        words = ngettext("week from signature to closing", "weeks from signature to closing", weeks)
        figures.append({"before": "", "value": str(weeks), "words": words})
    return [
        {key: value[: FIGURE if key != "words" else FIGURE_WORDS] for key, value in one.items()} for one in figures
    ]
