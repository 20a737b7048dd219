from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledgebase.language import UNKNOWN, detect_language
from knowledgebase.matters import names_matter
from knowledgebase.sentences import read_message, split_questions, split_sentences
from knowledgebase.spelling import Speller
from knowledgebase.stems import fold, typed_words
from knowledgebase.topics import TOPICS, may_answer, topic_name
from knowledgebase.vocabulary import phrase_lists
from knowledgebase.words import read_words


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("My heating is cold", "en"),
        ("no hot water", "en"),
        ("Mi calefacción no funciona", "es"),
        ("He encontrado moho en la pared", "es"),
        ("perdi las llaves", "es"),
        ("Meine Heizung geht nicht", "de"),
        ("Schluessel verloren", "de"),
        ("Où sont mes clés ?", UNKNOWN),
        ("Dove sono le mie chiavi?", UNKNOWN),
        ("Onde estão as minhas chaves?", UNKNOWN),
        ("Waar zijn mijn sleutels?", UNKNOWN),
        ("Gdzie są moje klucze?", UNKNOWN),
        ("Anahtarım nerede?", UNKNOWN),
        ("мои ключи", UNKNOWN),
        ("我的钥匙在哪里", UNKNOWN),
        ("ok", UNKNOWN),
        ("", UNKNOWN),
    ],
)
def test_the_language_of_a_short_text_is_told(text: str, language: str) -> None:
    assert detect_language(text) == language


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(max_size=200))
def test_any_text_has_a_language_or_none(text: str) -> None:
    assert detect_language(text) in {"en", "es", "de", UNKNOWN}


def test_case_accents_and_umlauts_make_no_difference() -> None:
    assert fold("SCHLÜSSEL") == fold("Schlussel")
    assert typed_words("Schluessel für die Türe", "de") == typed_words("Schlüssel fuer die Tuere", "de")


def test_short_forms_of_the_phone_are_written_out() -> None:
    assert typed_words("pls fix wifi in my apt", "en") == ["please", "fix", "internet", "in", "my", "apartment"]


def test_a_phrase_names_its_concept_and_a_compound_hides_one() -> None:
    assert "hot-water" in read_words("there is no hot water", "en").concepts
    assert "heating" in read_words("Fußbodenheizung", "de").concepts


def test_words_that_only_ask_carry_no_meaning() -> None:
    assert read_words("Could you please tell me how", "en").items == ()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("watr", "water"),
        ("keyy", "keyy"),
        ("parkking", "parking"),
        ("dpeosit", "deposit"),
        ("horse", "horse"),
        ("bees", "bees"),
    ],
)
def test_a_slip_is_put_right_and_another_word_is_not(typed: str, meant: str) -> None:
    assert Speller(["water", "parking", "deposit", "house", "beeps"]).put_right(typed) == meant


def test_what_could_be_two_words_stays_as_typed() -> None:
    assert Speller(["meter", "metre"]).put_right("metr") == "metr"


def test_sentences_end_where_they_end() -> None:
    assert split_sentences("It costs approx. 45 euro. Why?\nThe 3. floor, e.g. mine") == [
        "It costs approx. 45 euro.",
        "Why?",
        "The 3. floor, e.g. mine",
    ]


def test_a_message_is_sorted_into_asking_and_telling() -> None:
    message = read_message("Hola,\nhe perdido la llave. ¿Qué hago?\nGracias\nAna")

    assert message.asking == ("¿Qué hago?",)
    assert message.telling == ("he perdido la llave.",)


@pytest.mark.parametrize(
    "sentence",
    [
        "How do I park and when is bin day?",
        "¿Cómo aparco y cuándo recogen la basura?",
        "Wo parke ich und wann kommt der Müll?",
    ],
)
def test_two_questions_in_one_sentence_are_two(sentence: str) -> None:
    assert len(split_questions(sentence)) == 2


@pytest.mark.parametrize("matter", sorted(phrase_lists("matters")))
def test_every_matter_is_known_in_every_language(matter: str) -> None:
    assert set(phrase_lists("matters")[matter]) == {"en", "es", "de"}


@pytest.mark.parametrize(
    ("matter", "text", "language"),
    [
        ("emergency", "I can smell a bit of gas", "en"),
        ("emergency", "Es riecht im Flur nach Gas", "de"),
        ("emergency", "Cae agua del techo", "es"),
        ("money", "Ich möchte die Miete mindern", "de"),
        ("legal", "¿Tengo derecho a una rebaja?", "es"),
    ],
)
def test_matters_are_recognised_in_their_language(matter: str, text: str, language: str) -> None:
    assert names_matter(matter, text, language)


@pytest.mark.parametrize(
    ("matter", "text"),
    [
        ("emergency", "Bleeding a radiator"),
        ("emergency", "May I smoke in my flat?"),
        ("emergency", "I am afraid I lost my key"),
        ("legal", "Do I need liability insurance?"),
        ("money", "When is my deposit refunded?"),
        ("own-record", "How do I get my name on the bell?"),
    ],
)
def test_near_misses_of_matters_are_not_taken_for_them(matter: str, text: str) -> None:
    assert not names_matter(matter, text, "en")


def test_topics_are_called_in_the_language_of_the_page() -> None:
    assert topic_name("keys", "de") == "Schlüssel, Schlösser und Türen"
    assert topic_name("keys", "tr") == "Keys, locks and doors"
    assert topic_name("our-own_topic", "en") == "Our own topic"


def test_a_topic_answers_its_own_subjects_and_those_nobody_listed() -> None:
    assert may_answer("name_plate", "keys")
    assert may_answer("brand-new-label", "keys")
    assert may_answer("deposit", "a-shelf-of-their-own")
    assert not may_answer("deposit", "waste")
    assert not may_answer("advertising", "contact")
    assert all(topic.name("es") for topic in TOPICS.values())
