"""Pages that nothing has changed since: for a reader who has them, and out of memory, beside a Flask hello-world."""

from __future__ import annotations

from bench import database, measure, servers
from bench.client import Client
from bench.public_pages import LIST, first_item, thousand
from bench.report import Report

TARGET = 1.0
HELLO = "/"


def run(report: Report) -> None:
    """Each page, told again with 304, and sent compressed as to a browser and plain as to a program."""
    place = database.filled("thousand", thousand)
    with servers.marketplace(place) as ours, servers.reference("bench.reference.hello:app", place) as hello:
        reference = hello.client()
        for name, path in (("public list", LIST), ("public item", first_item(ours.client()))):
            known = ours.client().get(path).header("ETag")
            assert known is not None, f"{path} has no ETag"
            for how, headers, status in (
                ("unchanged, 304", {"If-None-Match": known}, 304),
                ("from memory, gzip", {"Accept-Encoding": "gzip"}, 200),
                ("from memory, plain", {}, 200),
            ):
                pair = measure.paired(_asking(ours, headers, path, status), reference.getter(HELLO))
                report.compare(f"{name}, {how}", pair, at_least=TARGET)


def _asking(ours: servers.Running, headers: dict[str, str], path: str, status: int):
    client: Client = ours.client(headers)
    return client.getter(path, expecting=status)
