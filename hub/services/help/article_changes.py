"""Articles as their writers change them: written, renamed, taken out and put back, every version kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.masking import mask
from hub.errors import Forbidden, Invalid, NotFound
from hub.models import Article, ArticleVersion, Company, GivenAnswer, Message
from hub.services.tickets.tickets import find_ticket
from knowledgebase.article import slug_of

AUDIENCES = ("residents", "owners", "staff")
LONGEST_TITLE, LONGEST_SUMMARY, LONGEST_BODY, MOST_PHRASINGS = 200, 600, 100_000, 20
WRITTEN, WITHDRAWN, PUBLISHED, RESTORED = "written", "withdrawn", "published", "restored"


@dataclass(frozen=True, slots=True)
class Writing:
    """What somebody has written into the form of an article."""

    title: str
    body: str
    summary: str = ""
    topic: str = "general"
    audience: str = "residents"
    language: str = "en"
    phrasings: tuple[str, ...] = ()
    published: bool = False


def find_own(desk: Desk, actor: Actor, article_id: int) -> Article:
    """Return an article this actor may write, published or not; raises `NotFound` for any other."""
    companies = actor.companies_with(Ability.WRITE_ARTICLES)
    found = desk.session.get(Article, article_id) if 0 < article_id < 2**63 else None
    if found is None or not (actor.everything or found.company_id in companies):
        raise NotFound("There is no such article.")
    return found


def write_article(desk: Desk, actor: Actor, company: Company, writing: Writing, *, article_id: int = 0) -> Article:
    """Keep an article, new or known. Raises `Forbidden`, `NotFound`, and `Invalid` naming the field.

    Under another title it gets another address; the earlier ones go on leading to it, from links and other articles.
    """
    if not actor.can(Ability.WRITE_ARTICLES, company.id):
        raise Forbidden("Your role does not write articles for this company.")
    title = _checked(writing)
    article = find_own(desk, actor, article_id) if article_id else None
    now = desk.clock.now()
    if article is None:
        article = Article(
            company_id=company.id,
            audience=writing.audience,
            language=writing.language,
            slug="",
            topic="",
            created_at=now,
        )
    slug = (
        article.slug if article.slug and article.title == title else _free_slug(desk, company, article, writing, title)
    )
    if article.slug and slug != article.slug:
        article.old_slugs = [each for each in dict.fromkeys([*article.old_slugs, article.slug]) if each != slug]
    article.slug, article.title, article.body = slug, title, writing.body.replace("\0", "")
    article.summary = " ".join(writing.summary.replace("\0", "").split())
    article.topic, article.audience, article.language = writing.topic, writing.audience, writing.language
    article.phrasings = [each for each in dict.fromkeys(" ".join(one.split()) for one in writing.phrasings) if each]
    article.updated_at, article.reviewed_on = now, now.date()
    if article not in desk.session:
        desk.session.add(article)
    desk.session.flush()
    _remember(desk, actor, article, WRITTEN)
    if writing.published and article.published_at is None:
        publish(desk, actor, article.id)
    elif not writing.published and article.published_at is not None:
        withdraw(desk, actor, article.id)
    return article


def withdraw(desk: Desk, actor: Actor, article_id: int) -> Article:
    """Take an article out of the help centre: nobody outside finds it, nothing answers from it, what quoted it stays."""
    article = find_own(desk, actor, article_id)
    if article.published_at is not None:
        article.published_at, article.withdrawn_at = None, desk.clock.now()
        article.updated_at = article.withdrawn_at
        _remember(desk, actor, article, WITHDRAWN)
    return article


def publish(desk: Desk, actor: Actor, article_id: int) -> Article:
    """Put an article into its help centre; it is found from now on."""
    article = find_own(desk, actor, article_id)
    if article.published_at is None:
        article.published_at, article.withdrawn_at = desk.clock.now(), None
        article.updated_at = article.published_at
        _remember(desk, actor, article, PUBLISHED)
    return article


def restore(desk: Desk, actor: Actor, article_id: int, version_id: int) -> Article:
    """Give an article the words of an earlier version; the present ones stay among the versions."""
    article = find_own(desk, actor, article_id)
    version = desk.session.get(ArticleVersion, version_id)
    if version is None or version.article_id != article.id:
        raise NotFound("This article has no such version.")
    article.title, article.summary, article.body = version.title, version.summary, version.body
    article.phrasings, article.updated_at = list(version.phrasings), desk.clock.now()
    _remember(desk, actor, article, RESTORED)
    return article


def versions_of(desk: Desk, article: Article) -> Sequence[ArticleVersion]:
    """Return what an article said before, newest first."""
    query = select(ArticleVersion).where(ArticleVersion.article_id == article.id)
    return desk.session.scalars(query.order_by(ArticleVersion.id.desc()).limit(100)).all()


def times_used(desk: Desk, article: Article) -> int:
    """Return how many messages of ours point at an article: answers of the desk, and replies with its address."""
    answers = (
        select(GivenAnswer.message_id)
        .where(GivenAnswer.article_id == article.id, GivenAnswer.message_id.is_not(None))
        .scalar_subquery()
    )
    quoted = Message.text.contains(f"/articles/{article.id}-", autoescape=True)
    query = select(func.count()).where(
        Message.company_id == article.company_id, Message.direction == "out", Message.id.in_(answers) | quoted
    )
    return desk.session.scalar(query) or 0


def draft_from_reply(desk: Desk, actor: Actor, number: int) -> str:
    """Return the newest reply of a ticket as the beginning of an article, people taken out; raises `NotFound`."""
    ticket = find_ticket(desk, actor, number)
    query = select(Message).where(
        Message.ticket_id == ticket.id, Message.author_kind == "agent", Message.visibility == "public"
    )
    message = desk.session.scalar(query.order_by(Message.id.desc()).limit(1))
    names = (ticket.requester_name, message.author_name if message else "")
    return mask(message.text, names=names) if message else ""


def _checked(writing: Writing) -> str:
    title = " ".join(writing.title.replace("\0", "").split())
    if not title:
        raise Invalid("Give the article a title.", field="title")
    limits = (("title", title, LONGEST_TITLE), ("summary", writing.summary, LONGEST_SUMMARY))
    for field, text, most in (*limits, ("body", writing.body, LONGEST_BODY)):
        if len(text) > most:
            raise Invalid(f"This has {len(text):,} letters; there is room for {most:,}.", field=field)
    if not writing.body.strip():
        raise Invalid("Write what the article says.", field="body")
    if writing.audience not in AUDIENCES:
        raise Invalid("An article is for residents, owners or staff.", field="audience")
    if len(writing.phrasings) > MOST_PHRASINGS:
        raise Invalid(f"An article has at most {MOST_PHRASINGS} ways to ask for it.", field="phrasings")
    return title


def _free_slug(desk: Desk, company: Company, article: Article, writing: Writing, title: str) -> str:
    """Return an address from a title that no other article has now or had before."""
    others = desk.session.execute(
        select(Article.slug, Article.old_slugs).where(
            Article.company_id == company.id,
            Article.audience == writing.audience,
            Article.language == writing.language,
            Article.id != (article.id or 0),
        )
    ).all()
    taken = {each.slug for each in others} | {old for each in others for old in each.old_slugs}
    wanted = slug_of(title)[:80]
    numbered = (wanted if n == 1 else f"{wanted}-{n}" for n in range(1, len(taken) + 2))
    return next(each for each in numbered if each not in taken)


def _remember(desk: Desk, actor: Actor, article: Article, change: str) -> None:
    desk.session.add(
        ArticleVersion(
            company_id=article.company_id,
            article_id=article.id,
            agent_id=actor.agent_id,
            agent_name=actor.name,
            change=change,
            title=article.title,
            summary=article.summary,
            body=article.body,
            phrasings=list(article.phrasings),
            created_at=desk.clock.now(),
        )
    )
    desk.session.flush()
