"""The main job, from a posting to a published case study, by the right people in real browsers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from marketplace.core import clock
from marketplace.core.access import Kind, Role
from tests.browser.actors import Actor, at
from tests.organisations import world

CRITERIA = (
    ("points", {"name": "Finds slow tampering", "weight": "60", "scale": "10", "minimum": "5"}),
    ("yes_no", {"name": "Data stays in the country", "weight": "15"}),
    ("price", {"name": "Price of the pilot", "weight": "25"}),
)


@dataclass
class Cast:
    """Everybody who takes part, each with a browser."""

    manager: Actor
    approver: Actor
    officer: Actor
    evaluator: Actor
    second_evaluator: Actor
    finance: Actor
    founder: Actor
    rival: Actor
    reader: Actor

    def everybody(self) -> list[Actor]:
        return list(vars(self).values())


@pytest.fixture(params=["en", "ar"])
def cast(request, db, now: datetime, site: str, chromium) -> Iterator[Cast]:
    house = world.build(db, now)
    agency = world.an_organisation(house, Kind.AGENCY, name="National Water Authority")
    startup = world.an_organisation(house, Kind.STARTUP, name="Tidewatch Labs")
    rival = world.an_organisation(house, Kind.STARTUP, name="Halyard")

    def of_agency(name: str, *roles: Role) -> Actor:
        person = world.member(house, agency, name, *roles)
        return Actor(chromium, site, request.param, person, f"{name.title()} Of {agency.key}")

    def owner(of: str, organisation) -> Actor:
        return Actor(chromium, site, request.param, house.owners[organisation.id], f"Owner of {of}")

    made = Cast(
        manager=of_agency("manager", Role.CHALLENGE_MANAGER),
        approver=of_agency("approver", Role.APPROVER),
        officer=of_agency("officer", Role.OPENING_OFFICER),
        evaluator=of_agency("evaluator", Role.EVALUATOR),
        second_evaluator=of_agency("second", Role.EVALUATOR),
        finance=of_agency("finance", Role.FINANCE_OFFICER),
        founder=owner("Tidewatch Labs", startup),
        rival=owner("Halyard", rival),
        reader=Actor(chromium, site, request.param, None, "A reader abroad"),
    )
    clock.set_to(now)
    yield made
    for actor in made.everybody():
        actor.close()


def write_challenge(manager: Actor, deadline: datetime) -> str:
    """Write every section, criteria included, and send it for review; the challenge's key."""
    manager.go("challenges/new/")
    manager.fill(title="Detect tampered setpoints in pumping stations")
    manager.send("title")
    key = manager.key
    manager.go(f"challenges/{key}/edit/problem/")
    manager.choose("topics", "industrial-systems")
    manager.choose("sectors", "drinking-water")
    manager.write_everywhere("In March somebody moved the limits by 4% a day.")
    manager.send("topics", "do=")
    for section in ("outcomes", "context", "eligibility", "intellectual-property", "data-security", "adoption"):
        manager.go(f"challenges/{key}/edit/{section}/")
        manager.write_everywhere("Said in plain words.")
        manager.send("version", "do=")
    write_criteria(manager, key)
    manager.go(f"challenges/{key}/edit/dates/")
    manager.choose("zone", "Africa/Tunis")
    manager.fill(deadline=deadline.strftime("%Y-%m-%dT%H:%M"), pilot_months="6")
    manager.send("version", "do=")
    manager.go(f"challenges/{key}/edit/budget/")
    manager.choose("currency", "EUR")
    manager.send("version", "do=")
    manager.fill(budget_minor="180000")
    manager.send("version", "do=")
    manager.go(f"challenges/{key}/manage/")
    manager.post_to("/review/")
    return key


def write_criteria(manager: Actor, key: str) -> None:
    """Add the criteria one by one with the form's own buttons, without a script's help."""
    manager.go(f"challenges/{key}/edit/criteria/")
    for place, (kind, values) in enumerate(CRITERIA):
        manager.send("version", f"do=add:{kind}")
        if kind == "price":
            values = {name: value for name, value in values.items() if name != "scale"}
        manager.fill(**{f"rows-{place}-{name}": value for name, value in values.items()})
    manager.send("version", "do=")


def write_proposal(founder: Actor, challenge: str, prices: tuple[str, ...]) -> str:
    """Write every section with milestones and a team, and submit; the proposal's key."""
    founder.go("challenges/")
    founder.page.locator(f'main a[href*="{challenge}"]').first.click()
    founder.post_to("/proposal/")
    key = founder.key
    for section in ("summary", "approach", "evidence", "data_security", "intellectual_property"):
        founder.go(f"proposals/{key}/edit/{section}/")
        if section == "evidence":
            founder.choose("readiness", "7")
        founder.write_everywhere("We listen to the pump, not to the network.")
        founder.send("version", "do=next")
    founder.go(f"proposals/{key}/edit/team/")
    founder.write_everywhere("Leïla Haddad, twelve years at pumps.")
    founder.send("version", "do=next")
    founder.go(f"proposals/{key}/edit/price/")
    for place, price in enumerate(prices):
        if founder.field(f"milestones-{place}-title").count() == 0:
            founder.send("version", "do=add")
        founder.fill(
            **{
                f"milestones-{place}-title": f"Step {place + 1}",
                f"milestones-{place}-deliverable": "A report with its measurements",
                f"milestones-{place}-due_text": str(30 * (place + 1)),
                f"milestones-{place}-price_text": price,
            }
        )
    founder.write_everywhere("People and sensors.")
    founder.send("version", "do=next")
    founder.go(f"proposals/{key}/submission/")
    founder.send("expected")
    return key


