"""What a mail says and carries (mail.md 4; reliability.md 4 B and D)."""

from __future__ import annotations

import base64
import struct

import pytest

from channels.message import Attachment
from tests.channels.email.letters import a_letter, read

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def part(body: str | bytes, **fields: str) -> str:
    """A part; bytes go as base64."""
    if isinstance(body, bytes):
        fields["Content_Transfer_Encoding"] = "base64"
        body = base64.encodebytes(body).decode()
    return "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in fields.items()) + f"\n{body}"


def multipart(kind: str, *parts: str, boundary: str = "b") -> str:
    body = "".join(f"--{boundary}\n{one}\n" for one in parts)
    return f"Content-Type: multipart/{kind}; boundary={boundary}\n\n{body}--{boundary}--\n"


def a_mail(kind: str, *parts: str) -> str:
    return a_letter("", Message_ID="").rstrip("\n") + "\n" + multipart(kind, *parts)


def text(words: str) -> str:
    return part(words, Content_Type="text/plain; charset=utf-8")


def html(source: str) -> str:
    return part(source, Content_Type="text/html; charset=utf-8")


def names(attachments: tuple[Attachment, ...]) -> list[tuple[str, str]]:
    return [(one.name, one.disposition) for one in attachments]


def test_text_and_html_are_two_forms_of_the_same_words() -> None:
    message = read(a_mail("alternative", text("The tap drips"), html("<p>The tap <b>drips</b></p>")))

    assert message.text.strip() == "The tap drips"
    assert message.html.strip() == "<p>The tap <b>drips</b></p>"
    assert message.attachments == ()


@pytest.mark.parametrize("empty", ["", " \n \n"])
def test_html_speaks_where_the_text_is_empty(empty: str) -> None:
    message = read(a_mail("alternative", text(empty), html("<p>The tap drips</p>")))

    assert message.text == "The tap drips"


def test_words_in_several_parts_are_joined_in_both_forms() -> None:
    message = read(a_mail("mixed", text("Above"), part(PNG, Content_Type="image/png"), text("Below")))
    mixed = read(a_mail("mixed", html("<p>Above</p>"), text("Below & more")))

    assert message.text.split() == ["Above", "Below"]
    assert mixed.text.split() == ["Above", "Below", "&", "more"]
    assert "Below &amp; more" in mixed.html


def test_a_mail_with_only_a_file_has_no_words() -> None:
    message = read(a_mail("mixed", part(b"%PDF-1.4", Content_Type="application/pdf; name=lease.pdf")))

    assert message.text == ""
    assert names(message.attachments) == [("lease.pdf", "attachment")]


def test_inline_is_only_what_the_html_shows() -> None:
    message = read(
        a_mail(
            "related",
            html('<img src=\'cid:a@x\'><img src="b@x"><img src="photo.png">'),
            part(PNG, Content_Type="image/png", Content_ID="<a@x>"),
            part(PNG, Content_Type="image/png", Content_ID="<b@x>"),
            part(PNG, Content_Type="image/png", Content_ID="<c@x>", Content_Disposition="inline"),
            part(PNG, Content_Type="image/png; name=plan.png", Content_Disposition="inline"),
        )
    )

    assert names(message.attachments) == [
        ("image-1.png", "inline"),
        ("image-2.png", "inline"),
        ("image-3.png", "attachment"),
        ("plan.png", "attachment"),
    ]
    assert 'src="cid:b@x"' in message.html


def test_pictures_written_into_the_html_become_inline_files() -> None:
    encoded = base64.b64encode(PNG).decode()
    message = read(a_mail("mixed", html(f'<img src="data:image/png;base64,{encoded}">')))

    (picture,) = message.attachments
    assert picture.data == PNG
    assert picture.disposition == "inline"
    assert f'src="cid:{picture.content_id}"' in message.html


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"Content_Disposition": "attachment; filename*=utf-8''Bad%20%C3%BCber.png"}, "Bad über.png"),
        ({"Content_Disposition": 'attachment; filename="=?utf-8?q?Bad=20=C3=BCber.png?="'}, "Bad über.png"),
        ({"Content_Disposition": "attachment; filename=This is a test.png"}, "This is a test.png"),
        ({"Content_Disposition": 'attachment; filename="Bad über.png"'}, "Bad über.png"),
        ({"Content_Disposition": "attachment", "Content_Type": 'image/png; name="bath.png"'}, "bath.png"),
        ({"Content_Disposition": 'attachment; filename="../../etc/passwd"'}, "passwd"),
        ({"Content_Disposition": "attachment; filename*=utf-8''%2e%2e%2fa%00%0d%0ab.png"}, "a b.png"),
        ({"Content_Disposition": "attachment; filename=aux.txt"}, "image-1.png"),
        ({"Content_Disposition": "attachment"}, "image-1.png"),
    ],
)
def test_files_keep_their_senders_name_made_harmless(fields: dict[str, str], name: str) -> None:
    message = read(a_mail("mixed", text("See photo"), part(PNG, **{"Content_Type": "image/png", **fields})))

    assert [one.name for one in message.attachments] == [name]


def test_a_files_type_is_what_its_bytes_say() -> None:
    message = read(
        a_mail("mixed", part(b"<html><script>", Content_Type="image/png; name=a.png", Content_Disposition="attachment"))
    )

    assert (message.attachments[0].content_type, message.attachments[0].declared_type) == ("text/html", "image/png")


def test_two_files_of_one_name_and_thirty_photos_are_all_kept() -> None:
    photos = [part(PNG, Content_Type="image/png; name=photo.png") for _ in range(30)]

    assert len(read(a_mail("mixed", text("Look"), *photos)).attachments) == 30


