"""What the page shell shows around every page: one object, so that `templates/page.html` reads nothing else.

Every address may be None and is then left out of the page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID


@dataclass(frozen=True)
class Area:
    """A link of the header: Challenges, Case studies."""

    label: str
    url: str
    is_current: bool = False


@dataclass(frozen=True)
class Alternate:
    """The same page in another language."""

    language: str  # en, ar, fr
    name: str  # in its own script
    url: str
    absolute_url: str | None = None  # for hreflang, which wants whole addresses


@dataclass(frozen=True)
class Feed:
    """A machine form of the page: `<link rel="alternate" type=…>`."""

    title: str
    url: str
    type: str  # such as application/atom+xml


@dataclass(frozen=True)
class Membership:
    """An organisation that the person can act for."""

    organisation_id: UUID
    name: str
    kind: str  # agency, startup, partner, host
    role_words: str  # "Approver, evaluator"
    is_current: bool = False


@dataclass(frozen=True)
class Person:
    """Who is signed in, as the header shows it."""

    name: str
    organisation_name: str | None = None
    organisation_kind: str | None = None  # agency, startup, partner, host
    kind_word: str | None = None  # "Startup", translated
    role_words: str | None = None
    memberships: tuple[Membership, ...] = ()
    unread: int = 0  # notices not read yet


@dataclass(frozen=True)
class Urls:
    """Addresses that the shell links to."""

    home: str | None = None
    search: str | None = None
    sign_in: str | None = None
    sign_up: str | None = None
    sign_out: str | None = None  # POST
    act_as: str | None = None  # POST organisation_id
    dashboard: str | None = None
    notices: str | None = None
    account: str | None = None
    organisation: str | None = None
    organisations: str | None = None
    decisions: str | None = None
    feeds: str | None = None
    accessibility: str | None = None
    privacy: str | None = None
    theme: str | None = None  # POST theme=light|dark|auto
    demo_people: str | None = None
    demo_mail: str | None = None


@dataclass
class Layout:
    """The shell of one page for one reader."""

    site_name: str
    operator: str
    language: str
    dir: Literal["ltr", "rtl"]
    urls: Urls
    areas: tuple[Area, ...] = ()
    alternates: tuple[Alternate, ...] = ()  # the other languages, without the present one
    canonical: str | None = None
    default_url: str | None = None  # hreflang x-default, whole address
    person: Person | None = None
    is_demo: bool = False
    zone: str | None = None  # the place in words in which times are shown: "Paris"
    csrf_token: str | None = None
    feeds: list[Feed] = field(default_factory=list)
    theme: Literal["light", "dark"] | None = None  # None: as the device says
    no_index: bool = False