def judge(evaluator: Actor, key: str, scores: dict[str, tuple[str, str]]) -> None:
    """Read and score each proposal, then lock the scores.

    Args:
        scores: proposal's key -> points and yes ("1") or no ("0").
    """
    for proposal, (points, answer) in scores.items():
        evaluator.go(f"evaluations/{key}/proposals/{proposal}/")
        groups = evaluator.page.locator("main form:has([name=version]) fieldset:has(input[type=radio])")
        groups.nth(0).locator(f'input[value="{points}"]').check(force=True)
        groups.nth(1).locator(f'input[value="{answer}"]').check(force=True)
        evaluator.send("version", "then=save")
        evaluator.send("version", "then=lock")


def test_a_posting_becomes_a_public_case_study(cast: Cast, now: datetime):
    award = win_award(cast, now)
    pilot = run_pilot(cast, award)
    publish_case_study(cast, pilot)


@dataclass
class Award:
    """What was won, and when."""

    proposal: str
    at: datetime


def publish_challenge(cast: Cast, deadline: datetime) -> str:
    """Written, approved and published; its key."""
    key = write_challenge(cast.manager, deadline)
    cast.approver.go(f"challenges/{key}/review/")
    cast.approver.post_to("/approval/")
    cast.manager.go(f"challenges/{key}/publication/")
    cast.manager.choose("when", "now")
    cast.manager.send("when")
    return key


def win_award(cast: Cast, now: datetime) -> Award:
    """From an empty page to the announced award."""
    deadline = now + timedelta(days=20)
    at(now, cast.manager, cast.approver, cast.founder, cast.rival)
    key = publish_challenge(cast, deadline)
    cast.reader.go(f"challenges/x-{key}/")
    assert "Finds slow tampering" in cast.reader.words
    ours = write_proposal(cast.founder, key, ("24000", "36000"))
    theirs = write_proposal(cast.rival, key, ("80000",))
    cast.founder.go(f"proposals/{ours}/receipt/")

    after = deadline + timedelta(hours=1)
    at(after, cast.officer, cast.manager, cast.evaluator, cast.second_evaluator, cast.approver)
    cast.officer.go(f"challenges/{key}/opening/")
    cast.officer.press_last()
    form_panel(cast, key)
    for proposal in (ours, theirs):
        cast.manager.go(f"evaluations/{key}/screening/{proposal}/")
        cast.manager.choose("eligible", "yes")
        cast.manager.send("eligible")
    for evaluator in (cast.evaluator, cast.second_evaluator):
        declare_nothing(evaluator, key)
    chair_of(cast, key, "start").post_to("/scoring/start/")
    judge(cast.evaluator, key, {ours: ("8", "1"), theirs: ("6", "1")})
    judge(cast.second_evaluator, key, {ours: ("7", "1"), theirs: ("6", "1")})
    decide(cast, key)

    cast.reader.go(f"evaluations/{key}/result/")
    assert "Tidewatch Labs" in cast.reader.words
    assert "Halyard" not in cast.reader.words
    cast.founder.sign_in()
    cast.founder.go(f"evaluations/letters/{ours}/")
    return Award(ours, after)


def run_pilot(cast: Cast, award: Award) -> str:
    """From the award to the closed pilot, with its work, its money and its measurement; the pilot's key."""
    manager, founder = cast.manager, cast.founder
    manager.go(f"pilots/new/{award.proposal}/")
    manager.fill(title="Setpoint watch, 24 stations")
    manager.send("title")
    key = manager.key
    agree(cast, key, award.at)
    month = award.at + timedelta(days=30)
    at(month, manager, founder, cast.finance, cast.second_evaluator)
    for milestone in work_of(founder, key):
        founder.go(f"{milestone}delivery/")
        founder.fill(note="Twelve stations listen; the log is in the report.")
        founder.send("note")
        manager.go(f"{milestone}acceptance/")
        manager.send("note")
        cast.finance.go(f"{milestone}payment/")
        cast.finance.fill(paid_on=month.date().isoformat(), reference="TR-2027-0412")
        cast.finance.send("reference")
        founder.go(f"{milestone}payment/confirmation/")
        founder.press_last()
    founder.go(f"pilots/{key}/results/")
    founder.go(founder.links("/report/")[0])
    founder.fill(measured_on=month.date().isoformat(), value="2", evidence="Counted from the operators' log.")
    founder.send("evidence")
    manager.go(f"pilots/{key}/results/")
    manager.go(manager.links("/verification/")[0])
    manager.press_last()
    close_pilot(cast, key)
    return key


