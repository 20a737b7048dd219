"""The board's cards, columns, rows and filters as view models."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import request

from hub.domain.access import Ability, Actor
from hub.domain.task import MOVES, STATE_WORDS, TaskState
from hub.domain.task_kinds import TRADES
from hub.domain.ticket import Priority
from hub.services.operations.board import MOST_CARDS, Card, Narrowed
from hub.services.pages import LARGEST, write_cursor
from hub.services.sending.mirror import Mirror
from hub.web.language import _, ngettext
from hub.web.viewmodels.board import BoardFilter, Column, Move, TaskCard
from hub.web.viewmodels.parts import Chip, Choice, Link, Pagination
from hub.web.words import day, moment, queue_words

COLUMNS = tuple(state for state in TaskState if state is not TaskState.CANCELLED)
TEAMS = ("maintenance", "leasing", "billing")
LIST = "list"
ZONE = "Europe/Berlin"


def asked_narrowed(*, as_list: bool) -> Narrowed:
    """Return what the reader wants to see; what is no number of ours narrows nothing, and columns show every status."""
    status = request.args.get("status", "")
    team = request.args.get("team", "")
    trade = request.args.get("trade", "")
    return Narrowed(
        team if team in TEAMS else "",
        _number("property"),
        _number("person"),
        trade if trade in dict(TRADES) else "",
        status if as_list and status in COLUMNS else "",
    )


def board_views(present: str) -> tuple[Link, ...]:
    """Return the ways to look at the work, with the present one marked; the filters stay."""
    query = _filters_kept()
    places = (
        ("board", _("Board"), f"/board?{query}".rstrip("?")),
        (LIST, _("List"), f"/board?as={LIST}{'&' if query else ''}{query}"),
        ("craftsmen", _("Craftsmen"), "/craftsmen"),
        ("elsewhere", _("Work elsewhere"), "/board/elsewhere"),
    )
    return tuple(Link(label=label, url=url, current=name == present) for name, label, url in places)


def rest_of(cards: list[Card], wanted: Narrowed, rest: int, *, paged: bool) -> Pagination:
    """Return the way to the rows after those of a list, and back to its start."""
    more = ngettext("Show %(num)s more", "Show %(num)s more", min(rest, MOST_CARDS)) if rest > 0 else ""
    return Pagination(
        more=more,
        more_url=_list_url(wanted.status, cards[-1].task.id) if more and cards else "",
        first_url=_list_url(wanted.status) if paged else "",
    )


def _list_url(status: str, before: int | None = None) -> str:
    """Return the address of the list, narrowed as the page is, of one status and from after a task."""
    more = (("status", status), ("cursor", write_cursor(before) if before is not None else ""))
    parts = (f"as={LIST}", _filters_kept(), *(f"{name}={value}" for name, value in more if value))
    return "/board?" + "&".join(part for part in parts if part)


def _filters_kept() -> str:
    return "&".join(f"{name}={value}" for name in ("team", "trade", "property", "person") if (value := _plain(name)))


def board_filters(
    wanted: Narrowed, homes: list[tuple[int, str]], people: list[tuple[int, str]], *, as_list: bool
) -> tuple[BoardFilter, ...]:
    """Return the selects above the board; the list has one for the status as well."""
    statuses = [(str(each), _(STATE_WORDS[each])) for each in COLUMNS]
    teams = [(slug, queue_words(slug)) for slug in TEAMS]
    return (
        _filter("team", _("Team"), _("All teams"), teams, wanted.team),
        _filter("trade", _("Trade"), _("All trades"), [(slug, _(words)) for slug, words in TRADES], wanted.trade),
        _filter("property", _("Property"), _("All properties"), _named(homes), str(wanted.property_id or "")),
        _filter("person", _("Person"), _("Anyone"), _named(people), str(wanted.person_id or "")),
        *((_filter("status", _("Status"), _("Any status"), statuses, wanted.status),) if as_list else ()),
    )


def mirror_chip(found: Mirror | None, now: datetime) -> Chip | None:
    """Return how Slack stands in a few words, None where it is not used."""
    if found is None:
        return None
    if found.away_since is not None:
        since = moment(found.away_since, now, ZONE).words
        queued = ngettext("%(num)s update waits", "%(num)s updates wait", found.waiting)
        return Chip(label=_("Slack not reached since %(time)s, %(queued)s", time=since, queued=queued), tone="warn")
    if found.synced_at is None:
        return Chip(label=_("Slack"), tone="neutral")
    return Chip(label=_("Slack, synced %(time)s", time=moment(found.synced_at, now, ZONE).words), tone="ok")


@dataclass(frozen=True, slots=True)
class Step:
    """A column in the reader's language: its name, its button, and what is said after a move, with `{n}` for the task."""

    state: TaskState
    label: str
    words: str
    moved: str

    def of(self, number: int) -> Move:
        """Return the move of one task."""
        return Move(status=self.state, label=self.label, words=self.words, moved=self.moved.replace("{n}", str(number)))


