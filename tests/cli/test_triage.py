"""`hub triage`: what the classifier thinks of messages, and how good it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hub.services.triage.classifier_files import ClassifierFiles
from tests.cli.conftest import Hub

QUEUES = {"front-desk", "maintenance", "leasing", "billing", "other"}


def write(folder: Path, text: str, name: str = "known.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def test_a_prediction_is_one_json_object_a_line(hub: Hub) -> None:
    done = hub(
        "triage", "predict", "--json", text="The kitchen tap drips all night\nThere is a smell of gas in my flat\n"
    )

    tap, gas = (json.loads(line) for line in done.stdout.splitlines())
    assert set(tap) == {"topic", "queue", "priority", "confidence", "emergency", "alternatives"}
    assert (tap["topic"], tap["queue"], tap["emergency"]) == ("plumbing", "maintenance", False)
    assert {each["queue"] for each in tap["alternatives"]} == QUEUES
    assert (gas["priority"], gas["emergency"]) == ("urgent", True)


def test_a_person_reads_a_line_with_queue_topic_and_the_words(hub: Hub) -> None:
    done = hub("triage", "predict", text="There is a smell of gas in my flat\n")

    assert done.stdout.split()[0] == "maintenance"
    assert "EMERGENCY There is a smell of gas" in done.stdout


@pytest.mark.parametrize(
    "text",
    [
        b"one\n\nthree\n",
        b"one\r\ntwo\r\nthree",
        "\ufeffone\ntwo\u2028still two\nthree\n".encode(),
        b"\xff\xfe\n\0\n\xe4\n",
    ],
    ids=["an empty line", "DOS lines and no last end", "a mark and odd separators", "bytes that are no text"],
)
def test_every_line_in_gives_a_line_out(hub: Hub, text: bytes) -> None:
    assert len(hub("triage", "predict", "--json", text=text).stdout.splitlines()) == 3


def test_no_line_in_gives_no_line_out(hub: Hub) -> None:
    assert hub("triage", "predict", text="").stdout == ""


def test_predicting_needs_no_server(hub: Hub) -> None:
    done = hub("triage", "predict", text="The tap drips\n", HUB_DATABASE_URL="postgresql://127.0.0.1:1/hub")

    assert done.stdout.startswith("maintenance")


def test_a_damaged_classifier_leaves_messages_to_people_and_says_so(hub: Hub, home: Path) -> None:
    folder = ClassifierFiles(home).folder
    folder.mkdir(parents=True)
    (folder / "current").write_text(f"{'a' * 16}\n")
    (folder / f"{'a' * 16}.skops").write_bytes(b"not a model")
    (folder / f"{'a' * 16}.json").write_text("{}")

    done = hub("triage", "predict", "--json", text="The tap drips\nThere is a smell of gas\n")

    tap, gas = (json.loads(line) for line in done.stdout.splitlines())
    assert (tap["topic"], tap["queue"], tap["confidence"]) == ("unclassified", "front-desk", 0.0)
    assert gas["emergency"] is True
    assert "roll back" in done.stderr or "train" in done.stderr


def test_rolling_back_returns_to_the_classifier_that_ships(hub: Hub, home: Path) -> None:
    folder = ClassifierFiles(home).folder
    folder.mkdir(parents=True)
    (folder / "current").write_text(f"{'a' * 16}\n")

    done = hub("triage", "roll-back")

    assert done.stdout == "The classifier that ships is the present one.\n"
    assert hub("triage", "predict", text="The tap drips\n").stderr == ""


KNOWN = """text,queue,priority
The kitchen tap drips all night,maintenance,normal
My rent was taken twice this month,billing,normal
Where do I leave the spare key,general,normal
There is a smell of gas in my flat,maintenance,urgent
hm,general,uncertain
"""


def test_a_judgement_is_one_json_object_of_figures(hub: Hub, tmp_path: Path) -> None:
    told = json.loads(hub("triage", "evaluate", write(tmp_path, KNOWN), "--json").stdout)

    assert (told["count"], told["left_out"]) == (4, 1)
    for share in ("accuracy", "macro_f1", "ece", "coverage"):
        assert 0 <= told[share] <= 1
    assert told["ms_per_message"] > 0
    assert set(told["queues"]) == {"maintenance", "billing", "front-desk"}
    assert set(told["queues"]["maintenance"]) == {"precision", "recall", "count"}
    assert (told["urgent"], told["urgent_found"]) == (1, 1)


def test_a_person_reads_a_judgement_as_a_table(hub: Hub, tmp_path: Path) -> None:
    said = hub("triage", "evaluate", write(tmp_path, KNOWN)).stdout

    assert "4 messages" in said
    assert "1 rows marked uncertain were left out." in said
    assert any(line.split()[0] == "front-desk" for line in said.splitlines() if line)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_file_of_any_office_program_can_be_judged_by(hub: Hub, tmp_path: Path, encoding: str) -> None:
    text = KNOWN.replace(",", ";").replace("tap drips", "tap in the café drips")

    told = json.loads(hub("triage", "evaluate", write(tmp_path, text, encoding=encoding), "--json").stdout)

    assert told["count"] == 4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("text,queue\nhello,plumbers\n", "known.csv, row 2: 'plumbers' is no queue; use one of general, front-desk"),
        ("words,queue\nhello,billing\n", "known.csv needs a header with the columns text and queue"),
        ("text,queue\n,billing\n", "known.csv, row 2: the text is empty."),
        ("text,queue,topic\nhello,billing,plumbing\n", "row 2: the topic plumbing belongs to the queue maintenance"),
        ('text,queue\n"hello,billing\n', "known.csv, row 2: a quotation mark is opened there and never closed."),
        ("text,queue\n", "There is no message to judge by"),
    ],
)
def test_a_file_that_cannot_be_judged_by_is_told_by_row_and_remedy(
    hub: Hub, tmp_path: Path, text: str, said: str
) -> None:
    done = hub("triage", "evaluate", write(tmp_path, text), status=1)

    assert said in done.stderr


def test_a_file_that_is_not_there_is_told(hub: Hub, tmp_path: Path) -> None:
    assert "does not exist" in hub("triage", "evaluate", tmp_path / "nothing.csv", status=2).stderr


@pytest.mark.slow
def test_teaching_tells_the_scores_and_takes_over_or_says_why_not(hub: Hub, tmp_path: Path, home: Path) -> None:
    rows = "".join(
        f'"The bicycle cellar door {words}",maintenance\n' for words in ("squeaks", "is stuck", "will not lock")
    )
    known = write(tmp_path, f"text,queue\n{rows}")

    done = hub("triage", "train", known, status=None)

    assert "3 from files and 0 corrections" in done.stderr
    assert "frozen examples in the right queue" in done.stdout
    taken = ClassifierFiles(home).present() is not None
    assert (done.exit_code == 0) is taken
    assert ("has taken over" in done.stdout) is taken
    assert ("Refused: " in done.stderr) is not taken
