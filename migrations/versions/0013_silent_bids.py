"""No public page is made anew when somebody bids: how long it takes would tell, before the opening, that he does.

Pages for visitors read nothing of proposals, of the record what is public, and of files those of what is public.
"""

from alembic import op

revision = "0013_silent_bids"
down_revision = "0012_listed_challenges"
branch_labels = None
depends_on = None

SILENT_FILES = "('proposal', 'print of a receipt')"


def upgrade() -> None:
    for table in ("proposal", "proposal_submission", "event", "file"):
        op.execute(f"DROP TRIGGER {table}_is_watched ON {table}")
    _watch("event_is_watched", "UPDATE OR DELETE OR TRUNCATE ON event FOR EACH STATEMENT")
    _watch("event_is_public", "INSERT ON event FOR EACH ROW WHEN (NEW.is_public)")
    _watch("file_is_watched", "TRUNCATE ON file FOR EACH STATEMENT")
    _watch("file_is_kept", f"INSERT OR UPDATE ON file FOR EACH ROW WHEN (NEW.subject_kind NOT IN {SILENT_FILES})")
    _watch("file_is_removed", f"DELETE ON file FOR EACH ROW WHEN (OLD.subject_kind NOT IN {SILENT_FILES})")


def _watch(trigger: str, when: str) -> None:
    op.execute(f"CREATE TRIGGER {trigger} AFTER {when} EXECUTE FUNCTION record_change()")
