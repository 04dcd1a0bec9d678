"""A draft that is started from another challenge brings its files along, as files of its own."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from marketplace.challenges import attachments, commands
from marketplace.challenges.models import Challenge
from marketplace.core import database, files
from marketplace.core.errors import NotFound
from tests.challenges.conftest import Cast, reading_as

PLAN = b"Twenty-four stations, six makers of controllers."


def with_file(cast: Cast) -> Challenge:
    challenge = cast.draft()
    commands.attach(cast.author, challenge, FileStorage(io.BytesIO(PLAN), filename="stations.txt"), cast.now)
    database.session.commit()
    return challenge


def test_a_clone_has_the_same_bytes_in_files_of_its_own(cast: Cast):
    challenge = with_file(cast)
    with reading_as(cast.author):
        source = database.session.get_one(Challenge, challenge.id)
        copy = commands.clone(cast.author, source, cast.now)
        database.session.commit()
        [old], [new] = attachments.of(source), attachments.of(copy)
        assert new.id != old.id
        assert (new.name, new.sha256, new.content_type) == (old.name, old.sha256, old.content_type)
        assert files.content(new) == PLAN
        assert (new.owner_organisation_id, new.uploaded_by) == (cast.agency.id, cast.author.person_id)
        commands.detach(cast.author, source, old.id, cast.now)
        database.session.commit()
        assert [file.id for file in attachments.of(copy)] == [new.id]


def test_a_clones_files_are_read_by_the_clones_readers_alone(cast: Cast, browser):
    challenge = with_file(cast)
    commands.submit_for_review(cast.author, challenge, cast.now)
    commands.approve(cast.approver, challenge, cast.now)
    commands.publish(cast.author, challenge, cast.now)
    database.session.commit()
    stranger = browser(cast.stranger)
    stranger.get(f"/en/challenges/{challenge.key}/copy/")
    assert "files are copied" in stranger.page.text
    stranger.press("Start the draft")
    copy = database.session.scalars(select(Challenge).where(Challenge.cloned_from == challenge.id)).one()
    [theirs] = attachments.of(copy)
    assert theirs.owner_organisation_id == cast.stranger.organisation_id
    assert stranger.get(f"/files/{theirs.id}").response.data == PLAN
    assert browser(cast.author).get(f"/files/{theirs.id}").status == 404
    with reading_as(cast.author), pytest.raises(NotFound):
        files.one(theirs.id)
