"""Every address of the product, filled with numbers that are there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from uuid import uuid4

from apiflask import APIFlask

NO_ID = str(uuid4())
ENDLESS = ("events", "live")


def doors(app: APIFlask, method: str, number: int, known: Mapping[str, object] | None = None) -> Iterator[str]:
    """Yield the addresses that take a method, but the endless ones of live events: `known` by name, else a number or an id."""
    values = {"view": "all", "kind": "damage", "filename": "css/parts.css", "public_id": NO_ID, **(known or {})}

    def fill(part: re.Match[str]) -> str:
        kind, _, name = part[1].rpartition(":")
        return str(values.get(name, NO_ID if kind == "uuid" else number))

    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()) and not any(each in rule.rule for each in ENDLESS):
            yield re.sub(r"<([^>]+)>", fill, rule.rule)