def test_an_attached_mail_is_a_file_named_by_its_subject() -> None:
    inner = "From: omar@example.com\nSubject: Cold / radiator\n\nIt is cold"
    message = read(a_mail("mixed", text("See below"), part(inner, Content_Type="message/rfc822")))

    (attached,) = message.attachments
    assert (attached.name, attached.content_type) == ("Cold - radiator.eml", "message/rfc822")
    assert "It is cold" not in message.text


def test_signatures_of_mail_programs_are_no_files_of_the_customer() -> None:
    message = read(
        a_mail(
            "signed", text("Signed words"), part(b"0\x80", Content_Type="application/pkcs7-signature; name=smime.p7s")
        )
    )

    assert message.text.strip() == "Signed words"
    assert message.attachments == ()


def test_a_signature_attached_under_a_name_is_listed_like_any_file() -> None:
    signature = part(
        "-----BEGIN PGP SIGNATURE-----",
        Content_Type="application/pgp-signature; name=signature.asc",
        Content_Disposition="attachment; filename=signature.asc",
    )

    message = read(a_mail("signed", text("Signed words"), signature))

    assert [one.name for one in message.attachments] == ["signature.asc"]


def test_encrypted_mail_is_kept_closed_with_a_word_about_it() -> None:
    message = read(a_letter(Content_Type="application/pkcs7-mime; name=smime.p7m", body="0\x80"))

    assert [one.name for one in message.attachments] == ["smime.p7m"]
    assert message.defects == ("The content is signed or encrypted and was not opened; it is attached as it came.",)


def test_an_invitation_is_a_file() -> None:
    invite = part("BEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR", Content_Type="text/calendar; method=REQUEST")
    message = read(a_mail("alternative", text("Come at nine"), invite))

    assert message.text.strip() == "Come at nine"
    assert [(one.name, one.content_type) for one in message.attachments] == [("file-1.ics", "text/calendar")]


def test_uuencoded_files_are_taken_out_of_the_text() -> None:
    good = read(a_letter("Before\nbegin 644 a.txt\n%2&5L;&\\\n \nend\nAfter"))
    broken = read(a_letter("Before\nbegin 644 a.txt\nnot uuencoded at all, is it ~~\nend\nAfter"))

    assert [(one.name, one.data) for one in good.attachments] == [("a.txt", b"Hello")]
    assert good.text.split() == ["Before", "After"]
    assert "not uuencoded" in broken.text
    assert broken.attachments == ()


def test_flowed_lines_are_joined_and_quotes_kept_apart() -> None:
    message = read(a_letter("one \ntwo\n> a \n> b\n-- \nAnna", Content_Type="text/plain; format=flowed"))
    joined = read(a_letter("Fuß \nball", Content_Type="text/plain; charset=utf-8; format=flowed; delsp=yes"))

    assert message.text == "one two\n> a b\n-- \nAnna"
    assert joined.text == "Fußball"


def test_a_text_in_an_unknown_wrapping_is_a_file() -> None:
    message = read(a_letter("H4sIAAAA", Content_Transfer_Encoding="x-gzip64", Content_Type="text/plain; name=log.gz"))

    assert [one.name for one in message.attachments] == ["log.gz"]


def test_nothing_outside_is_ever_fetched() -> None:
    message = read(a_letter("x", Content_Type="message/external-body; access-type=URL; URL=file:///etc/passwd"))

    assert message.text == ""
    assert b"root" not in message.attachments[0].data


def a_property(kind: int, number: int, value: bytes) -> bytes:
    padded = value + b"\0" * (-len(value) % 4)
    return struct.pack("<HHII", kind, number, 1, len(value)) + padded


def an_attribute(number: int, value: bytes, level: int = 2) -> bytes:
    return struct.pack("<BII", level, number, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def a_winmail(*attributes: bytes) -> bytes:
    return b"\x78\x9f\x3e\x22\x01\x00" + b"".join(attributes)


WINMAIL = a_winmail(
    an_attribute(0x00069007, struct.pack("<II", 1252, 0), 1),
    an_attribute(0x00069003, struct.pack("<I", 1) + a_property(0x1F, 0x1000, "Grüße".encode("utf-16-le")), 1),
    an_attribute(0x00069002, b"\x01\x00" + b"\0" * 12),
    an_attribute(0x00018010, b"PLAN~1.PDF\0"),
    an_attribute(0x0006800F, b"%PDF-1.4 plan"),
    an_attribute(0x00069005, struct.pack("<I", 1) + a_property(0x1E, 0x3707, b"Floor plan.pdf\0")),
)


def test_winmail_dat_is_opened() -> None:
    message = read(a_mail("mixed", part(WINMAIL, Content_Type="application/ms-tnef; name=winmail.dat")))

    assert [(one.name, one.data) for one in message.attachments] == [("Floor plan.pdf", b"%PDF-1.4 plan")]
    assert message.text == "Grüße"


@pytest.mark.parametrize("damaged", [b"no tnef", b"", b"\x78\x9f\x3e\x23" + WINMAIL[4:]])
def test_a_winmail_dat_that_is_none_stays_a_file(damaged: bytes) -> None:
    message = read(a_mail("mixed", text("x"), part(damaged, Content_Type="application/ms-tnef; name=winmail.dat")))

    assert [one.name for one in message.attachments] == ["winmail.dat"]
    assert message.defects


@pytest.mark.parametrize("length", range(6, len(WINMAIL), 7))
def test_a_truncated_winmail_dat_is_read_as_far_as_it_goes(length: int) -> None:
    message = read(a_mail("mixed", text("x"), part(WINMAIL[:length], Content_Type="application/ms-tnef")))

    assert message.text.strip() == "x"
