"""What stands above and below the words of a mail, in the language of who reads it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.clock import FixedClock
from hub.desk import Desk
from hub.domain.access import Actor, Role
from hub.domain.signature import greet, greeting_of, greets, short_language
from hub.errors import Forbidden, Invalid
from hub.models import Company, Contact, Ticket
from hub.services.settings.greetings import Frame, frame_in, keep_frame, languages_set, own_frame
from tests.factories import make_agent, make_company, make_contact
from tests.services.steps import Provider, mail, reply_and_send, take_in, text_message, with_providers

ENGLISH = Frame("Hello {{name}},", "Kind regards\n{{agent}}")
GERMAN = Frame("Guten Tag {{name}},", "Freundliche Grüße\n{{agent}}")
TURKISH = Frame("Merhaba {{name}},")


@pytest.fixture
def company(desk: Desk) -> Company:
    company = make_company(desk, mail="desk@example.org", number="+12025550100")
    robin = make_agent(desk, company, "Robin Sander", Role.ADMIN)
    with desk.transaction():
        for language, frame in (("en", ENGLISH), ("de", GERMAN), ("tr", TURKISH)):
            keep_frame(desk, robin, company, language, frame)
    return company


@pytest.fixture
def aylin(desk: Desk, company: Company) -> Contact:
    return make_contact(desk, company, email="aylin@example.com", phone="+12025550123", role="resident")


@pytest.fixture
def maria(desk: Desk, company: Company) -> Actor:
    return make_agent(desk, company)


@pytest.fixture
def outside(desk: Desk, aylin: Contact) -> tuple[Desk, dict[str, Provider]]:
    return with_providers(desk)


@pytest.mark.parametrize(
    ("spoken", "written", "above", "below"),
    [
        ("de", "", "Guten Tag Aylin Demir,", "Freundliche Grüße\nMaria Keller"),
        ("de", "tr", "Guten Tag Aylin Demir,", "Freundliche Grüße\nMaria Keller"),
        ("", "tr", "Merhaba Aylin Demir,", "Kind regards\nMaria Keller"),
        ("pl", "", "Hello Aylin Demir,", "Kind regards\nMaria Keller"),
        ("", "", "Hello Aylin Demir,", "Kind regards\nMaria Keller"),
    ],
)
def test_a_mail_greets_and_ends_in_the_persons_language_else_in_that_of_the_message_else_in_english(
    outside: tuple[Desk, dict[str, Provider]],
    clock: FixedClock,
    maria: Actor,
    aylin: Contact,
    spoken: str,
    written: str,
    above: str,
    below: str,
) -> None:
    desk, providers = outside
    (message,) = take_in(desk, mail())
    desk.session.get_one(Ticket, message.ticket_id).language = written
    aylin.language = spoken
    desk.session.commit()

    reply_and_send(desk, clock, maria, message.ticket_id, "Tom.")

    (sent,) = providers["email"].sent
    assert sent.text == f"{above}\n\nTom.\n\n-- \n{below}"
    assert above in sent.html


def test_each_company_greets_in_its_own_words(outside: tuple[Desk, dict[str, Provider]], desk: Desk) -> None:
    other = make_company(desk, "Park Homes")

    assert frame_in(other, "de") == Frame()


def test_nobody_is_greeted_twice_a_day_nor_by_two_greetings(
    outside: tuple[Desk, dict[str, Provider]], clock: FixedClock, maria: Actor
) -> None:
    desk, providers = outside
    (message,) = take_in(desk, mail())

    reply_and_send(desk, clock, maria, message.ticket_id, "We send Tom.")
    reply_and_send(desk, clock, maria, message.ticket_id, "He comes at nine.")
    clock.at += timedelta(days=1)
    reply_and_send(desk, clock, maria, message.ticket_id, "Dear Aylin, was he there?")
    reply_and_send(desk, clock, maria, message.ticket_id, "Tell us.")

    texts = [each.text for each in providers["email"].sent]
    assert ["Hello Aylin Demir," in each for each in texts] == [True, False, False, True]
    assert ["Kind regards" in each for each in texts] == [True, False, True, False]


def test_texts_are_not_greeted(outside: tuple[Desk, dict[str, Provider]], clock: FixedClock, maria: Actor) -> None:
    desk, providers = outside
    (message,) = take_in(desk, text_message("My tap drips"))

    reply_and_send(desk, clock, maria, message.ticket_id, "We send Tom.")

    assert [each.text for each in providers["sms"].sent] == ["We send Tom."]


def test_an_empty_field_goes_back_to_english(desk: Desk, company: Company) -> None:
    robin = make_agent(desk, company, "Robin Sander", Role.ADMIN)

    with desk.transaction():
        keep_frame(desk, robin, company, "de", Frame())

    assert frame_in(company, "de") == ENGLISH
    assert languages_set(company) == ["en", "tr"]


@pytest.mark.parametrize(
    ("field", "language", "frame"),
    [
        ("language", "xx", ENGLISH),
        ("greeting", "de", Frame("Guten Tag {{agent}},")),
        ("greeting", "de", Frame("x" * 81)),
        ("signature", "de", Frame("", "{{name}}")),
        ("signature", "de", Frame("", "x" * 1001)),
    ],
)
def test_a_mistake_names_the_field_and_nothing_is_kept(
    desk: Desk, company: Company, field: str, language: str, frame: Frame
) -> None:
    robin = make_agent(desk, company, "Robin Sander", Role.ADMIN)

    with pytest.raises(Invalid) as refused, desk.transaction():
        keep_frame(desk, robin, company, language, frame)

    desk.session.refresh(company)
    assert refused.value.field == field
    assert own_frame(company, "de") == GERMAN


def test_only_administrators_keep_them(desk: Desk, company: Company, maria: Actor) -> None:
    with pytest.raises(Forbidden):
        keep_frame(desk, maria, company, "de", GERMAN)


@pytest.mark.parametrize(
    ("text", "greeted"),
    [
        ("Hello Aylin, until noon.", True),
        ("hi!\nTom comes.", True),
        ("Sehr geehrte Frau Demir,\n\nTom kommt.", True),
        ("Aylin,\n\nTom comes.", True),
        ("Merhaba Aylin Hanım", True),
        ("Добрий день", True),
        ("We send Tom.", False),
        ("Higher pressure is set.", False),
        ("Aylin Demir is your contact.", False),
        ("Tomorrow,\nat nine.", False),
    ],
)
def test_words_that_greet_by_themselves_are_known(text: str, greeted: bool) -> None:
    assert greets(text, name="Aylin Demir") is greeted


def test_somebody_without_a_name_is_greeted_without_one() -> None:
    assert greeting_of("Guten Tag {{name}},", company="Lindenhof") == "Guten Tag,"
    assert greeting_of("{{name}}", company="Lindenhof") == ""
    assert short_language("", "tr-TR", "de") == "tr"
    assert short_language("", "") == "en"


@given(text=st.text(max_size=200), greeting=st.text(max_size=60), name=st.text(max_size=40))
def test_greeting_changes_no_word_and_is_done_once(text: str, greeting: str, name: str) -> None:
    once = greet(text, greeting.strip(), name=name)

    assert once.endswith(text)
    assert greet(once, greeting.strip(), name=name) == once
