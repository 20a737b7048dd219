"""Who is signed in: passwords, links, codes, tokens. Only hashes are kept; a link is consumed by a POST, never by a GET."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import func, select, update

from channels.address import AddressError, canonical_email, canonical_phone
from channels.message import Address, IdentityKind
from hub.desk import Desk
from hub.domain.access import Actor, Role
from hub.domain.delivery import Purpose, Urgency
from hub.errors import Invalid, NotFound, Refused
from hub.models import Agent, ApiToken, Company, Contact, Identity, Membership, SignIn, SignInLink
from hub.services.sending.outgoing import Letter, post
from hub.services.settings.configuration import read_directory
from hub.services.staff.second_factor import check_totp, has_totp
from hub.services.staff.signed_in import grant_of

LINK_LIFE = timedelta(minutes=15)
INVITATION_LIFE = timedelta(days=7)
STAFF_LIFE = timedelta(hours=14)
PEOPLE_LIFE = timedelta(days=30)
MOST_LINKS = 5
LINK_WINDOW = timedelta(hours=1)
MOST_WRONG_CODES = 5
TOKEN_USE_NOTED = timedelta(minutes=1)
SHORTEST_PASSWORD = 12
BY_MAIL, BY_HAND = "staff", "operator"  # a link printed by whoever runs the desk needs no second factor
HASHER = PasswordHasher()
NOBODY = HASHER.hash("nobody has this password")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh sign-in: the secret for the browser's cookie, shown only now."""

    secret: str
    agent_id: int | None = None
    contact_id: int | None = None


def invite_agent(desk: Desk, company: Company, *, email: str, role: str, name: str = "", demo: bool = False) -> str:
    """Make an account, or give an existing one a role in a company, and return its sign-in link; raises `Invalid`."""
    try:
        address = canonical_email(email)
    except AddressError as error:
        raise Invalid(str(error), field="email") from error
    agent = desk.session.scalar(select(Agent).where(Agent.email == address))
    if agent is None:
        agent = Agent(email=address, name=name or address, active=True, demo=demo)
        desk.session.add(agent)
        desk.session.flush()
    known = desk.session.scalar(
        select(Membership).where(Membership.company_id == company.id, Membership.agent_id == agent.id)
    )
    if known is None:
        desk.session.add(
            Membership(company_id=company.id, agent_id=agent.id, role=Role(role), balances=role in {"manager", "admin"})
        )
    else:
        known.role = Role(role)
    desk.session.flush()
    return make_agent_link(desk, address, life=INVITATION_LIFE)


def administrators_of(desk: Desk, actor: Actor, *, most: int = 3) -> list[str]:
    """Return the names of those who can give an account another role: the administrators of its companies."""
    query = (
        select(Agent.name)
        .join(Membership, Membership.agent_id == Agent.id)
        .where(Agent.active, Membership.role == Role.ADMIN, Membership.company_id.in_(sorted(actor.grants)))
        .distinct()
        .order_by(Agent.name)
        .limit(most)
    )
    return list(desk.session.scalars(query))


def make_agent_link(desk: Desk, email: str, *, life: timedelta = LINK_LIFE) -> str:
    """Return a single-use sign-in link of an account; raises `NotFound`."""
    agent = desk.session.scalar(select(Agent).where(Agent.email == typed(email), Agent.active))
    if agent is None:
        raise NotFound(f"Nobody here has the address {email}: invite them with 'hub agent invite'.")
    return _staff_link(desk, agent, purpose=BY_HAND, life=life)


def _staff_link(desk: Desk, agent: Agent, *, purpose: str, life: timedelta = LINK_LIFE) -> str:
    token = _make_link(desk, purpose=purpose, address=agent.email, agent_id=agent.id, life=life)
    return f"{desk.settings.base_url}/login/link/{token}"


