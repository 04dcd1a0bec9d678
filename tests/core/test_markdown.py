"""Markdown shows words, never somebody's HTML."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.foreign import from_html
from marketplace.core.markdown import plain, render


def test_marks_become_elements():
    html = render("# Need\n\nA **bold** [link](https://a.example/) and\n\n|a|b|\n|--|--:|\n|1|2|")
    assert "<h3>Need</h3>" in html
    assert '<a href="https://a.example/" rel="nofollow noopener">link</a>' in html
    assert '<td align="right">2</td>' in html
    assert "style=" not in html
    assert render("###### deep", heading_level=4) == "<h4>deep</h4>\n"


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,AAAA)",
        '[x](https://a.example/ "\\" onmouseover=alert(1)")',
        "![x](javascript:alert(1))",
        "<svg onload=alert(1)>",
        "[x]: javascript:alert(1)\n[x]",
        "`</code><script>`",
    ],
)
def test_no_script_gets_through(attack):
    html = render(attack)
    elements = [part.split(">")[0].lower() for part in html.split("<")[1:]]
    assert not any(
        "onerror" in one or "script" in one or one.startswith(("img", "svg")) or " on" in one.replace("title=", "")
        for one in elements
        if not one.startswith("a href") or "javascript:" in one
    )


@given(st.text(max_size=200))
def test_any_text_renders_and_has_an_excerpt(text):
    render(text)
    assert len(plain(text, 40)) <= 40


@pytest.mark.parametrize("unit", ["[", "*", "> ", "`a", "![", "|a", "- ", "_a*"])
def test_a_hostile_text_takes_no_time(unit):
    # This thread's own work, whatever else the machine does; what grows with the square would take minutes.
    begun = time.thread_time()
    render(unit * (40_000 // len(unit)))
    assert time.thread_time() - begun < 10


def test_an_image_becomes_a_link():
    assert '<a href="https://a.example/x.png" rel="nofollow noopener">Plan</a>' in render(
        "![Plan](https://a.example/x.png)"
    )


def test_an_excerpt_is_cut_between_words():
    assert plain("# Title\n\nSome *words* and\nmore `code`.", 22) == "Title Some words and…"
    assert plain("x" * 50, 10) == "x" * 9 + "…"


def test_html_of_others_becomes_markdown():
    html = (
        "<h2>Prize</h2><p>First&nbsp;<b>$1</b> <a href='https://a.example/'>rules</a>"
        "<script>bad()</script></p><ul><li>one</li></ul><img src=x alt=Logo>"
    )
    text = from_html(html)
    assert text.startswith("## Prize\n\nFirst **$1** [rules](https://a.example/)")
    assert "- one" in text
    assert "bad" not in text
    assert from_html("") == ""


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one<br>two</p>", "one\\\ntwo"),
        ("<p>one<br> <br/>two</p>", "one\n\ntwo"),
        ("<p>one<br></p><p>two<br><br></p>", "one\n\ntwo"),
        ("<ul><li>one<br><br>two</li><li>three</li></ul>", "- one\n\n  two\n- three"),
    ],
)
def test_breaks_of_foreign_html_stay_breaks_and_two_make_a_paragraph(html, text):
    assert from_html(html) == text


def test_headings_begin_at_the_pages_level_and_leave_none_out():
    html = render("## Terms\n\n#### Rights\n\n### Payment\n\n## Dates", heading_level=3)
    assert html.split("\n") == ["<h3>Terms</h3>", "<h4>Rights</h4>", "<h4>Payment</h4>", "<h3>Dates</h3>", ""]
