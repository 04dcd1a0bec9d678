"""The production server under the knife: told to stop, or killed, while a request waits inside its transaction."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, text

from marketplace.core import clock, database
from marketplace.core.access import Kind
from tests.organisations import world
from tests.pages import Browser, values_of
from tests.processes import started, until

WAITING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND application_name = 'marketplace'
"""
LEFT = """
    SELECT (SELECT count(*) FROM invitation), (SELECT count(*) FROM outgoing_mail),
        (SELECT count(*) FROM procrastinate_jobs), (SELECT count(*) FROM event WHERE name = 'organisation.invited')
"""


@dataclass
class Site:
    """The server, a form that is ready to be sent to it, and the database beneath."""

    process: subprocess.Popen[str]
    port: int
    path: str
    form: str
    cookie: str
    organisation_id: str
    engine: Engine

    def get(self, path: str) -> int:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            line.request("GET", path)
            return line.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0

    def send(self) -> int:
        """Send the form; the answer's status, 0 where the line broke."""
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            line.request("POST", self.path, self.form, headers)
            return line.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0

    def counts(self) -> tuple[int, ...]:
        with self.engine.connect() as connection:
            return tuple(connection.execute(text(LEFT)).one())

    def waiting(self) -> int:
        with self.engine.connect() as connection:
            return int(connection.scalar(text(WAITING)))

    @contextmanager
    def request_held(self) -> Iterator[Future[int]]:
        """A request that has written everything and waits for the chain of events, the last lock that it needs."""
        with ThreadPoolExecutor(1) as thread, self.engine.connect() as holder:
            holder.execute(
                text("SELECT id FROM event_stream WHERE id = :id FOR UPDATE"), {"id": self.organisation_id}
            )
            answer = thread.submit(self.send)
            until(self.waiting, what="the request waits for the lock")
            yield answer
            holder.rollback()

    @property
    def workers(self) -> list[int]:
        found = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=False)
        return [int(pid) for pid in found.stdout.split()]


@pytest.fixture
def site(app: Flask, db, databases, free_port: int) -> Iterator[Site]:
    now = datetime.now(UTC)  # the server lives in the present
    with clock.at(now):
        house = world.build(db, now)
        startup = world.an_organisation(house, Kind.STARTUP)
        browser = Browser(app)
        browser.sign_in("owner.of.tidewatch.labs@example.org", world.PASSWORD)
        browser.get(f"/en/organisations/{startup.key}/people/")
        form, _button = browser.page.form("Send the invitation")
    db.execute(text("DELETE FROM outgoing_mail"))
    db.execute(text("DELETE FROM procrastinate_jobs"))
    db.commit()
    values = values_of(form) | {"email": ["nadia@example.org"], "role": ["editor"]}
    cookie = browser.client.get_cookie("session")
    engine = create_engine(database.normal_url(databases.app_url))
    with started("serve", "--port", str(free_port), "--workers", "1") as process:
        made = Site(
            process,
            free_port,
            form.attributes["action"],
            urlencode(values, doseq=True),
            f"session={cookie.value}",
            str(startup.id),
            engine,
        )
        until(lambda: made.get("/readyz") == 200)
        yield made
    engine.dispose()


def test_a_request_under_way_is_finished_when_the_server_is_told_to_stop(site: Site):
    with site.request_held() as answer:
        site.process.send_signal(signal.SIGTERM)
        until(lambda: site.get("/healthz") == 0, what="nobody new is let in")
        assert site.process.poll() is None
    assert answer.result(30) == 302
    assert site.process.wait(40) == 0
    assert site.counts() == (1, 1, 1, 1)


def test_nothing_is_half_saved_when_the_server_is_killed_and_the_form_can_be_sent_again(site: Site):
    with site.request_held() as answer:
        [worker] = site.workers
        os.kill(worker, signal.SIGKILL)
        assert answer.result(30) == 0
        until(lambda: set(site.workers) - {worker}, what="another worker is there")
    until(lambda: not site.waiting())
    assert site.counts() == (0, 0, 0, 0)
    until(lambda: site.get("/readyz") == 200)
    assert site.send() == 302
    assert site.counts() == (1, 1, 1, 1)
