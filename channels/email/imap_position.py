"""Where a fetcher stands in a folder: kept by the hub as opaque text, true once the batch it came with is stored."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from channels.channel import Cursor


@dataclass(frozen=True, slots=True)
class Position:
    """Two walks through one folder: upwards from `last_uid` for new mail, and the backlog up to `connected_uid`.

    The backlog is what was there when the mailbox was connected, or, after its UIDs became invalid, everything again
    (`rescan`): then `connected_at` tells history from mail. `walked_uid` is how far the backlog has been handed over.
    `witness` is the INTERNALDATE of message `last_uid`, so that another message under that UID is noticed (a restored
    backup hands out UIDs again); `generation` counts the rescans and keeps their source keys apart.
    """

    folder: str
    uidvalidity: int
    last_uid: int
    connected_uid: int
    walked_uid: int
    connected_at: str
    rescan: bool = False
    generation: int = 0
    witness: str = ""

    @property
    def has_backlog(self) -> bool:
        """Whether old messages remain to be handed over."""
        return self.walked_uid < self.connected_uid

    @property
    def epoch(self) -> str:
        """The UIDVALIDITY part of source keys."""
        return f"{self.uidvalidity}.{self.generation}" if self.generation else str(self.uidvalidity)

    def is_history(self, internaldate: datetime | None) -> bool:
        """Tell whether a message of the backlog was in the mailbox before it was connected.

        Without a date it counts as mail: history is filed unseen, and a person should rather see one message too many.
        """
        if not self.rescan:
            return True
        return internaldate is not None and internaldate < datetime.fromisoformat(self.connected_at)

    def restarted(self, uidvalidity: int, highest_uid: int, witness: str) -> Position:
        """Return the position for walking the whole folder again, since its UIDs name other messages now."""
        return replace(
            self,
            uidvalidity=uidvalidity,
            last_uid=highest_uid,
            connected_uid=highest_uid,
            walked_uid=0,
            rescan=True,
            generation=self.generation + 1,
            witness=witness,
        )

    def cursor(self) -> Cursor:
        """Write the position as JSON."""
        return Cursor(json.dumps(asdict(self), separators=(",", ":")))


def first_position(folder: str, uidvalidity: int, highest_uid: int, witness: str, now: datetime) -> Position:
    """Return the position of a mailbox that is being connected: all it holds is history."""
    second = now.replace(microsecond=0)  # as coarse as INTERNALDATE, or mail of this second would look older
    return Position(folder, uidvalidity, highest_uid, highest_uid, 0, second.isoformat(), witness=witness)


def read_position(cursor: Cursor) -> Position | None:
    """Read a position back, None where there is none yet; raises `ValueError` when the text is none of ours."""
    if not cursor.value:
        return None
    try:
        position = Position(**json.loads(cursor.value))
        datetime.fromisoformat(position.connected_at)
    except (TypeError, ValueError):
        raise ValueError("the stored position cannot be read") from None
    return position
