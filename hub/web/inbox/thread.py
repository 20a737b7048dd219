"""One open ticket: its head, the conversation, what the model proposes, and the composer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from channels.message import Trust
from hub.domain.allowance import Allowed
from hub.domain.bank_details import LONGEST_READ, find_accounts
from hub.domain.delivery import UNDO, OutboxState
from hub.domain.ticket import AuthorKind, Direction, Priority, TicketStatus, Visibility, is_known
from hub.models import Attachment as File
from hub.models import Message, OutboxRow, TicketEvent
from hub.services.inbox.conversation import Conversation
from hub.services.inbox.presence import Colleague
from hub.services.settings.setup import QUEUES
from hub.services.tickets.files import PICTURES, count_left_off
from hub.web.desk import current_desk
from hub.web.inbox.alerts import alerts_of
from hub.web.inbox.changes import snooze_choices, snoozed_words
from hub.web.inbox.events import event_photo, event_words
from hub.web.inbox.notices import notices_offered
from hub.web.inbox.recipients import delivery_to_each
from hub.web.inbox.rows import Place, presence_words, ticket_clock
from hub.web.inbox.updates import update_offered
from hub.web.language import _, ngettext
from hub.web.viewmodels.conversation import (
    Delivery,
    EventGroup,
    EventLine,
    HeaderChip,
    MessageView,
    Promise,
    QueueGuess,
    Suggestion,
    Thread,
    TriageBar,
)
from hub.web.viewmodels.parts import Attachment, Chip, Choice, Pagination
from hub.web.words import (
    CHANNEL_ICONS,
    MOST_LINES,
    MOST_SHOWN,
    channel_words,
    clock_time,
    initials,
    lines_of,
    moment,
    priority_words,
    queue_words,
    size_words,
    status_words,
)

LONG = 14
DELIVERY = {
    OutboxState.PENDING: ("Sending…", "neutral"),
    OutboxState.SENDING: ("Sending…", "neutral"),
    OutboxState.ACCEPTED: ("Sent", "ok"),
    OutboxState.DELIVERED: ("Delivered", "ok"),
    OutboxState.FAILED: ("Not sent", "danger"),
    OutboxState.UNKNOWN: ("Checking whether it arrived…", "warn"),
    OutboxState.HELD: ("Held", "pause"),
    OutboxState.CANCELLED: ("Taken back", "neutral"),
}


def thread_of(place: Place, talk: Conversation, *, after: int = 0, present: Sequence[Colleague] = ()) -> Thread:
    """Return the conversation of a ticket, or what came after a message."""
    ticket = talk.ticket
    zone = talk.company.time_zone
    number = ticket.id
    clock = ticket_clock(ticket, place.now, zone)
    return Thread(
        number=number,
        subject=ticket.subject,
        place=ticket.unit_label or ticket.requester_name,
        chips=tuple(_chips(talk)),
        items=tuple(_items(place.now, talk, after=after)),
        url=place.url(number),
        change_url=f"/tickets/{number}?{place.words}",
        header_url=f"/tickets/{number}?part=header&{place.words}",
        messages_url=f"/tickets/{number}?part=messages&{place.words}",
        list_url=place.url(),
        company=talk.company.name if place.companies > 1 else "",
        clock=clock,
        clock_label=_("Answer clock: %(words)s", words=clock.words),
        tags=tuple(Chip(label=tag) for tag in ticket.tags),
        tag_words=", ".join(each for each in ticket.tags if each not in talk.tags),
        offered_tags=tuple(Choice(value=each, label=each, selected=each in ticket.tags) for each in talk.tags),
        alerts=tuple(alerts_of(talk)),
        presence=presence_words(present),
        closed=ticket.status == TicketStatus.CLOSED,
        earlier=_earlier(place, talk),
        task_url=f"/tickets/{number}/tasks/new?{place.words}",
        print_url=f"/tickets/{number}/print",
        promises=tuple(
            Promise(label=label, url=f"/tickets/{number}/allow/{action}?{place.words}", command=command)
            for action, label, command in (
                (Allowed.WAIVE_FEE, _("Waive a fee…"), "waive"),
                (Allowed.BOOK_VISIT, _("Book a visit…"), "visit"),
                (Allowed.ORDER_KEY, _("Order a key…"), "key"),
            )
        ),
        merge_url=f"/tickets/{number}/merge?{place.words}",
        block_url=f"/tickets/{number}/block?{place.words}" if not is_known(ticket.requester_role) else "",
        mine="me",
        snooze=snooze_choices(place.now, zone, has_tasks=bool(ticket.blocker)),
        snoozed=_("Snoozed %(until)s", until=snoozed_words(ticket)) if ticket.snooze_until else "",
    )


def _earlier(place: Place, talk: Conversation) -> Pagination | None:
    """Lead to what was said before this page of messages, and from there back to the newest."""
    if not (talk.earlier or talk.later):
        return None
    here = place.url(talk.ticket.id)
    before = f"{here}{'&' if place.query else '?'}before={talk.messages[0].id}" if talk.earlier else ""
    return Pagination(
        more=_("Earlier messages"),
        more_url=before,
        first=_("Newest messages"),
        first_url=here if talk.later else "",
    )


def triage_bar(talk: Conversation) -> TriageBar | None:
    """Return the model's proposal while the queue is a guess."""
    thought = talk.prediction
    if thought is None or talk.ticket.band not in {"suggest", "ask"} or talk.ticket.status == TicketStatus.CLOSED:
        return None
    ranked = sorted(thought.alternatives, key=lambda each: -float(each["confidence"])) or [
        {"queue": thought.queue, "confidence": thought.confidence}
    ]
    sure = talk.ticket.band == "suggest"
    guesses = tuple(
        QueueGuess(
            queue=queue_words(each["queue"]),
            words=f"{round(float(each['confidence']) * 100)} %" if sure else "",
            label=_("Keep %(queue)s", queue=queue_words(each["queue"]))
            if at == 1
            else _("Change to %(queue)s", queue=queue_words(each["queue"])),
            value=each["queue"],
            command="keep pick-1" if at == 1 else f"pick-{at}",
        )
        for at, each in enumerate(ranked[:3] if sure else ranked[:5], start=1)
    )
    because = (
        _("because: %(words)s", words=", ".join(f"“{word}”" for word in thought.evidence[:4]))
        if thought.evidence
        else ""
    )
    return TriageBar(
        action=f"/tickets/{talk.ticket.id}/triage",
        sentence=_("Looks like") if sure else _("Not sure — choose a queue"),
        guesses=guesses,
        because=because,
    )


