"""Find the articles that answer a question. An index is kept in memory by a worker, one for each company."""

from __future__ import annotations

from collections.abc import Iterable

from knowledgebase.article import Article, Audience
from knowledgebase.shelf import Encoder, Hit, Shelf

__all__ = ["Encoder", "Hit", "KnowledgeIndex"]


class KnowledgeIndex:
    """Articles by audience and language, ready to be searched; what is put in is found by the next search.

    `encoder_languages` are the languages the encoder understands; for the others words and letters decide alone.
    Not for two threads at once.
    """

    def __init__(
        self,
        articles: Iterable[Article] = (),
        *,
        encoder: Encoder | None = None,
        encoder_languages: frozenset[str] = frozenset({"en"}),
    ) -> None:
        self._encoder = encoder
        self._encoder_languages = encoder_languages
        self._articles: dict[str, Article] = {}
        self._shelves: dict[tuple[Audience, str], Shelf] = {}
        self.replace(articles)

    def __len__(self) -> int:
        return len(self._articles)

    def put(self, article: Article) -> None:
        """Add an article, or take its new text for the old one."""
        if self._articles.get(article.key) != article:
            self.remove(article.key)
            self._add([article])

    def remove(self, key: str) -> None:
        """Forget an article by its key (`Article.key`); one not known is forgotten already."""
        article = self._articles.pop(key, None)
        if article is not None:
            self._shelves[article.audience, article.language].remove(key)

    def replace(self, articles: Iterable[Article]) -> None:
        """Hold exactly these articles from now on, reading only those that are new or changed."""
        wanted = {article.key: article for article in articles}
        for key in [key for key, known in self._articles.items() if wanted.get(key) != known]:
            self.remove(key)
        self._add([article for key, article in wanted.items() if key not in self._articles])

    def languages(self, audience: Audience) -> frozenset[str]:
        """Name the languages that have an article for an audience."""
        return frozenset(article.language for article in self._articles.values() if article.audience == audience)

    def search(self, question: str, *, audience: Audience, language: str, limit: int = 5) -> list[Hit]:
        """List the nearest articles, best first; empty when nothing is alike at all."""
        shelf = self._shelves.get((audience, language))
        return shelf.search(question, limit) if shelf else []

    def _add(self, articles: Iterable[Article]) -> None:
        by_shelf: dict[tuple[Audience, str], list[Article]] = {}
        for article in articles:
            self._articles[article.key] = article
            by_shelf.setdefault((article.audience, article.language), []).append(article)
        for (audience, language), listed in by_shelf.items():
            if (audience, language) not in self._shelves:
                encoder = self._encoder if language in self._encoder_languages else None
                self._shelves[audience, language] = Shelf(audience, language, encoder)
            self._shelves[audience, language].put(listed)
