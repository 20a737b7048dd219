"""A real Dovecot, started and stopped at will: mail kept, tokens checked, nothing left behind."""

import imaplib
import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.standins.application import wait_until
from tests.standins.dovecot import Dovecot, DovecotMissing

pytestmark = pytest.mark.servers
TENANT, OWNER = "tenant@example.org", "owner@example.org"
MAIL = b"Message-ID: <one@example.com>\r\nSubject: No hot water\r\n\r\nSince this morning.\r\n"


@pytest.fixture
def server() -> Iterator[Dovecot]:
    with Dovecot({TENANT: "secret", OWNER: "geheim&Co"}) as running:
        yield running


def alive(process: int) -> bool:
    status = Path(f"/proc/{process}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def xoauth2(server: Dovecot, user: str, token: str) -> bytes:
    connection = imaplib.IMAP4("127.0.0.1", server.port, timeout=5)
    try:
        connection.authenticate("XOAUTH2", lambda _: f"user={user}\x01auth=Bearer {token}\x01\x01".encode())
        return bytes(connection.select()[1][0] or b"")
    finally:
        connection.logout()


def test_mail_is_put_seen_flagged_moved_and_deleted(server: Dovecot) -> None:
    uids = server.append_all([MAIL] * 3)
    server.create_folder("Archive")

    server.flag(uids[:1], "\\Seen")
    server.delete(uids[1:2])
    server.move(uids[2:], "Archive")

    assert uids == [1, 2, 3]
    assert "\\Seen" in server.flags(1)
    assert server.uids() == [1]
    assert server.uids(folder="Archive") == [1]
    assert server.uids(OWNER) == []


def test_a_wrong_password_is_refused_and_a_new_one_holds(server: Dovecot) -> None:
    server.add_user(TENANT, "newer")

    with imaplib.IMAP4("127.0.0.1", server.port, timeout=5) as connection:
        with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
            connection.login(TENANT, "secret")
        assert connection.login(TENANT, "newer")[0] == "OK"


def test_an_address_in_a_url_is_encoded(server: Dovecot) -> None:
    assert server.url(OWNER) == f"imap://owner%40example.org:geheim%26Co@127.0.0.1:{server.port}/INBOX"


def test_an_access_token_opens_its_own_mailbox_only(server: Dovecot) -> None:
    server.add_token(TENANT, "token-1")

    assert xoauth2(server, TENANT, "token-1") == b"0"
    with pytest.raises(imaplib.IMAP4.error):
        xoauth2(server, OWNER, "token-1")
    with pytest.raises(imaplib.IMAP4.error):
        xoauth2(server, TENANT, "expired")


def test_a_broken_token_service_opens_nothing(server: Dovecot) -> None:
    server.add_token(TENANT, "token-1")
    server.tokens.broken = True

    with pytest.raises(imaplib.IMAP4.error):
        xoauth2(server, TENANT, "token-1")


def test_it_speaks_idle_and_the_rest_a_fetcher_needs(server: Dovecot) -> None:
    with server.session() as connection:
        capabilities = set(connection.capabilities) | set(connection.capability()[1][0].decode().split())

    assert {"IDLE", "UIDPLUS", "MOVE", "CONDSTORE"} <= capabilities


def test_forgotten_uids_change_uidvalidity_and_begin_at_one_again(server: Dovecot) -> None:
    server.append_all([MAIL] * 5)
    server.delete([1, 2])

    old, new = server.wipe_uidlist()

    assert new == old + 1
    assert server.uids() == [1, 2, 3]
    assert server.append(MAIL) == 4
    assert server.uidvalidity() == new


def test_a_renamed_folder_is_gone_under_its_old_name(server: Dovecot) -> None:
    server.create_folder("Desk")
    server.append(MAIL, folder="Desk")

    server.rename_folder("Desk", "Old")

    assert server.uids(folder="Old") == [1]
    with pytest.raises(ValueError, match="doesn't exist"):
        server.uids(folder="Desk")


def test_mail_outlives_a_kill_and_a_restart_on_the_same_port(server: Dovecot) -> None:
    server.append(MAIL)
    port = server.port

    server.kill()
    dead = server.processes()
    with pytest.raises(ConnectionRefusedError):
        server.uids()
    server.start()
    server.restart()

    assert dead == []
    assert server.port == port
    assert server.uids() == [1]


def test_old_mail_is_delivered_by_the_thousand(server: Dovecot) -> None:
    server.deliver([MAIL] * 2000, age=30 * 86400)

    with server.session() as connection:
        seen = connection.uid("SEARCH", "BEFORE", "1-Jan-2100")[1][0].split()
        since = connection.uid("FETCH", "1", "(INTERNALDATE)")[1][0]
    assert len(seen) == 2000
    assert isinstance(since, bytes)


def test_a_good_certificate_is_trusted_and_a_bad_one_is_not() -> None:
    with Dovecot(tls="good") as good, Dovecot(tls="expired") as expired:
        trusting = ssl.create_default_context(cafile=str(good.authority))
        with imaplib.IMAP4_SSL("localhost", good.tls_port, ssl_context=trusting, timeout=5) as connection:
            assert connection.noop()[0] == "OK"
        with pytest.raises(ssl.SSLCertVerificationError):
            imaplib.IMAP4_SSL(
                "localhost",
                expired.tls_port,
                ssl_context=ssl.create_default_context(cafile=str(expired.authority)),
                timeout=5,
            )


def test_nothing_is_left_after_stop() -> None:
    server = Dovecot().start()
    processes, folder = server.processes(), server.folder

    server.stop()
    server.stop()

    assert processes
    assert not any(alive(process) for process in processes)
    assert not folder.exists()


def test_a_missing_dovecot_is_told_with_the_command_that_installs_it() -> None:
    with pytest.raises(DovecotMissing, match="apt-get install --yes dovecot-core dovecot-imapd"):
        Dovecot(binary="/nowhere/dovecot")


@pytest.mark.parametrize("end", ["terminate", "kill"])
def test_the_process_form_leaves_nothing_however_it_ends(end: str) -> None:
    command = [sys.executable, "-m", "tests.standins.dovecot", "--user", f"{TENANT}:secret"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        facts = json.loads(process.stdout.readline())
        told = requests.post(f"{facts['control']}/_standin/append", json={"mail": MAIL.decode()}, timeout=5).json()
        getattr(process, end)()

    wait_until(lambda: not any(alive(one) for one in facts["processes"]), timeout=5)
    assert told == 1


def test_it_runs_as_an_ordinary_user(server: Dovecot) -> None:
    # Privileges are dropped inside: another user may not be able to read this Python at all.
    drop = f"os.setgroups([]); os.setgid({server.owner.gid}); os.setuid({server.owner.uid})"
    program = (
        "import encodings.idna, os\n"
        "from tests.standins.dovecot import Dovecot\n"
        f"if os.geteuid() == 0: {drop}\n"
        "with Dovecot() as server: print(server.append(b'Subject: x\\r\\n\\r\\n'), server.wipe_uidlist()[1] > 0)"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False)

    assert (done.stdout.strip(), done.stderr) == ("1 True", "")
