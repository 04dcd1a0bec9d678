"""Access: one viewer a request, and what it may see applied to every SELECT.

A feature registers the predicate of each of its tables in its `policy.py`. The session adds these predicates to
every ORM SELECT and raises where nobody is reading, so that pages, search, counts, feeds, exports and jobs cannot
differ. What a viewer may not see is as if it were not there: 404.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Uuid, and_, bindparam, event, false, or_
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.orm.util import LoaderCriteriaOption

from marketplace.core.errors import NotAllowed
from marketplace.core.session import session


class Role(StrEnum):
    """What a member may do in an organisation; product rules, "Organisations and roles"."""

    OWNER = "owner"
    CHALLENGE_MANAGER = "challenge_manager"
    APPROVER = "approver"
    OPENING_OFFICER = "opening_officer"
    EVALUATOR = "evaluator"
    FINANCE_OFFICER = "finance_officer"
    VIEWER = "viewer"
    EDITOR = "editor"
    SIGNATORY = "signatory"
    FINANCE = "finance"
    READER = "reader"
    ADOPTER = "adopter"
    ADMINISTRATOR = "administrator"
    MODERATOR = "moderator"
    NOTARY = "notary"
    AUDITOR = "auditor"


class Kind(StrEnum):
    """The four kinds of organisations."""

    AGENCY = "agency"
    STARTUP = "startup"
    PARTNER = "partner"
    HOST = "host"


@dataclass(frozen=True)
class Viewer:
    """Who reads or acts, for the one organisation that the person acts for at the moment.

    Attributes:
        at: UTC, the moment at which this viewer's rights and all time-bound visibility are judged.
        roles: the roles in `organisation_id` alone; none reaches down or up a tree.
    """

    at: datetime
    person_id: UUID | None = None
    organisation_id: UUID | None = None
    organisation_kind: Kind | None = None
    roles: frozenset[Role] = field(default_factory=frozenset)
    is_verified: bool = False
    origin: str | None = None  # salted hash of the network address, for the record of events
    is_marketplace: bool = False  # no person acts: something follows by rule from what somebody did

    @classmethod
    def anonymous(cls, at: datetime, origin: str | None = None) -> Viewer:
        """Somebody who has not signed in."""
        return cls(at=at, origin=origin)

    @classmethod
    def marketplace(cls, at: datetime) -> Viewer:
        """The marketplace itself, for what follows by rule; no request ever gets this viewer."""
        return cls(at=at, is_marketplace=True)

    @property
    def is_signed_in(self) -> bool:
        return self.person_id is not None

    def has(self, role: Role, organisation_id: UUID | None) -> bool:
        """Whether this person acts for that organisation now and holds the role there."""
        return organisation_id is not None and self.organisation_id == organisation_id and role in self.roles

    def has_any(self, roles: set[Role] | frozenset[Role], organisation_id: UUID | None) -> bool:
        """Whether this person acts for that organisation now and holds one of the roles there."""
        return organisation_id is not None and self.organisation_id == organisation_id and bool(roles & self.roles)

    def acts_for(self, organisation_id: UUID | None) -> bool:
        """Whether this person acts for that organisation now, in whatever role."""
        return organisation_id is not None and self.organisation_id == organisation_id

    def is_host(self, role: Role) -> bool:
        """Whether this person acts for the host in that role."""
        return self.organisation_kind == Kind.HOST and role in self.roles

    def later(self, at: datetime) -> Viewer:
        """The same viewer at another moment."""
        return replace(self, at=at)


def require(condition: bool) -> None:
    """Raise NotAllowed, which outsiders see as 404, unless the condition holds."""
    if not condition:
        raise NotAllowed


Predicate = Callable[[Viewer], ColumnElement[bool]]
PredicateT = TypeVar("PredicateT", bound=Predicate)


@dataclass
class _Guard:
    visible: list[Predicate] = field(default_factory=list)
    cut: list[Predicate] = field(default_factory=list)

    def where(self, viewer: Viewer) -> ColumnElement[bool]:
        seen = or_(*(predicate(viewer) for predicate in self.visible))
        return and_(seen, *(predicate(viewer) for predicate in self.cut))


_guards: dict[type, _Guard] = {}
_open: set[type] = set()
_system_only: set[type] = set()


def guard(model: type, visible_to: Predicate) -> None:
    """Declare who sees rows of a model: each SELECT of it gets this predicate."""
    if model in _guards:
        raise RuntimeError(f"{model.__name__} has its predicate already")
    _guards[model] = _Guard([visible_to])
    _criterion.cache_clear()


def also_visible(model: type, predicate: Predicate) -> None:
    """A higher floor opens rows of a lower floor's model to more viewers."""
    _guards[model].visible.append(predicate)
    _criterion.cache_clear()


