"""Credentials and the users they belong to."""

import base64
import binascii
import hashlib
import hmac
import os
from typing import Final

import attrs

from configcat_mgmt.emulator.domain.records import User

_MAX_HEADER_LENGTH: Final = 4096
_MOST_SEEN: Final = 1000


@attrs.frozen
class Account:
    """A user name with the user who calls under it."""

    username: str
    user: User
    digest: bytes = attrs.field(repr=False)


class Accounts:
    """The credentials of one emulator; passwords are kept as digests only."""

    def __init__(self) -> None:
        """Start without any."""
        self._key = os.urandom(32)
        self._accounts: dict[str, Account] = {}
        self._seen: dict[bytes, Account] = {}
        """Accounts by the digest of a header that was found right before."""
        self._nobody = Account("", User("", "", ""), self._digest(os.urandom(32)))

    @property
    def user_ids(self) -> frozenset[str]:
        """The users who have credentials."""
        return frozenset(one.user.user_id for one in self._accounts.values())

    def add(self, username: str, password: str, user: User) -> None:
        """Let `user` call with a user name and password; replaces an older password.

        Raises:
            ValueError: The user name is empty or has a colon.
        """
        require_username(username)
        digest = self._digest(password.encode())
        self._accounts[username] = Account(username, user, digest)
        self._seen.clear()

    def owner(self, username: str) -> User | None:
        """Return the user who calls under a user name, if there is one."""
        account = self._accounts.get(username)
        return None if account is None else account.user

    def find(self, authorization: str | None) -> Account | None:
        """Check an `Authorization` header.

        It takes as long for an unknown user name as for a wrong password.

        Returns:
            The account, or None if the header is missing, malformed or wrong.
        """
        if authorization is None or len(authorization) > _MAX_HEADER_LENGTH:
            return None
        # The digest is keyed, so the duration of the lookup reveals nothing of value.
        header = self._digest(authorization.encode(errors="replace"))
        account = self._seen.get(header)
        if account is None:
            account = self._check(authorization)
            if account is not None and len(self._seen) < _MOST_SEEN:
                self._seen[header] = account
        return account

    def _check(self, authorization: str) -> Account | None:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            decoded = base64.b64decode(token.strip(), validate=True)
        except (binascii.Error, ValueError):
            return None
        username, _, password = decoded.partition(b":")
        name = username.decode(errors="replace")
        account = self._accounts.get(name, self._nobody)
        is_right = hmac.compare_digest(account.digest, self._digest(password))
        return account if is_right and account is not self._nobody else None

    def _digest(self, password: bytes) -> bytes:
        return hashlib.blake2b(password, key=self._key, digest_size=32).digest()


def require_username(username: str) -> None:
    """Refuse what HTTP Basic cannot carry as a user name.

    Raises:
        ValueError: The user name is empty or has a colon.
    """
    if not username or ":" in username:
        message = "a user name must not be empty or contain a colon"
        raise ValueError(message)
