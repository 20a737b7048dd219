"""Reads the stories: tickets as little plays, written by hand.

=== sms plumbing closed at="Park 3" age=3d       channel, topic, fate, and what is particular
Kitchen tap drips                                the subject; texts have none
> It drips.                                      a person writes
< Somebody comes on Monday.                      an agent answers
~ Rang the plumber.                              a note of the agent
@ blocked Kitchen tap drips / part is missing    the task, the state it is in, and the reason
* 9 Quick!                                       the survey's answer
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from importlib import resources

BEGINS = "=== "
WAYS = {">": "person", "<": "reply", "~": "note", "@": "task", "*": "score"}
COMPANIES = {"harbor": "harbor-street", "canal": "canal-row", "": "lindenhof"}
LENGTH = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing somebody says or does."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Story:
    """One ticket as it is told."""

    channel: str
    topic: str
    fate: str
    subject: str
    lines: tuple[Line, ...]
    options: dict[str, str] = field(default_factory=dict)

    @property
    def company(self) -> str:
        """Return the short name of the company it happens to."""
        return COMPANIES[self.options.get("co", "")]

    @property
    def talk(self) -> list[Line]:
        """Return what is said, in order."""
        return [each for each in self.lines if each.kind in {"person", "reply", "note"}]

    @property
    def age(self) -> timedelta | None:
        """Return how long ago the last line was, where the story says so."""
        return read_length(self.options["age"]) if "age" in self.options else None

    def list_of(self, name: str) -> list[str]:
        """Return an option that is a list."""
        return [each for each in self.options.get(name, "").split(",") if each]

    def first(self, kind: str) -> str:
        """Return the first line of a kind, or nothing."""
        return next((each.text for each in self.lines if each.kind == kind), "")


def read_length(words: str) -> timedelta:
    """Return a length of time written like `2d3h10m`."""
    found = LENGTH.fullmatch(words)
    if found is None:
        raise ValueError(f"{words!r} is no length of time: write it like 2d3h10m.")
    days, hours, minutes = (int(each or 0) for each in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)


@cache
def read_stories() -> tuple[Story, ...]:
    """Read every story that ships with the demo."""
    folder = resources.files("hub.demo").joinpath("stories")
    files = sorted((each for each in folder.iterdir() if each.name.endswith(".txt")), key=lambda each: each.name)
    return tuple(story for file in files for story in read_play(file.read_text(encoding="utf-8")))


def read_play(text: str) -> Iterator[Story]:
    """Yield the stories of one file; what stands before the first one is its title."""
    for piece in f"\n{text}".split(f"\n{BEGINS}")[1:]:
        head, _, body = piece.partition("\n")
        channel, topic, fate, *rest = shlex.split(head)
        options = dict(each.split("=", 1) for each in rest)
        subject, lines = _read_body(body)
        yield Story(channel, topic, fate, subject, lines, options)


def _read_body(body: str) -> tuple[str, tuple[Line, ...]]:
    """Return the subject and the lines; a line that repeats its sign goes on in a new paragraph."""
    subject = ""
    lines: list[Line] = []
    for written in body.strip().split("\n"):
        sign, _, words = written.partition(" ")
        kind = WAYS.get(sign)
        if kind is None:
            subject = written.strip()
        elif kind == "person" and lines and lines[-1].kind == "person":
            lines[-1] = Line(kind, f"{lines[-1].text}\n\n{words}")
        else:
            lines.append(Line(kind, words))
    return subject, tuple(lines)
