"""Who delivers: raw sockets, aiohttp, python-telegram-bot, aiogram, and the product's whole path.

Each has the same message for every chat, `in_flight` calls at a time, and is measured after a warm-up in which all
connections are opened. Their libraries are imported where they are used, so that each process holds only its own.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from _delivery.measure import Cost, Stretch
from _delivery.replay import Statement, listen
from _delivery.samples import FIRST_CHAT, KEY, address, pages

TOKEN = "1:bench"  # noqa: S105  # nobody's
PREVIEW = '{"is_disabled":true}'


UNPACED = 20_000.0  # messages a second; nobody is as fast


class Task(NamedTuple):
    """What a contestant is to do. `html` goes to chats; `database` holds the ledger with the same message."""

    url: str
    html: str
    messages: int
    in_flight: int
    database: Path | None = None
    rate: float = UNPACED
    ledger: bool = True  # only the whole path has one

    @property
    def warm_up(self) -> int:
        """Messages sent before the clock starts."""
        return 2 * self.in_flight

    @property
    def endpoint(self) -> str:
        """The address of `sendMessage`."""
        return f"{self.url}/bot{TOKEN}/sendMessage"

    def form(self) -> tuple[bytes, bytes]:
        """Return the form without a chat, before and after its id."""
        rest = urlencode({"text": self.html, "parse_mode": "HTML", "link_preview_options": PREVIEW})
        return b"chat_id=", b"&" + rest.encode()


async def crowd(task: Task, send: Callable[[int], Awaitable[None]]) -> Cost:
    """Have `in_flight` tasks send to one chat after another, at `rate`; measures all but the warm-up."""
    chats = itertools.count(FIRST_CHAT)
    began = asyncio.get_running_loop().time()

    async def some(mine: Iterator[int]) -> None:
        for chat in mine:
            if task.rate < UNPACED:
                turn = began + (chat - FIRST_CHAT) / task.rate
                await asyncio.sleep(turn - asyncio.get_running_loop().time())
            await send(chat)

    async def all_of(number: int) -> None:
        share = itertools.islice(chats, number)
        await asyncio.gather(*(some(share) for _ in range(task.in_flight)))

    await all_of(task.warm_up)
    stretch = Stretch()
    stretch.begin()
    await all_of(task.messages)
    return stretch.end(task.messages)


async def floor(task: Task) -> Cost:
    """Post the bytes over asyncio streams and read the answer's length, nothing more."""
    place = urlsplit(task.url)
    before, after = task.form()
    head = (
        f"POST {urlsplit(task.endpoint).path} HTTP/1.1\r\nHost: {place.netloc}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
    ).encode()
    idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def send(chat: int) -> None:
        reader, writer = idle.pop() if idle else await asyncio.open_connection(place.hostname, place.port)
        body = before + b"%d" % chat + after
        writer.write(b"%s%d\r\n\r\n%s" % (head, len(body), body))
        answer = await reader.readuntil(b"\r\n\r\n")
        assert b" 200 " in answer[:16]
        at = answer.lower().index(b"content-length:") + 15
        await reader.readexactly(int(answer[at : answer.index(b"\r\n", at)]))
        idle.append((reader, writer))

    cost = await crowd(task, send)
    for _, writer in idle:
        writer.close()
    return cost


async def bare_aiohttp(task: Task) -> Cost:
    """Post the same ready-made bytes by aiohttp and parse the answer."""
    import aiohttp

    before, after = task.form()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=task.in_flight)) as session:

        async def send(chat: int) -> None:
            body = before + b"%d" % chat + after
            async with session.post(task.endpoint, data=body, headers=headers) as answer:
                assert (await answer.json())["result"]["message_id"]

        return await crowd(task, send)


async def usual_aiohttp(task: Task) -> Cost:
    """Post by aiohttp as it is usually written: the fields are encoded each time."""
    import aiohttp

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=task.in_flight)) as session:

        async def send(chat: int) -> None:
            fields = {"chat_id": chat, "text": task.html, "parse_mode": "HTML", "link_preview_options": PREVIEW}
            async with session.post(task.endpoint, data=fields) as answer:
                assert (await answer.json())["result"]["message_id"]

        return await crowd(task, send)


