"""Checks of the house that no linter knows: `python -m tests.checks`, part of `make check`."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from marketplace.core import messages

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "marketplace"

# Licences that a product under the AGPL may be built with; names as the packages' own metadata give them.
LICENCES = (
    "MIT", "BSD", "Apache", "ISC", "PSF", "Python Software Foundation", "MPL", "Mozilla", "LGPL", "Lesser General",
    "AGPL", "Affero", "GPL", "OFL", "SIL Open Font", "Unlicense", "Zope", "HPND", "CC0", "PostgreSQL", "0BSD", "Zlib",
)  # fmt: skip


# Our own package, and those whose licence stands in a file beside the metadata: MIT, read on 2026-11-24.
UNNAMED = {"startup-collaboration-marketplace", "axe-playwright-python"}


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the package, by its path from the root."""
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))


def other_clocks() -> list[str]:
    """Places that read a clock beside `core/clock.py`."""
    found = []
    for name, tree in modules():
        if name == "marketplace/core/clock.py":
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}:
                owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
                if owner in {"datetime", "date"}:
                    found.append(f"{name}:{node.lineno}")
            if (
                isinstance(node, ast.Attribute)
                and node.attr == "time"
                and getattr(node.value, "id", "") == "time"
                and name != "marketplace/core/ids.py"
            ):
                found.append(f"{name}:{node.lineno}")
    return found


def states_set_by_hand() -> list[str]:
    """Places beside the workflow that assign a `state`."""
    found = []
    for name, tree in modules():
        if name == "marketplace/core/workflow.py":
            continue
        for node in ast.walk(tree):
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            for target in targets if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign) else []:
                if isinstance(target, ast.Attribute) and target.attr == "state":
                    found.append(f"{name}:{node.lineno}")
    return found


def system_readings() -> dict[str, list[str]]:
    """Every place that reads as the system, with its reason: module -> reasons."""
    found: dict[str, list[str]] = {}
    for name, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _called(node) == "reading_as_system":
                first = node.args[0] if node.args else None
                reason = first.value if isinstance(first, ast.Constant) else None
                found.setdefault(name, []).append(str(reason or ""))
    return found


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


# Modules that name a table itself, beside the policies, and why no row is read past the access rules there.
NAMES_TABLES = {
    "marketplace/casestudies/desk.py": "whether a pilot is told already, whoever may read the draft",
    "marketplace/casestudies/listing.py": "when the next edition is published; nobody is shown it",
    "marketplace/casestudies/queries.py": "whether another edition of the same study is newer; the rows are guarded",
    "marketplace/challenges/listing.py": "when the list turns next; nobody is shown it",
    "marketplace/evaluations/commands.py": "an insert that two openings at once do twice without harm",
    "marketplace/evaluations/progress.py": "counts that are the same for every reader; no row leaves it",
    "marketplace/pilots/queries.py": "whether an award has its pilot already, whoever may read the pilot",
    "marketplace/pilots/unsettled.py": "whether a guarded pilot has a milestone that is owed",
}


def past_the_session() -> list[str]:
    """Places outside policies that read tables past the access rules: `__table__`, `session.get()`."""
    allowed = ("policy.py", "core/", "cli/")
    found = []
    for name, tree in modules():
        if any(part in name for part in allowed):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr == "__table__" and name not in NAMES_TABLES:
                found.append(f"{name}:{node.lineno}")
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "get"
                and getattr(node.func.value, "attr", getattr(node.func.value, "id", "")) == "session"
                and node.args
                and isinstance(node.args[0], ast.Name)
                and node.args[0].id[:1].isupper()
            ):
                found.append(f"{name}:{node.lineno}")
    return found


def too_long() -> list[str]:
    """Files over 400 lines and functions over 40.

    A function's docstring counts, for it is read with the function; its Args, Returns and Raises do not, for they are
    looked up by whoever calls it.
    """
    found = []
    sources = [*PACKAGE.rglob("*.py"), *(ROOT / "templates").rglob("*.html"), *(ROOT / "static").rglob("*.css")]
    for path in sorted(sources):
        lines = path.read_text("utf-8").count("\n")
        if "built" not in path.parts and lines > 400:
            found.append(f"{path.relative_to(ROOT)}: {lines} lines")
    for name, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and _length(node) > 40:
                found.append(f"{name}:{node.lineno} {node.name}")
    return found


def _length(node: ast.FunctionDef) -> int:
    whole = (node.end_lineno or 0) - node.lineno + 1
    said = (ast.get_docstring(node) or "").splitlines()
    looked_up = next(
        (place for place, line in enumerate(said) if line in {"Args:", "Returns:", "Raises:"}), len(said)
    )
    return whole - (len(said) - looked_up)


def foreign_licences() -> list[str]:
    """Dependencies whose licence is none that the product may be built with."""
    program = [sys.executable, "-m", "piplicenses", "--format=csv", "--from=mixed", "--with-system"]
    listed = subprocess.run(program, capture_output=True, text=True, check=True).stdout
    rows = [line.strip('"').split('","') for line in listed.splitlines()[1:]]
    return [
        f"{row[0]}: {row[2]}"
        for row in rows
        if row[0] not in UNNAMED and not any(known in row[2] for known in LICENCES)
    ]


CHECKS = {
    "clocks beside core/clock.py": other_clocks,
    "states set by hand": states_set_by_hand,
    "readings past the access rules": past_the_session,
    "too long to be read at once": too_long,
    "messages without a translation": messages.untranslated,
    "messages that the catalogues lack": messages.unlisted,
    "dependencies with a licence to look at": foreign_licences,
}


def main() -> int:
    """Run every check and name what it finds."""
    failed = 0
    for title, check in CHECKS.items():
        found = check()
        print(f"{'ok' if not found else len(found)}: {title}")
        for line in found:
            print(f"    {line}")
        failed += bool(found)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
