"""The two queues of deliveries: the ledger, and the corrections of what was delivered."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from digests.model import Delivery, DeliveryState, Edition, EditionKind, Outcome, Priority
from digests.ports.editions import PartKey


class LedgerCounts(NamedTuple):
    """Rows of the ledger by state, and the reasons of what was not sent."""

    states: Mapping[DeliveryState, int]
    reasons: Mapping[str, int]


class FanOut(NamedTuple):
    """How far an edition is: `settled` of its `rows` have come to their end."""

    edition_id: int
    began_at: datetime
    rows: int
    settled: int


class Queue(Protocol):
    """Rows that a worker claims, makes calls for, and records the outcomes of."""

    async def claim(self, *, worker: str, now: datetime, lease_until: datetime, limit: int) -> Sequence[Delivery]:
        """Lease rows that may be sent now: pending (or unknown once), not leased to a living worker, their time come.

        By priority, then oldest first.
        """

    async def sending(
        self, ids: Sequence[int], *, worker: str, now: datetime, sent: Sequence[tuple[Delivery, Outcome]] = ()
    ) -> frozenset[int]:
        """Turn rows into `sending` right before their calls leave; returns those still held by this worker.

        First records what was `sent`: outcomes with no other verdict. This is the last thing in its unit of work.
        """

    async def record(self, outcomes: Sequence[tuple[int, Outcome]], *, worker: str, now: datetime) -> None:
        """Write what became of this worker's calls: sent; pending again after its wait; unknown; refused.

        What another worker has begun meanwhile is left to that one, unless it is sure that the message arrived.
        """

    async def release(self, worker: str) -> int:
        """Give back rows leased but not begun, at a clean stop."""

    async def recover(self, *, now: datetime, everything: bool, living: Collection[int] = ()) -> int:
        """Turn `sending` rows whose lease is over into `unknown`; all of them when `everything` (only process).

        Not those `living`: the caller will yet hear what came of them, so that their lease's end tells nothing but
        that the clock was set forward, or the machine slept.
        """


class Ledger(Queue, Protocol):
    """The delivery ledger: one row an edition, subscription and part.

    A part is claimed only when all earlier parts of the same edition and subscription are `sent`; parts after one that
    was refused or rests unknown are withdrawn or rest with it. A row sent with a text that was corrected meanwhile gets
    an edit when that is recorded.
    """

    async def add(self, edition: Edition, subscription_ids: Sequence[int], *, priority: Priority, now: datetime) -> int:
        """Write a pending row a subscription and part; existing rows are left alone. Returns rows written."""

    async def reread(self, parts: Collection[PartKey]) -> None:
        """After parts were rewritten: what is claimed with its old text, and not begun, is to be claimed again."""

    async def withdraw(self, edition_id: int, *, reason: str, now: datetime) -> None:
        """Withdraw what of an edition surely did not arrive yet."""

    async def counts(self, edition_id: int | None = None) -> LedgerCounts:
        """Count rows by state, of one edition or of all."""

    async def fan_outs(self, kinds: Collection[EditionKind]) -> Sequence[FanOut]:
        """Return how far those editions are that have rows which are not settled, oldest first."""

    async def settled_since(self, since: datetime) -> int:
        """Count the rows that were settled after that time."""

    async def retryable(self, edition_id: int, *, resting: bool) -> Sequence[int]:
        """Return the subscriptions whose row of an edition an owner may have tried again.

        `resting`: those whose outcome stays unknown; only active ones. Else those whose row was refused, who are active
        or wait for an administrator, and who have not been given the articles by a later digest.
        """

    async def retry(self, edition_id: int, subscription_ids: Sequence[int], *, resting: bool, now: datetime) -> int:
        """Let such rows be sent again, and the parts behind them; those at rest marked as a possible repeat."""

    async def purge(self, before: datetime, *, limit: int) -> int:
        """Delete up to `limit` finished rows older than that, and editions left without rows."""


class Edits(Queue, Protocol):
    """Corrections of what was delivered: at most one row a delivery, heading for the present text of its part."""

    async def owe(self, parts: Collection[PartKey], *, now: datetime) -> None:
        """After parts were rewritten: every chat that has another text of one gets an edit; older edits are renewed."""
