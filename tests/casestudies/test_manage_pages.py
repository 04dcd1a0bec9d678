"""From a draft to a tombstone in the browser: who presses what, and what each one sees."""

from __future__ import annotations

import pytest

from marketplace.casestudies import commands
from marketplace.core import database
from tests.pages import Browser


def manage(edition) -> str:
    return f"/en/case-studies/{edition.case_study.key}/manage/"


def test_both_sides_bring_a_draft_to_the_public(world, app):
    edition = world.written()
    editor, approver = world.browser(app, world.editor), world.browser(app, world.approver)
    signatory, manager = world.browser(app, world.signatory), world.browser(app, world.manager)
    editor.get(manage(edition))
    assert editor.press("Ask both sides to clear it").says(
        "The words are frozen. Both sides are asked to clear them."
    )
    for browser in (approver, signatory):
        page = browser.get(f"/en/case-studies/{edition.case_study.key}/clearance/")
        assert page.says("How a port stopped paying for fake invoices")
        assert page.says("We began with the largest suppliers")
        database.session.refresh(edition)
        assert page.says(edition.sha256)
        assert browser.press("Clear these words").says("You have cleared these words for your side.")
    manager.get(f"/en/case-studies/{edition.case_study.key}/publication/")
    page = manager.press("Publish")
    assert page.says("It is published. Anybody can read it now.")
    assert Browser(app).get(page.path).status == 200


def test_the_page_says_who_has_cleared_which_words(world, app):
    edition = world.clear(world.in_clearance(), world.approver)
    page = world.browser(app, world.manager).get(manage(edition))
    assert page.says("Karim Bensalem, ")
    assert page.says("Not yet")
    assert page.says(edition.sha256)
    assert page.says("The startup has not cleared this version yet.")


def test_what_is_missing_stands_beside_the_button_and_in_the_answer(world, app):
    edition = world.drafted().editions[0]
    world.write(edition, {"summary": {"title": "", "summary": ""}})
    browser = world.browser(app, world.editor)
    assert browser.get(manage(edition)).says("Write a title.")
    assert browser.press("Ask both sides to clear it").errors == ["Write a title."]


def test_words_that_changed_while_they_were_read_are_not_cleared(world, app):
    edition = world.in_clearance()
    approver = world.browser(app, world.approver)
    approver.get(f"/en/case-studies/{edition.case_study.key}/clearance/")
    commands.take_back(world.manager, edition, world.now)
    world.write(edition, {"problem": {"problem": "Something else now."}})
    world.ask(edition)
    page = approver.press("Clear these words")
    assert page.errors == ["The text has changed since you read it. Read it again, then clear it."]
    assert page.says("Something else now.")
    assert approver.press("Clear these words").says("You have cleared these words for your side.")


def test_clearing_twice_has_one_effect(world, app):
    edition = world.in_clearance()
    approver = world.browser(app, world.approver)
    approver.get(f"/en/case-studies/{edition.case_study.key}/clearance/")
    first = approver.page
    approver.press("Clear these words")
    approver.page = first
    page = approver.press("Clear these words")
    assert page.errors == ["Your side has cleared this version already."]


def test_a_draft_is_taken_back_to_be_edited(world, app):
    edition = world.cleared()
    browser = world.browser(app, world.editor)
    browser.get(manage(edition))
    assert browser.press("Take it back to edit").says("It is a draft again.")


def test_a_correction_begins_with_its_notice(world, app):
    edition = world.published()
    browser = world.browser(app, world.editor)
    browser.get(manage(edition))
    page = browser.press("Begin a correction")
    assert page.title == "What this version corrects"
    page = browser.get(manage(edition))
    assert page.says("Draft")
    assert page.says("Say what this version corrects.")


def test_a_retraction_asks_for_its_reason_and_leaves_a_tombstone(world, app):
    edition = world.published()
    browser = world.browser(app, world.approver)
    browser.get(f"/en/case-studies/{edition.case_study.key}/retraction/")
    assert browser.press("Retract it", reason=" ").error_beside("Reason (needed)") == "Say why it is retracted."
    page = browser.press("Retract it", reason="The log was wrong.")
    assert page.says("It is retracted.")
    assert Browser(app).get(f"/en/case-studies/x-{edition.case_study.key}/").status == 410


def test_an_old_version_can_be_retracted_alone(world, app):
    old, _new = world.corrected()
    browser = world.browser(app, world.owner)
    browser.get(f"/en/case-studies/{old.case_study.key}/retraction/?version=1")
    browser.press("Retract it", reason="A name stood in it.")
    reader = Browser(app)
    assert reader.get(f"/en/case-studies/x-{old.case_study.key}/").status == 200
    assert reader.get(f"/en/case-studies/x-{old.case_study.key}/?version=1").status == 410


@pytest.mark.parametrize("version", ["7", "x", "-1"])
def test_a_version_that_there_is_not_is_not_retracted(world, app, version):
    edition = world.published()
    browser = world.browser(app, world.owner)
    assert browser.get(f"/en/case-studies/{edition.case_study.key}/retraction/?version={version}").status == 404


def test_who_may_only_read_sees_and_presses_nothing(world, app):
    edition = world.cleared()
    browser = world.browser(app, world.reader)
    page = browser.get(manage(edition))
    assert page.says("Who has cleared these words")
    buttons = [button.text for button in page.main.all("button")]
    assert buttons == []
    for deed in ("publication", "clearance", "edit/problem", "retraction"):
        assert browser.get(f"/en/case-studies/{edition.case_study.key}/{deed}/").status == 404


def test_the_startup_never_publishes_nor_retracts(world, app):
    edition = world.cleared()
    browser = world.browser(app, world.startup_owner)
    assert browser.get(f"/en/case-studies/{edition.case_study.key}/publication/").status == 404
    world.publish(edition)
    assert browser.get(f"/en/case-studies/{edition.case_study.key}/retraction/").status == 404


def test_own_case_studies_are_listed_in_whatever_state(world, app):
    _old, new = world.corrected()
    world.correction_of(new)
    for viewer in (world.manager, world.editor, world.reader):
        page = world.browser(app, viewer).get("/en/case-studies/mine/")
        assert page.says("How a port stopped paying for fake invoices")
        assert page.says("version 3")
        assert not page.says("version 2")
    assert world.browser(app, world.rival).get("/en/case-studies/mine/").says("No case study yet")


def test_pages_of_work_want_a_sign_in(world, app):
    edition = world.written()
    answer = app.test_client().get(manage(edition))
    assert answer.status_code == 302
    assert "/sign-in/" in answer.location
