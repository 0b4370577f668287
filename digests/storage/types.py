"""Column types: aware UTC times, keys that both engines count up, and sealed Telegram ids."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from sqlalchemy import BigInteger, DateTime, Integer, LargeBinary
from sqlalchemy.types import TypeDecorator

from digests.errors import WrongKey

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect
    from sqlalchemy.ext.asyncio import AsyncEngine

BigInt = BigInteger().with_variant(Integer, "sqlite")
"""A key that counts up: SQLite does so only for a column that is exactly INTEGER."""

WRONG_KEY_ADVICE = (
    "Put back the key this database was written with (DATA_KEY, or the file named by DATA_KEY_FILE);"
    " without it the subscriptions cannot be read."
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time, in and out. SQLite keeps it as text of fixed width, so that it still orders and compares."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time (ValueError); SQLite drops the zone, which is always UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored; use an aware one")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time as aware UTC, whatever zone the server's session has."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Stored = str | datetime
"""A time as the driver has it: SQLite keeps text, in UTC."""


def moment(stored: Stored) -> datetime:
    """Return a time read past SQLAlchemy as aware UTC, in a fifth of the time it takes to do so."""
    if isinstance(stored, str):
        return datetime.fromisoformat(f"{stored}+00:00")
    return stored.astimezone(UTC)


class Sealer:
    """Seals Telegram ids with AES-SIV (RFC 5297).

    It is deterministic, so that equal ids are equal sealed and can be looked up; it is authenticated, so that a
    wrong key is noticed and never yields a wrong id. `key` is 64 bytes (AES-256-SIV).
    """

    def __init__(self, key: bytes) -> None:
        self._cipher = AESSIV(key)
        self._purpose = [b"conflict-digest: telegram id"]

    def seal(self, number: int) -> bytes:
        """Return 24 bytes for a signed 64-bit `number`. Raises OverflowError if it is larger."""
        return self._cipher.encrypt(number.to_bytes(8, "big", signed=True), self._purpose)

    def open(self, sealed: bytes) -> int:
        """Return the number that was sealed. Raises WrongKey if another key sealed it."""
        try:
            return int.from_bytes(self._cipher.decrypt(sealed, self._purpose), "big", signed=True)
        except InvalidTag as error:
            raise WrongKey("wrong_key", advice=WRONG_KEY_ADVICE) from error


class SealedId(TypeDecorator[int]):
    """A chat's or person's Telegram id, encrypted at rest.

    The sealer rides on the engine's own dialect (see `seal_with`), so that two databases with two keys can be
    open in one process.
    """

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> bytes | None:
        """Seal an id."""
        return None if value is None else sealer_of(dialect).seal(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> int | None:
        """Open a sealed id. Raises WrongKey."""
        return None if value is None else sealer_of(dialect).open(bytes(value))


def seal_with(engine: AsyncEngine, sealer: Sealer) -> None:
    """Let every `SealedId` of this engine be sealed and opened by `sealer`."""
    engine.dialect.conflict_digest_sealer = sealer  # type: ignore[attr-defined]


def sealer_of(dialect: Dialect) -> Sealer:
    """Return what `seal_with` gave to the engine. Raises WrongKey if that was nothing."""
    sealer = getattr(dialect, "conflict_digest_sealer", None)
    if not isinstance(sealer, Sealer):
        raise WrongKey("no_key", advice=WRONG_KEY_ADVICE)
    return sealer
