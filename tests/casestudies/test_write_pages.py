"""Drafting and writing in the browser, without JavaScript and with autosave."""

from __future__ import annotations

import pytest

from tests.casestudies.world import World


@pytest.fixture
def agency(world, app):
    """The agency's manager at work."""
    return world.browser(app, world.manager)


@pytest.fixture
def startup(world, app):
    """The startup's editor at work."""
    return world.browser(app, world.editor)


def editor_of(world: World, edition, section: str, language: str | None = None) -> str:
    more = f"?in={language}" if language else ""
    return f"/en/case-studies/{edition.case_study.key}/edit/{section}/{more}"


def test_a_draft_begins_with_a_button_of_the_pilot(world, agency):
    page = agency.get(f"/en/case-studies/from-pilot/{world.pilot.key}/")
    assert page.title == "Draft the case study of “Setpoint watch, 24 stations”"
    page = agency.press("Draft the case study")
    assert page.says("The draft is made from the pilot’s record.")
    assert page.value_of("Title") == "Setpoint watch, 24 stations"


def test_a_pilot_that_has_its_case_study_leads_to_it(world, agency):
    world.drafted()
    page = agency.get(f"/en/case-studies/from-pilot/{world.pilot.key}/")
    assert page.says("What you can do now")


def test_who_does_not_run_the_pilot_finds_no_such_page(world, app):
    for viewer in (world.reader, world.rival, world.administrator):
        assert world.browser(app, viewer).get(f"/en/case-studies/from-pilot/{world.pilot.key}/").status == 404


def test_a_section_is_saved_and_the_next_one_opens(world, agency):
    edition = world.drafted().editions[0]
    agency.get(editor_of(world, edition, "problem"))
    page = agency.press("Save and go on", problem="It *happened* again.")
    assert page.title == "The solution"
    assert agency.get(editor_of(world, edition, "problem")).value_of("The problem") == "It *happened* again."


def test_two_organisations_in_one_section_lose_no_text(world, agency, startup):
    edition = world.drafted().editions[0]
    agency.get(editor_of(world, edition, "lessons"))
    startup.get(editor_of(world, edition, "lessons"))
    agency.press("Save", lessons="What the agency learnt.")
    page = startup.press("Save", lessons="What the startup learnt.")
    assert page.errors == ["Somebody else saved this section while you wrote. Both texts are below: yours is kept."]
    assert page.says("What the agency learnt.")
    assert page.value_of("What we would do differently") == "What the startup learnt."
    startup.press("Save", lessons="What both learnt.")
    page = startup.get(editor_of(world, edition, "lessons"))
    assert page.value_of("What we would do differently") == "What both learnt."
    assert page.says("A text of yours was set aside when somebody else saved first")
    page = startup.press("I have taken what I need")
    assert not page.says("A text of yours was set aside")


def test_the_history_says_who_of_which_side_wrote_what(world, agency, startup):
    edition = world.drafted().editions[0]
    for browser, words in ((agency, "First."), (startup, "Second.")):
        browser.get(editor_of(world, edition, "cost"))
        browser.press("Save", cost=words)
    page = agency.get(f"/en/case-studies/{edition.case_study.key}/edit/cost/history/")
    for words in ("Nadia Farouk", "National Water Authority", "Editor", "Tidewatch Labs", "First.", "Second."):
        assert page.says(words), words


def test_autosave_answers_a_script(world, agency):
    edition = world.drafted().editions[0]
    page = agency.get(editor_of(world, edition, "problem"))
    form, _button = page.form("Save")
    values = {one.attributes["name"]: one.attributes.get("value", "") for one in form.all("input")}
    address = form.attributes["data-autosave"]
    saved = agency.client.post(address, data={**values, "problem": "Auto."})
    assert saved.status_code == 200
    assert saved.json["version"] == "1"
    assert agency.client.post(address, data={**values, "problem": "Auto."}).status_code == 409
    refused = agency.client.post(address, data={**values, "version": "1", "problem": "x" * 12_001})
    assert refused.status_code == 422


