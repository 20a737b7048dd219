"""The public help centres as queries: published articles of one company and audience, found by the database's own search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, case, func, or_, select

from hub.desk import Desk
from hub.errors import NotFound
from hub.models import Article, ArticleFeedback, Message, Suggestion

PUBLIC = ("residents", "owners")
MOST = 20
ALIKE = 0.25
SAID = 1.0
LONGEST_QUESTION = 300
WEEK = timedelta(days=7)
TAKEN_OUT = "This article has been taken out of the help centre. Search for what you need, or ask us."
NO_LONGER = "There is no such article, or it is no longer here."


@dataclass(frozen=True, slots=True)
class Found:
    """An article and how near it is to what was asked."""

    article: Article
    rank: float


def published(company_id: int, audience: str) -> ColumnElement[bool]:
    """Return the condition of what anybody may read; raises `NotFound` for an audience that is not public."""
    if audience not in PUBLIC:
        raise NotFound("There is no such help centre.")
    return (Article.company_id == company_id) & (Article.audience == audience) & Article.published_at.is_not(None)


def list_articles(
    desk: Desk, company_id: int, audience: str, *, language: str = "en", topic: str = ""
) -> Sequence[Article]:
    """Return the articles of an audience by topic and title."""
    query = select(Article).where(published(company_id, audience), Article.language == language)
    if topic:
        query = query.where(Article.topic == topic.replace("\0", ""))
    return desk.session.scalars(query.order_by(Article.topic, Article.title)).all()


def most_asked(
    desk: Desk, company_id: int, audience: str, *, language: str = "en", limit: int = 5
) -> Sequence[Article]:
    """Return the articles that answered most of the past week's messages, the most asked first."""
    since = desk.clock.now() - WEEK
    asked = (
        select(Suggestion.article_id, func.count().label("times"))
        .join(Message, Message.id == Suggestion.message_id)
        .where(Suggestion.company_id == company_id, Suggestion.rank == 1, Message.created_at > since)
        .group_by(Suggestion.article_id)
        .subquery()
    )
    query = select(Article).join(asked, asked.c.article_id == Article.id)
    query = query.where(published(company_id, audience), Article.language == language)
    return desk.session.scalars(query.order_by(asked.c.times.desc(), Article.id).limit(limit)).all()


def find_article(desk: Desk, company_id: int, audience: str, article_id: int) -> Article:
    """Return one published article; raises `NotFound`."""
    article = desk.session.scalar(select(Article).where(Article.id == article_id, published(company_id, audience)))
    if article is None:
        raise NotFound(_why_not(desk, company_id, article_id))
    return article


def _why_not(desk: Desk, company_id: int, article_id: int) -> str:
    """Return why there is nothing to read: only of what was public once it is said that it was there."""
    withdrawn = (Article.company_id == company_id, Article.audience.in_(PUBLIC), Article.withdrawn_at.is_not(None))
    gone = desk.session.scalar(select(Article.id).where(Article.id == article_id, *withdrawn))
    return TAKEN_OUT if gone else NO_LONGER


def list_related(desk: Desk, article: Article, *, limit: int = 4) -> Sequence[Article]:
    """Return the articles an article names as related, then others of its topic."""
    named = or_(Article.slug.in_(article.related), Article.old_slugs.overlap(article.related))
    query = select(Article).where(
        published(article.company_id, article.audience),
        Article.language == article.language,
        Article.id != article.id,
        or_(named, Article.topic == article.topic),
    )
    return desk.session.scalars(query.order_by(named.desc(), Article.title, Article.id).limit(limit)).all()


def list_versions(desk: Desk, article: Article) -> Sequence[Article]:
    """Return an article in every language it can be read in, itself among them."""
    original = article.translation_of or article.slug
    query = select(Article).where(
        published(article.company_id, article.audience),
        or_(Article.slug == original, Article.translation_of == original),
    )
    return desk.session.scalars(query.order_by(Article.language, Article.id)).all()


def list_public(desk: Desk, company_id: int) -> Sequence[Article]:
    """Return every article of a company that anybody may read, for its sitemap."""
    public = (Article.company_id == company_id, Article.audience.in_(PUBLIC), Article.published_at.is_not(None))
    return desk.session.scalars(select(Article).where(*public).order_by(Article.id)).all()


def list_all(desk: Desk, company_id: int) -> Sequence[Article]:
    """Return every article of a company, drafts and what is for staff too: for who writes them."""
    query = select(Article).where(Article.company_id == company_id)
    return desk.session.scalars(query.order_by(Article.audience, Article.language, Article.title, Article.id)).all()


def find_public_article(desk: Desk, company_id: int, article_id: int) -> Article:
    """Return a published article of a company whichever of the public help centres it is in; raises `NotFound`."""
    article = find_public(desk, article_id)
    if article is None or article.company_id != company_id:
        raise NotFound(_why_not(desk, company_id, min(article_id, 2**63 - 1)))
    return article


def find_public(desk: Desk, article_id: int) -> Article | None:
    """Return an article that anybody may read today, or None."""
    if not 0 < article_id < 2**63:
        return None
    public = (Article.audience.in_(PUBLIC), Article.published_at.is_not(None))
    return desk.session.scalar(select(Article).where(Article.id == article_id, *public))


def article_path(article: Article) -> str:
    """Return an article's path."""
    return f"/help/{article.audience}/articles/{article.id}-{article.slug}"


def search_articles(desk: Desk, company_id: int, audience: str, question: str) -> list[Found]:
    """Return the articles nearest to some words, in any language, typing mistakes allowed: words first, then letters."""
    words = " ".join(question.split())[:LONGEST_QUESTION].replace("\0", "")
    if not words:
        return []
    asked = func.unaccent(func.lower(words))
    title = func.unaccent(func.lower(Article.title))
    spoken = func.unaccent(func.lower(func.array_to_string(Article.phrasings, " ")))
    text = func.to_tsvector(
        "simple", title.concat(" ").concat(spoken).concat(" ").concat(func.unaccent(func.lower(Article.body)))
    )
    query = func.plainto_tsquery("simple", asked)
    near = func.greatest(func.word_similarity(asked, title), func.word_similarity(asked, spoken))
    # Every word said as it is comes before what is only spelled alike.
    rank = func.ts_rank(text, query) + near + case((text.op("@@")(query), SAID), else_=0.0)
    rows = desk.session.execute(
        select(Article, rank.label("rank"))
        .where(published(company_id, audience), or_(text.op("@@")(query), near > ALIKE))
        .order_by(rank.desc(), Article.id)
        .limit(MOST)
    )
    return [Found(article, float(value)) for article, value in rows]


def leave_feedback(desk: Desk, article: Article, *, helpful: bool, reason: str = "", text: str = "") -> None:
    """Keep one reader's opinion of an article."""
    feedback = ArticleFeedback(
        company_id=article.company_id,
        article_id=article.id,
        helpful=helpful,
        reason=reason[:100].replace("\0", ""),
        text=text[:2000].replace("\0", ""),
    )
    desk.session.add(feedback)