def sign_in_with_password(desk: Desk, email: str, password: str, code: str) -> SignedIn:
    """Sign an agent in; raises `Refused` with the same words and after the same work for every mistake."""
    agent = desk.session.scalar(select(Agent).where(Agent.email == typed(email), Agent.active))
    good = _verify(agent.password_hash if agent and agent.password_hash else NOBODY, password)
    if agent is None or not agent.password_hash or not good or not check_totp(desk, agent, code):
        raise Refused("That address, password or code is not right. You can also ask for a sign-in link.")
    return start_sign_in(desk, agent_id=agent.id)


def set_password(desk: Desk, agent_id: int, password: str) -> None:
    """Set an agent's password and end their other sign-ins; raises `Invalid` under twelve characters."""
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid(
            f"Use at least {SHORTEST_PASSWORD} characters: several words are easy to remember.", field="password"
        )
    agent = desk.session.get(Agent, agent_id)
    assert agent is not None
    agent.password_hash = HASHER.hash(password)
    end_sign_ins(desk, agent_id=agent_id)


def change_password(desk: Desk, agent: Agent, present: str, wanted: str) -> SignedIn:
    """Set a password for who knows the present one, or has none, and return this device's new sign-in; raises `Invalid`."""
    if agent.password_hash and not _verify(agent.password_hash, present):
        raise Invalid("This is not your present password.", field="current")
    set_password(desk, agent.id, wanted)
    return start_sign_in(desk, agent_id=agent.id)


def request_agent_link(desk: Desk, email: str) -> None:
    """Post a sign-in link to a colleague; says nothing about whether there is one."""
    agent = desk.session.scalar(select(Agent).where(Agent.email == typed(email), Agent.active))
    if agent is None or _too_many(desk, agent.email):
        return
    link = _staff_link(desk, agent, purpose=BY_MAIL)
    company_id = desk.session.scalar(select(func.min(Membership.company_id)).where(Membership.agent_id == agent.id))
    if company_id is None:
        return
    letter = Letter(
        Purpose.SIGN_IN,
        f"Sign in to Frontdesk:\n{link}\nThe link works once, for 15 minutes.",
        subject="Your sign-in link",
        urgency=Urgency.NOW,
    )
    _post_quietly(desk, letter, company_id, Address(IdentityKind.EMAIL, agent.email, agent.name))


def request_portal_link(desk: Desk, company: Company, address: str) -> None:
    """Post a sign-in link and a code to a resident, owner or craftsman; the same for known and unknown addresses."""
    identity = _known_identity(desk, company, address)
    if identity is None or _too_many(desk, identity.value):
        return
    code = f"{secrets.randbelow(1_000_000):06d}"
    token = _make_link(desk, purpose="portal", address=identity.value, identity=identity, code=code)
    link = f"{desk.settings.base_url}/login/link/{token}"
    sms = identity.kind == IdentityKind.PHONE
    words = (
        f"{company.name}: your code is {code}. It works for 15 minutes."
        if sms
        else f"Your code is {code}.\nOr sign in here: {link}\nBoth work once, for 15 minutes."
    )
    letter = Letter(Purpose.SIGN_IN, words, subject=f"{code} is your code for {company.name}", urgency=Urgency.NOW)
    _post_quietly(desk, letter, company.id, Address(IdentityKind(identity.kind), identity.value))


def read_link(desk: Desk, token: str) -> SignInLink:
    """Return a link that still works, unchanged; raises `Refused`."""
    row = (
        desk.session.scalar(select(SignInLink).where(SignInLink.token_hash == desk.vault.digest("sign-in link", token)))
        if token
        else None
    )
    if row is None or row.used_at is not None or row.expires_at <= desk.clock.now():
        raise Refused("This link has been used or is older than 15 minutes. Ask for a new one.")
    return row


def sign_in_with_link(desk: Desk, token: str, *, code: str = "") -> SignedIn:
    """Consume a link; raises `Refused`, also without the code of a second factor, which leaves the link as it was."""
    row = read_link(desk, token)
    agent = desk.session.get(Agent, row.agent_id) if row.agent_id is not None else None
    if agent is not None and row.purpose == BY_MAIL and not check_totp(desk, agent, code):
        raise Refused("Type the newest code of your authenticator, too.")
    return _consume(desk, row)


