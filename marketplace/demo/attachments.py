"""Files beside the demo's challenges, made while it is loaded: papers, rows of figures and drawings."""

from __future__ import annotations

import csv
from datetime import datetime
from io import BytesIO, StringIO

from PIL import Image, ImageDraw, ImageFont
from werkzeug.datastructures import FileStorage

from marketplace.challenges import commands
from marketplace.challenges.models import Challenge
from marketplace.core import blocks, clock, fonts, pdf, site
from marketplace.core.access import Viewer
from marketplace.demo import reading
from marketplace.demo.reading import Record

SIZE = (960, 480)
MARGIN = 72
PAPER, INK, LINE, CURVE = "#ffffff", "#1f2a37", "#c3cad3", "#0f6e66"


def attach(author: Viewer, challenge: Challenge, record: Record, moment: datetime) -> None:
    """Put the files that the data names beside a draft."""
    for told in reading.file("attachments").get(record["id"], ()):
        ending, make = _KINDS[told["kind"]]
        upload = FileStorage(BytesIO(make(told, record["language"], moment)), filename=f"{told['name']}.{ending}")
        commands.attach(author, challenge, upload, moment)


def _paper(told: Record, language: str, moment: datetime) -> bytes:
    return pdf.document(
        told["title"],
        [blocks.paragraph(told["lead"]), blocks.table(told["title"], told["columns"], told["rows"])],
        language=language,
        site=site.name(),
        dated=clock.date_words(moment.date(), language),
    )


def _figures(told: Record, _language: str, _moment: datetime) -> bytes:
    written = StringIO(newline="")
    rows = csv.writer(written)
    rows.writerow(told["columns"])
    rows.writerows(
        [number, value, other]
        for number, (value, other) in enumerate(zip(told["values"], told["beside"], strict=True), start=1)
    )
    return written.getvalue().encode()


def _drawing(told: Record, _language: str, _moment: datetime) -> bytes:
    """One curve over a grid, with its title and both ends of its scale."""
    image = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(image)
    letters = ImageFont.truetype(str(next(fonts.pdf_folder().glob("*regular.ttf"))), 24)
    values, (wide, high) = told["values"], SIZE
    low, top = min(values), max(values)
    pen.text((MARGIN, 18), told["title"], INK, letters)
    for step in range(5):
        level = high - MARGIN - step * (high - 2 * MARGIN) / 4
        pen.line([(MARGIN, level), (wide - MARGIN / 2, level)], LINE)
        pen.text((8, level - 14), f"{low + step * (top - low) / 4:.3g}", INK, letters)
    across = (wide - 1.5 * MARGIN) / (len(values) - 1)
    points = [
        (MARGIN + number * across, high - MARGIN - (value - low) / (top - low) * (high - 2 * MARGIN))
        for number, value in enumerate(values)
    ]
    pen.line(points, CURVE, width=5, joint="curve")
    written = BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


_KINDS = {"paper": ("pdf", _paper), "figures": ("csv", _figures), "drawing": ("png", _drawing)}
