"""Updates of one chat are worked on in order, chats side by side, and nothing twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from structlog.contextvars import get_contextvars
from telegram import Chat, Message, Update

from bot.logs import ChatRefs
from bot.updates import OrderedProcessor
from digests.ports import Store, Tx
from digests.storage import SqlStore, open_store

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
CHATS = ChatRefs(bytes(64))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    opened = await open_store(f"sqlite+aiosqlite:///{tmp_path}/test.db", bytes(range(64)))
    yield opened
    await opened.close()


def said(number: int, chat_id: int) -> Update:
    return Update(number, message=Message(number, NOW, Chat(chat_id, "private")))


def processor(store: Store) -> OrderedProcessor:
    return OrderedProcessor(store, lambda: NOW, CHATS)


async def run(made: OrderedProcessor, *works: tuple[object, Callable[[], Awaitable[None]]]) -> None:
    """Hand updates over as the application does: one task each, in order."""
    await asyncio.gather(*(made.process_update(update, work()) for update, work in works))


async def test_one_chat_waits_its_turn_while_another_goes_on(store: SqlStore) -> None:
    log: list[str] = []
    other_done = asyncio.Event()

    async def slow() -> None:
        await other_done.wait()  # would hang if chats waited for each other
        log.append("slow")

    async def quick() -> None:
        log.append("quick")

    async def other() -> None:
        other_done.set()

    await run(processor(store), (said(1, 7), slow), (said(2, 7), quick), (said(3, 8), other))
    assert log == ["slow", "quick"]


async def test_many_updates_of_a_chat_keep_their_order(store: SqlStore) -> None:
    log: list[int] = []

    def work(number: int) -> Callable[[], Awaitable[None]]:
        async def note() -> None:
            await asyncio.sleep(0)
            log.append(number)

        return note

    await run(processor(store), *((said(number, 7), work(number)) for number in range(1, 30)))
    assert log == list(range(1, 30))


async def test_an_update_that_comes_twice_is_worked_on_once_even_after_a_restart(store: SqlStore) -> None:
    count = 0

    async def work() -> None:
        nonlocal count
        count += 1

    await run(processor(store), (said(1, 7), work), (said(1, 7), work))
    await run(processor(store), (said(1, 7), work))
    assert count == 1


async def test_an_update_cut_off_by_a_crash_is_worked_on_again(store: SqlStore) -> None:
    begun = asyncio.Event()
    done = False

    async def endless() -> None:
        begun.set()
        await asyncio.Event().wait()

    async def work() -> None:
        nonlocal done
        done = True

    task = asyncio.create_task(run(processor(store), (said(1, 7), endless)))
    await begun.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await run(processor(store), (said(1, 7), work))
    assert done


async def test_an_error_stops_neither_the_chat_nor_the_others(store: SqlStore) -> None:
    log: list[str] = []

    async def broken() -> None:
        raise ValueError("broken")

    async def work() -> None:
        log.append("done")

    await run(processor(store), (said(1, 7), broken), (said(2, 7), work))
    assert log == ["done"]


class Broken:
    """A store whose database is away."""

    def begin(self) -> AbstractAsyncContextManager[Tx]:
        raise OSError("no database")

    read = begin


async def test_without_its_database_an_update_is_still_worked_on() -> None:
    log: list[str] = []

    async def work() -> None:
        log.append("done")

    await run(OrderedProcessor(Broken(), lambda: NOW, CHATS), (said(1, 7), work))
    assert log == ["done"]


async def test_what_is_logged_meanwhile_names_the_chat_though_not_by_its_id(store: SqlStore) -> None:
    bound: list[dict[str, object]] = []

    async def work() -> None:
        bound.append(get_contextvars())

    await run(processor(store), (said(1, 7), work))
    await run(processor(store), (said(2, 8), work))
    assert bound == [{"chat": CHATS(7)}, {"chat": CHATS(8)}]
    assert get_contextvars() == {}


async def test_what_is_no_update_of_telegram_passes(store: SqlStore) -> None:
    log: list[str] = []

    async def work() -> None:
        log.append("done")

    await run(processor(store), ("something", work))
    assert log == ["done"]