def agree(cast: Cast, key: str, at_moment: datetime) -> None:
    """A measure, dates, terms; read, then signed by both sides."""
    manager = cast.manager
    manager.go(f"pilots/{key}/agreement/measures/new/")
    manager.fill(name="False alarms a month", unit="alarms", baseline="9", target="3", method="The operators' log.")
    manager.choose("direction", "down")
    manager.send("method")
    for milestone in work_of(manager, key):
        manager.go(f"{milestone}plan/")
        manager.fill(due_on=(at_moment + timedelta(days=60)).date().isoformat())
        manager.send("due_on")
    manager.go(f"pilots/{key}/agreement/text/")
    manager.fill(terms="Readings stay in the country. The startup keeps what it brings.")
    manager.send("terms")
    for signer in (cast.approver, cast.founder):
        signer.go(f"pilots/{key}/agreement/signature/")
        signer.send("sha256")


def work_of(actor: Actor, key: str) -> list[str]:
    """The addresses of the pilot's milestones."""
    actor.go(f"pilots/{key}/milestones/")
    milestones = {link.split("?")[0] for link in actor.links(f"/{key}/milestones/") if link.count("/") == 4}
    return sorted(milestones)


def close_pilot(cast: Cast, key: str) -> None:
    """Both sides say what they learnt; the agency closes it as a success."""
    cast.manager.go(f"pilots/{key}/closing/")
    cast.manager.press_last()
    for actor in (cast.manager, cast.founder):
        actor.go(f"pilots/{key}/lessons/")
        actor.fill(lessons="Begin with the small stations.")
        actor.send("lessons")
    cast.manager.go(f"pilots/{key}/completion/")
    cast.manager.choose("outcome", "success")
    cast.manager.fill(reason="The target was met and every step accepted.")
    cast.manager.send("outcome")


def form_panel(cast: Cast, key: str) -> None:
    """Name both evaluators and let the first lead."""
    manager = cast.manager
    manager.go(f"evaluations/{key}/panel/")
    for _seat in range(2):
        manager.field("person").first.select_option(index=1)
        manager.send("person")
    manager.field("member").first.select_option(index=1)
    manager.send("member")


def declare_nothing(evaluator: Actor, key: str) -> None:
    """Declare of every bidder that nothing binds."""
    evaluator.go(f"evaluations/{key}/declarations/")
    for box in evaluator.page.locator('main input[type=radio][value="none"]').all():
        box.check(force=True)
    evaluator.press_last()


def chair_of(cast: Cast, key: str, step: str) -> Actor:
    """Who of the panel is offered that step on the desk: its chair."""
    for actor in (cast.evaluator, cast.second_evaluator):
        actor.go(f"evaluations/{key}/")
        if actor.page.locator(f'main form[action*="/scoring/{step}/"]').count():
            return actor
    raise AssertionError(f"nobody of the panel can {step}")


def decide(cast: Cast, key: str) -> None:
    """Freeze, recommend, approve by somebody else, announce."""
    chair = chair_of(cast, key, "freeze")
    chair.post_to("/scoring/freeze/")
    chair.go(f"evaluations/{key}/recommendation/")
    chair.choose("outcome", "award")
    chair.fill(reserves="1", reasons="The best total, and safe.", public_reason="The best total.")
    chair.send("outcome")
    cast.approver.go(f"evaluations/{key}/approval/")
    cast.approver.choose("decision", "approve")
    cast.approver.send("decision")
    cast.manager.go(f"evaluations/{key}/decision/")
    cast.manager.press_last()


def publish_case_study(cast: Cast, pilot: str) -> None:
    """Drafted by a button, edited, cleared by both sides on the exact words, published, read abroad."""
    manager = cast.manager
    manager.go(f"case-studies/from-pilot/{pilot}/")
    manager.press_last()
    key = manager.key
    for section in ("summary", "problem", "solution", "lessons", "replication"):
        manager.go(f"case-studies/{key}/edit/{section}/")
        manager.write_everywhere("What happened, in plain words.")
        manager.send("version")
    manager.go(f"case-studies/{key}/manage/")
    manager.post_to("/clearance-request/")
    cast.approver.sign_in()
    for signer in (cast.approver, cast.founder):
        signer.go(f"case-studies/{key}/clearance/")
        signer.press_last()
    manager.go(f"case-studies/{key}/publication/")
    manager.press_last()
    reader = cast.reader
    reader.go("case-studies/")
    reader.page.locator(f'main a[href*="{key}"]').first.click()
    assert "9" in reader.words
    assert "Tidewatch Labs" in reader.page.content()
    assert "TLP:CLEAR" in reader.page.content()
