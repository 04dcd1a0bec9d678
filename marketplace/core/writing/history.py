"""What was saved in a section, by whom and when; and what could not be saved, since somebody else had.

Whoever saves names the version that he started from. When somebody else has saved meanwhile, what was typed is set
aside as a revision and both are shown: no text is ever lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from marketplace.core.access import Viewer
from marketplace.core.errors import NotFound, Refused
from marketplace.core.i18n import _
from marketplace.core.session import session

ONE_SITTING = timedelta(minutes=10)  # saves of one person within it are one revision
MOST_SHOWN = 50
MOST_ASIDE = 5


class Conflict(Refused):
    """Somebody else saved the section meanwhile; what was typed is kept as a revision."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else saved this section while you wrote. Both texts are below: yours is kept."))


@dataclass(frozen=True)
class Place:
    """A section of one thing in one language."""

    thing_id: UUID
    section: str
    language: str


class Revision:
    """The columns of a revision; whose section it is, a feature's own column says."""

    section: Mapped[str]
    language: Mapped[str]
    version: Mapped[int]
    at: Mapped[datetime]
    by_id: Mapped[UUID]
    content: Mapped[dict[str, Any]]
    is_conflict: Mapped[bool] = mapped_column(default=False)  # written over an older version, so set aside
    is_settled: Mapped[bool] = mapped_column(default=False)  # its writer has taken what he needs of it


R = TypeVar("R", bound=Revision)


class History(Generic[R]):
    """The revisions of one kind of thing.

    Args:
        kind: the feature's model of a revision.
        owner: its column that names the thing.
    """

    def __init__(self, kind: type[R], owner: InstrumentedAttribute[UUID]) -> None:
        self._kind = kind
        self._owner = owner

    def check(
        self,
        actor: Viewer,
        place: Place,
        versions: tuple[int | None, int],
        content: Mapping[str, Any],
        now: datetime,
        **facts: Any,
    ) -> None:
        """Let nobody write over what he has not seen.

        Args:
            versions: the one that the writer started from, None to write over whatever there is; and the present one.
            facts: further columns of the revision.
        Raises:
            Conflict: the two differ; what was typed is set aside.
        """
        started_from, present = versions
        if started_from is not None and started_from != present:
            self._add(actor, place, started_from, content, now, is_conflict=True, **facts)
            raise Conflict

    def keep(
        self, actor: Viewer, place: Place, version: int, content: Mapping[str, Any], now: datetime, **facts: Any
    ) -> None:
        """Keep what was saved; what one person saves in one sitting is one revision."""
        last = session.scalars(self._at(place).limit(1)).first()
        if (
            last is not None
            and last.by_id == actor.person_id
            and now - last.at < ONE_SITTING
            and not last.is_conflict
        ):
            last.version, last.content = version, {**last.content, **content}
        else:
            self._add(actor, place, version, content, now, **facts)

    def latest(self, place: Place) -> Sequence[R]:
        """Who wrote what, the latest first; one statement."""
        return session.scalars(self._at(place).limit(MOST_SHOWN)).all()

    def set_aside(self, place: Place, person_id: UUID | None) -> Sequence[R]:
        """What a person typed and could not save, the latest first, until it is settled; one statement."""
        own = (self._kind.by_id == person_id, self._kind.is_conflict, self._kind.is_settled.is_(False))
        return session.scalars(self._at(place).where(*own).limit(MOST_ASIDE)).all()

    def settle(self, actor: Viewer, thing_id: UUID, revision_id: UUID) -> R:
        """Take an own text that was set aside as taken care of; it stays in the history.

        Raises:
            NotFound: it is another one's, or not this thing's.
        """
        kind: Any = self._kind
        found = session.scalars(
            select(self._kind).where(
                kind.id == revision_id, self._owner == thing_id, self._kind.by_id == actor.person_id
            )
        ).one_or_none()
        if found is None:
            raise NotFound
        found.is_settled = True
        return found

    def _at(self, place: Place) -> Any:
        kind: Any = self._kind
        here: tuple[ColumnElement[bool], ...] = (
            self._owner == place.thing_id,
            kind.section == place.section,
            kind.language == place.language,
        )
        return select(kind).where(*here).order_by(kind.at.desc(), kind.id.desc())

    def _add(
        self, actor: Viewer, place: Place, version: int, content: Mapping[str, Any], now: datetime, **facts: Any
    ) -> None:
        kind: Any = self._kind
        session.add(
            kind(
                **{self._owner.key: place.thing_id},
                section=place.section,
                language=place.language,
                version=version,
                at=now,
                by_id=actor.person_id,
                content=dict(content),
                **facts,
            )
        )
