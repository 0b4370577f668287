"""Whoever gets the database file, but not the key, learns no chat's id."""

import random
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from digests.errors import StorageError
from digests.model import AuditEntry, ChatKind, Outcome, Place, Schedule, SubscriptionState, Verdict


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
async def test_no_plain_id_of_a_thousand_chats_is_in_the_files(world: Any, url: Any) -> None:
    chance = random.Random(7)  # noqa: S311  # the same chats every time
    chats = [chance.choice([1, -1, -100]) * chance.randrange(10**12, 2**52 // 100) for _ in range(1000)]
    async with world.store.begin() as tx:
        subscriptions = [
            await tx.subscriptions.add(
                Place(chat),
                ChatKind.PRIVATE,
                language="en",
                schedule=Schedule(times=(time(8),)),
                next_due_at=world.at(0),
                now=world.at(0),
            )
            for chat in chats
        ]
    await world.queued(subscriptions)
    claimed = await world.claim(0, limit=1000)
    await world.sending([delivery.id for delivery in claimed])
    await world.record(0, *((d.id, Outcome(verdict=Verdict.SENT, message_id=1)) for d in claimed[:500]))
    async with world.store.begin() as tx:
        for chat in chats[:100]:
            await tx.runtime.set_halt(chat, world.at(1))
            await tx.editors.add(chat, by=chats[0], now=world.at(0))
            await tx.audit.add(AuditEntry(at=world.at(0), actor=chat, action="publish", subject="article 1"))
            await tx.subscriptions.suspend(chat, SubscriptionState.STOPPED, "left", topic=None, now=world.at(1))
        for chat in chats[100:110]:
            await tx.articles.add(world.revision(), created_by=chat, now=world.at(0))
            await tx.subscriptions.migrate(chat, chats[0] + chat)
            await tx.subscriptions.forget(chats[0] + chat)

    file = Path(url.database)
    files = sorted(file.parent.glob(f"{file.name}*"))
    data = b"".join(path.read_bytes() for path in files)
    assert f"{file.name}-wal" in [path.name for path in files]
    assert b"subscriptions" in data
    for chat in chats:
        assert str(abs(chat)).encode() not in data
        # the low 48 bits, as SQLite keeps such integers, are within the 64 bits of either order
        assert chat.to_bytes(8, "big", signed=True)[2:] not in data
        assert chat.to_bytes(8, "little", signed=True)[:6] not in data
    async with world.store.read() as tx:
        active = await tx.subscriptions.active(limit=2000)
        found = {(await tx.subscriptions.get(each.id)).place.chat_id for each in active}
    assert found == set(chats[110:])


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
async def test_no_error_shows_what_was_to_be_stored(world: Any) -> None:
    """A driver's error names its parameters by default, and errors are logged."""
    async with world.store._writer.begin() as connection:
        await connection.execute(text("DROP TABLE notes"))
    with pytest.raises(StorageError) as caught:
        async with world.store.begin() as tx:
            await tx.runtime.set_note("some key", "a secret value")
    assert "a secret value" not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__cause__}"
