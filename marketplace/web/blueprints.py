"""Every blueprint of the product and where it stands."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint, Flask, g, request

from marketplace.web import languages

# Pages stand under their language; machine forms (feeds, files) under none.
PAGES = (
    "marketplace.accounts.views",
    "marketplace.organisations.views",
    "marketplace.challenges.views",
    "marketplace.proposals.views",
    "marketplace.evaluations.views",
    "marketplace.pilots.views",
    "marketplace.casestudies.views",
    "marketplace.notifications.views",
    "marketplace.web.views",
)
DEMO = ("marketplace.demo.views",)  # stands above this floor; named, not imported, and in demo mode alone
MACHINE = (
    "marketplace.core.files.views",
    "marketplace.challenges.feeds",
    "marketplace.casestudies.feeds",
    "marketplace.web.machine",
)


def register(app: Flask) -> None:
    """Register every blueprint; a room may hold several."""
    app.url_value_preprocessor(_take_language)
    app.url_defaults(_give_language)
    for name in PAGES + (DEMO if app.config["MARKETPLACE"].demo else ()):
        for blueprint in _blueprints_in(name):
            app.register_blueprint(blueprint, url_prefix=f"/<lang:lang>{blueprint.url_prefix or ''}")
    for name in MACHINE:
        for blueprint in _blueprints_in(name):
            app.register_blueprint(blueprint)
    app.register_blueprint(languages.blueprint)


def _blueprints_in(name: str) -> list[Blueprint]:
    module = import_module(name)
    return list(getattr(module, "blueprints", None) or [module.blueprint])


def _take_language(_endpoint: str | None, values: dict | None) -> None:
    if values and "lang" in values:
        g.lang = values.pop("lang")


def _give_language(endpoint: str, values: dict) -> None:
    from flask import current_app

    if "lang" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        values["lang"] = g.get("lang") or (languages.of_request() if request else "en")
