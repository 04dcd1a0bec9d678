"""What a reader can do next with a challenge: the one action beside its text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from marketplace.challenges import policy
from marketplace.challenges.models import Challenge, ChallengeState
from marketplace.core.access import Kind, Role, Viewer

PROPOSERS = frozenset({Role.OWNER, Role.EDITOR})


class Step(StrEnum):
    """The kinds of next steps; the page has the words of each."""

    MANAGE = "manage"
    ELSEWHERE = "elsewhere"
    CONTINUE = "continue"
    START = "start"
    SIGN_IN = "sign_in"
    NOT_A_STARTUP = "not_a_startup"
    NO_ROLE = "no_role"
    OVER = "over"


@dataclass(frozen=True)
class OwnAnswer:
    """Where the reader's own proposal stands, as the floor of proposals tells it.

    Attributes:
        words: one sentence: "5 of 8 sections are done. Last saved yesterday, 21:42."
        verb: the button's words.
        note: what the reader should know beside it, or None.
    """

    words: str
    url: str
    verb: str
    note: str | None = None


Source = Callable[[Viewer, Challenge, datetime], OwnAnswer | None]
_sources: list[Source] = []


def told_by(source: Source) -> Source:
    """Let the floor of proposals tell where a reader's own proposal stands."""
    _sources.append(source)
    return source


def own_answer(viewer: Viewer, challenge: Challenge, now: datetime) -> OwnAnswer | None:
    """The reader's own proposal to this challenge, or None."""
    if viewer.organisation_kind != Kind.STARTUP:
        return None
    return next((found for source in _sources if (found := source(viewer, challenge, now)) is not None), None)


def next_step(viewer: Viewer, challenge: Challenge, now: datetime, has_answer: bool) -> Step:
    """What this reader can do next."""
    if policy.can_manage(viewer, challenge):
        return Step.MANAGE
    if challenge.is_external:
        return Step.ELSEWHERE if challenge.external_url and _is_running(challenge, now) else Step.OVER
    if has_answer:
        return Step.CONTINUE
    if not challenge.is_open(now):
        return Step.OVER
    if not viewer.is_signed_in:
        return Step.SIGN_IN
    if viewer.organisation_kind != Kind.STARTUP:
        return Step.NOT_A_STARTUP
    return Step.START if viewer.has_any(PROPOSERS, viewer.organisation_id) else Step.NO_ROLE


def _is_running(challenge: Challenge, now: datetime) -> bool:
    return challenge.state == ChallengeState.PUBLISHED and not challenge.is_closed(now)