def cut_to(model: type, predicate: Predicate) -> None:
    """A higher floor cuts access: rows are seen only where this holds too, whatever opened them."""
    _guards[model].cut.append(predicate)
    _criterion.cache_clear()


def open_to_all(*models: type) -> None:
    """Declare that everybody may see every row."""
    _open.update(models)


def system_only(*models: type) -> None:
    """Declare that rows are read `reading_as_system` alone."""
    _system_only.update(models)


def declared() -> set[type]:
    """Every model whose access is declared; a test compares it with every model there is."""
    return set(_guards) | _open | _system_only


def visible(model: type, viewer: Viewer) -> ColumnElement[bool]:
    """The whole predicate of a model for a viewer, as the session applies it."""
    return _guards[model].where(viewer)


class NobodyReads(RuntimeError):
    """A guarded table was read with no viewer set: a fault of the program, refused."""


_SYSTEM = "marketplace.system"
_VIEWER = "marketplace.viewer"


def set_viewer(reading: Session, viewer: Viewer) -> None:
    """Give a session its one reader.

    Raises:
        RuntimeError: the session has another reader already; rows in its identity map would leak.
    """
    known = reading.info.get(_VIEWER)
    if known is not None and known != viewer:
        raise RuntimeError("a session keeps its reader; open another one")
    reading.info[_VIEWER] = viewer


def viewer_of(reading: Session) -> Viewer | None:
    """The reader of a session, if it has one."""
    return reading.info.get(_VIEWER)


@contextmanager
def reading_as_system(reason: str) -> Iterator[None]:
    """Read what the actor may not see, for a rule that must know it.

    Args:
        reason: why, for the reader of the code; the test suite lists every place.
    """
    info = session.info
    info[_SYSTEM] = info.get(_SYSTEM, 0) + 1
    try:
        yield
    finally:
        info[_SYSTEM] -= 1


def is_system(reading: Session) -> bool:
    """Whether the session reads as the system at the moment."""
    return bool(reading.info.get(_SYSTEM))


@event.listens_for(Session, "do_orm_execute")
def _apply_visibility(state: ORMExecuteState) -> None:
    reading = state.session
    if is_system(reading) or state.is_column_load or state.is_insert:
        return
    if state.is_orm_statement and (state.is_update or state.is_delete):
        raise NobodyReads("change loaded objects; a bulk change would pass by the access rules")
    if not state.is_select:
        return
    viewer = viewer_of(reading)
    if viewer is None:
        raise NobodyReads("no viewer is set on this session")
    models = _models_in(state)
    if models:
        shape = _shape(viewer)
        state.statement = state.statement.options(*(_criterion(model, shape) for model in models))
        given: Any = state.parameters or {}
        state.parameters = {**given, **_values(viewer)}


# A predicate is built once for all viewers of a shape; who they are and when they read are parameters, which come
# with each execution. Building it for each request cost more than the query. What is required and not given raises.
_AT: Any = bindparam("marketplace_viewer_at", type_=DateTime(timezone=True), required=True)
_PERSON: Any = bindparam("marketplace_viewer_person", type_=Uuid(), required=True)
_ORGANISATION: Any = bindparam("marketplace_viewer_organisation", type_=Uuid(), required=True)

_Shape = tuple[bool, bool, Kind | None, frozenset[Role], bool, bool]


