"""Bad mail through the whole intake, reliability.md 4 A to C: every row with its outcome, and nobody waits because of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bad_input.rows import Row, ids, read_rows
from tests.bad_input.taking import Outcome, Taking, facts_of

HEADERS, STRUCTURE, PAGES = read_rows("headers"), read_rows("structure"), read_rows("html")
ROWS = [*HEADERS, *STRUCTURE, *PAGES]
SECONDS = 4.0
LARGEST_PAGE = 1_000_000
FIELDS_OF_ANSWERS = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Reply-To",
    "X-Hub-Outbox",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
}


@pytest.fixture(scope="module")
def outcomes(taking: Taking, request: pytest.FixtureRequest) -> dict[str, Outcome]:
    """Take every row in that is asked for, one after the other, and keep what became of them."""
    asked = {item.nodeid.partition("[")[2].rstrip("]") for item in request.session.items}
    return {row["id"]: taking.take(row) for row in ROWS if row["id"] in asked}


@pytest.mark.parametrize("row", ROWS, ids=ids(ROWS))
def test_bad_mail_has_the_outcome_of_its_row(outcomes: dict[str, Outcome], row: Row) -> None:
    found = outcomes[row["id"]]

    assert_nothing_was_lost_or_late(found, row)
    for name, expected in ({"state": "done"} | row["expect"]).items():
        CHECKS[name](found, expected)


def assert_nothing_was_lost_or_late(found: Outcome, row: Row) -> None:
    """Hold a row to what is expected of every one."""
    assert found.errors == []
    assert found.kept
    assert found.ticket is not None
    assert found.behind == "done"
    assert found.seconds < row["expect"].get("seconds", SECONDS)
    assert {path: status for path, status in found.pages.items() if status not in (200, 404)} == {}
    assert {
        path: status for path, status in found.pages.items() if status != 200 and not path.endswith("/preview")
    } == {}
    assert found.page_bytes < LARGEST_PAGE
    assert found.reply_fields <= FIELDS_OF_ANSWERS
    assert found.reply == "refused" or len(found.reply) == 1


def message(found: Outcome) -> Any:
    assert found.message is not None, f"{found.id} has no message: {found.state}"
    return found.message


def shown(found: Outcome) -> str:
    """Return everything of a message that is shown."""
    return f"{message(found).text}\n{message(found).safe_html}"


def same(read: Any) -> Any:
    def check(found: Outcome, expected: Any) -> None:
        assert read(found) == expected

    return check


def holds(read: Any) -> Any:
    def check(found: Outcome, expected: Any) -> None:
        assert all(each in read(found) for each in ([expected] if isinstance(expected, str) else expected)), read(found)

    return check


def lacks(read: Any) -> Any:
    def check(found: Outcome, expected: Any) -> None:
        assert not [each for each in expected if each.lower() in read(found).lower()]

    return check


CHECKS: dict[str, Any] = {
    "state": same(lambda found: found.state),
    "tickets": same(lambda found: found.tickets),
    "messages": same(lambda found: found.messages),
    "subject": same(lambda found: found.ticket.subject),
    "subject_has": holds(lambda found: found.ticket.subject),
    "subject_length": same(lambda found: len(found.ticket.subject)),
    "queue": same(lambda found: found.ticket.queue),
    "sender": same(lambda found: message(found).author_address),
    "name": same(lambda found: message(found).author_name),
    "trust": same(lambda found: message(found).trust),
    "contact": same(lambda found: message(found).contact_id is not None),
    "kind": same(lambda found: message(found).kind),
    "sent_at": same(lambda found: message(found).sent_at is not None),
    "text": same(lambda found: message(found).text.strip()),
    "has": holds(lambda found: message(found).text),
    "lacks": lacks(shown),
    "html_has": holds(lambda found: message(found).safe_html),
    "html_lacks": lacks(lambda found: message(found).safe_html),
    "frame_lacks": lacks(lambda found: message(found).safe_html),
    "no_html": same(lambda found: message(found).safe_html == ""),
    "pictures_off": same(lambda found: message(found).safe_html.count(" data-remote-src=")),
    "files": same(lambda found: [each.name for each in found.files]),
    "file_count": same(lambda found: len(found.files)),
    "defect": holds(lambda found: " ".join(facts_of(found.message)["defects"])),
    "other_tickets": same(lambda found: len(facts_of(found.message)["other_tickets"])),
    "answers": same(lambda found: found.answers),
    "reply": same(lambda found: found.reply),
    "sent_state": same(lambda found: found.sent_state),
    "seconds": lambda _found, _expected: None,
    "facts": lambda found, expected: same(lambda each: {name: facts_of(each.message)[name] for name in expected})(
        found, expected
    ),
    "recipients_at_most": lambda found, most: same(lambda each: len(facts_of(each.message)["to"]) <= most)(found, True),
}
