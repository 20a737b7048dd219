"""The first articles: complete, whole, polite to read, and about nobody real."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from knowledgebase.article import Article, Audience
from knowledgebase.front_matter import read_article, write_article
from knowledgebase.language import detect_language
from knowledgebase.markdown import render
from knowledgebase.seed import first_articles
from knowledgebase.topics import TOPICS

ARTICLES = first_articles()
every_article = pytest.mark.parametrize("article", ARTICLES, ids=lambda a: f"{a.audience}-{a.language}-{a.slug}")


def test_there_are_enough_articles_for_both_audiences_and_three_languages() -> None:
    counts = Counter((article.audience, article.language) for article in ARTICLES)

    assert counts[Audience.RESIDENTS, "en"] >= 40
    assert counts[Audience.OWNERS, "en"] >= 25
    assert counts[Audience.RESIDENTS, "es"] >= 20
    assert counts[Audience.RESIDENTS, "de"] >= 20


def test_no_two_articles_share_an_address() -> None:
    assert len({article.key for article in ARTICLES}) == len(ARTICLES)


@every_article
def test_an_article_is_complete(article: Article) -> None:
    words = len(article.body_markdown.split())

    assert article.topic in TOPICS
    assert 3 <= len(article.phrasings) <= 12
    assert 20 <= len(article.summary) <= 220
    assert 150 <= words <= 350
    assert article.reviewed_on is not None
    assert re.search(r"^(1\. |- |\| )", article.body_markdown, re.MULTILINE)


@every_article
def test_every_link_of_an_article_leads_to_another_of_its_shelf(article: Article) -> None:
    neighbours = {
        other.slug for other in ARTICLES if (other.audience, other.language) == (article.audience, article.language)
    }
    linked: list[str] = []

    def resolve(address: str) -> str:
        linked.append(address.removesuffix(".md"))
        return "/there"

    render(article.body_markdown, resolve=resolve)

    assert set(linked) <= neighbours - {article.slug}
    assert set(article.related) <= neighbours - {article.slug}


@every_article
def test_a_translation_knows_its_original_and_speaks_its_language(article: Article) -> None:
    originals = {
        other.slug: other for other in ARTICLES if (other.audience, other.language) == (article.audience, "en")
    }

    assert detect_language(article.body_markdown) == article.language
    if article.language != "en":
        original = originals[article.translation_of]
        assert (article.topic, article.automatic) == (original.topic, original.automatic)


@every_article
def test_phone_numbers_and_addresses_are_invented(article: Article) -> None:
    for number in re.findall(r"\+[\d ]{8,}", article.body_markdown + article.summary):
        assert re.fullmatch(r"\+49 30 23125 \d{3}", number.strip())
    for address in re.findall(r"\S+@\S+|https?://\S+", article.body_markdown):
        assert ".example.org" in address


@every_article
def test_an_article_survives_being_written_and_read(article: Article) -> None:
    assert read_article(write_article(article)) == article
