# mypy: disallow-untyped-calls=False
# (Chainlit leaves most of its calls untyped)
"""What Chainlit's web server lacks for a private machine: no outside address, no stranger.

- Its page links a stylesheet for formulas on a CDN, and warms connections to Google's fonts. A
  built page of our own (`UI.custom_build`) would be a copy of 5 MB to keep in step, so the two
  kinds of line are taken out of the page as it is served, and a Content-Security-Policy forbids the
  browser every address but this server, also for what an answer may link.
- The first page asks for a login and is told 401 before it logs in by header: here the page
  itself brings the cookie. The login is for this machine's own browser, so a page of another name
  that points at this address (DNS rebinding) is refused by its `Host`.
"""

from __future__ import annotations

import hmac
import os
import re
from collections.abc import Iterable, MutableMapping
from typing import Any

import chainlit.server
from chainlit.auth import create_jwt, get_token_from_cookies
from chainlit.auth.jwt import decode_jwt
from chainlit.config import config
from chainlit.user import User
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOCAL_USER = "traveller"
"""The one user of a server on loopback."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})
PASSWORD_VARIABLE = "TRIPWRIGHT_PASSWORD"

_OUTSIDE = re.compile(r"<link\b[^>]*\bhref=\"https?://[^>]*>\s*", re.DOTALL)
_POLICY = "; ".join(
    (
        "default-src 'self'",
        # Chainlit runs elements' JSX and its own inline scripts
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' data: ws://{host} wss://{host}",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "frame-ancestors 'self'",
    )
)


def password() -> str:
    """The password of a server that others can reach; empty on loopback."""
    return os.environ.get(PASSWORD_VARIABLE, "")


def same_password(given: str) -> bool:
    """Whether it is the password, in a time that does not tell how nearly."""
    return hmac.compare_digest(given.encode(), password().encode())


def offline(page: str) -> str:
    """The page without links to other servers."""
    return _OUTSIDE.sub("", page)


def secure() -> None:
    """Applies all of this to Chainlit's server; before it starts, once."""
    original = chainlit.server.get_html_template

    def template(root_path: str) -> str:
        return offline(original(root_path))

    chainlit.server.get_html_template = template
    chainlit.server.app.add_middleware(Guard)


class Guard:
    """ASGI middleware: the policy, the host's name, and the cookie of the local user."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        host = headers.get("host", "")
        local = config.run.host in LOOPBACK
        if local and _name(host) not in LOOPBACK:
            answer = PlainTextResponse("This server is for its own machine only.", 403)
            await answer(scope, receive, send)
            return
        wants_page = "text/html" in headers.get("accept", "")
        cookie = None
        if scope["type"] == "http" and wants_page and local and not password():
            cookie = _cookie(headers.get("cookie", ""))

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add(message, _headers(host, cookie))
            await send(message)

        await self.app(scope, receive, sent)


def _name(host: str) -> str:
    """The host without its port."""
    return re.sub(r":\d+$", "", host)


def _cookie(given: str) -> str | None:
    """The cookie that a browser without a valid login is given."""
    token = get_token_from_cookies(cookie_parser(given)) if given else None
    if token:
        try:
            decode_jwt(token)
        except Exception:  # whatever is wrong with a cookie, a new one is right
            token = None
    if token:
        return None
    fresh = create_jwt(User(identifier=LOCAL_USER))
    age = config.project.user_session_timeout
    return f"access_token={fresh}; HttpOnly; Max-Age={age}; Path=/; SameSite=lax"


def _headers(host: str, cookie: str | None) -> Iterable[tuple[str, str]]:
    yield "content-security-policy", _POLICY.format(host=host)
    yield "referrer-policy", "no-referrer"
    yield "x-content-type-options", "nosniff"
    if cookie is not None:
        yield "set-cookie", cookie


def _add(message: MutableMapping[str, Any], headers: Iterable[tuple[str, str]]) -> None:
    message["headers"] = [
        *message.get("headers", ()),
        *((key.encode("latin-1"), value.encode("latin-1")) for key, value in headers),
    ]
