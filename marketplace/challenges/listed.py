"""What the facets of the public list are counted from."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.challenges.models import ChallengeState
from marketplace.core.database import Model


def _counting(name: str, *columns: str) -> Index:
    # A facet's value, then the state, then the end, then what else may be asked: an index answers "open, of this value,
    # in that country" without the rows.
    others = [each for each in ("publish_at", "topics", "band", "country", "agency_id") if each not in columns]
    only: dict[str, Any] = {} if "topic" in columns else {"postgresql_where": text("is_first")}
    return Index(f"ix_listed_challenge_{name}", *columns, "state", "deadline", postgresql_include=others, **only)


class ListedChallenge(Model):
    """A topic of a challenge in a public state, with all that the list can be narrowed by.

    The database itself keeps these rows in step with challenges and agencies, by triggers; nobody else writes them.
    A million challenges can't be counted for sixty values each time that a page is asked for; a thousand entries of an
    index, of each value, can.
    """

    __tablename__ = "listed_challenge"
    __table_args__ = (
        _counting("topic", "topic"),
        _counting("agency", "agency_id"),
        _counting("country", "country"),
        _counting("band", "band"),
        _counting("state"),
    )

    challenge_id: Mapped[UUID] = mapped_column(ForeignKey("challenge.id", ondelete="CASCADE"), index=True)
    is_first: Mapped[bool]  # one row of each challenge is, for counts that are not of topics
    topic: Mapped[str | None]
    topics: Mapped[list[str]] = mapped_column(ARRAY(Text))
    agency_id: Mapped[UUID]
    country: Mapped[str]
    band: Mapped[str]
    state: Mapped[ChallengeState]
    publish_at: Mapped[datetime | None]
    deadline: Mapped[datetime | None]
