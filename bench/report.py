"""What was measured, as one table."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass

from bench.measure import Pair

HEAD = ("name", "ours", "reference", "ratio", "target", "met")


@dataclass(frozen=True)
class Row:
    """One line of the table, in words."""

    name: str
    ours: str
    reference: str
    ratio: str
    target: str
    is_met: bool

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.name, self.ours, self.reference, self.ratio, self.target, "yes" if self.is_met else "NO")


class Report:
    """The lines of one run."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def compare(self, name: str, pair: Pair, *, at_least: float) -> None:
        """Two things measured side by side: how fast ours is beside the reference, 1 being equally fast."""
        self.rows.append(
            Row(
                name,
                f"{pair.ours_ms:.2f} ms",
                f"{pair.reference_ms:.2f} ms",
                f"{pair.ratio:.2f}",
                f"≥ {at_least:g}",
                pair.ratio >= at_least,
            )
        )

    def amount(self, name: str, value: float, unit: str, *, at_most: float) -> None:
        """One thing that must not be more than something: bytes, memory."""
        self.rows.append(Row(name, f"{value:.1f} {unit}", "–", "–", f"≤ {at_most:g} {unit}", value <= at_most))

    @property
    def is_met(self) -> bool:
        return all(row.is_met for row in self.rows)

    def __str__(self) -> str:
        table = [HEAD, *(row.cells for row in self.rows)]
        widths = [max(len(cells[place]) for cells in table) for place in range(len(HEAD))]
        lines = [
            f"| {' | '.join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))} |"
            for cells in table
        ]
        lines.insert(1, f"|{'|'.join('-' * (width + 2) for width in widths)}|")
        machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
        return "\n".join(["", machine, "", *lines])
