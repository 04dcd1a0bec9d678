"""Languages outside of a request, inside of one, and lazily."""

from flask import render_template_string

from marketplace.core.i18n import _l, current_language, direction, in_language, ngettext


def test_a_block_speaks_its_language_and_gives_it_back():
    lazy = _l("%(num)s day", num=1)
    with in_language("ar"):
        assert current_language() == "ar"
        with in_language("fr"):
            assert current_language() == "fr"
        with in_language("tlh"):
            assert current_language() == "en"
        assert current_language() == "ar"
    assert current_language() == "en"
    assert str(lazy) == "1 day"
    assert (direction("ar"), direction("fr")) == ("rtl", "ltr")


def test_plurals_in_english():
    assert [ngettext("%(num)d day", "%(num)d days", count) for count in (1, 2)] == ["1 day", "2 days"]


def test_a_percent_sign_of_a_translation_is_a_sign_where_nothing_is_filled_in(app):
    sentence = "Pages hold at 400 percent and from 320 pixels on, and nothing moves where you ask for less motion."
    with app.test_request_context("/fr/"):
        assert "à 400\u00a0% et" in render_template_string("{{ _(sentence) }}", sentence=sentence)
        assert (
            render_template_string('{{ _("%(percent)d%% of the way", percent=7) }}') == "7\u00a0% du chemin parcouru"
        )


def test_what_is_filled_into_a_sentence_of_a_page_is_escaped(app):
    with app.test_request_context("/en/"):
        said = render_template_string('{{ _("Run by %(operator)s.", operator="<b>") }}')
    assert said == "Run by &lt;b&gt;."
