"""Writing in a draft: two organisations at once lose no text, and words stay within their bounds."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select

from marketplace.casestudies import saving
from marketplace.casestudies.models import EditionRevision
from marketplace.casestudies.saving import HISTORY, ClaimDraft, FigureDraft
from marketplace.core.errors import NotAllowed, NotFound, Refused
from marketplace.core.writing.history import Conflict, Place
from tests.pilots import world as pilot_world


def save(world, edition, words: str, *, by=None, version: int | None = None, language: str | None = None) -> int:
    """Save the problem."""
    return saving.save_section(
        by or world.manager, edition, "problem", {"problem": words}, world.now, language=language, version=version
    )


def test_a_section_is_saved_and_counts_its_versions(world):
    edition = world.drafted().editions[0]
    assert [save(world, edition, "One."), save(world, edition, "Two.", version=1)] == [1, 2]
    assert edition.original.problem == "Two."


def test_who_started_from_an_older_version_loses_no_text(world, db):
    edition = world.drafted().editions[0]
    save(world, edition, "The agency's words.", version=0)
    with pytest.raises(Conflict):
        save(world, edition, "The startup's words.", by=world.editor, version=0)
    assert edition.original.problem == "The agency's words."
    kept = db.scalars(select(EditionRevision).where(EditionRevision.is_conflict)).one()
    assert kept.content == {"problem": "The startup's words."}
    assert kept.organisation_id == world.startup.id


def test_sections_and_languages_do_not_get_in_each_others_way(world):
    edition = world.drafted().editions[0]
    save(world, edition, "English.", version=0)
    save(world, edition, "Français.", version=0, language="fr")
    saving.save_section(world.editor, edition, "lessons", {"lessons": "Learnt."}, world.now, version=0)
    assert (edition.original.problem, edition.text_in("fr").problem) == ("English.", "Français.")


def test_saves_of_one_sitting_are_one_revision(world, db):
    edition = world.drafted().editions[0]
    for words in ("A", "AB", "ABC"):
        save(world, edition, words)
    save(world, edition, "Mine.", by=world.editor)
    kept = db.scalars(select(EditionRevision.content).order_by(EditionRevision.created_at, EditionRevision.id)).all()
    assert [content["problem"] for content in kept] == ["ABC", "Mine."]


def test_frozen_words_are_not_written(world):
    edition = world.in_clearance()
    with pytest.raises(Refused, match="gone to be cleared"):
        save(world, edition, "Late.")


@pytest.mark.parametrize("name", ["reader", "finance", "approver", "rival", "stranger", "administrator"])
def test_only_writers_of_the_two_sides_write(world, name):
    with pytest.raises(NotAllowed):
        save(world, world.drafted().editions[0], "Mine.", by=getattr(world, name))


def test_a_text_has_its_bound(world):
    with pytest.raises(Refused, match="Shorten this to 12000") as refused:
        save(world, world.drafted().editions[0], "x" * 12_001)
    assert refused.value.field == "problem"


def test_a_first_edition_has_no_correction(world):
    with pytest.raises(NotAllowed):
        saving.save_section(world.manager, world.drafted().editions[0], "correction", {"correction": "x"}, world.now)


def test_a_translation_changes_no_facts(world):
    with pytest.raises(NotAllowed):
        saving.save_section(
            world.manager, world.drafted().editions[0], "subject", {"topics": []}, world.now, language="fr"
        )


def test_topics_map_to_functions(world):
    edition = world.written()
    assert edition.functions == ["PR"]


def test_a_translation_says_from_which_version_it_is(world):
    old = world.published()
    made = world.correction_of(old)
    save(world, made, "Un problème.", language="fr")
    assert made.text_in("fr").translated_from == 2


# --- results ---


def drafts_of(edition) -> list[ClaimDraft]:
    """What stands in the editor."""
    return [
        ClaimDraft(claim.words["en"], claim.sources.get("en", ""), claim.actual_id, claim.id)
        for claim in edition.claims
    ]


def test_results_are_reordered_removed_and_added(world):
    edition = world.drafted().editions[0]
    first, second = drafts_of(edition)
    saving.save_claims(world.manager, edition, [second, first, ClaimDraft("New.")], world.now)
    assert [claim.words["en"][:8] for claim in edition.claims] == ["Stations", "False al", "New."]
    assert [claim.position for claim in edition.claims] == [1, 2, 3]
    saving.save_claims(world.manager, edition, drafts_of(edition)[:1], world.now)
    assert len(edition.claims) == 1


def test_a_result_is_tied_to_another_measurement_and_freezes_it(world):
    edition = world.drafted().editions[0]
    earlier = saving.measurements(edition)[1]
    (first, second) = drafts_of(edition)
    changed = ClaimDraft(first.words, first.source, earlier.id, first.id)
    saving.save_claims(world.editor, edition, [changed, second], world.now)
    assert edition.claims[0].evidence["value"] == "3"
    assert [value for _day, value in edition.claims[0].evidence["series"]] == ["6", "3"]


@pytest.mark.parametrize("which", ["unknown", "unverified"])
def test_only_verified_measurements_of_this_pilot_prove(world, db, now, which):
    edition = world.drafted().editions[0]
    actual_id = uuid4()
    if which == "unverified":
        actual = saving.measurements(edition)[0]
        actual_id, actual.verified_at, actual.verified_by = actual.id, None, None
        edition.claims = []
        db.flush()
    with pytest.raises(Refused, match="Choose a verified measurement of this pilot"):
        saving.save_claims(world.manager, edition, [ClaimDraft("x", "", actual_id)], world.now)


def test_a_measurement_of_another_pilot_proves_nothing(world, now):
    edition = world.drafted().editions[0]
    other = pilot_world.build(now)
    pilot = other.active()
    foreign = other.verified(pilot.kpis[0], 5)
    with pytest.raises(Refused, match="Choose a verified measurement of this pilot"):
        saving.save_claims(world.manager, edition, [ClaimDraft("x", "", foreign.id)], world.now)


def test_a_claim_of_another_edition_is_not_taken_over(world):
    edition = world.published()
    made = world.correction_of(edition)
    foreign = edition.claims[0]
    saving.save_claims(world.manager, made, [ClaimDraft("Mine.", "", foreign.actual_id, foreign.id)], world.now)
    assert foreign.edition_id == edition.id
    assert foreign.words["en"] != "Mine."
    assert [claim.words["en"] for claim in made.claims] == ["Mine."]


def test_a_translation_of_results_changes_their_words_alone(world):
    edition = world.drafted().editions[0]
    first = edition.claims[0]
    before = (first.actual_id, first.position, len(edition.claims))
    saving.save_claims(
        world.editor,
        edition,
        [ClaimDraft("Un.", "Journal", None, first.id), ClaimDraft("?")],
        world.now,
        language="fr",
    )
    assert (first.actual_id, first.position, len(edition.claims)) == before
    assert first.sentence("fr", "en") == "Un."
    assert first.sentence("ar", "en") == first.words["en"]


def test_there_is_a_bound_on_results_and_their_words(world):
    edition = world.drafted().editions[0]
    with pytest.raises(Refused, match="Keep to 12 results"):
        saving.save_claims(world.manager, edition, [ClaimDraft("x")] * 13, world.now)
    with pytest.raises(Refused) as refused:
        saving.save_claims(world.manager, edition, [ClaimDraft("x" * 601)], world.now)
    assert refused.value.field == "rows-0-words"


def test_figures_without_a_value_are_left_out(world):
    edition = world.drafted().editions[0]
    rows = [FigureDraft("3", "attempts a month", "41"), FigureDraft("", "nothing")]
    saving.save_figures(world.manager, edition, rows, world.now)
    assert edition.original.figures == [{"before": "41", "value": "3", "words": "attempts a month"}]


def test_a_translation_is_taken_away_and_stays_in_the_history(world, db):
    edition = world.written()
    save(world, edition, "Un problème.", language="fr")
    saving.remove_language(world.manager, edition, "fr", world.now)
    assert edition.text_in("fr") is None
    kept = db.scalars(select(EditionRevision.content).where(EditionRevision.language == "fr")).all()
    assert any(content.get("problem") == "Un problème." for content in kept)


def test_the_original_is_never_taken_away(world):
    with pytest.raises(NotAllowed):
        saving.remove_language(world.manager, world.written(), "en", world.now)


def test_a_text_that_was_set_aside_is_settled_by_its_writer(world, db):
    edition = world.drafted().editions[0]
    save(world, edition, "First.", version=0)
    with pytest.raises(Conflict):
        save(world, edition, "Second.", by=world.editor, version=0)
    db.flush()
    kept = db.scalars(select(EditionRevision).where(EditionRevision.is_conflict)).one()
    with pytest.raises(NotFound):
        HISTORY.settle(world.manager, edition.id, kept.id)
    HISTORY.settle(world.editor, edition.id, kept.id)
    assert kept.is_settled
    assert kept.is_conflict, "the history goes on to say that it was set aside"
    assert not HISTORY.set_aside(Place(edition.id, "problem", "en"), kept.by_id)
