"""The command line, as an operator types it, on the tests' database."""

from __future__ import annotations

import json
import re
import signal
import urllib.request
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, select, text

from marketplace.accounts.models import Ticket
from marketplace.cli import COMMANDS
from marketplace.core import clock, database
from marketplace.core.access import Kind, Role
from marketplace.core.mail import OutgoingMail
from marketplace.core.settings import Settings
from tests.processes import run, started, until
from tests.proposals import builder


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_explains_itself(configuration, name):
    answer = run(name, "--help")
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith("Usage:")


def test_wrong_usage_is_exit_code_2(configuration):
    assert run("nothing-such").returncode == 2
    assert run("create-admin", "no address").returncode == 2
    assert run("migrate", "--sideways").returncode == 2


def test_migrate_twice_leaves_the_schema_at_its_head(db):
    for _time in range(2):
        answer = run("migrate")
        assert (answer.returncode, answer.stdout) == (0, "The schema is up to date.\n"), answer.stderr


def test_migrate_without_the_owners_address_names_the_remedy(db):
    answer = run("migrate", MARKETPLACE_MIGRATION_URL="")
    assert answer.returncode == 1
    assert "MARKETPLACE_MIGRATION_URL" in answer.stderr


# --- check ---------------------------------------------------------------------------------------------------------

SOUND = {
    "MARKETPLACE_BASE_URL": "https://market.example.org",
    "MARKETPLACE_SECURE_COOKIES": "true",
    "MARKETPLACE_ZONE": "Africa/Tunis",
}


def check(**environment: str) -> tuple[int, dict]:
    answer = run("check", "--json", **{**SOUND, **environment})
    return answer.returncode, json.loads(answer.stdout)


def test_check_prints_every_setting_with_its_meaning_and_no_secret(db):
    answer = run("check", **SOUND, MARKETPLACE_SMTP_PASSWORD="open sesame")
    for name, field in Settings.model_fields.items():
        shown = "DATABASE_URL" if name == "database_url" else f"MARKETPLACE_{name.upper()}"
        assert f"{shown} = " in answer.stdout
        assert (field.description or "no meaning") in answer.stdout
    assert "open sesame" not in answer.stdout
    assert "a key of the tests" not in answer.stdout


