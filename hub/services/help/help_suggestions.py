"""Articles for somebody who is still writing: found by the database's search, before there is a ticket."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import REAL, ColumnElement, SQLColumnExpression, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR, array

from hub.desk import Desk
from hub.models import Article
from hub.services.help.help_centre import published
from knowledgebase.language import UNKNOWN, detect_language
from knowledgebase.stems import empty_words

MOST = 3
MOST_WORDS = 40
LONGEST_TEXT = 4000
FEWEST_LETTERS = 3
# What one word of a summary alone does not reach; and how near an article must come to the best beside it.
ENOUGH = 0.2
NEAR_BEST = 0.45
WORD = re.compile(r"[^\W_]{3,40}")
# How much a word counts in the text (D), the summary (C), the questions (B) and the title (A).
WEIGHTS = (0.1, 0.3, 0.7, 1.0)


def suggest_articles(desk: Desk, company_id: int, audience: str, text: str) -> Sequence[Article]:
    """Return at most three articles near a text, in its language where there are any; raises `NotFound` for no help centre."""
    readable = published(company_id, audience)
    spoken = detect_language(text[:LONGEST_TEXT])
    language = spoken if spoken != UNKNOWN else "en"
    words = _words(text, language)
    if not words:
        return []
    asked = func.to_tsquery("simple", func.unaccent(" | ".join(f"{each}:*" for each in words)))
    questions = func.array_to_string(Article.phrasings, " ")
    vector = _weighed(Article.title, "A").concat(_weighed(questions, "B")).concat(_weighed(Article.summary, "C"))
    rank = func.ts_rank(cast(array(WEIGHTS), ARRAY(REAL)), vector, asked)
    query = select(Article, rank.label("rank")).where(readable, Article.language == language, vector.op("@@")(asked))
    found = desk.session.execute(query.order_by(rank.desc(), Article.id).limit(MOST)).all()
    return [row.Article for row in found if row.rank >= max(ENOUGH, NEAR_BEST * found[0].rank)]


def _words(text: str, language: str) -> list[str]:
    """Return what a text asks about: its words without those that only greet and connect."""
    empty = empty_words(language)
    found = dict.fromkeys(each.casefold() for each in WORD.findall(text[:LONGEST_TEXT]))
    return [each for each in found if each not in empty and len(each) >= FEWEST_LETTERS][:MOST_WORDS]


def _weighed(words: SQLColumnExpression[str], weight: str) -> ColumnElement[str]:
    vector = func.to_tsvector("simple", func.unaccent(func.lower(words)))
    return func.setweight(vector, literal_column(f"'{weight}'::\"char\""), type_=TSVECTOR)
