"""C3, C4: Valkey forgets everything, is away, or hangs; mail and pages go on."""

from __future__ import annotations

import re
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import redis
import requests

from hub.app import create_app, desk_of
from hub.db import db
from hub.settings import read_settings
from tests.chaos.conftest import Judge
from tests.chaos.rig import Rig
from tests.chaos.tokens import Tally
from tests.factories import make_agent
from tests.journeys.running import wait_for
from tests.ports import free_port
from tests.web.visitors import sign_in, visit

CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
FORM_ID = re.compile(r'name="form_id" value="([^"]+)"')


def test_c3_mail_goes_on_though_the_queue_forgets_everything_and_dies_again_and_again(rig: Rig, judge: Judge) -> None:
    tally = Tally.begin("C3", rig.scale.seed)
    mailbox = rig.open_mailbox()
    rig.connect(mailbox)
    for name in ("worker", "clock"):
        rig.crew.start(name, rig.environ())
    over, deaths = threading.Event(), 0

    def forget() -> None:
        with redis.Redis.from_url(rig.addresses.redis_url) as client:
            while not over.wait(rig.scale.pick(1, 8) / 4):
                with suppress(redis.RedisError):  # it was killed, and its keeper is about to revive it
                    client.flushall()

    forgetting = threading.Thread(target=forget)
    forgetting.start()
    try:
        with rig.storm("fetch", "C3") as storm:
            for number in range(rig.scale.pick(3, 100)):
                rig.dovecot.append_all(tally.mails(rig.scale.pick(8, 20)), mailbox.user)
                deaths += rig.signal_valkey(signal.SIGKILL) if number % 5 == 1 else 0
                storm.await_kill()
        judge("C3", tally, rig, kills=storm.kills + deaths, seconds=60)
    finally:
        over.set()
        forgetting.join()
    assert deaths > 0
    assert tally.longest_delay <= 60


def test_c3_mail_and_pages_go_on_without_any_queue(rig: Rig, judge: Judge) -> None:
    tally = Tally.begin("C3", rig.scale.seed)
    mailbox = rig.open_mailbox()
    away = rig.environ(HUB_REDIS_URL=f"unix://{rig.folder}/nobody-listens-here")
    rig.connect(mailbox, HUB_REDIS_URL=away["HUB_REDIS_URL"])
    for name in ("fetch", "worker", "clock"):
        rig.crew.start(name, away)

    rig.dovecot.append_all(tally.mails(rig.scale.pick(20, 400)), mailbox.user)
    judge("C3 without", tally, rig, seconds=60)

    app = create_app(read_settings(away))
    with app.app_context():
        desk = desk_of(app)
        maria = make_agent(desk, rig.company)
        pages = [visit(app).get(path).status_code for path in ("/", "/report", "/portal/sign-in", "/health")]
        inbox = sign_in(app, desk, maria).get("/inbox", follow_redirects=True)
        db.session.remove()
        db.engine.dispose()
    assert pages == [200] * 4
    assert inbox.status_code == 200


def test_c4_forms_are_taken_quickly_while_the_queue_hangs(rig: Rig, judge: Judge) -> None:
    tally = Tally.begin("C4", rig.scale.seed)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    rig.crew.start("web", rig.environ(PORT=str(port), HUB_BASE_URL=address))
    rig.crew.start("worker", rig.environ())
    wait_for(lambda: answers(address), "The pages", seconds=120)
    forms = [open_form(address) for _ in range(rig.scale.pick(12, 20))]

    assert rig.signal_valkey(signal.SIGSTOP) == 1
    with ThreadPoolExecutor(4) as people:
        taken = list(people.map(lambda form: post_form(address, form, tally.token()), forms))
    judge("C4", tally, rig, seconds=60)
    rig.signal_valkey(signal.SIGCONT)

    assert [status for status, _ in taken] == [200] * len(forms)
    assert max(seconds for _, seconds in taken) < 3


def answers(address: str) -> bool:
    """Tell whether pages are served."""
    try:
        return requests.get(f"{address}/report", timeout=5).status_code == 200
    except requests.RequestException:
        return False


def open_form(address: str) -> tuple[requests.Session, dict[str, str]]:
    """Open the public form as somebody new."""
    session = requests.Session()
    page = session.get(f"{address}/report", timeout=30).text
    token, form_id = CSRF.search(page), FORM_ID.search(page)
    assert token is not None
    hidden = {"csrf_token": token.group(1)} | ({"form_id": form_id.group(1)} if form_id else {})
    return session, hidden


def post_form(address: str, form: tuple[requests.Session, dict[str, str]], token: str) -> tuple[int, float]:
    """Send the form; returns the status and the seconds it took."""
    session, hidden = form
    began = time.monotonic()
    words = {"text": f"No water. {token}", "name": "Ben", "email": f"{token.lower()}@example.com"}
    with session:
        answer = session.post(f"{address}/report", data=hidden | words, timeout=30)
    return answer.status_code, time.monotonic() - began
