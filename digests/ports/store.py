"""Units of work."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from digests.ports.articles import Articles, Channels
from digests.ports.corrections import Corrections
from digests.ports.editions import Editions
from digests.ports.house import Audit, Editors, Runtime
from digests.ports.ledger import Edits, Ledger
from digests.ports.subscriptions import Subscriptions


class Tx(Protocol):
    """One unit of work over all tables."""

    @property
    def articles(self) -> Articles: ...
    @property
    def subscriptions(self) -> Subscriptions: ...
    @property
    def editions(self) -> Editions: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def edits(self) -> Edits: ...
    @property
    def corrections(self) -> Corrections: ...
    @property
    def editors(self) -> Editors: ...
    @property
    def channels(self) -> Channels: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def runtime(self) -> Runtime: ...


class Store(Protocol):
    """A database: units of work that write, and snapshots that only read."""

    def begin(self) -> AbstractAsyncContextManager[Tx]:
        """Open a unit of work: commits on leaving, rolls back on an exception."""

    def read(self) -> AbstractAsyncContextManager[Tx]:
        """Open a snapshot for reading."""