def steps_said() -> dict[TaskState, Step]:
    """Return every column in the reader's language: looked up once for all cards of a page."""
    return {each: _step(each) for each in COLUMNS}


def column_of(state: TaskState, cards: list[Card], who: Actor, said: dict[TaskState, Step], count: int) -> Column:
    """Return one column with its cards, and the way to those of its `count` that are not among them."""
    hidden = count - len(cards)
    words = ngettext("Show %(num)s more", "Show %(num)s more", hidden) if hidden > 0 else ""
    return Column(
        status=state,
        label=said[state].label,
        count=str(max(count, len(cards))),
        cards=tuple(card_of(each, who, said) for each in cards),
        more=Link(label=words, url=_list_url(state, cards[-1].task.id if cards else None)) if words else None,
    )


def card_of(card: Card, who: Actor, said: dict[TaskState, Step]) -> TaskCard:
    """Return one card; to be blocked it leads to the page that asks why and until when."""
    task = card.task
    state = TaskState(task.state)
    may = who.can(Ability.WORK_TASKS, task.company_id)
    present = said.get(state)
    return TaskCard(
        number=f"T-{task.id}",
        url=f"/tasks/{task.id}",
        title=task.title,
        place=task.place,
        change_url=f"/tasks/{task.id}",
        moves=tuple(said[each].of(task.id) for each in COLUMNS if each in MOVES[state]) if may else (),
        status=present.label if present is not None else _(STATE_WORDS[state]),
        date=day(task.due_on),
        who=task.standing or card.who,
        waiting=ngettext("%(num)s waiting", "%(num)s waiting", card.waiting) if card.waiting else "",
        reason=_reason(card),
        urgent=task.priority == Priority.URGENT,
    )


def _step(state: TaskState) -> Step:
    label = _(STATE_WORDS[state])
    moved = (
        _("Say why T-%(n)s is blocked", n="{n}")
        if state is TaskState.BLOCKED
        else _("T-%(n)s moved to %(state)s", n="{n}", state=label)
    )
    return Step(state, label, _("Move to %(column)s", column=label), moved)


def _reason(card: Card) -> str:
    task = card.task
    if task.question:
        return _("Customer service was asked")
    return f"{task.blocked_reason} ({_('until')} {day(task.blocked_until)})" if task.blocked_reason else ""


def _filter(name: str, label: str, anything: str, known: list[tuple[str, str]], chosen: str) -> BoardFilter:
    first = Choice(value="", label=anything, selected=not chosen)
    return BoardFilter(
        name=name,
        label=label,
        choices=(first, *(Choice(value=value, label=words, selected=value == chosen) for value, words in known)),
    )


def _named(rows: list[tuple[int, str]]) -> list[tuple[str, str]]:
    return [(str(number), name) for number, name in rows]


def _plain(name: str) -> str:
    words = request.args.get(name, "")
    return words if words in TEAMS or words in dict(TRADES) or (words.isascii() and words.isdecimal()) else ""


def _number(name: str) -> int | None:
    words = request.args.get(name, "")
    known = words.isascii() and words.isdecimal() and len(words) < 20 and int(words) <= LARGEST
    return int(words) if known else None