def test_results_are_added_moved_and_removed_without_a_script(world, agency):
    edition = world.drafted().editions[0]
    agency.get(editor_of(world, edition, "results"))
    page = agency.press("Add a result")
    assert page.says("Result 3")
    page = agency.press("Save", **{"rows-2-words": "Nobody was paid by mistake."})
    assert page.says("Nobody was paid by mistake.")
    assert page.says("Tie each result to a verified measurement, or remove it.")
    page = agency.press("Move down: Result 1")
    words = [area.text for area in page.main.all("textarea")]
    assert words[0].startswith("Stations listening")
    agency.press("Remove: Result 1")
    page = agency.press("Remove: Result 1")
    assert [area.text for area in page.main.all("textarea")] == ["Nobody was paid by mistake."]


def test_a_foreign_measurement_is_not_on_the_list(world, agency):
    edition = world.drafted().editions[0]
    agency.get(editor_of(world, edition, "results"))
    page = agency.press("Save", **{"rows-0-actual_id": "00000000-0000-7000-8000-000000000000"})
    assert "Choose from the list." in page.errors


@pytest.mark.parametrize("version", ["", "-1", "x", "9" * 30, "²", "1.5"])
def test_a_version_that_is_none_is_a_conflict_and_no_fault(world, agency, version):
    edition = world.drafted().editions[0]
    agency.get(editor_of(world, edition, "problem"))
    agency.press("Save", problem="Here first.")
    page = agency.press("Save", problem="Kept.", version=version)
    assert page.status == 200
    assert page.value_of("The problem") == "Kept."


def test_too_long_a_text_is_kept_and_said_beside_its_field(world, agency):
    edition = world.drafted().editions[0]
    agency.get(editor_of(world, edition, "summary"))
    page = agency.press("Save", title="x" * 151)
    assert "150" in (page.error_beside("Title") or "")
    assert page.value_of("Title") == "x" * 151


def test_controls_and_overrides_do_not_get_into_a_title(world, agency):
    edition = world.drafted().editions[0]
    agency.get(editor_of(world, edition, "summary"))
    agency.press("Save", title="a\u202eb\0c")
    assert agency.get(editor_of(world, edition, "summary")).value_of("Title") == "abc"


def test_a_script_in_a_text_is_words(world, agency):
    edition = world.written()
    agency.get(editor_of(world, edition, "problem"))
    agency.press("Save", problem="<script>alert(1)</script> [x](javascript:alert(1))")
    page = agency.get(f"/en/case-studies/{edition.case_study.key}/preview/")
    source = page.response.get_data(as_text=True)
    assert "<script>alert" not in source
    assert 'href="javascript' not in source


def test_a_translation_is_written_beside_the_original_and_taken_away(world, startup):
    edition = world.written()
    page = startup.get(editor_of(world, edition, "summary", "fr"))
    assert page.says("How a port stopped paying for fake invoices")
    startup.press("Save", title="Comment un port…", translated_by="Bureau")
    assert startup.get(editor_of(world, edition, "summary", "fr")).value_of("Translated by") == "Bureau"
    startup.get(f"/en/case-studies/{edition.case_study.key}/languages/fr/end/")
    assert startup.press("Take it away").says("The translation is taken away.")
    assert startup.get(editor_of(world, edition, "summary", "fr")).value_of("Title") == ""


@pytest.mark.parametrize(
    "address", ["edit/correction/", "edit/subject/?in=fr", "edit/nothing/", "edit/problem/history/x/"]
)
def test_a_section_that_there_is_not_is_not_found(world, agency, address):
    edition = world.drafted().editions[0]
    assert agency.get(f"/en/case-studies/{edition.case_study.key}/{address}").status == 404


def test_frozen_words_can_be_read_in_the_editor_and_not_sent(world, agency):
    edition = world.in_clearance()
    page = agency.get(editor_of(world, edition, "problem"))
    assert page.says("This can’t be changed now")
    sent = agency.post(editor_of(world, edition, "problem"), {**_hidden(page), "problem": "Late."})
    assert sent.errors == ["It can’t be changed now: it has gone to be cleared. Copy what you typed."]
    assert sent.value_of("The problem") == "Late."


def _hidden(page) -> dict[str, str]:
    return {
        one.attributes["name"]: one.attributes.get("value", "")
        for one in page.main.all("input", type="hidden")
        if "name" in one.attributes
    }


def test_a_stale_token_costs_no_text(world, agency):
    edition = world.drafted().editions[0]
    agency.get(editor_of(world, edition, "problem"))
    page = agency.press("Save", problem="Typed.", csrf_token="stale")
    assert page.value_of("The problem") == "Typed."
    assert page.says("This page was out of date.")
