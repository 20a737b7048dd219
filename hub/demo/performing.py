"""Plays a story from its first moment to its last and writes the ticket it becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from channels.message import Address, IdentityKind
from classifiers.labels import queue_of
from classifiers.safety import safety_text
from hub.demo.guessing import guess
from hub.demo.posting import Talk
from hub.demo.script import read_length
from hub.demo.timeline import Moment
from hub.demo.wording import acknowledgement, article_answer
from hub.demo.working import Work
from hub.domain.answers import AnswerState
from hub.domain.delivery import Purpose
from hub.domain.sla import promise_for
from hub.domain.task import TaskState
from hub.domain.ticket import AuthorKind, Priority, TicketStatus
from hub.models import Correction, GivenAnswer, Prediction, Suggestion, Survey, Ticket

SPOKEN = frozenset({"person", "reply", "note", "acknowledged", "answer", "safety"})
PREVIEW = 160
WRONG = 0.55
FITS = (0.74, 0.41, 0.28)
FINAL = {"pending": TicketStatus.PENDING, "snoozed": TicketStatus.PENDING, "emergency": TicketStatus.PENDING} | {
    "on_hold": TicketStatus.ON_HOLD
}


class Performance:
    """One story while it is played: what the ticket's row will say, kept true by each moment."""

    def __init__(self, talk: Talk, work: Work | None, message_ids: Iterator[int]) -> None:
        self._talk = talk
        self._work = work
        self._ids = message_ids
        self._play = talk.play
        self._story = talk.play.story
        random = talk.play.stage.random
        judged = any(each.what == "judged" for each in talk.play.moments)
        self._wrong = judged and random.random() < WRONG
        self._guess = guess(self._story, random, judged=judged, wrong=self._wrong)
        self._emergency = self._story.fate.startswith("emergency")
        self._priority = "urgent" if self._emergency else self._story.options.get("priority", "normal")
        self._queue = "maintenance" if self._emergency else "front-desk"
        self._band = "silent" if self._emergency else ""
        self._status = TicketStatus.NEW
        self._waiting_since: datetime | None = None
        self._first_response_at: datetime | None = None
        self._closed_at: datetime | None = None
        self._snooze_until: datetime | None = None
        self._last_activity_at = talk.play.begins.at
        self._last_inbound = 0
        self._preview = ""
        self._assigned = False

    def play(self) -> None:
        """Write every moment, then the rows that say how it stands now."""
        for moment in self._play.moments:
            act: Callable[[Moment], None] = getattr(self, f"_{moment.what}")
            act(moment)
        self._status = FINAL.get(self._story.fate, self._status)
        if self._work:
            self._work.write()
        self._suggest()
        self._write_ticket()

    def _person(self, moment: Moment) -> None:
        talk, opening = self._talk, not self._last_inbound
        self._last_inbound = next(self._ids)
        if opening:
            talk.event(
                "created", moment.at, by=AuthorKind.CONTACT, name=self._play.requester.person.name, channel=talk.channel
            )
        said = talk.receive(moment.text, moment.at, self._last_inbound, opening=opening)
        if self._status is not TicketStatus.NEW:
            self._status = TicketStatus.OPEN
        self._waiting_since = self._waiting_since or moment.at
        self._stir(moment.at, said)

    def _reply(self, moment: Moment) -> None:
        first = self._first_response_at is None
        said = self._talk.reply(moment.text, moment.at, next(self._ids), first=first)
        self._first_response_at = self._first_response_at or moment.at
        self._waiting_since = None
        self._assigned = True
        self._status = TicketStatus.PENDING
        self._stir(moment.at, said)

    def _note(self, moment: Moment) -> None:
        self._talk.note(moment.text, moment.at, next(self._ids))
        self._last_activity_at = moment.at

    def _triaged(self, moment: Moment) -> None:
        thought, story = self._guess, self._story
        if not self._emergency:
            self._queue, self._band = thought.placed, thought.band
        self._talk.event(
            "triaged", moment.at, message_id=self._last_inbound, queue=self._queue, topic=story.topic, band=self._band,
            confidence=thought.confidence,
        )  # fmt: skip
        self._talk.rows.add(
            Prediction,
            company_id=self._talk.company_id,
            message_id=self._last_inbound,
            ticket_id=self._talk.number,
            topic=story.topic,
            queue=thought.queue,
            priority=self._priority,
            confidence=thought.confidence,
            band=thought.band,
            emergency=story.options.get("kind", ""),
            alternatives=thought.alternatives,
            evidence=thought.evidence,
            created_at=moment.at,
        )

    def _suggest(self) -> None:
        """Keep the articles that may answer the newest message, for the composer."""
        found = [self._play.stage.articles.get(slug) for slug in self._story.list_of("article")]
        for rank, (article, fit) in enumerate(zip((each for each in found if each), FITS, strict=False), start=1):
            self._talk.rows.add(
                Suggestion,
                company_id=self._talk.company_id,
                message_id=self._last_inbound,
                ticket_id=self._talk.number,
                article_id=article.id,
                rank=rank,
                confidence=fit,
                passage=article.summary or article.title,
                created_at=self._last_activity_at,
            )

    def _acknowledged(self, moment: Moment) -> None:
        requester = self._play.requester
        name = requester.person.name if requester.known else ""
        words = acknowledgement(self._play.stage.company, self._talk.number, name, moment.at)
        self._talk.say(words, moment.at, next(self._ids), Purpose.ACKNOWLEDGEMENT)

    def _answer(self, moment: Moment) -> None:
        article = self._play.stage.articles[self._story.list_of("article")[0]]
        url = f"{self._talk.desk.settings.base_url}/help/{article.audience}/articles/{article.id}-{article.slug}"
        message_id = next(self._ids)
        words = article_answer(article, url, channel=self._talk.channel)
        subject = f"{article.title} [#{self._talk.number}]"
        self._talk.say(words, moment.at, message_id, Purpose.ANSWER, subject=subject)
        self._talk.event(
            "answered from help centre", moment.at, message_id=message_id, article=article.id, title=article.title,
            confidence=0.9, why="The question is one this article answers.",
        )  # fmt: skip
        self._status = TicketStatus.PENDING
        solved = next((each.at for each in self._play.moments if each.what == "closed"), None)
        self._talk.rows.add(
            GivenAnswer,
            company_id=self._talk.company_id,
            ticket_id=self._talk.number,
            question_id=self._last_inbound,
            message_id=message_id,
            article_id=article.id,
            title=article.title,
            channel=self._talk.channel,
            language=article.language,
            passage=article.summary or article.title,
            confidence=0.9,
            state=AnswerState.SOLVED if solved else AnswerState.OPEN,
            way="link" if solved else "",
            settled_at=solved,
            created_at=moment.at,
        )

    def _safety(self, moment: Moment) -> None:
        company = self._play.stage.company
        words = safety_text(self._story.options["kind"], self._talk.language, phone=company.emergency_phone)
        self._talk.say(words, moment.at, next(self._ids), Purpose.SAFETY)

    def _emergency_found(self, moment: Moment) -> None:
        self._talk.event(
            "emergency", moment.at, message_id=self._last_inbound, emergency=self._story.options["kind"], words=[]
        )

    def _paged(self, moment: Moment) -> None:
        place = self._play.requester.person.unit_label or "unknown unit"
        number, kind = self._talk.number, self._story.options["kind"]
        words = f"EMERGENCY #{number} {kind} at {place}."
        name, phone = self._play.stage.firm.on_call[0]
        on_call = Address(IdentityKind.PHONE, phone, name)
        self._talk.post(words, moment.at, Purpose.PAGE, channel="sms", to=on_call)
        self._talk.event(
            "paged", moment.at, who=name, phone=phone, ways=["sms"], step=f"1/{len(self._play.stage.firm.on_call)}", round=1
        )  # fmt: skip

    def _assigned_by(self, moment: Moment) -> None:
        boss, agent = self._play.stage.manager, self._play.agent
        self._assigned = True
        self._talk.event(
            "assigned", moment.at, by=AuthorKind.AGENT, name=boss.name, agent_id=boss.id, agent=agent.id, name_shown=agent.name
        )  # fmt: skip

    def _judged(self, moment: Moment) -> None:
        """Let the agent keep the queue or put it right: an example for training either way."""
        before, self._queue = self._queue, str(queue_of(self._story.topic))
        self._band = "silent"
        facts: dict[str, Any] = {"before": before, "after": self._queue} if self._wrong else {"queue": self._queue}
        self._talk.event("queue changed" if self._wrong else "queue kept", moment.at, by=AuthorKind.AGENT, **facts)
        self._talk.rows.add(
            Correction,
            company_id=self._talk.company_id,
            ticket_id=self._talk.number,
            message_id=self._last_inbound,
            agent_id=self._play.agent.id,
            queue_before=before,
            queue_after=self._queue,
            source="correct" if self._wrong else "confirm",
            created_at=moment.at,
        )

    def _task(self, moment: Moment) -> None:
        if self._work:
            self._work.begin(moment.at)

    def _moved(self, moment: Moment) -> None:
        if self._work:
            self._work.move(TaskState(moment.text), moment.at)
            self._last_activity_at = moment.at

    def _snoozed(self, moment: Moment) -> None:
        self._snooze_until = self._talk.rows.now + read_length(self._story.options["snooze"])
        self._talk.event("snoozed", moment.at, by=AuthorKind.AGENT, until=self._snooze_until.isoformat())

    def _closed(self, moment: Moment) -> None:
        before, self._status = self._status, TicketStatus.CLOSED
        self._closed_at = moment.at
        self._waiting_since = None
        self._assigned = self._assigned or self._story.fate == "spam"
        facts: dict[str, Any] = {"before": str(before), "after": str(self._status), "reason": ""}
        by = AuthorKind.AGENT
        if self._story.fate == "closed_answered":
            by, title = AuthorKind.MACHINE, self._play.stage.articles[self._story.list_of("article")[0]].title
            self._talk.event("answer solved it", moment.at, by=AuthorKind.CONTACT, title=title, way="link")
        self._talk.event("status changed", moment.at, by=by, **facts)

    def _surveyed(self, moment: Moment) -> None:
        talk, requester = self._talk, self._play.requester
        answer = next((each for each in self._play.moments if each.what == "scored"), None)
        score, _, comment = answer.text.partition(" ") if answer else ("", "", "")
        company = self._play.stage.company.name
        question = f"{company}: how likely are you to recommend us to a friend, from 0 (not at all) to 10 (very)?"
        subject = f"One question about #{talk.number}"
        talk.post(question, moment.at, Purpose.SURVEY, channel=talk.channel, to=talk.recipient, subject=subject)
        talk.event("survey sent", moment.at, channel=talk.channel)
        role = requester.person.role
        talk.rows.add(
            Survey,
            company_id=talk.company_id,
            ticket_id=talk.number,
            contact_id=requester.person.contact_id,
            channel=talk.channel,
            audience={"owner": "owners", "craftsman": "craftsmen"}.get(role, "residents"),
            score=int(score) if answer else None,
            comment=comment,
            answered_at=answer.at if answer else None,
            created_at=moment.at,
        )

    def _scored(self, moment: Moment) -> None:
        self._talk.event("survey answered", moment.at, score=int(moment.text.partition(" ")[0]))

    def _stir(self, at: datetime, words: str) -> None:
        self._preview = " ".join(words.split())[:PREVIEW]
        self._last_activity_at = at

    def _write_ticket(self) -> None:
        talk, story, person = self._talk, self._story, self._play.requester.person
        begins, waiting = self._play.begins.at, self._waiting_since
        closed = self._status is TicketStatus.CLOSED
        talk.rows.add(
            Ticket,
            id=talk.number,
            public_id=talk.public_id,
            company_id=talk.company_id,
            contact_id=person.contact_id,
            unit_id=person.unit_id,
            property_id=person.property_id,
            assignee_id=self._play.agent.id if self._assigned else None,
            queue=self._queue,
            status=self._status,
            priority=self._priority,
            subject=talk.subject,
            channel=story.channel,
            topic=story.topic,
            band=self._band,
            emergency=self._emergency,
            emergency_kind=story.options.get("kind", ""),
            acknowledged_by_agent_at=self._first_response_at if self._emergency else None,
            language=talk.language,
            requester_name=person.name or self._play.requester.address,
            requester_role=person.role,
            unit_label=person.unit_label,
            preview=self._preview,
            blocker=self._work.blocker if self._work and not closed else "",
            tags=story.list_of("tags"),
            unread=waiting is not None and not self._assigned,
            machine_answered=self._emergency or story.fate in {"answered", "closed_answered"},
            snooze_until=self._snooze_until,
            waiting_since=waiting,
            due_at=waiting + promise_for(Priority(self._priority)).amount if waiting else None,
            news_due_at=begins + timedelta(hours=4),
            first_message_at=begins,
            first_response_at=self._first_response_at,
            last_activity_at=self._last_activity_at,
            closed_at=self._closed_at,
            last_inbound_id=self._last_inbound,
            version=len(self._play.moments),
            created_at=begins,
        )
