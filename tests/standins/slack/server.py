"""The stand-in as a whole: the Web API on one port, the people and the faults in the hand of the test."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Any, Self

from tests.standins.faults import Fault, Faults
from tests.standins.process import Control, control
from tests.standins.slack.arguments import Arguments, authenticate, read_arguments
from tests.standins.slack.blocks import check_blocks
from tests.standins.slack.delivery import Courier, Delivery
from tests.standins.slack.files import Files
from tests.standins.slack.methods import Methods
from tests.standins.slack.people import People
from tests.standins.slack.views import Views
from tests.standins.slack.workspace import Channel, Message, SlackError, User, Workspace
from tests.standins.web import Answer, Json, Request, WebServer, json_answer

# Not in the shape of a real token, lest a scanner of secrets takes it for one.
BOT_TOKEN = "xoxb-stand-in-token"
SIGNING_SECRET = "0123456789abcdef0123456789abcdef"
FAULTS = frozenset({"429", "500", "503", "html", "empty", "error", "timeout", "timeout_after", "cut", "cut_after"})


@dataclass(frozen=True)
class Call:
    """One Web API call and what came of it; `error` is "" for ok."""

    method: str
    arguments: dict[str, Any]
    error: str
    status: int


class SlackStandIn:
    """Slack on a loopback port; a context manager.

    `url` is what a client uses instead of https://slack.com/api/. Give the app's addresses with
    `interactivity_url` and `events_url`. With `echo`, the app is told of its own messages as well,
    as Slack tells every app that listens to a channel it writes to.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        bot_token: str = BOT_TOKEN,
        signing_secret: str = SIGNING_SECRET,
        interactivity_url: str = "",
        events_url: str = "",
        echo: bool = True,
    ) -> None:
        self.workspace = Workspace(bot_token, signing_secret)
        self.courier = Courier(signing_secret)
        self.views = Views(self.workspace)
        self.people = People(self.workspace, self.courier, self.views, interactivity_url, events_url)
        self.faults = Faults(FAULTS)
        self.calls: list[Call] = []
        self.echo = echo
        self._methods = Methods(self.workspace, self._happened)
        self._files = Files(self.workspace, self._happened)
        self._server = WebServer(self._answer, port)
        self._threads: list[threading.Thread] = []

    @property
    def url(self) -> str:
        """Return the base address of the Web API, ending in `/api/`."""
        return f"{self._server.url}/api/"

    @property
    def messages(self) -> list[Message]:
        """Return all messages, oldest first."""
        with self.workspace.lock:
            return sorted(self.workspace.messages.values(), key=lambda message: message.ts)

    def start(self) -> Self:
        """Listen on 127.0.0.1."""
        self._server.start()
        self.workspace.base_url = self._server.url
        return self

    def stop(self) -> None:
        """Stop listening and forget events still to be told."""
        self.courier.stopping.set()
        self.finish()
        self._server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # -- steering ----------------------------------------------------------------------------------

    def script(
        self,
        kind: str,
        *,
        times: int = 1,
        where: str = "",
        seconds: float = 30.0,
        retry_after: int = 1,
        error: str = "",
    ) -> None:
        """Let the next `times` calls whose method matches `where` fail.

        Kinds: 429 (with Retry-After), 500, 503, html, empty, `error` (with the word in `error`, such
        as token_revoked), and timeout, timeout_after, cut, cut_after (the last of each: after the
        call took effect).
        """
        if (kind == "error") != bool(error):
            raise ValueError("kind 'error' needs the word of the error, the other kinds have none")
        self.faults.script(Fault(kind, times, where, seconds, retry_after, error))

    def add_user(self, name: str, email: str = "") -> User:
        """Add a person to the workspace."""
        return self.workspace.add_user(name, email)

    def add_channel(self, name: str, *, is_member: bool = True, is_private: bool = False) -> Channel:
        """Add a channel, with our bot in it or not."""
        return self.workspace.add_channel(name, is_member=is_member, is_private=is_private)

    def press(self, message: Message, action_id: str, user: User, *, age: float = 0.0, secret: str = "") -> Delivery:
        """Press a button of a message; see People.press."""
        return self.people.press(message.channel, message.ts, action_id, user.id, age=age, secret=secret)

    def thread_reply(
        self, message: Message, text: str, user: User, files: Sequence[tuple[str, str, bytes]] = ()
    ) -> list[Delivery]:
        """Answer in the thread of a message; returns the attempts to tell the app."""
        return self.people.write(message.channel, text, user.id, message.thread_ts or message.ts, files)[1]

    def submit_view(self, view_id: str, values: dict[str, dict[str, Any]], *, age: float = 0.0) -> Delivery:
        """Fill in and submit a modal; see People.submit_view."""
        return self.people.submit_view(view_id, values, age=age)

    def finish(self, timeout: float = 5.0) -> None:
        """Wait until the app has been told of everything it did itself."""
        for thread in list(self._threads):
            thread.join(timeout)

    def _happened(self, message: Message, subtype: str) -> None:
        if not self.echo or not self.people.events_url:
            return
        event = self.people.message_event(message, subtype)
        thread = threading.Thread(target=self.people.tell, args=(event,), daemon=True)
        self._threads.append(thread)
        thread.start()

    # -- answering ---------------------------------------------------------------------------------

    def _answer(self, request: Request) -> Answer:
        steering = control(request, self._verbs())
        if steering is not None:
            return steering
        other = self._files.upload(request) or self._files.download(request) or self._respond(request)
        if other is not None:
            return other
        method = request.path.removeprefix("/api/").strip("/")
        fault = self.faults.take(method)
        if fault is None:
            return self._call(method, request)
        return self._fail(fault, method, request)

    def _fail(self, fault: Fault, method: str, request: Request) -> Answer:
        if fault.kind == "429":
            answer = json_answer({"ok": False, "error": "ratelimited"}, 429, Retry_After=str(fault.retry_after))
        elif fault.kind in {"500", "503"}:
            answer = Answer(int(fault.kind), b"upstream connect error", "text/plain")
        elif fault.kind == "html":
            answer = Answer(502, b"<!DOCTYPE html><title>Slack</title>", "text/html")
        elif fault.kind == "empty":
            answer = Answer(200)
        elif fault.kind == "error":
            answer = json_answer({"ok": False, "error": fault.word})
        else:
            if fault.kind.endswith("_after"):
                self._call(method, request)
            return Answer(silent=True, wait=fault.seconds if fault.kind.startswith("timeout") else 0.0)
        self.calls.append(Call(method, {}, fault.word or fault.kind, answer.status))
        return answer

    def _call(self, method: str, request: Request) -> Answer:
        arguments, error, result = Arguments({}), "", dict[str, Any]()
        try:
            arguments = read_arguments(request)
            authenticate(self.workspace, request, arguments)
            function = self._method(method)
            with self.workspace.lock:
                result = function(arguments)
        except SlackError as problem:
            error, result = problem.error, problem.more
        self.calls.append(Call(method, arguments.values, error, 200))
        return json_answer({"ok": not error, **({"error": error} if error else {}), **result})

    def _method(self, name: str) -> Callable[[Arguments], Json]:
        table = {**self._methods.table(), **self._files.table(), **self.views.table()}
        if name not in table:
            raise SlackError("unknown_method", req_method=name)
        scope, function = table[name]
        if scope and scope not in self.workspace.scopes:
            raise SlackError("missing_scope", needed=scope, provided=",".join(sorted(self.workspace.scopes)))
        return function

    def _respond(self, request: Request) -> Answer | None:
        """Take what the app sends to a response_url: five times within half an hour."""
        if not request.path.startswith(f"/actions/{self.workspace.team_id}/"):
            return None
        known = self.people.response_urls.get(request.path.rpartition("/")[2])
        if known is None or self.workspace.now() - known["at"] > 1800:
            return Answer(404, b"expired_url", "text/plain")
        if known["uses"] >= 5:
            return Answer(404, b"used_url", "text/plain")
        known["uses"] += 1
        body = json.loads(request.body)
        if check_blocks(body.get("blocks", [])):
            return json_answer({"ok": False, "error": "invalid_blocks"}, 400)
        with self.workspace.lock:
            if body.get("delete_original"):
                del self.workspace.messages[known["channel"], known["ts"]]
            elif body.get("replace_original"):
                message = self.workspace.messages[known["channel"], known["ts"]]
                message.text, message.blocks = body.get("text", ""), body.get("blocks", [])
            else:
                self.workspace.ephemerals.append({"channel": known["channel"], "user": known["user"], **body})
        return json_answer({"ok": True})

    def state(self) -> Json:
        """Return everything that happened, as JSON values."""
        with self.workspace.lock:
            return {
                "messages": [{"channel": one.channel, **self.workspace.render_message(one)} for one in self.messages],
                "ephemerals": self.workspace.ephemerals,
                "views": [{**self.views.render(one), "shown": one.state} for one in self.workspace.views.values()],
                "calls": [asdict(call) for call in self.calls],
                "users": [asdict(user) for user in self.workspace.users.values()],
                "channels": [asdict(channel) for channel in self.workspace.channels.values()],
                "deliveries": [
                    {"url": one.url, "status": one.status, "problem": one.problem, "seconds": one.seconds}
                    for one in self.courier.deliveries
                ],
            }

    def _verbs(self) -> dict[str, Control]:
        def told(delivery: Delivery) -> Json:
            return {"status": delivery.status, "problem": delivery.problem, "answer": delivery.answer}

        def press(given: Json) -> Json:
            return told(self.people.press(given["channel"], given["ts"], given["action_id"], given["user"]))

        def uploads(files: list[Json]) -> list[tuple[str, str, bytes]]:
            return [(one["name"], one["content_type"], base64.b64decode(one["base64"])) for one in files]

        def write(given: Json) -> list[Json]:
            thread = given.get("thread_ts", "")
            files = uploads(given.get("files", []))
            _, attempts = self.people.write(given["channel"], given["text"], given["user"], thread, files)
            return [told(attempt) for attempt in attempts]

        def submit(given: Json) -> Json:
            values = {
                block: {action: uploads(value) if isinstance(value, list) else value for action, value in of.items()}
                for block, of in given["values"].items()
            }
            return told(self.submit_view(given["view_id"], values))

        def addresses(given: Json) -> None:
            self.people.interactivity_url = given.get("interactivity_url", self.people.interactivity_url)
            self.people.events_url = given.get("events_url", self.people.events_url)
            self.courier.routes.update(given.get("routes", {}))

        return {
            "state": lambda _: self.state(),
            "script": lambda given: self.script(**given),
            "add_user": lambda given: asdict(self.add_user(**given)),
            "add_channel": lambda given: asdict(self.add_channel(**given)),
            "addresses": addresses,
            "press": press,
            "write": write,
            "submit_view": submit,
            "verify_url": lambda given: self.people.verify_url(given["url"]),
        }
