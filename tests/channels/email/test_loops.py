"""Mail that nobody wrote by hand is never answered by a machine (RFC 3834; reliability.md 2.4, A59, A60)."""

from __future__ import annotations

import pytest

from channels.message import Kind
from tests.channels.email.letters import a_letter, read


def test_a_personal_mail_may_be_answered() -> None:
    message = read(a_letter())

    assert (message.kind, message.may_answer) == (Kind.PERSONAL, True)


@pytest.mark.parametrize(
    "fields",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "Auto-Generated"},
        {"Auto_Submitted": "auto-notified; owner-email=x"},
        {"X_Autoreply": "yes"},
        {"X_Autorespond": "Away"},
        {"Precedence": "auto_reply"},
        {"Subject": "Automatic reply: Tap"},
        {"Subject": "Out of Office: Tap"},
        {"Subject": "Automatische Antwort: Wasserhahn"},
        {"Subject": "Réponse automatique : Robinet"},
        {"Subject": "Respuesta automática: Grifo"},
        {"Subject": "Автоответ: Кран"},
    ],
)
def test_vacation_programs_are_told(fields: dict[str, str]) -> None:
    message = read(a_letter(**fields))

    assert (message.kind, message.may_answer) == (Kind.AUTO_REPLY, False)


@pytest.mark.parametrize(
    "fields",
    [
        {"Precedence": "bulk"},
        {"Precedence": "list"},
        {"List_Id": "<residents.example.org>"},
        {"List_Unsubscribe": "<x>"},
    ],
)
def test_mail_to_many_is_told(fields: dict[str, str]) -> None:
    message = read(a_letter(**fields))

    assert (message.kind, message.may_answer) == (Kind.BROADCAST, False)


@pytest.mark.parametrize(
    ("fields", "facts"),
    [
        ({"X_Hub_Loop": "example.org"}, {}),
        ({"X_Auto_Response_Suppress": "OOF, AutoReply"}, {}),
        ({"X_Auto_Response_Suppress": "All"}, {}),
        ({"Return_Path": "<>"}, {}),
        ({}, {"mail_from": ""}),
        ({}, {"own_addresses": "desk@example.org anna@example.com"}),
        ({"From": "no-reply@example.com"}, {}),
        ({"From": "postmaster@example.com"}, {}),
        ({"From": "bounces+123@example.com"}, {}),
        ({"From": ""}, {}),
        ({"From": "anna@example.com, omar@example.com"}, {}),
    ],
)
def test_what_must_not_be_answered_is_stored_and_not_answered(fields: dict[str, str], facts: dict[str, str]) -> None:
    message = read(a_letter(**fields), **facts)

    assert not message.may_answer
    assert message.text == "Hello"


@pytest.mark.parametrize("fields", [{"Auto_Submitted": "no"}, {"X_Autoreply": "no"}, {"Precedence": "first-class"}])
def test_headers_that_say_no_are_believed(fields: dict[str, str]) -> None:
    assert read(a_letter(**fields)).may_answer


def test_two_precedence_fields_are_both_read() -> None:
    raw = a_letter(Precedence="never-bounce").replace("Subject:", "Precedence: bulk\nSubject:")

    assert read(raw).kind is Kind.BROADCAST


def test_the_transports_word_on_the_sender_goes_before_the_header() -> None:
    assert read(a_letter(Return_Path="<>"), mail_from="anna@example.com").may_answer
