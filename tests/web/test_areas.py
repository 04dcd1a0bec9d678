"""The header leads each kind of member to where their work lies, in at most four areas."""

from __future__ import annotations

import pytest

from marketplace.core.access import Role
from tests.proposals.browser import Browser
from tests.proposals.conftest import scene as scene  # the fixture

AREAS = {
    "nobody": ["Challenges", "Case studies", "Organisations"],
    "writer": ["Challenges", "Proposals", "Pilots", "Case studies"],
    "bookkeeper": ["Challenges", "Proposals", "Pilots", "Case studies"],
    "manager": ["Challenges", "Pilots", "Case studies", "Organisations"],
    "evaluator": ["Challenges", "Panels", "Case studies", "Organisations"],
    "administrator": ["Challenges", "Case studies", "Organisations", "Verification"],
    "auditor": ["Challenges", "Case studies", "Organisations", "Events"],
    "notary": ["Challenges", "Case studies", "Organisations"],
}


def areas_of(page) -> list[str]:
    nav = page.text.partition('<nav class="site-nav"')[2].partition("</nav>")[0]
    return [part.partition(">")[2].partition("</a")[0] for part in nav.split("<a ")[1:]]


@pytest.mark.parametrize("who", AREAS)
def test_each_kind_of_member_has_its_areas(app, scene, who):
    browser = Browser(app, getattr(scene, who, None))
    assert areas_of(browser.get("/en/challenges/")) == AREAS[who]


def test_an_area_that_is_in_the_header_can_be_opened(app, scene):
    paths = {
        "Challenges": "challenges",
        "Proposals": "proposals",
        "Panels": "evaluations",
        "Pilots": "pilots",
        "Case studies": "case-studies",
        "Organisations": "organisations",
        "Verification": "organisations/verification",
        "Events": "administration/events",
    }
    for who, labels in AREAS.items():
        browser = Browser(app, getattr(scene, who, None))
        for label in labels:
            page = browser.get(f"/en/{paths[label]}/")
            assert page.status == 200, (who, label)
            current = page.text.partition('<nav class="site-nav"')[2].partition("</nav>")[0]
            assert f'aria-current="true">{label}<' in current, (who, label)
            assert current.count("aria-current") == 1


def test_a_member_without_a_role_there_is_shown_no_door_that_is_shut(app, scene, db):
    newcomer = scene.newcomer
    assert Role.OWNER in newcomer.roles
    assert areas_of(Browser(app, newcomer).get("/en/challenges/"))[1:3] == ["Proposals", "Pilots"]


@pytest.mark.parametrize(
    ("who", "is_offered"), [(None, True), ("manager", True), ("writer", False), ("officer", False)]
)
def test_home_offers_to_post_a_challenge_to_whom_it_would_not_refuse(app, scene, who, is_offered):
    browser = Browser(app, getattr(scene, who) if who else None)
    assert ("Post a challenge" in browser.get("/en/").words) is is_offered
    if who:
        assert (browser.get("/en/challenges/new/").status == 200) is is_offered
