"""The language of a ticket and of what the desk says by itself: the person's, else the message's, else the company's."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from hub.models import Company
from tests.factories import make_contact
from tests.services.steps import Office, mail, outbox, take_in, text_message, ticket_of, triage_all

GERMAN = "Guten Tag, die Heizung im Wohnzimmer ist kalt. Wann kommt jemand?"
TURKISH = "Merhaba, mutfakta musluk damlıyor. Ne zaman birini gönderebilirsiniz?"
SPANISH = "Hola, no puedo abrir la puerta del sótano con mi llave."
ENGLISH = "Hello, the light in the stairs is broken since Monday."


def acknowledgement(office: Office) -> str:
    triage_all(office.desk)
    return str(outbox(office.desk, "acknowledgement")[-1].payload["text"])


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        (GERMAN, "de", "Ihre Nachricht ist da"),
        (TURKISH, "tr", "Mesajınızı aldık"),
        (SPANISH, "es", "Hemos recibido su mensaje"),
        (ENGLISH, "en", "We have your message"),
    ],
)
def test_a_stranger_is_answered_in_the_language_of_the_message(
    office: Office, text: str, language: str, words: str
) -> None:
    (message,) = take_in(office.desk, mail(text, subject="3B"))

    assert (message.language, ticket_of(office.desk, message).language) == (language, language)
    assert words in acknowledgement(office)


def test_what_is_too_short_to_tell_is_answered_in_the_companys_language(office: Office) -> None:
    with office.desk.transaction() as session:
        session.execute(update(Company).values(language="de"))

    (message,) = take_in(office.desk, text_message("3B ok"))

    assert (message.language, ticket_of(office.desk, message).language) == ("", "")
    assert "Ihre Nachricht ist da" in acknowledgement(office)


def test_somebody_whose_language_we_know_is_answered_in_it_whatever_they_write(office: Office) -> None:
    make_contact(office.desk, office.company, email="aylin@example.com", language="tr")

    (message,) = take_in(office.desk, mail(ENGLISH))

    assert ticket_of(office.desk, message).language == "en"
    assert "aldık" in acknowledgement(office)


def test_a_ticket_whose_first_words_told_nothing_learns_its_language_from_the_next(office: Office) -> None:
    take_in(office.desk, text_message("3B"))

    (message,) = take_in(office.desk, text_message(GERMAN))

    assert ticket_of(office.desk, message).language == "de"


def test_words_of_safety_come_in_the_language_the_danger_was_told_in(office: Office) -> None:
    take_in(office.desk, text_message("Es riecht in der Küche sehr stark nach Gas, bitte kommen Sie schnell"))

    assert "Gehen Sie hinaus" in outbox(office.desk, "safety")[0].payload["text"]
