"""What a composer sends is sent once, however often the same form arrives."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from hub.desk import Desk
from hub.domain.access import Actor
from hub.services import idempotency
from hub.services.sending.reply import File


@dataclass(frozen=True, slots=True)
class Answer:
    """What an agent reads after sending; nothing after a note."""

    words: str = ""
    undo_url: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a composer holds: the id its form was drawn with, and what was written in it.

    Other words in the same form, after going back, are another message: they are never taken for a repetition.
    """

    form_id: str
    number: int
    kind: str
    text: str
    channel: str
    files: Sequence[File]

    @property
    def key(self) -> str:
        """Return what makes it the same sending, or nothing where the form has no id of ours."""
        try:
            form = UUID(self.form_id)
        except ValueError:
            return ""
        files = [(each.name, hashlib.sha256(each.data).hexdigest()) for each in self.files]
        held = json.dumps((self.number, self.kind, self.text, self.channel, files))
        return f"composer {form} {hashlib.sha256(held.encode()).hexdigest()}"


def once(desk: Desk, actor: Actor, sent: Sent, send: Callable[[], Answer]) -> Answer:
    """Send in the caller's transaction, or return what the same sending was answered before.

    A second one waits here until the first has committed; one that failed leaves no trace.
    """
    if actor.agent_id is None or not sent.key:
        return send()
    kept = idempotency.begin(desk, actor.agent_id, sent.key, hashlib.sha256(sent.key.encode()).digest())
    if kept is not None:
        return Answer(**json.loads(kept.body))
    answer = send()
    body = json.dumps(asdict(answer)).encode()
    idempotency.finish(desk, actor.agent_id, sent.key, idempotency.Kept(200, body))
    return answer
