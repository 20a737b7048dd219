"""The registry of commands: keys, names and places from one file, for the handler, the help sheet and the tooltips."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Something a key does. `keys` are alternatives, as `KeyboardEvent.key` with `Control+` and `Shift+` before it.

    A key press goes to the first visible element with `data-command` naming `id`: a field is focused, anything else
    clicked. `single` keys can be switched off and never work while somebody types.
    """

    id: str
    label: str
    keys: tuple[str, ...]
    single: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandGroup:
    """The commands of one place, under its name in the help sheet."""

    label: str
    commands: tuple[Command, ...]


def read_commands(registry: str, translate: Callable[[str], str] = str) -> tuple[CommandGroup, ...]:
    """Read the text of `static/js/commands.json`, with every name in the reader's language."""
    return tuple(
        CommandGroup(
            label=translate(group["label"]),
            commands=tuple(
                Command(
                    id=entry["id"],
                    label=translate(entry["label"]),
                    keys=tuple(entry["keys"]),
                    single=not any(key.startswith("Control+") for key in entry["keys"]),
                )
                for entry in group["commands"]
            ),
        )
        for group in json.loads(registry)
    )


def extract_commands(
    fileobj: IO[bytes],
    keywords: object,  # noqa: ARG001 - the four arguments are Babel's
    comment_tags: object,  # noqa: ARG001
    options: object,  # noqa: ARG001
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Yield the names in `commands.json` to Babel's catalogue (set as an extraction method in `babel.cfg`)."""
    for group in json.load(fileobj):
        yield 1, "gettext", group["label"], []
        for entry in group["commands"]:
            yield 1, "gettext", entry["label"], []
