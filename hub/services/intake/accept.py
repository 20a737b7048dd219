"""Step 1: keep what arrived, as it arrived, before anything is parsed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from channels.message import Envelope as Arrival
from hub.db import Base, among
from hub.desk import Desk
from hub.domain.envelope import choose_lane
from hub.errors import Invalid
from hub.models import Envelope
from hub.services.intake.writing import draw_ids
from hub.services.settings.configuration import Directory, read_directory
from hub.settings import MAXIMUM_BYTES

INLINE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Accepted:
    """An envelope's id, and whether this call stored it (false: it had been stored before)."""

    id: int
    new: bool


def accept(
    desk: Desk, arrival: Arrival, *, company_id: int | None = None, account_id: int | None = None, history: bool = False
) -> Accepted:
    """Store one arrival; the same source key again is the same envelope. Raises `Invalid` above 50 MB."""
    return accept_all(desk, [arrival], company_id=company_id, account_id=account_id, history=history)[0]


def accept_all(
    desk: Desk,
    arrivals: Sequence[Arrival],
    *,
    company_id: int | None = None,
    account_id: int | None = None,
    history: bool = False,
    late: bool = False,
) -> list[Accepted]:
    """Store arrivals together, files synced first; the caller commits, and only then tells the provider.

    `late` marks what waited in a mailbox while nobody fetched: machines do not answer it by themselves.
    """
    directory = read_directory(desk) if company_id is None else None
    rows = [_row(desk, each, _owner(directory, each, company_id, account_id), history=history) for each in arrivals]
    for row in rows:
        row["account_id"] = account_id if account_id is not None else row["account_id"]
        row["facts"] = row["facts"] | {"late": "1"} if late else row["facts"]
    desk.reach("accept.files_kept")
    numbers = _store(desk, rows)
    desk.reach("accept.stored")
    desk.wake("receive")
    return [Accepted(number := numbers[row["source"], row["source_key"]], new=number == row["id"]) for row in rows]


def _store(desk: Desk, rows: Sequence[dict[str, Any]]) -> dict[tuple[str, bytes], int]:
    """Store what is not there yet under numbers of its own; return the number of each, new or old.

    Three statements however many there are, each planned once; asking for the numbers back with the rows would make one
    long statement that is read anew each time.
    """
    table = Base.metadata.tables[Envelope.__tablename__]
    drawn = draw_ids(desk, table.name, len(rows))
    for number, row in zip(drawn, rows, strict=True):
        row["id"] = number
    desk.session.execute(insert(table).on_conflict_do_nothing(index_elements=["source", "source_key"]), rows)
    found = desk.session.execute(
        select(Envelope.id, Envelope.source, Envelope.source_key).where(
            among(Envelope.source, {row["source"] for row in rows}),
            among(Envelope.source_key, [row["source_key"] for row in rows]),
        )
    )
    return {(source, key): number for number, source, key in found}


def _owner(
    directory: Directory | None, arrival: Arrival, company_id: int | None, account_id: int | None
) -> tuple[int, int | None]:
    """Return the company an arrival is for, and its account: by the address it was sent to, else the first company."""
    if directory is None:
        assert company_id is not None
        return company_id, account_id
    for address in arrival.facts.get("rcpt_to", "").replace(",", " ").split():
        account = directory.account_for(arrival.channel, address)
        if account is not None:
            return directory.company_of_account[account.id], account.id
    return directory.first_company_id, None


def _row(desk: Desk, arrival: Arrival, owner: tuple[int, int | None], *, history: bool) -> dict[str, Any]:
    if len(arrival.raw) > MAXIMUM_BYTES:
        raise Invalid("This message is larger than 50 MB: send its files in several messages.", field="message")
    small = len(arrival.raw) <= INLINE
    return {
        "company_id": owner[0],
        "account_id": owner[1],
        "channel": arrival.channel,
        "source": arrival.source,
        "source_key": hashlib.sha256(arrival.source_key.encode("utf-8", "surrogateescape")).digest(),
        "content_key": hashlib.sha256(arrival.channel.encode() + b"\0" + arrival.raw).digest(),
        "raw": arrival.raw if small else None,
        "raw_sha256": None if small else desk.storage.put(arrival.raw),
        "size": len(arrival.raw),
        "facts": clean_facts(arrival.facts),
        "received_at": arrival.received_at,
        "lane": int(choose_lane(arrival.channel, history=history)),
        "history": history,
    }


def clean_facts(facts: Mapping[str, str]) -> dict[str, str]:
    """Return facts as PostgreSQL can keep them: no NUL, no lone surrogates."""
    return {key: clean_text(value) for key, value in facts.items()}


def clean_text(text: str) -> str:
    """Return text as PostgreSQL can keep it: NUL removed, what is not Unicode replaced."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8", "replace")
