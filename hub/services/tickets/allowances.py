"""Three things staff may promise at once: the person is told in a sentence, the work goes to its team, the ticket says who allowed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from hub.desk import Desk
from hub.domain.access import Ability, Actor, Role
from hub.domain.allowance import Allowed, limit_of
from hub.domain.ticket import AuthorKind
from hub.errors import Forbidden, Invalid, Refused
from hub.models import Company, Message, Ticket
from hub.services.operations.tasks import create_task_from_ticket, open_tasks
from hub.services.sending.reply import Draft, reply
from hub.services.settings.configuration import read_directory
from hub.services.tickets.history import record, record_on_task
from hub.services.tickets.tickets import find_ticket

LONGEST = 200
SENTENCES = {
    Allowed.WAIVE_FEE: {
        "en": "we have waived {what} of {amount} for you. You will see it on your next statement.",
        "de": "wir erlassen Ihnen {what} über {amount}. Sie sehen es auf Ihrer nächsten Abrechnung.",
        "es": "le hemos perdonado {what} de {amount}. Lo verá en su próximo extracto.",
    },
    Allowed.BOOK_VISIT: {
        "en": "somebody comes on {day} between {begins} and {ends}: {what}. Please make sure that they can get in, or answer "
        "this message if the time does not suit you.",
        "de": "am {day} zwischen {begins} und {ends} kommt jemand zu Ihnen: {what}. Bitte sorgen Sie dafür, dass geöffnet wird, "
        "oder antworten Sie, wenn die Zeit nicht passt.",
        "es": "alguien irá el {day} entre las {begins} y las {ends}: {what}. Por favor, facilite el acceso o responda a este "
        "mensaje si la hora no le conviene.",
    },
    Allowed.ORDER_KEY: {
        "en": "we have ordered {count} × {what} for you and write as soon as it can be collected.",
        "de": "wir haben {count} × {what} für Sie bestellt und melden uns, sobald es abgeholt werden kann.",
        "es": "hemos encargado {count} × {what} para usted y le avisaremos cuando pueda recogerlo.",
    },
}
GREETINGS = {"en": "Hello {name},", "de": "Guten Tag {name},", "es": "Hola {name}:"}
TEAM = {Allowed.WAIVE_FEE: "billing", Allowed.BOOK_VISIT: "maintenance", Allowed.ORDER_KEY: "maintenance"}
TOPIC = {Allowed.WAIVE_FEE: "fees", Allowed.BOOK_VISIT: "", Allowed.ORDER_KEY: "keys"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done: `what` in the person's words, and the amount, the day and span, or the count of it."""

    action: Allowed
    what: str
    amount: str = ""
    day: date | None = None
    begins: time = time(8)
    ends: time = time(12)
    count: int = 1


def limit_for(desk: Desk, actor: Actor, number: int, action: Allowed) -> int:
    """Return how far this agent may go on a ticket; raises `NotFound`."""
    ticket = find_ticket(desk, actor, number)
    grant = actor.grants.get(ticket.company_id)
    role = Role.ADMIN if actor.everything else grant.role if grant is not None else Role.OPERATIONS
    return limit_of(action, role, desk.session.get_one(Company, ticket.company_id).settings)


def allow(desk: Desk, actor: Actor, number: int, wish: Wish) -> Message:
    """Do one of the three: tell the person, hand the work to its team, and write down who allowed it.

    Raises `NotFound`, `Forbidden`, `Invalid` for what is missing, and `Refused` beyond the role's limit, as `reply` does too.
    """
    ticket = find_ticket(desk, actor, number, lock=True)
    if not actor.can(Ability.WRITE_TO_PEOPLE, ticket.company_id):
        raise Forbidden("Operations cannot write to tenants. Ask customer service instead.")
    company = desk.session.get_one(Company, ticket.company_id)
    what = " ".join(wish.what.replace("\0", "").split())
    if not what or len(what) > LONGEST:
        raise Invalid("Say what it is about, in a few words.", field="what")
    values = _checked(desk, company, wish, limit_for(desk, actor, number, wish.action)) | {"what": what}
    language = ticket.language if ticket.language in GREETINGS else "en"
    sentence = SENTENCES[wish.action][language].format(**values)
    name = ticket.requester_name if "@" not in ticket.requester_name else ""
    message = reply(desk, actor, number, Draft(f"{GREETINGS[language].format(name=name)}\n\n{sentence}"))
    work = SENTENCES[wish.action]["en"].format(**values)
    _hand_over(desk, actor, ticket, wish, what, work)
    record(desk, ticket, "allowed", actor=actor, action=str(wish.action), what=what, words=work)
    return message


def _checked(desk: Desk, company: Company, wish: Wish, limit: int) -> dict[str, str]:
    if limit <= 0:
        raise Refused("Your role may not do this by itself: ask a manager.")
    if wish.action is Allowed.WAIVE_FEE:
        cents = _cents(wish.amount)
        if cents > limit:
            raise Refused(
                f"Your role may waive up to {limit / 100:.2f} {company.currency}: ask a manager for more, in a note."
            )
        return {"amount": f"{cents / 100:.2f} {company.currency}"}
    if wish.action is Allowed.ORDER_KEY:
        if not 1 <= wish.count <= limit:
            raise Refused(f"Your role may order up to {limit} keys at once: ask a manager for more, in a note.")
        return {"count": str(wish.count)}
    today = desk.clock.now().astimezone(ZoneInfo(company.time_zone)).date()
    if wish.day is None or wish.day <= today:
        raise Invalid("Choose a day that is still to come.", field="day")
    if (wish.day - today).days > limit:
        raise Refused(f"Your role may book up to {limit} days ahead: ask a manager for more, in a note.")
    if wish.ends <= wish.begins:
        raise Invalid("The visit must end after it begins.", field="ends")
    return {"day": f"{wish.day:%d.%m.%Y}", "begins": f"{wish.begins:%H:%M}", "ends": f"{wish.ends:%H:%M}"}


def _cents(amount: str) -> int:
    try:
        value = Decimal(amount.strip().replace(",", "."))
        cents = int(value * 100)
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise Invalid("Give the amount as a number, such as 25.00.", field="amount") from error
    if not 0 < cents < 10_000_000 or value * 100 != cents:
        raise Invalid("Give an amount above 0, with at most two decimals.", field="amount")
    return cents


def _hand_over(desk: Desk, actor: Actor, ticket: Ticket, wish: Wish, what: str, work: str) -> None:
    """Make the task, or put the work on the one its team has open for this ticket."""
    team = TEAM[wish.action]
    text = f"Promised to the resident: {work}"
    present = next((each for each in open_tasks(desk, ticket) if each.team == team), None)
    if present is None:
        task = create_task_from_ticket(
            desk,
            read_directory(desk),
            ticket,
            text,
            topic=TOPIC[wish.action],
            team=team,
            actor=actor,
            title=_title(wish, what),
        )
        task.due_on = wish.day
        return
    present.due_on = present.due_on or wish.day
    present.version += 1
    record_on_task(desk, present, "comment", actor=actor, by=AuthorKind.AGENT, text=text)


def _title(wish: Wish, what: str) -> str:
    verb = {
        Allowed.WAIVE_FEE: "Waive",
        Allowed.BOOK_VISIT: "Visit",
        Allowed.ORDER_KEY: f"Order {wish.count} ×",
    }[wish.action]
    return f"{verb}: {what}" if wish.action is not Allowed.ORDER_KEY else f"{verb} {what}"
