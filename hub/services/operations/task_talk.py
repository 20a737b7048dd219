"""What operations and customer service say to each other about a task: never to a resident."""

from __future__ import annotations

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.masking import mask
from hub.domain.ticket import AuthorKind, TicketStatus
from hub.errors import Forbidden, Invalid, Refused
from hub.models import Correction, Task
from hub.services.operations.assigning import assign
from hub.services.operations.task_mail import mail_task
from hub.services.operations.tasks import post_card, say_what_blocks, tell_step, tickets_of_task
from hub.services.settings.configuration import Directory
from hub.services.tickets.history import make_event, record_on_task
from hub.services.tickets.snoozing import wake_for_task

LONGEST = 2000
QUESTION, ANSWER, COMMENT = "question", "answer", "comment"
ASKED, ANSWERED = "operations ask", "operations were answered"


def ask_customer_service(desk: Desk, directory: Directory, actor: Actor, task: Task, text: str) -> None:
    """Ask customer service something about a task: every ticket that waits for it comes back to its agent, with the words.

    Raises `Forbidden` and `Invalid`.
    """
    if not actor.can(Ability.WORK_TASKS, task.company_id):
        raise Forbidden("Only operations ask here. Answer below.")
    words = _checked(text, "question")
    _lock(desk, task)
    task.question = words
    record_on_task(desk, task, QUESTION, actor=actor, text=words)
    for ticket in tickets_of_task(desk, task):
        if ticket.status == TicketStatus.CLOSED:
            continue
        if ticket.status == TicketStatus.ON_HOLD:
            ticket.status = TicketStatus.OPEN
        ticket.unread = True
        wake_for_task(desk, ticket)
    _tell_tickets(desk, task, actor, ASKED, words)
    post_card(desk, directory, task)


def answer_operations(desk: Desk, directory: Directory, actor: Actor, task: Task, text: str) -> None:
    """Write to operations on a task; from customer service it answers what they asked. Names, numbers and addresses are masked.

    Raises `Forbidden` and `Invalid`.
    """
    serves = actor.can(Ability.WORK_TICKETS, task.company_id)
    if not serves and not actor.can(Ability.WORK_TASKS, task.company_id):
        raise Forbidden("Your role may read this task but not write on it.")
    names = [each.requester_name for each in tickets_of_task(desk, task)]
    words = mask(_checked(text, "comment"), names=names)
    _lock(desk, task)
    answered = serves and bool(task.question)
    record_on_task(desk, task, ANSWER if answered else COMMENT, actor=actor, text=words)
    if not answered:
        return
    task.question = ""
    _tell_tickets(desk, task, actor, ANSWERED, words)
    post_card(desk, directory, task)
    mail_task(desk, directory, task, f"Answered ({words})")


def hand_over(desk: Desk, directory: Directory, actor: Actor, task: Task, team: str, words: str = "") -> None:
    """Give a task to the team whose work it is: a correction to learn from, and nobody outside hears of it.

    Raises `Forbidden` and `Refused` where it is this team's already.
    """
    if not actor.can(Ability.WORK_TASKS, task.company_id):
        raise Forbidden("Only operations give a task to another team.")
    _lock(desk, task)
    if task.team == team:
        raise Refused(f"T-{task.id} is that team's already.")
    before = task.team
    post_card(desk, directory, task, farewell=f"Given to {team}.")
    task.team, task.card_provider_id, task.assignee_id = team, "", None
    assign(desk, task)
    tickets = tickets_of_task(desk, task)
    if tickets:
        desk.session.add(
            Correction(
                company_id=task.company_id,
                ticket_id=tickets[0].id,
                message_id=tickets[0].last_inbound_id,
                agent_id=actor.agent_id,
                queue_before=before,
                queue_after=team,
                source="correct",
            )
        )
    told = f"given from {before} to {team}"
    tell_step(
        desk, directory, task, actor, name=actor.name, reason=f"{told}: {words.strip()}" if words.strip() else told
    )
    mail_task(desk, directory, task, f"Given from {before}")


def _checked(text: str, field: str) -> str:
    words = text.replace("\0", "").strip()
    if not words:
        raise Invalid("Write what you want to say.", field=field)
    if len(words) > LONGEST:
        raise Invalid(f"Keep it under {LONGEST:,} characters.", field=field)
    return words


def _lock(desk: Desk, task: Task) -> None:
    desk.session.flush()
    desk.session.refresh(task, with_for_update=True)
    task.version += 1


def _tell_tickets(desk: Desk, task: Task, actor: Actor, kind: str, words: str) -> None:
    by = AuthorKind.OPERATIONS if kind == ASKED else AuthorKind.AGENT
    for ticket in tickets_of_task(desk, task):
        say_what_blocks(desk, ticket)
        ticket.version += 1
        ticket.last_activity_at = desk.clock.now()
        event = make_event(
            desk, ticket, kind, by=by, name=actor.name, task=task.id, title=task.title, reason=f"T-{task.id}: {words}"
        )
        event.agent_id = actor.agent_id
        desk.session.add(event)
