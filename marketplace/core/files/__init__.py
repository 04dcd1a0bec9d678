"""Files that people send: checked by content, kept in a folder or in S3, reached by short signed links.

A feature stores them with `store`, says once who may read them with `readers`, and shows them at `address`.
"""

from marketplace.core.files import readers, sweeping
from marketplace.core.files.commands import copy, remove, store
from marketplace.core.files.models import File
from marketplace.core.files.queries import address, content, of, one, size_words, with_ids

__all__ = [
    "File",
    "address",
    "content",
    "copy",
    "of",
    "one",
    "readers",
    "remove",
    "size_words",
    "store",
    "sweeping",
    "with_ids",
]
