"""What a reader is sent at first and at the next view, in bytes, of the demo's pages; they are the same each time."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bench import sizes


@dataclass
class Answer:
    """An answer of the test client as the bench reads one."""

    body: bytes
    headers: dict[str, str]

    def header(self, name: str) -> str | None:
        return self.headers.get(name)


@pytest.mark.parametrize("language", sizes.LANGUAGES)
def test_a_first_view_and_the_next_are_small(demo_app, language):
    visitor = demo_app.test_client()

    def ask(path: str) -> Answer:
        answer = visitor.get(path, headers=sizes.PACKED, buffered=True)
        assert answer.status_code == 200, path
        return Answer(answer.data, dict(answer.headers))

    for name, path in sizes.pages(ask, language).items():
        found = sizes.view(ask, path)
        assert 40_000 < found.whole <= sizes.FIRST_VIEW_KB * sizes.KILOBYTE, name  # with its typeface, at least
        assert found.page <= sizes.NEXT_VIEW_KB * sizes.KILOBYTE, name
