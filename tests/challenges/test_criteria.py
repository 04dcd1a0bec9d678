"""The criteria's editor, without JavaScript: rows by buttons, weights, labels, the tie-break."""

from __future__ import annotations

import pytest

from marketplace.challenges import commands, readiness
from marketplace.challenges.commands import CriterionDraft
from marketplace.challenges.models import Challenge, CriterionKind, TieBreak
from marketplace.core import database
from marketplace.core.errors import Refused
from tests.challenges import world
from tests.challenges.conftest import Cast

K = CriterionKind


def stored(challenge: Challenge) -> Challenge:
    database.session.expire_all()
    return database.session.get_one(Challenge, challenge.id)


@pytest.fixture
def editor(cast: Cast, browser):
    """The author's editor of a fresh draft's criteria."""
    challenge = commands.create_challenge(cast.author, "A draft", cast.now)
    database.session.commit()
    author = browser(cast.author)
    author.get(f"/en/challenges/{challenge.key}/edit/criteria/")
    return author, challenge


def test_criteria_of_every_kind_are_added_by_buttons(editor):
    author, challenge = editor
    for button in ("Points", "Labelled rating", "Yes or no", "Price"):
        author.press(button)
    kinds = [criterion.kind for criterion in stored(challenge).criteria]
    assert kinds == [K.POINTS, K.RATING, K.YES_NO, K.PRICE]
    author.press(
        "Save",
        **{
            "rows-0-name": "Quality",
            "rows-0-weight": "50",
            "rows-0-scale": "20",
            "rows-0-minimum": "8",
            "rows-1-name": "Team",
            "rows-1-weight": "20",
            "rows-1-labels-0-label": "Strong",
            "rows-1-labels-0-points": "4",
            "rows-1-labels-1-label": "Fair",
            "rows-1-labels-2-label": "Weak",
            "rows-2-name": "Data stays in the country",
            "rows-2-is_required": "y",
            "rows-3-name": "Price",
            "rows-3-weight": "30",
        },
    )
    quality, team, stays, price = stored(challenge).criteria
    assert (quality.weight, quality.scale, quality.minimum) == (50, 20, 8)
    assert [label["points"] for label in team.labels] == [4, 1, 0]
    assert team.scale == 4
    assert (stays.is_required, stays.weight, price.weight) == (True, 0, 30)
    assert "Weights total 100 of 100 now." in author.page.text


def test_rows_move_and_go_and_the_deciding_criterion_stays_the_same(editor):
    author, challenge = editor
    author.press("Points")
    author.press("Points")
    author.press("Save", **{"rows-0-name": "First", "rows-1-name": "Second"})
    author.press("Save", tie_break="criterion", tie_break_place="1")
    deciding = stored(challenge).tie_break_criterion_id
    author.press("Move down: First")
    found = stored(challenge)
    assert [criterion.name for criterion in found.criteria] == ["Second", "First"]
    assert found.tie_break_criterion_id == deciding == found.criteria[0].id
    author.press("Remove: Second")
    found = stored(challenge)
    assert [criterion.name for criterion in found.criteria] == ["First"]
    assert found.tie_break_criterion_id is None


def test_labels_are_added_and_removed(editor):
    author, challenge = editor
    author.press("Labelled rating")
    author.press("Add a label")
    assert len(stored(challenge).criteria[0].labels) == 4
    author.press("Remove the label")
    assert len(stored(challenge).criteria[0].labels) == 3


@pytest.mark.parametrize("typed", ["101", "-1", "abc", "9223372036854775808", "1.5"])
def test_a_weight_that_is_none_is_refused_and_everything_typed_is_kept(editor, typed: str):
    author, challenge = editor
    author.press("Points")
    page = author.press("Save", **{"rows-0-name": "Quality", "rows-0-weight": typed})
    assert page.errors
    assert page.main.one("input", id="rows-0-weight").attributes["value"] == typed
    assert page.main.one("input", id="rows-0-name").attributes["value"] == "Quality"
    assert stored(challenge).criteria[0].name == ""


def test_enter_in_a_field_saves_and_moves_nothing(editor):
    author, _challenge = editor
    author.press("Points")
    form = next(form for form in author.page.main.all("form") if "data-autosave" in form.attributes)
    first = form.all("button")[0]
    assert (first.attributes["name"], first.attributes["value"]) == ("do", "")


def test_a_foreign_criterions_id_touches_nothing_over_there(cast: Cast, editor):
    author, challenge = editor
    other = cast.draft()
    database.session.commit()
    theirs = other.criteria[0]
    author.press("Points")
    author.press("Save", **{"rows-0-id": str(theirs.id), "rows-0-name": "Mine now"})
    assert stored(other).criteria[0].name == "Quality"
    assert stored(challenge).criteria[0].name == "Mine now"
    assert stored(challenge).criteria[0].id != theirs.id


@pytest.mark.parametrize(
    ("criteria", "tie_break", "place", "reason"),
    [
        ([], TieBreak.SHARED, None, "Add the criteria"),
        ([CriterionDraft(K.POINTS, "A", weight=99)], TieBreak.SHARED, None, "They total 99 now"),
        ([CriterionDraft(K.POINTS, "", weight=100)], TieBreak.SHARED, None, "Name criterion 1"),
        ([CriterionDraft(K.RATING, "A", weight=100)], TieBreak.SHARED, None, "at least two labels"),
        ([CriterionDraft(K.POINTS, "A", weight=100, minimum=11)], TieBreak.SHARED, None, "above its highest score"),
        ([CriterionDraft(K.POINTS, "A", weight=100)], TieBreak.CRITERION, None, "Choose the criterion"),
        ([CriterionDraft(K.PRICE, "A", weight=100)], TieBreak.CRITERION, 0, "Choose the criterion"),
        (
            [CriterionDraft(K.PRICE, "A", weight=50), CriterionDraft(K.PRICE, "B", weight=50)],
            TieBreak.SHARED,
            None,
            "Keep one price criterion",
        ),
    ],
)
def test_what_could_not_be_scored_is_not_sent_for_review(cast: Cast, criteria, tie_break, place, reason: str):
    challenge = cast.draft(criteria=criteria, tie_break=tie_break, tie_break_place=place)
    assert any(reason in each.message for each in readiness.missing(challenge, cast.now))
    with pytest.raises(Refused, match=reason):
        commands.submit_for_review(cast.author, challenge, cast.now)


def test_a_whole_draft_lacks_nothing(cast: Cast):
    assert readiness.missing(cast.draft(), cast.now) == []


def test_criteria_are_said_in_other_languages(cast: Cast, browser):
    challenge = cast.draft()
    database.session.commit()
    author = browser(cast.author)
    author.get(f"/en/challenges/{challenge.key}/edit/criteria/?in=ar")
    author.press("Save", **{"rows-0-name": "الجودة"})
    found = stored(challenge).criteria[0]
    assert (found.name, found.name_in("ar"), found.name_in("fr")) == ("Quality", "الجودة", "Quality")
    assert world.CRITERIA[0].weight == found.weight
