"""Photos that operations put into a card's thread or send with finished work: they come to the task and to its tickets."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from channels.channel import Account, Action, MediaChannel, Unreachable
from channels.egress import RefusedError
from channels.message import Attachment, MediaLink
from hub.desk import Desk
from hub.domain.access import Actor
from hub.domain.delivery import back_off
from hub.domain.ticket import AuthorKind
from hub.errors import NotFound
from hub.models import Task, TaskPhoto
from hub.services.operations.tasks import find_task, tickets_of_task
from hub.services.settings.configuration import read_directory
from hub.services.tickets.files import PICTURES
from hub.services.tickets.history import make_event, record_on_task

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
PATIENCE = timedelta(hours=24)
MOST = 50
NOT_A_PICTURE = "Only photos come to a task: PNG, JPEG, GIF or WebP."


@dataclass(frozen=True, slots=True)
class Claim:
    """A photo leased for one attempt."""

    number: int
    attempt: int
    link: MediaLink
    account: Account | None


def other_files(action: Action) -> bool:
    """Tell whether files came that are no photos."""
    return any(each.get("type", "") not in PICTURES for each in _files(action))


def await_photos(desk: Desk, task: Task, action: Action, name: str) -> None:
    """Note the photos that came with words in a thread or with finished work, each once, to be fetched a moment later."""
    pictures = [each for each in _files(action) if each.get("type", "") in PICTURES]
    now = desk.clock.now()
    known = desk.session.scalars(select(TaskPhoto.id).where(TaskPhoto.task_id == task.id).limit(MOST)).all()
    for each in pictures[: max(0, MOST - len(known))]:
        values = {
            "company_id": task.company_id,
            "task_id": task.id,
            "url": each["url"],
            "actor_name": name,
            "content_type": each["type"],
            "next_at": now,
            "created_at": now,
        }
        desk.session.execute(
            insert(TaskPhoto).values(**values).on_conflict_do_nothing(index_elements=["task_id", "url"])
        )


def fetch_task_photos(desk: Desk) -> int:
    """Fetch the next photo that waits, if any; what cannot be had is tried again for a day, then the task says so."""
    with desk.transaction():
        claim = _claim(desk)
    if claim is None:
        return 0
    file, trouble, final = _fetch(desk, claim)
    with desk.transaction():
        _settle(desk, claim, file, trouble, final=final)
    return 1


def own_photos(desk: Desk, task: Task) -> Sequence[TaskPhoto]:
    """Return the photos of a task that have come, oldest first."""
    here = select(TaskPhoto).where(TaskPhoto.task_id == task.id, TaskPhoto.sha256 != "")
    return desk.session.scalars(here.order_by(TaskPhoto.id)).all()


def find_own_photo(desk: Desk, actor: Actor, number: int, public_id: UUID) -> TaskPhoto:
    """Return a photo of a task for whoever may see the task; raises `NotFound`."""
    task = find_task(desk, actor, number)
    found = next((each for each in own_photos(desk, task) if each.public_id == public_id), None)
    if found is None:
        raise NotFound("This task has no such photo.")
    return found


def _files(action: Action) -> list[dict[str, str]]:
    try:
        found = json.loads(action.facts.get("files", "[]"))
    except ValueError:
        return []
    return found if isinstance(found, list) else []


def _claim(desk: Desk) -> Claim | None:
    now = desk.clock.now()
    row = desk.session.scalar(
        select(TaskPhoto)
        .where(TaskPhoto.next_at <= now)
        .order_by(TaskPhoto.next_at, TaskPhoto.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if row is None:
        return None
    row.attempts += 1
    row.next_at = now + LEASE
    account = read_directory(desk).account_of_company("slack", row.company_id)
    return Claim(row.id, row.attempts, MediaLink(row.url, row.content_type), account)


def _fetch(desk: Desk, claim: Claim) -> tuple[Attachment | None, str, bool]:
    """Return the file, or why it did not come and whether it never will."""
    channel = desk.channels.get("slack")
    if claim.account is None or not isinstance(channel, MediaChannel):
        return None, "Slack is no longer connected.", True
    try:
        file = channel.fetch_media(claim.link, claim.account)
    except RefusedError as error:
        return None, str(error), True
    except Unreachable as error:
        return None, str(error), False
    if file.content_type not in PICTURES:
        return None, NOT_A_PICTURE, True
    return file, "", False


def _settle(desk: Desk, claim: Claim, file: Attachment | None, trouble: str, *, final: bool) -> None:
    row = desk.session.get(TaskPhoto, claim.number, with_for_update=True, populate_existing=True)
    if row is None or row.attempts != claim.attempt:
        log.warning("Photo %d of a task is another worker's now.", claim.number)
        return
    task = desk.session.get_one(Task, row.task_id)
    if file is not None:
        row.sha256, row.size, row.content_type = desk.storage.put(file.data), len(file.data), file.content_type
        row.next_at = None
        _tell(desk, task, row, "sent a photo")
        return
    if final or desk.clock.now() - row.created_at >= PATIENCE:
        row.next_at = None
        record_on_task(
            desk, task, "comment", by=AuthorKind.MACHINE, name="", text=f"A photo from Slack did not come: {trouble}"
        )
        return
    row.next_at = desk.clock.now() + back_off(row.attempts)


def _tell(desk: Desk, task: Task, photo: TaskPhoto, words: str) -> None:
    """Write on the task and on every ticket that waits that there is a photo, and which."""
    name = photo.actor_name
    record_on_task(desk, task, "comment", by=AuthorKind.OPERATIONS, name=name, text=words)
    for ticket in tickets_of_task(desk, task):
        desk.session.add(
            make_event(
                desk,
                ticket,
                "task changed",
                by=AuthorKind.OPERATIONS,
                name=name,
                task=task.id,
                title=task.title,
                reason=f"T-{task.id}: {name} {words}",
                photo=str(photo.public_id),
            )
        )
        ticket.version += 1
