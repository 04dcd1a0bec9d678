"""The house keeps its rules: routes, clocks, states, readings, schema."""

from __future__ import annotations

import re

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import create_engine
from werkzeug.routing import Rule

from marketplace.challenges.presentation import languages_words
from marketplace.core import database
from marketplace.core.database import Model
from marketplace.core.jobs import app as jobs_app
from tests import checks, lifecycles

TYPED = re.compile(r"<(?:lang|uuid|key|slug|hash|int|any\([^)]*\)):[a-z_]+>|<(?:string:)?token>|<path:rest>")


def routes(app: Flask) -> list[Rule]:
    return list(app.url_map.iter_rules())


def test_every_route_declares_whom_it_admits(app):
    silent = [rule.endpoint for rule in routes(app) if not hasattr(app.view_functions[rule.endpoint], "route_policy")]
    assert silent == []


def test_every_id_in_an_address_is_typed(app):
    loose = [rule.rule for rule in routes(app) if "<" in TYPED.sub("", rule.rule)]
    assert loose == []


def test_no_clock_but_ours_is_read():
    assert checks.other_clocks() == []


def test_no_state_is_set_by_hand():
    assert checks.states_set_by_hand() == []


def test_nothing_reads_past_the_session():
    assert checks.past_the_session() == []


def test_every_reading_as_the_system_says_why():
    without = {
        module for module, reasons in checks.system_readings().items() if not all(len(r) > 10 for r in reasons)
    }
    assert without == set()


def test_the_schema_is_the_one_of_the_models(databases, app):
    """Migrations and models agree: nothing is left to generate."""
    engine = create_engine(database.normal_url(databases.owner_url))
    with engine.connect() as connection:
        # `change` is the database's own matter, written by its triggers: no model reads it.
        looked_at = {"compare_type": True, "include_name": lambda name, *_rest: name != "change"}
        context = MigrationContext.configure(connection, opts=looked_at)
        differences = [
            difference
            for difference in compare_metadata(context, Model.metadata)
            if "procrastinate_" not in str(difference) and "job_schema" not in str(difference)
        ]
    engine.dispose()
    assert differences == []


def test_every_job_waits_for_another_worker_when_its_own_is_killed(app):
    assert "core.retry_stalled" in jobs_app.tasks


@pytest.mark.parametrize(
    "address", ["/en/nothing/", "/fr/challenges/x-aaaaaaaaaaaaa/", "/ar/proposals/aaaaaaaaaaaaa/"]
)
def test_what_is_not_there_answers_404_in_the_readers_language(client, address):
    answer = client.get(address)
    assert answer.status_code in {404, 302}
    if answer.status_code == 404:
        words = {"en": "Page not found", "fr": "Page introuvable", "ar": "الصفحة غير موجودة"}
        assert words[address[1:3]] in answer.text


def test_an_address_without_a_language_leads_to_the_readers_own(client):
    answer = client.get("/challenges/?q=x", headers={"Accept-Language": "fr-FR,fr;q=0.9,en;q=0.5"})
    assert (answer.status_code, answer.location) == (302, "/fr/challenges/?q=x")
    assert {part.strip() for part in answer.headers["Vary"].split(",")} >= {"Accept-Language", "Cookie"}


def test_every_answer_carries_a_strict_policy(client):
    headers = client.get("/en/accessibility/").headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_drawn_lifecycles_are_those_of_the_tables():
    assert lifecycles.TARGET.read_text("utf-8") == lifecycles.document(), "run `python -m tests.lifecycles`"


def test_a_comma_between_names_is_that_of_the_reader(app):
    with app.test_request_context("/ar/"), app.app_context():
        assert languages_words(["ar", "fr"]) == "العربية، الفرنسية"