def _shape(viewer: Viewer) -> _Shape:
    """What of a viewer decides how his predicates read: all but who he is and when he reads."""
    return (
        viewer.person_id is not None,
        viewer.organisation_id is not None,
        viewer.organisation_kind,
        viewer.roles,
        viewer.is_verified,
        viewer.is_marketplace,
    )


def _values(viewer: Viewer) -> dict[str, Any]:
    return {_AT.key: viewer.at, _PERSON.key: viewer.person_id, _ORGANISATION.key: viewer.organisation_id}


def _anybody_of(shape: _Shape) -> Viewer:
    """A viewer whose moment, person and organisation are parameters; predicates can't tell it from a real one."""
    has_person, has_organisation, kind, roles, is_verified, is_marketplace = shape
    return Viewer(
        at=_AT,
        person_id=_PERSON if has_person else None,
        organisation_id=_ORGANISATION if has_organisation else None,
        organisation_kind=kind,
        roles=roles,
        is_verified=is_verified,
        is_marketplace=is_marketplace,
    )


@lru_cache(maxsize=4096)
def _criterion(model: type, shape: _Shape) -> Any:
    where = _guards[model].where(_anybody_of(shape)) if model in _guards else false()
    # Aliases included: without it even a plain select of a child leaked (tried on SQLAlchemy 2.1).
    # Not propagated: each lazy load passes here itself and would get its criteria twice.
    return _Criterion(model, where, include_aliases=True, propagate_to_loaders=False)


class _Criterion(LoaderCriteriaOption):
    """A criterion that stands for itself in the cache of compiled statements; walking through it at each one cost more.

    That is safe, for its parameters come with the execution and there is one object for a model and a shape.
    """

    def _gen_cache_key(self, anon_map: Any, bindparams: list[Any]) -> tuple[Any, ...]:
        return (_Criterion, self)


_involved: dict[Any, tuple[type, ...]] = {}
_MOST_INVOLVED = 4096


def _models_in(state: ORMExecuteState) -> tuple[type, ...]:
    """The guarded models whose tables a statement names, however deep; asked once a form of statement.

    Criteria of all models on every statement cost twenty times the query itself. The statement's own SQL names every
    table that it reads, those of joined loads included; to name one too many does no harm.
    """
    statement: Any = state.statement
    key = statement._generate_cache_key()
    found = _involved.get(key.key) if key is not None else None
    if found is None:
        words = set(_WORD.findall(str(statement.compile(dialect=state.session.get_bind().dialect))))
        found = tuple(model for model in (*_guards, *_system_only) if _table_of(model) in words)
        if key is not None:
            if len(_involved) >= _MOST_INVOLVED:
                _involved.clear()
            _involved[key.key] = found
    return found


_WORD = re.compile(r"\w+")


def _table_of(model: Any) -> str:
    return model.__tablename__


# --- Routes -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RoutePolicy:
    """What a route declares of its visitors; the rest is judged by the commands and the predicates."""

    audience: str  # "public", "signed in", "member", "host", "token"
    kinds: frozenset[Kind] = frozenset()
    roles: frozenset[Role] = frozenset()

    def admits(self, viewer: Viewer) -> bool:
        """Whether the viewer may try this route at all."""
        if self.audience in {"public", "token"}:
            return True
        if self.audience == "signed in":
            return viewer.is_signed_in
        if self.kinds and viewer.organisation_kind not in self.kinds:
            return False
        return viewer.organisation_id is not None and (not self.roles or bool(self.roles & viewer.roles))


ViewT = TypeVar("ViewT", bound=Callable[..., Any])


def policy(
    audience: str, *, kinds: set[Kind] | None = None, roles: set[Role] | None = None
) -> Callable[[ViewT], ViewT]:
    """Declare whom a view admits: "public", "signed in", "member" of kinds or in roles, or "token" in the address.

    The application refuses to serve a view that declares nothing.
    """
    declared_policy = RoutePolicy(audience, frozenset(kinds or ()), frozenset(roles or ()))

    def mark(view: ViewT) -> ViewT:
        view.route_policy = declared_policy  # type: ignore[attr-defined]
        return view

    return mark