def needs_code(desk: Desk, row: SignInLink) -> bool:
    """Tell whether a link signs in only together with a code: a mailbox alone is no second factor."""
    agent = desk.session.get(Agent, row.agent_id) if row.agent_id is not None else None
    return agent is not None and row.purpose == BY_MAIL and has_totp(desk, agent)


def sign_in_with_code(desk: Desk, company: Company, address: str, code: str) -> SignedIn | None:
    """Consume a code sent to an address; None where it is wrong or old, and the fifth wrong one ends it."""
    identity = _known_identity(desk, company, address)
    row = None
    if identity is not None:
        row = desk.session.scalar(
            select(SignInLink)
            .where(
                SignInLink.purpose == "portal",
                SignInLink.identity_id == identity.id,
                SignInLink.used_at.is_(None),
                SignInLink.expires_at > desk.clock.now(),
                SignInLink.wrong_codes < MOST_WRONG_CODES,
            )
            .order_by(SignInLink.id.desc())
            .limit(1)
            .with_for_update()
        )
    if row is None or row.code_hash is None:
        return None
    if not secrets.compare_digest(
        row.code_hash, desk.vault.digest("sign-in code", f"{address_key(row.address)}{code.strip()}")
    ):
        row.wrong_codes += 1
        return None
    return _consume(desk, row)


def start_sign_in(
    desk: Desk, *, agent_id: int | None = None, contact_id: int | None = None, identity_id: int | None = None
) -> SignedIn:
    """Begin a sign-in and return its secret."""
    secret = secrets.token_urlsafe(32)
    life = STAFF_LIFE if agent_id is not None else PEOPLE_LIFE
    row = SignIn(
        secret_hash=desk.vault.digest("sign-in", secret),
        agent_id=agent_id,
        contact_id=contact_id,
        identity_id=identity_id,
        expires_at=desk.clock.now() + life,
    )
    desk.session.add(row)
    return SignedIn(secret, agent_id, contact_id)


def find_sign_in(desk: Desk, secret: str) -> SignIn | None:
    """Return the running sign-in behind a browser's secret."""
    if not secret:
        return None
    return desk.session.scalar(
        select(SignIn).where(
            SignIn.secret_hash == desk.vault.digest("sign-in", secret),
            SignIn.ended_at.is_(None),
            SignIn.expires_at > desk.clock.now(),
        )
    )


def end_sign_ins(desk: Desk, *, secret: str = "", agent_id: int | None = None) -> None:
    """End one sign-in, or all of an agent's; told neither, none."""
    chosen = [SignIn.secret_hash == desk.vault.digest("sign-in", secret)] if secret else []
    if agent_id is not None and not secret:
        chosen = [SignIn.agent_id == agent_id]
    if chosen:
        desk.session.execute(update(SignIn).where(*chosen, SignIn.ended_at.is_(None)).values(ended_at=desk.clock.now()))


def actor_of(desk: Desk, agent_id: int) -> Actor | None:
    """Return an active agent with their grants, read afresh: rights taken away end at once."""
    agent = desk.session.get(Agent, agent_id)
    if agent is None or not agent.active:
        return None
    rows = desk.session.scalars(select(Membership).where(Membership.agent_id == agent_id))
    return Actor(agent.id, agent.name, {row.company_id: grant_of(row) for row in rows})


def create_api_token(desk: Desk, email: str, *, name: str = "") -> str:
    """Make a bearer token of an agent and return it; raises `NotFound`."""
    agent = desk.session.scalar(select(Agent).where(Agent.email == typed(email), Agent.active))
    if agent is None:
        raise NotFound(f"Nobody here has the address {email}: invite them with 'hub agent invite'.")
    token = f"fd_{secrets.token_urlsafe(32)}"
    desk.session.add(ApiToken(agent_id=agent.id, token_hash=desk.vault.digest("api token", token), name=name))
    return token


