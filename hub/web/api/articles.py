"""`/articles`: the knowledge base, drafts too."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from hub.models import Article
from hub.services.catalogue import ArticleFilters, find_article, list_articles, name_companies
from hub.web.api.blueprint import api, need_board
from hub.web.api.fields import Out, Paged, Slug
from hub.web.desk import current_desk


class ArticleQuery(Paged):
    """What narrows the list."""

    audience: Literal["residents", "owners", "staff"] | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[A-Za-z-]{2,12}$")] | None = None
    topic: Slug | None = None
    published: bool | None = Field(None, description="Only published articles, or only drafts.")


class ArticleOut(Out):
    """One entry in one language for one audience; `body` is Markdown."""

    id: int
    company: str
    slug: str
    title: str
    topic: str
    audience: str
    language: str
    summary: str
    body: str
    phrasings: list[str]
    related: list[str]
    automatic: bool
    published_at: datetime | None
    updated_at: datetime | None
    reviewed_on: date | None


class ArticleList(Out):
    """A page of articles."""

    items: list[ArticleOut]
    next: str | None


@api.get("/articles")
@api.input(ArticleQuery, location="query", arg_name="query")
@api.output(ArticleList)
def articles(query: ArticleQuery) -> ArticleList:
    """List articles, newest first."""
    desk, actor = current_desk(), need_board()
    filters = ArticleFilters(query.audience or "", query.language or "", query.topic or "", query.published)
    page = list_articles(desk, actor, filters, cursor=query.cursor, limit=query.limit)
    names = name_companies(desk, actor)
    return ArticleList(items=[_describe(each, names) for each in page.items], next=page.next)


@api.get("/articles/<id:article_id>")
@api.output(ArticleOut)
def article(article_id: int) -> ArticleOut:
    """Show one article."""
    desk, actor = current_desk(), need_board()
    return _describe(find_article(desk, actor, article_id), name_companies(desk, actor))


def _describe(row: Article, companies: dict[int, str]) -> ArticleOut:
    return ArticleOut(
        id=row.id,
        company=companies[row.company_id],
        slug=row.slug,
        title=row.title,
        topic=row.topic,
        audience=row.audience,
        language=row.language,
        summary=row.summary,
        body=row.body,
        phrasings=list(row.phrasings),
        related=list(row.related),
        automatic=row.automatic,
        published_at=row.published_at,
        updated_at=row.updated_at,
        reviewed_on=row.reviewed_on,
    )
