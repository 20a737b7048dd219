"""JSON that means two things, or nothing, is refused with what is wrong."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import BadRequest

from hub.web.api.strict_json import DEEPEST, read_json
from tests.api.conftest import Program

BROKEN = {
    "empty": b"",
    "spaces": b"  \n",
    "byte order mark": b'\xef\xbb\xbf{"name": "A"}',
    "other encoding": '{"name": "Ä"}'.encode("latin-1"),
    "UTF-16": '{"name": "A"}'.encode("utf-16"),
    "not closed": b'{"name": "A"',
    "single quotes": b"{'name': 'A'}",
    "doubled name": b'{"name": "A", "name": "B"}',
    "not a number": b'{"name": NaN}',
    "infinity": b'{"name": -Infinity}',
    "too large": b'{"name": 1e999}',
    "endless integer": b'{"name": 1' + b"0" * 5000 + b"}",
    "deep": b"[" * 10_000 + b"]" * 10_000,
    "rather deep": b'{"name": ' + b"[" * DEEPEST + b"]" * DEEPEST + b"}",
    "NUL": b'{"name": "A\\u0000"}',
    "NUL in a name": b'{"na\\u0000me": "A"}',
    "half a character": b'{"name": "\\ud800"}',
    "trailing": b'{"name": "A"} {}',
}

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc"), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN.keys())
def test_json_that_is_none_is_refused_with_the_reason(maria: Program, body: bytes) -> None:
    answer = maria.post("/contacts", data=body, content_type="application/json")

    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert answer.get_json()["detail"] != "This request cannot be read."


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"1", b"null", b"true", b"{}", b'{"name": 5}', b'{"name": null}'])
def test_json_of_another_shape_names_what_is_wrong(maria: Program, body: bytes) -> None:
    answer = maria.post("/contacts", data=body, content_type="application/json")

    assert answer.status_code == 422
    assert answer.get_json()["errors"]


def test_a_name_nobody_knows_is_refused_by_name(maria: Program) -> None:
    answer = maria.post("/contacts", json={"name": "Jan Novak", "company_id": 7, "blocked_at": None})

    assert answer.status_code == 422
    assert {each["field"] for each in answer.get_json()["errors"]} == {"company_id", "blocked_at"}


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_form_is_no_json(maria: Program, content_type: str) -> None:
    answer = maria.post("/contacts", data=b'{"name": "A"}', content_type=content_type)

    assert answer.status_code == 415


def test_more_than_fifty_megabytes_is_refused(maria: Program) -> None:
    answer = maria.post("/contacts", data=b"x" * (50 * 1024 * 1024 + 1), content_type="application/json")

    assert answer.status_code == 413


@given(VALUES)
def test_every_plain_value_is_read_as_it_was_written(value: Any) -> None:
    assert read_json(json.dumps(value).encode()) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_or_a_refusal(body: bytes) -> None:
    with suppress(BadRequest):
        read_json(body)
