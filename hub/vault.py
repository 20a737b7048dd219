"""Secrets at rest and signed words: keys derived from `HUB_SECRET_KEY`, the previous key still accepted for reading."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from hub.errors import Misconfigured


class Vault:
    """Encrypts, signs and hashes with keys derived from one secret."""

    def __init__(self, secret: str, previous: str = "") -> None:
        self._secrets = [secret] + ([previous] if previous else [])
        self._fernet = MultiFernet([Fernet(urlsafe_b64encode(self._derive(each, "vault"))) for each in self._secrets])

    @staticmethod
    def _derive(secret: str, purpose: str) -> bytes:
        return hmac.digest(secret.encode(), f"frontdesk/{purpose}".encode(), "sha256")

    def keys(self, purpose: str) -> tuple[bytes, ...]:
        """Return the signing keys of a purpose, the present one first."""
        return tuple(self._derive(each, purpose) for each in self._secrets)

    def lock(self, values: Mapping[str, str]) -> bytes:
        """Encrypt a small set of settings."""
        return self._fernet.encrypt(json.dumps(dict(values)).encode())

    def unlock(self, locked: bytes | None) -> dict[str, str]:
        """Decrypt what `lock` made; raises `Misconfigured` when the secret key is another one."""
        if not locked:
            return {}
        try:
            return dict(json.loads(self._fernet.decrypt(locked)))
        except InvalidToken as error:
            raise Misconfigured(["HUB_SECRET_KEY is not the key these settings were saved with."]) from error

    def digest(self, purpose: str, word: str) -> bytes:
        """Return the keyed hash under which a token is stored: the token itself is never kept."""
        return hmac.digest(self.keys(purpose)[0], word.encode(), "sha256")
