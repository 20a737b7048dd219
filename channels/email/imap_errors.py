"""What went wrong with a mail server, as a sentence that names the server, the fault and the remedy, and no secret."""

from __future__ import annotations

import imaplib
import json
import socket
import ssl
from collections.abc import Sequence

from channels.email.imap_settings import Encryption, ImapSettings, SignIn

LONGEST_QUOTE = 200


def connection_sentence(error: BaseException, settings: ImapSettings) -> str:
    """Say why no connection came about."""
    place = settings.place
    match error:
        case socket.gaierror():
            return f"The name {settings.host!r} of the mail server is unknown (DNS): check imap_host."
        case ConnectionRefusedError():
            return f"{place} refused the connection: check imap_port, and that IMAP is switched on there."
        case ssl.SSLCertVerificationError():
            return (
                f"The certificate of {place} is not trusted ({error.verify_message}): check imap_host or imap_ca_file."
            )
        case ssl.SSLError():
            return f"{place} does not speak TLS ({error.reason or 'handshake failed'}): check imap_port and imap_tls."
        case TimeoutError():
            return (
                f"{place} did not answer within {settings.timeout:g} seconds: check imap_host, imap_port and imap_tls."
            )
        case _:
            return f"No connection to {place}: {quote(error, settings)}."


def lost_sentence(error: BaseException, settings: ImapSettings, doing: str) -> str:
    """Say what broke off while something was being done: `doing` continues 'while ...'."""
    if isinstance(error, TimeoutError):
        return f"{settings.place} stopped answering while {doing}: the time-out was reached."
    if isinstance(error, OSError | imaplib.IMAP4.abort):
        return f"The connection to {settings.place} was lost while {doing}: {quote(error, settings)}."
    return f"{settings.place} answered with an error while {doing}: {quote(error, settings)}."


def folder_sentence(error: BaseException, settings: ImapSettings) -> str:
    """Say that the folder cannot be opened."""
    return (
        f"The folder {settings.folder!r} of {settings.user} cannot be opened at {settings.host}: check imap_folder. "
        f"The server says: {quote(error, settings)}."
    )


def login_sentence(error: BaseException, settings: ImapSettings, challenges: Sequence[bytes] = ()) -> str:
    """Say that the login was refused; the last challenge is the server's reason (RFC 7628 section 3.2.2)."""
    said = quote(error, settings)
    start = f"{settings.host} refused the login of {settings.user}: "
    # imapsync#411: Exchange Online takes the token, yet its owner has no right to this mailbox
    if "authenticated but not connected" in said.lower():
        return f"{start}the token is good, but it gives no right to this mailbox. The server says: {said}."
    if settings.sign_in is SignIn.XOAUTH2:
        hint = f"the token is expired, revoked or for another service{_reason(challenges)}: sign in again"
        return f"{start}{hint}. The server says: {said}."
    hint = "check imap_user and imap_password (many providers want an app password, Exchange Online only XOAUTH2)"
    return f"{start}{hint}. The server says: {said}."


def missing_sentence(settings: ImapSettings, feature: str) -> str:
    """Say that the server lacks what the settings ask for."""
    remedy = "imap_auth" if feature == "XOAUTH2" else f"imap_tls (one of {', '.join(Encryption)})"
    return f"{settings.place} does not offer {feature}: check {remedy}."


def quote(error: BaseException, settings: ImapSettings) -> str:
    """Quote an error briefly, on one line, with every secret of the settings blotted out."""
    text = " ".join(str(error).split()) or type(error).__name__
    for secret in (settings.password, settings.token):
        if secret:
            text = text.replace(secret, "***")
    printable = "".join(character for character in text if character.isprintable())
    return printable[:LONGEST_QUOTE].rstrip(" .")


def letters_sentence(settings: ImapSettings) -> str:
    """Say that user name or password have letters which LOGIN cannot carry (RFC 9051 section 9)."""
    return f"{settings.host} takes only ASCII letters in imap_user and imap_password: choose another password."


def _reason(challenges: Sequence[bytes]) -> str:
    """Read the JSON in which a server says why it refuses a token: `{"status", "schemes", "scope"}`."""
    try:
        reason = json.loads(challenges[-1])
    except (IndexError, ValueError, RecursionError):
        return ""
    if not isinstance(reason, dict):
        return ""
    named = [f"{key} {reason[key]}" for key in ("status", "scope") if isinstance(reason.get(key), str | int)]
    return f" ({', '.join(named)})"[:LONGEST_QUOTE] if named else ""
