"""Score reading, threading and folding of mail against the cases of sixteen other projects' tests.

    python bench/mail_cases.py [--mutations 6000] [--taken-in 600] [--seed 1]

Whole messages go through the real intake on a PostgreSQL of its own; bare texts, HTML and winmail.dat through the functions
that handle those parts. Reads `../shared/data/mail` beside the checkout, prints a table by suite and key, checks the goals, and writes
`docs/mail-cases.md`. Ends with 1 when a goal is missed, anything raised, or a mismatch has no reason in
`bench/mail_cases_decided.json`.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from channels.email.attached import extract_tnef
from channels.email.charset import clean_text
from channels.email.forwards import find_forward
from channels.email.incoming import read_mail
from channels.email.quotes import reply_text
from channels.html import html_to_text
from channels.message import Address, Envelope, InboundMessage, Kind
from channels.sniff import safe_file_name

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT.parent / "shared" / "data" / "mail"
SLOWEST_SECONDS = 2.0

sys.path.insert(0, str(ROOT))
from bench._mail_door import the_door  # noqa: E402
from bench._mail_mutations import mutations, unsafe_words  # noqa: E402
from bench._mail_report import Decided, load_decided, print_tables, write_page  # noqa: E402
from bench._mail_tally import Goal, Storm, Tally  # noqa: E402

Case = dict[str, Any]
Result = dict[str, Any] | None


def ingest(data: bytes) -> Result:
    """Take one raw message through the real intake and return what became of it in the words of `score.py`, None when lost.

    Accepted, then received, on an embedded PostgreSQL; raises `NotStored` where tables and reading differ.
    """
    taken = the_door().take(data)
    if taken.trouble:
        raise NotStored(taken.trouble)
    if taken.message is None:
        return {"unreadable": taken.reason} if taken.outcome == "parked" else None
    return None if taken.outcome == "lost" else as_result(taken.message)


class NotStored(Exception):
    """Raised when a message was read and something else was stored, or the desk gave it up."""


def as_result(message: InboundMessage) -> dict[str, Any]:
    senders = [*([message.sender] if message.sender else []), *message.also_from]
    return {
        "from": _values(senders),
        "from_name": message.sender.name if message.sender else "",
        "to": _values(message.to),
        "cc": _values(message.cc),
        "reply_to": _values(message.reply_to),
        "subject": message.subject,
        "message_id": message.message_id,
        "in_reply_to": list(message.in_reply_to),
        "references": list(message.references),
        "date": message.sent_at,
        "text": message.text,
        "html": message.html,
        "reply_text": message.reply_text,
        "attachments": [
            {
                "filename": one.name,
                "content_type": one.content_type,
                "size": len(one.data),
                "disposition": one.disposition,
                "content_id": one.content_id,
            }
            for one in message.attachments
        ],
        "is_bounce": message.kind is Kind.BOUNCE,
        "is_auto_reply": message.kind is Kind.AUTO_REPLY,
        "is_complaint": message.kind is Kind.COMPLAINT,
        "is_forward": message.is_forward,
        "bounce_permanent": [one.recipient for one in message.bounces if one.permanent and one.recipient],
        "bounce_temporary": [one.recipient for one in message.bounces if not one.permanent and one.recipient],
        "bounces": [{"status": one.status, "reason": one.reason} for one in message.bounces],
    }


def _values(addresses: list[Address] | tuple[Address, ...]) -> list[str]:
    return [address.value for address in addresses]


def read_text(data: bytes) -> Result:
    """Fold a reply that the case gives as bare text."""
    text = clean_text(data.decode("utf-8", "replace"))
    return {"reply_text": reply_text(text), "is_forward": find_forward(text, answers=False) is not None}


def read_html(data: bytes) -> Result:
    """Fold a reply that the case gives as bare HTML."""
    source = data.decode("utf-8", "replace")
    text = html_to_text(source)
    return {"reply_text": reply_text(text, source), "is_forward": find_forward(text, answers=False) is not None}


def read_winmail(data: bytes) -> Result:
    """Open a winmail.dat."""
    found = extract_tnef(data)
    if found is None:
        return {"attachments": []}
    files = enumerate(found[0], start=1)
    return {
        "attachments": [
            {"filename": safe_file_name(file.name, number=number), "size": len(file.data)} for number, file in files
        ]
    }


READERS = {"eml": ingest, "text": read_text, "html": read_html, "tnef": read_winmail}


def run_cases(score: ModuleType) -> Tally:
    tally = Tally()
    for case in score.load("cases"):
        began = time.perf_counter()
        try:
            result = READERS[case["kind"]](case["data"])
        except Exception as error:  # noqa: BLE001  an escaping exception is what this looks for
            tally.raised.append(f"{case['id']}: {type(error).__name__}: {error}")
            result = None
        seconds = time.perf_counter() - began
        tally.slowest = max(tally.slowest, seconds)
        tally.messages += 1
        tally.seconds += seconds
        if result is None:
            tally.lost.append(case["id"])
        for key, right in check(score, case, result):
            tally.total[case["suite"], key] += 1
            tally.right[case["suite"], key] += right
            if not right:
                tally.missed[case["id"]][key] += 1
        _look_closer(score, tally, case, result or {})
    return tally


def check(score: ModuleType, case: Case, result: Result) -> Iterator[tuple[str, bool]]:
    yield from score.check(case, result)
    if "reply_html_nows" in case["expect"]:  # the peer compares HTML; we fold to text, so the text of both is compared
        wanted = score.nows(html_to_text(case["expect"]["reply_html_nows"].replace("<", " <")))
        yield "reply_html", result is not None and score.nows(result["reply_text"]) == wanted


def _look_closer(score: ModuleType, tally: Tally, case: Case, result: dict[str, Any]) -> None:
    """Count replies that lose words the customer wrote, and ordinary mail taken for a bounce."""
    if "reply_text" in case["expect"]:
        wanted = set(score.ws(case["expect"]["reply_text"]).replace("-", " ").split())
        if not wanted <= set(score.ws(result.get("reply_text", "")).replace("-", " ").split()):
            tally.losing_words.append(case["id"])
    if case["kind"] == "eml" and not case["expect"].get("is_bounce") and case["suite"] not in ("flufl", "sisimai"):
        tally.ordinary += 1
        if result.get("is_bounce"):
            tally.ordinary_as_bounce.append(case["id"])


def run_mutations(score: ModuleType, count: int, seed: int, taken_in: int = 0) -> Storm:
    """Read damaged mail, and take every so-manieth in as well."""
    storm = Storm(seed)
    originals = [(case["id"], case["data"]) for case in score.load("cases") if case["kind"] == "eml"]
    every = max(count // taken_in, 1) if taken_in else count + 1
    for number, (name, data) in enumerate(mutations(originals, count, seed), start=1):
        if number % every == 0:
            _take_in(storm, name, data)
        began = time.perf_counter()
        try:
            message = read_mail(Envelope("email", "file", "mutation", data, datetime.now(UTC)))
        except Exception as error:  # noqa: BLE001  an escaping exception is what this looks for
            storm.trouble.append(f"{name}: {type(error).__name__}: {error}")
            continue
        finally:
            seconds = time.perf_counter() - began
            storm.count += 1
            storm.slowest = max(storm.slowest, seconds)
        if seconds > SLOWEST_SECONDS:
            storm.trouble.append(f"{name}: took {seconds:.1f} s")
        if isinstance(message, InboundMessage):
            storm.trouble += [f"{name}: {where} cannot be stored" for where in unsafe_words(message)]
        else:
            storm.unreadable += 1
    return storm


def _take_in(storm: Storm, name: str, data: bytes) -> None:
    try:
        taken = the_door().take(data)
    except Exception as error:  # noqa: BLE001  an escaping exception is what this looks for
        storm.trouble.append(f"{name}: taking it in: {type(error).__name__}: {error}")
        return
    storm.taken_in += 1
    if taken.trouble or taken.outcome == "lost":
        storm.trouble.append(f"{name}: taken in: {taken.outcome}, {taken.trouble}")


def goals(tally: Tally, storm: Storm, decided: Decided) -> list[Goal]:
    """Return each goal with its figure; where mismatches are decided, both counts are given."""

    def at_most(name: str, key: str, most: int) -> Goal:
        missed = [one for one, keys in tally.missed.items() if key in keys]
        counted = sum(tally.missed[one][key] for one in missed)
        open_ones = sum(tally.missed[one][key] for one in missed if key not in decided.get(one, {}))
        return Goal(
            f"{name}: at most {most} missed",
            f"{counted} of {tally.of(key)[1]}, {open_ones} without a reason",
            open_ones <= most,
        )

    def at_least(name: str, key: str, share: float) -> Goal:
        right, total = tally.of(key)
        return Goal(
            f"{name}: at least {share:.0%} right", f"{right} of {total} = {right / total:.1%}", right >= share * total
        )

    replies = tally.of("reply_text")[1]
    false = [one for one in tally.ordinary_as_bounce if "ordinary" not in decided.get(one, {})]
    undecided = tally.undecided(decided)
    return [
        Goal("no exception escapes", f"{len(tally.raised)} of {tally.messages:,}", not tally.raised),
        Goal("nothing lost", f"{len(tally.lost)} of {tally.messages:,}", not tally.lost),
        at_most("subject", "subject", 1),
        at_most("text", "text", 3),
        at_most("attachment names", "attachment_name", 2),
        at_least("is_bounce", "is_bounce", 0.97),
        Goal(
            "ordinary mail taken for a bounce: at most 1 %",
            f"{len(false)} of {tally.ordinary}",
            len(false) <= 0.01 * tally.ordinary,
        ),
        at_least("reply_text exact", "reply_text", 0.75),
        Goal(
            "reply_text losing words the customer wrote: at most 2 %",
            f"{len(tally.losing_words)} of {replies}",
            len(tally.losing_words) <= 0.02 * replies,
        ),
        Goal("every mismatch has a reason", f"{len(undecided)} without", not undecided),
        Goal(
            f"{storm.count:,} mutations read, {storm.taken_in} of them taken in: none raises, none lost, none unstorable, "
            f"none over {SLOWEST_SECONDS:.0f} s",
            f"{len(storm.trouble)} in trouble, {storm.unreadable} parked as unreadable, slowest {storm.slowest:.2f} s",
            not storm.trouble,
        ),
    ]


def load_score() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mail_score", CASES / "score.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> int:
    parser = argparse.ArgumentParser(description="Score the mail cases beside the checkout.")
    parser.add_argument("--mutations", type=int, default=6_000, help="how many damaged messages (default 6000)")
    parser.add_argument("--taken-in", type=int, default=600, help="how many of them go through intake (default 600)")
    parser.add_argument("--seed", type=int, default=1, help="of the damage (default 1)")
    options = parser.parse_args()
    if not CASES.is_dir():
        print("There are no mail cases beside the checkout.")
        return 0
    score = load_score()
    decided = load_decided()
    tally = run_cases(score)
    storm = run_mutations(score, options.mutations, options.seed, options.taken_in)
    reached = goals(tally, storm, decided)
    print_tables(tally, storm, reached, decided)
    write_page(tally, storm, reached)
    return 0 if all(goal.reached for goal in reached) else 1


if __name__ == "__main__":
    sys.exit(main())
