"""What a desk takes while a day passes: memory and open files of its processes, its database and folders, read and compared."""

from __future__ import annotations

import os
import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import create_engine, text

MEGABYTE = 1_000_000
PARTS = 4  # of a day
COUNTS = """
    SELECT pg_database_size(current_database()), (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
           (SELECT count(*) FROM messages), (SELECT count(*) FROM envelopes WHERE state = 'new'),
           (SELECT count(*) FROM messages WHERE triaged_at IS NULL AND direction = 'in' AND NOT history),
           (SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending', 'unknown') AND next_at < now())
"""
WAITING = ("envelopes not yet filed", "messages not yet triaged", "outbox due and not sent")
TABLES = """
    SELECT relname, pg_table_size(relid), pg_indexes_size(relid), n_live_tup, n_dead_tup FROM pg_stat_user_tables
"""


@dataclass
class Reading:
    """What was read of one thing over time."""

    values: list[float] = field(default_factory=list)

    @property
    def summary(self) -> list[float]:
        """Return the first value, the medians of the four parts of the day, the most, and the last."""
        size = max(len(self.values) // PARTS, 1)
        parts = [self.values[start : start + size] for start in range(0, size * PARTS, size)]
        medians = [statistics.median(each or self.values[-1:]) for each in parts]
        return [self.values[0], *medians, max(self.values), self.values[-1]]

    def line(self, name: str, unit: str) -> str:
        """Return a line of the table."""
        return f"{name:<26}" + "".join(f"{each:>9.1f}" for each in self.summary) + f"  {unit}"


@dataclass
class Readings:
    """Everything that is read of a desk at home in a folder, with its database's address."""

    home: Path
    database_url: str
    memory: dict[str, Reading] = field(default_factory=lambda: defaultdict(Reading))
    files: dict[str, Reading] = field(default_factory=lambda: defaultdict(Reading))
    sizes: dict[str, Reading] = field(default_factory=lambda: defaultdict(Reading))
    tables: list[dict[str, dict[str, float]]] = field(default_factory=list)

    def take(self) -> None:
        """Read everything once; a database that starts anew at that moment is left out."""
        memory: dict[str, float] = defaultdict(float)
        files: dict[str, float] = defaultdict(float)
        for pid, kind in processes(self.home):
            memory[kind] += resident(pid)
            files[kind] += open_files(pid)
        for kind, value in memory.items():
            self.memory[kind].values.append(value)
            self.files[kind].values.append(files[kind])
        for name, value in (self.read_database() | folder_sizes(self.home)).items():
            self.sizes[name].values.append(value)

    def read_database(self) -> dict[str, float]:
        """Return the size of the database in megabytes, its connections, and what waits in it."""
        size, connections, messages, waiting, untriaged, unsent = self._ask(COUNTS)[0]
        return {
            "database, MB": size / MEGABYTE,
            "connections": float(connections),
            "messages": float(messages),
            "envelopes not yet filed": float(waiting),
            "messages not yet triaged": float(untriaged),
            "outbox due and not sent": float(unsent),
        }

    def read_tables(self) -> None:
        """Note the size of every table and of its indexes, in megabytes, and its rows, living and dead."""
        rows = self._ask(TABLES)
        self.tables.append(
            {
                name: {"table": table / MEGABYTE, "indexes": indexes / MEGABYTE, "rows": live, "dead": dead}
                for name, table, indexes, live, dead in rows
            }
        )

    def grown_tables(self, most: int = 12) -> list[tuple[str, Mapping[str, float], Mapping[str, float]]]:
        """Return the tables that grew most, as they were first and last."""
        first, last = self.tables[0], self.tables[-1]
        names = sorted(last, key=lambda name: _size(first.get(name, last[name])) - _size(last[name]))
        return [(name, first.get(name, last[name]), last[name]) for name in names[:most]]

    def is_done(self) -> bool:
        """Tell whether nothing that came waits to be filed or triaged, and nothing that is due to be sent."""
        found = self.read_database()
        return not any(found[name] for name in WAITING)

    def _ask(self, query: str) -> list[tuple[float, ...]]:
        engine = create_engine(self.database_url)
        with engine.connect() as connection:
            rows = [tuple(row) for row in connection.execute(text(query))]
        engine.dispose()
        return rows


def _size(row: Mapping[str, float]) -> float:
    return row["table"] + row["indexes"]


def processes(home: Path) -> Iterator[tuple[int, str]]:
    """Yield the ids and kinds of the processes that belong to a home."""
    marker = f"HUB_HOME={home}".encode()
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            if marker not in (folder / "environ").read_bytes().split(b"\0") and not _works_in(folder, home):
                continue
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        yield int(folder.name), _kind(command)


def _works_in(process: Path, home: Path) -> bool:
    """Tell whether a process works in a folder of a home, as the servers do: they are not told whose they are."""
    return (process / "cwd").readlink().is_relative_to(home)


def _kind(command: str) -> str:
    for words, kind in (
        ("hub worker", "worker"),
        ("hub fetch", "fetch"),
        ("hub clock", "clock"),
        ("gunicorn", "pages"),
        ("hub up", "hub up"),
        ("postgres", "PostgreSQL"),
        ("valkey", "Valkey"),
    ):
        if words in command:
            return kind
    return "others"


def resident(pid: int) -> float:
    """Return a process's proportional share of memory, in megabytes."""
    try:
        rows = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(row.split()[1]) / 1000 for row in rows if row.startswith("Pss:")), 0.0)


def open_files(pid: int) -> int:
    """Return how many files and connections a process has open."""
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208 - thousands of names, none of them needed
    except OSError:
        return 0


def folder_sizes(home: Path) -> dict[str, float]:
    """Return what the folders of a home take, in megabytes."""
    found: dict[str, float] = {}
    for folder in sorted(each for each in home.iterdir() if each.is_dir()):
        found[f"folder {folder.name}, MB"] = sum(map(_bytes_of, folder.rglob("*"))) / MEGABYTE
    return found


def _bytes_of(path: Path) -> int:
    try:
        return path.lstat().st_size if path.is_file() else 0
    except OSError:  # it has just been removed
        return 0
