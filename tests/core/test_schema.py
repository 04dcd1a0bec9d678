"""The schema's head, as a process knows it that never migrates."""

from __future__ import annotations

from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.core import migrate, schema


def test_the_head_is_the_one_that_migrating_leads_to():
    assert ScriptDirectory.from_config(migrate.config()).get_heads() == [schema.head()]


def test_a_migrated_database_is_at_its_head(db: Session):
    assert schema.is_at_head(db.connection())


def test_a_database_without_a_schema_is_behind(db: Session):
    db.execute(text("SET LOCAL search_path TO pg_temp"))
    assert not schema.is_at_head(db.connection())
    db.rollback()
