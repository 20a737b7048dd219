"""A host that pictures are fetched from, and a resolver that remembers whom it was asked for."""

from __future__ import annotations

from channels.egress import Policy
from tests.channels.scripted_server import Answer, ScriptedServer

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 50


PICTURE = Answer(200, PNG, {"Content-Type": "image/png"})


HOST = "pictures.example.org"


class Names:
    """A resolver that remembers whom it was asked for."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = list(addresses)
        self.asked: list[str] = []

    def __call__(self, host: str, _port: int) -> list[str]:
        self.asked.append(host)
        return self.addresses


def own(web: ScriptedServer, **more: object) -> Policy:
    return Policy(own_hosts=frozenset({f"{HOST}:{web.port}"}), **more)


def url_on(web: ScriptedServer, path: str = "/a.png", scheme: str = "http") -> str:
    return f"{scheme}://{HOST}:{web.port}{path}"
