"""Files of a proposal: part of it, pinned by what was sent."""

from __future__ import annotations

import io

import pytest
from werkzeug.datastructures import FileStorage

from marketplace.core import files
from marketplace.core.errors import NotFound, Refused
from marketplace.proposals import attachments, commands, contents
from marketplace.proposals.models import Section
from tests.proposals.browser import Browser
from tests.proposals.conftest import reading_as


def upload(text: str = "Measured: 8 hours.", name: str = "results.txt") -> FileStorage:
    return FileStorage(io.BytesIO(text.encode()), filename=name)


def test_a_file_is_added_and_removed(scene, db):
    proposal = scene.draft()
    added = commands.add_file(scene.writer, proposal, upload(), scene.now)
    assert contents.file_ids(contents.draft_of(proposal)) == [added.id]
    commands.remove_file(scene.colleague, proposal, added.id, scene.now)
    db.commit()
    assert contents.file_ids(contents.draft_of(proposal)) == []
    assert files.with_ids([added.id]) == []


def test_a_sent_version_keeps_a_file_that_the_draft_has_lost(scene, db):
    proposal = scene.draft()
    added = commands.add_file(scene.writer, proposal, upload(), scene.now)
    commands.submit(scene.writer, proposal, scene.now)
    commands.remove_file(scene.writer, proposal, added.id, scene.now)
    db.commit()
    commands.open_proposals(scene.officer, scene.challenge, scene.after)
    db.commit()
    with reading_as(scene.officer):
        (pinned,) = contents.read(proposal).files
        assert files.content(files.one(pinned.id)) == b"Measured: 8 hours."
        assert pinned.sha256 == added.sha256


def test_a_file_that_was_added_after_the_sending_is_the_teams_alone(scene, db):
    proposal = scene.sent()
    later = commands.add_file(scene.writer, proposal, upload(), scene.now)
    db.commit()
    commands.open_proposals(scene.officer, scene.challenge, scene.after)
    db.commit()
    with reading_as(scene.officer), pytest.raises(NotFound):
        files.one(later.id)


def test_a_lying_file_is_refused(scene):
    with pytest.raises(Refused, match="its content is something else"):
        commands.add_file(scene.writer, scene.draft(), upload("<html>", "report.pdf"), scene.now)


def test_there_is_an_end_to_files(scene, monkeypatch):
    monkeypatch.setattr(attachments, "MAX_FILES", 1)
    proposal = scene.draft()
    commands.add_file(scene.writer, proposal, upload(), scene.now)
    with pytest.raises(Refused, match="Remove one first"):
        commands.add_file(scene.writer, proposal, upload(), scene.now)


def test_a_file_of_another_proposal_is_not_removed(scene, db):
    mine, theirs = scene.draft(), commands.start_proposal(scene.rival, scene.challenge, scene.now)
    added = commands.add_file(scene.rival, theirs, upload(), scene.now)
    with pytest.raises(NotFound):
        commands.remove_file(scene.writer, mine, added.id, scene.now)


def test_the_page_takes_a_file_and_says_what_is_wrong_with_one(app, scene, db):
    proposal = scene.draft()
    db.commit()
    karim = Browser(app, scene.writer)
    edit = f"/en/proposals/{proposal.key}/edit/documents/"
    path = f"/en/proposals/{proposal.key}/files/"
    good = karim.send(path, {"file": (io.BytesIO(b"Text"), "results.txt")}, page=edit)
    assert good.status == 302
    assert "results.txt" in karim.get(edit).words
    lying = karim.send(path, {"file": (io.BytesIO(b"<html>"), "report.pdf")}, page=edit)
    assert lying.status == 422
    assert "its content is something else" in lying.words
    assert karim.send(path, {}, page=edit).status == 422
    (file_id,) = contents.file_ids(contents.draft_of(proposal))
    assert karim.send(f"{path}{file_id}/removal/", {}, page=edit).status == 302
    assert contents.draft_of(proposal)[Section.DOCUMENTS].content["files"] == []
