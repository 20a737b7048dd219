"""The first answer to a request with a key, kept for a day: the same request again gets it again and is not done twice."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from hub.desk import Desk
from hub.errors import Refused
from hub.models import IdempotencyKey

KEPT = timedelta(hours=25)


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that was given before."""

    status: int
    body: bytes


def begin(desk: Desk, agent_id: int, key: str, request_hash: bytes) -> Kept | None:
    """Take a key in the caller's transaction and return None, or the answer it was given before.

    A second request with the same key waits here until the first has committed or failed; one that failed leaves no
    trace. Raises `Refused` when the key belongs to another request.
    """
    now = desk.clock.now()
    key_hash = hashlib.sha256(key.encode()).digest()
    mine = (IdempotencyKey.agent_id == agent_id, IdempotencyKey.key_hash == key_hash)
    anew = {"request_hash": request_hash, "created_at": now, "status": None, "body": None}
    taken = desk.session.scalar(
        insert(IdempotencyKey)
        .values(agent_id=agent_id, key_hash=key_hash, **anew)
        .on_conflict_do_update(
            index_elements=["agent_id", "key_hash"], set_=anew, where=IdempotencyKey.created_at < now - KEPT
        )
        .returning(IdempotencyKey.id)
    )
    if taken is not None:
        return None
    row = desk.session.scalars(select(IdempotencyKey).where(*mine)).one()
    if row.request_hash != request_hash:
        raise Refused("This Idempotency-Key was used for another request: use a new one for each thing to be done.")
    return Kept(row.status or 200, row.body or b"")


def finish(desk: Desk, agent_id: int, key: str, kept: Kept) -> None:
    """Keep the answer of the request that took a key; it commits with what the request did."""
    key_hash = hashlib.sha256(key.encode()).digest()
    mine = (IdempotencyKey.agent_id == agent_id, IdempotencyKey.key_hash == key_hash)
    desk.session.execute(update(IdempotencyKey).where(*mine).values(status=kept.status, body=kept.body))


def forget_old_keys(desk: Desk) -> None:
    """Forget the answers older than a day."""
    desk.session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < desk.clock.now() - KEPT))
