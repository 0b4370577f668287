"""The one tree of errors the domain raises.

DigestError(key, **params)      what went wrong, as a key that the edge translates for the person
├── IntakeError                 what an editor sent is not an article (empty, too long, a bare link, …)
├── NotFound                    no such article, subscription, channel, …
├── Conflict                    the thing is not in the state the action needs (already published, …)
├── InvalidSchedule             a schedule that cannot be read, or a time zone that does not exist
└── StorageError                the database cannot be used as it is
    ├── WrongKey                the database was written with another key, or the key is missing
    └── NewerDatabase           the database was migrated by a later version of this program
"""

from __future__ import annotations


class DigestError(Exception):
    """Root of all errors the domain raises.

    `key` names the message in the bot's catalogue (``error.<key>``); `params` fill it in. Neither ever holds
    a reader's id or any text of a reader.
    """

    def __init__(self, key: str, **params: object) -> None:
        self.key = key
        self.params = params
        super().__init__(key if not params else f"{key} {params}")


class IntakeError(DigestError):
    """What an editor sent cannot become an article."""


class NotFound(DigestError):
    """The thing named does not exist."""


class Conflict(DigestError):
    """The thing exists but is not in the state the action needs."""


class InvalidSchedule(DigestError):
    """A schedule or time zone that cannot be read."""


class StorageError(DigestError):
    """The database cannot be used as it is."""


class WrongKey(StorageError):
    """The data key does not belong to this database."""


class NewerDatabase(StorageError):
    """The database was migrated by a later version of this program."""
