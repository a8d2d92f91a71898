# mypy: disallow-untyped-calls=False, disallow-any-generics=False
# (Chainlit leaves most of its calls untyped)
"""Routes before Chainlit's own: shared trips, a user's data, and what Chainlit would let pass.

Chainlit asks who a thread's author is, but takes feedback for anybody's answer, elements of any
thread when the session is one's own, and serves a shared thread's whole conversation. Here those
requests are looked over first, then handed to Chainlit's functions, or refused.
"""

from __future__ import annotations

import asyncio
import secrets
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import chainlit.server
from chainlit.auth import clear_auth_cookie, get_current_user, get_token_from_cookies
from chainlit.config import config
from chainlit.data import get_data_layer
from chainlit.session import WebsocketSession, ws_sessions_id
from chainlit.types import (
    CallActionRequest,
    DeleteFeedbackRequest,
    ElementRequest,
    ShareThreadRequest,
    UpdateFeedbackRequest,
)
from chainlit.user import PersistedUser, User
from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from fastapi.security import OAuth2PasswordRequestForm

from agent.account_page import account_of, account_page, policy
from agent.board_page import ADDRESS, board_source
from agent.chat_store import ChatStore
from agent.my_data import delete_all, export_of
from agent.share import ShareError, shared_page
from agent.words import words_for
from tools.errors import TravelError

if TYPE_CHECKING:
    from agent.session import Conversations

GONE = "There is no trip behind this link; perhaps it is no longer shared."
_TRIP_HEADERS = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
}

closing = APIRouter()
"""What stands before Chainlit's own routes of the same paths."""
own = APIRouter()
"""Shared trips and a user's data; they need `app.state.travel_agent`."""


def _logged_in(user: Annotated[Any, Depends(get_current_user)]) -> User | PersistedUser:
    if user is None:
        raise HTTPException(401, "Log in first.")
    return cast("User | PersistedUser", user)


LoggedIn = Annotated[Any, Depends(_logged_in)]


def _store() -> ChatStore:
    return cast("ChatStore", get_data_layer())


def _agent(request: Request) -> Conversations:
    return cast("Conversations", request.app.state.travel_agent())


# -- shared trips --------------------------------------------------------------------------------


@own.get("/trip/{token}")
def shared_trip(request: Request, token: str) -> Response:
    """A trip as it stands now, for whoever has the link."""
    thread = _store().shares.thread_of(token)
    try:
        itinerary = None if thread is None else _agent(request).thread(thread)
        page = None if itinerary is None else shared_page(itinerary)
    except TravelError:
        said = "This trip can't be shown at the moment."
        return PlainTextResponse(said, 503, headers=_TRIP_HEADERS)
    if page is None:
        return PlainTextResponse(GONE, 404, headers=_TRIP_HEADERS)
    return HTMLResponse(page, headers=_TRIP_HEADERS)


# -- a user's data -------------------------------------------------------------------------------


@own.get("/account")
async def account(request: Request) -> Response:
    """The page of one's own data, in the first language of the browser, as the chat's page is."""
    words = words_for(request.headers.get("accept-language", "").split(",")[0].split(";")[0])
    user = await _whoever(request)
    if user is None:
        found = None
    else:
        name = getattr(user, "display_name", None) or user.identifier
        found = await account_of(_store(), _agent(request), user.identifier, name, words)
    nonce = secrets.token_urlsafe(16)
    return HTMLResponse(
        account_page(found, words, nonce),
        200 if found else 401,
        headers={"Cache-Control": "no-store", "Content-Security-Policy": policy(nonce)},
    )


async def _whoever(request: Request) -> User | PersistedUser | None:
    """Who is logged in; None where nobody is: a page is answered with a page."""
    try:
        user = await get_current_user(get_token_from_cookies(request.cookies))
    except HTTPException:
        return None
    return cast("User | PersistedUser | None", user)


@own.post("/my-data/unshare")
async def end_link(request: Request, user: LoggedIn) -> Response:
    """Ends the link to one of the user's trips, `{"thread": ID}`."""
    asked = await _json_of(request)
    thread = asked.get("thread") if isinstance(asked, dict) else None
    if not isinstance(thread, str):
        raise HTTPException(400, 'Which trip? That needs {"thread": ID}.')
    try:
        ended = await asyncio.to_thread(_store().shares.revoke, thread, user.identifier)
    except ShareError as error:
        raise HTTPException(404, str(error)) from error
    return JSONResponse({"success": True, "ended": ended})


@own.get("/my-data")
async def my_data(request: Request, user: LoggedIn) -> Response:
    """All that is kept of the user, as a ZIP file."""
    content = await export_of(_store(), _agent(request), user.identifier)
    return Response(
        content,
        media_type="application/zip",
        headers={
            "Content-Disposition": 'attachment; filename="tripwright-my-data.zip"',
            "Cache-Control": "no-store",
        },
    )


@own.post("/my-data/delete")
async def delete_my_data(request: Request, user: LoggedIn) -> Response:
    """Deletes all that is kept of the user, who is logged out. `Guard` refuses foreign pages."""
    asked = await _json_of(request)
    if not isinstance(asked, dict) or asked.get("confirm") != "delete":
        raise HTTPException(400, 'Nothing was deleted: that needs {"confirm": "delete"}.')
    await _end_sessions(user.identifier)
    threads = await delete_all(_store(), _agent(request), user.identifier)
    response = JSONResponse({"success": True, "threads": threads})
    clear_auth_cookie(request, response)
    return response


