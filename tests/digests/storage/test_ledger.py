import asyncio
import re
from typing import Any

import pytest
from sqlalchemy import event, text

from digests.model import DeliveryState, EditionKind, Outcome, Place, Priority, SubscriptionState, Verdict
from digests.storage import ledger_statements
from digests.storage.edits import owe_sent

SENT = Outcome(verdict=Verdict.SENT, message_id=77)
UNKNOWN = Outcome(verdict=Verdict.UNKNOWN, reason="timeout")
BLOCKED = Outcome(verdict=Verdict.STOP, reason="blocked")
RETRY = Outcome(verdict=Verdict.RETRY, reason="connect", wait=60)


async def test_adding_the_same_rows_twice_writes_them_once(world: Any) -> None:
    subscriptions = [await world.subscription() for _ in range(3)]
    edition = await world.edition(parts=2)
    ids = [subscription.id for subscription in subscriptions]
    async with world.store.begin() as tx:
        assert await tx.ledger.add(edition, ids[:2], priority=Priority.ASKED, now=world.at(0)) == 4
        assert await tx.ledger.add(edition, ids, priority=Priority.SCHEDULED, now=world.at(0)) == 2
        assert await tx.ledger.add(edition, [999], priority=Priority.SCHEDULED, now=world.at(0)) == 0
        assert await tx.ledger.add(edition, [], priority=Priority.SCHEDULED, now=world.at(0)) == 0


async def test_a_claimed_row_holds_all_that_sending_needs(world: Any) -> None:
    subscription = await world.subscription(-100_123, topic=5)
    edition = await world.queued([subscription], parts=2, priority=Priority.URGENT)
    [delivery] = await world.claim()
    assert delivery.place == Place(-100_123, 5)
    assert (delivery.edition_id, delivery.subscription_id) == (edition.id, subscription.id)
    assert (delivery.part, delivery.parts, delivery.html, delivery.text) == (1, 2, "<b>1</b>", "1")
    assert (delivery.kind, delivery.language, delivery.priority) == (subscription.kind, "en", Priority.URGENT)
    assert (delivery.attempts, delivery.unknowns) == (0, 0)


async def test_urgent_goes_before_scheduled_and_then_the_oldest_first(world: Any) -> None:
    subscriptions = [await world.subscription() for _ in range(2)]
    for priority in (Priority.SCHEDULED, Priority.URGENT, Priority.ASKED, Priority.SCHEDULED):
        await world.queued(subscriptions, priority=priority)
    claimed = await world.claim()
    assert [d.priority.order for d in claimed] == sorted(d.priority.order for d in claimed)
    assert [d.id for d in claimed if d.priority is Priority.SCHEDULED] == [1, 2, 7, 8]
    assert len(await world.claim(6, limit=3)) == 3


async def test_a_row_is_leased_to_one_worker_until_the_lease_is_over(world: Any) -> None:
    await world.queued([await world.subscription()])
    [delivery] = await world.claim(0, worker="w1", lease=5)
    assert await world.claim(4, worker="w2") == []
    [again] = await world.claim(5, worker="w2")
    assert again.id == delivery.id
    assert await world.sending([delivery.id], 5, worker="w1") == frozenset()
    assert await world.sending([delivery.id], 5, worker="w2") == {delivery.id}


async def test_a_worker_that_comes_too_late_no_longer_holds_its_row(world: Any) -> None:
    await world.queued([await world.subscription()])
    [delivery] = await world.claim(0, lease=5)
    assert await world.sending([delivery.id], 5) == frozenset()


async def test_two_workers_never_claim_the_same_row(world: Any, open_: Any) -> None:
    await world.queued([await world.subscription() for _ in range(60)])
    stores = [world.store, await open_()]

    async def work(name: str, store: Any) -> list[int]:
        mine: list[int] = []
        while True:
            async with store.begin() as tx:
                now, until = world.at(0), world.at(5)
                some = await tx.ledger.claim(worker=name, now=now, lease_until=until, limit=7)
                await asyncio.sleep(0)
            if not some:
                return mine
            mine += [delivery.id for delivery in some]

    claimed = await asyncio.gather(*(work(f"w{n}", stores[n % 2]) for n in range(4)))
    ids = [id_ for some in claimed for id_ in some]
    assert sorted(ids) == [row.id for row in await world.rows()]


async def test_a_sent_row_keeps_its_message_and_its_time(world: Any) -> None:
    await world.queued([await world.subscription()])
    await world.send(1, SENT)
    [row] = await world.rows()
    assert (row.state, row.message_id, row.sent_at, row.attempts) == ("sent", 77, world.at(1), 1)
    assert (row.ready_at, row.leased_by, row.last_error) == (None, None, None)
    assert await world.claim(600) == []


