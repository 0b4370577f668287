"""Rows of the delivery ledger, and what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from digests.model.subscriptions import ChatKind, Place


class DeliveryState(StrEnum):
    """``pending → sending → sent | refused | unknown``; `unknown` is sent once more, then rests.

    `withdrawn`: the subscription ended before the row's turn came; nothing was sent.
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"


class Priority(StrEnum):
    """Which of the waiting rows goes first; answers to people never pass through the ledger's queue alone."""

    ASKED = "asked"
    URGENT = "urgent"
    SCHEDULED = "scheduled"
    EDIT = "edit"  # corrections of what was delivered

    @property
    def order(self) -> int:
        """0 goes first."""
        return list(Priority).index(self)


class Purpose(StrEnum):
    """What a ledger row is to do. An edit may be repeated as often as need be; the others send a message."""

    SEND = "send"
    EDIT = "edit"  # bring the delivered message up to the part's present text
    NOTICE = "notice"  # tell of a correction in a short message, for the delivered one cannot be edited


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One ledger row that a worker holds: what to send where, and how often that was tried."""

    id: int
    edition_id: int
    subscription_id: int
    part: int  # 1-based
    parts: int
    place: Place
    kind: ChatKind
    language: str
    priority: Priority
    html: str
    text: str
    attempts: int = 0  # calls that surely did not arrive do count
    unknowns: int = 0  # 1: this sending is marked as a possible repeat
    purpose: Purpose = Purpose.SEND
    message_id: int | None = None  # of the message to edit
    version: int = 0  # of the part's text: how often it was corrected


class Verdict(StrEnum):
    """What one call came to, as far as the ledger cares."""

    SENT = "sent"
    RETRY = "retry"  # surely did not arrive; again after `wait`
    UNKNOWN = "unknown"  # may have arrived
    GONE = "gone"  # the message to edit was deleted, or can be edited no more
    REFUSE = "refuse"  # Telegram refused this one message: the subscription lives on, the operator must know
    STOP = "stop"  # the subscription ends: blocked, kicked, deactivated, chat gone
    PAUSE = "pause"  # rights or topic missing: the subscription waits for an administrator
    MIGRATED = "migrated"  # the chat has a new id: rewrite and send again
    HALT = "halt"  # the token is wrong: everything stops


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one delivery. `reason` is a short stable key ("blocked", "topic_closed", "connect", …)."""

    verdict: Verdict
    reason: str = ""
    message_id: int | None = None
    wait: float = 0.0  # seconds before a retry
    new_chat_id: int | None = None
    plain: bool = False  # sent as plain text because the markup was refused: the operator must know
    version: int = 0  # of the text that was sent (see `Delivery`)
