"""The delivery ledger's states and the only ways between them, as data. Pure; the storage layer obeys it.

`TRANSITIONS` is the whole table: `digests.storage.ledger` makes the condition of each of its updates from it, so a
row can take no other way, and docs/architecture.md shows it. What each state means is said in `DeliveryState`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from digests.model import DeliveryState, Verdict

_PENDING, _SENDING, _SENT = DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.SENT
_REFUSED, _UNKNOWN, _WITHDRAWN = DeliveryState.REFUSED, DeliveryState.UNKNOWN, DeliveryState.WITHDRAWN


class Step(StrEnum):
    """What can happen to a row."""

    BEGIN = "begin"
    ARRIVED = "arrived"
    REFUSED = "refused"
    NOT_ARRIVED = "not arrived"
    LOST = "lost"
    WITHDRAW = "withdraw"
    RETRY = "retry"


class Transition(NamedTuple):
    """In state `source`, `step` leads to `target`; `when` says what that is in life."""

    source: DeliveryState
    step: Step
    target: DeliveryState
    when: str


TRANSITIONS = (
    Transition(_PENDING, Step.BEGIN, _SENDING, "its turn has come; committed before the call leaves"),
    Transition(_UNKNOWN, Step.BEGIN, _SENDING, "once more, marked as a possible repeat"),
    Transition(_SENDING, Step.ARRIVED, _SENT, "Telegram answered with the message's id"),
    Transition(_UNKNOWN, Step.ARRIVED, _SENT, "that answer came after the lease was over"),
    Transition(_SENDING, Step.REFUSED, _REFUSED, "Telegram said no; the subscription stops or pauses, with the reason"),
    Transition(_UNKNOWN, Step.REFUSED, _REFUSED, "that answer came after the lease was over"),
    Transition(_SENDING, Step.NOT_ARRIVED, _PENDING, "no connection, no free slot, or a 429: again after a wait"),
    Transition(_SENDING, Step.LOST, _UNKNOWN, "a timeout, a reset, a 5xx, a crash; a second time it rests"),
    Transition(_PENDING, Step.WITHDRAW, _WITHDRAWN, "the subscription ended first, or an earlier part did not arrive"),
    Transition(_UNKNOWN, Step.WITHDRAW, _UNKNOWN, "the same; it rests"),
    Transition(_REFUSED, Step.RETRY, _PENDING, "an owner lets it be tried again"),
    Transition(_UNKNOWN, Step.RETRY, _UNKNOWN, "an owner lets one at rest be sent again, marked as a possible repeat"),
    Transition(_WITHDRAWN, Step.RETRY, _PENDING, "the part before it is tried again"),
)

#: What a call's verdict does to its row.
STEP_OF = {
    Verdict.SENT: Step.ARRIVED,
    Verdict.REFUSE: Step.REFUSED,
    Verdict.STOP: Step.REFUSED,
    Verdict.PAUSE: Step.REFUSED,
    Verdict.GONE: Step.REFUSED,  # of edits only, which have ways of their own: digests.storage.edits
    Verdict.UNKNOWN: Step.LOST,
    Verdict.RETRY: Step.NOT_ARRIVED,
    Verdict.MIGRATED: Step.NOT_ARRIVED,
    Verdict.HALT: Step.NOT_ARRIVED,
}


def target(source: DeliveryState, step: Step) -> DeliveryState:
    """Return where a step leads. Raises ValueError if it cannot happen in that state."""
    for transition in TRANSITIONS:
        if (transition.source, transition.step) == (source, step):
            return transition.target
    raise ValueError(f"{step} cannot happen to a row that is {source}")


def sources(step: Step, to: DeliveryState | None = None) -> tuple[DeliveryState, ...]:
    """Return the states in which a step can happen (and leads to `to`, if given), in the table's order."""
    return tuple(one.source for one in TRANSITIONS if one.step is step and to in (None, one.target))
