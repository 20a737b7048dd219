"""Several questions to the database in one round trip: a page asks a dozen, and the way there costs more than the answers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, false, literal, select
from sqlalchemy.orm import Session, aliased

Question = Select[*tuple[Any, ...]]


def read_together(session: Session, *queries: Question) -> list[list[Any]]:
    """Run independent queries as one statement and return the rows of each, in no order: put them into one yourself.

    A query of one kind of row gives those rows, any other gives tuples. In the statement each row of one query stands
    beside nothing of the others: a full join of them on nothing.
    """
    # Made anew each time: threads that compile one kept statement at once spoil it for all that come later.
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
    rows = session.execute(select(*wanted).select_from(joined)).all()
    return [[_alone(row[place][:-1]) for row in rows if row[place.stop - 1]] for place in places]


def _column(described: Any, part: Any) -> Any:
    entity = described["entity"]
    return aliased(entity, part) if described["expr"] is entity else part.c[described["name"]]


def _alone(values: Any) -> Any:
    return values[0] if len(values) == 1 else tuple(values)