def suggestions_of(talk: Conversation, base_url: str, *, greeting: str = "") -> tuple[Suggestion, ...]:
    """Return what operations have done and the articles that may answer, each with the words it puts into the reply.

    They begin with the `greeting` of the ticket's company, in the person's language, where there is one.
    """
    name = talk.ticket.requester_name if "@" not in talk.ticket.requester_name else ""
    hello = greeting or (_("Hello %(name)s,", name=name) if name else _("Hello,"))
    update = update_offered(talk, hello)
    found = [update] if update is not None else []
    found += notices_offered(talk, hello)
    for suggestion, article in talk.suggestions:
        url = f"{base_url}/help/{article.audience}/articles/{article.id}-{article.slug}"
        found.append(
            Suggestion(
                title=article.title,
                url=url,
                text=f"{hello}\n\n{suggestion.passage}\n\n{url}\n",
                fit=_("fits well") if suggestion.confidence >= 0.5 else _("may fit"),
                excerpt=suggestion.passage[:160],
                audience=_("Owners") if article.audience == "owners" else _("Residents"),
            )
        )
    return tuple(found)


def _chips(talk: Conversation) -> Iterator[HeaderChip]:
    ticket = talk.ticket
    yield HeaderChip(
        field="queue",
        label=_("Queue"),
        words=queue_words(ticket.queue),
        choices=tuple(Choice(value=slug, label=queue_words(slug), selected=slug == ticket.queue) for slug in QUEUES),
        command="queue",
    )
    assignee = next((each.name for each in talk.colleagues if each.id == ticket.assignee_id), _("Nobody"))
    people: tuple[Choice, ...] = (Choice(value="", label=_("Nobody"), selected=ticket.assignee_id is None),)
    people += tuple(
        Choice(value=str(each.id), label=each.name, selected=each.id == ticket.assignee_id) for each in talk.colleagues
    )
    yield HeaderChip(field="assignee", label=_("Assignee"), words=assignee, choices=people, command="assignee")
    yield HeaderChip(
        field="status",
        label=_("Status"),
        words=status_words(ticket.status, ticket.requester_role),
        choices=tuple(
            Choice(value=each, label=status_words(each, ticket.requester_role), selected=each == ticket.status)
            for each in TicketStatus
        ),
        command="status",
    )
    yield HeaderChip(
        field="priority",
        label=_("Priority"),
        words=priority_words(ticket.priority),
        choices=tuple(
            Choice(value=each, label=priority_words(each), selected=each == ticket.priority) for each in Priority
        ),
        tone="danger" if ticket.priority == Priority.URGENT else "neutral",
        command="priority",
    )


