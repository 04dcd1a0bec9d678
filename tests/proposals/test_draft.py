"""The draft: what is kept, what is missing, and that its bytes are one."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.core.errors import Refused
from marketplace.proposals import commands, contents, requirements, sections
from marketplace.proposals.drafting import queries as drafts
from marketplace.proposals.models import Section
from tests.proposals import builder


def test_a_full_draft_lacks_nothing(scene):
    proposal = scene.draft()
    assert requirements.faults_of(proposal, contents.draft_of(proposal)) == []


@pytest.mark.parametrize("section", [each for each in Section if each != Section.DOCUMENTS])
def test_each_section_but_the_documents_is_needed(scene, section):
    proposal = scene.draft()
    commands.save_section(scene.writer, proposal, section, {}, scene.now)
    faults = requirements.faults_of(proposal, contents.draft_of(proposal))
    assert {fault.section for fault in faults} == {section}


def test_a_language_that_the_agency_does_not_take_is_said(scene, db):
    scene.challenge.proposal_languages = ["ar"]
    proposal = scene.draft()
    (fault,) = requirements.faults_of(proposal, contents.draft_of(proposal))
    assert (fault.field, fault.is_missing) == ("language", False)


def test_keystrokes_of_one_person_make_one_entry_of_the_history(scene):
    proposal = scene.draft()
    for minute in range(4):
        content = {"title": f"Version {minute}"}
        commands.save_section(
            scene.writer,
            proposal,
            Section.SUMMARY,
            content,
            scene.now + timedelta(minutes=minute),
            version=minute + 1,
        )
    assert contents.history(proposal, Section.SUMMARY) == []
    commands.save_section(
        scene.writer, proposal, Section.SUMMARY, {"title": "Next day"}, scene.now + timedelta(days=1), version=5
    )
    assert [each.content["title"] for each in contents.history(proposal, Section.SUMMARY)] == ["Version 3"]


def test_the_team_sees_who_writes_now(scene):
    proposal = scene.draft()
    seen = drafts.editor(scene.colleague, proposal, scene.now + timedelta(minutes=1))
    assert ("Karim Bensalem", Section.SUMMARY) in seen.writing_now
    assert drafts.editor(scene.writer, proposal, scene.now).writing_now == []
    assert drafts.editor(scene.colleague, proposal, scene.now + timedelta(hours=1)).writing_now == []


def test_the_same_draft_has_the_same_bytes_and_they_say_all_of_it(scene):
    proposal = builder.written(scene.writer, scene.challenge, scene.now, 100, 250)
    first = contents.pack(proposal, contents.draft_of(proposal))
    assert first == contents.pack(proposal, contents.draft_of(proposal))
    held = json.loads(first)
    assert held["sections"]["summary"]["title"] == "Setpoint watch"
    assert [row["price_minor"] for row in held["sections"]["price"]["milestones"]] == [100, 250]


words = st.text(max_size=30)


# A busy machine is no fault of the rule.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@unhurried
@given(st.lists(st.fixed_dictionaries({"title": words, "price_minor": st.integers(0, 10**12)}), max_size=4))
def test_what_is_shaped_is_shaped_already(rows):
    try:
        once = sections.shaped(Section.PRICE, {"milestones": rows, "unknown": 1})
    except Refused:
        return
    assert sections.shaped(Section.PRICE, once) == once
    assert "unknown" not in once