async def _json_of(request: Request) -> Any:
    """What was sent; None where it is no JSON."""
    try:
        return await request.json()
    except ValueError:
        return None


async def _end_sessions(identifier: str) -> None:
    """Closes the user's pages, which would write their threads anew."""
    for session in [*ws_sessions_id.values()]:
        if session.user is not None and session.user.identifier == identifier:
            if session.current_task is not None:
                session.current_task.cancel()
            session.to_clear = True
            await chainlit.server.sio.disconnect(session.socket_id)


# -- what Chainlit would let pass ----------------------------------------------------------------


@closing.post("/login")
async def log_in(
    request: Request, response: Response, form: Annotated[OAuth2PasswordRequestForm, Depends()]
) -> Any:
    """A login by password; where it is refused, the page is given a sentence and no code."""
    try:
        return await chainlit.server.login(request, response, form)
    except HTTPException as error:
        if error.status_code != 401:
            raise
        raise HTTPException(401, "The name or the password is not right.") from None


@closing.put("/feedback")
async def update_feedback(request: Request, update: UpdateFeedbackRequest, user: LoggedIn) -> Any:
    """A thumb, for an answer in one's own thread alone."""
    feedback, store = update.feedback, _store()
    if await store.author_of_step(feedback.forId) != user.identifier:
        raise HTTPException(404, "There is no such answer.")
    if feedback.id and await store.author_of_feedback(feedback.id) not in {None, user.identifier}:
        raise HTTPException(404, "There is no such feedback.")
    return await chainlit.server.update_feedback(request, update, user)


@closing.delete("/feedback")
async def delete_feedback(request: Request, payload: DeleteFeedbackRequest, user: LoggedIn) -> Any:
    """Takes one's own thumb back."""
    if await _store().author_of_feedback(payload.feedbackId) != user.identifier:
        raise HTTPException(404, "There is no such feedback.")
    return await chainlit.server.delete_feedback(request, payload, user)


@closing.put("/project/element")
async def update_element(payload: ElementRequest, user: LoggedIn) -> Any:
    """Changes an element of the thread that one's own session is about."""
    await _keep_to_own_thread(payload, user)
    return await chainlit.server.update_thread_element(payload, user)


@closing.delete("/project/element")
async def delete_element(payload: ElementRequest, user: LoggedIn) -> Any:
    """Deletes an element of the thread that one's own session is about."""
    await _keep_to_own_thread(payload, user)
    return await chainlit.server.delete_thread_element(payload, user)


@closing.post("/project/action")
async def call_action(payload: CallActionRequest, user: LoggedIn) -> Any:
    """An action in one's own session."""
    _own_session(payload.sessionId, user)
    return await chainlit.server.call_action(payload, user)


@closing.get(ADDRESS)
def board() -> Response:
    """The trip's board in one file, as Chainlit's page runs it."""
    source = board_source(Path(config.root) / "public")
    return PlainTextResponse(source, media_type="text/javascript")


@closing.get("/project/share/{thread_id}")
async def shared_thread(thread_id: str) -> Response:
    """Nothing: a conversation is never shared, trips are (`/trip/...`)."""
    raise HTTPException(404, "Thread not found")


@closing.put("/project/thread/share")
async def share_thread(payload: ShareThreadRequest, user: LoggedIn) -> Response:
    """As above."""
    raise HTTPException(404, "Conversations can't be shared.")


def _own_session(session_id: str, user: User | PersistedUser) -> WebsocketSession:
    session = WebsocketSession.get_by_id(session_id)
    if session is None or session.user is None or session.user.identifier != user.identifier:
        raise HTTPException(404, "There is no such session.")
    return session


async def _keep_to_own_thread(payload: ElementRequest, user: User | PersistedUser) -> None:
    session, element = _own_session(payload.sessionId, user), payload.element
    if not {"id", "type", "name", "display"} <= element.keys():
        raise HTTPException(400, "An element has an id, a type, a name and a display.")
    named = element.get("threadId") or session.thread_id
    held = await _store().thread_of_element(str(element["id"]))
    if named != session.thread_id or held not in {None, session.thread_id}:
        raise HTTPException(404, "There is no such element.")
    element["threadId"] = session.thread_id


def keep_unknown_threads_apart() -> None:
    """Gives a session that names a thread which the page does not keep another thread's id.

    Chainlit would go on under the name, and the agent's file has threads of the command line.
    """
    original = chainlit.server.sio.handlers["/"]["connect"]

    async def connect(sid: str, environ: dict[str, Any], auth: dict[str, Any]) -> Any:
        restored = WebsocketSession.get_by_id(auth["sessionId"]) is not None
        done = await original(sid, environ, auth)
        session = WebsocketSession.get(sid)
        thread = auth.get("threadId")
        new = session is not None and not restored
        if new and thread and not await _store().has_thread(thread):
            session.thread_id = str(uuid.uuid4())  # resuming says that it was not found
        return done

    chainlit.server.sio.on("connect", connect)
