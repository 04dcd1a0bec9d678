"""Behind configured proxies the visitor's address is the forwarded one; without them the header is nothing."""

from __future__ import annotations

import pytest
from flask import request

from marketplace.app import create_app
from marketplace.core.settings import settings


@pytest.mark.parametrize(("proxies", "seen"), [(0, "10.0.0.5"), (1, "203.0.113.9"), (2, "198.51.100.1")])
def test_only_so_many_proxies_are_believed(db, configuration, proxies, seen):
    behind = create_app(settings().model_copy(update={"trusted_proxies": proxies}))
    addresses: list[str | None] = []
    behind.before_request_funcs.setdefault(None, []).insert(0, lambda: addresses.append(request.remote_addr))
    behind.test_client().get(
        "/en/sign-in/",
        headers={"X-Forwarded-For": "6.6.6.6, 198.51.100.1, 203.0.113.9"},
        environ_base={"REMOTE_ADDR": "10.0.0.5"},
    )
    assert addresses == [seen]
