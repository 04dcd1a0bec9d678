"""What may be sent is judged by its content, and images lose what was hidden in them."""

from __future__ import annotations

import io
import socket
import threading
import zipfile
from collections.abc import Iterator

import pytest
from PIL import Image

from marketplace.core.errors import Refused
from marketplace.core.files import checks, scanning

pytestmark = pytest.mark.usefixtures("words")


@pytest.fixture
def words(app) -> Iterator[None]:
    """English messages."""
    with app.test_request_context("/en/"):
        yield


def archive(**parts: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as opened:
        for name, text in parts.items():
            opened.writestr(name, text)
    return written.getvalue()


def image(kind: str, size: tuple[int, int] = (40, 30), mode: str = "RGB", **options) -> bytes:
    written = io.BytesIO()
    Image.new(mode, size, 0).save(written, kind, **options)
    return written.getvalue()


PDF = b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF"
HONEST = {
    "report.pdf": PDF,
    "letter.docx": archive(**{"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"}),
    "sheet.XLSX": archive(**{"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<w/>"}),
    "slides.pptx": archive(**{"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "<w/>"}),
    "letter.odt": archive(**{"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<o/>"}),
    "sheet.ods": archive(**{"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<o/>"}),
    "note.txt": "مرحبا, hello".encode(),
    "rows.csv": b"\xef\xbb\xbfa;b\r\n1;2\r\n",
    "readme.md": b"# Title\n",
    "photo.png": image("PNG"),
    "photo.jpg": image("JPEG"),
    "photo.jpeg": image("JPEG"),
    "photo.webp": image("WEBP"),
}
LYING = {
    "program.pdf": b"MZ\x90\0" + bytes(200),
    "page.txt": b"<!DOCTYPE html><script>alert(1)</script>",
    "drawing.csv": b"\xef\xbb\xbf <svg xmlns='http://www.w3.org/2000/svg'/>",
    "latin.txt": "café".encode("latin-1"),
    "bytes.md": b"text\0text",
    "photo.png": image("JPEG"),
    "photo.jpg": b"GIF89a" + bytes(50),
    "sheet.docx": HONEST["sheet.XLSX"],
    "plain.docx": archive(**{"a.txt": "x"}),
    "macros.docx": archive(
        **{"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>", "word/vbaProject.bin": "x"}
    ),
    "torn.xlsx": HONEST["sheet.XLSX"][:60],
    "late.pdf": b"\n" * 10 + PDF,
    "letter.ods": HONEST["letter.odt"],
}


def check(name: str, content: bytes, max_bytes: int = 1_000_000) -> checks.Checked:
    return checks.check(name, content, max_bytes=max_bytes, field="file")


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_file_is_taken(name):
    checked = check(name, HONEST[name])
    assert checked.name == name
    assert checked.content_type == checks.TYPES[name.rpartition(".")[2].lower()]


@pytest.mark.parametrize("name", LYING)
def test_a_file_that_is_not_what_its_name_says_is_refused_beside_its_field(name):
    with pytest.raises(Refused) as refused:
        check(name, LYING[name])
    assert "its content is something else" in str(refused.value)
    assert refused.value.field == "file"


@pytest.mark.parametrize("name", ["a.zip", "a.svg", "a.html", "a.exe", "a.docm", "noextension", "", "..", "a.pdf/"])
def test_other_types_are_refused_with_a_list_of_those_taken(name):
    with pytest.raises(Refused, match="Choose one of these: pdf, docx"):
        check(name, b"x")


def test_a_field_may_take_images_alone():
    with pytest.raises(Refused, match="Choose one of these: png, jpg, jpeg, webp"):
        checks.check("a.pdf", PDF, max_bytes=1000, only=checks.IMAGES)
    assert checks.accepted(checks.IMAGES) == ".png,.jpg,.jpeg,.webp"


def test_empty_and_large_files_are_refused():
    with pytest.raises(Refused, match="empty"):
        check("a.txt", b"")
    with pytest.raises(Refused, match=r"of 0\.5 MB or less"):
        check("a.txt", b"x" * 500_001, max_bytes=500_000)
    assert check("a.txt", b"x" * 500_000, max_bytes=500_000)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (r"C:\Users\x\report.pdf", "report.pdf"),
        ("../../etc/report.pdf", "report.pdf"),
        ("re\u202efdp.pdf", "refdp.pdf"),
        ('a"b;c\r\n.pdf', "a_b_c .pdf"),
        ("تقرير.pdf", "تقرير.pdf"),
        (".pdf.pdf", "pdf.pdf"),
    ],
)
def test_a_name_is_cleaned(sent, kept):
    assert check(sent, PDF).name == kept


def test_a_long_name_keeps_its_extension():
    name = check("n" * 400 + ".pdf", PDF).name
    assert len(name) == checks.MAX_NAME
    assert name.endswith(".pdf")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_an_image_loses_place_and_camera_and_stands_upright(kind):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "A camera"
    exif.get_ifd(0x8825)[1] = "N"
    name = f"photo.{kind.lower()}"
    sent = image(kind, exif=exif)
    assert b"A camera" in sent
    kept = check(name, sent).content
    assert b"A camera" not in kept
    with Image.open(io.BytesIO(kept)) as opened:
        assert opened.size == (30, 40)
        assert dict(opened.getexif()) == {}


def test_what_is_hidden_behind_an_image_is_cut_off():
    assert b"<script>" not in check("photo.jpg", image("JPEG") + b"<script>").content
    assert b"secret" not in check("photo.jpg", image("JPEG", comment=b"secret")).content


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "I;16"), ("JPEG", "CMYK"), ("PNG", "1")]
)
def test_images_of_every_mode_are_taken(kind, mode):
    assert check(f"photo.{kind.lower()}", image(kind, mode=mode)).content


def test_a_large_image_is_made_smaller():
    kept = check("photo.png", image("PNG", (5000, 100), "L")).content
    with Image.open(io.BytesIO(kept)) as opened:
        assert opened.size == (4000, 80)


def test_an_image_of_too_many_pixels_is_refused_before_it_is_unpacked():
    with pytest.raises(Refused, match="too many pixels"):
        check("photo.png", image("PNG", (10_000, 6_000), "1"))


def test_a_torn_image_is_refused():
    with pytest.raises(Refused, match="can't be read"):
        check("photo.png", image("PNG", (400, 400))[:100])


class Clam:
    """What clamd does with INSTREAM, for one question."""

    def __init__(self, answer: bytes) -> None:
        self.received = b""
        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        line, _ = self._listener.accept()
        with line, line.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            while length := int.from_bytes(stream.read(4), "big"):
                self.received += stream.read(length)
            line.sendall(self._answer)


def test_a_virus_is_refused_where_a_scanner_is_configured(configuration, monkeypatch):
    content = b"x" * 200_000
    for answer, refusal in ((b"stream: OK\0", None), (b"stream: Eicar-Signature FOUND\0", "virus was found")):
        clam = Clam(answer)
        monkeypatch.setattr(configuration, "clamd", clam.address)
        if refusal is None:
            scanning.scan(content)
        else:
            with pytest.raises(Refused, match=refusal):
                scanning.scan(content)
        assert clam.received == content


def test_a_scanner_that_does_not_answer_lets_nothing_through(configuration, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
    monkeypatch.setattr(configuration, "clamd", address)
    with pytest.raises(Refused, match="Try again"):
        scanning.scan(b"x")
