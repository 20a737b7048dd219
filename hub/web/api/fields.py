"""The kinds of fields that requests are made of, and the bases of every request and answer."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AliasChoices,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from channels.sniff import safe_file_name, sniff
from hub.services.pages import LARGEST, LARGEST_PAGE, PAGE
from hub.services.sending.reply import File

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
BREAKS = re.compile(r"[\r\n]")
DIGITS = re.compile(r"-?[0-9]{1,18}", re.ASCII)
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
FIRST, LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
MOST_CENTS = 10**12


class Body(BaseModel):
    """A request's JSON object: no name it does not know, no value of another type."""

    model_config = ConfigDict(strict=True, extra="forbid")


class Query(BaseModel):
    """A request's query: a misspelt filter is refused, for it would return everything."""

    model_config = ConfigDict(extra="forbid")


class Out(BaseModel):
    """An answer."""

    model_config = ConfigDict(frozen=True)


def absent() -> Any:
    """Return the default of a field that may be left out but not be null."""
    return Field(default=None, json_schema_extra=_without_default)


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


def bytes_of(description: str, *content_types: str) -> dict[int | str, dict[str, str | dict[str, dict[str, Any]]]]:
    """Return the description of an answer that is a file."""
    return {200: {"description": description, "content": {each: {} for each in content_types}}}


def _clean(text: str) -> str:
    if UNPRINTABLE.search(text):
        raise ValueError("leave out control characters")
    return text


def _one_line(text: str) -> str:
    if BREAKS.search(text):
        raise ValueError("write it in one line")
    return _clean(text)


def _only_text(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("write it as a text")  # noqa: TRY004 - what pydantic expects
    return value


def _iso_day(value: object) -> object:
    if not isinstance(value, str) or not ISO_DAY.fullmatch(value):
        raise ValueError("write the date like 2026-11-30")
    return value


def _of_our_time(at: datetime) -> datetime:
    if not FIRST <= at < LAST:
        raise ValueError("give an instant between 1900 and 2200")
    return at.astimezone(UTC)


def _day_of_our_time(on: date) -> date:
    if not FIRST.date() <= on < LAST.date():
        raise ValueError("give a date between 1900 and 2200")
    return on


def whole(value: object) -> object:
    """Read a number of a query: ASCII digits only, so that one number has one spelling."""
    if isinstance(value, str) and not DIGITS.fullmatch(value):
        raise ValueError("write it in digits")
    return value


def page_size(value: object) -> object:
    """Read how many rows a page shall have: what is not possible is refused, for fewer rows than asked for look like all."""
    if isinstance(value, str) and not (DIGITS.fullmatch(value) and 1 <= int(value) <= LARGEST_PAGE):
        raise ValueError(f"give a whole number from 1 to {LARGEST_PAGE}")
    return value


Id = Annotated[int, Field(ge=1, le=LARGEST)]
QueryId = Annotated[int, BeforeValidator(whole), Field(ge=1, le=LARGEST)]
Limit = Annotated[int, Field(ge=1, le=LARGEST_PAGE), BeforeValidator(page_size)]
Line = Annotated[str, StringConstraints(max_length=300), AfterValidator(_one_line)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"\S"), AfterValidator(_one_line)]
Text = Annotated[str, StringConstraints(max_length=100_000), AfterValidator(_clean)]
Slug = Annotated[str, StringConstraints(max_length=100, pattern=r"^[a-z0-9-]*$")]
Instant = Annotated[AwareDatetime, BeforeValidator(_only_text), AfterValidator(_of_our_time), Field(strict=False)]
Day = Annotated[date, BeforeValidator(_iso_day), AfterValidator(_day_of_our_time), Field(strict=False)]
Cents = Annotated[int, Field(ge=-MOST_CENTS, le=MOST_CENTS)]
QueueSlug = Literal["front-desk", "maintenance", "leasing", "billing", "other"]
StatusWord = Literal["new", "open", "pending", "on_hold", "closed"]
PriorityWord = Literal["low", "normal", "high", "urgent"]
RoleWord = Literal["resident", "owner", "craftsman", ""]


class Paged(Query):
    """What every list takes."""

    cursor: Annotated[str, StringConstraints(max_length=200, pattern=r"^[A-Za-z0-9_-]*$")] = Field(
        "", description="`next` of the page before."
    )
    limit: Limit = Field(PAGE, description=f"How many rows a page has: 1 to {LARGEST_PAGE}.")


def _base64(text: str) -> str:
    try:
        b64decode(text, validate=True)
    except (Base64Error, ValueError) as error:
        raise ValueError("encode the file's bytes in base64") from error
    return text


class FileIn(Body):
    """A file in a request; its type is decided by its bytes."""

    name: Line = Field("", validation_alias=AliasChoices("name", "filename"))
    type: Line = Field("", validation_alias=AliasChoices("type", "content_type"))
    data: Annotated[str, AfterValidator(_base64)] = Field(
        validation_alias=AliasChoices("data", "content"), json_schema_extra={"contentEncoding": "base64"}
    )

    def open(self, number: int) -> File:
        """Return the file with a safe name and the type its bytes have."""
        data = b64decode(self.data)
        content_type = sniff(data, self.name)
        return File(safe_file_name(self.name, content_type, number), content_type, data)


def open_files(files: list[FileIn]) -> list[File]:
    """Return the files of a request, empty ones left out."""
    opened = [each.open(number) for number, each in enumerate(files, start=1)]
    return [each for each in opened if each.data]
