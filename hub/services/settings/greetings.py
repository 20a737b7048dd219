"""What stands above and below the words of a mail: set for a company in each language, English where there is nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from hub.desk import Desk
from hub.domain.access import Actor
from hub.domain.signature import (
    FALLBACK,
    KNOWN_ABOVE,
    LANGUAGES,
    LONGEST_GREETING,
    greet,
    greeting_of,
    is_due,
    sign,
    signature_of,
)
from hub.errors import Invalid
from hub.models import Company, Message, Ticket
from hub.services.settings.branding import checked_signature, refuse_unknown
from hub.services.staff.scope import must_administer

SETTING = "letters"


@dataclass(frozen=True, slots=True)
class Frame:
    """A greeting, which may hold `{{name}}` and `{{company}}`, and a signature, which may hold `{{agent}}` and `{{company}}`."""

    greeting: str = ""
    signature: str = ""

    @property
    def empty(self) -> bool:
        """Tell whether nothing stands above or below."""
        return not self.greeting and not self.signature


def own_frame(company: Company, language: str) -> Frame:
    """Return what is set in a language, empty where nothing is; the company's one signature is that of English."""
    kept: Mapping[str, str] = company.settings.get(SETTING, {}).get(language, {})
    signature = company.signature if language == FALLBACK else kept.get("signature", "")
    return Frame(kept.get("greeting", ""), signature)


def frame_in(company: Company, language: str) -> Frame:
    """Return what is used in a language: each of the two is English where it is not set."""
    own, usual = own_frame(company, language), own_frame(company, FALLBACK)
    return Frame(own.greeting or usual.greeting, own.signature or usual.signature)


def languages_set(company: Company) -> list[str]:
    """Return the languages in which a company greets or signs by words of its own."""
    return [each for each in LANGUAGES if not own_frame(company, each).empty]


def filled_frame(company: Company, language: str, *, name: str, agent: str) -> Frame:
    """Return what is used in a language, as somebody of a name reads it from an agent."""
    frame = frame_in(company, language)
    called = "" if "@" in name else name
    return Frame(
        greeting_of(frame.greeting, company=company.name, name=called),
        signature_of(frame.signature, company=company.name, agent=agent),
    )


def keep_frame(desk: Desk, actor: Actor, company: Company, language: str, frame: Frame) -> None:
    """Keep a greeting and a signature in a language, empty ones to go back to English.

    Raises `Forbidden`, and `Invalid` for what nobody could read.
    """
    must_administer(actor, company.id, "write greetings and signatures")
    if language not in LANGUAGES:
        raise Invalid("Choose one of the languages.", field="language")
    greeting = " ".join(frame.greeting.replace("\0", "").split())
    if len(greeting) > LONGEST_GREETING:
        raise Invalid(f"Greeting: keep it under {LONGEST_GREETING} characters.", field="greeting")
    refuse_unknown("greeting", "Greeting", greeting, KNOWN_ABOVE)
    signature = checked_signature(frame.signature)
    desk.session.flush()
    desk.session.refresh(company, with_for_update=True)
    kept = {"greeting": greeting}
    if language == FALLBACK:
        company.signature = signature
    else:
        kept["signature"] = signature
    all_kept = {**company.settings.get(SETTING, {}), language: {key: words for key, words in kept.items() if words}}
    company.settings = company.settings | {SETTING: {each: some for each, some in all_kept.items() if some}}


def framed(desk: Desk, company: Company, ticket: Ticket, text: str, frame: Frame, *, name: str) -> tuple[str, Frame]:
    """Return the words of a mail with greeting and signature, and which of the two were put there.

    Each comes once a day on a ticket, and never where the words have it already.
    """
    greeting = frame.greeting if greet(text, frame.greeting, name=name) != text else ""
    signature = frame.signature if sign(text, frame.signature) != text else ""
    greeting = greeting if greeting and _is_due(desk, company, ticket, "greeted") else ""
    signature = signature if signature and _is_due(desk, company, ticket, "signed") else ""
    return sign(greet(text, greeting, name=name), signature), Frame(greeting, signature)


def _is_due(desk: Desk, company: Company, ticket: Ticket, fact: str) -> bool:
    last = select(Message.created_at).where(
        Message.ticket_id == ticket.id, Message.visibility == "public", Message.facts[fact].as_boolean().is_(True)
    )
    last_at = desk.session.scalar(last.order_by(Message.id.desc()).limit(1))
    return is_due(last_at, desk.clock.now(), company.time_zone)