async def test_a_retry_waits_its_time_and_counts_the_attempt(world: Any) -> None:
    await world.queued([await world.subscription()])
    await world.send(0, RETRY)
    assert await world.claim(0.9) == []
    [delivery] = await world.claim(1)
    assert (delivery.attempts, delivery.unknowns) == (1, 0)
    await world.sending([delivery.id], 1)
    await world.record(1, (delivery.id, Outcome(verdict=Verdict.RETRY, reason="flood", wait=5)))
    [row] = await world.rows()
    assert (row.state, row.attempts, row.first_error, row.last_error) == ("pending", 2, "connect", "flood")


@pytest.mark.parametrize("verdict", [Verdict.MIGRATED, Verdict.HALT])
async def test_a_row_that_did_not_leave_is_ready_again_at_once(world: Any, verdict: Verdict) -> None:
    await world.queued([await world.subscription()])
    await world.send(0, Outcome(verdict=verdict))
    assert len(await world.claim(0)) == 1


@pytest.mark.parametrize("verdict", [Verdict.STOP, Verdict.PAUSE, Verdict.REFUSE])
async def test_a_refusal_ends_the_row_and_withdraws_the_parts_after_it(world: Any, verdict: Verdict) -> None:
    await world.queued([await world.subscription(), await world.subscription()], parts=3)
    one, two = await world.claim()
    await world.sending([one.id, two.id])
    await world.record(0, (one.id, Outcome(verdict=verdict, reason="blocked")), (two.id, SENT))
    assert await world.states() == ["refused", "withdrawn", "withdrawn", "sent", "pending", "pending"]
    async with world.store.read() as tx:
        counts = await tx.ledger.counts(one.edition_id)
    assert counts.reasons == {"blocked": 1, "earlier_part": 2}
    assert counts.states == {
        DeliveryState.REFUSED: 1,
        DeliveryState.WITHDRAWN: 2,
        DeliveryState.SENT: 1,
        DeliveryState.PENDING: 2,
    }


async def test_parts_go_out_one_after_another(world: Any) -> None:
    await world.queued([await world.subscription(), await world.subscription()], parts=3)
    for part in (1, 2, 3):
        assert [delivery.part for delivery in await world.send(part, SENT)] == [part, part]
    assert await world.claim(9) == []
    assert set(await world.states()) == {"sent"}


async def test_the_rest_of_a_digest_goes_before_the_next_chat(world: Any) -> None:
    await world.queued([await world.subscription(), await world.subscription()], parts=2)
    [first] = await world.claim(limit=1)
    await world.sending([first.id])
    await world.record(0, (first.id, SENT))
    assert [(d.subscription_id, d.part) for d in await world.claim()] == [
        (first.subscription_id, 2),
        (first.subscription_id + 1, 1),
    ]


async def test_an_unknown_row_is_sent_once_more_and_then_rests(world: Any) -> None:
    await world.queued([await world.subscription()], parts=2)
    await world.send(0, UNKNOWN)
    [again] = await world.claim(0)
    assert (again.part, again.unknowns, again.attempts) == (1, 1, 1)
    await world.sending([again.id])
    await world.record(0, (again.id, UNKNOWN))
    assert await world.states() == ["unknown", "withdrawn"]
    assert await world.claim(600) == []
    async with world.store.read() as tx:
        assert (await tx.ledger.counts()).reasons == {"timeout": 1, "earlier_part": 1}


async def test_an_unknown_row_may_still_be_sent_or_refused_or_wait(world: Any) -> None:
    await world.queued([await world.subscription() for _ in range(3)])
    await world.send(0, UNKNOWN)
    one, two, three = [delivery.id for delivery in await world.claim(0)]
    await world.sending([one, two, three])
    await world.record(0, (one, SENT), (two, BLOCKED), (three, RETRY))
    assert await world.states() == ["sent", "refused", "pending"]
    [again] = await world.claim(1)
    assert again.unknowns == 1
    await world.sending([three], 1)
    await world.record(1, (three, UNKNOWN))
    assert await world.states() == ["sent", "refused", "unknown"]
    assert await world.claim(600) == []


