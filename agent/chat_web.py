# mypy: disallow-untyped-calls=False
# (Chainlit leaves most of its calls untyped)
"""What Chainlit's web server lacks for a private machine: no outside address, no stranger.

- Its page links a stylesheet for formulas on a CDN, and warms connections to Google's fonts. A
  built page of our own (`UI.custom_build`) would be a copy of 5 MB to keep in step, so the two
  kinds of line are taken out of the page as it is served, and a Content-Security-Policy forbids the
  browser every address but this server, also for what an answer may link. A tile server that the
  settings name is let in for images alone.
- The first page asks for a login and is told 401 before it logs in by header: here the page
  itself brings the cookie. The login is for this machine's own browser, so a page of another name
  that points at this address (DNS rebinding) is refused by its `Host`.
- Chainlit takes what pages of other addresses send, sockets included: here nothing that changes
  anything is taken from them, but for a login's answer that a provider posts.
- Logins by OAuth (Chainlit's own `OAUTH_...` variables) are decided in `agent.logins`.
"""

from __future__ import annotations

import hmac
import os
import re
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import chainlit.server
from chainlit.auth import create_jwt, get_token_from_cookies
from chainlit.auth.jwt import decode_jwt
from chainlit.config import config
from chainlit.oauth_providers import get_configured_oauth_providers
from chainlit.user import User
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.basemap import basemap_here
from agent.chat_routes import closing, keep_unknown_threads_apart, own
from agent.logins import MARK, admitted, allowed_users
from agent.map_routes import maps

if TYPE_CHECKING:
    from agent.session import Conversations

LOCAL_USER = "traveller"
"""The one user of a server on loopback."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})
PASSWORD_VARIABLE = "TRIPWRIGHT_PASSWORD"

_HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})
_POSTED_LOGIN = "/auth/oauth/azure-ad-hybrid/callback"
_OUTSIDE = re.compile(r"<link\b[^>]*\bhref=\"https?://[^>]*>\s*", re.DOTALL)
_POLICY = "; ".join(
    (
        "default-src 'self'",
        # Chainlit runs elements' JSX and its own inline scripts
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:{tiles}",
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


def providers() -> list[str]:
    """The ids of the outside logins whose `OAUTH_...` variables are set."""
    return [str(id) for id in get_configured_oauth_providers()]


def logs_itself_in() -> bool:
    """Whether whoever sits at the machine is the one user: no password, no outside login."""
    return not password() and not providers()


def log_in_by_password(username: str, given: str) -> User | None:
    """The user of a right password, under any name that can't be an outside login's."""
    name = username.strip()
    known = bool(name) and MARK not in name and same_password(given)
    return User(identifier=name) if known else None


async def log_in_by_provider(
    provider_id: str,
    token: str,
    raw_user_data: dict[str, Any],
    default_user: User,
    id_token: str | None = None,
) -> User | None:
    """The user of an outside login, if let in: register it as `cl.oauth_callback`."""
    told = admitted(provider_id, raw_user_data, default_user.identifier or "", allowed_users())
    if told is None:
        return None
    # the provider's picture is left out: the page may not ask other servers for it
    return User(
        identifier=told.identifier, display_name=told.name, metadata={"provider": provider_id}
    )


def offline(page: str) -> str:
    """The page without links to other servers."""
    return _OUTSIDE.sub("", page)


def secure(agent: Callable[[], Conversations] | None = None) -> None:
    """Applies all of this to Chainlit's server; before it starts, once.

    Args:
        agent: gives the agent of this process, when it is first asked for; without it no trip can
            be seen by a link, nor a user's data be had.

    Raises:
        LoginError: `TRIPWRIGHT_ALLOWED_USERS` can't be meant.
        DataError: nor can the settings of the map.
    """
    allowed_users()
    basemap = basemap_here()
    original = chainlit.server.get_html_template

    def template(root_path: str) -> str:
        return offline(original(root_path))

    chainlit.server.get_html_template = template
    app = chainlit.server.app
    routes = [*closing.routes, *maps.routes]
    if agent is not None:
        app.state.travel_agent = agent
        routes += own.routes
    app.router.routes[:0] = routes  # the last of Chainlit's takes every path
    keep_unknown_threads_apart()
    app.add_middleware(Guard, tiles="" if basemap is None else basemap.origin)


class Guard:
    """ASGI middleware: the policy, the host's name, and the cookie of the local user.

    Args:
        app: what is guarded.
        tiles: origin of the one other server that the page may ask for images; none when empty.
    """

    def __init__(self, app: ASGIApp, tiles: str = "") -> None:
        self.app = app
        self.tiles = tiles

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
        changes = scope["type"] == "websocket" or scope["method"] not in _HARMLESS
        if changes and scope["path"] != _POSTED_LOGIN and _is_foreign(headers, host):
            answer = PlainTextResponse("Another page can't do that here.", 403)
            await answer(scope, receive, send)
            return
        wants_page = "text/html" in headers.get("accept", "")
        cookie = None
        if scope["type"] == "http" and wants_page and local and logs_itself_in():
            cookie = _cookie(headers.get("cookie", ""))

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add(message, _headers(host, cookie, self.tiles))
            await send(message)

        await self.app(scope, receive, sent)


def _is_foreign(headers: Mapping[str, str], host: str) -> bool:
    """Whether a page of another address asks; programs that are no browser name none."""
    if "origin" not in headers:
        return False
    here = {host.casefold(), urlsplit(os.environ.get("CHAINLIT_URL", "")).netloc.casefold()}
    return urlsplit(headers["origin"]).netloc.casefold() not in here - {""}


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


def _headers(host: str, cookie: str | None, tiles: str) -> Iterable[tuple[str, str]]:
    policy = _POLICY.format(host=host, tiles=f" {tiles}" if tiles else "")
    yield "content-security-policy", policy
    yield "referrer-policy", "no-referrer"
    yield "x-content-type-options", "nosniff"
    if cookie is not None:
        yield "set-cookie", cookie


def _add(message: MutableMapping[str, Any], headers: Iterable[tuple[str, str]]) -> None:
    """Adds headers; a policy that the answer has already is a stricter one, and stays."""
    given = [*message.get("headers", ())]
    has = {key.lower() for key, _ in given if key.lower() != b"set-cookie"}
    made = [(key.encode("latin-1"), value.encode("latin-1")) for key, value in headers]
    message["headers"] = [*given, *(one for one in made if one[0] not in has)]