def _items(now: datetime, talk: Conversation, *, after: int) -> Iterator[MessageView | EventGroup]:
    """Yield messages and events in the order they happened, runs of events folded."""
    mixed: list[Message | TicketEvent] = sorted(
        [*talk.messages, *talk.told], key=lambda each: (each.created_at, isinstance(each, TicketEvent), each.id)
    )
    past = after == 0
    zone = talk.company.time_zone
    for is_event, run in groupby(mixed, key=lambda each: isinstance(each, TicketEvent)):
        group = list(run)
        if is_event:
            events = [each for each in group if isinstance(each, TicketEvent)]
            if past:
                lines = tuple(
                    EventLine(text=event_words(each), at=moment(each.created_at, now, zone), photo=event_photo(each))
                    for each in events
                )
                yield EventGroup(
                    id=events[0].id,
                    lines=lines,
                    summary=ngettext("%(num)s change", "%(num)s changes", len(lines)) if len(lines) > 1 else "",
                )
            continue
        for message in group:
            assert isinstance(message, Message)
            if message.id > after:
                yield _message(now, talk, message)
            past = past or message.id >= after


def _message(now: datetime, talk: Conversation, message: Message) -> MessageView:
    internal = message.visibility == Visibility.INTERNAL
    author = message.author_name or message.author_address or _("Unknown sender")
    shown = message.reply_text if message.direction == Direction.IN else message.text
    lines = lines_of(shown) or (_("(no text: see the files)"),)
    html = bool(message.safe_html)
    quoted = message.text.removeprefix(message.reply_text)
    name = _("Note from %(who)s, staff only", who=author) if internal else _("Message from %(who)s", who=author)
    return MessageView(
        id=message.id,
        author=author,
        initials=initials(author),
        accessible_name=name,
        at=moment(message.created_at, now, talk.company.time_zone),
        outbound=message.direction == Direction.OUT,
        internal=internal,
        role=_("automatic") if message.author_kind == AuthorKind.MACHINE and message.direction == Direction.OUT else "",
        channel=channel_words(message.channel),
        channel_icon=CHANNEL_ICONS.get(message.channel, "mail"),
        paragraphs=() if html else lines[:LONG],
        rest=() if html else lines[LONG:],
        quoted=lines_of(quoted) if message.direction == Direction.IN and not html else (),
        html_url=f"/messages/{message.public_id}/html" if html else "",
        html_title=name,
        pictures_words=_pictures(message),
        pictures_url="" if current_desk().settings.practice else f"/messages/{message.public_id}/html?pictures",
        forward_url=""
        if internal or message.author_kind == AuthorKind.MACHINE
        else f"/tickets/{message.ticket_id}/messages/{message.id}/forward",
        original_url=f"/messages/{message.public_id}/original"
        if message.direction == Direction.IN and message.channel == "email"
        else "",
        attachments=tuple(_attachment(each) for each in talk.attachments.get(message.id, ())),
        delivery=_delivery(talk.deliveries.get(message.id), message, now, talk.company.time_zone),
        trust_note=_trust(message, author),
        warning=_warning(talk, message),
        notice=" ".join(_notices(message)),
        language=message.language,
    )


