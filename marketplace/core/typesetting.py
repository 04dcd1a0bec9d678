"""One document set by Typst, in a process of its own: an order as JSON comes in, the document goes out.

Typst keeps the typeface and all that it has set for as long as its process lives. A web process that once made a
document for a reader would carry that for good, and a document that never ends would hold one of its threads.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

PATIENCE_S = 120


def compiled(source: Path, inputs: dict[str, str], *, fonts: Path, timestamp: int, **options: Any) -> bytes:
    """The document; of several pictures the first.

    Args:
        source: a template; it reads nothing outside of its folder.
        inputs: what it reads as `sys.inputs`.
        fonts: the folder of the only typefaces, so that a page looks the same on every machine.
        timestamp: the moment that the document bears, in seconds.
        options: further ones of `typst.compile`, such as its format.
    Raises:
        RuntimeError: it can't be set; Typst's reason.
    """
    order = {
        "input": str(source),
        "root": str(source.parent),
        "sys_inputs": inputs,
        "timestamp": timestamp,
        "fonts": str(fonts),
        **options,
    }
    # As a file and not as a module: it shall load Typst and nothing of ours.
    child = subprocess.run(  # noqa: S603
        [sys.executable, "-I", __file__],
        input=json.dumps(order, ensure_ascii=False).encode(),
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )
    if child.returncode:
        raise RuntimeError(child.stderr.decode("utf-8", "replace"))
    return child.stdout


def _set() -> None:
    import typst

    order = json.load(sys.stdin.buffer)
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[order.pop("fonts")])
    made = typst.compile(font_paths=fonts, **order)
    sys.stdout.buffer.write(made if isinstance(made, bytes) else made[0])


if __name__ == "__main__":
    _set()
