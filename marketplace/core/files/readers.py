"""Who may read a file: whoever the feature that it belongs to lets read it, and nobody else."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, and_, false, select

from marketplace.core import access
from marketplace.core.access import Viewer
from marketplace.core.database import Model
from marketplace.core.files.models import File

_kinds: set[str] = set()

# Nobody, until a feature opens the files of its own things.
access.guard(File, lambda _viewer: false())


def register(subject_kind: str, visible_to: Callable[[Viewer], ColumnElement[bool]]) -> None:
    """Let readers see the files of a kind of things; called at import by the feature's `policy.py`.

    Args:
        subject_kind: what `store` is given, such as "proposal".
        visible_to: as SQL over `File`; subqueries on other tables use `X.__table__`.
    """
    if subject_kind in _kinds:
        raise RuntimeError(f"files of {subject_kind!r} have their readers already")
    _kinds.add(subject_kind)
    access.also_visible(File, lambda viewer: and_(File.subject_kind == subject_kind, visible_to(viewer)))


def with_subject(subject_kind: str, model: type[Model]) -> None:
    """Let whoever sees the thing see its files; for models whose access is guarded."""

    def visible_to(viewer: Viewer) -> ColumnElement[bool]:
        table = model.__table__
        return File.subject_id.in_(select(table.c.id).where(access.visible(model, viewer)))

    register(subject_kind, visible_to)


def kinds() -> frozenset[str]:
    """The kinds of things whose files somebody may read."""
    return frozenset(_kinds)
