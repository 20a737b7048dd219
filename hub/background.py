"""Wake-ups and live news through Redis. Losing it loses nothing: rows wait in PostgreSQL and loops look by themselves."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator, Sequence
from typing import Any

import redis
from rq import Queue
from rq.serializers import JSONSerializer

log = logging.getLogger(__name__)

QUEUE = "wake-ups"
NEWS = "hub:news"
PATIENCE = 0.5
REST = 5.0
FOUND_BROKEN = (redis.RedisError, OSError)


class Background:
    """Wakes workers and tells open pages. After a failure it rests, so that no page waits for a server that hangs."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._client = connect(url) if url else None
        self._queue = Queue(QUEUE, connection=self._client, serializer=JSONSerializer) if self._client else None
        self._rests_until = 0.0

    def wake(self, job: str) -> None:
        """Hurry the loop behind `hub.jobs.wake.<job>`; a second wake-up before the first ran is the same one."""
        if self._queue is None or self._resting():
            return
        try:
            self._queue.enqueue(f"hub.jobs.wake.{job}", job_id=f"wake-{job}", result_ttl=0, failure_ttl=60)
        except FOUND_BROKEN as error:
            self._rest(error)

    def run(self, job: str, slot: str) -> bool:
        """Queue a scheduled job once for its time slot; False when there is no queue and the caller must run it itself."""
        if self._queue is None or self._resting():
            return False
        try:
            self._queue.enqueue(
                f"hub.jobs.{job}", job_id=f"{job}-{slot}".replace(".", "-"), result_ttl=0, failure_ttl=3600
            )
        except FOUND_BROKEN as error:
            self._rest(error)
            return False
        return True

    def publish(self, news: Sequence[dict[str, Any]]) -> None:
        """Tell every web process of committed events, all in one message."""
        if self._client is None or not news or self._resting():
            return
        try:
            self._client.publish(NEWS, json.dumps(news))
        except FOUND_BROKEN as error:
            self._rest(error)

    def listen(self) -> Iterator[dict[str, Any] | None]:
        """Yield news as they come, and None each second without any; raises `redis.RedisError` when the server is lost."""
        if self._client is None:
            raise redis.ConnectionError("No Redis is configured.")
        subscription = self._client.pubsub(  # type: ignore[no-untyped-call]  # redis-py has no types here
            ignore_subscribe_messages=True
        )
        subscription.subscribe(NEWS)
        try:
            while True:
                message = subscription.get_message(timeout=1.0)
                yield from json.loads(message["data"]) if message else [None]
        finally:
            subscription.close()

    def alive(self) -> bool:
        """Tell whether the server answers now."""
        try:
            return self._client is not None and bool(self._client.ping())
        except FOUND_BROKEN:
            return False

    def _resting(self) -> bool:
        return time.monotonic() < self._rests_until

    def _rest(self, error: Exception) -> None:
        self._rests_until = time.monotonic() + REST
        log.warning("Redis did not answer (%s): going on without it for %.0f s.", type(error).__name__, REST)


def connect(url: str, *, patience: float = PATIENCE) -> redis.Redis:
    """Return a client with hard time-outs and a named pool limit (redis-py 8 would stop at 100 connections)."""
    return redis.Redis.from_url(url, socket_timeout=patience, socket_connect_timeout=patience, max_connections=256)
