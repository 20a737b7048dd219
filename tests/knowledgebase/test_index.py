from __future__ import annotations

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledgebase.answer import answer
from knowledgebase.article import Article, Audience
from knowledgebase.index import KnowledgeIndex
from knowledgebase.shelf import FRESH_LIMIT
from tests.knowledgebase.articles import an_article

ROOF = an_article(id=1, phrasings=("When is the roof garden open?", "Can I use the terrace on the roof?"))
SAUNA = an_article(
    id=2,
    slug="sauna",
    title="Booking the sauna",
    phrasings=("How do I book the sauna?", "What does the sauna cost?"),
    body_markdown="Book the sauna at the door. It costs 5 euro an hour.\n",
)


def found(
    index: KnowledgeIndex, question: str, audience: Audience = Audience.RESIDENTS, language: str = "en"
) -> list[str]:
    return [hit.article.slug for hit in index.search(question, audience=audience, language=language, limit=20)]


def test_an_article_is_found_as_soon_as_it_is_put_in() -> None:
    index = KnowledgeIndex([ROOF])

    index.put(SAUNA)

    assert found(index, "sauna booking")[0] == "sauna"


def test_an_article_put_in_is_answered_at_once() -> None:
    index = KnowledgeIndex([ROOF])

    index.put(SAUNA)

    said = answer("How can I book the sauna?", audience=Audience.RESIDENTS, index=index)
    assert said.answered
    assert said.article == SAUNA


def test_a_removed_article_is_never_found_again() -> None:
    index = KnowledgeIndex([ROOF, SAUNA])

    index.remove(SAUNA.key)

    assert "sauna" not in found(index, "How do I book the sauna?")
    assert len(index) == 1


def test_a_changed_article_is_found_by_its_new_words_only() -> None:
    index = KnowledgeIndex([ROOF, SAUNA])

    index.put(an_article(id=2, slug="pool", title="Booking the swimming pool", body_markdown="Book the pool.\n"))

    assert found(index, "swimming pool")[0] == "pool"
    assert found(index, "sauna") == []


def test_replacing_all_articles_keeps_what_is_the_same_and_drops_the_rest() -> None:
    index = KnowledgeIndex([ROOF, SAUNA])

    index.replace([SAUNA])

    assert found(index, "roof garden sauna") == ["sauna"]


def test_audiences_and_languages_are_walls() -> None:
    staff = an_article(id=3, slug="canary", title="Canary of the roof garden", audience=Audience.STAFF)
    german = an_article(id=4, slug="dachgarten", title="Der Dachgarten", language="de")
    index = KnowledgeIndex([ROOF, staff, german])

    assert found(index, "roof garden canary dachgarten") == ["roof-garden"]
    assert found(index, "roof garden", Audience.OWNERS) == []
    assert index.languages(Audience.RESIDENTS) == {"en", "de"}


def test_a_word_typed_with_a_slip_is_still_found() -> None:
    index = KnowledgeIndex([ROOF, SAUNA])

    assert found(index, "suana bookng")[0] == "sauna"
    assert found(index, "roof gardn")[0] == "roof-garden"


def test_synonyms_are_one_word() -> None:
    index = KnowledgeIndex(
        [
            ROOF,
            an_article(id=5, slug="bins", title="Which bin takes what"),
            an_article(id=6, slug="muell", title="Welche Tonne wofür", language="de"),
        ]
    )

    assert found(index, "garbage")[0] == "bins"
    assert found(index, "Abfall", language="de")[0] == "muell"


def test_german_compounds_are_found_by_their_parts() -> None:
    index = KnowledgeIndex([an_article(slug="heizung", title="Die Heizung", language="de"), an_article(language="de")])

    assert found(index, "Fußbodenheizung", language="de")[0] == "heizung"


names = st.sampled_from(["sauna", "pool", "gym", "lobby", "garage", "kiosk", "chapel", "cinema"])
steps = st.lists(st.tuples(st.sampled_from(["put", "remove"]), st.integers(1, 12), names), max_size=25)


@settings(deadline=None, max_examples=40)  # a busy machine is no failure
@given(steps)
def test_any_order_of_changes_finds_the_same_articles_as_a_new_index(changes: list[tuple[str, int, str]]) -> None:
    index = KnowledgeIndex()
    kept: dict[int, Article] = {}

    for what, number, name in changes:
        article = an_article(id=number, slug=f"{name}-{number}", title=f"About the {name}")
        if what == "put":
            index.put(article)
            kept[number] = article
        else:
            index.remove(str(number))
            kept.pop(number, None)

    for name in ("sauna", "pool", "cinema"):
        assert set(found(index, f"the {name}")) == set(found(KnowledgeIndex(kept.values()), f"the {name}"))


def test_a_full_batch_of_new_articles_is_settled_and_still_found() -> None:
    index = KnowledgeIndex(an_article(id=number, title=f"Room {number}") for number in range(1, 300))

    for number in range(300, 300 + FRESH_LIMIT + 2):
        index.put(an_article(id=number, slug=f"hall-{number}", title=f"Hall {number}"))

    assert found(index, f"hall {300 + FRESH_LIMIT}")[0] == f"hall-{300 + FRESH_LIMIT}"


class SynonymEncoder:
    """Knows that a jacuzzi is a kind of sauna, and nothing else."""

    def encode(self, texts: list[str]) -> npt.NDArray[np.float32]:
        return np.array(
            [[float("sauna" in text.lower() or "jacuzzi" in text.lower()), 0.1] for text in texts], dtype=np.float32
        )


class EmptyEncoder:
    """An encoder of a desk that has none: no columns."""

    def encode(self, texts: list[str]) -> npt.NDArray[np.float32]:
        return np.zeros((len(texts), 0), dtype=np.float32)


def test_an_encoder_finds_what_shares_no_word() -> None:
    index = KnowledgeIndex([ROOF, SAUNA], encoder=SynonymEncoder())

    assert found(index, "jacuzzi")[0] == "sauna"


def test_an_encoder_is_not_asked_about_a_language_it_does_not_know() -> None:
    german = an_article(slug="sauna", title="Die Sauna", language="de")
    index = KnowledgeIndex([german], encoder=SynonymEncoder())

    assert found(index, "Jacuzzi", language="de") == []


def test_an_encoder_without_columns_changes_nothing() -> None:
    plain = KnowledgeIndex([ROOF, SAUNA]).search("sauna", audience=Audience.RESIDENTS, language="en")
    empty = KnowledgeIndex([ROOF, SAUNA], encoder=EmptyEncoder()).search(
        "sauna", audience=Audience.RESIDENTS, language="en"
    )

    assert plain == empty