@pytest.mark.parametrize("late", [RETRY, UNKNOWN, BLOCKED])
async def test_a_worker_that_wakes_after_its_lease_takes_no_row_from_the_one_that_sends_it_now(
    world: Any, late: Outcome
) -> None:
    await world.queued([await world.subscription()])
    [delivery] = await world.claim(0, worker="w1", lease=1)
    await world.sending([delivery.id], 0, worker="w1")
    async with world.store.begin() as tx:
        await tx.ledger.recover(now=world.at(2), everything=False)
    await world.claim(2, worker="w2")
    assert await world.sending([delivery.id], 2, worker="w2") == {delivery.id}
    await world.record(2, (delivery.id, late), worker="w1")
    [row] = await world.rows()
    assert (row.state, row.leased_by, row.unknowns) == ("sending", "w2", 1)
    await world.record(2, (delivery.id, SENT), worker="w2")
    assert await world.states() == ["sent"]


async def test_what_a_late_worker_knows_for_sure_counts_even_while_another_sends(world: Any) -> None:
    await world.queued([await world.subscription()])
    [delivery] = await world.claim(0, worker="w1", lease=1)
    await world.sending([delivery.id], 0, worker="w1")
    async with world.store.begin() as tx:
        await tx.ledger.recover(now=world.at(2), everything=False)
    await world.claim(2, worker="w2")
    await world.sending([delivery.id], 2, worker="w2")
    await world.record(2, (delivery.id, SENT), worker="w1")
    await world.record(2, (delivery.id, UNKNOWN), worker="w2")
    assert await world.states() == ["sent"]


async def test_what_was_never_tried_waits_for_no_clock(world: Any) -> None:
    await world.queued([await world.subscription()], parts=2)
    [first] = await world.claim(-60)  # the clock was set back by an hour
    await world.sending([first.id], -60)
    await world.record(-60, (first.id, SENT))
    [second] = await world.claim(-61)
    assert (first.part, second.part) == (1, 2)


async def test_after_a_kill_what_was_on_its_way_is_sent_once_more_marked_as_a_repeat(world: Any, open_: Any) -> None:
    await world.queued([await world.subscription() for _ in range(3)])
    claimed = await world.claim(0, lease=600)
    await world.sending([claimed[0].id])
    await world.store.close()

    world.store = await open_()
    async with world.store.begin() as tx:
        assert await tx.ledger.recover(now=world.at(1), everything=True) == 1
    assert await world.states() == ["unknown", "pending", "pending"]
    again = await world.claim(1, worker="w2")
    assert [(d.id, d.unknowns) for d in again] == [(d.id, int(d is claimed[0])) for d in claimed]

    await world.sending([again[0].id], 1, worker="w2")
    async with world.store.begin() as tx:
        assert await tx.ledger.recover(now=world.at(2), everything=True) == 1
        assert await tx.ledger.recover(now=world.at(2), everything=True) == 0
    assert [d.id for d in await world.claim(600)] == [again[1].id, again[2].id]
    assert (await world.states())[0] == "unknown"


async def test_a_living_workers_rows_are_not_recovered(world: Any) -> None:
    await world.queued([await world.subscription()])
    [delivery] = await world.claim(0, lease=5)
    await world.sending([delivery.id])
    async with world.store.begin() as tx:
        assert await tx.ledger.recover(now=world.at(4), everything=False) == 0
        assert await tx.ledger.recover(now=world.at(5), everything=False) == 1


async def test_what_a_worker_will_yet_hear_of_is_not_recovered_when_the_clock_is_set_forward(world: Any) -> None:
    await world.queued([await world.subscription() for _ in range(2)])
    heard, lost = [delivery.id for delivery in await world.claim(0, lease=5)]
    await world.sending([heard, lost])
    async with world.store.begin() as tx:
        assert await tx.ledger.recover(now=world.at(60), everything=False, living={heard}) == 1
    assert await world.states() == ["sending", "unknown"]


async def test_an_answer_after_the_lease_counts_when_it_is_sure(world: Any) -> None:
    await world.queued([await world.subscription() for _ in range(4)])
    ids = [delivery.id for delivery in await world.claim(0, lease=5)]
    await world.sending(ids)
    async with world.store.begin() as tx:
        await tx.ledger.recover(now=world.at(5), everything=False)
    await world.record(6, (ids[0], SENT), (ids[1], BLOCKED), (ids[2], UNKNOWN), (ids[3], RETRY))
    assert await world.states() == ["sent", "refused", "unknown", "unknown"]
    assert [(d.id, d.unknowns) for d in await world.claim(6)] == [(ids[2], 1), (ids[3], 1)]


async def test_a_clean_stop_gives_back_what_was_not_begun(world: Any) -> None:
    await world.queued([await world.subscription() for _ in range(2)])
    one, two = await world.claim(0, lease=600)
    await world.sending([one.id])
    async with world.store.begin() as tx:
        assert await tx.ledger.release("w2") == 0
        assert await tx.ledger.release("w1") == 1
    assert [delivery.id for delivery in await world.claim(0, worker="w2")] == [two.id]


