"""An agent's own account, and the sandbox of somebody who does not work in the inbox."""

from __future__ import annotations

from dataclasses import replace

from hub.web.viewmodels.me import MePage, NoticeRow, NoticesPage
from hub.web.viewmodels.parts import Choice, EmptyState, Field, Form, Link
from hub.web.viewmodels.public import StaffErrorPage
from tools.samples.shell import at, staff
from tools.samples.staff import SANDBOX

COLOURS = Field(
    name="appearance",
    label="Colours",
    kind="radio",
    choices=(Choice(value="system", label="As the system", selected=True), Choice(value="dark", label="Dark")),
)
ME = MePage(
    shell=staff(""),
    title="My account",
    name="Maria Keller",
    address="maria.keller@example.org",
    appearance=Form(action="/me/appearance", fields=(COLOURS,), submit="Save"),
    shortcuts_action="/me/shortcuts",
    shortcuts=True,
    password=Form(
        action="/me/password",
        fields=(Field(name="password", label="New password", kind="password", error="Use at least 12 characters."),),
        submit="Set the password",
    ),
    factor_words="Off: your password alone signs you in.",
    factor=Form(
        action="/me/totp/confirm", fields=(Field(name="code", label="Code", kind="code"),), submit="Turn it on"
    ),
    otpauth="otpauth://totp/Frontdesk:maria.keller%40example.org?secret=JBSWY3DPEHPK3PXP&issuer=Frontdesk",
    secret="JBSW Y3DP EHPK 3PXP",  # noqa: S106 - invented
)

REFUSED = StaffErrorPage(
    shell=staff(""),
    title="Not for your role",
    text="This page is for managers and administrators; your role has no part in it. Ask Robin Sander if you need it.",
    actions=(Link(label="To the start", url="/inbox.html"),),
)

NOTICES = NoticesPage(
    shell=replace(staff(""), unseen="1", unseen_words="1 new"),
    title="Notifications",
    rows=(
        NoticeRow(
            words="Jonas Weber asks you", ticket="#4711 No hot water", url="/tickets/4711", at=at("9 min"), unseen=True
        ),
        NoticeRow(words="Aylin Demir wrote", ticket="#4655 Window seal", url="/tickets/4655", at=at("3 d")),
    ),
    see_action="/me/notifications/seen",
    empty=EmptyState(title="Nobody has asked for you yet."),
)
PAGES = {
    "notifications": ("me/notifications.html", {"page": NOTICES}),
    "notifications-none": (
        "me/notifications.html",
        {"page": replace(NOTICES, rows=(), shell=staff(""))},
    ),
    "error-staff": ("error_staff.html", {"page": REFUSED}),
    "me": ("me/page.html", {"page": ME}),
    "sandbox-stranger": (
        "sandbox/page.html",
        {
            "page": replace(
                SANDBOX,
                host_text="Come in to see what arrives.",
                host="Come in as Maria Keller",
                host_action="/sandbox/enter",
                text_error="Write something.",
            )
        },
    ),
}
