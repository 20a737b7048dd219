"""The help centres' articles: what the answering library is given, and how the first ones get in."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.desk import Desk
from hub.models import Article
from knowledgebase.article import Article as Entry
from knowledgebase.article import Audience

if TYPE_CHECKING:
    from knowledgebase.index import KnowledgeIndex

Stamp = tuple[int, datetime | None]


@dataclass
class Shelves:
    """The indexes of all companies, kept in the worker; a published change is found by its stamp before each question.

    `encoder` names the encoder that compares meanings too, the best installed where it is empty.
    """

    encoder: str = ""
    indexes: dict[int, KnowledgeIndex] = field(default_factory=dict)
    stamps: dict[int, Stamp] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    @contextmanager
    def index_of(self, session: Session, company_id: int) -> Iterator[KnowledgeIndex]:
        """Lend the index over a company's published articles to one thread at a time."""
        published = (Article.company_id == company_id, Article.published_at.is_not(None))
        count, newest = session.execute(select(func.count(), func.max(Article.updated_at)).where(*published)).one()
        with self.lock:
            if company_id not in self.indexes:
                self.indexes[company_id] = self._new_index()
            index = self.indexes[company_id]
            if self.stamps.get(company_id) != (count, newest):
                index.replace(
                    entry_of(row) for row in session.scalars(select(Article).where(*published).order_by(Article.id))
                )
                self.stamps[company_id] = (count, newest)
            yield index

    def _new_index(self) -> KnowledgeIndex:
        """Make an index; an encoder that cannot be had leaves it to words and letters."""
        from classifiers.encoder import EncoderUnusable, open_encoder  # noqa: PLC0415 - numpy is for workers only
        from knowledgebase.index import KnowledgeIndex  # noqa: PLC0415 - numpy is for workers only

        try:
            return KnowledgeIndex(encoder=open_encoder(self.encoder))
        except EncoderUnusable:
            return KnowledgeIndex()


def entry_of(row: Article) -> Entry:
    """Return an article as the library knows it."""
    return Entry(
        slug=row.slug,
        title=row.title,
        topic=row.topic,
        audience=Audience(row.audience),
        language=row.language,
        body_markdown=row.body,
        summary=row.summary,
        phrasings=tuple(row.phrasings),
        related=tuple(row.related),
        reviewed_on=row.reviewed_on,
        translation_of=row.translation_of,
        automatic=row.automatic,
        id=row.id,
    )


def publish_articles(desk: Desk, company_id: int, entries: Iterable[Entry], *, demo: bool = False) -> int:
    """Publish articles, replacing those of the same audience, language and slug; returns how many."""
    known = {
        (row.audience, row.language, row.slug): row
        for row in desk.session.scalars(select(Article).where(Article.company_id == company_id))
    }
    for known_row in list(known.values()):  # a file keeps its name where its article was renamed
        for old in known_row.old_slugs:
            known.setdefault((known_row.audience, known_row.language, old), known_row)
    now = desk.clock.now()
    count = 0
    for entry in entries:
        row = known.get((str(entry.audience), entry.language, entry.slug))
        if row is None:
            row = Article(
                company_id=company_id, audience=str(entry.audience), language=entry.language, slug=entry.slug, demo=demo
            )
            desk.session.add(row)
        row.title = entry.title
        row.topic = entry.topic
        row.body = entry.body_markdown
        row.summary = entry.summary
        row.phrasings = list(entry.phrasings)
        row.related = list(entry.related)
        row.translation_of = entry.translation_of
        row.automatic = entry.automatic
        row.reviewed_on = entry.reviewed_on
        row.published_at, row.withdrawn_at = row.published_at or now, None
        row.updated_at = now
        count += 1
    desk.session.flush()
    return count
