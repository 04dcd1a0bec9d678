"""Files are kept in a folder or in S3, and read by those whom their feature lets read them."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import quote
from urllib.request import Request, urlopen
from uuid import UUID

import pytest
from sqlalchemy import or_, select
from werkzeug.datastructures import FileStorage

from marketplace.core import access, clock, database, files, ids
from marketplace.core.access import Kind, Viewer
from marketplace.core.errors import NotFound, Refused
from marketplace.core.files import File, links, storage, sweeping
from tests.conftest import NOW

SUBJECT = ids.new_id()
PUBLIC = ids.new_id()
files.readers.register(
    "a thing of the tests",
    lambda viewer: or_(File.owner_organisation_id == viewer.organisation_id, File.subject_id == PUBLIC),
)


def somebody(organisation_id: UUID | None = None) -> Viewer:
    return Viewer(
        at=NOW,
        person_id=ids.new_id(),
        organisation_id=organisation_id or ids.new_id(),
        organisation_kind=Kind.STARTUP,
    )


def send(actor: Viewer, name: str = "note.txt", content: bytes = b"kept", subject_id: UUID = SUBJECT) -> File:
    file = files.store(
        actor, FileStorage(io.BytesIO(content), filename=name), "a thing of the tests", subject_id, field="file"
    )
    database.session.commit()
    return file


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """A server that speaks the S3 protocol, with one bucket."""
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as server:
        assert server.stderr is not None
        said = (re.search(r"Running on (http://127\.0\.0\.1:\d+)", line) for line in server.stderr)
        address = next(match.group(1) for match in said if match)
        urlopen(Request(f"{address}/marketplace", method="PUT")).close()
        yield address
        server.kill()


@pytest.fixture(params=["a folder", "S3"])
def kept_in(request, configuration, monkeypatch) -> str:
    """Where the files of a test are kept: each test runs with both."""
    if request.param == "S3":
        monkeypatch.setattr(configuration, "files_url", f"s3://marketplace/{ids.new_key()}")
        monkeypatch.setattr(configuration, "s3_endpoint", request.getfixturevalue("s3"))
        monkeypatch.setattr(configuration, "s3_access_key_id", "key")
        monkeypatch.setattr(configuration, "s3_secret_access_key", "secret")
    return request.param


def test_what_was_sent_is_kept_and_read_again(db, kept_in):
    actor = somebody()
    file = send(actor, "تقرير.txt", "مرحبا".encode())
    assert (file.name, file.content_type, file.size_bytes) == ("تقرير.txt", "text/plain", 10)
    assert (file.owner_organisation_id, file.uploaded_by) == (actor.organisation_id, actor.person_id)
    assert files.content(file).decode() == "مرحبا"
    assert b"".join(storage.read_in_pieces(file.place)) == files.content(file)


def test_a_kept_content_is_never_written_over(db, kept_in):
    file = send(somebody())
    with pytest.raises(FileExistsError):
        storage.write(file.place, b"other")
    assert files.content(file) == b"kept"


def test_a_file_of_many_pieces_arrives_whole(db, client, kept_in):
    content = b"line\n" * 300_000
    file = send(somebody(), "long.txt", content, PUBLIC)
    assert client.get(f"/files/{file.id}", follow_redirects=True).data == content


def test_contents_without_a_file_are_swept_after_a_day(db, kept_in):
    kept, removed = send(somebody()), send(somebody())
    files.remove(removed)
    storage.write(f"zz/{ids.new_random_id().hex}", b"of an upload that was rolled back")
    storage.write("not-ours.txt", b"an operator's note")
    database.session.commit()
    written = max(entry["last_modified"] for portion in storage.listing() for entry in portion)
    assert sweeping.sweep_until(written - timedelta(days=1)) == 0
    assert sweeping.sweep_until(written + timedelta(seconds=1)) >= 2
    left = {entry["path"] for portion in storage.listing() for entry in portion}
    assert {kept.place, "not-ours.txt"} <= left
    assert removed.place not in left
    storage.delete(["not-ours.txt"])


def test_a_refused_upload_keeps_nothing(db):
    with pytest.raises(Refused) as refused:
        send(somebody(), "note.pdf", b"no PDF")
    assert refused.value.field == "file"
    assert database.session.scalars(select(File)).all() == []


def test_only_those_whom_the_feature_lets_read_find_a_file(db):
    owner = somebody()
    file = send(owner)
    for viewer, sees in ((owner, True), (somebody(owner.organisation_id), True), (somebody(), False)):
        with database.session_scope(viewer):
            if sees:
                assert files.one(file.id).id == file.id
                assert [found.id for found in files.of(file.subject_kind, [SUBJECT])[SUBJECT]] == [file.id]
                assert [found.id for found in files.with_ids([ids.new_id(), file.id])] == [file.id]
            else:
                assert files.with_ids([file.id]) == []
                with pytest.raises(NotFound):
                    files.one(file.id)


def test_files_of_things_that_no_feature_opened_are_nobodys(db):
    owner = somebody()
    file = files.store(owner, FileStorage(io.BytesIO(b"x"), filename="a.txt"), "never registered", SUBJECT)
    database.session.commit()
    with database.session_scope(owner), pytest.raises(NotFound):
        files.one(file.id)


def test_a_kind_has_one_rule():
    with pytest.raises(RuntimeError, match="already"):
        files.readers.register("a thing of the tests", lambda viewer: File.id.is_not(None))


def test_the_address_leads_to_a_short_link_that_serves_a_download(db, client):
    file = send(somebody(), "résumé تقرير.txt", b"kept", PUBLIC)
    led = client.get(files.address(file))
    assert led.status_code == 303
    assert led.location.startswith("/files/served/")
    served = client.get(led.location)
    assert served.data == b"kept"
    assert served.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert served.headers["Content-Length"] == "4"
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert served.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert served.headers["Cache-Control"] == "private, no-store"
    assert served.headers["Content-Disposition"] == (
        "attachment; filename=\"r_sum_ _____.txt\"; filename*=UTF-8''" + quote("résumé تقرير.txt")
    )


def test_an_image_shows_in_the_page(db, client):
    from tests.core.test_file_checks import image

    file = send(somebody(), "photo.png", image("PNG"), PUBLIC)
    served = client.get(files.address(file), follow_redirects=True)
    assert served.headers["Content-Type"] == "image/png"
    assert served.headers["Content-Disposition"].startswith("inline;")


def test_a_foreign_file_and_none_answer_alike(db, client):
    theirs, nobodys = str(send(somebody()).id), str(ids.new_random_id())
    foreign, none = client.get(f"/files/{theirs}"), client.get(f"/files/{nobodys}")
    # The page names its own address, and nothing else that differs.
    assert (foreign.status_code, none.status_code) == (404, 404)
    assert foreign.text.replace(theirs, nobodys) == none.text


def test_a_link_serves_its_reader_alone(db, client):
    owner = somebody()
    token = links.sign(send(owner, subject_id=PUBLIC).id, owner, NOW)
    assert links.read(token, owner, NOW)
    for other in (somebody(owner.organisation_id), Viewer.anonymous(NOW)):
        with pytest.raises(NotFound):
            links.read(token, other, NOW)
    assert client.get(f"/files/served/{token}").status_code == 404
    for forged in ("x", token[:-1], token + "x", "\0", "é"):
        assert client.get(f"/files/served/{quote(forged)}").status_code == 404


def test_a_link_lasts_a_minute_and_then_asks_for_access_again(db, client):
    file = send(somebody(), subject_id=PUBLIC)
    short = client.get(files.address(file)).location
    with clock.at(NOW + timedelta(seconds=60)):
        assert client.get(short).status_code == 200
    with clock.at(NOW + timedelta(seconds=62)):
        late = client.get(short)
        assert (late.status_code, late.location) == (303, f"/files/{file.id}")
        assert client.get(short, follow_redirects=True).data == b"kept"


def test_access_that_ended_ends_a_link_at_once(db, client):
    file = send(somebody(), subject_id=PUBLIC)
    short = client.get(files.address(file)).location
    file.subject_id = SUBJECT
    db.commit()
    assert client.get(short).status_code == 404


def test_a_missing_content_is_not_found(db, client):
    file = send(somebody(), subject_id=PUBLIC)
    storage.delete([file.place])
    assert client.get(files.address(file), follow_redirects=True).status_code == 404


def test_the_folder_of_files_is_private(db, configuration):
    send(somebody())
    assert (configuration.data / "files").stat().st_mode & 0o777 == 0o700


def test_whoever_sees_a_thing_sees_its_files(db):
    predicate = access._guards[File]
    before = list(predicate.visible)
    from marketplace.challenges.models import Challenge

    try:
        files.readers.with_subject("a challenge of the tests", Challenge)
        with database.session_scope(somebody()):
            assert files.of("a challenge of the tests", [SUBJECT]) == {SUBJECT: []}
    finally:
        predicate.visible[:] = before
