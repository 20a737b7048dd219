"""The name a company's mail is sent under, and the signature below it, as they leave."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.clock import FixedClock
from hub.desk import Desk
from hub.domain.access import Actor, Role
from hub.domain.contrast import INK_AT_NIGHT, NIGHT, READABLE, at_night, contrast
from hub.domain.signature import sender_name, sign, signature_of
from hub.errors import Forbidden, Invalid
from hub.models import Company
from hub.services.sending.forwarding import forward
from hub.services.sending.reply import Draft, reply, undo_reply
from hub.services.settings.branding import Brand, keep_brand
from tests.factories import make_agent, make_company, make_contact
from tests.services.steps import Provider, mail, reply_and_send, send_all, take_in, text_message, with_providers

SIGNATURE = "Kind regards\n{{agent}}\n{{company}}, by the lake"
BRAND = Brand("Lindenhof Care", "{{agent}} at {{company}}", SIGNATURE, "#0B5F75")


@pytest.fixture
def company(desk: Desk) -> Company:
    company = make_company(desk, mail="desk@example.org", number="+12025550100")
    make_contact(desk, company, email="aylin@example.com", phone="+12025550123", role="resident")
    with desk.transaction():
        keep_brand(desk, make_agent(desk, company, "Robin Sander", Role.ADMIN), company, BRAND)
    return company


@pytest.fixture
def maria(desk: Desk, company: Company) -> Actor:
    return make_agent(desk, company)


@pytest.fixture
def outside(desk: Desk) -> tuple[Desk, dict[str, Provider]]:
    return with_providers(desk)


def test_a_mail_leaves_under_the_agents_name_with_the_companys_signature_below(
    outside: tuple[Desk, dict[str, Provider]], clock: FixedClock, maria: Actor
) -> None:
    desk, providers = outside
    (message,) = take_in(desk, mail())

    reply_and_send(desk, clock, maria, message.ticket_id, "We send Tom.")

    (sent,) = providers["email"].sent
    assert sent.sender.name == "Maria Keller at Lindenhof Care"
    assert sent.text == "We send Tom.\n\n-- \nKind regards\nMaria Keller\nLindenhof Care, by the lake"
    assert "by the lake" in sent.html


def test_the_second_mail_of_a_day_is_not_signed_again_but_the_next_days_is(
    outside: tuple[Desk, dict[str, Provider]], clock: FixedClock, maria: Actor
) -> None:
    desk, providers = outside
    (message,) = take_in(desk, mail())

    reply_and_send(desk, clock, maria, message.ticket_id, "We send Tom.")
    reply_and_send(desk, clock, maria, message.ticket_id, "He comes at nine.")
    clock.at += timedelta(days=1)
    reply_and_send(desk, clock, maria, message.ticket_id, "Was he there?")

    assert ["by the lake" in each.text for each in providers["email"].sent] == [True, False, True]


def test_a_reply_taken_back_leaves_the_signature_to_the_next(
    outside: tuple[Desk, dict[str, Provider]], clock: FixedClock, maria: Actor
) -> None:
    desk, providers = outside
    (message,) = take_in(desk, mail())
    with desk.transaction():
        sent = reply(desk, maria, message.ticket_id, Draft("We send Jan."))
    with desk.transaction():
        undo_reply(desk, maria, sent.public_id)

    reply_and_send(desk, clock, maria, message.ticket_id, "We send Tom.")

    assert [each.text.startswith("We send Tom.\n\n-- \n") for each in providers["email"].sent] == [True]


def test_neither_texts_nor_what_is_forwarded_are_signed(
    outside: tuple[Desk, dict[str, Provider]], clock: FixedClock, maria: Actor
) -> None:
    desk, providers = outside
    (texted,) = take_in(desk, text_message("My tap drips"))
    (mailed,) = take_in(desk, mail())
    reply_and_send(desk, clock, maria, texted.ticket_id, "We send Tom.")
    with desk.transaction():
        forward(desk, maria, mailed.ticket_id, mailed.id, "hofer@example.com", "Please read.")
    clock.at += timedelta(minutes=1)
    send_all(desk)

    assert [each.text for each in providers["sms"].sent] == ["We send Tom."]
    (forwarded,) = providers["email"].sent
    assert (forwarded.sender.name, "by the lake" in forwarded.text) == ("Maria Keller at Lindenhof Care", False)


def test_what_the_desk_writes_by_itself_goes_under_the_companys_name() -> None:
    assert sender_name("{{agent}} at {{company}}", company="Lindenhof") == "Lindenhof"
    assert sender_name("The {{ Company }} team", company="Lindenhof") == "The Lindenhof team"
    assert sender_name("", company="Lindenhof", agent="Maria") == "Lindenhof"
    assert signature_of(SIGNATURE, company="Lindenhof") == "Kind regards\nLindenhof, by the lake"
    assert sign("Hello\nKind regards", "Kind regards") == "Hello\nKind regards"


@pytest.mark.parametrize(
    ("field", "brand"),
    [
        ("name", Brand(" ", accent="#0B5F75")),
        ("name", Brand("x" * 81, accent="#0B5F75")),
        ("sends_as", Brand("Lindenhof", "{{unit}}", accent="#0B5F75")),
        ("signature", Brand("Lindenhof", signature="{{phone}}", accent="#0B5F75")),
        ("signature", Brand("Lindenhof", signature="x" * 1001, accent="#0B5F75")),
        ("accent", Brand("Lindenhof", accent="blue")),
        ("accent", Brand("Lindenhof", accent="#FFD700")),
    ],
)
def test_a_mistake_names_the_field_and_nothing_is_kept(desk: Desk, company: Company, field: str, brand: Brand) -> None:
    robin = make_agent(desk, company, "Robin Sander", Role.ADMIN)

    with pytest.raises(Invalid) as refused, desk.transaction():
        keep_brand(desk, robin, company, brand)

    desk.session.refresh(company)
    assert refused.value.field == field
    assert (company.name, company.signature, company.accent) == ("Lindenhof Care", SIGNATURE, "#0B5F75")


def test_only_administrators_keep_it(desk: Desk, company: Company, maria: Actor) -> None:
    with pytest.raises(Forbidden):
        keep_brand(desk, maria, company, BRAND)


@given(colour=st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06X}"))
def test_every_colour_has_a_shade_that_can_be_read_at_night(colour: str) -> None:
    night = at_night(colour)

    assert contrast(night, NIGHT) >= READABLE
    assert contrast(INK_AT_NIGHT, night) >= READABLE


def test_contrast_is_that_of_the_guidelines() -> None:
    assert round(contrast("#FFFFFF", "#000000"), 1) == 21.0
    assert round(contrast("#777777", "#FFFFFF"), 2) == 4.48
