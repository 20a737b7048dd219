"""Opening hours as people type them: `08:00-12:00, 13:00-18:00`; nothing is closed, `00:00-24:00` the whole day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time
from itertools import pairwise

from hub.domain.business_hours import Span
from hub.errors import Invalid

MOST_SPANS = 6
TYPED = re.compile(r"(\d{1,2})[:.]?(\d{2})?\s*(?:-|–|to)\s*(\d{1,2})[:.]?(\d{2})?")
WHOLE_DAY = 24 * 60


def read_hours(typed: str, *, field: str, day: str) -> tuple[Span, ...]:
    """Return the spans of one day in order; raises `Invalid`, which names the day and shows how hours are written.

    A span that ends no later than it begins ends on the next day.
    """
    parts = [part.strip() for part in re.split(r"[,;\n]", typed) if part.strip()]
    if len(parts) > MOST_SPANS:
        raise Invalid(f"{day}: at most {MOST_SPANS} spans a day.", field=field)
    spans = sorted((_read_span(part, field=field, day=day) for part in parts), key=lambda each: each.opens)
    for first, second in pairwise(spans):
        if first.closes <= first.opens or second.opens < first.closes:
            raise Invalid(f"{day}: {write_hours((first,))} and {write_hours((second,))} overlap.", field=field)
    return tuple(spans)


def write_hours(spans: Sequence[Span]) -> str:
    """Return spans as they are typed."""
    return ", ".join(
        f"{each.opens:%H:%M}-{'24:00' if each.closes == time(0) else f'{each.closes:%H:%M}'}"
        for each in sorted(spans, key=lambda each: each.opens)
    )


def _read_span(part: str, *, field: str, day: str) -> Span:
    found = TYPED.fullmatch(part)
    wrong = Invalid(f"{day}: write hours such as 08:00-12:00, 13:00-18:00; nothing for closed.", field=field)
    if found is None:
        raise wrong
    hours = [int(each or 0) for each in found.groups()]
    opens, closes = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
    if hours[1] > 59 or hours[3] > 59 or opens >= WHOLE_DAY or closes > WHOLE_DAY:
        raise wrong
    if opens == closes % WHOLE_DAY and not (opens == 0 and closes == WHOLE_DAY):
        raise Invalid(f"{day}: {part} begins when it ends; the whole day is 00:00-24:00.", field=field)
    return Span(_time(opens), _time(closes % WHOLE_DAY))


def _time(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)
