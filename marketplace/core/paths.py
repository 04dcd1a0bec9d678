"""Where the package's data lies, in a checkout and in an installed wheel."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def data_folder(name: str) -> Path:
    """The folder `templates`, `static`, `migrations` or `translations`.

    Args:
        name: the folder's name as it stands at the root of a checkout.
    """
    installed = PACKAGE / "_data" / name
    return installed if installed.is_dir() else PACKAGE.parent / name
