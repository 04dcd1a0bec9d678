"""The shell around a page, where there is no page."""

from __future__ import annotations

from flask import render_template_string


def test_a_letter_can_be_written_where_nobody_visits(app):
    with app.test_request_context("/"):
        assert (
            render_template_string("{{ layout.areas|length }} {{ layout.site_name }}") == "3 Cyber Tech Marketplace"
        )
