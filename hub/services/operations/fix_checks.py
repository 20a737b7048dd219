"""'Is it fixed?': asked once an agent has told of finished work; yes closes the ticket, no brings it back with the words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import delete, select

from hub.desk import Desk
from hub.domain.delivery import OutboxState, Purpose
from hub.domain.fix_check import (
    AFTER_THE_UPDATE,
    ANSWERED_WITHIN,
    LINK_WORKS,
    FixState,
    asks_after,
    fix_words,
    question_words,
    read_fix,
)
from hub.domain.notification import Notice
from hub.domain.signature import short_language
from hub.domain.task import TaskKind, TaskState
from hub.domain.ticket import TicketStatus, Visibility, is_known
from hub.errors import NotFound, Refused
from hub.models import Contact, FixCheck, Message, OutboxRow, Task, Ticket, TicketEvent
from hub.services.inbox.notifications import notify
from hub.services.metrics.call_backs import is_call_back
from hub.services.metrics.clocks import start_clock
from hub.services.metrics.surveys import ask_after_closing, take_question_back
from hub.services.operations.tasks import NOT_FIXED, open_tasks, post_card
from hub.services.operations.updates import STEPS, UNLINKED, newest_step
from hub.services.sending.answer_target import Target, reply_target
from hub.services.sending.budgets import refusal_of_budgets
from hub.services.sending.machine import say
from hub.services.settings.configuration import Directory, read_directory
from hub.services.tickets.history import record, record_on_task
from hub.services.tickets.requester_said import bring_back, close_as_settled, lock_ticket
from hub.services.tickets.signed_links import read_number, sign_number

LINK = "fix check link"
LONGEST = 2000
GONE = (
    "This link does not work: it is not whole, or it was never ours. Answer the message it came with, or write to us."
)
OVER = "This link has ended: its question is over 60 days old. If something is wrong, just write to us again."


def find_finished(desk: Desk, ticket: Ticket) -> Task | None:
    """Return the task whose end is the news that an agent's next reply tells, None where there is none to ask about."""
    if ticket.contact_id is None or ticket.history or ticket.quarantined or ticket.requester_role == "craftsman":
        return None
    steps = select(TicketEvent).where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind.in_({*STEPS, UNLINKED}))
    newest = newest_step(desk.session.scalars(steps.order_by(TicketEvent.id)).all())
    told = newest is not None and ticket.answered_at is not None and ticket.answered_at >= newest.created_at
    if newest is None or told or newest.facts["state"] != TaskState.DONE:
        return None
    task = desk.session.get(Task, int(newest.facts["task"]))
    if task is None or task.state != TaskState.DONE or open_tasks(desk, ticket):
        return None
    return task if asks_after(TaskKind(task.kind)) and not is_call_back(task) else None


def ask_if_fixed(desk: Desk, directory: Directory, ticket: Ticket, task: Task, told: OutboxRow) -> FixCheck | None:
    """Ask the requester, on the channel of the update and after it; None where the update was not to them or may not be followed.

    It is a machine's message: budgets, STOP and quiet hours hold, and why nothing was asked is on the ticket.
    """
    reached = reply_target(desk, ticket, channel=told.channel)
    target = replace(reached, recipients=reached.recipients[:1])
    contact = desk.session.get(Contact, ticket.contact_id)
    if contact is None or not target.recipients or target.recipients[0].value not in told.addresses:
        return None
    company = directory.companies[ticket.company_id]
    language = short_language(contact.language, ticket.language, company.language)
    check = FixCheck(
        company_id=ticket.company_id,
        ticket_id=ticket.id,
        task_id=task.id,
        contact_id=contact.id,
        told_id=told.message_id,
        channel=target.channel,
        language=language,
        state=FixState.ASKED,
        created_at=desk.clock.now(),
    )
    desk.session.add(check)
    desk.session.flush()
    try:
        check.message_id = _say(desk, directory, ticket, check, target, told).id
    except Refused as refused:
        desk.session.delete(check)
        desk.session.flush()
        record(desk, ticket, "not asked whether it is fixed", reason=str(refused))
        return None
    record(desk, ticket, "asked whether it is fixed", message_id=check.message_id, task=task.id, title=task.title)
    return check


