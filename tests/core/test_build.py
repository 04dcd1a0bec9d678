"""What the set-up builds: a small first view, and nothing that the policy of content refuses."""

from __future__ import annotations

import gettext
import gzip
import re

import pytest
from fontTools.ttLib import TTFont

from marketplace.core import build, fonts, messages
from marketplace.core.paths import data_folder

STATIC = data_folder("static")


def test_no_font_carries_the_reserved_name():
    for path in [*fonts.folder().glob("*.woff2"), *fonts.pdf_folder().glob("*.ttf")]:
        names = TTFont(path)["name"].names
        assert "Fira" not in " ".join(str(name) for name in names if name.nameID in (1, 3, 4, 6, 16))
        assert any("SIL Open Font License" in str(name) for name in names if name.nameID == 13)
    assert "SIL OPEN FONT LICENSE" in (fonts.folder() / "OFL.txt").read_text("utf-8")


@pytest.mark.parametrize("pieces", [("latin",), ("latin", "arabic")])
def test_a_first_view_fits_its_budget(pieces):
    typeface = sum((fonts.folder() / f"{piece}-{w}.woff2").stat().st_size for piece in pieces for w in fonts.WEIGHTS)
    built = [gzip.compress((STATIC / "built" / name).read_bytes(), 9) for name in ("site.css", "site.js")]
    # Twelve kilobytes are left to the page itself.
    assert typeface + sum(len(piece) for piece in built) <= 98_000


@pytest.mark.parametrize("piece", ["latin", "arabic"])
def test_a_piece_has_every_letter_of_its_languages(piece):
    letters = {
        "latin": "abcxyzABCXYZ0123456789àâäçéèêëîïôöùûüÿœæÀÂÇÉÈÊËÎÏÔÙÛŒ«»’“”–—…€·×→←%&@",
        "arabic": "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي،؛؟ـًٌٍَُِّْ٠١٢٣٤٥٦٧٨٩٪",
    }[piece]
    for weight in fonts.WEIGHTS:
        covered = TTFont(fonts.folder() / f"{piece}-{weight}.woff2").getBestCmap()
        assert [letter for letter in letters if ord(letter) not in covered] == []


def test_built_files_are_sent_packed_to_browsers_that_take_it(app):
    for name in ("site.css", "site.js"):
        address = f"/static/built/{name}?v={build.fingerprint(f'built/{name}')}"
        plain = app.test_client().get(address, buffered=True)
        packed = app.test_client().get(address, headers={"Accept-Encoding": "gzip, br"}, buffered=True)
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert len(packed.data) < len(plain.data) / 2
        assert "immutable" in packed.headers["Cache-Control"] or "max-age=31536000" in packed.headers["Cache-Control"]


def test_a_file_has_a_fingerprint_and_a_missing_one_is_an_error():
    assert re.fullmatch(r"[0-9a-f]{12}", build.fingerprint("built/site.css"))
    with pytest.raises(FileNotFoundError):
        build.fingerprint("built/none.css")


def test_no_style_stands_in_a_template():
    for path in data_folder("templates").rglob("*.html"):
        if "mail" in path.parts:
            continue  # mail has no policy of content, and no stylesheets either
        text = path.read_text("utf-8")
        assert not re.search(r"\sstyle=|<style|\son\w+=\"|<script>", text), path


def test_stylesheets_know_no_left_and_no_right():
    allowed = re.compile(r"text-align: right|border-width|translate|rotate|inset 3px|inset -3px")
    for path in (STATIC / "css").glob("*.css"):
        for line in path.read_text("utf-8").splitlines():
            if re.search(r"(margin|padding|border)-(left|right)|\b(left|right)\s*:|float: (left|right)", line):
                assert allowed.search(line), f"{path.name}: {line}"


def test_no_line_of_french_begins_with_its_punctuation():
    assert messages.with_spaces_kept("Effacer « ce compte » ? Oui : 40 %") == (
        "Effacer «\u00a0ce compte\u00a0»\u00a0? Oui\u00a0: 40\u00a0%"
    )
    assert messages.with_spaces_kept(("Un ?", "Deux !")) == ("Un\u00a0?", "Deux\u00a0!")
    compiled = gettext.translation("messages", messages.compiled_folder(), ["fr"])
    broken = [said for said in compiled._catalog.values() if re.search(r" [:;?!»]|« ", said)]
    assert broken == []
