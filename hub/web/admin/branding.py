"""The setting of how a company speaks and looks: its name, what its mail is sent under, its signature, its colour."""

from __future__ import annotations

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from hub.domain.signature import sender_name, signature_of
from hub.errors import Invalid
from hub.models import Company
from hub.services.settings.branding import Brand, brand_of, keep_brand
from hub.web.admin.company import chosen_company, error_at, settings_link
from hub.web.admin.views import admin
from hub.web.desk import current_desk
from hub.web.guards import actor
from hub.web.language import _
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.admin import AdminForm
from hub.web.viewmodels.parts import Banner, Choice, Field, Form


@admin.get("/branding")
def show_brand() -> str:
    """Show how a company speaks and looks."""
    company = chosen_company()
    return _page(company, brand_of(company))


@admin.post("/branding")
def keep_brand_settings() -> str | Response | tuple[str, int]:
    """Keep how a company speaks and looks, or show how its mail would begin and end."""
    desk = current_desk()
    company = chosen_company()
    brand = Brand(**{name: request.form.get(name, "") for name in ("name", "sends_as", "signature", "accent")})
    if request.form.get("way") == "look":
        return _page(company, brand, looked=True)
    try:
        with desk.transaction():
            keep_brand(desk, actor(), company, brand)
    except Invalid as error:
        desk.session.refresh(company)
        return _page(company, brand, error), 422
    add_toast(_("Saved"))
    return redirect(f"/admin/branding?company={company.slug}")


def _page(company: Company, brand: Brand, error: Invalid | None = None, *, looked: bool = False) -> str:
    placeholders = _("{{agent}} stands for who writes, {{company}} for the company.")
    fields = (
        Field(name="company", label="", kind="hidden", value=company.slug),
        Field(name="name", label=_("Name"), value=brand.name, error=error_at(error, "name"), autocomplete="off"),
        Field(
            name="sends_as", label=_("Sending name"), value=brand.sends_as, optional=True, autocomplete="off",
            hint=_("Mail is sent under it; empty is the company's name.") + " " + placeholders,
            error=error_at(error, "sends_as"),
        ),
        Field(
            name="signature", label=_("Signature"), kind="textarea", rows=4, value=brand.signature, optional=True,
            hint=_("Below the first mail of a day that an agent writes on a ticket, in English and where a language has none of its own.")
            + " " + placeholders,
            error=error_at(error, "signature"),
        ),
        Field(
            name="accent", label=_("Colour"), value=brand.accent, autocomplete="off",
            hint=_("Of links and buttons on the pages for people outside, such as #0B5F75. White words must be readable on it."),
            error=error_at(error, "accent"),
        ),
    )  # fmt: skip
    page = AdminForm(
        shell=staff_shell(actor()),
        title=_("Name and signature of %(company)s", company=company.name),
        back=settings_link(),
        intro=_("What is saved here holds for mail from now on, and for the pages for residents and owners at once."),
        saved=Banner(title=_("So it would look:"), text=_preview(brand)) if looked else None,
        form=Form(
            action="/admin/branding",
            fields=fields,
            submit=_("Save"),
            also=Choice(value="look", label=_("Look first")),
        ),
    )
    return render_template("admin/form.html", page=page)


def _preview(brand: Brand) -> str:
    """Return in one line under which name the reader's mail would go, and what would stand below it."""
    agent = actor().name
    sender = sender_name(brand.sends_as, company=brand.name, agent=agent)
    below = signature_of(brand.signature, company=brand.name, agent=agent)
    return _("from %(sender)s, signed: %(signature)s", sender=sender, signature=" · ".join(below.split("\n")) or "–")
