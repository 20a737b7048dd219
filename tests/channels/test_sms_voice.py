"""Ringing the on-call phone."""

from __future__ import annotations

import pytest

from channels.message import Outcome
from channels.registry import find_channels
from channels.voice import call
from tests.channels.scripted_server import Answer, ScriptedServer, json_answer
from tests.channels.sms_values import ACCOUNT_SID, ANNA, CALL_SID, DESK, an_account

CALLBACK = "https://desk.example.org/hooks/sms/voice?page=77&step=2"


def test_a_call_reads_the_sentence_and_waits_for_a_key(web: ScriptedServer) -> None:
    web.answer = json_answer({"sid": CALL_SID, "status": "queued"}, 201)

    receipt = call(an_account(api_base=web.url), ANNA, "Gas smell <in> flat 3 & 4", CALLBACK, language="de-DE")

    assert (receipt.outcome, receipt.provider_id) == (Outcome.ACCEPTED, CALL_SID)
    (asked,) = web.asked
    assert asked.path == f"/2010-04-01/Accounts/{ACCOUNT_SID}/Calls.json"
    assert (asked.form["To"], asked.form["From"]) == (ANNA, DESK)
    spoken = asked.form["Twiml"]
    assert "Gas smell &lt;in&gt; flat 3 &amp; 4" in spoken
    assert 'action="https://desk.example.org/hooks/sms/voice?page=77&amp;step=2"' in spoken
    assert 'language="de-DE"' in spoken


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (json_answer({}, 429), Outcome.RETRY),
        (Answer(500), Outcome.UNKNOWN),
        (Answer(cut=True), Outcome.UNKNOWN),
        (Answer(201, b"{}"), Outcome.UNKNOWN),
        (Answer(201, b"nonsense"), Outcome.UNKNOWN),
        (json_answer({"code": 21215, "message": "Not permitted", "status": 400}, 400), Outcome.FAILED),
    ],
)
def test_every_answer_becomes_a_receipt(web: ScriptedServer, answer: Answer, outcome: Outcome) -> None:
    web.answer = answer

    receipt = call(an_account(api_base=web.url), ANNA, "Fire", CALLBACK)

    assert receipt.outcome is outcome
    assert receipt.error


def test_a_number_without_its_country_is_refused_with_the_remedy(web: ScriptedServer) -> None:
    receipt = call(an_account(api_base=web.url), "2025550123", "Fire", CALLBACK)

    assert receipt.outcome is Outcome.FAILED
    assert "country code" in receipt.error
    assert web.asked == []


def test_missing_credentials_fail_with_the_remedy() -> None:
    assert "Admin, Channels" in call(an_account(auth_token=""), ANNA, "Fire", CALLBACK).error


def test_voice_is_no_channel() -> None:
    assert "voice" not in find_channels()
