"""A market of any size, written in bulk by the database itself: agencies, challenges, texts and their search index.

Words, states, topics, agencies, countries, budgets and dates are spread as in a market that has run for eight years:
three of a hundred challenges are open, some words stand in most texts and some in ten.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.schema import CreateIndex, DropIndex

from marketplace.challenges.listed import ListedChallenge
from marketplace.challenges.models import Challenge
from marketplace.core import migrate, search
from marketplace.core.clock import now as present
from marketplace.core.vocabularies import topics

YEARS = 8
AT_ONCE = 50_000
COUNTRIES = (
    "FR",
    "MA",
    "TN",
    "BE",
    "CA",
    "LB",
    "SN",
    "DZ",
    "EG",
    "CH",
    "JO",
    "AE",
    "QA",
    "SA",
    "US",
    "GB",
    "DE",
    "ES",
    "IT",
)
SENTENCES = 400  # of each language; each of a row's words stands in one of them
# From words of most texts to words of few: a word's place is its rarity.
WORDS = {
    "en": "system security network data public service attack detect signal access user device station control alarm "
    "record login key sensor update mail supplier phishing backup firmware harbour hospital valve pump certificate "
    "satellite ferry tunnel archive turbine ledger crane dosimeter lighthouse aqueduct",
    "fr": "système sécurité réseau données public service attaque détecter signal accès usager appareil station "
    "contrôle alarme registre connexion clé capteur mise courriel fournisseur hameçonnage sauvegarde micrologiciel "
    "port hôpital vanne pompe certificat satellite ferry tunnel archives turbine livre grue dosimètre phare aqueduc",
    "ar": "نظام أمن شبكة بيانات عام خدمة هجوم كشف إشارة دخول مستخدم جهاز محطة تحكم إنذار سجل تسجيل مفتاح مستشعر تحديث بريد "
    "مورد تصيد نسخة برنامج ميناء مستشفى صمام مضخة شهادة قمر عبارة نفق أرشيف توربين دفتر رافعة مقياس منارة قناة",
}


def fill(owner_url: str, challenges: int) -> None:
    """Fill an empty, migrated database; progress goes to the standard error.

    Args:
        owner_url: the database as the owner of its tables: indexes are taken away while rows come in.
        challenges: how many; one of 500 is an agency's own draft.
    """
    now = present()
    with migrate.owner_connection(owner_url) as connection:
        agencies = max(challenges // 500, 12)
        _words(connection)
        connection.execute(_AGENCIES, {"count": agencies, "now": now, "countries": list(COUNTRIES)})
        tables = (Challenge.__table__, ListedChallenge.__table__)
        indexes = sorted((index for table in tables for index in table.indexes), key=lambda index: str(index.name))
        for index in indexes:
            connection.execute(DropIndex(index))
        # Row by row the trigger takes as long as all the rest.
        connection.execute(text("ALTER TABLE challenge DISABLE TRIGGER challenge_is_listed"))
        for first in range(0, challenges, AT_ONCE):
            last = min(first + AT_ONCE, challenges)
            connection.execute(_CHALLENGES, _facts(first, last, challenges, agencies, now))
            connection.execute(_TEXTS, {"first": first, "last": last})
            _say(f"{last:,} of {challenges:,} challenges")
        connection.execute(_LISTED)
        connection.execute(text("ALTER TABLE challenge ENABLE TRIGGER challenge_is_listed"))
        connection.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
        for index in indexes:
            _say(f"the index {index.name}")
            connection.execute(CreateIndex(index))
        connection.commit()
        _say("statistics")
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))


def _say(words: str) -> None:
    print(f"  {words}", file=sys.stderr, flush=True)


def _facts(first: int, last: int, count: int, agencies: int, now: datetime) -> dict[str, Any]:
    span = timedelta(days=365 * YEARS)
    return {
        "first": first,
        "last": last,
        "count": count,
        "agencies": agencies,
        "now": now,
        "span": span,
        "topics": list(topics.CODES),
        "sentences": SENTENCES,
    }


def _words(connection: Connection) -> None:
    """Titles and sentences with their lexemes, made by the application's own functions."""
    connection.execute(
        text("CREATE TEMPORARY TABLE said (language text, number int, title text, words text, lexemes tsvector)")
    )
    connection.execute(
        text("INSERT INTO said VALUES (:language, :number, :title, :words, CAST(:lexemes AS tsvector))"),
        list(_sentences()),
    )
    connection.execute(text("CREATE INDEX ON said (language, number)"))
    connection.execute(text("ANALYZE said"))


def _sentences() -> Iterator[dict[str, Any]]:
    chance = random.Random(1)
    for language, listed in WORDS.items():
        known = listed.split()
        likely = [1 / (place + 1) for place in range(len(known))]
        for number in range(SENTENCES):
            title = " ".join(chance.choices(known, k=5)).capitalize()
            words = " ".join(chance.choices(known, likely, k=14)).capitalize()
            lexemes = search.document([(title, "A"), (words, "C")])
            yield {"language": language, "number": number, "title": title, "words": words, "lexemes": lexemes}


