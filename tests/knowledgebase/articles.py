"""The smallest articles that tests need."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from knowledgebase.article import Article, Audience

SMALLEST = Article(
    slug="roof-garden",
    title="Using the roof garden",
    topic="building",
    audience=Audience.RESIDENTS,
    language="en",
    body_markdown="The roof garden is open from 8:00 to 22:00.\n",
)


def an_article(**fields: Any) -> Article:
    return replace(SMALLEST, **fields)