def _pictures(message: Message) -> str:
    left_off = count_left_off(message)
    if not left_off:
        return ""
    return ngettext("%(num)s picture from elsewhere is off.", "%(num)s pictures from elsewhere are off.", left_off)


def _attachment(file: File) -> Attachment:
    url = f"/attachments/{file.public_id}"
    picture = file.content_type in PICTURES
    return Attachment(
        name=file.name,
        url=url,
        size_words=size_words(file.size),
        thumb_url=f"{url}/preview" if picture else "",
        whole_url=f"{url}/preview?whole" if picture else "",
        alt=file.name,
    )


def _delivery(row: OutboxRow | None, message: Message, now: datetime, zone: str) -> Delivery | None:
    if row is None:
        return None
    if row.standings:
        return delivery_to_each(row)
    state = OutboxState(row.state)
    words, tone = DELIVERY[state]
    if state is OutboxState.FAILED:
        return Delivery(words=f"{_('Not sent')}: {row.error}", tone="danger", retry_url=f"/outbox/{row.id}/retry")
    undo = f"/messages/{message.public_id}/undo" if state is OutboxState.PENDING and not row.attempts else ""
    if undo and row.next_at > now + 2 * UNDO:
        return Delivery(words=_("Goes out %(time)s", time=clock_time(row.next_at, zone)), tone="pause", undo_url=undo)
    return Delivery(words=_(words), tone=tone, undo_url=undo)  # type: ignore[arg-type]  # a table of the five tones


def _trust(message: Message, author: str) -> str:
    """Return the doubt about who wrote, with the address where only a name is shown: names are anybody's to choose."""
    if message.direction == Direction.OUT or message.author_kind == AuthorKind.MACHINE:
        return ""
    if message.facts.get("stranger"):
        return _("Not a participant: %(address)s", address=message.author_address)
    if message.trust != Trust.UNVERIFIED or message.channel == "sms":
        return ""
    named = message.author_address not in {"", author}
    return _("Unverified sender: %(address)s", address=message.author_address) if named else _("Unverified sender")


def _warning(talk: Conversation, message: Message) -> str:
    """Return what to do first where somebody unverified names a bank account that we have not named ourselves."""
    if message.direction == Direction.OUT or message.trust == Trust.VERIFIED:
        return ""
    found = find_accounts(f"{message.subject}\n{message.text[:LONGEST_READ]}")
    if found:
        ours = (each.text for each in talk.messages if each.direction == Direction.OUT and each.id < message.id)
        found -= find_accounts("\n".join(ours))
    if not found and len(message.text) > LONGEST_READ:
        return _("Too long to be looked through for bank details: if it names any, confirm them by phone.")
    if not found:
        return ""
    return _("Bank details from a sender who is not verified: confirm by phone before you change anything.")


def _notices(message: Message) -> Iterator[str]:
    facts = message.facts
    if facts.get("changed_subject"):
        yield _("The subject changed to “%(subject)s”.", subject=message.subject)
    if facts.get("same_message_id"):
        yield _("Another message came with the same id.")
    if facts.get("other_tickets"):
        yield _("It answers %(tickets)s as well.", tickets=", ".join(f"#{each}" for each in facts["other_tickets"]))
    if facts.get("hidden_text"):
        yield _("Words in it are hidden from view: the original shows all of them.")
    if facts.get("forwarded"):
        yield _("Forwarded: first written by %(who)s.", who=facts["forwarded"]["address"])
    if not message.safe_html and (len(message.text) > MOST_SHOWN or message.text.count("\n") > MOST_LINES):
        yield _("Only its beginning is shown: the original has all of it.")
    if message.kind == "withdrawn":
        yield _("Taken back before it left.")
    others = [each["address"] for each in facts.get("cc", [])]
    if others and message.direction == Direction.IN:
        yield _(
            "Also sent to %(people)s; they do not get your reply unless you add them.", people=", ".join(others[:5])
        )
    yield from facts.get("defects", [])[:3]