def _say(desk: Desk, directory: Directory, ticket: Ticket, check: FixCheck, target: Target, told: OutboxRow) -> Message:
    """Write and post the question; raises `Refused` where budgets are spent or its address may not be written to."""
    address, known = target.recipients[0].value, is_known(ticket.requester_role)
    refusal = refusal_of_budgets(desk, ticket, address, purpose=Purpose.FIX_CHECK, known=known)
    if refusal:
        raise Refused(refusal)
    company = directory.companies[ticket.company_id]
    return say(
        desk,
        directory,
        ticket,
        fix_words(target.channel, language=check.language, company=company.name, link=link_of(desk, check)),
        purpose=Purpose.FIX_CHECK,
        target=target,
        subject=f"{question_words(check.language)} [#{ticket.id}]",
        not_before=told.next_at + AFTER_THE_UPDATE,
    )


def take_fix_check_back(desk: Desk, told: Message) -> None:
    """Ask nothing after all where the reply that told of the work is taken back before either has left."""
    checks = desk.session.scalars(select(FixCheck).where(FixCheck.told_id == told.id)).all()
    for check in checks:
        _cancel(desk, check, "The reply before it was taken back.")
        asked = desk.session.get(Message, check.message_id) if check.message_id else None
        if asked is not None:
            asked.visibility, asked.kind = Visibility.INTERNAL, "withdrawn"
    desk.session.execute(delete(FixCheck).where(FixCheck.id.in_([each.id for each in checks])))


def _cancel(desk: Desk, check: FixCheck, why: str) -> None:
    """Keep the question from leaving where it has not; what a sender holds leaves."""
    rows = select(OutboxRow).where(OutboxRow.message_id == check.message_id, OutboxRow.state == OutboxState.PENDING)
    for row in desk.session.scalars(rows.where(OutboxRow.attempts == 0).with_for_update(skip_locked=True)):
        row.state, row.error = OutboxState.CANCELLED, why


def link_of(desk: Desk, check: FixCheck) -> str:
    """Return the signed address where somebody says whether it is fixed. Opening it changes nothing."""
    return f"{desk.settings.base_url}/fixed/{sign_number(desk, LINK, check.id)}"


def find_by_link(desk: Desk, token: str) -> FixCheck:
    """Return the question of a link; raises `NotFound` alike for a guess and what is no link, `Refused` for an old one."""
    number = read_number(desk, LINK, token)
    check = desk.session.get(FixCheck, number) if number is not None else None
    if check is None:
        raise NotFound(GONE)
    if desk.clock.now() - check.created_at > LINK_WORKS:
        raise Refused(OVER)
    return check


def settle_by_link(desk: Desk, token: str, said: FixState, words: str = "") -> FixCheck:
    """Take what somebody pressed on the page of a link; raises as `find_by_link`."""
    check = find_by_link(desk, token)
    settle(desk, check, said, way="link", words=words)
    return check


def settle_in_portal(desk: Desk, ticket_id: int, said: FixState, words: str = "") -> None:
    """Take what the requester pressed in the portal; raises `NotFound` where nothing is asked."""
    check = check_of(desk, ticket_id)
    if check is None:
        raise NotFound("There is no question about finished work on this request.")
    settle(desk, check, said, way="portal", words=words)


def check_of(desk: Desk, ticket_id: int) -> FixCheck | None:
    """Return the newest question of a ticket, as long as its link would work."""
    query = select(FixCheck).where(
        FixCheck.ticket_id == ticket_id, FixCheck.created_at >= desk.clock.now() - LINK_WORKS
    )
    return desk.session.scalar(query.order_by(FixCheck.id.desc()).limit(1))


