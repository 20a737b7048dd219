"""The second factor: codes by time (RFC 6238), on once one has proved that the secret arrived."""

from __future__ import annotations

import secrets

import pyotp

from hub.desk import Desk
from hub.errors import Invalid
from hub.models import Agent


def begin_totp(desk: Desk, agent_id: int) -> str:
    """Give an agent a new TOTP secret (RFC 6238), to be confirmed with a code, and return its otpauth URI."""
    agent = desk.session.get(Agent, agent_id)
    assert agent is not None
    secret = pyotp.random_base32()
    agent.totp_secret = desk.vault.lock({"totp": secret, "confirmed": ""})
    return str(pyotp.TOTP(secret).provisioning_uri(name=agent.email, issuer_name="Frontdesk"))


def confirm_totp(desk: Desk, agent_id: int, code: str) -> None:
    """Turn the second factor on once a code proves that the secret arrived; raises `Invalid`."""
    agent = desk.session.get(Agent, agent_id)
    assert agent is not None
    kept = desk.vault.unlock(agent.totp_secret)
    if not kept or not pyotp.TOTP(kept["totp"]).verify(code, for_time=desk.clock.now(), valid_window=1):
        raise Invalid("That code does not fit: check the time on your phone and type the newest one.", field="code")
    agent.totp_secret = desk.vault.lock({"totp": kept["totp"], "confirmed": "yes"})


def has_totp(desk: Desk, agent: Agent) -> bool:
    """Tell whether an agent's second factor is on."""
    return bool(desk.vault.unlock(agent.totp_secret).get("confirmed"))


def totp_address(desk: Desk, agent: Agent) -> str:
    """Return the otpauth URI of a secret that is still to be confirmed, nothing without one."""
    kept = desk.vault.unlock(agent.totp_secret)
    if not kept or kept.get("confirmed"):
        return ""
    return str(pyotp.TOTP(kept["totp"]).provisioning_uri(name=agent.email, issuer_name="Frontdesk"))


def end_totp(desk: Desk, agent: Agent, code: str) -> None:
    """Turn the second factor off against a code that was not used yet; raises `Invalid`."""
    if has_totp(desk, agent) and not check_totp(desk, agent, code):
        raise Invalid("That code does not fit or was used already: wait for the next one.", field="code")
    agent.totp_secret = None


def check_totp(desk: Desk, agent: Agent, code: str) -> bool:
    """Check the second factor where it is on; a code counts once."""
    kept = desk.vault.unlock(agent.totp_secret)
    if not kept or not kept.get("confirmed"):
        return True
    now = desk.clock.now()
    totp = pyotp.TOTP(kept["totp"])
    step = int(now.timestamp()) // 30
    for candidate in (step - 1, step, step + 1):
        if candidate > agent.totp_last_step and secrets.compare_digest(
            totp.at(candidate * 30).encode(), code.strip().encode()
        ):
            agent.totp_last_step = candidate
            return True
    return False
