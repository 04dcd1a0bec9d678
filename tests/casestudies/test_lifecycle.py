"""An edition from draft to tombstone: every state × transition × role, and what each deed leaves behind."""

from __future__ import annotations

from dataclasses import replace

import pytest

from marketplace.casestudies import commands, saving
from marketplace.casestudies.models import EditionState
from marketplace.casestudies.saving import ClaimDraft
from marketplace.casestudies.workflow import LIFECYCLE
from marketplace.core.errors import NotAllowed, NotFound, Refused
from tests.casestudies.world import FRENCH, TEXTS, reading_as

S = EditionState
WRITERS = {"manager", "second_manager", "owner", "editor", "signatory", "startup_owner"}
PUBLISHERS = {"manager", "second_manager", "owner", "approver"}
WHO = {
    "ask_clearance": WRITERS,
    "take_back": WRITERS,
    "publish": PUBLISHERS,
    "supersede": PUBLISHERS,
    "retract": PUBLISHERS,
}
PEOPLE = [*sorted(WRITERS | PUBLISHERS), "reader", "finance", "finance_officer", "evaluator", "rival", "stranger"]
ARROWS = {arrow.name: arrow for arrow in LIFECYCLE.transitions}


@pytest.mark.parametrize("state", S)
def test_a_transition_fires_from_its_sources_by_those_entitled_alone(world, db, state):
    edition = world.edition_in(state)
    for name, arrow in ARROWS.items():
        for person in [*PEOPLE, "administrator"]:
            viewer = getattr(world, person)
            offered = {offer.name for offer in LIFECYCLE.available(edition, viewer, world.now)}
            assert (name in offered) == (state in arrow.sources and person in WHO[name]), (name, person)
            if name not in offered:
                with pytest.raises((Refused, NotAllowed)):
                    LIFECYCLE.fire(edition, name, viewer, world.now)
                assert edition.state == state
                db.rollback()


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("name", ARROWS)
def test_a_transition_leads_to_its_target(world, state, name):
    edition, arrow = world.edition_in(state), ARROWS[name]
    if state in arrow.sources:
        LIFECYCLE.fire(edition, name, world.manager, world.now)
        assert edition.state == arrow.target


def test_a_state_is_not_set_by_hand(world):
    with pytest.raises(RuntimeError):
        world.written().state = S.PUBLISHED


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ("summary", "Write a title."),
        ("problem", "Say what the problem was."),
        ("solution", "Say what was done."),
        ("lessons", "Say what you would do differently."),
        ("replication", "Say what it takes to repeat it."),
    ],
)
def test_what_is_missing_is_said_before_the_clearance(world, section, sentence):
    edition = world.written()
    empty = dict.fromkeys(TEXTS[section], "")
    saving.save_section(world.manager, edition, section, empty, world.now)
    with pytest.raises(Refused) as refused:
        commands.ask_clearance(world.editor, edition, world.now)
    assert str(refused.value) == sentence


def test_a_result_without_a_measurement_is_not_cleared(world):
    edition = world.written()
    saving.save_claims(world.manager, edition, [ClaimDraft("It felt better.")], world.now)
    with pytest.raises(Refused, match="Tie result 1 to a verified measurement"):
        commands.ask_clearance(world.editor, edition, world.now)


def test_half_a_translation_is_not_cleared(world):
    edition = world.written()
    world.write(edition, {"summary": FRENCH["summary"]}, "fr")
    with pytest.raises(Refused, match="translation into French is not whole: “The problem” is missing"):
        commands.ask_clearance(world.editor, edition, world.now)
    world.write(edition, FRENCH, "fr")
    with pytest.raises(Refused, match="“Results and how we know” is missing"):
        commands.ask_clearance(world.editor, edition, world.now)
    world.translate(edition)
    commands.ask_clearance(world.editor, edition, world.now)


def test_a_translation_that_has_no_title_yet_is_no_obstacle(world):
    edition = world.written()
    world.write(edition, {"problem": FRENCH["problem"]}, "fr")
    commands.ask_clearance(world.editor, edition, world.now)
    assert edition.languages == ["en"]


def test_a_translation_says_who_made_it(world):
    edition = world.written()
    world.translate(edition)
    world.write(edition, {"summary": {"translated_by": ""}}, "fr")
    with pytest.raises(Refused, match="who translated the text into French"):
        commands.ask_clearance(world.editor, edition, world.now)


def test_one_side_alone_publishes_nothing(world):
    edition = world.clear(world.in_clearance(), world.approver)
    with pytest.raises(Refused, match="The startup has not cleared this version yet"):
        commands.publish(world.manager, edition, world.now)


def test_only_who_binds_a_side_clears(world):
    edition = world.in_clearance()
    for name in ("manager", "editor", "reader", "finance", "rival", "administrator"):
        with pytest.raises(NotAllowed):
            commands.clear(getattr(world, name), edition, edition.sha256, world.now)


