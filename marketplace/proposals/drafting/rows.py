"""Adding, removing and moving rows of a section by its form's own buttons."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from marketplace.proposals.models import Section
from marketplace.proposals.sections import MAX_ROWS

ROWS_OF = {Section.TEAM: "team", Section.PRICE: "milestones"}
_DEED = re.compile(r"(remove|up|down)-([0-9]{1,3})")


def rearranged(rows: Sequence[Any], deed: str) -> tuple[list[Any], int | None]:
    """The rows after a button was pressed, and the row to go to.

    Args:
        deed: "add", or "remove", "up" or "down" with the row's number, such as "up-2".
    """
    changed = list(rows)
    if deed == "add":
        return ([*changed, {}], len(changed)) if len(changed) < MAX_ROWS else (changed, len(changed) - 1)
    found = _DEED.fullmatch(deed)
    if found is None or int(found[2]) >= len(changed):
        return changed, None
    name, index = found[1], int(found[2])
    row = changed.pop(index)
    if name == "remove":
        return changed, min(index, len(changed) - 1) if changed else None
    index = max(index - 1, 0) if name == "up" else min(index + 1, len(changed))
    changed.insert(index, row)
    return changed, index
