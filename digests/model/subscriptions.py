"""Who receives digests, where and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import NamedTuple


class ChatKind(StrEnum):
    """What sort of chat subscribed."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


class SubscriptionState(StrEnum):
    """`active` receives; `paused` waits for rights or a topic; `stopped` left or threw the bot out."""

    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Clock times on weekdays in an IANA zone. `weekdays` counts Monday as 0. Times are whole minutes."""

    times: tuple[time, ...]
    weekdays: frozenset[int] = frozenset(range(7))
    zone: str = "UTC"


class Place(NamedTuple):
    """Where a subscription lives: a chat and, in a forum, a topic (0: no topic, or the General topic)."""

    chat_id: int
    topic: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One chat (or forum topic) and its settings. Nothing else is stored of a reader.

    `seen_until`: everything published up to then was delivered, or was published before the chat subscribed.
    `tell_empty`: the reader wants to be told when a digest has nothing new.
    `reason`, `state_at`: why and when it was paused or stopped (a key of the ledger's reasons).
    """

    id: int
    place: Place
    kind: ChatKind
    language: str
    schedule: Schedule
    tell_empty: bool = False
    state: SubscriptionState = SubscriptionState.ACTIVE
    reason: str = ""
    state_at: datetime
    seen_until: datetime
    next_due_at: datetime | None
    created_at: datetime


class Recipient(NamedTuple):
    """What planning must know of an active subscription; which chat it is stays sealed.

    The fields mean what they mean in `Subscription`.
    """

    id: int
    language: str
    schedule: Schedule
    tell_empty: bool
    seen_until: datetime
    next_due_at: datetime | None
