"""A kept page is never older than the last change, nor than the last moment that it depends on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg

from marketplace.casestudies.blueprint import address as study_address
from marketplace.challenges import commands as challenges
from marketplace.challenges.blueprint import address as challenge_address
from marketplace.challenges.models import Challenge
from marketplace.core import access, clock, database
from marketplace.organisations import commands as organisations
from tests.casestudies.world import World
from tests.challenges import world as challenge_world
from tests.web.workers import Worker, Workers, plain

# --- past a change ---

LISTS = (
    "/en/",
    "/en/challenges/",
    "/fr/challenges/?status=any&sort=newest",
    "/en/challenges/?closing=7",
    "/ar/decisions/",
    "/en/search/?q=pumping",
    "/feeds/challenges.atom",
    "/feeds/challenges.json?lang=fr",
    "/sitemap.xml",
)


def test_a_challenge_reads_as_it_is_after_each_of_its_deeds(workers: Workers, db, now, an_agency):
    author, approver = an_agency
    challenge = challenge_world.approved(author, approver, now)
    database.session.commit()
    path = challenge_address(challenge)
    deeds: list[Callable[[], Any]] = [
        lambda: challenges.publish(author, challenge, now),
        lambda: challenges.add_correction(author, challenge, "212 stations, not 221.", now),
        lambda: challenges.extend_deadline(author, challenge, now + timedelta(days=60), "More time was asked.", now),
        lambda: challenges.withdraw(author, challenge, "The budget is gone.", now),
    ]
    seen = set()
    for deed in deeds:
        workers.agree_on(path, *LISTS)
        deed()
        workers.agree_on(path, *LISTS)  # not committed yet
        database.session.commit()
        workers.agree_on(path, *LISTS)
        seen.add(workers.both[0].get(path).data)
    assert len(seen) == len(deeds)
    assert "The budget is gone." in workers.both[1].get(path).text


def test_a_challenge_taken_back_before_its_moment_is_gone_at_once(workers: Workers, db, now, an_agency):
    author, approver = an_agency
    challenge = challenge_world.approved(author, approver, now)
    challenges.publish(author, challenge, now, at=now + timedelta(hours=1))
    database.session.commit()
    workers.agree_on(*LISTS)
    challenges.unschedule(author, challenge, now)
    database.session.commit()
    with clock.at(now + timedelta(hours=2)):
        workers.agree_on(challenge_address(challenge), *LISTS)
        assert challenge.title not in workers.both[0].get("/en/challenges/").text


def test_an_organisation_reads_as_it_is_after_suspension_and_return(workers: Workers, world: World):
    agency = world.agency
    paths = (f"/en/organisations/{agency.slug}-{agency.key}/", "/en/organisations/", *LISTS)
    with access.reading_as_system("a test"):
        for decide in (organisations.suspend, organisations.reinstate):
            workers.agree_on(*paths)
            decide(world.administrator, agency, "Looked into.", world.now)
            database.session.commit()
            workers.agree_on(*paths)


def test_a_case_study_reads_as_it_is_after_correction_and_retraction(workers: Workers, world: World):
    old, new = world.corrected()
    paths = (study_address(new), study_address(old), "/en/case-studies/", "/feeds/case-studies.atom", "/en/")
    workers.agree_on(*paths)
    assert new.number == 2
    world.retract(new)
    workers.agree_on(*paths)
    for worker in workers.both:
        assert worker.get(study_address(new)).status_code == 410


def test_what_an_open_transaction_wrote_counts_from_its_commit(workers: Workers, world: World, databases):
    path = challenge_address(world.proposal.challenge)
    with psycopg.connect(plain(databases.app_url)) as early:
        # Began before the page was made, ends after it.
        early.execute("UPDATE challenge_text SET summary = 'Written early.'")
        first = workers.both[0].get(path)
        with workers.both[0].answering_from_memory():
            assert workers.both[0].get(path).data == first.data
        early.commit()
    for worker in workers.both:
        assert "Written early." in worker.get(path).text


def test_what_is_rolled_back_changes_nothing(world: World, worker: Worker, databases):
    path = challenge_address(world.proposal.challenge)
    worker.get(path)
    with psycopg.connect(plain(databases.app_url)) as writer:
        writer.execute("UPDATE challenge_text SET summary = 'Never said.'")
        writer.rollback()
    with worker.answering_from_memory():
        assert "Never said." not in worker.get(path).text


def test_a_change_elsewhere_leaves_a_page_in_memory(world: World, worker: Worker, databases):
    path = challenge_address(world.proposal.challenge)
    worker.get(path)
    with psycopg.connect(plain(databases.app_url), autocommit=True) as writer:
        writer.execute("UPDATE edition SET number = number")
    with worker.answering_from_memory():
        worker.get(path)


# --- past a moment ---


def moments(challenge: Challenge) -> list[Any]:
    """Each moment of the challenge, a countdown's words, facets' bounds: just before, at, just after."""
    assert challenge.deadline is not None
    ahead = [timedelta(0), *(timedelta(minutes=each) for each in (1, 2, 59, 60, 61, 1439, 1440, 1500, 5760))]
    ahead += [timedelta(days=each) for each in (6, 7, 8, 30)]
    points = [*challenge.moments, *(challenge.deadline - each for each in ahead)]
    tick = timedelta(microseconds=1)
    return sorted({point + step for point in points for step in (-tick, timedelta(0), tick, timedelta(seconds=20))})


def test_a_page_is_right_at_every_moment_of_a_challenge(workers: Workers, db, now, an_agency):
    author, approver = an_agency
    odd = timedelta(days=32, hours=5, minutes=7, seconds=13, microseconds=77)
    first = challenge_world.approved(author, approver, now, deadline=now + odd)
    challenges.publish(author, first, now, at=now + timedelta(days=1, seconds=11))
    challenge_world.published(author, approver, now, deadline=now + odd / 2, title="Another one")
    database.session.commit()
    paths = (challenge_address(first), "/en/", "/en/challenges/", "/en/challenges/?status=any&closing=7")
    for moment in [now, *(each for each in moments(first) if each > now)]:
        with clock.at(moment):
            workers.agree_on(*paths)


def test_a_page_stands_between_two_moments_without_being_made_anew(worker: Worker, db, now, an_agency):
    author, approver = an_agency
    challenge = challenge_world.published(author, approver, now, deadline=now + timedelta(days=30))
    database.session.commit()
    path = challenge_address(challenge)
    with worker.making_anew(1):
        for minutes in (0, 10, 30, 59):
            with clock.at(now + timedelta(minutes=minutes, seconds=1)):
                assert "29 days, 23 hours left" in worker.get(path).text


def test_a_clock_that_is_set_back_is_believed(workers: Workers, db, now, an_agency):
    author, approver = an_agency
    challenge = challenge_world.published(author, approver, now, deadline=now + timedelta(days=9))
    database.session.commit()
    path = challenge_address(challenge)
    for days in (10, 1, 8, 0):
        with clock.at(now + timedelta(days=days)):
            workers.agree_on(path, *LISTS)
