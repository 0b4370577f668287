"""What a database driver raises, as the domain's `StorageError`. No driver's error leaves this package.

Keys: ``disk_full``, ``locked`` (busy, deadlock: worth another try), ``unreachable`` (no server, refused,
cut off), ``read_only``, ``damaged``, and ``storage_failed`` for the rest. The driver's error is the cause.
"""

from __future__ import annotations

import errno
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from digests.errors import DigestError, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator

_POSTGRES: tuple[type[Exception], ...] = ()
try:
    from asyncpg import InterfaceError, PostgresError  # type: ignore[import-untyped]
except ImportError:  # the extra "postgres" is not installed
    pass
else:
    _POSTGRES = (PostgresError, InterfaceError)  # raised bare while connecting

_DRIVER: tuple[type[Exception], ...] = (SQLAlchemyError, sqlite3.Error, OSError, *_POSTGRES)

# https://www.sqlite.org/rescode.html, primary codes
_SQLITE = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_FULL: "disk_full",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_PERM: "read_only",
    sqlite3.SQLITE_CANTOPEN: "unreachable",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
}
# https://www.postgresql.org/docs/current/errcodes-appendix.html, longest prefix wins
_SQLSTATE = {
    "53100": "disk_full",
    "40001": "locked",
    "40P01": "locked",
    "55P03": "locked",
    "25006": "read_only",
    "08": "unreachable",
    "28": "unreachable",  # wrong user or password
    "3D000": "unreachable",  # no such database
    "53": "unreachable",  # too many connections
    "57P": "unreachable",  # shutting down, starting up, terminated
    "XX001": "damaged",
    "XX002": "damaged",
}


@contextmanager
def driver_errors() -> Iterator[None]:
    """Turn what a driver raises inside into StorageError; let everything else pass as it is."""
    try:
        yield
    except DigestError:
        raise
    except StatementError as error:
        if not isinstance(error, DBAPIError) and isinstance(error.orig, Exception):
            raise error.orig from None  # a value of ours that cannot be stored (or WrongKey): not the driver's doing
        raise StorageError(_key(error)) from error
    except _DRIVER as error:
        raise StorageError(_key(error)) from error


def _key(error: BaseException) -> str:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    code = getattr(cause, "sqlite_errorcode", None)
    if isinstance(code, int):
        return _SQLITE.get(code & 0xFF, "storage_failed")  # the low byte is the primary code
    state = getattr(cause, "sqlstate", None)
    if isinstance(state, str):
        return next(
            (_SQLSTATE[state[:length]] for length in (5, 3, 2) if state[:length] in _SQLSTATE), "storage_failed"
        )
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return "unreachable"
    if isinstance(error, PoolTimeout):
        return "locked"
    if isinstance(cause, OSError):
        return "disk_full" if cause.errno == errno.ENOSPC else "unreachable"
    return "storage_failed"
