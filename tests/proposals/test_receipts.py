"""The receipt: on the page, on paper, in the mail; and that lateness is judged by what has wholly arrived."""

from __future__ import annotations

import io
from contextvars import Context
from datetime import timedelta
from email import message_from_bytes, policy
from urllib.parse import urlencode

from marketplace.core import clock
from marketplace.proposals import commands, contents
from marketplace.proposals.models import ProposalState
from tests.proposals import builder
from tests.proposals.browser import Browser


def test_the_mail_carries_code_time_and_fingerprint(app, scene, db, run_jobs, data_folder):
    proposal = scene.sent()
    db.commit()
    sent = contents.standing(proposal)
    run_jobs()
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in data_folder.glob("mail/*.eml")]
    plain = [mail.get_body(("plain",)).get_content() for mail in mails]
    told = [words for words in plain if sent.receipt_code in words]
    assert told
    assert all(sent.sha256 in "".join(words.split()) for words in told)


class SlowBody(io.BytesIO):
    """A request whose last byte arrives after the deadline."""

    def __init__(self, body: bytes, arrives_at) -> None:
        super().__init__(body)
        self.arrives_at = arrives_at

    def read(self, *args):
        clock.set_to(self.arrives_at)
        return super().read(*args)

    def readinto(self, buffer):
        clock.set_to(self.arrives_at)
        return super().readinto(buffer)


def test_what_has_not_wholly_arrived_by_the_deadline_is_late(app, scene, db, later):
    proposal = scene.draft()
    scene.challenge.deadline = scene.now + timedelta(minutes=5)
    db.commit()
    karim = Browser(app, scene.writer)
    path = f"/en/proposals/{proposal.key}/submission/"
    page = karim.get(path)
    body = urlencode({"csrf_token": page.token, "expected": page.value_of("expected")}).encode()
    with clock.at(scene.challenge.deadline):
        answer = Context().run(
            karim.client.post,
            path,
            input_stream=SlowBody(body, scene.challenge.deadline + timedelta(seconds=1)),
            content_length=len(body),
            content_type="application/x-www-form-urlencoded",
        )
    assert answer.status_code == 200
    assert "The deadline was" in answer.get_data(as_text=True)
    db.expire_all()
    assert proposal.state == ProposalState.DRAFT


def test_the_challenges_page_tells_of_ones_own_proposal(app, scene, db):
    proposal = scene.draft()
    db.commit()
    slug = "detect-tampered-setpoints"
    karim = Browser(app, scene.writer)
    page = karim.get(f"/en/challenges/{slug}-{scene.challenge.key}/").words
    assert "8 of 8 sections are done. Last saved by Karim Bensalem" in page
    commands.submit(scene.writer, proposal, scene.now)
    db.commit()
    assert "Sent, closed until the deadline" in karim.get(f"/en/challenges/{slug}-{scene.challenge.key}/").words
    rival = Browser(app, scene.rival).get(f"/en/challenges/{slug}-{scene.challenge.key}/")
    assert "Start your proposal" in rival.words


def test_pages_take_as_many_statements_for_one_as_for_thirty(app, scene, db):
    from sqlalchemy import event

    from marketplace.core import database

    karim = Browser(app, scene.writer)

    def statements(path: str) -> int:
        counted: list[str] = []

        def listener(*arguments) -> None:
            counted.append(arguments[2])

        event.listen(database.engine(), "before_cursor_execute", listener)
        assert karim.get(path).status == 200
        event.remove(database.engine(), "before_cursor_execute", listener)
        return len(counted)

    proposal = scene.draft()
    db.commit()
    few = statements("/en/proposals/")
    for _number in range(29):
        builder.written(scene.writer, builder.challenge(scene.challenge.agency, scene.now), scene.now)
    db.commit()
    assert statements("/en/proposals/") == few <= 12
    assert statements(f"/en/proposals/{proposal.key}/edit/price/") <= 14
    assert statements(f"/en/proposals/{proposal.key}/") <= 14