def actor_of_token(desk: Desk, token: str) -> Actor | None:
    """Return who a bearer token acts for, and note when it was last used, to the minute."""
    if not token:
        return None
    row = desk.session.scalar(
        select(ApiToken).where(
            ApiToken.token_hash == desk.vault.digest("api token", token), ApiToken.revoked_at.is_(None)
        )
    )
    if row is None:
        return None
    now = desk.clock.now()
    if row.last_used_at is None or now - row.last_used_at >= TOKEN_USE_NOTED:
        row.last_used_at = now
    return actor_of(desk, row.agent_id)


def typed(email: str) -> str:
    """Return what somebody typed as the address of an account, in the spelling accounts are kept under."""
    return email.replace("\0", "").strip().lower()


def address_key(address: str) -> str:
    """Return the spelling under which an address is compared."""
    return "".join(address.lower().split())


def _known_identity(desk: Desk, company: Company, address: str) -> Identity | None:
    """Return the identity behind what somebody typed: mail or phone, in any spelling."""
    spellings: list[str] = []
    for read in (canonical_email, lambda text: canonical_phone(text, company.region)):
        try:
            spellings.append(read(address.strip()))
        except AddressError:
            continue
    if not spellings:
        return None
    return desk.session.scalar(
        select(Identity)
        .join(Contact, Contact.id == Identity.contact_id)
        .where(Identity.company_id == company.id, Identity.value.in_(spellings), Contact.blocked_at.is_(None))
        .limit(1)
    )


def _make_link(
    desk: Desk,
    *,
    purpose: str,
    address: str,
    agent_id: int | None = None,
    identity: Identity | None = None,
    code: str = "",
    life: timedelta = LINK_LIFE,
) -> str:
    token = secrets.token_urlsafe(32)
    desk.session.add(
        SignInLink(
            token_hash=desk.vault.digest("sign-in link", token),
            code_hash=desk.vault.digest("sign-in code", f"{address_key(address)}{code}") if code else None,
            purpose=purpose,
            company_id=identity.company_id if identity else None,
            agent_id=agent_id,
            identity_id=identity.id if identity else None,
            address=address,
            created_at=desk.clock.now(),
            expires_at=desk.clock.now() + life,
        )
    )
    return token


def _consume(desk: Desk, row: SignInLink) -> SignedIn:
    """Use a link up, and every other link or code that waits for the same person."""
    now = desk.clock.now()
    used = desk.session.scalar(
        update(SignInLink)
        .where(SignInLink.id == row.id, SignInLink.used_at.is_(None))
        .values(used_at=now)
        .returning(SignInLink.id)
    )
    if used is None:
        raise Refused("This link has been used already. Ask for a new one.")
    same = (
        SignInLink.agent_id == row.agent_id if row.agent_id is not None else SignInLink.identity_id == row.identity_id
    )
    desk.session.execute(update(SignInLink).where(same, SignInLink.used_at.is_(None)).values(used_at=now))
    if row.agent_id is not None:
        return start_sign_in(desk, agent_id=row.agent_id)
    identity = desk.session.get(Identity, row.identity_id)
    if identity is None:
        raise Refused("This address is no longer known here.")
    identity.confirmed_at = identity.confirmed_at or now
    return start_sign_in(desk, contact_id=identity.contact_id, identity_id=identity.id)


def _too_many(desk: Desk, address: str) -> bool:
    since: datetime = desk.clock.now() - LINK_WINDOW
    asked = desk.session.scalar(
        select(func.count()).select_from(SignInLink).where(SignInLink.address == address, SignInLink.created_at > since)
    )
    return (asked or 0) >= MOST_LINKS


def _post_quietly(desk: Desk, letter: Letter, company_id: int, address: Address) -> None:
    """Post a sign-in letter; where no account can carry it, the face still says the same."""
    channel = "sms" if address.kind is IdentityKind.PHONE else "email"
    try:
        post(desk, read_directory(desk), letter, company_id=company_id, channel=channel, recipients=[address])
    except Refused:
        return


def _verify(known_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(known_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
