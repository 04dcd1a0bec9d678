"""The accounts' blueprint, on which the views of three files stand, and what all templates may ask of accounts."""

from __future__ import annotations

from flask import Blueprint

from marketplace.accounts import sessions, words

blueprint = Blueprint("accounts", __name__)

blueprint.add_app_template_filter(words.kind_word, "kind_word")
blueprint.add_app_template_filter(words.role_word, "role_word")
blueprint.add_app_template_filter(words.role_words, "role_words")


@blueprint.app_context_processor
def _reader_zone() -> dict[str, str]:
    """`reader_zone`: the IANA name of the zone in which this reader is shown times."""
    return {"reader_zone": sessions.zone_of_request()}
