from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledgebase.article import Article, Audience, slug_of
from knowledgebase.front_matter import FrontMatterError, read_article, split_front_matter, write_article
from tests.knowledgebase.articles import an_article

FILE = """---
title: No hot water: what to check first
topic: heating
language: en
# whoever asks
phrasings:
  - Why is there no hot water?
  - "The shower is \\"ice\\" cold"
related: [heating, 'keys']
reviewed_on: 2026-03-03
automatic: no
---

Let the tap run.
"""


def test_an_article_is_read_from_its_file() -> None:
    article = read_article(FILE, slug="no-hot-water", audience=Audience.RESIDENTS)

    assert article == Article(
        slug="no-hot-water",
        title="No hot water: what to check first",
        topic="heating",
        audience=Audience.RESIDENTS,
        language="en",
        body_markdown="Let the tap run.\n",
        phrasings=("Why is there no hot water?", 'The shower is "ice" cold'),
        related=("heating", "keys"),
        reviewed_on=date(2026, 3, 3),
        automatic=False,
    )


def test_a_file_without_front_matter_takes_its_title_from_the_first_heading() -> None:
    article = read_article("# Bins\n\nPaper is blue.\n", audience=Audience.OWNERS)

    assert (article.title, article.slug, article.body_markdown) == ("Bins", "bins", "Paper is blue.\n")


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm() -> None:
    article = read_article("\ufeff" + FILE.replace("\n", "\r\n"), audience=Audience.RESIDENTS)

    assert article.title == "No hot water: what to check first"
    assert article.body_markdown == "Let the tap run.\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "---\ntitle: A\nBody",
            "Line 1 opens the front matter with '---' and no later '---' closes it: add one below the fields.",
        ),
        ("---\ntitel: A\n---\nB", "Line 2 names 'titel', no field of an article: did you mean 'title'?"),
        ("---\ntitle: A\ntitle: B\n---\nB", "Line 3 gives 'title' a second time: keep one of them."),
        ("---\ntitle: A\njust words\n---\nB", "Line 3 is not a field: write it as 'name: value' ('just words')."),
        ("---\n- A\n---\nB", "Line 2 is a list item outside a list: write 'phrasings:' above it."),
        ('---\ntitle: "A\n---\nB', "Line 2 opens a quotation mark: close it at the end of the value."),
        ("---\ntitle: 'A\n---\nB", "Line 2 opens a quotation mark: close it at the end of the value."),
        (
            "---\ntitle:\n  - A\n---\nB",
            "The field 'title' is a list but takes one value: write 'title: …' on one line.",
        ),
        ("---\ntitle: A\n---\n", "The article 'A' has no text: write its body below the front matter."),
        ("Body", "The article has no title: add 'title: …' to the front matter, or a heading '# …'."),
        (
            "---\ntitle: A\nlanguage: English\n---\nB",
            "The language 'English' is not a language code: write for example en, es or de.",
        ),
        (
            "---\ntitle: A\nreviewed_on: 3 March\n---\nB",
            "The date reviewed_on '3 March' cannot be read: write it as 2026-03-31.",
        ),
        ("---\ntitle: A\nautomatic: perhaps\n---\nB", "The field automatic is 'perhaps': write yes or no."),
        (
            "---\ntitle: A\naudience: everybody\n---\nB",
            "The audience 'everybody' is unknown: write residents, owners or staff.",
        ),
    ],
)
def test_a_mistake_is_told_in_a_sentence_with_its_remedy(text: str, sentence: str) -> None:
    with pytest.raises(FrontMatterError) as caught:
        read_article(text, audience=Audience.RESIDENTS)

    assert str(caught.value) == sentence


def test_an_article_without_an_audience_is_refused() -> None:
    with pytest.raises(FrontMatterError, match="names no audience: add 'audience: residents', 'owners' or 'staff'"):
        read_article("# A\n\nB")


def test_fields_of_other_programs_are_passed_over() -> None:
    article = read_article("---\ntitle: A\nweight: 3\n---\nB", audience=Audience.RESIDENTS)

    assert article.title == "A"


lines = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029\ufeff"), max_size=60
).map(str.strip)


@settings(deadline=None)  # a busy machine is no failure
@given(
    title=lines.filter(bool),
    summary=lines,
    phrasings=st.lists(lines.filter(bool), max_size=4),
    body=lines.filter(lambda text: text and not text.startswith("#")),
    automatic=st.booleans(),
)
def test_what_is_written_is_read_back_unchanged(
    title: str, summary: str, phrasings: list[str], body: str, automatic: bool
) -> None:
    article = an_article(
        title=title,
        slug=slug_of(title),
        summary=summary,
        phrasings=tuple(phrasings),
        body_markdown=f"{body}\n",
        automatic=automatic,
    )

    assert read_article(write_article(article)) == article


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(max_size=400))
def test_any_text_is_an_article_or_a_sentence(text: str) -> None:
    with suppress(FrontMatterError):
        article = read_article(f"---\n{text}", audience=Audience.RESIDENTS)

        assert article.title


def test_the_body_of_a_file_without_front_matter_is_all_of_it() -> None:
    document = split_front_matter("Just words\n\n---\n\nmore\n")

    assert document.fields == {}
    assert document.body == "Just words\n\n---\n\nmore\n"
