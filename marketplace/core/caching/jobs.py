"""Forgetting old changes, each hour."""

from __future__ import annotations

from sqlalchemy import text

from marketplace.core import database, jobs


@jobs.periodic("23 * * * *", "pages.forget_changes")
def forget_changes() -> None:
    """Drop the rows of `change` that only pages of the day before could ask for."""
    with database.session_scope() as session:
        # A function of the database's owner: the application itself can't delete what says that a page is stale.
        session.connection().execute(text("SELECT forget_changes()"))
        session.commit()
