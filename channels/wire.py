"""The values of `channels.message` as JSON and back: for the outbox, and for a parser that runs in a child process."""

from __future__ import annotations

import types
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

Value = TypeVar("Value")
SCALARS = (str, int, float, bool, type(None))


def to_json(value: object) -> Any:  # noqa: PLR0911 - one line a type
    """Return a value made of dataclasses, tuples, mappings, bytes, instants and enums as JSON types."""
    match value:
        case Enum():
            return value.value
        case datetime():
            return value.isoformat()
        case UUID():
            return str(value)
        case bytes():
            return b64encode(value).decode("ascii")
        case Mapping():
            return {str(key): to_json(each) for key, each in value.items()}
        case tuple() | list() | frozenset():
            return [to_json(each) for each in value]
        case _ if is_dataclass(value):
            return {each.name: to_json(getattr(value, each.name)) for each in fields(value)}
        case _ if isinstance(value, SCALARS):
            return value
    raise TypeError(f"{type(value).__name__} has no JSON form here.")


def from_json(kind: type[Value], data: Any) -> Value:
    """Return the dataclass `kind` from what `to_json` made; unknown keys are ignored, missing ones take their default."""
    made: Value = _read(kind, data)
    return made


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, data: Any) -> Any:  # noqa: PLR0911 - one line a type
    origin = get_origin(kind)
    if origin in {Union, types.UnionType}:
        inner = next(each for each in get_args(kind) if each is not type(None))
        return None if data is None else _read(inner, data)
    if origin is tuple:
        return tuple(_read(get_args(kind)[0], each) for each in data)
    if origin is not None and issubclass(origin, Mapping):
        return dict(data)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(
            **{each.name: _read(hints[each.name], data[each.name]) for each in fields(kind) if each.name in data}
        )
    if kind is datetime:
        return datetime.fromisoformat(data)
    if kind is UUID:
        return UUID(data)
    if kind is bytes:
        return b64decode(data)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(data)
    return data