async def ptb(task: Task) -> Cost:
    """python-telegram-bot as its builder makes it: httpx, 256 connections."""
    from telegram import LinkPreviewOptions
    from telegram.ext import ApplicationBuilder

    bot = ApplicationBuilder().token(TOKEN).base_url(f"{task.url}/bot").build().bot
    preview = LinkPreviewOptions(is_disabled=True)

    async def send(chat: int) -> None:
        sent = await bot.send_message(
            chat,
            task.html,
            parse_mode="HTML",
            link_preview_options=preview,
            pool_timeout=60,
            read_timeout=60,
            write_timeout=60,
            connect_timeout=60,
        )
        assert sent.message_id

    async with bot:
        return await crowd(task, send)


async def aiogram3(task: Task) -> Cost:
    """Aiogram 3 with its own session, as many connections as calls in flight."""
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer

    session = AiohttpSession(api=TelegramAPIServer.from_base(task.url), limit=task.in_flight)
    bot = Bot("1:" + "A" * 35, session=session)

    async def send(chat: int) -> None:
        assert (await bot.send_message(chat, task.html, parse_mode="HTML")).message_id

    try:
        return await crowd(task, send)
    finally:
        await session.close()


async def whole_path(task: Task) -> Cost:
    """The product: claim, pace, commit as sending, call, record. From the first call after the warm-up to the end."""
    import structlog
    from telegram.ext import ExtBot

    from _delivery.memory import MemoryStore
    from bot.limiter import PacedLimiter
    from bot.pacer import Pacer
    from bot.sender import TelegramSender
    from bot.telegram_http import TelegramHTTP
    from digests.delivery import Worker
    from digests.delivery.gate import Gate
    from digests.delivery.storm import StormPolicy
    from digests.model import Delivery, Outcome, Verdict
    from digests.storage import open_store

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    assert task.database is not None
    total = task.warm_up + task.messages
    stretch, stop = Stretch(), asyncio.Event()
    pacer = Pacer(task.rate)

    class CountingSender(TelegramSender):
        """The product's sender, with a clock."""

        done = 0

        async def send(self, delivery: Delivery) -> Outcome:
            outcome = await super().send(delivery)
            self.done += outcome.verdict is Verdict.SENT
            if self.done == task.warm_up:
                stretch.begin()
            if self.done == total:
                stop.set()
            return outcome

    class NoAlarm:
        """Nobody to tell."""

        async def raise_(self, key: str, **params: object) -> None:
            raise AssertionError(key, params)

    bot = ExtBot(
        TOKEN,
        base_url=f"{task.url}/bot",
        request=TelegramHTTP(pool_size=task.in_flight + 32),
        get_updates_request=TelegramHTTP(pool_size=1),
        rate_limiter=PacedLimiter(pacer),
    )
    store = await open_store(address(task.database), KEY) if task.ledger else None
    used: Any = store or MemoryStore(task.html, total)
    worker = Worker(
        used,
        CountingSender(bot, pacer, pages()),
        NoAlarm(),
        clock=lambda: datetime.now(UTC).replace(year=2031),  # whatever the samples planned is due
        name="bench",
        concurrency=task.in_flight * 5 // 4,  # a fifth has no line yet
        gate=Gate(used, NoAlarm(), StormPolicy()),
    )
    async with bot:
        await worker.run(stop)
        cost = stretch.end(task.messages)
    if store is not None:
        async with store.read() as tx:
            states = (await tx.ledger.counts()).states
        await store.close()
        assert states == {"sent": total}, states
    return cost


CONTESTANTS: dict[str, Callable[[Task], Awaitable[Cost]]] = {
    "raw streams, same bytes": floor,
    "aiohttp, same bytes": bare_aiohttp,
    "aiohttp, form each time": usual_aiohttp,
    "python-telegram-bot": ptb,
    "aiogram 3": aiogram3,
    "whole path": whole_path,
}


def available() -> list[str]:
    """Return who can take part here: aiogram only where it is installed."""
    return [name for name in CONTESTANTS if name != "aiogram 3" or find_spec("aiogram")]


def run(name: str, task: Task) -> Cost:
    """Let one deliver; for a process of its own."""
    return asyncio.run(CONTESTANTS[name](task))  # type: ignore[arg-type]


def sent_statements(task: Task) -> list[Statement]:
    """Let the whole path deliver and return every statement that its database was given; for a process of its own."""
    seen: list[Statement] = []
    listen(seen)
    asyncio.run(whole_path(task))
    return [each for each in seen if not each.sql.startswith("PRAGMA")]
