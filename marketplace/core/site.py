"""What the marketplace and its operator are called, in the present language."""

from __future__ import annotations

from marketplace.core.i18n import _, current_language
from marketplace.core.settings import settings


def name() -> str:
    """The marketplace's name; an operator who sets one may set it in each language."""
    configuration = settings()
    own = {"ar": configuration.site_name_ar, "fr": configuration.site_name_fr}.get(current_language())
    return own or configuration.site_name or _("Cyber Tech Marketplace")


def operator() -> str:
    """Who runs it."""
    configuration = settings()
    own = {"ar": configuration.operator_ar, "fr": configuration.operator_fr}.get(current_language())
    return own or configuration.operator or _("the National Office for Digital Security")
