"""One process of the intake benchmark: it says when it is ready, waits for the word, and says what it did.

    python bench/_intake_worker.py KIND FOLDER WARM SHARE SHARES

KIND is `parse` or `insert` (the floors), `batches` or `singles` (ours). The letters are files in FOLDER; of SHARES
processes this one takes every SHARES-th letter from SHARE on. Those in WARM come first and are not timed: a worker is
resident, and what it loads once is not the price of a letter. Servers and data folder come from the environment.
Nothing is imported that a kind does not need: its memory is a figure too.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

FLOOR_TABLE = """
    CREATE TABLE IF NOT EXISTS floor (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, message_id text UNIQUE,
      sender text, subject text, answers text, written text, words text, html text, file text, received timestamptz)
"""
INSERT = """
    INSERT INTO floor (message_id, sender, subject, answers, written, words, html, file, received)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, now()) ON CONFLICT DO NOTHING
"""
Work = Callable[[Sequence[Path]], int]


def parse_one(raw: bytes) -> tuple[Message, str, str, bytes]:
    """Read a letter with the standard library and nothing else: the first text, the first HTML, the first file."""
    message = message_from_bytes(raw)
    text, html, file = "", "", b""
    for part in message.walk():
        if part.is_multipart():
            continue
        data = part.get_payload(decode=True)
        assert isinstance(data, bytes)
        kind = part.get_content_type()
        if kind == "text/plain":
            text = text or data.decode("utf-8", "replace")
        elif kind == "text/html":
            html = html or data.decode("utf-8", "replace")
        else:
            file = file or data
    return message, text, html, file


def floor_of_parsing() -> Work:
    def work(paths: Sequence[Path]) -> int:
        for path in paths:
            parse_one(path.read_bytes())
        return len(paths)

    return work


def floor_of_storing() -> Work:
    """Parse, write and sync the file, one INSERT, commit: what nobody who keeps a promise can leave out."""
    import psycopg  # noqa: PLC0415

    url = os.environ["HUB_DATABASE_URL"].replace("+psycopg", "")
    connection = psycopg.connect(url)
    kept = Path(tempfile.mkdtemp(dir=os.environ["HUB_HOME"]))

    def work(paths: Sequence[Path]) -> int:
        for path in paths:
            message, text, html, file = parse_one(path.read_bytes())
            name = keep(kept, file) if file else ""
            values = (
                message["Message-ID"],
                message["From"],
                message["Subject"],
                message["In-Reply-To"],
                message["Date"],
            )
            connection.execute(INSERT, (*values, text, html, name))
            connection.commit()
        return len(paths)

    return work


def keep(folder: Path, data: bytes) -> str:
    name = hashlib.sha256(data).hexdigest()
    with (folder / name).open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return name


def ours(at_once: int) -> Work:
    """Accept letters, so many at once, each batch committed before anything is parsed; file all that waits; no triage."""
    from channels.message import Envelope  # noqa: PLC0415
    from hub.app import create_core  # noqa: PLC0415
    from hub.desk import Desk  # noqa: PLC0415
    from hub.processes import spare_what_is_loaded  # noqa: PLC0415
    from hub.services.intake import accept_all, receive  # noqa: PLC0415
    from hub.services.settings.configuration import read_directory  # noqa: PLC0415

    app = create_core()
    app.app_context().push()
    desk: Desk = app.extensions["desk"]
    with desk.transaction():
        company_id = read_directory(desk).first_company_id
    spare_what_is_loaded()  # as `hub worker` does

    def work(paths: Sequence[Path]) -> int:
        for some in portions(paths, at_once):
            arrivals = [
                Envelope("email", "bench", f"{path}", path.read_bytes(), datetime.now(UTC), {"uid": path.stem})
                for path in some
            ]
            with desk.transaction():
                accept_all(desk, arrivals, company_id=company_id)
        return len(paths)

    def work_and_file(paths: Sequence[Path]) -> int:
        done = 0
        for some in portions(paths, FILED_AFTER):
            work(some)
            while received := receive(desk):
                done += len(received)
        return done

    return work_and_file


FILED_AFTER = 100


def portions(paths: Sequence[Path], size: int) -> Iterator[Sequence[Path]]:
    for start in range(0, len(paths), size):
        yield paths[start : start + size]


WORKS: dict[str, Callable[[], Work]] = {
    "parse": floor_of_parsing,
    "insert": floor_of_storing,
    "batches": lambda: ours(100),
    "singles": lambda: ours(1),
}


def peak_megabytes() -> float:
    """Return the most memory this process ever had; Linux hands down its parent's in `ru_maxrss`."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main() -> None:
    kind, folder, warm, share, shares = sys.argv[1:6]
    paths = sorted(Path(folder).glob("*.eml"))[int(share) :: int(shares)]
    work = WORKS[kind]()
    work(sorted(Path(warm).glob("*.eml"))[int(share) :: int(shares)])
    print("ready", flush=True)
    sys.stdin.readline()
    began, used = time.monotonic(), time.process_time()
    done = work(paths)
    report = {
        "done": done,
        "began": began,
        "ended": time.monotonic(),
        "processor": time.process_time() - used,
        "peak_megabytes": peak_megabytes(),
    }
    print(json.dumps(report), flush=True)


if __name__ == "__main__":
    main()