@pytest.mark.parametrize(
    ("environment", "fault", "remedy"),
    [
        ({"MARKETPLACE_ZONE": "Mars/Olympus"}, "Mars/Olympus is no time zone", "IANA"),
        ({"MARKETPLACE_SECRET_KEY": "short"}, "the secret key is short", "32"),
        ({"MARKETPLACE_SECURE_COOKIES": "false"}, "without HTTPS", "MARKETPLACE_SECURE_COOKIES"),
        ({"MARKETPLACE_BASE_URL": "http://x.example.org"}, "is not HTTPS", "https://"),
        ({"MARKETPLACE_MIGRATION_URL": ""}, "the owner's address is not set", "MARKETPLACE_MIGRATION_URL"),
        ({}, "no mail server is set", "MARKETPLACE_SMTP_HOST"),
        (
            {"MARKETPLACE_SMTP_HOST": "127.0.0.1", "MARKETPLACE_SMTP_PORT": "9"},
            "does not answer",
            "MARKETPLACE_SMTP_PORT",
        ),
        (
            {"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"},
            "the database can't be reached",
            "Check DATABASE_URL",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_check_names_each_fault_with_its_remedy(db, environment, fault, remedy):
    code, answer = check(**environment)
    assert code == 1
    found = [one for one in answer["faults"] if fault in one["what"]]
    assert found, answer["faults"]
    assert remedy in found[0]["remedy"]


def test_check_finds_an_application_role_that_owns_its_tables(db, databases):
    _code, answer = check(DATABASE_URL=databases.owner_url)
    assert "the application's role may delete events" in {one["what"] for one in answer["faults"]}


def test_a_setting_that_can_not_be_read_is_said_and_no_traceback(db):
    answer = run("check", MARKETPLACE_SMTP_PORT="many")
    assert answer.returncode == 1
    assert "smtp_port" in answer.stderr
    assert "Traceback" not in answer.stderr


# --- create-admin --------------------------------------------------------------------------------------------------


def test_create_admin_prints_and_mails_one_working_link_a_call(db, client):
    for _time in range(2):
        answer = run("create-admin", "Salma@Example.org")
        assert answer.returncode == 0, answer.stderr
        link = re.search(r"http://localhost(/\S+)", answer.stdout)
        assert link
        with clock.at(datetime.now(UTC)):
            assert client.get(link[1]).status_code == 200
    mails = db.scalars(select(OutgoingMail)).all()
    assert {mail.letter for mail in mails} == {"organisation.first_administrator"}
    assert {mail.address.lower() for mail in mails} == {"salma@example.org"}
    assert db.scalars(select(Ticket)).all()


# --- reindex, audit ------------------------------------------------------------------------------------------------


def test_reindex_finds_again_what_the_index_had_lost(db, now, client):
    challenge = builder.challenge(builder.organisation(Kind.AGENCY, "National Water Authority"), now)
    db.commit()
    assert db.scalar(text("SELECT search FROM challenge")) in (None, "")
    answer = run("reindex")
    assert (answer.returncode, answer.stdout) == (0, "1 challenge is indexed.\n0 case studies are indexed.\n")
    db.rollback()
    assert "tamper" in db.scalar(text("SELECT search FROM challenge WHERE id = :id"), {"id": challenge.id})


@pytest.fixture
def recorded(db, now):
    agency = builder.organisation(Kind.AGENCY, "National Water Authority")
    startup = builder.organisation(Kind.STARTUP, "Tidewatch Labs")
    sender = builder.member(startup, "Karim Bensalem", Role.EDITOR, Role.SIGNATORY, now=now)
    builder.sent(sender, builder.challenge(agency, now), now)
    db.commit()


def test_audit_verify_says_that_nothing_was_changed_and_exports(recorded, tmp_path):
    target = tmp_path / "events.jsonl"
    answer = run("audit", "verify", "--export", str(target))
    assert answer.returncode == 0, answer.stderr
    assert "No fault" in answer.stdout
    lines = [json.loads(line) for line in target.read_text().splitlines()]
    assert {line["name"] for line in lines} >= {"proposal.started", "proposal.submitted"}
    assert json.loads(run("audit", "verify", "--json").stdout) == []


def test_audit_verify_names_the_row_that_was_changed(recorded, databases):
    engine = create_engine(database.normal_url(databases.owner_url))
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE event DISABLE TRIGGER USER"))
        changed = connection.scalar(
            text("UPDATE event SET data = '{\"x\": 1}' WHERE name = 'proposal.submitted' RETURNING id")
        )
        connection.execute(text("ALTER TABLE event ENABLE TRIGGER USER"))
    engine.dispose()
    answer = run("audit", "verify")
    assert answer.returncode == 1
    assert f"changed: event {changed}" in answer.stdout


def test_audit_verify_compares_with_published_heads(recorded, tmp_path):
    heads = tmp_path / "heads.json"
    heads.write_text('{"7": "0000"}')
    answer = run("audit", "verify", "--heads", str(heads), "--json")
    assert answer.returncode == 1
    assert [one["place"] for one in json.loads(answer.stdout)] == ["anchor 7"]
    heads.write_text("no heads")
    answer = run("audit", "verify", "--heads", str(heads))
    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr


# --- serve, worker -------------------------------------------------------------------------------------------------


def test_worker_stops_cleanly_when_it_is_told(db):
    with started("worker") as child:
        assert child.stdout.readline() == "Waiting for jobs.\n"
        alive = "SELECT count(*) FROM procrastinate_workers"

        def is_up() -> bool:
            db.rollback()
            return bool(db.scalar(text(alive)))

        until(is_up)
        child.send_signal(signal.SIGTERM)
        assert child.wait(40) == 0
    db.rollback()
    assert db.scalar(text(alive)) == 0


def test_serve_answers_and_stops_cleanly_when_it_is_told(db, free_port):
    def answers() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{free_port}/readyz", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    with started("serve", "--port", str(free_port), "--workers", "1") as child:
        until(answers)
        child.send_signal(signal.SIGTERM)
        assert child.wait(40) == 0
