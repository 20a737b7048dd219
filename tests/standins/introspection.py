"""A token introspection endpoint (RFC 7662) that Dovecot asks about XOAUTH2 tokens."""

from __future__ import annotations

from tests.standins.web import Answer, Request, WebServer, json_answer


class Introspection:
    """Knows which access token belongs to whom; `broken` makes it answer 500."""

    def __init__(self) -> None:
        self.tokens: dict[str, str] = {}
        self.broken = False
        self.asked: list[str] = []
        self.server = WebServer(self._answer)

    def _answer(self, request: Request) -> Answer:
        token = dict(request.query).get("token", "")
        self.asked.append(token)
        if self.broken:
            return Answer(500)
        if token not in self.tokens:
            return json_answer({"active": False})
        return json_answer({"active": True, "email": self.tokens[token], "token_type": "Bearer", "scope": "mail"})
