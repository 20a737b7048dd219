"""Live news for open pages: one Redis subscription a process, fanned out to its clients; PostgreSQL is asked after a break."""

from __future__ import annotations

import json
import logging
import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import redis
from flask import Blueprint, Flask, Response, current_app, jsonify, request, stream_with_context

from hub.background import Background
from hub.db import db
from hub.desk import Desk
from hub.domain.access import Actor
from hub.errors import HubError
from hub.services.accounts import actor_of
from hub.services.news import MOST, OVERLAP, News, may_hear, newest_event_id, news_since
from hub.web.desk import current_desk
from hub.web.guards import actor, guarded, staff

log = logging.getLogger(__name__)

MOST_CLIENTS = 60
PING = 15.0
LIFE = 15 * 60.0
FULL = 200
WITHOUT_REDIS = 1.0
BY_THEMSELVES = frozenset({"presence", "notification"})

live = guarded(Blueprint("live", __name__), staff())


class Crowded(HubError):
    """This process holds as many streams as it may: the client polls instead."""


@dataclass
class Broadcaster:
    """Takes news from Redis once and gives each to every open stream of this process."""

    background: Background
    clients: set[queue.Queue[dict[str, Any]]] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)
    thread: threading.Thread | None = None

    def join(self) -> queue.Queue[dict[str, Any]]:
        """Open a place for one stream; raises `Crowded`."""
        with self.lock:
            if len(self.clients) >= MOST_CLIENTS:
                raise Crowded("Too many open pages: this one asks every 20 seconds.")
            place: queue.Queue[dict[str, Any]] = queue.Queue(FULL)
            self.clients.add(place)
            if self.thread is None:
                self.thread = threading.Thread(target=self._run, name="news", daemon=True)
                self.thread.start()
            return place

    def leave(self, place: queue.Queue[dict[str, Any]]) -> None:
        """Close a stream's place."""
        with self.lock:
            self.clients.discard(place)

    def _run(self) -> None:
        while True:
            try:
                for news in self.background.listen():
                    if news is not None:
                        self._give(news)
            except (redis.RedisError, OSError):
                self._give({"kind": "look"})
                time.sleep(WITHOUT_REDIS)

    def _give(self, news: dict[str, Any]) -> None:
        with self.lock:
            for place in self.clients:
                try:
                    place.put_nowait(news)
                except queue.Full:
                    continue


def install_live(app: Flask) -> None:
    """Give the application its broadcaster."""
    app.extensions["broadcaster"] = Broadcaster(app.extensions["desk"].background)
    app.register_blueprint(live)


@live.get("/events")
def events() -> Response:
    """Stream news of the tickets this agent may see, with ids to go on from after a break."""
    who = actor()
    broadcaster: Broadcaster = current_app.extensions["broadcaster"]
    try:
        place = broadcaster.join()
    except Crowded:
        return Response(status=204)
    since = _id(request.headers.get("Last-Event-ID", "") or request.args.get("since", ""))
    stream = stream_with_context(_stream(broadcaster, place, who, since))
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


def _stream(
    broadcaster: Broadcaster, place: queue.Queue[dict[str, Any]], who: Actor, since: int | None
) -> Iterator[str]:
    """Yield what was missed, then what comes; the connection to the database is given back while waiting."""
    desk = current_desk()
    last = since if since is not None else newest_event_id(desk)
    told: set[int] = set()
    ends = time.monotonic() + LIFE
    try:
        yield f"retry: 2000\nid: {last}\n\n"
        while time.monotonic() < ends:
            fresh = actor_of(desk, who.agent_id) if who.agent_id else None
            if fresh is None:
                return
            for each in _tell(desk, fresh, last, told):
                last = each.id
                yield _event(each)
            db.session.remove()
            for news in _wait(place):
                if may_hear(fresh, news) and news.get("agent") in {None, fresh.agent_id}:
                    yield _event(News(last, _name_of(news), _told(news)))
            yield ": still here\n\n"
    finally:
        broadcaster.leave(place)
        db.session.remove()


def _tell(desk: Desk, who: Actor, last: int, told: set[int]) -> Iterator[News]:
    """Yield what is new until nothing is, each event once, and keep in mind what may still be seen again."""
    while True:
        found = news_since(desk, who, last, told=told)
        yield from found
        last = found[-1].id if found else last
        told |= {each.number for each in found if each.number}
        told -= {each for each in told if each <= last - OVERLAP}
        if len(found) < MOST:
            return


def _wait(place: queue.Queue[dict[str, Any]]) -> list[dict[str, Any]]:
    """Wait for news, then take all that is there; only what has no event of its own is passed on as it is."""
    try:
        first = place.get(timeout=PING)
    except queue.Empty:
        return []
    found = [first]
    while not place.empty():
        found.append(place.get_nowait())
    return [each for each in found if each.get("kind") in {"delivery", *BY_THEMSELVES}]


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
