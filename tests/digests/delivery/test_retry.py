"""When a delivery is tried again, as a table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from digests.delivery import RetryPolicy
from digests.model import ChatKind, Delivery, Outcome, Place, Priority, Purpose, Verdict

DELIVERY = Delivery(
    id=1,
    edition_id=1,
    subscription_id=1,
    part=1,
    parts=1,
    place=Place(1),
    kind=ChatKind.PRIVATE,
    language="en",
    priority=Priority.SCHEDULED,
    html="",
    text="",
)
SENT = Outcome(verdict=Verdict.SENT, message_id=5)
FLOOD = Outcome(verdict=Verdict.RETRY, reason="flood", wait=37.0)
BUSY = Outcome(verdict=Verdict.RETRY, reason="busy")
WRONG = Outcome(verdict=Verdict.RETRY, reason="bad_request")
CONNECT = Outcome(verdict=Verdict.RETRY, reason="connect")
MIGRATED = Outcome(verdict=Verdict.MIGRATED, new_chat_id=-100)
HELD_BACK = Outcome(verdict=Verdict.RETRY, reason="held_back")
GAVE_UP = Outcome(verdict=Verdict.STOP, reason="gave_up")


@pytest.mark.parametrize(
    ("attempts", "outcome", "settled"),
    [
        (0, SENT, SENT),
        (0, FLOOD, FLOOD),
        (0, BUSY, replace(BUSY, wait=1.0)),
        (3, BUSY, replace(BUSY, wait=8.0)),
        (18, BUSY, replace(BUSY, wait=300.0)),
        (19, BUSY, GAVE_UP),
        (500, FLOOD, FLOOD),
        (19, MIGRATED, GAVE_UP),
        (1, WRONG, replace(WRONG, wait=2.0)),
        (2, WRONG, Outcome(verdict=Verdict.STOP, reason="bad_request")),
        (0, MIGRATED, MIGRATED),
        (500, CONNECT, replace(CONNECT, wait=15.0)),
        (500, HELD_BACK, HELD_BACK),
        (
            0,
            Outcome(verdict=Verdict.UNKNOWN, reason="timeout"),
            Outcome(verdict=Verdict.UNKNOWN, reason="timeout", wait=5),
        ),
        (0, Outcome(verdict=Verdict.HALT, reason="token"), Outcome(verdict=Verdict.RETRY, reason="token", wait=60)),
    ],
)
def test_an_outcome_settles_to_what_the_ledger_records(attempts: int, outcome: Outcome, settled: Outcome) -> None:
    assert RetryPolicy().settle(replace(DELIVERY, attempts=attempts), outcome, chance=1.0) == settled


def test_chance_spreads_a_wait_over_its_second_half() -> None:
    policy = RetryPolicy(first=4)
    assert [policy.backoff(1, chance=chance) for chance in (0.0, 0.5, 1.0)] == [4.0, 6.0, 8.0]


def test_an_edit_of_unknown_outcome_is_made_again_like_one_that_did_not_arrive() -> None:
    edit = replace(DELIVERY, purpose=Purpose.EDIT)
    settled = RetryPolicy().settle(edit, Outcome(verdict=Verdict.UNKNOWN, reason="network"), chance=1.0)
    assert (settled.verdict, settled.wait) == (Verdict.RETRY, 1.0)
    notice = replace(DELIVERY, purpose=Purpose.NOTICE)
    assert RetryPolicy().settle(notice, Outcome(verdict=Verdict.UNKNOWN), chance=1.0).verdict is Verdict.UNKNOWN
