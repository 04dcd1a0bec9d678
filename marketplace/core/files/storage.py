"""Where the content of files lies: a folder beside the database, or an S3 bucket. One interface for both."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore, S3Store

from marketplace.core.settings import Settings, settings

_CHUNK_BYTES = 256 * 1024


def write(place: str, content: bytes) -> None:
    """Keep a content under a place where nothing lies yet.

    Raises:
        FileExistsError: something lies there; contents never change.
    """
    try:
        obstore.put(_store(), place, content, mode="create")
    except AlreadyExistsError:
        raise FileExistsError(place) from None


def read(place: str) -> bytes:
    """The whole content.

    Raises:
        FileNotFoundError: there is none.
    """
    return bytes(obstore.get(_store(), place).bytes())


def read_in_pieces(place: str) -> Iterator[bytes]:
    """The content piece by piece, opened before the first piece is asked for.

    Raises:
        FileNotFoundError: there is none.
    """
    opened = obstore.get(_store(), place)
    return (bytes(piece) for piece in opened.stream(min_chunk_size=_CHUNK_BYTES))


def listing() -> Iterator[list[obstore.ObjectMeta]]:
    """All that is kept, in portions of a thousand."""
    yield from obstore.list(_store(), chunk_size=1000)


def delete(places: list[str]) -> None:
    """Remove contents."""
    obstore.delete(_store(), places)


def check() -> None:
    """Reach the storage once, for `marketplace check`; raises what the storage raises."""
    next(iter(obstore.list(_store(), chunk_size=1)), None)


def _store() -> LocalStore | S3Store:
    configuration = settings()
    if configuration.files_url is None:
        return _folder(str(configuration.data.resolve() / "files"))
    return _bucket(
        configuration.files_url,
        configuration.s3_endpoint,
        configuration.s3_region,
        configuration.s3_access_key_id,
        configuration.s3_secret_access_key,
    )


@lru_cache
def _folder(path: str) -> LocalStore:
    store = LocalStore(path, mkdir=True)
    # What people sent is nobody's on this machine but the program's.
    settings().data.joinpath("files").chmod(0o700)
    return store


@lru_cache
def _bucket(url: str, endpoint: str | None, region: str, key_id: str | None, secret: str | None) -> S3Store:
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.netloc:
        raise ValueError("MARKETPLACE_FILES_URL must look like s3://bucket/prefix")
    named = {"endpoint": endpoint, "access_key_id": key_id, "secret_access_key": secret}
    return S3Store(
        parts.netloc,
        prefix=parts.path.strip("/") or None,
        region=region,
        client_options={"allow_http": bool(endpoint and endpoint.startswith("http://"))},
        **{name: value for name, value in named.items() if value},  # type: ignore[arg-type]
    )


def describe(configuration: Settings) -> str:
    """Where files are kept, in an operator's words."""
    return configuration.files_url or str(configuration.data.resolve() / "files")
