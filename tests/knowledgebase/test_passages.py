from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledgebase.article import Article
from knowledgebase.passages import GSM_LETTERS, LINK, LINK_LENGTH, PASSAGE_LENGTH, passage, text_message
from knowledgebase.seed import first_articles
from tests.knowledgebase.articles import an_article

BODY = """The garden is open daily. It closes at dusk.

## Booking

1. Open the portal.
2. Choose *Garden*.

## Barbecue

Gas only. Please bring:

- a lighter
- patience
"""


def segments(text: str) -> int:
    """Count the segments of a text message as TS 23.038 has it: 160 and 153 letters, or 70 and 67 of UCS-2."""
    sent = text.replace(LINK, "x" * LINK_LENGTH)
    single, several = (160, 153) if all(letter in GSM_LETTERS for letter in sent) else (70, 67)
    return 1 if len(sent) <= single else -(-len(sent) // several)


def test_a_passage_is_the_opening_and_the_section_that_was_asked_for() -> None:
    article = an_article(body_markdown=BODY)

    assert passage(article, "Can I have a barbecue with gas?") == (
        "The garden is open daily. It closes at dusk.\nGas only. Please bring:\n- a lighter\n- patience"
    )
    assert passage(article, "How is booking done?").endswith("1. Open the portal.\n2. Choose Garden.")


def test_a_passage_never_ends_in_a_promise_of_more() -> None:
    article = an_article(
        body_markdown=f"{'The garden is open. ' * 26}\n\n## B\n\nBring all of this:\n\n- {'a' * 200}\n"
    )

    assert passage(article).endswith("The garden is open.")


@pytest.mark.parametrize("article", first_articles(), ids=lambda article: f"{article.language}-{article.slug}")
def test_every_first_article_can_be_sent_by_email_and_text_message(article: Article) -> None:
    words, message = passage(article, article.title), text_message(article)

    assert 60 <= len(words) <= PASSAGE_LENGTH
    assert words[-1] in ".!?)" or words.splitlines()[-1].startswith("- ") or " – " in words.splitlines()[-1]
    assert segments(message) <= 2


@settings(deadline=None)  # a busy machine is no failure
@given(
    summary=st.text(max_size=500), body=st.text(max_size=800).filter(str.strip), title=st.text(min_size=1, max_size=300)
)
def test_no_text_message_has_more_than_two_segments(summary: str, body: str, title: str) -> None:
    message = text_message(an_article(summary=summary, body_markdown=body, title=title))

    assert segments(message) <= 2
    assert LINK in message


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(max_size=3_000))
def test_no_passage_is_longer_than_its_limit(body: str) -> None:
    assert len(passage(an_article(body_markdown=body), "garden")) <= PASSAGE_LENGTH


def test_accents_that_would_make_a_message_dear_are_dropped() -> None:
    spanish = an_article(language="es", summary="Avísenos en el portal – ¿mañana? Sí: “ya está”.")

    assert text_message(spanish).startswith('Avisenos en el portal - ¿mañana? Si: "ya esta".')


def test_a_text_in_other_letters_keeps_them_and_is_shorter() -> None:
    ukrainian = an_article(language="uk", summary="Повідомте нас. " + "Ми прийдемо завтра. " * 10)

    message = text_message(ukrainian)

    assert message.startswith("Повідомте нас.")
    assert segments(message) <= 2