def test_a_side_clears_once(world):
    edition = world.clear(world.in_clearance(), world.approver)
    with pytest.raises(Refused, match="cleared this version already"):
        commands.clear(world.owner, edition, edition.sha256, world.now)


def test_a_clearance_is_for_the_exact_words(world):
    edition = world.cleared()
    old = edition.sha256
    commands.take_back(world.manager, edition, world.now)
    world.write(edition, {"problem": {"problem": "One letter more."}})
    world.ask(edition)
    assert edition.sha256 != old
    with pytest.raises(Refused, match="has not cleared this version yet"):
        commands.publish(world.manager, edition, world.now)
    with pytest.raises(Refused, match="The text has changed since you read it"):
        commands.clear(world.approver, edition, old, world.now)


def test_words_that_were_taken_back_unchanged_are_cleared_anew(world):
    edition = world.cleared()
    commands.take_back(world.manager, edition, world.now)
    world.ask(edition)
    with pytest.raises(Refused):
        commands.publish(world.manager, edition, world.now)
    world.publish(world.clear(edition, world.approver, world.signatory))


def test_words_that_were_changed_behind_the_back_are_not_published(world, db):
    edition = world.cleared()
    edition.original.problem = "Something else."
    db.flush()
    with pytest.raises(Refused, match="The text has changed"):
        commands.publish(world.manager, edition, world.now)


def test_a_correction_replaces_the_version_before_it(world):
    old, new = world.corrected()
    assert (old.state, new.state, new.number) == (S.SUPERSEDED, S.PUBLISHED, 2)
    assert old.superseded_at == new.published_at
    assert [claim.evidence["kpi"] for claim in new.claims] == [claim.evidence["kpi"] for claim in old.claims]


def test_a_correction_says_what_it_corrects(world):
    made = world.correction_of(world.published(), "")
    with pytest.raises(Refused, match="Say what this version corrects"):
        commands.ask_clearance(world.editor, made, world.now)


def test_one_correction_is_under_way_at_a_time(world):
    edition = world.published()
    world.correction_of(edition)
    with pytest.raises(Refused, match="under way already"):
        commands.start_correction(world.manager, edition.case_study, world.now)


def test_a_draft_is_not_corrected(world):
    edition = world.published()
    world.retract(edition)
    with pytest.raises(Refused, match="Only what is published"):
        commands.start_correction(world.manager, edition.case_study, world.now)


def test_a_refused_publication_leaves_the_present_version_where_it_is(world):
    old = world.published()
    made = world.ask(world.correction_of(old))
    with pytest.raises(Refused):
        commands.publish(world.manager, made, world.now)
    assert old.state == S.PUBLISHED


def test_a_retraction_takes_older_versions_with_it(world):
    old, new = world.corrected()
    world.retract(new)
    assert (old.state, new.state) == (S.RETRACTED, S.RETRACTED)
    assert old.retraction_reason == "The measurements were wrong."


def test_an_old_version_is_retracted_alone(world):
    old, new = world.corrected()
    world.retract(old)
    assert (old.state, new.state) == (S.RETRACTED, S.PUBLISHED)


def test_nothing_newer_follows_a_retraction(world):
    edition = world.published()
    made = world.correction_of(edition)
    world.retract(edition)
    with pytest.raises(Refused, match="was retracted"):
        commands.ask_clearance(world.manager, made, world.now)


@pytest.mark.parametrize("reason", ["", "   \n", "x" * 2001])
def test_a_retraction_has_its_reason(world, reason):
    with pytest.raises(Refused, match="Say why"):
        commands.retract(world.manager, world.published(), reason, world.now)


def test_each_deed_is_written_down(world, db):
    from sqlalchemy import select

    from marketplace.core.events import Event

    edition = world.published()
    world.retract(edition)
    names = db.scalars(
        select(Event.name).where(Event.stream_id == edition.case_study_id).order_by(Event.number)
    ).all()
    assert names == [
        "case_study.drafted",
        "edition.clearance_asked",
        "edition.cleared",
        "edition.cleared",
        "edition.published",
        "edition.retracted",
    ]


def test_a_stranger_cannot_even_lock_a_draft(world):
    edition = world.written()
    with reading_as(world.rival), pytest.raises((NotFound, NotAllowed)):
        commands.ask_clearance(world.rival, edition, world.now)


def test_nobody_clears_for_both_sides(world):
    edition = world.clear(world.in_clearance(), world.approver)
    both = replace(world.signatory, person_id=world.approver.person_id)
    with pytest.raises(Refused, match="Somebody else clears it for yours"):
        world.clear(edition, both)
    assert edition.state == EditionState.CLEARANCE
    assert len(edition.clearances) == 1
