"""What owners see of deliveries and can do about them, and what readers can ask for that passed them by."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from digests.deliveries import Deliveries
from digests.delivery import missed, plan, plan_urgent
from digests.delivery.consequences import Consequences
from digests.errors import NotFound
from digests.model import ChatKind, DeliveryState, Outcome, Place, SubscriptionState, Verdict
from digests.subscribing import Defaults, Subscribing
from tests.digests.fakes.composers import FakeComposer
from tests.digests.fakes.senders import SENT, TIMED_OUT
from tests.digests.fakes.stores import DAILY, NOON, a_store, publish, settings, states, subscribe

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from digests.model import Delivery
    from digests.storage import SqlStore

OWNER = 9
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MONTH = timedelta(days=30)
NO_RIGHTS = Outcome(verdict=Verdict.PAUSE, reason="no_rights")
BLOCKED = Outcome(verdict=Verdict.STOP, reason="blocked")
GAVE_UP = Outcome(verdict=Verdict.STOP, reason="gave_up")
WRONG = Outcome(verdict=Verdict.STOP, reason="bad_request")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with a_store(tmp_path) as opened:
        yield opened


@pytest.fixture
def deliveries(store: SqlStore) -> Deliveries:
    return Deliveries(store)


@pytest.fixture
def subscribing(store: SqlStore) -> Subscribing:
    return Subscribing(store, Defaults(schedule=DAILY))


async def deliver(store: SqlStore, now: datetime, outcomes: dict[int, Outcome] | None = None) -> list[Delivery]:
    """Send everything that is ready, once; by chat with another outcome than SENT."""
    async with store.begin() as tx:
        rows = await tx.ledger.claim(worker="w", now=now, lease_until=now + MINUTE, limit=1000)
        await tx.ledger.sending([row.id for row in rows], worker="w", now=now)
        answers = [(row, (outcomes or {}).get(row.place.chat_id, SENT)) for row in rows]
        await tx.ledger.record([(row.id, outcome) for row, outcome in answers], worker="w", now=now)
        for row, outcome in answers:
            await Consequences().draw(tx, row, outcome, now=now)
    return list(rows)


def texts(rows: Sequence[Delivery]) -> list[str]:
    return sorted(row.text for row in rows)


async def ask_missed(store: SqlStore, chat: int, now: datetime, **given: Any) -> int:
    return await missed(store, FakeComposer(), Place(chat), now=now, **{"within": MONTH} | given)


# -- owners ----------------------------------------------------------------------------------------------------------


async def test_an_edition_is_reported_with_its_states_reasons_and_what_can_be_tried_again(
    store: SqlStore, deliveries: Deliveries
) -> None:
    await publish(store, at=NOON - MINUTE)
    await subscribe(store, 1, 2, 3, 4, 5)
    await plan(store, FakeComposer(), now=NOON)
    await deliver(store, NOON, {1: NO_RIGHTS, 2: BLOCKED, 3: GAVE_UP, 4: TIMED_OUT})
    await deliver(store, NOON + MINUTE, {4: TIMED_OUT})
    [overview] = await deliveries.latest(limit=5)
    report = await deliveries.report(overview.edition.id)
    assert overview.counts == report.counts
    assert report.counts.states == {DeliveryState.REFUSED: 3, DeliveryState.UNKNOWN: 1, DeliveryState.SENT: 1}
    assert report.counts.reasons == {"no_rights": 1, "blocked": 1, "gave_up": 1, "timeout": 1}
    assert (report.refused, report.resting) == (2, 1)  # who blocked the bot is not written to again
    with pytest.raises(NotFound):
        await deliveries.report(99)


async def test_what_was_refused_is_tried_again_once_and_is_not_in_the_next_digest(
    store: SqlStore, deliveries: Deliveries
) -> None:
    await publish(store, at=NOON - MINUTE)
    await subscribe(store, 1, 2)
    await plan(store, FakeComposer(), now=NOON)
    await deliver(store, NOON, {1: NO_RIGHTS, 2: GAVE_UP})
    [overview] = await deliveries.latest(limit=5)
    edition = overview.edition.id
    later = NOON + MINUTE
    assert await deliveries.retry(edition, resting=False, owner=OWNER, now=later) == 2
    assert await deliveries.retry(edition, resting=False, owner=OWNER, now=later) == 0
    assert (await settings(store, 1)).state is SubscriptionState.ACTIVE
    assert [row.attempts for row in await deliver(store, later)] == [0, 0]
    assert await states(store) == {DeliveryState.SENT: 2}
    await publish(store, at=NOON + HOUR)
    await plan(store, FakeComposer(), now=NOON + DAY)
    assert texts(await deliver(store, NOON + DAY)) == ["en UTC: 2", "en UTC: 2"]
    async with store.read() as tx:
        assert [(entry.action, entry.actor) for entry in await tx.audit.latest(1)] == [("try again", OWNER)]


async def test_what_a_later_digest_made_up_for_is_not_tried_again(store: SqlStore, deliveries: Deliveries) -> None:
    await publish(store, at=NOON - MINUTE)
    await subscribe(store, 1)
    await plan(store, FakeComposer(), now=NOON)
    await deliver(store, NOON, {1: GAVE_UP})
    await plan(store, FakeComposer(), now=NOON + DAY)
    assert len(await deliver(store, NOON + DAY)) == 1
    [_, first] = await deliveries.latest(limit=5)
    assert (await deliveries.report(first.edition.id)).refused == 0


async def test_a_message_that_telegram_takes_for_wrong_is_not_tried_again(
    store: SqlStore, deliveries: Deliveries
) -> None:
    article = await publish(store, at=NOON - MINUTE)
    await subscribe(store, 1)
    async with store.begin() as tx:
        await plan_urgent(tx, FakeComposer(), article, now=NOON)
    await deliver(store, NOON, {1: WRONG})
    [overview] = await deliveries.latest(limit=5)
    assert (await deliveries.report(overview.edition.id)).refused == 0


async def test_what_rests_is_sent_again_marked_with_the_parts_behind_it(
    store: SqlStore, deliveries: Deliveries
) -> None:
    for minutes in (3, 2, 1):
        await publish(store, at=NOON - minutes * MINUTE)
    await subscribe(store, 1, 2)
    await plan(store, FakeComposer(per_part=1), now=NOON)
    await deliver(store, NOON, {1: TIMED_OUT})
    await deliver(store, NOON + MINUTE, {1: TIMED_OUT})
    await deliver(store, NOON + 2 * MINUTE)
    [overview] = await deliveries.latest(limit=5)
    edition = overview.edition.id
    assert await deliveries.retry(edition, resting=False, owner=OWNER, now=NOON + HOUR) == 0
    assert await deliveries.retry(edition, resting=True, owner=OWNER, now=NOON + HOUR) == 1
    [first] = await deliver(store, NOON + HOUR)
    assert (first.part, first.unknowns > 0) == (1, True)
    for part in (2, 3):
        [row] = await deliver(store, NOON + HOUR)
        assert (row.part, row.unknowns) == (part, 0)
    assert await states(store) == {DeliveryState.SENT: 6}


async def test_progress_tells_what_is_done_how_fast_and_until_when(store: SqlStore, deliveries: Deliveries) -> None:
    assert await deliveries.progress(now=NOON) is None
    await publish(store, at=NOON - MINUTE)
    await subscribe(store, *range(1, 41))
    await plan(store, FakeComposer(), now=NOON)
    begun = await deliveries.progress(now=NOON)
    assert begun is not None
    assert (begun.rows, begun.done, begun.remaining, begun.ends_at) == (40, 0, 40, None)
    async with store.begin() as tx:
        rows = await tx.ledger.claim(worker="w", now=NOON, lease_until=NOON + MINUTE, limit=30)
        ids = [row.id for row in rows]
        await tx.ledger.sending(ids, worker="w", now=NOON)
        await tx.ledger.record([(id_, SENT) for id_ in ids], worker="w", now=NOON + timedelta(seconds=5))
    half = await deliveries.progress(now=NOON + timedelta(seconds=10))
    assert half is not None
    assert (half.done, half.remaining, half.rate) == (30, 10, 3.0)
    assert half.ends_at == half.now + timedelta(seconds=10 / 3)
    later = await deliveries.progress(now=NOON + MINUTE)
    assert later is not None
    assert (later.done, later.rate) == (30, 0.0)
    await deliver(store, NOON + MINUTE)
    assert await deliveries.progress(now=NOON + MINUTE) is None


# -- readers ---------------------------------------------------------------------------------------------------------


async def test_nobody_who_got_everything_missed_anything(store: SqlStore, subscribing: Subscribing) -> None:
    with pytest.raises(NotFound):
        await ask_missed(store, 1, NOON)
    await subscribing.subscribe(Place(1), ChatKind.PRIVATE, language="en", now=NOON)
    await publish(store, at=NOON + HOUR)
    assert await ask_missed(store, 1, NOON + 2 * HOUR) == 0  # it is in the next digest
    await plan(store, FakeComposer(), now=NOON + DAY)
    assert await ask_missed(store, 1, NOON + DAY) == 0  # it is on its way
    await deliver(store, NOON + DAY)
    assert await ask_missed(store, 1, NOON + 2 * DAY) == 0


@pytest.mark.parametrize("how", ["blocked", "unsubscribed"])
async def test_what_was_published_while_stopped_comes_when_asked_for_and_only_once(
    store: SqlStore, subscribing: Subscribing, how: str
) -> None:
    await subscribing.subscribe(Place(1), ChatKind.PRIVATE, language="en", now=NOON)
    await subscribing.stopped_by(1, how, now=NOON + HOUR)
    for days in (1, 2):
        await publish(store, at=NOON + days * DAY)
    back = NOON + 3 * DAY
    with pytest.raises(NotFound):
        await ask_missed(store, 1, back)
    await subscribing.subscribe(Place(1), ChatKind.PRIVATE, language="en", now=back)
    await publish(store, at=back + MINUTE)
    assert await ask_missed(store, 1, back + HOUR) == 2
    assert texts(await deliver(store, back + HOUR)) == ["en UTC: 2 1"]
    assert await ask_missed(store, 1, back + 2 * HOUR) == 0
    await plan(store, FakeComposer(), now=back + DAY)
    assert texts(await deliver(store, back + DAY)) == ["en UTC: 3"]


async def test_what_telegram_refused_or_may_have_lost_is_missed(store: SqlStore, subscribing: Subscribing) -> None:
    for chat in (1, 2, 3):
        await subscribing.subscribe(Place(chat), ChatKind.PRIVATE, language="en", now=NOON)
    await publish(store, at=NOON + MINUTE)
    day = NOON + DAY
    await plan(store, FakeComposer(), now=day)
    await deliver(store, day, {1: TIMED_OUT, 2: WRONG})
    assert await ask_missed(store, 1, day) == 0  # it will be sent once more
    await deliver(store, day + MINUTE, {1: TIMED_OUT})
    found = [await ask_missed(store, chat, day + HOUR) for chat in (1, 2, 3)]
    assert found == [1, 1, 0]
    assert len(await deliver(store, day + HOUR)) == 2


async def test_what_is_older_than_the_ledger_is_not_dug_out(store: SqlStore, subscribing: Subscribing) -> None:
    await subscribing.subscribe(Place(1), ChatKind.PRIVATE, language="en", now=NOON)
    await subscribing.stopped_by(1, "blocked", now=NOON)
    await publish(store, at=NOON + DAY)
    await publish(store, at=NOON + 40 * DAY)
    await subscribing.revive(1, now=NOON + 60 * DAY)
    assert await ask_missed(store, 1, NOON + 60 * DAY) == 1
