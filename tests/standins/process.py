"""Running a stand-in as a process of its own, steered over HTTP."""

from __future__ import annotations

import json
import queue
import signal
import sys
from collections.abc import Callable, Mapping
from typing import Any

from tests.standins.web import Answer, Json, Request, json_answer

Control = Callable[[Json], object]
PREFIX = "/_standin/"


def control(request: Request, verbs: Mapping[str, Control]) -> Answer | None:
    """Answer a steering request, `POST /_standin/<verb>` with a JSON object; None for any other path.

    A verb that raises is answered with 400 and the sentence of its error.
    """
    if not request.path.startswith(PREFIX):
        return None
    verb = verbs.get(request.path.removeprefix(PREFIX))
    if verb is None:
        return json_answer({"error": f"no such verb; there are {', '.join(sorted(verbs))}"}, 404)
    try:
        arguments: Any = json.loads(request.body or b"{}")
        return json_answer(verb(arguments))
    except (KeyError, TypeError, ValueError, LookupError) as error:
        return json_answer({"error": f"{type(error).__name__}: {error}"}, 400)


def serve_until_stopped(facts: Json) -> None:
    """Print the facts as one line of JSON and wait for SIGTERM or SIGINT."""
    # SimpleQueue.put is the one hand-over that may be called from a signal handler.
    stopped: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda caught, _frame: stopped.put(caught))
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()
    stopped.get()
