"""Tells all stories: casts them, puts them in order of time, and plays each one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from sqlalchemy import case, func, insert, select

from hub.demo.casting import Casting
from hub.demo.companies import FIRMS, Firm
from hub.demo.performing import SPOKEN, Performance
from hub.demo.portfolio import SEED
from hub.demo.posting import Talk
from hub.demo.rows import Rows
from hub.demo.script import Story, read_stories
from hub.demo.settling import Known
from hub.demo.stage import Play, Stage
from hub.demo.timeline import Timeline
from hub.demo.working import Work
from hub.desk import Desk
from hub.domain.ticket import Visibility
from hub.models import Agent, Article, Attachment, ChannelAccount, Company, Message, SearchDocument, Task, Ticket


def tell_stories(
    desk: Desk, companies: Mapping[str, Company], people: Mapping[str, list[Known]], staff: dict[str, Agent]
) -> int:
    """Write every story as a ticket, oldest first, and return how many there were."""
    rows = Rows(desk.session, desk.clock.now())
    random = Random(f"{SEED} stories")  # noqa: S311 - the same believable desk everywhere, no secret
    stories = read_stories()
    named = {name for each in stories if (name := each.options.get("who", "")) and not name.startswith("stranger:")}
    stages = {
        firm.slug: _set_stage(desk, rows, firm, companies[firm.slug], people[firm.slug], staff, random, named)
        for firm in FIRMS
    }
    plays = sorted(_cast(stories, stages, Timeline(rows.now, random)), key=lambda each: each.begins.at)
    _perform(desk, rows, plays)
    rows.write()
    for company in companies.values():
        index_messages(desk, company)
    return len(plays)


def index_messages(desk: Desk, company: Company) -> None:
    """Write a company's messages into the full-text index, in one statement."""
    apart = func.regexp_replace(Attachment.name, r"[^[:alnum:]]+", " ", "g")
    names = (
        select(func.string_agg(func.concat_ws(" ", Attachment.name, apart), " "))
        .where(Attachment.message_id == Message.id)
        .correlate(Message)
        .scalar_subquery()
    )
    desk.session.execute(
        insert(SearchDocument).from_select(
            ["company_id", "kind", "subject_id", "ticket_id", "words", "happened_at"],
            select(
                Message.company_id,
                case((Message.visibility == Visibility.INTERNAL, "note"), else_="message"),
                Message.id,
                Message.ticket_id,
                func.to_tsvector("simple", func.unaccent(func.concat_ws(" ", Message.subject, names, Message.text))),
                Message.created_at,
            ).where(Message.company_id == company.id),
        )
    )


def _set_stage(
    desk: Desk,
    rows: Rows,
    firm: Firm,
    company: Company,
    people: list[Known],
    staff: dict[str, Agent],
    random: Random,
    named: set[str],
) -> Stage:
    accounts = desk.session.scalars(
        select(ChannelAccount).where(ChannelAccount.company_id == company.id).order_by(ChannelAccount.id.desc())
    )
    articles = desk.session.scalars(select(Article).where(Article.company_id == company.id, Article.language == "en"))
    return Stage(
        firm,
        company,
        {each.channel: each for each in accounts},
        staff,
        {each.slug: each for each in articles},
        Casting(rows, people, random, company.id, named),
        random,
    )


def _cast(stories: Sequence[Story], stages: dict[str, Stage], timeline: Timeline) -> list[Play]:
    plays = []
    for story in stories:
        stage = stages[story.company]
        plays.append(Play(story, stage, stage.casting.choose(story), stage.agent_for(story), timeline.spread(story)))
    return plays


def _perform(desk: Desk, rows: Rows, plays: Sequence[Play]) -> None:
    """Give tickets, tasks and messages their ids in order of time, then play."""
    ticket_ids = rows.ids(Ticket, len(plays))
    task_ids = rows.ids(Task, sum(bool(each.story.first("task")) for each in plays))
    spoken = sorted(
        (moment.at, number, place)
        for number, play in enumerate(plays)
        for place, moment in enumerate(play.moments)
        if moment.what in SPOKEN
    )
    drawn = dict(zip(((number, place) for _, number, place in spoken), rows.ids(Message, len(spoken)), strict=True))
    for number, play in enumerate(plays):
        talk = Talk(rows, play, next(ticket_ids), desk)
        work = Work(talk, next(task_ids)) if play.story.first("task") else None
        mine = iter(sorted(each for (owner, _), each in drawn.items() if owner == number))
        Performance(talk, work, mine).play()