async def test_suspending_withdraws_what_waits_even_if_a_worker_holds_it(world: Any) -> None:
    subscription = await world.subscription(5)
    other = await world.subscription(6)
    await world.queued([subscription, other], parts=2)
    claimed = await world.claim()
    async with world.store.begin() as tx:
        assert await tx.subscriptions.suspend(5, SubscriptionState.STOPPED, "left", topic=None, now=world.at(1)) == 1
    assert await world.sending([delivery.id for delivery in claimed], 1) == {claimed[1].id}
    assert await world.states() == ["withdrawn", "withdrawn", "sending", "pending"]


async def test_a_suspended_subscription_is_not_tried_again(world: Any) -> None:
    await world.queued([await world.subscription(5), await world.subscription(6)])
    ids = [delivery.id for delivery in await world.claim()]
    await world.sending(ids)
    async with world.store.begin() as tx:
        for chat in (5, 6):
            await tx.subscriptions.suspend(chat, SubscriptionState.PAUSED, "rights", topic=None, now=world.at(1))
    await world.record(1, (ids[0], RETRY), (ids[1], UNKNOWN))
    assert await world.states() == ["withdrawn", "unknown"]
    assert await world.claim(600) == []


async def test_old_rows_are_purged_in_small_steps_and_their_editions_with_them(world: Any) -> None:
    subscriptions = [await world.subscription() for _ in range(3)]
    edition = await world.queued(subscriptions)
    fresh = await world.queued(subscriptions[:1])
    await world.claim(0, limit=3)
    ids = [row.id for row in await world.rows()]
    await world.sending(ids[:3])
    await world.record(1, *((id_, SENT) for id_ in ids[:3]))
    async with world.store.begin() as tx:
        assert await tx.ledger.purge(world.at(1), limit=9) == 0
        assert await tx.ledger.purge(world.at(2), limit=2) == 2
        assert (await tx.editions.get(edition.id)).parts
        assert await tx.ledger.purge(world.at(2), limit=2) == 1
        assert await tx.editions.find(edition.key) is None
        assert await tx.editions.find(fresh.key) == fresh
    assert [row.edition_id for row in await world.rows()] == [fresh.id]


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
async def test_claiming_walks_the_queue_only(world: Any) -> None:
    """Whatever lies behind, claiming reads rows in the order of the queue's index and sorts nothing."""
    plans: list[str] = []
    async with world.store._reader.connect() as connection:
        for statement in (ledger_statements.queue, ledger_statements.wake, owe_sent):
            sql = re.sub(r"\?", "1", statement.compiled(connection.dialect).sql)
            found = await connection.execute(text(f"EXPLAIN QUERY PLAN {sql}"))
            plans += [row.detail for row in found]
    assert any("ix_deliveries_queue" in plan for plan in plans)
    assert any("ix_edition_parts_corrected" in plan for plan in plans)
    assert not any("TEMP B-TREE FOR ORDER" in plan for plan in plans)
    assert not any(plan.startswith("SCAN deliveries") and "INDEX" not in plan for plan in plans)


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
async def test_what_is_at_work_is_found_without_reading_what_is_done(world: Any) -> None:
    asked: list[tuple[str, Any]] = []
    engine = world.store._reader.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2:4]))
    async with world.store.read() as tx:
        assert await tx.ledger.fan_outs([EditionKind.SCHEDULED]) == []
    async with world.store._reader.connect() as connection:
        found = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[-1][0]}", asked[-1][1])
        plan = [row.detail for row in found]
    scans = [step for step in plan if step.startswith("SCAN deliveries")]
    assert len(scans) == 2
    assert all("ix_deliveries_queue" in step or "ix_deliveries_held" in step for step in scans)


async def test_a_row_is_begun_once_per_claim(world: Any) -> None:
    await world.queued([await world.subscription()])
    [delivery] = await world.claim()
    assert await world.sending([delivery.id]) == {delivery.id}
    assert await world.sending([delivery.id]) == frozenset()


async def test_every_verdict_can_be_recorded_for_several_rows_at_once(world: Any) -> None:
    verdicts = [*Verdict, *Verdict]
    await world.queued([await world.subscription() for _ in verdicts])
    ids = [delivery.id for delivery in await world.claim()]
    await world.sending(ids)
    await world.record(0, *((id_, Outcome(verdict=verdict)) for id_, verdict in zip(ids, verdicts, strict=True)))
    assert "sending" not in await world.states()
