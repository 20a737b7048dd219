"""Live news for open pages: one reader a process, fanned out to its streams.

Redis says that something happened, PostgreSQL what: the reader asks it once for all streams of the process, and once more
every few seconds, so that nothing is missed where Redis is lost.
"""

from __future__ import annotations

import json
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import redis
from flask import Blueprint, Flask, Response, current_app, jsonify, request, stream_with_context

from hub.db import db
from hub.desk import Desk
from hub.domain.access import Actor
from hub.errors import HubError
from hub.services.staff.signed_in import actors_of
from hub.services.tickets.news import (
    MOST,
    OVERLAP,
    Happened,
    News,
    count_news,
    happened_since,
    may_hear,
    newest_event_id,
    news_of,
    news_since,
)
from hub.web.desk import current_desk
from hub.web.guards import actor, guarded, staff

log = logging.getLogger(__name__)

MOST_CLIENTS = 100
PING = 15.0
LIFE = 15 * 60.0
FULL = 200
WITHOUT_REDIS = 1.0
LOOK_AGAIN = 5.0
COUNT_AGAIN = 2.0
ASK_AT_ONCE = 4  # streams that ask the database at a time: what all do at once is done for nobody soon
BY_THEMSELVES = frozenset({"presence", "notification"})

live = guarded(Blueprint("live", __name__), staff())


class Crowded(HubError):
    """This process holds as many streams as it may: the client polls instead."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the reader found at one look: committed events, news that are no events, and the agents of the open pages.

    An agent who has left is None; one whose page was opened meanwhile is missing, and was read by the guard just now.
    """

    events: Sequence[Happened]
    others: Sequence[dict[str, Any]]
    actors: dict[int, Actor | None]


@dataclass(eq=False)
class Place:
    """Where one stream waits."""

    agent_id: int
    heard: queue.Queue[Heard] = field(default_factory=lambda: queue.Queue(FULL))
    behind: bool = False  # it did not take what it was given: the database knows what it missed


@dataclass
class Broadcaster:
    """Reads what happens once and gives it to every open stream of this process."""

    app: Flask
    clients: set[Place] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)
    turns: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(ASK_AT_ONCE))
    thread: threading.Thread | None = None
    last: int = 0
    told: set[int] = field(default_factory=set)
    looked: float = 0.0

    def join(self, agent_id: int, newest: int) -> Place:
        """Open a place for one stream that knows the newest event; raises `Crowded`."""
        with self.lock:
            if len(self.clients) >= MOST_CLIENTS:
                raise Crowded("Too many open pages: this one asks every 20 seconds.")
            if not self.clients:  # nobody listened, and nothing was read, since who knows when
                self.last, self.told = newest, set()
            place = Place(agent_id)
            self.clients.add(place)
            if self.thread is None:
                self.thread = threading.Thread(target=self._run, name="news", daemon=True)
                self.thread.start()
            return place

    def leave(self, place: Place) -> None:
        """Close a stream's place."""
        with self.lock:
            self.clients.discard(place)

    def _run(self) -> None:
        with self.app.app_context():
            desk = current_desk()
            while True:
                try:
                    for news in desk.background.listen():
                        self._look(desk, news)
                except (redis.RedisError, OSError):
                    self._look(desk, {"kind": "look"})
                    time.sleep(WITHOUT_REDIS)  # nothing tells when it is back, and this thread has nothing else to do

    def _look(self, desk: Desk, news: dict[str, Any] | None) -> None:
        """Ask what was committed and give it to all; without news only now and then."""
        with self.lock:
            agents = {each.agent_id for each in self.clients}
        if not agents or (news is None and time.monotonic() - self.looked < LOOK_AGAIN):
            return
        self.looked = time.monotonic()
        try:
            events = self._read(desk)
            heard = Heard(events, _others(news), dict.fromkeys(agents) | actors_of(desk, agents))
        except Exception:  # the one reader of a process outlives whatever happens to the database
            log.warning("What happened cannot be read now: open pages hear of it later.", exc_info=True)
            return
        finally:
            db.session.remove()
        with self.lock:
            for place in self.clients:
                try:
                    place.heard.put_nowait(heard)
                except queue.Full:
                    place.behind = True

    def _read(self, desk: Desk) -> list[Happened]:
        """Return what was committed since the last look, each event once."""
        read: list[Happened] = []
        while True:
            found = happened_since(desk, self.last, told=self.told)
            read += found
            self.last = max([self.last, *(each.number for each in found)])
            self.told = {each for each in self.told | {one.number for one in found} if each > self.last - OVERLAP}
            if len(found) < MOST:
                return read


def install_live(app: Flask) -> None:
    """Give the application its broadcaster."""
    app.extensions["broadcaster"] = Broadcaster(app)
    app.register_blueprint(live)


