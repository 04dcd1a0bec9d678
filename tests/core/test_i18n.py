"""Languages outside of a request, inside of one, and lazily."""

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