_AGENCIES = text("""
    INSERT INTO organisation
        (id, created_at, kind, state, key, slug, name, folded_name, country, zone, summary, description, sectors,
         is_claimed)
    SELECT uuidv7(), :now, 'agency', 'verified', lpad(translate(to_hex(i), '0189', 'ghij'), 13, 'z'),
        'agency-' || i, 'Agency ' || i, 'agency ' || i,
        (CAST(:countries AS text[]))[1 + floor(19 * power(random(), 2))::int], 'Europe/Paris',
        '', '', '{}', true
    FROM generate_series(1, :count) AS i
""")
# `i` is a row's age: the newest come last, as they do in a market.
_CHALLENGES = text("""
    WITH agency AS MATERIALIZED (SELECT id, row_number() OVER (ORDER BY id) AS number FROM organisation),
    drawn AS MATERIALIZED (
        SELECT i, (ARRAY['en', 'en', 'fr', 'ar'])[1 + i % 4] AS language,
            CAST(:now AS timestamptz) - CAST(:span AS interval) * (1 - (i + random()) / :count) AS publish_at,
            20 + 140 * random() AS days, random() AS fate, random() AS size,
            1 + floor(:agencies * power(random(), 2))::int AS agency,
            floor(24 * power(random(), 1.5))::int AS topic, floor(24 * random())::int AS other,
            floor(:sentences * random())::int AS said, floor(:sentences * random())::int AS also,
            floor(power(30000, random()))::int AS tail
        FROM generate_series(CAST(:first AS int), :last - 1) AS i
    )
    INSERT INTO challenge
        (id, created_at, key, agency_id, state, language, zone, currency, publish_at, deadline, budget_minor, topics,
         sectors, proposal_languages, tie_break, editors_since_review, search)
    SELECT uuidv7(), publish_at, lpad(translate(to_hex(i), '0189', 'ghij'), 13, 'z'), agency.id,
        CASE WHEN i % 500 = 0 THEN 'draft'
            WHEN fate < 0.04 THEN 'withdrawn'
            WHEN fate < 0.08 THEN 'cancelled'
            WHEN publish_at + days * INTERVAL '1 day' > :now THEN 'published'
            WHEN fate < 0.12 THEN 'published'
            WHEN fate < 0.16 THEN 'evaluation'
            WHEN fate < 0.40 THEN 'unsuccessful'
            ELSE 'awarded' END,
        drawn.language, 'Europe/Paris', CASE WHEN i % 7 = 0 THEN 'JPY' WHEN i % 11 = 0 THEN 'KWD' ELSE 'EUR' END,
        publish_at, publish_at + days * INTERVAL '1 day',
        CASE WHEN size < 0.9 THEN (exp(3 + 11 * size) * 1000)::bigint END,
        ARRAY(SELECT DISTINCT (CAST(:topics AS text[]))[1 + each] FROM unnest(ARRAY[topic, other]) AS each),
        '{}', '{en}', 'lower_price', '{}',
        one.lexemes || two.lexemes || CAST('''lot' || i / 10 || '''\\:1D ''tail' || tail || '''\\:2D' AS tsvector)
    FROM drawn
    JOIN agency ON agency.number = drawn.agency
    JOIN said AS one ON one.language = drawn.language AND one.number = drawn.said
    JOIN said AS two ON two.language = drawn.language AND two.number = drawn.also
    ORDER BY i
""")
_TEXTS = text("""
    INSERT INTO challenge_text
        (id, created_at, challenge_id, language, title, summary, problem, outcomes, context, eligibility, judging,
         stages_note, budget_note, intellectual_property, data_security, adoption_route, versions)
    SELECT uuidv7(), challenge.created_at, challenge.id, challenge.language, said.title, said.words,
        'lot' || i / 10, '', '', '', '', '', '', '', '', '', '{}'
    FROM generate_series(CAST(:first AS int), :last - 1) AS i
    JOIN challenge ON challenge.key = lpad(translate(to_hex(i), '0189', 'ghij'), 13, 'z')
    JOIN said ON said.language = challenge.language AND said.number = i % 400
""")
# What the trigger writes, said for all at once.
_LISTED = text("""
    INSERT INTO listed_challenge
        (id, created_at, challenge_id, is_first, topic, topics, agency_id, country, band, state, publish_at, deadline)
    SELECT gen_random_uuid(), now(), challenge.id, each.place = 1, each.topic, topics, agency_id, country,
        CASE WHEN amount < 0 THEN 'unstated' WHEN amount <= 50000 THEN 'to-50k' WHEN amount <= 250000 THEN 'to-250k'
            WHEN amount <= 1000000 THEN 'to-1m' ELSE 'over-1m' END,
        challenge.state, publish_at, deadline
    FROM challenge
    JOIN organisation ON organisation.id = challenge.agency_id
    CROSS JOIN unnest(topics) WITH ORDINALITY AS each (topic, place)
    WHERE challenge.state <> 'draft'
    ORDER BY publish_at
""")
