"""Tasks and articles as lists, and the company a program means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.errors import Invalid, NotFound, Stale
from hub.models import Agent, Article, Company, Task, TaskTicket
from hub.services.operations.tasks import find_task
from hub.services.pages import LARGEST, Page, newest_first
from hub.services.staff.scope import own_companies


@dataclass(frozen=True, slots=True)
class Work:
    """A task with who has it, its company, and the numbers of the tickets that wait for it."""

    task: Task
    company: Company
    assignee: Agent | None
    tickets: Sequence[int]


@dataclass(frozen=True, slots=True)
class TaskFilters:
    """What narrows the list of tasks."""

    state: str = ""
    team: str = ""
    ticket: int | None = None


@dataclass(frozen=True, slots=True)
class ArticleFilters:
    """What narrows the list of articles."""

    audience: str = ""
    language: str = ""
    topic: str = ""
    published: bool | None = None


def list_tasks(desk: Desk, actor: Actor, filters: TaskFilters, *, cursor: str = "", limit: int = 50) -> Page[Work]:
    """Return one page of tasks, newest first; raises `Invalid`."""
    query = select(Task).where(own_companies(actor, Task, ability=Ability.SEE_BOARD))
    if filters.state:
        query = query.where(Task.state == filters.state)
    if filters.team:
        query = query.where(Task.team == filters.team)
    if filters.ticket is not None:
        query = query.where(Task.id.in_(select(TaskTicket.task_id).where(TaskTicket.ticket_id == filters.ticket)))
    page: Page[Task] = newest_first(desk.session, query, Task.id, cursor=cursor, limit=limit)
    return Page(describe_tasks(desk, page.items), page.next)


def describe_tasks(desk: Desk, tasks: Sequence[Task]) -> list[Work]:
    """Return tasks with what belongs to them, in three statements."""
    if not tasks:
        return []
    session = desk.session
    companies = {
        each.id: each
        for each in session.scalars(select(Company).where(Company.id.in_({each.company_id for each in tasks})))
    }
    people = {each.assignee_id for each in tasks if each.assignee_id is not None}
    agents = {each.id: each for each in session.scalars(select(Agent).where(Agent.id.in_(people)))}
    tickets: dict[int, list[int]] = {}
    links = select(TaskTicket.task_id, TaskTicket.ticket_id).where(TaskTicket.task_id.in_([each.id for each in tasks]))
    for task_id, ticket_id in session.execute(links.order_by(TaskTicket.ticket_id)):
        tickets.setdefault(task_id, []).append(ticket_id)
    return [
        Work(each, companies[each.company_id], agents.get(each.assignee_id or 0), tickets.get(each.id, []))
        for each in tasks
    ]


def lock_task(desk: Desk, actor: Actor, number: int, version: int | None) -> Task:
    """Return a task locked for a change; raises `NotFound`, and `Stale` when it changed meanwhile."""
    task = find_task(desk, actor, number)
    desk.session.refresh(task, with_for_update=True)
    if version is not None and version != task.version:
        raise Stale(f"T-{number} was changed meanwhile (version {task.version}): read it again, then change it.")
    return task


def list_articles(
    desk: Desk, actor: Actor, filters: ArticleFilters, *, cursor: str = "", limit: int = 50
) -> Page[Article]:
    """Return one page of articles, drafts too, newest first; raises `Invalid`."""
    query = select(Article).where(own_companies(actor, Article, ability=Ability.SEE_BOARD))
    for column, wanted in (
        (Article.audience, filters.audience),
        (Article.language, filters.language),
        (Article.topic, filters.topic),
    ):
        if wanted:
            query = query.where(column == wanted)
    if filters.published is not None:
        query = query.where(Article.published_at.is_not(None) == filters.published)
    return newest_first(desk.session, query, Article.id, cursor=cursor, limit=limit)


def find_article(desk: Desk, actor: Actor, article_id: int) -> Article:
    """Return one article; raises `NotFound`."""
    mine = own_companies(actor, Article, ability=Ability.SEE_BOARD)
    found = (
        desk.session.scalar(select(Article).where(Article.id == article_id, mine))
        if 0 < article_id <= LARGEST
        else None
    )
    if found is None:
        raise NotFound(f"There is no article {article_id}.")
    return found


def name_companies(desk: Desk, actor: Actor) -> dict[int, str]:
    """Return the short names of the companies an actor serves, by id."""
    rows = desk.session.execute(select(Company.id, Company.slug).where(Company.id.in_(list(actor.grants))))
    return {number: slug for number, slug in rows}  # noqa: C416 - rows are no pairs to mypy


def choose_company(desk: Desk, actor: Actor, slug: str, *, ability: Ability) -> Company:
    """Return the company a program names, or its only one; raises `Invalid` where it must say which."""
    companies = desk.session.scalars(
        select(Company).where(Company.id.in_(sorted(actor.companies_with(ability)))).order_by(Company.id)
    ).all()
    chosen = [each for each in companies if not slug or each.slug == slug]
    if len(chosen) == 1:
        return chosen[0]
    known = ", ".join(each.slug for each in companies) or "none that your role may change"
    raise Invalid(f"Say which company, one of: {known}.", field="company")


def company_of(desk: Desk, company_id: int) -> Company:
    """Return a company; raises `NotFound`."""
    found = desk.session.get(Company, company_id)
    if found is None:
        raise NotFound("There is no such company.")
    return found
