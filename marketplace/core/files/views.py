"""The addresses of files: a stable one that checks access, and a short one that serves the content."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, Response, current_app, g, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from marketplace.core import access
from marketplace.core.errors import NotFound
from marketplace.core.files import links, queries, storage
from marketplace.core.files.models import File

blueprint = Blueprint("files", __name__, url_prefix="/files")


@blueprint.get("/<uuid:file_id>")
@access.policy("public")
def show(file_id: UUID) -> BaseResponse:
    """Check access and lead to the content; the address on pages never changes."""
    file = queries.one(file_id)
    return redirect(url_for(".serve", token=links.sign(file.id, g.viewer, g.now)), 303)


@blueprint.get("/cards/<hash:digest>.png")
@access.policy("public")
def card(digest: str) -> BaseResponse:
    """A share card, which never changes under its address."""
    file = queries.one_card(digest)
    headers = _headers(file) | {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    return Response(_pieces(file), headers=headers)


@blueprint.get("/served/<token>")
@access.policy("token")
def serve(token: str) -> BaseResponse:
    """The content, to the reader whom the link was made for, if he may still read it."""
    link = links.read(token, g.viewer, g.now)
    if link.is_over:
        return redirect(url_for(".show", file_id=link.file_id), 303)
    file = queries.one(link.file_id)
    return Response(_pieces(file), headers=_headers(file))


def _pieces(file: File) -> Iterator[bytes]:
    try:
        return storage.read_in_pieces(file.place)
    except FileNotFoundError:
        current_app.logger.error("a file's content is missing in the storage: %s", file.id)
        raise NotFound from None


def _headers(file: File) -> dict[str, str]:
    return {
        "Content-Type": file.content_type + ("; charset=utf-8" if file.content_type.startswith("text/") else ""),
        "Content-Length": str(file.size_bytes),
        "Content-Disposition": disposition(file),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }


def disposition(file: File) -> str:
    """Images show in pages, all else is downloaded; the name in any script (RFC 6266, RFC 5987)."""
    kind = "inline" if file.is_image else "attachment"
    plain = "".join(letter if letter.isascii() and letter not in '"\\' else "_" for letter in file.name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}"
