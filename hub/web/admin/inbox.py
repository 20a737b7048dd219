"""The settings of what agents work with, as the list of all settings names them."""

from __future__ import annotations

from hub.models import Company
from hub.services.settings.greetings import languages_set
from hub.services.settings.macro_settings import macros_of
from hub.services.settings.tag_settings import tags_of
from hub.services.staff.colleagues import staff_of
from hub.web.admin.company import language_name
from hub.web.desk import current_desk
from hub.web.language import _, ngettext
from hub.web.viewmodels.admin import Setting


def inbox_settings(company: Company) -> tuple[Setting, ...]:
    """Return what can be set of the inbox, and how it stands at a company."""
    desk = current_desk()
    replies, tags = len(macros_of(desk, company)), len(tags_of(desk, company))
    staff = len(staff_of(desk, company))
    return (
        Setting(
            label=_("Who works here"),
            url=f"/admin/colleagues?company={company.slug}",
            words=ngettext("%(num)s person", "%(num)s people", staff),
        ),
        Setting(
            label=_("Name and signature"),
            url=f"/admin/branding?company={company.slug}",
            words=_("mail is signed") if company.signature else _("mail is not signed"),
        ),
        Setting(
            label=_("Greetings and signatures"),
            url=f"/admin/greetings?company={company.slug}",
            words=", ".join(map(language_name, languages_set(company))) or _("none"),
        ),
        Setting(
            label=_("Canned replies"),
            url=f"/admin/macros?company={company.slug}",
            words=ngettext("%(num)s reply", "%(num)s replies", replies) if replies else _("none"),
        ),
        Setting(
            label=_("Tags"),
            url=f"/admin/tags?company={company.slug}",
            words=ngettext("%(num)s tag", "%(num)s tags", tags) if tags else _("none"),
        ),
        Setting(
            label=_("Queues and teams"),
            url=f"/admin/queues?company={company.slug}",
            words=_("who works what, by which hours"),
        ),
    )
