"""Challenges for tests, made through the real commands."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from marketplace.challenges import commands
from marketplace.challenges.commands import CriterionDraft
from marketplace.challenges.models import Challenge, CriterionKind, TieBreak
from marketplace.core.access import Viewer

TITLE = "Detect tampered setpoints in pumping stations"
CRITERIA = (
    CriterionDraft(CriterionKind.POINTS, "Quality", weight=60, scale=10, minimum=5),
    CriterionDraft(CriterionKind.YES_NO, "Keeps data in the country", weight=15),
    CriterionDraft(CriterionKind.PRICE, "Price of the pilot", weight=25),
)
TEXTS = {
    "outcomes": {"outcomes": "- Slow changes found in under 8 hours\n- One false alarm a month"},
    "context": {"context": "212 stations, six makers of controllers."},
    "eligibility": {"eligibility": "Startups younger than ten years."},
    "intellectual-property": {"intellectual_property": "The startup keeps what it brings and makes."},
    "data-security": {"data_security": "Readings stay in the country."},
    "adoption": {"adoption_route": "Budget line 4.2, negotiated procedure."},
}


def draft(
    author: Viewer, now: datetime, *, title: str = TITLE, deadline: datetime | None = None, **facts: Any
) -> Challenge:
    """A whole draft, ready for its review.

    Args:
        deadline: 30 days ahead when left out.
        facts: values of sections "problem", "dates" and "budget" that differ.
    """
    challenge = commands.create_challenge(author, title, now, zone="Europe/Paris", currency="EUR")

    def save(section: str, **values: Any) -> None:
        commands.save_section(author, challenge, section, values, now)

    save(
        "problem",
        title=title,
        summary="Find slow manipulation before it does harm.",
        problem="In March somebody changed the pressure limits by **4%** a day.",
        topics=facts.get("topics", ["industrial-systems"]),
        sectors=facts.get("sectors", ["drinking-water"]),
    )
    for section, values in TEXTS.items():
        save(section, **values)
    save("dates", deadline=deadline or now + timedelta(days=30), pilot_months=facts.get("pilot_months", 6))
    save("budget", budget_minor=facts.get("budget_minor", 180_000_00), currency=facts.get("currency", "EUR"))
    commands.save_criteria(
        author,
        challenge,
        facts.get("criteria", CRITERIA),
        now,
        tie_break=facts.get("tie_break", TieBreak.LOWER_PRICE),
        tie_break_place=facts.get("tie_break_place"),
    )
    return challenge


def approved(author: Viewer, approver: Viewer, now: datetime, **facts: Any) -> Challenge:
    """A challenge that was written, reviewed by somebody else and approved."""
    challenge = draft(author, now, **facts)
    commands.submit_for_review(author, challenge, now)
    commands.approve(approver, challenge, now)
    return challenge


def published(author: Viewer, approver: Viewer, now: datetime, **facts: Any) -> Challenge:
    """A challenge that is open from now on."""
    challenge = approved(author, approver, now, **facts)
    commands.publish(author, challenge, now)
    return challenge
