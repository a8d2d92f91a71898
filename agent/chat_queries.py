"""Questions to the chat's file that take more than a line: whose, which page of them, a copy."""

from __future__ import annotations

import json
import sqlite3
import uuid
from datetime import UTC, datetime
from typing import Any

from tools.errors import InputError

COPY = " (copy)"
"""What the name of a copied trip ends in."""


class ThreadError(InputError):
    """There is no such conversation of this user's, or the copy's id is taken."""


def threads_of(
    db: sqlite3.Connection, user_id: str, words: str = "", feedback: int | None = None
) -> list[sqlite3.Row]:
    """A user's threads, the last used first; with `words` or with such a thumb in them, if named.

    Args:
        db: the file.
        user_id: of the users' table.
        words: folded as `tools.names.fold` does it, so that "sao jorge" finds "São Jorge".
        feedback: 1 or 0.
    """
    return db.execute(
        """
        SELECT t.*, u.identifier, max(s.created) AS used FROM threads t
        JOIN users u ON u.id = t.user LEFT JOIN steps s ON s.thread = t.id
        WHERE t.user = :user
          AND (:words = '' OR instr(folded(coalesce(t.name, '')), :words) OR EXISTS (
            SELECT 1 FROM steps w
            WHERE w.thread = t.id AND instr(folded(w.output), :words)))
          AND (:value IS NULL OR EXISTS (
            SELECT 1 FROM feedbacks f JOIN steps r ON r.id = f.step
            WHERE r.thread = t.id AND f.value = :value))
        GROUP BY t.id ORDER BY max(coalesce(used, ''), t.created) DESC, t.id
        """,
        {"user": user_id, "words": words, "value": feedback},
    ).fetchall()


def author_of_step(db: sqlite3.Connection, step_id: str) -> str | None:
    """The identifier of the user in whose thread a step is; None where it is nobody's."""
    row = db.execute(
        "SELECT u.identifier FROM steps s JOIN threads t ON t.id = s.thread "
        "JOIN users u ON u.id = t.user WHERE s.id = ?",
        (step_id,),
    ).fetchone()
    return None if row is None else str(row["identifier"])


def author_of_feedback(db: sqlite3.Connection, feedback_id: str) -> str | None:
    """The identifier of the user who gave a thumb; None where there is none."""
    row = db.execute("SELECT step FROM feedbacks WHERE id = ?", (feedback_id,)).fetchone()
    return None if row is None else author_of_step(db, row["step"])


def feedback_of(db: sqlite3.Connection, user_id: str) -> list[dict[str, Any]]:
    """The thumbs that a user gave, with the thread and the answer they are for."""
    rows = db.execute(
        "SELECT s.thread, f.step, s.output AS answer, f.value, f.comment FROM feedbacks f "
        "JOIN steps s ON s.id = f.step JOIN threads t ON t.id = s.thread "
        "WHERE t.user = ? ORDER BY s.created, s.rowid",
        (user_id,),
    )
    return [dict(row) for row in rows]


def shares_of(db: sqlite3.Connection, user_id: str) -> list[dict[str, Any]]:
    """The links by which a user's trips can be seen."""
    rows = db.execute(
        "SELECT s.thread, t.name, s.token, s.created FROM shares s "
        "JOIN threads t ON t.id = s.thread WHERE t.user = ? ORDER BY s.created",
        (user_id,),
    )
    return [dict(row) for row in rows]


def delete_thread(db: sqlite3.Connection, thread_id: str) -> None:
    """A thread with all that belongs to it; nothing happens where there is none."""
    mine = "(SELECT id FROM steps WHERE thread = ?)"
    db.execute(f"DELETE FROM feedbacks WHERE step IN {mine}", (thread_id,))
    for table in ("shares", "elements", "steps"):
        db.execute(f"DELETE FROM {table} WHERE thread = ?", (thread_id,))
    db.execute("DELETE FROM threads WHERE id = ?", (thread_id,))


def copy_thread(db: sqlite3.Connection, thread_id: str, user_id: str, new_id: str) -> None:
    """A thread's record under another id, as `ChatStore.duplicate` describes it.

    Raises:
        ThreadError: the thread is not the user's, or there is one of the new id.
    """
    row = db.execute(
        "SELECT * FROM threads WHERE id = ? AND user = ?", (thread_id, user_id)
    ).fetchone()
    if row is None:
        raise ThreadError("Only a trip of your own can be copied.")
    metadata = json.loads(row["metadata"])
    kept = {key: metadata[key] for key in metadata if key not in {"is_shared", "shared_at"}}
    name = None if row["name"] is None else row["name"] + COPY
    try:
        db.execute(
            "INSERT INTO threads VALUES (?, ?, ?, ?, ?, ?)",
            (new_id, user_id, name, now(), row["tags"], dump(kept)),
        )
    except sqlite3.IntegrityError as error:
        raise ThreadError("There is a trip of the copy's id already.") from error
    steps = db.execute(
        "SELECT * FROM steps WHERE thread = ? ORDER BY rowid", (thread_id,)
    ).fetchall()
    ids = {step["id"]: str(uuid.uuid4()) for step in steps}
    for step in steps:
        shown = _renamed(step["json"], ids, ids[step["id"]], new_id)
        db.execute(
            "INSERT INTO steps VALUES (?, ?, ?, ?, ?)",
            (ids[step["id"]], new_id, step["created"], step["output"], shown),
        )
    for element in db.execute(
        "SELECT * FROM elements WHERE thread = ? ORDER BY rowid", (thread_id,)
    ).fetchall():
        id = str(uuid.uuid4())
        shown = _renamed(element["json"], ids, id, new_id)
        step = ids.get(element["step"])
        db.execute("INSERT INTO elements VALUES (?, ?, ?, ?)", (id, new_id, step, shown))


def _renamed(text: str, ids: dict[str, str], id: str, thread: str) -> str:
    """What is shown of a step or element, with its new id, thread and belongings."""
    shown = {**json.loads(text), "id": id, "threadId": thread}
    for key in ("parentId", "forId"):
        if shown.get(key):
            # a parent that is not kept (Chainlit's own "run") keeps the children together
            shown[key] = ids.setdefault(shown[key], str(uuid.uuid4()))
    shown.pop("feedback", None)
    props = shown.get("props")
    if isinstance(props, dict) and "element" in props:  # a board: it names itself, and its link
        shown["props"] = {**props, "element": id, "shared": None}
    return dump(shown)


def dump(value: object) -> str:
    """JSON as the file holds it."""
    return json.dumps(value, ensure_ascii=False)


def now() -> str:
    """Now, as Chainlit writes times."""
    return datetime.now(UTC).replace(tzinfo=None).isoformat() + "Z"
