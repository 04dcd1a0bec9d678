"""Every model of the product, for migrations and for the tests that walk all tables."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from marketplace.core.database import Model

PACKAGES = (
    "marketplace.core.caching",
    "marketplace.core.events",
    "marketplace.core.files",
    "marketplace.core.jobs",
    "marketplace.core.mail",
    "marketplace.accounts",
    "marketplace.organisations",
    "marketplace.challenges",
    "marketplace.proposals",
    "marketplace.evaluations",
    "marketplace.pilots",
    "marketplace.casestudies",
    "marketplace.notifications",
)


def load_all() -> None:
    """Import every feature's tables, access rules, event types, letters and jobs."""
    for package in PACKAGES:
        for room in ("models", "policy", "events", "workflow", "seats", "letters", "jobs"):
            name = f"{package}.{room}"
            if find_spec(name) is not None:
                import_module(name)


def feature_of(table_name: str) -> str:
    """The feature that a table belongs to, `core` or a package's name."""
    for mapper in Model.registry.mappers:
        if mapper.class_.__tablename__ == table_name:
            return mapper.class_.__module__.split(".")[1]
    return "none"
