"""The setting of what stands above and below the words of a mail, language by language."""

from __future__ import annotations

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from hub.domain.signature import FALLBACK, LANGUAGES
from hub.errors import Invalid
from hub.models import Company
from hub.services.settings.greetings import Frame, filled_frame, frame_in, keep_frame, own_frame
from hub.web.admin.company import chosen_company, error_at, language_name, settings_link
from hub.web.admin.views import admin
from hub.web.desk import current_desk
from hub.web.guards import actor
from hub.web.language import _
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.admin import AdminForm
from hub.web.viewmodels.parts import Banner, Field, Form, Link


@admin.get("/greetings")
def show_greeting() -> str:
    """Show how mail of a company begins and ends in a language."""
    company, language = chosen_company(), _language()
    return _page(company, language, own_frame(company, language))


@admin.post("/greetings")
def keep_greeting() -> str | Response | tuple[str, int]:
    """Keep how mail of a company begins and ends in a language."""
    desk = current_desk()
    company, language = chosen_company(), _language()
    frame = Frame(request.form.get("greeting", ""), request.form.get("signature", ""))
    try:
        with desk.transaction():
            keep_frame(desk, actor(), company, language, frame)
    except Invalid as error:
        desk.session.refresh(company)
        return _page(company, language, frame, error), 422
    add_toast(_("Saved"))
    return redirect(f"/admin/greetings?company={company.slug}&language={language}")


def _page(company: Company, language: str, frame: Frame, error: Invalid | None = None) -> str:
    usual = frame_in(company, FALLBACK)
    asked_above = _(
        "Above the first mail of a day on a ticket, unless the agent greets. {{name}} stands for the person."
    )
    asked_below = _("Below it. {{agent}} stands for who writes, {{company}} for the company.")
    fields = (
        Field(name="company", label="", kind="hidden", value=company.slug),
        Field(name="language", label="", kind="hidden", value=language),
        Field(
            name="greeting", label=_("Greeting"), value=frame.greeting, optional=True, autocomplete="off",
            hint=f"{asked_above} {_instead(language, usual.greeting)}".strip(),
            error=error_at(error, "greeting"),
        ),
        Field(
            name="signature", label=_("Signature"), kind="textarea", rows=4, value=frame.signature, optional=True,
            hint=f"{asked_below} {_instead(language, usual.signature)}".strip(),
            error=error_at(error, "signature"),
        ),
    )  # fmt: skip
    page = AdminForm(
        shell=staff_shell(actor()),
        title=_(
            "Greeting and signature of %(company)s: %(language)s",
            company=company.name,
            language=language_name(language),
        ),
        back=settings_link(),
        intro=_(
            "People are greeted in the language they speak, else in that of their message, else in the company's. What is "
            "saved here holds for mail from now on, and stands around the words of the composer before they are sent."
        ),
        saved=_preview(company, language) if error is None else None,
        rows=tuple(
            Link(
                label=language_name(each),
                url=f"/admin/greetings?company={company.slug}&language={each}",
                current=each == language,
            )
            for each in LANGUAGES
        ),
        form=Form(action="/admin/greetings", fields=fields, submit=_("Save")),
    )
    return render_template("admin/form.html", page=page)


def _instead(language: str, usual: str) -> str:
    """Return what stands there while a field is empty."""
    if language == FALLBACK or not usual:
        return ""
    return _("While it is empty, English is used: %(words)s", words=" · ".join(usual.split("\n")))


def _preview(company: Company, language: str) -> Banner | None:
    """Return how a mail of the reader's begins and ends now."""
    frame = filled_frame(company, language, name="Aylin Demir", agent=actor().name)
    if frame.empty:
        return None
    around = (frame.greeting, "…", *frame.signature.split("\n"))
    return Banner(title=_("So it looks now:"), text=" · ".join(each for each in around if each))


def _language() -> str:
    wanted = request.values.get("language", "")
    return wanted if wanted in LANGUAGES else FALLBACK
