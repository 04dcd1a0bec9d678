"""What may be sent: the type by content and not by name, the size, images made anew."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from marketplace.core.errors import Refused
from marketplace.core.fields import figure
from marketplace.core.i18n import _
from marketplace.core.text import clean_line

if TYPE_CHECKING:  # loaded where somebody sends a file
    from PIL import Image

_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
TYPES = {
    "pdf": "application/pdf",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "odt": f"{_OPEN}.text",
    "ods": f"{_OPEN}.spreadsheet",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "txt": "text/plain",
    "csv": "text/csv",
    "md": "text/markdown",
}
IMAGES = frozenset({"png", "jpg", "jpeg", "webp"})
_TEXTS = frozenset({"txt", "csv", "md"})
# The part of an Office document that says which of the three it is.
_OFFICE_PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
_MARKUP = re.compile(rb"\s*(<!doctype\s+html|<html|<svg|<\?xml|<script|<head|<body|<iframe)", re.IGNORECASE)

MAX_PIXELS = 50_000_000
MAX_SIDE = 4_000  # pixels; larger images are made smaller
MAX_NAME = 120


@dataclass(frozen=True)
class Checked:
    """A file that may be kept."""

    name: str
    content_type: str
    content: bytes


def accepted(extensions: frozenset[str] | None = None) -> str:
    """The value of a file field's `accept` attribute."""
    return ",".join(f".{extension}" for extension in TYPES if extensions is None or extension in extensions)


def check(
    name: str, content: bytes, *, max_bytes: int, field: str | None = None, only: frozenset[str] | None = None
) -> Checked:
    """What is to be kept of a file that somebody sent.

    Args:
        name: as the sender's machine calls it, folders and all.
        max_bytes: the largest size.
        field: the form's field that a refusal belongs beside.
        only: extensions that are taken here; all of `TYPES` when left out.
    Raises:
        Refused: too large, empty, of a type that is not taken, or not what its name says.
    Rule: issue "The house", bad input: wrong or lying file types.
    """
    name = clean_name(name)
    extension = PurePosixPath(name).suffix[1:].lower()
    taken = [each for each in TYPES if only is None or each in only]
    if extension not in taken:
        raise Refused(
            _("Files of this type are not taken. Choose one of these: %(types)s.", types=", ".join(taken)), field
        )
    if not content:
        raise Refused(_("This file is empty. Choose another."), field)
    if len(content) > max_bytes:
        raise Refused(_("Choose a file of %(most)s MB or less.", most=figure(Decimal(max_bytes) / 1_000_000)), field)
    if not _is(extension, content):
        raise Refused(
            _(
                "The name of this file ends in .%(extension)s, but its content is something else. Save it anew as"
                " .%(extension)s and choose it again.",
                extension=extension,
            ),
            field,
        )
    if extension in IMAGES:
        content = _made_anew(content, field)
    return Checked(name, TYPES[extension], content)


def clean_name(name: str) -> str:
    """A file's own name: no folders, nothing unseen, no longer than `MAX_NAME`, its extension kept."""
    name = clean_line(re.split(r"[/\\]", name)[-1]).lstrip(".")
    # No quotes and the like: the name is printed in headers and in shells' prompts.
    name = re.sub(r'[<>:"|?*;%`$]', "_", name) or "file"
    path = PurePosixPath(name)
    return path.stem[: MAX_NAME - len(path.suffix)] + path.suffix[:MAX_NAME]


def _is(extension: str, content: bytes) -> bool:
    if extension in _TEXTS:
        return _is_text(content)
    if extension in _OFFICE_PARTS or extension in {"odt", "ods"}:
        return _is_document(extension, content)
    import puremagic

    wanted = TYPES[extension]
    try:
        found = puremagic.magic_string(content)
    except puremagic.PureError:
        return False
    # The program that reads a file begins at its first byte; so does the check.
    starts = {"pdf": b"%PDF-", "png": b"\x89PNG", "webp": b"RIFF"}.get(extension, b"\xff\xd8\xff")
    return content.startswith(starts) and any(match.mime_type == wanted for match in found)


def _is_text(content: bytes) -> bool:
    """UTF-8 without controls, and no page or drawing that a browser would run."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not re.search(r"[\x00-\x08\x0e-\x1f\x7f]", text) and not _MARKUP.match(
        content.removeprefix(b"\xef\xbb\xbf")
    )


def _is_document(extension: str, content: bytes) -> bool:
    """A zip archive with the parts of that document, without macros. Nothing but `mimetype` is unpacked."""
    if not content.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                return False
            if extension in _OFFICE_PARTS:
                return {"[Content_Types].xml", _OFFICE_PARTS[extension]} <= names
            with archive.open("mimetype") as said:
                return said.read(100) == TYPES[extension].encode() and "content.xml" in names
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, NotImplementedError, RuntimeError):
        return False


def _made_anew(content: bytes, field: str | None) -> bytes:
    """The image drawn again: without place, camera and whatever else was hidden in it."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    unreadable = Refused(_("This image can't be read. Save it anew and choose it again."), field)
    try:
        with Image.open(io.BytesIO(content), formats=["PNG", "JPEG", "WEBP"]) as opened:
            # Before a pixel is unpacked: a small file may claim a sea of them.
            if opened.width * opened.height > MAX_PIXELS:
                raise Refused(
                    _(
                        "This image has too many pixels. Make it smaller, to %(side)s pixels a side.",
                        side=figure(MAX_SIDE),
                    ),
                    field,
                )
            kind = opened.format or ""
            image = ImageOps.exif_transpose(opened)
            image = image.convert(_mode(image, kind))
            image.info = {}
            image.thumbnail((MAX_SIDE, MAX_SIDE))
            written = io.BytesIO()
            options = {"PNG": {"optimize": True}}.get(kind, {"quality": 90})
            image.save(written, kind, **options)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise unreadable from None
    return written.getvalue()


def _mode(image: Image.Image, kind: str) -> str:
    if kind == "JPEG":
        return "L" if image.mode == "L" else "RGB"
    see_through = "A" in image.getbands() or "transparency" in image.info
    return "RGBA" if see_through else "L" if image.mode in {"1", "L"} else "RGB"