def hear_fix(desk: Desk, ticket: Ticket, message: Message) -> bool:
    """Read a written answer on the ticket it was asked on; returns whether nobody has to read more in it.

    Texts are heard when they come in, for they may lie on another ticket (`hub.services.metrics.text_answers`).
    """
    check = check_of(desk, ticket.id)
    heard = read_fix(message.reply_text) if check is not None else None
    if check is None or heard is None or check.state != FixState.ASKED or message.channel == "sms":
        return False
    theirs = message.contact_id == check.contact_id and not message.facts.get("stranger")
    if not theirs or desk.clock.now() - check.created_at > ANSWERED_WITHIN:
        return False
    settle(desk, check, heard.state, way="reply", words=message.reply_text, message_id=message.id)
    if heard.state is FixState.NOT_FIXED:
        message.may_answer = False
    return heard.bare


def settle(
    desk: Desk, check: FixCheck, said: FixState, *, way: str, words: str = "", message_id: int | None = None
) -> None:
    """Do what was said: close what is fixed, bring back what is not. The same said twice is said once."""
    ticket = lock_ticket(desk, check.ticket_id)
    desk.session.refresh(check)
    kept = words.replace("\0", "").strip()[:LONGEST]
    if ticket.merged_into_id is not None or (check.state == said and kept in {"", check.words}):
        return
    check.state, check.way, check.settled_at = said, way, desk.clock.now()
    _cancel(desk, check, "They said so before they were asked.")
    task = desk.session.get_one(Task, check.task_id)
    directory = read_directory(desk)
    facts: dict[str, Any] = {"task": task.id, "title": task.title, "way": way}
    if said is FixState.FIXED:
        record(desk, ticket, "fixed", message_id=message_id, **facts)
        _tell_team(desk, directory, task, "fixed", standing="")
        _close(desk, directory, ticket, check)
        return
    check.words = kept
    record(desk, ticket, "not fixed", message_id=message_id, words=kept, **facts)
    _tell_team(desk, directory, task, "not fixed", standing=NOT_FIXED)
    _bring_back(desk, directory, ticket, check)


def _tell_team(desk: Desk, directory: Directory, task: Task, kind: str, *, standing: str) -> None:
    """Show on a task and its card that it is fixed or not; the words are for the agent, who passes on what the team needs."""
    record_on_task(desk, task, kind)
    if task.state == TaskState.DONE and task.standing != standing:
        task.standing = standing
        task.version += 1
        if task.card_provider_id:
            post_card(desk, directory, task)


def _close(desk: Desk, directory: Directory, ticket: Ticket, check: FixCheck) -> None:
    """Close a ticket whose work is fixed, unless more work is open or an agent has written since: then it is theirs."""
    written_since = ticket.answered_at is not None and ticket.answered_at > check.created_at
    ticket.wants_person = False
    ticket.last_activity_at = desk.clock.now()
    ticket.version += 1
    if ticket.status != TicketStatus.CLOSED and not written_since and not open_tasks(desk, ticket):
        close_as_settled(desk, ticket)
    if ticket.status == TicketStatus.CLOSED:
        ask_after_closing(desk, ticket)
    start_clock(desk, directory, ticket)


def _bring_back(desk: Desk, directory: Directory, ticket: Ticket, check: FixCheck) -> None:
    """Put a ticket on top of its agent's list: they wait again, since now."""
    if ticket.status == TicketStatus.CLOSED:
        take_question_back(desk, ticket)
    bring_back(desk, ticket, opens=ticket.status != TicketStatus.OPEN)
    ticket.waiting_since = ticket.waiting_since or desk.clock.now()
    ticket.preview = " ".join((check.words or "Not fixed").split())[:160]
    start_clock(desk, directory, ticket)
    notify(desk, ticket, ticket.assignee_id, Notice.ANSWER, f"f{check.id}", by=ticket.requester_name)
