"""JSON that means one thing: no doubled names, no NaN, no text a database cannot hold, no nesting without end."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from werkzeug.exceptions import BadRequest

DEEPEST = 32
BOM = b"\xef\xbb\xbf"


def read_json(body: bytes) -> Any:
    """Return the value of a JSON text (RFC 8259); raises `BadRequest` with what is wrong."""
    if not body.strip():
        _refuse("The body is empty: send a JSON object.")
    if body.startswith(BOM):
        _refuse("The body begins with a byte order mark: send plain UTF-8.")
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_read_pairs,
            parse_constant=lambda word: _refuse(f"{word} is no JSON: leave the value out."),
            parse_float=_read_float,
        )
    except UnicodeDecodeError:
        _refuse("The body is not UTF-8.")
    except RecursionError:
        _refuse(f"The JSON is nested deeper than {DEEPEST} levels.")
    except json.JSONDecodeError as error:
        _refuse(f"The body is no JSON: {error.msg} at character {error.pos}.")
    except ValueError:  # an integer of thousands of digits
        _refuse("The JSON holds a number that is too long.")
    _check(value, 1)
    return value


class StrictJson:
    """What Flask's request reads JSON with: `request.json_module`."""

    @staticmethod
    def loads(body: bytes, **_: Any) -> Any:
        """Return the value of a JSON text; raises `BadRequest`."""
        return read_json(body)


def _read_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for name, each in pairs:
        if name in value:
            _refuse(f"The name {name[:100]!r} stands twice in one object: which is meant?")
        value[name] = each
    return value


def _read_float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        _refuse("The JSON holds a number that is too large.")
    return value


def _check(value: Any, depth: int) -> None:
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict | list):
        if depth > DEEPEST:
            _refuse(f"The JSON is nested deeper than {DEEPEST} levels.")
        if isinstance(value, dict):
            for name in value:
                _check_text(name)
        for each in value.values() if isinstance(value, dict) else value:
            _check(each, depth + 1)


def _check_text(text: str) -> None:
    if "\0" in text:
        _refuse("A text holds the character NUL, which no text may hold.")
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            _refuse("A text holds half of a surrogate pair, which is no character.")


def _refuse(sentence: str) -> NoReturn:
    raise BadRequest(sentence)
