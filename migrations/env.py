"""Alembic's entrance: the migration runs on the connection that `marketplace.core.migrate` hands over."""

from alembic import context

from marketplace import models
from marketplace.core.database import Model

models.load_all()


def of_this_feature(item, name, kind, reflected, compare_to):
    """With `-x only=FEATURE` a revision holds the tables of one feature; procrastinate keeps its own schema."""
    table = item if kind == "table" else getattr(item, "table", None)
    if table is not None and table.name.startswith("procrastinate_"):
        return False
    only = context.get_x_argument(as_dictionary=True).get("only")
    return not (only and table is not None and models.feature_of(table.name) != only)


def with_a_model(name, kind, _parents):
    """Whether to look at what the database has: `change` is its own matter, written by its triggers."""
    return not (kind == "table" and name == "change")


def run() -> None:
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Model.metadata,
        include_object=of_this_feature,
        include_name=with_a_model,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
