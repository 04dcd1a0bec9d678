"""The three languages: which one is meant now, and what a sentence is in it.

Inside a request Flask-Babel's locale selector decides; jobs, mail and commands say it themselves:

    with in_language(person.language):
        subject = _("Your proposal has arrived")

A block wins over the request, so a mail written in a request still speaks its receiver's language. The
application's locale selector must ask `forced_language()` first, for blocks that were entered before its
context was pushed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

import flask_babel
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_app_context, has_request_context
from flask_babel.speaklater import LazyString
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from marketplace.core.paths import data_folder

LANGUAGES = ("en", "ar", "fr")
DEFAULT_LANGUAGE = "en"
# Each in its own script: a reader looks for the word he can read.
OWN_NAMES = {"en": "English", "ar": "العربية", "fr": "Français"}

Words = str | LazyString

_forced: ContextVar[str | None] = ContextVar("forced_language", default=None)


def is_language(code: object) -> bool:
    """Whether a code names one of the three languages."""
    return code in LANGUAGES


def direction(language: str) -> str:
    """`rtl` or `ltr`, for an element's `dir`."""
    return "rtl" if language == "ar" else "ltr"


def forced_language() -> str | None:
    """The language of the innermost `in_language` block, or None outside of all."""
    return _forced.get()


def current_language() -> str:
    """The language to speak now: the block's, else the request's, else English."""
    forced = _forced.get()
    if forced is not None:
        return forced
    try:
        return g.spoken_language  # asked some hundred times a page
    except (AttributeError, RuntimeError):
        locale = _request_locale()
    language = locale if locale in LANGUAGES else DEFAULT_LANGUAGE
    if has_request_context():
        g.spoken_language = language
    return language


def _request_locale() -> str | None:
    try:
        locale = flask_babel.get_locale()
    except KeyError:  # an application without Flask-Babel, as in a small test
        return None
    return locale.language if locale else None


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Speak a language within a block, in a request or out of it.

    Args:
        language: one of `LANGUAGES`; anything else means English.
    """
    language = language if language in LANGUAGES else DEFAULT_LANGUAGE
    token = _forced.set(language)
    try:
        with ExitStack() as stack:
            if has_app_context():  # for what asks Flask-Babel itself, as templates do
                stack.enter_context(flask_babel.force_locale(language))
            yield
    finally:
        _forced.reset(token)


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(language: str) -> NullTranslations:
    return Translations.load(data_folder("translations") / "compiled", [language])


def gettext(message: str, **variables: Any) -> str:
    """The sentence in the current language, its `%(name)s` filled in."""
    text = _catalogue(current_language()).ugettext(message)
    return text % variables if variables else text


def marked(message: str) -> str:
    """A sentence that is translated where it is said; this only lists it for the catalogues."""
    return message


def ngettext(singular: str, plural: str, num: int, **variables: Any) -> str:
    """The sentence in the plural form that a number takes in the current language; `%(num)d` is it."""
    text = _catalogue(current_language()).ungettext(singular, plural, num)
    return text % {"num": num, **variables}


def lazy_gettext(message: str, **variables: Any) -> LazyString:
    """A sentence that is translated when it is read, for what is said once at import."""
    return LazyString(gettext, message, **variables)


_ = gettext
_l = lazy_gettext


# --- In templates: the same, as markup where the template escapes what it is given ---


def install(app: Flask) -> None:
    """Let templates translate by these functions; Flask-Babel's own look for the language at each word."""
    app.jinja_env.globals.update(_=_in_template, gettext=_in_template, ngettext=_plural_in_template)


@pass_eval_context
def _in_template(context: EvalContext, message: str, **variables: Any) -> str:
    text = _catalogue(current_language()).ugettext(message)
    return _filled(text, variables, context.autoescape)


@pass_eval_context
def _plural_in_template(context: EvalContext, singular: str, plural: str, num: int, **variables: Any) -> str:
    text = _catalogue(current_language()).ungettext(singular, plural, num)
    return _filled(text, {"num": num, **variables}, context.autoescape)


def _filled(text: str, variables: dict[str, Any], is_markup: bool) -> str:
    made = Markup(text) if is_markup else text  # noqa: S704 - the catalogue's own words; variables are escaped
    return made % variables if variables else made
