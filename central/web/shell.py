"""The wallet page's own files: read once, served with the headers that keep the page to itself."""

import hashlib
from functools import cache
from importlib.resources import files

from fastapi import Response
from msgspec import Struct

__all__ = ["HEADERS", "ShellFile", "shell", "shell_answer"]

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), screen-wake-lock=(self)",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
KINDS = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "webmanifest": "application/manifest+json",
}
INDEX, WORKER = "index.html", "sw.js"


class ShellFile(Struct, frozen=True):
    """One file as it is sent; `mark` changes with its content."""

    body: bytes
    kind: str
    mark: str


@cache
def shell() -> dict[str, ShellFile]:
    """Every file by name; the page itself has none. The service worker knows them all, and what they hold."""
    folder = files("central.web").joinpath("static")
    found = {one.name: one.read_bytes() for one in folder.iterdir()}
    kept = sorted(found.keys() - {INDEX, WORKER})
    release = _digest(b"".join(found[name] for name in (INDEX, *kept)))[:16]
    listed = '", "'.join(kept)
    found[WORKER] = found[WORKER].replace(b"RELEASE", release.encode()).replace(b'FILES"', f'{listed}"'.encode())
    found[""] = found.pop(INDEX)
    return {name: ShellFile(body, _kind(name), f'"{_digest(body)[:32]}"') for name, body in sorted(found.items())}


def shell_answer(found: ShellFile, known: str | None) -> Response:
    """The file; or only that it has not changed since the mark that the browser knows."""
    headers = {**HEADERS, "ETag": found.mark, "Cache-Control": "no-cache"}
    if known == found.mark:
        return Response(status_code=304, headers=headers)
    return Response(found.body, headers={**headers, "Content-Type": found.kind})


def _kind(name: str) -> str:
    return KINDS[name.rpartition(".")[2] or "html"]


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
