"""What `make setup` makes from sources: message catalogues, web fonts, one stylesheet and one script."""

from __future__ import annotations

import gzip
import hashlib
import re
from functools import lru_cache
from pathlib import Path

from marketplace.core import fonts, messages
from marketplace.core.paths import data_folder


def main() -> None:
    """Make all; each step leaves alone what is up to date."""
    messages.compile_catalogues()
    fonts.build()
    build_stylesheet()
    build_script()


def build_stylesheet() -> Path:
    """Join the files of `static/css/` into one, so that a first view asks for one stylesheet.

    The order of the files doesn't matter: each rule names its layer, and `_layers.css`, first by its name,
    orders these.
    """
    sources = sorted((data_folder("static") / "css").glob("*.css"))
    text = fonts.font_faces() + "\n".join(source.read_text("utf-8") for source in sources)
    return _write("site.css", _without_layout(re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)))


def build_script() -> Path:
    """Join the modules of `static/js/` into one; none imports another, so each keeps its names in a block."""
    sources = sorted((data_folder("static") / "js").glob("*.js"))
    blocks = ["{\n" + source.read_text("utf-8") + "}\n" for source in sources]
    return _write("site.js", _without_layout(re.sub(r"^\s*//.*$", "", "".join(blocks), flags=re.MULTILINE)))


def fingerprint(name: str) -> str:
    """Twelve hexadecimal digits that change with the file's content.

    Args:
        name: a path below `static/`, such as `built/site.css`.
    Raises:
        FileNotFoundError: there is no such file; for built ones: `make setup` has not run.
    """
    path = data_folder("static") / name
    return _digest(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _digest(path: Path, _changed_ns: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _without_layout(text: str) -> str:
    """Indentation and empty lines are for us, not for the wire."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip()) + "\n"


def _write(name: str, text: str) -> Path:
    target = data_folder("static") / "built" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    packed = target.with_name(f"{name}.gz")
    if not (target.exists() and packed.exists()) or target.read_text("utf-8") != text:
        target.write_text(text, "utf-8")
        # Packed once here: WhiteNoise answers with it where the browser takes gzip.
        packed.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    return target


if __name__ == "__main__":
    main()
