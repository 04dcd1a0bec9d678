"""Keep what the public list counts in step with challenges and agencies: `marketplace/challenges/listed.py`."""

from alembic import op

revision = "0012_listed_challenges"
down_revision = "0011_changes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE FUNCTION list_challenge() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            DELETE FROM listed_challenge WHERE challenge_id = NEW.id;
            -- The public states.
            IF NEW.state IN ('published', 'evaluation', 'awarded', 'unsuccessful', 'withdrawn', 'cancelled') THEN
                INSERT INTO listed_challenge (id, created_at, challenge_id, is_first, topic, topics, agency_id,
                    country, band, state, publish_at, deadline)
                SELECT gen_random_uuid(), now(), NEW.id, each.place = 1, each.topic, NEW.topics, NEW.agency_id,
                    organisation.country,
                    CASE WHEN NEW.amount < 0 THEN 'unstated'
                        WHEN NEW.amount <= 50000 THEN 'to-50k'
                        WHEN NEW.amount <= 250000 THEN 'to-250k'
                        WHEN NEW.amount <= 1000000 THEN 'to-1m'
                        ELSE 'over-1m' END,
                    NEW.state, NEW.publish_at, NEW.deadline
                FROM organisation
                CROSS JOIN unnest(CASE NEW.topics WHEN '{}' THEN '{NULL}' ELSE NEW.topics END)
                    WITH ORDINALITY AS each (topic, place)
                WHERE organisation.id = NEW.agency_id;
            END IF;
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER challenge_is_listed AFTER
        INSERT OR UPDATE OF state, topics, agency_id, publish_at, deadline, currency, budget_minor, prize_minor ON challenge
        FOR EACH ROW EXECUTE FUNCTION list_challenge()
        """
    )
    op.execute(
        """
        CREATE FUNCTION list_country() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE listed_challenge SET country = NEW.country WHERE agency_id = NEW.id AND country <> NEW.country;
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER organisation_country_is_listed AFTER UPDATE OF country
        ON organisation FOR EACH ROW EXECUTE FUNCTION list_country()
        """
    )
