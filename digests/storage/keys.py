"""The data key: where it comes from, and the check that it belongs to the database."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from digests.errors import WrongKey
from digests.storage.types import WRONG_KEY_ADVICE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LENGTH = 64
"""Bytes of a key: AES-256-SIV takes two of 32 (RFC 5297)."""

_CHECK = b"conflict-digest: this key belongs to this database"


def load_key(data_key: str | bytes | None, key_file: Path, *, create: bool = True) -> bytes:
    """Return the key from the setting (base64, or its bytes), else from `key_file` (base64).

    A missing file is made with a new random key and mode 0600, unless `create` is false: then the database has
    been written with a key already, and a new one would be of no use. Raises WrongKey.
    """
    if isinstance(data_key, bytes):
        return _checked(data_key, "DATA_KEY")
    if data_key:
        return _decoded(data_key, "DATA_KEY")
    with _file_errors(key_file):
        if create and not key_file.exists():
            _make(key_file)
        if key_file.exists():
            return _decoded(key_file.read_text("ascii", errors="replace"), str(key_file))
    raise WrongKey("key_lost", file=str(key_file), advice=f"{key_file} does not exist. {WRONG_KEY_ADVICE}")


def problems(key_file: Path) -> list[str]:
    """Say in plain words what is unsafe about a key file, though it can be used."""
    try:
        mode = stat.S_IMODE(key_file.stat().st_mode)
    except OSError:
        return []
    if os.name == "posix" and mode & 0o077:
        return [f"{key_file} can be read or changed by other users (mode {mode:o}): run chmod 600 {key_file}"]
    return []


def make_check(key: bytes) -> str:
    """Return the text a database keeps to know its key again; it says nothing about the key."""
    return base64.b64encode(AESSIV(key).encrypt(_CHECK, None)).decode("ascii")


def verify(key: bytes, check: str) -> None:
    """Raise WrongKey unless `check` was made with `key`."""
    try:
        AESSIV(key).decrypt(base64.b64decode(check), None)
    except (InvalidTag, ValueError) as error:
        raise WrongKey("wrong_key", advice=WRONG_KEY_ADVICE) from error


def _make(key_file: Path) -> None:
    """Write a new key under a name of its own first, so that no other process ever reads half a key."""
    key_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = key_file.with_name(f".{key_file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(LENGTH)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, key_file)  # fails if another process was first; then theirs is the key
        except FileExistsError:
            return
    finally:
        draft.unlink()


@contextmanager
def _file_errors(key_file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        advice = f"{key_file} cannot be read or made ({error.strerror}): correct its path or its permissions."
        raise WrongKey("key_file", file=str(key_file), advice=advice) from error


def _decoded(text: str, source: str) -> bytes:
    try:
        return _checked(base64.b64decode(text.strip(), validate=True), source)
    except (binascii.Error, ValueError) as error:
        raise _malformed(source) from error


def _checked(key: bytes, source: str) -> bytes:
    if len(key) != LENGTH:
        raise _malformed(source)
    return key


def _malformed(source: str) -> WrongKey:
    advice = f"{source} is not a key: it must be {LENGTH} random bytes in base64. {WRONG_KEY_ADVICE}"
    return WrongKey("malformed_key", source=source, advice=advice)
