"""The configuration of a throw-away Dovecot 2.3: nothing outside its folder, loopback only."""

from __future__ import annotations

import grp
import os
import pwd
from dataclasses import dataclass
from pathlib import Path

# Dovecot refuses mail users with uid 0, so as root the mail belongs to this user.
UNPRIVILEGED = "nobody"


@dataclass(frozen=True)
class Owner:
    """Who owns the mail, and who runs Dovecot's unprivileged processes."""

    uid: int
    gid: int
    internal_user: str
    internal_group: str
    login_user: str

    @classmethod
    def here(cls) -> Owner:
        """Return the owners for this process: its own user, or Dovecot's users when it is root."""
        me = pwd.getpwuid(os.geteuid())
        if me.pw_uid == 0:
            nobody = pwd.getpwnam(UNPRIVILEGED)
            return cls(nobody.pw_uid, nobody.pw_gid, "dovecot", "dovecot", "dovenull")
        group = grp.getgrgid(os.getegid()).gr_name
        return cls(me.pw_uid, os.getegid(), me.pw_name, group, me.pw_name)


CONFIG = """\
base_dir = {folder}/run
state_dir = {folder}/run
instance_name = {folder}
log_path = {folder}/dovecot.log
auth_verbose = yes

default_internal_user = {internal_user}
default_internal_group = {internal_group}
default_login_user = {login_user}
first_valid_uid = 1
last_valid_uid = 0
first_valid_gid = 1

protocols = imap
listen = 127.0.0.1
ssl = {ssl}
{certificate}
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2 oauthbearer
auth_cache_size = 0
auth_failure_delay = 0
mail_max_userip_connections = 1000
mailbox_list_index = no
mail_location = maildir:~/Maildir

namespace inbox {{
  inbox = yes
  separator = /
}}

service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {tls_port}
  }}
}}
service imap {{
  process_limit = 512
}}
service anvil {{
  chroot =
  # Without this listener nobody is made to wait for earlier wrong passwords from the same address.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}

passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = scheme=PLAIN username_format=%u {folder}/users
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {folder}/users
}}
"""

# As of doc.dovecot.org/2.3/configuration_manual/authentication/oauth2: the token is appended.
OAUTH2 = """\
introspection_mode = get
introspection_url = {introspection}?token=
username_attribute = email
active_attribute = active
active_value = true
timeout_msecs = 2000
"""


def write_config(folder: Path, owner: Owner, port: int, tls_port: int, introspection: str, certificate: str) -> Path:
    """Write the configuration files into the folder; return the main one.

    A `tls_port` of 0 is no TLS; `certificate` are then no lines either.
    """
    (folder / "oauth2.conf").write_text(OAUTH2.format(introspection=introspection))
    path = folder / "dovecot.conf"
    path.write_text(
        CONFIG.format(
            folder=folder,
            internal_user=owner.internal_user,
            internal_group=owner.internal_group,
            login_user=owner.login_user,
            ssl="yes" if tls_port else "no",
            certificate=certificate,
            port=port,
            tls_port=tls_port,
        )
    )
    return path
