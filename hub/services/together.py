"""Several questions to the database in one round trip: a page asks a dozen, and the way there costs more than the answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, false, literal, select
from sqlalchemy.orm import Session, aliased

Question = Select[*tuple[Any, ...]]

MOST_KEPT = 500


@dataclass(frozen=True)
class _Statement:
    """Queries made one: the statement, where the columns of each query stand in its rows, and the names of its values."""

    joined: Select[Any]
    places: tuple[slice, ...]
    names: tuple[str, ...]


_made: dict[Any, _Statement] = {}


def read_together(session: Session, *queries: Question) -> list[list[Any]]:
    """Run independent queries as one statement and return the rows of each, in no order: put them into one yourself.

    A query of one kind of row gives those rows, any other gives tuples. In the statement each row of one query stands
    beside nothing of the others: a full join of them on nothing. Making it costs more than asking it, so it is kept:
    queries that differ in their values alone share one.
    """
    # What SQLAlchemy itself keeps compiled statements by (docs.sqlalchemy.org, "SQL Compilation Caching"); no public name.
    keys = [query._generate_cache_key() for query in queries]  # noqa: SLF001
    known = None if None in keys else tuple(key.key for key in keys if key is not None)
    values = [bound for key in keys if key is not None for bound in key.bindparams]
    statement = _made.get(known)
    if statement is None:
        statement = _make(queries, tuple(bound.key for bound in values))
        if known is not None:
            if len(_made) >= MOST_KEPT:
                _made.clear()
            _made[known] = statement
    given = dict(zip(statement.names, (bound.effective_value for bound in values), strict=True))
    rows = session.execute(statement.joined, given).all()
    return [[_alone(row[place][:-1]) for row in rows if row[place.stop - 1]] for place in statement.places]


def _make(queries: Sequence[Question], names: tuple[str, ...]) -> _Statement:
    parts = [query.add_columns(literal(True).label("is_here")).subquery() for query in queries]
    joined: Any = parts[0]
    for part in parts[1:]:
        joined = joined.join(part, false(), full=True)
    wanted: list[Any] = []
    places = []
    for query, part in zip(queries, parts, strict=True):
        columns = [_column(each, part) for each in query.column_descriptions]
        places.append(slice(len(wanted), len(wanted) + len(columns) + 1))
        wanted += [*columns, part.c.is_here]
    return _Statement(select(*wanted).select_from(joined), tuple(places), names)


def _column(described: Any, part: Any) -> Any:
    entity = described["entity"]
    return aliased(entity, part) if described["expr"] is entity else part.c[described["name"]]


def _alone(values: Any) -> Any:
    return values[0] if len(values) == 1 else tuple(values)
