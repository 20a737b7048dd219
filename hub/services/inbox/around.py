"""What stands around the tickets of a page: what I have begun to write, who else is there, and the views I keep."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from hub.desk import Desk
from hub.domain.access import Actor
from hub.models import SavedView
from hub.services.inbox.drafts import Drafts, drafts_in, select_drafts
from hub.services.inbox.presence import Colleague, colleagues_in, select_present
from hub.services.inbox.saved_views import by_name, select_saved
from hub.services.together import read_together


@dataclass(frozen=True, slots=True)
class Around:
    """My drafts and my colleagues on some tickets, and the kept views by name."""

    drafts: Drafts
    present: dict[int, list[Colleague]]
    saved: Sequence[SavedView]


def look_around(desk: Desk, actor: Actor, numbers: Collection[int], *, opened: int | None = None) -> Around:
    """Return what stands around some tickets and the open one, in one statement."""
    everywhere = {*numbers, *({opened} if opened is not None else ())}
    drafts, present, saved = read_together(
        desk.session,
        select_drafts(actor, everywhere, opened=opened),
        select_present(desk, actor, everywhere),
        select_saved(actor),
    )
    return Around(drafts_in(drafts, opened=opened), colleagues_in(present), by_name(saved))
