"""Pictures of texts come from Twilio or not at all (reliability.md 4 E08)."""

from __future__ import annotations

import pytest

from channels.channel import MediaChannel, Unreachable
from channels.egress import RefusedError
from channels.message import MediaLink
from channels.sms import SmsChannel
from channels.sms.media import fetch_file
from tests.channels.scripted_server import Answer, Asked, ScriptedServer
from tests.channels.sms_values import ACCOUNT_SID, MESSAGE_SID, an_account

PATH = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/{MESSAGE_SID}/Media/ME1"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"x" * 100


def a_link(url: str = f"https://api.twilio.com{PATH}") -> MediaLink:
    return MediaLink(url, "image/jpeg")


def test_a_picture_comes_with_our_credentials_from_the_api(web: ScriptedServer) -> None:
    web.answer = Answer(200, JPEG, {"Content-Type": "image/jpeg", "Content-Disposition": 'inline; filename="tap.jpg"'})

    file = SmsChannel().fetch_media(a_link(), an_account(api_base=web.url))

    assert (file.name, file.content_type, file.declared_type, file.data) == (
        "tap.jpg",
        "image/jpeg",
        "image/jpeg",
        JPEG,
    )
    assert web.asked[0].path == PATH
    assert web.asked[0].headers["Authorization"].startswith("Basic ")
    assert isinstance(SmsChannel(), MediaChannel)


def test_the_type_is_what_the_bytes_say(web: ScriptedServer) -> None:
    web.answer = Answer(200, b"<html><script>", {"Content-Type": "image/jpeg"})

    assert SmsChannel().fetch_media(a_link(), an_account(api_base=web.url)).content_type == "text/html"


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://api.twilio.com" + PATH,
        "https://api.twilio.com.evil.example" + PATH,
        "https://api.twilio.com@evil.example" + PATH,
        "https://evil.example" + PATH,
        "https://api.twilio.com/2010-04-01/Accounts/AC" + "f" * 32 + "/Messages/MM1/Media/ME1",
        "https://mms.twiliocdn.com" + PATH,
        "https://api.twilio.com:8443" + PATH,
        "file:///etc/passwd",
        "//api.twilio.com" + PATH,
        "https://[::1",
        "",
    ],
)
def test_a_link_that_is_not_our_accounts_is_refused_without_a_call(url: str) -> None:
    def resolve(host: str, _port: int) -> list[str]:
        raise AssertionError(f"{host} was looked up")

    with pytest.raises(RefusedError):
        fetch_file(a_link(url), an_account(), resolve=resolve)


def test_the_api_under_a_private_address_is_refused_when_nobody_configured_it() -> None:
    with pytest.raises(RefusedError, match="private network"):
        fetch_file(a_link(), an_account(), resolve=lambda _host, _port: ["127.0.0.1"])


def test_a_redirect_elsewhere_is_not_followed(web: ScriptedServer) -> None:
    web.answer = Answer(307, b"", {"Location": "https://evil.example/x.jpg"})

    with pytest.raises(RefusedError, match=r"evil\.example"):
        fetch_file(a_link(), an_account(api_base=web.url))
    assert len(web.asked) == 1


def test_a_redirect_on_the_configured_host_is_followed(web: ScriptedServer) -> None:
    def answer(asked: Asked) -> Answer:
        moved = Answer(302, b"", {"Location": "/store/ME1"})
        return moved if asked.path == PATH else Answer(200, JPEG, {"Content-Type": "image/jpeg"})

    web.answer = answer

    assert fetch_file(a_link(), an_account(api_base=web.url)).data == JPEG


def test_a_file_of_500_megabytes_is_refused_before_it_is_read(web: ScriptedServer) -> None:
    web.answer = Answer(200, b"x", {"Content-Length": "500000000"})

    with pytest.raises(RefusedError, match="larger than 50 MB"):
        fetch_file(a_link(), an_account(api_base=web.url))


@pytest.mark.parametrize("status", [404, 500, 503])
def test_a_file_that_is_not_there_yet_may_be_asked_for_again(web: ScriptedServer, status: int) -> None:
    web.answer = Answer(status)

    with pytest.raises(Unreachable) as failed:
        fetch_file(a_link(), an_account(api_base=web.url))
    assert not isinstance(failed.value, RefusedError)
