"""The first articles: help centres of an invented company, to begin with and to rewrite."""

from __future__ import annotations

from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from knowledgebase.article import Article, Audience
from knowledgebase.front_matter import FrontMatterError, read_article


@cache
def first_articles() -> tuple[Article, ...]:
    """Read the articles that ship with this library, translations after their originals.

    Raises `FrontMatterError` naming the file when one of them cannot be read.
    """
    shelf = resources.files("knowledgebase").joinpath("articles")
    found: list[Article] = []
    for audience in (Audience.RESIDENTS, Audience.OWNERS):
        folder = shelf.joinpath(audience.value)
        found.extend(_read_folder(folder, audience, "en"))
        for language in sorted(entry.name for entry in folder.iterdir() if entry.is_dir()):
            found.extend(_read_folder(folder.joinpath(language), audience, language))
    return tuple(found)


def _read_folder(folder: Traversable, audience: Audience, language: str) -> list[Article]:
    articles = []
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".md"):
            try:
                text = file.read_text(encoding="utf-8")
                articles.append(read_article(text, slug=file.name[:-3], audience=audience, language=language))
            except FrontMatterError as error:
                raise FrontMatterError(f"{audience}/{language}/{file.name}: {error}") from error
    return articles
