"""Proposals: drafts, sent ones, replaced and withdrawn ones; about twenty written in full, the others shorter."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO

from werkzeug.datastructures import FileStorage

from marketplace.challenges.models import Challenge
from marketplace.core import blocks, clock, database, pdf, site
from marketplace.core.access import Viewer
from marketplace.core.money import Money
from marketplace.demo import reading
from marketplace.demo.cast import Cast
from marketplace.demo.deeds import deed
from marketplace.demo.reading import Record
from marketplace.proposals import commands
from marketplace.proposals.models import Proposal, Section


def tell(cast: Cast, record: Record, challenge: Challenge) -> dict[str, Proposal]:
    """Every proposal to a challenge; one transaction for all that the teams wrote, one a sending.

    Returns:
        Those that stand at the deadline, in the order of the data: startup's short name -> proposal.
    """
    assert challenge.publish_at is not None
    assert challenge.deadline is not None
    shown = challenge.publish_at
    until = min(challenge.deadline, cast.calendar.now)
    if "withdrawn" in record:
        until = cast.calendar.moment(record["withdrawn"]["on"], challenge.zone)
    sent: dict[str, Proposal] = {}
    bids = [tuple(bid.split()) for bid in record.get("bids", ())]
    with deed(shown + (until - shown) * 0.4) as moment:
        written = {startup: _written(cast, record, challenge, startup, price, moment) for startup, price in bids}
        for startup in record.get("drafts", ()):
            _begun(cast, record, challenge, startup, moment)
    for number, (startup, proposal) in enumerate(written.items()):
        # Most come on the last day, in no order that tells of their quality.
        share = 0.72 + 0.27 * ((number * 5 + 3) % 7) / 7
        with deed(shown + (until - shown) * share) as moment:
            _send(cast, record, proposal, startup, moment)
        sent[startup] = proposal
    _take_back(cast, record, written, sent, until)
    return sent


def _send(cast: Cast, record: Record, proposal: Proposal, startup: str, moment: datetime) -> None:
    writer = cast.writer(startup, moment)
    if startup in record.get("replaced", ()):
        earlier = moment - timedelta(hours=30)
        commands.submit(writer.later(earlier), proposal, earlier)
        content = _contents(record, startup)[Section.EVIDENCE]
        content["evidence"] += "\n\n" + reading.file("standard")["addition"][_language(record, startup)]
        commands.save_section(writer, proposal, Section.EVIDENCE, content, moment)
    commands.submit(writer, proposal, moment)


def _take_back(
    cast: Cast, record: Record, written: dict[str, Proposal], sent: dict[str, Proposal], until: datetime
) -> None:
    for startup in record.get("taken_back", ()):
        with deed(until - timedelta(minutes=20)) as moment:
            commands.withdraw(cast.writer(startup, moment), written[startup], moment)
        del sent[startup]


def _written(
    cast: Cast, record: Record, challenge: Challenge, startup: str, price: str, moment: datetime
) -> Proposal:
    """A draft that lacks nothing."""
    writer = cast.writer(startup, moment)
    proposal = commands.start_proposal(writer, challenge, moment)
    for section, content in _contents(record, startup).items():
        commands.save_section(writer, proposal, section, content, moment)
    commands.save_section(writer, proposal, Section.PRICE, _price(record, challenge, startup, int(price)), moment)
    solution = _solution(record, startup)
    if solution and "paper" in solution:
        _attach(writer, proposal, solution, _language(record, startup), moment)
    if solution and "comment" in solution:
        commands.comment(writer, proposal, Section.APPROACH, solution["comment"], moment)
    return proposal


def _begun(cast: Cast, record: Record, challenge: Challenge, startup: str, moment: datetime) -> None:
    """A draft that somebody began and left: a title, and not much more."""
    writer = cast.writer(startup, moment)
    proposal = commands.start_proposal(writer, challenge, moment)
    contents = _contents(record, startup)
    commands.save_section(writer, proposal, Section.SUMMARY, contents[Section.SUMMARY], moment)
    commands.save_section(writer, proposal, Section.APPROACH, contents[Section.APPROACH] | {"plan": ""}, moment)


def _solution(record: Record, startup: str) -> Record | None:
    return next((found for found in record.get("solution", ()) if found["startup"] == startup), None)


def _offer(startup: str, record: Record) -> Record:
    """What a startup writes to everybody who asks for such a thing."""
    offers = reading.file("offers")[startup]["offer"]
    return offers[len(record["id"]) % len(offers)]


def _language(record: Record, startup: str) -> str:
    solution = _solution(record, startup)
    return (solution or {}).get("language") or reading.file("offers")[startup]["language"]


def _contents(record: Record, startup: str) -> dict[Section, Record]:
    language = _language(record, startup)
    usual = reading.file("offers")[startup]
    text = usual | _offer(startup, record) | (_solution(record, startup) or {})
    plan = text.get("plan") or reading.file("standard")["plan"][language]
    return {
        Section.SUMMARY: {"title": text["title"], "summary": text["summary"], "language": language},
        Section.APPROACH: {"approach": text["approach"], "plan": plan},
        Section.EVIDENCE: {"readiness": text.get("readiness", 7), "evidence": text["evidence"]},
        Section.TEAM: {"team": text["team"], "partners": text.get("partners", "")},
        Section.DATA_SECURITY: {"data": text["data"], "security": text["security"]},
        Section.INTELLECTUAL_PROPERTY: {"rights": text["rights"]},
    }


def _price(record: Record, challenge: Challenge, startup: str, price: int) -> Record:
    """The milestones with their part of the price; without a solution of its own, three usual ones."""
    solution = _solution(record, startup) or {}
    language = _language(record, startup)
    steps = solution.get("milestone") or reading.file("standard")["milestones"][language]
    whole = Money.of(price, challenge.currency)
    # To hundreds, as people write prices; what is left over stands with the last one.
    unit = Money.of(100, challenge.currency).minor
    parts = [part.minor // unit * unit for part in whole.split([step["share"] for step in steps])]
    parts[-1] += whole.minor - sum(parts)
    rows = [
        {
            "title": step["title"],
            "deliverable": step["deliverable"],
            "due_text": str(step["days"]),
            "due_days": step["days"],
            "price_text": str(Money(part, challenge.currency).decimal),
            "price_minor": part,
        }
        for step, part in zip(steps, parts, strict=True)
    ]
    return {"covers": reading.file("standard")["covers"][language], "milestones": rows}


def _attach(writer: Viewer, proposal: Proposal, solution: Record, language: str, moment: datetime) -> None:
    content = pdf.document(
        solution["paper"],
        [blocks.paragraph(solution["summary"]), *blocks.markdown(solution["approach"])],
        language=language,
        site=site.name(),
        subtitle=solution["title"],
        dated=clock.date_words(moment.date(), language),
    )
    upload = FileStorage(BytesIO(content), filename=f"{solution['paper']}.pdf")
    commands.add_file(writer, proposal, upload, moment)
    database.session.flush()