@live.get("/events")
def events() -> Response:
    """Stream news of the tickets this agent may see, with ids to go on from after a break."""
    who = actor()
    broadcaster: Broadcaster = current_app.extensions["broadcaster"]
    newest = newest_event_id(current_desk())
    try:
        place = broadcaster.join(who.agent_id or 0, newest)
    except Crowded:
        return Response(status=204)
    since = _id(request.headers.get("Last-Event-ID", "") or request.args.get("since", ""))
    stream = stream_with_context(_stream(broadcaster, place, who, since if since is not None else newest))
    return Response(
        stream, mimetype="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )


@live.get("/events/poll")
def poll() -> Response:
    """Answer what happened since an event, for pages whose stream is down."""
    desk = current_desk()
    who = actor()
    since = _id(request.args.get("since", ""))
    found = news_since(desk, who, since) if since is not None else []
    listed = [{"id": each.id, "event": each.event, "data": each.data} for each in found]
    if not listed:
        listed = [{"id": newest_event_id(desk), "event": "none", "data": {}}]
    return jsonify({"events": listed})


@dataclass
class Reader:
    """One open page: how far it has been told, and when its views were counted."""

    who: Actor
    last: int
    told: set[int] = field(default_factory=set)
    counted: float = 0.0
    stale: bool = False

    def catch_up(self, desk: Desk) -> Iterator[News]:
        """Yield what the database knows and this page does not, each event once."""
        while True:
            found = happened_since(desk, self.last, told=self.told, actor=self.who)
            yield from self.tell(found)
            self.told |= {each.number for each in found}
            if len(found) < MOST:
                return

    def tell(self, events: Sequence[Happened]) -> Iterator[News]:
        """Yield those events that this page may hear of and was not told yet."""
        for each in news_of([one for one in events if one.number not in self.told], self.who, self.last):
            self.last = each.id
            self.stale = True
            yield each
        self.told = {each for each in self.told if each > self.last - OVERLAP}

    @property
    def until_count(self) -> float:
        """How long the counts of its views may still be as they are."""
        return max(0.0, COUNT_AGAIN - (time.monotonic() - self.counted)) if self.stale else PING

    def count(self, desk: Desk) -> News:
        """Count the views."""
        self.counted, self.stale = time.monotonic(), False
        return count_news(desk, self.who, self.last)


def _stream(broadcaster: Broadcaster, place: Place, who: Actor, since: int) -> Iterator[str]:
    """Yield what was missed, then what comes; no connection to the database is held while waiting."""
    desk = current_desk()
    reader = Reader(who, since)
    ends = time.monotonic() + LIFE
    try:
        yield f"retry: 2000\nid: {since}\n\n"
        yield from _asked(broadcaster, lambda: list(reader.catch_up(desk)))
        while time.monotonic() < ends:
            heard = _next(place, reader.until_count)
            if heard is not None:
                fresh = heard.actors.get(place.agent_id, reader.who)
                if fresh is None:
                    return
                reader.who = fresh
                yield from (_event(each) for each in reader.tell(heard.events))
                yield from (_event(each) for each in _by_themselves(heard, reader))
            if place.behind:
                place.behind = False
                yield from _asked(broadcaster, lambda: list(reader.catch_up(desk)))
            if reader.stale and not reader.until_count:
                yield from _asked(broadcaster, lambda: [reader.count(desk)])
            elif heard is None:
                yield ": still here\n\n"
    finally:
        broadcaster.leave(place)
        db.session.remove()


def _asked(broadcaster: Broadcaster, ask: Callable[[], list[News]]) -> list[str]:
    """Return what the database says when it is this stream's turn."""
    with broadcaster.turns:
        try:
            return [_event(each) for each in ask()]
        finally:
            db.session.remove()


def _next(place: Place, wait: float) -> Heard | None:
    try:
        return place.heard.get(timeout=wait) if wait else place.heard.get_nowait()
    except queue.Empty:
        return None


def _others(news: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Return news that are no event of their own."""
    return [news] if news is not None and news.get("kind") in {"delivery", *BY_THEMSELVES} else []


def _by_themselves(heard: Heard, reader: Reader) -> Iterator[News]:
    for news in heard.others:
        if may_hear(reader.who, news) and news.get("agent") in {None, reader.who.agent_id}:
            yield News(reader.last, _name_of(news), _told(news))


def _name_of(news: dict[str, Any]) -> str:
    """Return the name of an event that is told by itself."""
    if news.get("kind") in BY_THEMSELVES:
        return str(news["kind"])
    return "ticket" if news.get("ticket") else "list"


def _told(news: dict[str, Any]) -> dict[str, Any]:
    """Return what the page is told: which ticket, and of a notification what it is and who did it."""
    return {"ticket": news.get("ticket"), "by": news.get("by", ""), "what": news.get("what", "")}


def _event(news: News) -> str:
    return f"id: {news.id}\nevent: {news.event}\ndata: {json.dumps(news.data)}\n\n"


def _id(words: str) -> int | None:
    return int(words) if words.isascii() and words.isdecimal() and len(words) < 19 else None
