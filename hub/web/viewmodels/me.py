"""An agent's own account."""

from __future__ import annotations

from dataclasses import dataclass

from hub.web.viewmodels.parts import Form
from hub.web.viewmodels.shell import StaffShell


@dataclass(frozen=True, slots=True, kw_only=True)
class MePage:
    """What an agent sets for themselves. `otpauth` and `secret` are there while an authenticator is being set up."""

    shell: StaffShell
    title: str
    name: str
    address: str
    appearance: Form
    shortcuts_action: str
    shortcuts: bool
    password: Form
    factor_words: str
    factor: Form
    otpauth: str = ""
    secret: str = ""
