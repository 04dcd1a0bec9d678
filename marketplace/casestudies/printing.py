"""An edition as PDF, set once for the same words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from marketplace.casestudies import citations, presentation
from marketplace.casestudies.blueprint import absolute, address
from marketplace.casestudies.models import Edition, EditionState, EditionText
from marketplace.casestudies.queries import Release
from marketplace.casestudies.sections import LICENCES
from marketplace.core import blocks, prints, site
from marketplace.core.components import onward_arrow
from marketplace.core.i18n import _, in_language
from marketplace.core.vocabularies import countries, sectors, topics

KIND = "print of an edition"


def document(edition: Edition, language: str, people: Mapping[UUID, str], releases: Sequence[Release]) -> bytes:
    """The edition in the language of the text that a reader of `language` gets.

    Args:
        people: the names of the verifiers, by id.
        releases: all published editions: an old one says that it is old.
    """
    text, study = edition.text_for(language), edition.case_study
    with in_language(text.language):
        parts = list(_parts(edition, text, people, releases))
        subtitle = _("%(agency)s with %(startup)s", agency=study.agency.name, startup=study.startup.name)
        dated, publisher = presentation.version_words(edition), site.name()
    return prints.document(
        KIND,
        edition.id,
        text.title,
        parts,
        language=text.language,
        site=publisher,
        subtitle=subtitle,
        marking=f"TLP:{edition.label}",
        dated=dated,
    )


def _parts(
    edition: Edition, text: EditionText, people: Mapping[UUID, str], releases: Sequence[Release]
) -> Iterator[blocks.Block]:
    yield from _standing(edition, releases)
    yield blocks.paragraph(text.summary)
    if text.figures:
        yield blocks.table(
            _("In figures"), [_("Figure"), _("What it counts")], [_figure(figure) for figure in text.figures]
        )
    if edition.claims:
        yield blocks.heading(_("What happened, and how we know"))
        yield blocks.table(
            _("Results and evidence"),
            [_("Evidence"), _("Result"), _("How we know")],
            [
                [proven.label, proven.words, "; ".join(proven.lines)]
                for proven in presentation.results(edition, text, people)
            ],
        )
    for title, words in chapters(text):
        yield blocks.heading(title)
        yield from blocks.markdown(words)
    yield from _about(edition, text)


def _standing(edition: Edition, releases: Sequence[Release]) -> Iterator[blocks.Block]:
    newer = max((r.number for r in releases if r.state == EditionState.PUBLISHED), default=edition.number)
    if edition.is_old:
        yield blocks.notice(_("This version is old. Version %(number)d has replaced it.", number=newer), "time")


def _figure(figure: dict[str, str]) -> list[str]:
    before = f"{figure['before']} {onward_arrow()} " if figure["before"] else ""
    return [f"{before}{figure['value']}", figure["words"]]


def chapters(text: EditionText) -> list[tuple[str, str]]:
    """The written sections that there are: (title, Markdown)."""
    made = [
        (_("The problem"), text.problem),
        (_("The solution"), text.solution),
        (_("The cost"), text.cost),
        (_("What we would do differently"), text.lessons),
        (_("What it takes to repeat it"), text.replication),
    ]
    return [(title, words) for title, words in made if words.strip()]


def _about(edition: Edition, text: EditionText) -> Iterator[blocks.Block]:
    citation = citations.of(edition, text)
    yield blocks.heading(_("About this case study"))
    yield blocks.facts(
        [
            (_("Outcome of the pilot"), presentation.outcome(edition.case_study).label),
            (_("Country"), countries.label(edition.case_study.country)),
            (_("Topics"), _(", ").join(topics.label(code) for code in edition.topics)),
            (_("Sectors"), _(", ").join(sectors.label(code) for code in edition.sectors)),
            (_("NIST CSF 2.0"), ", ".join(code for code, _words in presentation.mapping(edition))),
            (_("Licence"), LICENCES[edition.licence][0]),
            (_("Translated by"), text.translated_by),
            (_("What this version corrects"), text.correction),
            (_("Cite as"), citations.line(citation)),
            (_("Address"), absolute(address(edition, language=text.language))),
        ]
    )
    if edition.sha256:
        yield blocks.paragraph(_("Both sides cleared exactly these words. Their fingerprint (SHA-256):"), faint=True)
        yield blocks.code(edition.sha256)
