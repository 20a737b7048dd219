"""The small family of errors the hub raises, mapped to answers once in `hub.web.errors`.

HubError
├── Refused          a rule of the trade says no (409)
│   └── Stale        somebody else was quicker (409)
├── Invalid          the input is wrong; names the field and the remedy (422)
├── Forbidden        this actor may not (403)
├── NotFound         no such row for this actor (404)
└── Misconfigured    the desk cannot work like this (start-up)
"""

from __future__ import annotations


class HubError(Exception):
    """Every error the hub raises on purpose; its text is a sentence for people."""


class Refused(HubError):
    """A rule of the trade says no."""


class Stale(Refused):
    """The row changed since the actor last saw it."""


class Invalid(HubError):
    """The input is wrong: `field` names where, the text says what to do."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class Forbidden(HubError):
    """This actor may not do this."""


class NotFound(HubError):
    """There is no such row, or not for this actor: the two are never told apart."""


class Misconfigured(HubError):
    """The configuration cannot work; `problems` lists every mistake at once."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
