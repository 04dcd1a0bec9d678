"""Run the benches named on the command line, or all, and print one table."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path

import bench
from bench.report import Report


def benches() -> list[str]:
    """The names of all benches: the modules here that can `run`."""
    here = str(Path(bench.__file__).parent)
    found = (each.name for each in pkgutil.iter_modules([here]) if not each.ispkg)
    return sorted(name for name in found if "\ndef run(" in (Path(here) / f"{name}.py").read_text("utf-8"))


def main(wanted: list[str]) -> int:
    """Run them one after the other; 2 where a name is unknown, 1 where a target is missed."""
    known = benches()
    unknown = [name for name in wanted if name not in known]
    if unknown:
        print(f"There is no bench {', '.join(unknown)}. There are: {', '.join(known)}.", file=sys.stderr)
        return 2
    report = Report()
    for name in wanted or known:
        print(f"… {name}", file=sys.stderr, flush=True)
        importlib.import_module(f"bench.{name}").run(report)
    print(report)
    return 0 if report.is_met else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
