"""Placeholders in texts that people prepare: `{{name}}` stands for what is known when the text is used."""

from __future__ import annotations

import re
from collections.abc import Mapping

PLACEHOLDER = re.compile(r"\{\{\s*([\w .-]{0,60}?)\s*\}\}")


def placeholders(text: str) -> tuple[str, ...]:
    """Return the names of a text's placeholders, each once."""
    return tuple(dict.fromkeys(each.group(1).casefold() for each in PLACEHOLDER.finditer(text)))


def open_placeholders(text: str) -> tuple[str, ...]:
    """Return the placeholders of a text, each once, as they are written in it."""
    return tuple(dict.fromkeys(each.group() for each in PLACEHOLDER.finditer(text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its placeholders filled in; those without a value stay."""
    return PLACEHOLDER.sub(lambda found: values.get(found.group(1).casefold(), "") or found.group(), text)
