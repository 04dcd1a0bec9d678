"""A form is judged when all of it is here: by the rights and the clock of then, not of its first byte."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Context
from datetime import timedelta
from io import BytesIO
from urllib.parse import urlencode

from sqlalchemy import select

from marketplace.challenges import commands
from marketplace.challenges.models import Challenge, ChallengeState
from marketplace.core import access, clock, database
from marketplace.organisations.models import Membership
from tests.challenges.conftest import Cast
from tests.pages import Browser


class Slow(BytesIO):
    """A body before which something happens while it is on its way."""

    def __init__(self, body: bytes, meanwhile: Callable[[], None]) -> None:
        super().__init__(body)
        self._meanwhile = [meanwhile]

    def readinto(self, into: bytearray) -> int:  # type: ignore[override]
        while self._meanwhile:
            self._meanwhile.pop()()
        return super().readinto(into)


def send_slowly(browser: Browser, challenge: Challenge, path: str, meanwhile: Callable[[], None]) -> int:
    home = f"/en/challenges/{challenge.key}/"
    token = browser.get(f"{home}manage/").root.one("input", name="csrf_token").attributes["value"]
    body = urlencode({"csrf_token": token}).encode()
    answer = Context().run(
        lambda: browser.client.post(
            home + path,
            input_stream=Slow(body, meanwhile),
            content_length=len(body),
            content_type="application/x-www-form-urlencoded",
        )
    )
    return answer.status_code


def scheduled(cast: Cast) -> Challenge:
    challenge = cast.approved()
    commands.publish(cast.author, challenge, cast.now, cast.now + timedelta(hours=1))
    database.session.commit()
    return challenge


def test_what_readers_see_by_the_time_a_form_is_here_is_not_taken_out_of_the_schedule(cast: Cast, browser):
    challenge = scheduled(cast)
    status = send_slowly(
        browser(cast.author), challenge, "publication/end/", lambda: clock.set_to(cast.now + timedelta(hours=2))
    )
    database.session.refresh(challenge)
    assert (status, challenge.state) == (200, ChallengeState.PUBLISHED)


def test_who_has_lost_a_role_by_the_time_a_form_is_here_changes_nothing(cast: Cast, browser):
    challenge = scheduled(cast)

    def leave() -> None:
        with database.session_scope() as session, access.reading_as_system("a test"):
            for held in session.scalars(select(Membership).where(Membership.person_id == cast.author.person_id)):
                held.ends_at = cast.now
            session.commit()

    status = send_slowly(browser(cast.author), challenge, "publication/end/", leave)
    database.session.refresh(challenge)
    assert (status, challenge.state) == (404, ChallengeState.PUBLISHED)


def test_a_form_that_is_here_at_once_does_its_deed(cast: Cast, browser):
    challenge = scheduled(cast)
    assert send_slowly(browser(cast.author), challenge, "publication/end/", lambda: None) == 302
    database.session.refresh(challenge)
    assert challenge.state == ChallengeState.APPROVED
