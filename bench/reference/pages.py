"""The public list and one challenge as a good developer would write them by hand: Flask, SQLAlchemy Core, Jinja.

The same rows from the same tables, the same words in the same three languages, the same markup. No access layer, no
ORM, no components: what those cost is what the bench shows. Pure functions (Markdown, dates, money) are the house's.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import Flask, abort, g, render_template, request
from flask_babel import Babel
from sqlalchemy import RowMapping, create_engine

from bench.reference import statements
from marketplace.challenges import filters
from marketplace.core import clock, markdown, messages, money
from marketplace.core.build import fingerprint
from marketplace.core.database import normal_url
from marketplace.core.i18n import OWN_NAMES, current_language
from marketplace.core.money import Money
from marketplace.core.text import initials, slugify
from marketplace.core.vocabularies import countries, sectors, topics

ZONE = "Europe/Paris"
BASE = "http://localhost:8000"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-cache",
}
KINDS = {"points": "Points 0–%d", "price": "Lowest price ÷ price", "yes_no": "Yes or no"}

app = Flask(__name__)
app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(messages.compiled_folder())
Babel(app, locale_selector=lambda: g.get("language", "en"))
app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
app.jinja_env.filters.update(
    markdown=markdown.render,
    plain=markdown.plain,
    topic=topics.label,
    sector=sectors.label,
    country=countries.label,
    initials=initials,
    moment=clock.in_zone,
    short_moment=clock.in_zone_short,
    day=clock.day_in_zone,
)
engine = create_engine(normal_url(os.environ["DATABASE_URL"]), pool_size=4, pool_pre_ping=True)


@app.after_request
def protect(response):
    response.headers.update(HEADERS)
    return response


@app.context_processor
def shell() -> dict[str, Any]:
    language = g.get("language", "en")
    rest = request.path[3:]
    return {
        "language": language,
        "direction": "rtl" if language == "ar" else "ltr",
        "others": [(code, OWN_NAMES[code], f"/{code}{rest}") for code in OWN_NAMES if code != language],
        "base": BASE,
        "here": request.path,
        "static": lambda name: f"/static/{name}?v={fingerprint(name)}",
        "now": g.now,
    }


@app.before_request
def begin() -> None:
    g.now = datetime.now(UTC)


@app.route("/healthz")
def healthz() -> str:
    return "ok"


@app.route("/<language>/challenges/")
def index(language: str) -> str:
    g.language = language
    with engine.connect() as connection:
        found: dict[str, dict[str, int]] = {}
        for facet, value, count in connection.execute(statements.counts(g.now)):
            found.setdefault(facet, {})[str(value)] = count
        top = sorted(found.get("agency", {}), key=lambda each: -found["agency"][each])[:12]
        agencies = connection.execute(statements.agencies(top)).mappings().all()
        rows = connection.execute(statements.rows(g.now)).mappings().all()
        texts: dict[Any, list[RowMapping]] = {}
        for row in connection.execute(statements.titles([row["id"] for row in rows])).mappings():
            texts.setdefault(row["challenge_id"], []).append(row)
        total = connection.execute(statements.total(g.now)).scalar_one()
    return render_template(
        "list.html",
        entries=[_entry(row, _in_language(texts[row["id"]], language)) for row in rows[: statements.PAGE]],
        has_more=len(rows) > statements.PAGE,
        total=total,
        facets=_facets(found, agencies),
        sorts=filters.SORTS,
    )


def _facets(found: dict[str, dict[str, int]], agencies) -> list[tuple[str, str, list[tuple[str, Any, int]]]]:
    def options(name: str, labels) -> list[tuple[str, Any, int]]:
        return [(value, words, found.get(name, {}).get(value, 0)) for value, words in labels]

    country = sorted((countries.label(code), code, count) for code, count in found.get("country", {}).items())
    named = [(row["key"], row["name"], found["agency"][str(row["id"])]) for row in agencies]
    status = options("status", filters.STATUSES.items())
    return [
        ("status", "Status", [("any", "Any status", sum(count for _v, _w, count in status)), *status]),
        ("closing", "Closing soon", options("closing", filters.CLOSING.items())),
        ("topic", "Topic", options("topic", topics.choices())),
        ("budget", "Budget or prize, in its own currency", options("budget", filters.BUDGETS.items())),
        ("country", "Country", [(code, words, count) for words, code, count in country]),
        ("agency", "Agency", sorted(named, key=lambda each: (-each[2], each[1]))),
    ]


def _entry(row: RowMapping, text: RowMapping) -> dict[str, Any]:
    left = clock.time_left(row["deadline"], g.now)
    return {
        "text": text,
        "url": f"/{g.language}/challenges/{slugify(text['title'])}-{row['key']}/",
        "agency": row["agency_name"],
        "money": _amount(row),
        "left": left.words,
        "tone": {"soon": "time-presses", "last-hour": "late"}.get(left.urgency),
        "deadline": _both_zones(row),
    }


def _amount(row: RowMapping) -> str | None:
    minor = row["budget_minor"] if row["budget_minor"] is not None else row["prize_minor"]
    return None if minor is None else money.short_money(Money(minor, row["currency"]))


def _both_zones(row: RowMapping) -> str:
    there = clock.in_zone(row["deadline"], row["zone"])
    return there if row["zone"] == ZONE else f"{there}; {clock.in_zone(row['deadline'], ZONE)}"


def _in_language(texts: Sequence[RowMapping], language: str) -> RowMapping:
    return next((text for text in texts if text["language"] == language), texts[0])


@app.route("/<language>/challenges/<slug>/")
def show(language: str, slug: str) -> str:
    g.language = language
    with engine.connect() as connection:
        row = connection.execute(statements.one(slug.rpartition("-")[2], g.now)).mappings().one_or_none()
        if row is None:
            abort(404)
        parts = {
            name: connection.execute(statement).mappings().all()
            for name, statement in statements.parts(row["id"]).items()
        }
    text = _in_language(parts["texts"], language)
    left = clock.time_left(row["deadline"], g.now)
    return render_template(
        "item.html",
        challenge=row,
        text=text,
        parts=parts,
        entry=_entry(row, text),
        is_open=row["deadline"] >= g.now,
        left=left,
        steps=_steps(row, parts["stages"]),
        largest=max((each["weight"] for each in parts["criteria"]), default=1) or 1,
        kinds=KINDS,
        names=OWN_NAMES,
        linked=_linked(row, text),
        current_language=current_language,
    )


def _steps(row: RowMapping, stages) -> list[tuple[datetime, str, str, str]]:
    found = [
        (each["starts_at"], each["name"], clock.in_zone_short(each["starts_at"], row["zone"])) for each in stages
    ]
    found.append((row["publish_at"], "Published", clock.day_in_zone(row["publish_at"], row["zone"])))
    found.append((row["deadline"], "Proposals", clock.in_zone_short(row["deadline"], row["zone"])))
    if row["decision_due"]:
        found.append((row["decision_due"], "Decision", clock.day_in_zone(row["decision_due"], row["zone"])))
    found.sort(key=lambda step: step[0])
    present = next((place for place, step in enumerate(found) if step[0] >= g.now), len(found))
    states = ["done" if place < present else "now" if place == present else "ahead" for place in range(len(found))]
    return [(*step, state) for step, state in zip(found, states, strict=True)]


def _linked(row: RowMapping, text: RowMapping) -> dict[str, Any]:
    url = f"{BASE}{request.path}"
    agency = {"@type": "GovernmentOrganization", "name": row["agency_name"]}
    return {
        "@context": "https://schema.org",
        "@type": "Demand",
        "@id": f"urn:uuid:{row['id']}",
        "identifier": row["key"],
        "name": text["title"],
        "description": text["summary"],
        "url": url,
        "category": [topics.label(each) for each in row["topics"]],
        "mainEntityOfPage": {"@type": "WebPage", "@id": url, "inLanguage": text["language"], "publisher": agency},
        "availabilityStarts": row["publish_at"].isoformat(),
        "availabilityEnds": row["deadline"].isoformat(),
        "validThrough": row["deadline"].isoformat(),
        "priceSpecification": {
            "@type": "PriceSpecification",
            "maxPrice": str(Money(row["budget_minor"] or 0, row["currency"]).decimal),
            "priceCurrency": row["currency"],
        },
    }
