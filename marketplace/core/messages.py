"""Message catalogues: one source file a package and language, one compiled file a language.

`translations/<language>/<package>.po` belongs to the package whose strings it holds, so two features never
edit one catalogue. The compiled file is what gettext reads.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from marketplace.core.paths import PACKAGE, data_folder

TRANSLATED = ("ar", "fr")
KEYWORDS = {
    "_": None,
    "_l": None,
    "gettext": None,
    "marked": None,
    "ngettext": (1, 2),
    "_n": (1, 2),
    "_ln": (1, 2),
    "pgettext": ((1, "c"), 2),
}
# Lower floors first: a sentence that several packages use belongs to the lowest.
FLOORS = (
    "core",
    "accounts",
    "organisations",
    "challenges",
    "proposals",
    "evaluations",
    "pilots",
    "casestudies",
    "notifications",
    "web",
    "demo",
    "cli",
)


def compiled_folder() -> Path:
    """The folder of compiled catalogues that Flask-Babel reads."""
    return data_folder("translations") / "compiled"


def sources(language: str) -> list[Path]:
    """The catalogue sources of a language, lowest floor first."""
    folder = data_folder("translations") / language
    return [folder / f"{floor}.po" for floor in FLOORS if (folder / f"{floor}.po").exists()]


def compile_catalogues() -> None:
    """Merge each language's sources and compile them."""
    for language in TRANSLATED:
        merged = Catalog(locale=language)
        for source in sources(language):
            with source.open("rb") as file:
                for message in read_po(file, locale=language):
                    if message.id and message.id not in merged:
                        said = with_spaces_kept(message.string or "") if language == "fr" else message.string
                        merged.add(message.id, said, context=message.context)
        target = compiled_folder() / language / "LC_MESSAGES"
        target.mkdir(parents=True, exist_ok=True)
        with (target / "messages.mo").open("wb") as file:
            write_mo(file, merged)
    # English says what the code says; with a catalogue of its own it is found before a terminal's second language.
    target = compiled_folder() / "en" / "LC_MESSAGES"
    target.mkdir(parents=True, exist_ok=True)
    with (target / "messages.mo").open("wb") as file:
        write_mo(file, Catalog(locale="en"))


def with_spaces_kept(said: str | Sequence[str]) -> str | tuple[str, ...]:
    """French words with spaces that no line breaks at before : ; ? ! » % and after «, however they were typed."""
    if not isinstance(said, str):
        return tuple(str(with_spaces_kept(one)) for one in said)
    return re.sub(r" (?=[:;?!»]|%(?!\())|(?<=«) ", "\u00a0", said)


def extracted(floor: str) -> Catalog:
    """Every message in the code and the templates of one package."""
    catalog = Catalog(project="Startup Collaboration Marketplace", charset="utf-8")
    jinja = {"encoding": "utf-8", "silent": "false"}
    root = PACKAGE.parent
    folders = [PACKAGE / floor, data_folder("templates") / floor]
    if floor == "core":
        folders += [data_folder("templates") / "components", data_folder("templates") / "mail"]
    if floor == "web":
        folders.append(data_folder("templates") / "errors")
    for folder in folders:
        for name, _line, message, _comments, context in extract_from_dir(
            folder,
            method_map=[
                ("**.py", "python"),
                ("**.html", "jinja2.ext:babel_extract"),
                ("**.txt", "jinja2.ext:babel_extract"),
            ],
            options_map={"**.html": jinja, "**.txt": jinja},
            keywords=KEYWORDS,
        ):
            place = (folder / name).relative_to(root).as_posix()
            # No line numbers: a catalogue changes only when its words do.
            catalog.add(message, None, [(place, 0)], context=context)
    if floor in {"core", "web"}:
        _extract_loose_files(catalog, floor)
    return catalog


def _extract_loose_files(catalog: Catalog, floor: str) -> None:
    """Templates at the root are the core's; modules at the package's root are the web's."""
    from babel.messages.extract import extract_from_file

    files = sorted(data_folder("templates").glob("*.html")) if floor == "core" else sorted(PACKAGE.glob("*.py"))
    for file in files:
        method = "jinja2.ext:babel_extract" if file.suffix == ".html" else "python"
        options = {"encoding": "utf-8"}
        for _line, message, _comments, context in extract_from_file(method, file, KEYWORDS, (), options):
            catalog.add(message, None, [(file.relative_to(PACKAGE.parent).as_posix(), 0)], context=context)


def update() -> None:
    """Write every package's catalogue anew from its strings, keeping translations."""
    seen: set[object] = set()
    for floor in FLOORS:
        catalog = extracted(floor)
        wanted = [message for message in catalog if message.id and message.id not in seen]
        seen.update(message.id for message in wanted)
        for language in TRANSLATED:
            _update_one(data_folder("translations") / language / f"{floor}.po", language, wanted)
    compile_catalogues()


def _update_one(path: Path, language: str, wanted: list) -> None:
    known = Catalog(locale=language)
    if path.exists():
        with path.open("rb") as file:
            known = read_po(file, locale=language)
    if not wanted:
        path.unlink(missing_ok=True)
        return
    fresh = Catalog(locale=language, project="Startup Collaboration Marketplace", charset="utf-8")
    for message in wanted:
        old = known.get(message.id, context=message.context) or _moved(message, language)
        fresh.add(message.id, old.string if old else None, message.locations, message.flags, context=message.context)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh.revision_date = fresh.creation_date = datetime(2026, 1, 1, tzinfo=UTC)
    with path.open("wb") as file:
        write_po(file, fresh, width=110, omit_header=False, include_lineno=False, sort_output=True)


def _moved(wanted, language: str):
    """The translation that another package holds, for a sentence that changed its floor."""
    for source in sources(language):
        with source.open("rb") as file:
            found = read_po(file, locale=language).get(wanted.id, context=wanted.context)
        if found and found.string:
            return found
    return None


def untranslated() -> list[str]:
    """Every message that lacks a translation, as `file: message`; empty when all is said in all languages."""
    missing = []
    for language in TRANSLATED:
        for source in sources(language):
            with source.open("rb") as file:
                for message in read_po(file, locale=language):
                    strings = message.string if isinstance(message.string, list | tuple) else [message.string]
                    if message.id and (message.fuzzy or not all(strings)):
                        missing.append(f"{language}/{source.name}: {message.id}")
    return missing


def unlisted() -> list[str]:
    """Every message of the code that no catalogue lists: `make messages` was not run."""
    listed: dict[str, set[str]] = {language: set() for language in TRANSLATED}
    for language in TRANSLATED:
        for source in sources(language):
            with source.open("rb") as file:
                listed[language].update(_key(message) for message in read_po(file, locale=language))
    return [
        f"{language}: {message.id}"
        for floor in FLOORS
        for message in extracted(floor)
        for language in TRANSLATED
        if message.id and _key(message) not in listed[language]
    ]


def _key(message: Message) -> str:
    return message.id[0] if isinstance(message.id, list | tuple) else message.id


if __name__ == "__main__":
    update()
    for line in untranslated():
        print(line)
