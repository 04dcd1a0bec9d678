"""The memory of a web process that has answered every kind of public page some hundred times."""

from __future__ import annotations

from bench import database, demo, servers, sizes
from bench.report import Report

MOST_MB = 150
TIMES = 100
PAGES = (
    "organisations/",
    "search/?q=water",
    "decisions/",
    "feeds/",
    "heads/",
    "accessibility/",
    "privacy/",
    "sign-in/",
)
MACHINE = ("/feeds/challenges.atom", "/feeds/challenges.json", "/feeds/case-studies.atom", "/sitemap.xml")


def run(report: Report) -> None:
    """Every public page of the demo in three languages, a hundred times each, with the cache of pages and without."""
    place = database.filled("demo", demo.fill)
    for name, settings in (("pages kept", {}), ("pages computed", servers.COMPUTED)):
        with servers.marketplace(place, MARKETPLACE_DEMO="true", **settings) as ours:
            client = ours.client()
            paths = [*MACHINE]
            for language in sizes.LANGUAGES:
                paths += sizes.pages(client.get, language).values()
                paths += [f"/{language}/{page}" for page in PAGES]
            for _ in range(TIMES):
                for path in paths:
                    client.get(path)
            megabytes = ours.worker_bytes() / 1_000_000
        report.amount(f"memory of a web process, {name}", megabytes, "MB", at_most=MOST_MB)
