"""Where an agent writes: who will get it, by what way, and what was begun before."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from channels.message import Address, IdentityKind
from hub.domain.access import Ability, Actor
from hub.domain.signature import is_due, short_language
from hub.domain.snooze import Snooze, snooze_end
from hub.services.help.quoted_articles import find_unreadable, unreadable_words
from hub.services.inbox.conversation import Conversation
from hub.services.inbox.drafts import Drafts
from hub.services.people.person import Person
from hub.services.sending.answer_target import Target
from hub.services.sending.reply_people import suggested_people
from hub.services.settings.greetings import Frame, filled_frame
from hub.web.desk import current_desk
from hub.web.inbox.rows import Place
from hub.web.language import _
from hub.web.viewmodels.conversation import ComposerView
from hub.web.viewmodels.parts import Choice
from hub.web.words import channel_words, clock_time


def composer_of(
    place: Place,
    talk: Conversation,
    actor: Actor,
    drafts: Drafts,
    *,
    target: Target,
    person: Person,
    cannot_reply: str = "",
    draft: str = "",
) -> ComposerView:
    """Return where an agent writes, with who will get it named before it is sent."""
    ticket = talk.ticket
    allowed = actor.can(Ability.WRITE_TO_PEOPLE, ticket.company_id) and not cannot_reply
    reply = draft or drafts.reply
    ways = ways_of(target, person)
    people = people_of(talk, target, person) if allowed else ()
    mails = allowed and "email" in {target.channel, *(each.value for each in ways)}
    frame, language = frame_of(talk, target, person, actor.name) if mails else (Frame(), "")
    due = _frame_due(place, talk, frame)
    return ComposerView(
        action=f"/tickets/{ticket.id}/messages?{place.words}",
        form_id=str(uuid4()),
        reply_label=_("Reply to %(name)s", name=ticket.requester_name),
        recipients=_way_words(target, people) if allowed else "",
        channels=ways if allowed else (),
        people=people,
        last_seen=ticket.last_inbound_id or 0,
        last_said=max((each.id for each in talk.messages), default=0),
        kind="note" if drafts.note and not reply else "reply",
        reply_draft=reply,
        note_draft=drafts.note,
        draft_url=f"/tickets/{ticket.id}/draft?{place.words}",
        draft_words=_("Draft saved") if reply or drafts.note else "",
        presence_url=f"/tickets/{ticket.id}/presence",
        counts_segments=target.channel == "sms" or any(each.value == "sms" for each in ways),
        can_reply=allowed,
        cannot_reply=cannot_reply or _("Your role does not write to people."),
        notices=tuple(
            each for each in (unreadable_words(find_unreadable(current_desk(), ticket.company_id, reply)),) if each
        ),
        insertions_url=f"/tickets/{ticket.id}/insertions",
        colleagues_url=f"/tickets/{ticket.id}/colleagues",
        send_at=send_times(place.now, talk.company.time_zone) if allowed and target.channel != "portal" else (),
        greeting=due.greeting,
        signature=" · ".join(due.signature.split("\n")),
        frame_language=language,
        company=_("from %(company)s", company=talk.company.name) if place.companies > 1 else "",
    )


def frame_of(talk: Conversation, target: Target, person: Person, agent: str) -> tuple[Frame, str]:
    """Return the greeting and the signature a mail on a ticket has, and the language they are wanted in."""
    known = person.contact.language if person.contact is not None else ""
    language = short_language(known, talk.ticket.language, talk.company.language)
    mailed = target.channel == "email" and target.recipients
    name = target.recipients[0].name if mailed else talk.ticket.requester_name
    return filled_frame(talk.company, language, name=name, agent=agent), language


def _frame_due(place: Place, talk: Conversation, frame: Frame) -> Frame:
    """Return of a greeting and a signature what the next mail gets: each where no mail of today has it."""
    return Frame(
        frame.greeting if _is_due(place, talk, "greeted") else "",
        frame.signature if _is_due(place, talk, "signed") else "",
    )


def _is_due(place: Place, talk: Conversation, fact: str) -> bool:
    said = (each.created_at for each in talk.messages if each.visibility == "public" and each.facts.get(fact))
    return is_due(max(said, default=None), place.now, talk.company.time_zone)


def _way_words(target: Target, people: tuple[Choice, ...]) -> str:
    """Return by what way and to whom a reply goes; the people of a mail are named one by one beside it."""
    way = channel_words(target.channel)
    if target.channel == "email" and people:
        return _("by %(channel)s to", channel=way)
    return _("to %(people)s by %(channel)s", people=target.words, channel=way)


def ways_of(target: Target, person: Person) -> tuple[Choice, ...]:
    """Return the channels a reply may take, the usual one first; nothing where there is but one."""
    found = {target.channel: target.recipients[0].value if target.recipients else ""}
    for each in person.identities:
        way = "sms" if each.kind == "phone" else "email" if each.kind == "email" else ""
        if way and each.dead_since is None and each.opted_out_at is None:
            found.setdefault(way, each.value)
    if len(found) < 2:
        return ()
    return tuple(
        Choice(
            value=way,
            label=_("by %(channel)s to %(address)s", channel=channel_words(way), address=address)
            if way != "portal"
            else _("in the portal"),
            selected=way == target.channel,
        )
        for way, address in found.items()
    )


def people_of(talk: Conversation, target: Target, person: Person) -> tuple[Choice, ...]:
    """Return who gets a mail, each to be left out, and who may be added: those the last message was sent to as well."""
    if target.channel == "email":
        getting = target.recipients
    else:
        mail = next((each for each in person.identities if each.kind == "email" and each.dead_since is None), None)
        name = person.contact.name if person.contact else ""
        getting = (Address(IdentityKind.EMAIL, mail.value, name),) if mail else ()
    others = suggested_people(talk.messages, target)
    return tuple(
        Choice(value=each.value, label=each.name or each.value, hint=each.value, selected=each in getting)
        for each in (*getting, *others)
    )


def send_times(now: datetime, zone: str) -> tuple[Choice, ...]:
    """Return when a reply may leave instead of now."""
    times = (snooze_end(each, now, zone) for each in (Snooze.LATER, Snooze.TOMORROW, Snooze.MONDAY))
    return tuple(
        Choice(value=at.isoformat(), label=_("Send %(time)s", time=clock_time(at, zone))) for at in dict.fromkeys(times)
    )
