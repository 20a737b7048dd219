"""A tiny application for stand-ins to call, and a way to wait for things without sleeping blindly."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from tests.standins.web import Answer, Request, WebServer

EMPTY_TWIML = Answer(200, b"<?xml version='1.0'?><Response/>", "text/xml")


class Application:
    """Records every request; `answers` are given in turn, the last one for ever."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers) or [EMPTY_TWIML]
        self.requests: list[Request] = []
        self._lock = threading.Lock()
        self._server = WebServer(self._answer)

    @property
    def url(self) -> str:
        """Return the base address."""
        return self._server.url

    def _answer(self, request: Request) -> Answer:
        with self._lock:
            self.requests.append(request)
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()


def wait_until(holds: Callable[[], object], timeout: float = 5.0) -> None:
    """Return as soon as a condition holds; raise TimeoutError after `timeout` seconds."""
    pause = threading.Event()
    end = time.monotonic() + timeout
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError("the condition did not come to hold")
        pause.wait(0.005)
