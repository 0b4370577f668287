"""Editors, audit, channels and what the process remembers."""

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from digests.errors import StorageError
from digests.model import AuditEntry, Office


async def test_editors_are_added_and_removed_once(world: Any) -> None:
    async with world.store.begin() as tx:
        assert await tx.editors.add(2**40, by=1, now=world.at(0))
        assert not await tx.editors.add(2**40, by=1, now=world.at(0))
        assert await tx.editors.add(5, by=1, now=world.at(0))
        assert await tx.editors.all() == {2**40, 5}
        assert await tx.editors.remove(5)
        assert not await tx.editors.remove(5)
        assert await tx.editors.all() == {2**40}


async def test_the_audit_shows_the_newest_first(world: Any) -> None:
    entries = [
        AuditEntry(at=world.at(n), actor=None if n else 7, action="publish", subject=f"article {n}", details={"n": "ї"})
        for n in range(3)
    ]
    async with world.store.begin() as tx:
        for entry in entries:
            await tx.audit.add(entry)
        assert await tx.audit.latest(2) == entries[:0:-1]
        assert (await tx.audit.latest(9))[-1] == entries[0]


async def test_a_change_of_the_registry_leaves_a_line_in_the_audit(world: Any) -> None:
    office = Office(title="governor", since=date(2025, 1, 2))
    one, two = world.channel("one", offices=(office,), aliases=("1",)), world.channel("two")
    async with world.store.begin() as tx:
        assert await tx.channels.sync([one, two], now=world.at(0)) == 2
        assert await tx.channels.sync([two, one], now=world.at(1)) == 0
        assert await tx.channels.sync([replace(one, affiliation="Hill")], now=world.at(2)) == 2
        gone, changed, *added = await tx.audit.latest(9)
    assert (gone.action, gone.subject) == ("channel.removed", "channel two")
    assert (changed.action, changed.subject, changed.actor) == ("channel.changed", "channel one", None)
    assert changed.details == {"affiliation": "Valley → Hill"}
    assert {(line.action, line.subject) for line in added} == {
        ("channel.added", "channel one"),
        ("channel.added", "channel two"),
    }


async def test_an_update_is_remembered_and_the_oldest_are_forgotten(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digests.storage.runtime._KEPT", 3)
    async with world.store.begin() as tx:
        for number in (252, 253, 254, 255, 255):
            await tx.runtime.mark_update(number, now=world.at(number))
        assert await tx.runtime.seen_update(252)
        assert not await tx.runtime.seen_update(256)
        await tx.runtime.mark_update(256, now=world.at(256))
        assert [await tx.runtime.seen_update(n) for n in range(252, 257)] == [False, False, True, True, True]


async def test_halts_end_by_themselves_and_a_later_one_stays(world: Any) -> None:
    async with world.store.begin() as tx:
        await tx.runtime.set_halt(-5, world.at(5))
        await tx.runtime.set_halt(-5, world.at(3))
        await tx.runtime.set_halt(None, world.at(2))
        assert await tx.runtime.halts(now=world.at(1)) == {-5: world.at(5), None: world.at(2)}
        assert await tx.runtime.halts(now=world.at(2)) == {-5: world.at(5)}
        await tx.runtime.set_halt(-5, world.at(8))
        assert await tx.runtime.halts(now=world.at(2)) == {-5: world.at(8)}


async def test_a_note_keeps_its_last_value(world: Any) -> None:
    async with world.store.begin() as tx:
        assert await tx.runtime.get_note("offset") is None
        await tx.runtime.set_note("offset", "1")
        await tx.runtime.set_note("offset", "2")
    async with world.store.read() as tx:
        assert await tx.runtime.get_note("offset") == "2"


async def test_a_unit_of_work_happens_whole_or_not_at_all(world: Any) -> None:
    async def interrupted() -> None:
        async with world.store.begin() as tx:
            await tx.editors.add(5, by=1, now=world.at(0))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await interrupted()
    async with world.store.read() as tx:
        assert await tx.editors.all() == frozenset()


async def test_a_snapshot_sees_nothing_of_what_is_written_meanwhile(world: Any) -> None:
    async with world.store.read() as snapshot:
        assert await snapshot.editors.all() == frozenset()
        async with world.store.begin() as tx:
            await tx.editors.add(5, by=1, now=world.at(0))
        assert await snapshot.editors.all() == frozenset()
    async with world.store.read() as snapshot:
        assert await snapshot.editors.all() == {5}


async def test_a_snapshot_refuses_to_write(world: Any) -> None:
    with pytest.raises(StorageError, match="read_only"):
        async with world.store.read() as snapshot:
            await snapshot.editors.add(5, by=1, now=world.at(0))


async def test_a_naive_time_is_refused(world: Any) -> None:
    with pytest.raises(ValueError, match="naive"):
        async with world.store.begin() as tx:
            await tx.editors.add(5, by=1, now=world.at(0).replace(tzinfo=None))


async def test_times_of_other_zones_come_back_as_utc(world: Any) -> None:
    async with world.store.begin() as tx:
        await tx.runtime.set_halt(1, world.at(1).astimezone(ZoneInfo("Asia/Kathmandu")))
        [until] = (await tx.runtime.halts(now=world.at(0))).values()
    assert until.isoformat() == world.at(1).isoformat()


async def test_a_cancelled_unit_of_work_leaves_the_store_usable(world: Any) -> None:
    begun = asyncio.Event()

    async def long() -> None:
        async with world.store.begin() as tx:
            await tx.runtime.set_note("key", "half done")
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(long())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with world.store.begin() as tx:
        assert await tx.runtime.get_note("key") is None


async def test_units_of_work_take_turns(world: Any) -> None:
    async def increase() -> None:
        async with world.store.begin() as tx:
            subscription = await tx.subscriptions.get(1)
            await asyncio.sleep(0)
            await tx.subscriptions.save(replace(subscription, reason=f"{int(subscription.reason or 0) + 1}"))

    await world.subscription()
    await asyncio.gather(*(increase() for _ in range(12)))
    async with world.store.read() as tx:
        assert (await tx.subscriptions.get(1)).reason == "12"
