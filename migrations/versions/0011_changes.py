"""What changed, for pages that are kept in memory: `marketplace/core/caching/watch.py` says how it is asked.

The functions run as the owner of the tables: the application's role reads `change` and no more, so that a fault of the
program can't take away what says that a page is stale.
"""

from alembic import op

revision = "0011_changes"
down_revision = "0010_append_only"
branch_labels = None
depends_on = None

# The tables that the statements of public pages name, those of the access rules in them included. A page that reads another one is not kept; a test knows those that must be.
WATCHED = (
    "case_study",
    "challenge",
    "challenge_notice",
    "challenge_text",
    "claim",
    "criterion",
    "edition",
    "edition_text",
    "event",
    "event_anchor",
    "file",
    "kpi",
    "kpi_actual",
    "listed_challenge",
    "milestone",
    "organisation",
    "person_details",
    "pilot",
    "proposal",
    "proposal_submission",
    "public_result",
    "stage_date",
)


def upgrade() -> None:
    # `oldest`: every transaction before it was over when this row was written; `at` is when that was.
    op.execute(
        """
        CREATE TABLE change (
            xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
            table_name text NOT NULL,
            oldest xid8 NOT NULL DEFAULT pg_snapshot_xmin(pg_current_snapshot()),
            at timestamptz NOT NULL DEFAULT clock_timestamp(),
            CONSTRAINT pk_change PRIMARY KEY (xid, table_name)
        )
        """
    )
    op.execute(
        """
        CREATE FUNCTION record_change() RETURNS trigger LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = public, pg_temp AS $$
        BEGIN
            INSERT INTO change (table_name) VALUES (TG_TABLE_NAME) ON CONFLICT DO NOTHING;
            RETURN NULL;
        END $$
        """
    )
    # What is forgotten leaves one row behind, a change of `change`: whoever has a snapshot older than it learns that
    # rows he would have asked for are gone.
    op.execute(
        """
        CREATE FUNCTION forget_changes() RETURNS void LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
            horizon xid8 := (SELECT max(oldest) FROM change WHERE at < clock_timestamp() - interval '1 day');
        BEGIN
            IF horizon IS NOT NULL THEN
                DELETE FROM change WHERE xid < horizon;
                INSERT INTO change (xid, table_name) VALUES (horizon, 'change') ON CONFLICT DO NOTHING;
            END IF;
        END $$
        """
    )
    for table in WATCHED:
        op.execute(
            f"CREATE TRIGGER {table}_is_watched AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION record_change()"
        )
