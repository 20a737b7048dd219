"""What a person wrote now, without history and signature: for display and triage, and nothing of theirs lost."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.quotes import reply_text
from tests.channels.email.letters import a_letter, read

REPLY = "Tomorrow at nine is fine, thank you."

ATTRIBUTIONS = [
    "On Mon, Nov 16, 2026 at 5:20 PM Desk <desk@example.org> wrote:",
    "On Mon, Nov 16, 2026 at 5:20 PM Desk of a rather long name <\ndesk@example.org> wrote:",
    "On 16/11/2026 17:20, Desk wrote:",
    "On 16 Nov 2026, at 17:20, Desk <desk@example.org>\nwrote:",
    "Am 16.11.2026 um 17:20 schrieb Desk <desk@example.org>:",
    "Am Mo., 16. Nov. 2026 um 17:20 Uhr schrieb Desk\n<desk@example.org>:",
    "Le lun. 16 nov. 2026 à 17:20, Desk <desk@example.org> a écrit :",
    "El lun, 16 nov 2026 a las 17:20, Desk (<desk@example.org>) escribió:",
    "Il giorno lun 16 nov 2026 alle ore 17:20 Desk <desk@example.org> ha scritto:",
    "Op ma 16 nov. 2026 om 17:20 schreef Desk <desk@example.org>:",
    "Em 16 de novembro de 2026 às 17:20, Desk (\ndesk@example.org) escreveu:",
    "W dniu 16.11.2026 o 17:20, Desk pisze:",
    "pon., 16 lis 2026 o 17:20 Desk <desk@example.org> napisał(a):",
    "Den 16 november 2026 17:20:18, Desk (desk@example.org) skrev:",
    "man. 16. nov. 2026 kl. 17:20 skrev Desk <desk@example.org>:",
    "ma 16. marraskuuta 2026 klo 17.20 Desk <desk@example.org> kirjoitti:",
    "пн, 16 нояб. 2026 г. в 17:20, Desk <desk@example.org>:",
    "16.11.2026 17:20, Desk пише:",
    "16 Kas 2026 Pzt 17:20 tarihinde Desk <desk@example.org> şunu yazdı:",
    "Vào 17:20 16 tháng 11, 2026, Desk <desk@example.org> đã viết:",
    "2026年11月16日(月) 17:20 Desk <desk@example.org>:",
    "2026-11-16 17:20 GMT+01:00 Desk <desk@example.org>:",
    "---- On Mon, 16 Nov 2026 17:20:00 +0100 desk@example.org wrote ----",
    "Desk <desk@example.org> wrote:",
]
BLOCKS = [
    "-----Original Message-----\nFrom: Desk\nSent: Monday\nTo: Anna\nSubject: Tap",
    "----- Ursprüngliche Nachricht -----",
    "-------- Message d'origine --------",
    "________________________________\nFrom: Desk <desk@example.org>\nSent: Monday, November 16, 2026 5:20 PM\nTo: Anna\nSubject: Tap",
    "*From:* Desk [mailto:desk@example.org]\n*Sent:* Monday, November 16, 2026 5:20 PM\n*To:* Anna\n*Subject:* Tap",
    "Von: Desk <desk@example.org>\nGesendet: Montag, 16. November 2026 17:20\nAn: Anna\nBetreff: Wasserhahn",
    "De : Desk <desk@example.org>\nEnvoyé : lundi 16 novembre 2026 17:20\nÀ : Anna\nObjet : Robinet",
    "De: Desk <desk@example.org>\nEnviado el: lunes, 16 de noviembre de 2026 17:20\nPara: Anna\nAsunto: Grifo",
    "Van: Desk <desk@example.org>\nVerzonden: maandag 16 november 2026 17:20\nAan: Anna\nOnderwerp: Kraan",
    "Od: Desk <desk@example.org>\nWysłano: poniedziałek, 16 listopada 2026 17:20\nDo: Anna\nTemat: Kran",
    "От: Desk <desk@example.org>\nОтправлено: 16 ноября 2026 г. 17:20\nКому: Anna\nТема: Кран",
    "Kimden: Desk <desk@example.org>\nGönderildi: 16 Kasım 2026 17:20\nKime: Anna\nKonu: Musluk",
    "From: Desk\n<desk-with-a-long-address@example.org>\nSent: Monday\nTo: Anna\nSubject: Tap",
]


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
@pytest.mark.parametrize("quote", ["> May we come\n> tomorrow at nine?", ">\n> May we come?\n>\n> > The tap drips"])
def test_a_quote_below_its_attribution_is_folded(attribution: str, quote: str) -> None:
    assert reply_text(f"{REPLY}\n\n{attribution}\n\n{quote}\n") == REPLY
    assert reply_text(f"{REPLY}\n{attribution}\n{quote}\n") == REPLY


@pytest.mark.parametrize(
    "attribution", [one for one in ATTRIBUTIONS if "2026" in one and "17:20, Desk wrote" not in one]
)
def test_a_quote_without_marks_is_folded_below_a_dated_attribution(attribution: str) -> None:
    assert reply_text(f"{REPLY}\n\n{attribution}\n\nMay we come tomorrow at nine?\n") == REPLY


@pytest.mark.parametrize("block", BLOCKS)
def test_history_below_a_header_block_is_folded(block: str) -> None:
    assert reply_text(f"{REPLY}\n\n{block}\n\nMay we come tomorrow at nine?\n") == REPLY


def test_an_answer_below_the_quote_is_the_reply() -> None:
    assert reply_text(f"{ATTRIBUTIONS[0]}\n> May we come?\n\n{REPLY}") == REPLY
    assert reply_text(f"> May we come?\n{REPLY}") == REPLY


def test_words_on_both_sides_of_a_quote_are_kept() -> None:
    reply = reply_text(f"Hello,\n\n{ATTRIBUTIONS[0]}\n> May we come?\n\n{REPLY}")

    assert [line for line in reply.split("\n") if line] == ["Hello,", REPLY]


def test_answers_between_quoted_lines_are_kept_whole() -> None:
    text = f"{ATTRIBUTIONS[0]}\n> May we come?\nYes, at nine.\n> Is there a key?\nWith the neighbour.\n"

    assert reply_text(text) == text.strip()


def test_a_forwarded_message_is_kept() -> None:
    text = "FYI\n\n---------- Forwarded message ----------\nFrom: omar@example.com\nSubject: Heating\n\nIt is cold"

    assert reply_text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "On the surface it is dry.\nOn the other hand the cupboard is wet.",
        "Times that suit me:\n\n2026-11-16 14:30\n16.11.2026 14:30\n11/16/2026 at 2:30 PM",
        "Invitation:\n\nDate: Wednesday 3, October 2026\nTime: 7:00am\nAddress: 130 Fox St",
        "I need:\n-- a plumber\n-- a key",
        ">>> >>> click here <<<\nand read on",
        "Service      Date\n-----------------------\nHeating   Jun 27, 2026",
        "She said: the landlord wrote a letter in 2019 about it: nothing happened.",
        "Sent from my desk, it is nicer than by telephone.",
        "Hello",
        "",
        "> only a quote",
    ],
)
def test_ordinary_words_are_never_taken_for_history(text: str) -> None:
    assert reply_text(text) == text


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nAnna Petrova\nUnit 4B",
        "--\nAnna Petrova",
        "Sent from my iPhone",
        "Sent from my Verizon Wireless BlackBerry",
        "Get Outlook for iOS<https://aka.example.com/ios>",
        "Von meinem iPhone gesendet",
        "Gesendet von Outlook für Android",
        "Envoyé de mon iPhone",
        "Enviado desde mi iPhone",
        "Inviato da iPhone",
        "Verzonden vanaf mijn iPhone",
        "Отправлено с iPhone",
        "Regards,\n\nAnna Petrova\nUnit 4B",
        "Mit freundlichen Grüßen\nAnna Petrova",
        "Cordialement,\nAnna",
        "Med venlig hilsen\nAnna",
        "____________________\nresidents mailing list\nhttps://lists.example.org/residents",
    ],
)
def test_a_signature_is_folded(signature: str) -> None:
    assert reply_text(f"{REPLY}\n\n{signature}\n") == REPLY
    assert reply_text(f"{REPLY}\n\n{signature}\n\n{ATTRIBUTIONS[0]}\n> May we come?") == REPLY


def test_a_single_word_keeps_its_signature() -> None:
    assert reply_text("Yes\n\n-- \nAnna Petrova, Unit 4B") == "Yes\n\n-- \nAnna Petrova, Unit 4B"


OURS = "Hello Anna,\n\nmay we come tomorrow morning between nine and ten o'clock to look at the tap in your kitchen?\n\nYour desk"


@pytest.mark.parametrize(
    "quoted",
    [
        OURS,
        OURS.replace("between", "between\n"),
        "Desk, Monday:\n" + OURS,
        "| may we come tomorrow morning between nine and ten\n| o'clock to look at the tap in your kitchen?",
    ],
)
def test_what_we_sent_is_recognised_without_any_mark(quoted: str) -> None:
    reply = reply_text(f"{REPLY}\n\n{quoted}", sent_texts=[OURS])

    assert reply.startswith(REPLY)
    assert "between nine" not in reply
    assert "o'clock" not in reply


def test_answers_between_our_own_words_are_kept() -> None:
    first, _, rest = OURS.partition("Your desk")
    text = f"{first}Yes.\n\nand would you please leave the key with the neighbour in 4A before you go?\n\nI did.{rest}"
    sent = [OURS, "and would you please leave the key with the neighbour in 4A before you go?"]

    reply = reply_text(text, sent_texts=sent)

    assert "Yes." in reply
    assert "I did." in reply


HTML_REPLIES = [
    (
        '<div>{reply}</div><div class="gmail_quote"><div class="gmail_attr">On Mon, Nov 16, 2026 at 5:20 PM Desk &'
        'lt;<a>desk@example.org</a>&gt; wrote:<br></div><blockquote class="gmail_quote">May we come?</blockquote><'
        "/div>"
    ),
    (
        '<p>{reply}</p><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Desk &lt;desk@example'
        ".org&gt;<br><b>Sent:</b> Monday<br><b>To:</b> Anna<br><b>Subject:</b> Tap</div><div>May we come?</div>"
    ),
    '<p>{reply}</p><div id="x_divRplyFwdMsg">Avsenderen sier:</div><div>May we come?</div>',
    (
        "<p>{reply}</p><div style='border:none;border-top:solid #E1E1E1 1.0pt'><p><b>Nadawca:</b> Desk &lt;desk@ex"
        "ample.org&gt;<br><b>Data wiadomosci:</b> 16.11.2026<br><b>Adresat:</b> Anna</p></div><p>May we come?</p>"
    ),
    (
        "<div>{reply}</div><div><br><blockquote type=cite><div>On 16 Nov 2026, at 17:20, Desk wrote:</div>May we c"
        "ome?</blockquote></div>"
    ),
    (
        '{reply}<br><div class="moz-cite-prefix">On 16/11/2026 17:20, Desk wrote:<br></div><blockquote type="cite"'
        ">May we come?</blockquote>"
    ),
    (
        '<div>{reply}</div><div class="yahoo_quoted" id="yahoo_quoted_1"><div>Am Montag schrieb uns Desk</div><div'
        ">May we come?</div></div>"
    ),
    '<div>{reply}</div><div class="protonmail_quote">------- Original Message -------<br>May we come?</div>',
    '<div>{reply}</div><span id="OLK_SRC_BODY_SECTION"><div>From: Desk</div><div>May we come?</div></span>',
    ('<p>{reply}</p><p>16.11.2026, 17:20, "Desk" &lt;desk@example.org&gt;:</p><blockquote>May we come?</blockquote>'),
]


@pytest.mark.parametrize("source", HTML_REPLIES)
def test_the_marks_of_mail_clients_in_html_are_known(source: str) -> None:
    html = source.replace("{reply}", REPLY)

    assert reply_text(f"{REPLY}\n\nMay we come?", html) == REPLY


@pytest.mark.parametrize("source", HTML_REPLIES)
def test_history_in_mail_that_is_only_html_is_folded(source: str) -> None:
    message = read(a_letter(source.replace("{reply}", REPLY), Content_Type="text/html; charset=utf-8"))

    assert message.reply_text == REPLY
    assert "May we come?" in message.text


def test_answers_between_html_quotes_are_kept_whole() -> None:
    html = '<blockquote type="cite">May we come?</blockquote><p>Yes.</p><blockquote type="cite">A key?</blockquote><p>4A.</p>'

    reply = reply_text("> May we come?\n\nYes.\n\n> A key?\n\n4A.", html)

    assert [line for line in reply.split("\n") if line] == ["> May we come?", "Yes.", "> A key?", "4A."]


def test_an_indented_passage_is_no_history() -> None:
    html = f"<p>The letter says:</p><blockquote>Pay now</blockquote><p>{REPLY}</p><blockquote type=cite>May we come?</blockquote>"

    assert "Pay now" in reply_text(f"The letter says: Pay now {REPLY}", html)


def test_the_text_is_believed_where_the_html_says_something_else() -> None:
    html = '<p>Buy now</p><div class="gmail_quote"><blockquote type="cite">Cheap</blockquote></div>'

    assert reply_text(REPLY, html) == REPLY


@given(
    st.lists(
        st.sampled_from([*ATTRIBUTIONS, *BLOCKS, "> q", REPLY, "", "-- ", "Regards,", "Sent from my iPhone"]),
        max_size=12,
    )
)
def test_folding_any_mixture_leaves_something_to_read(pieces: list[str]) -> None:
    text = "\n".join(pieces)

    reply = reply_text(text)

    assert bool(reply.strip()) == bool(text.strip())
    words = set(text.replace(">", " ").split())
    assert set(reply.replace(">", " ").split()) <= words


@given(st.text(max_size=400), st.text(max_size=100))
def test_any_text_and_html_can_be_folded(text: str, html: str) -> None:
    reply_text(text, html, [text[:50]])


@pytest.mark.parametrize(
    "text",
    [
        ">" * 2_000_000,
        ">>>>>>\n" * 250_000,
        "hi\n" + "> a\nb\n" * 100_000,
        "a" * 10_000_000,
        "On 12/03/2026 at 10:30 x <a@example.org>\n" * 50_000,
        "From: a@example.org\n" * 100_000,
        "Regards,\n" * 200_000,
        "--\n" * 300_000,
        "\nSent from my " + "a " * 100_000,
    ],
)
def test_endless_texts_are_folded_in_bounded_time(text: str) -> None:
    began = time.thread_time()

    reply_text(text, sent_texts=["some words of ours that are not there"])

    assert time.thread_time() - began < 4
