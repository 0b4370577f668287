"""Long polling: what waits, what is confirmed, who is thrown out; and a whole Application on it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from telegram import Bot, Update
from telegram.error import Conflict
from telegram.ext import Application, CommandHandler

from bot.sandbox import Person, Sandbox
from bot.sandbox.actors import wait
from bot.sandbox.updates import UpdateQueue


async def test_updates_stay_until_confirmed_by_offset(anna: Person, bot: Bot) -> None:
    anna.send("one")
    anna.send("two")
    first = await bot.get_updates()
    assert [update.message.text for update in first if update.message] == ["one", "two"]
    assert await bot.get_updates() == first
    assert await bot.get_updates(limit=1) == first[:1]
    assert await bot.get_updates(offset=first[1].update_id) == first[1:]
    assert await bot.get_updates(offset=first[1].update_id + 1) == ()


async def test_a_negative_offset_keeps_only_the_last(anna: Person, bot: Bot) -> None:
    for text in ("one", "two", "three"):
        anna.send(text)
    (last,) = await bot.get_updates(offset=-1)
    assert last.message is not None
    assert last.message.text == "three"


async def test_a_long_poll_answers_as_soon_as_something_happens(anna: Person, bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await wait(anna.world, lambda: anna.world.updates.waiting)
    anna.send("now")
    (update,) = await poll
    assert update.message is not None


async def test_a_second_poller_throws_the_first_out(sandbox: Sandbox, bot: Bot) -> None:
    async with Bot(sandbox.token, base_url=sandbox.base_url) as other:
        first = asyncio.create_task(bot.get_updates(timeout=20))
        await wait(sandbox.world, lambda: sandbox.world.updates.waiting)
        assert await other.get_updates() == ()
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await first


async def test_only_the_kinds_asked_for_come_and_the_choice_persists(sandbox: Sandbox, anna: Person, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=["my_chat_member"])
    anna.send("unseen")
    anna.block()
    (update,) = await bot.get_updates()
    assert update.my_chat_member is not None
    assert update.my_chat_member.new_chat_member.status == "kicked"
    await bot.get_updates(allowed_updates=[])
    anna.start()
    assert len(await bot.get_updates()) == 3


async def test_pending_updates_are_dropped_on_request(anna: Person, bot: Bot) -> None:
    anna.send("x")
    assert (await bot.get_webhook_info()).pending_update_count == 1
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()


def test_updates_older_than_a_day_are_forgotten() -> None:
    queue, now = UpdateQueue(), datetime(2026, 1, 1, tzinfo=UTC)
    queue.push("message", {"n": 1}, now)
    queue.push("message", {"n": 2}, now + timedelta(hours=2))
    queue.confirm(0, now + timedelta(hours=25))
    assert [update["message"]["n"] for update in queue.pending] == [2]


async def test_an_update_can_come_twice(anna: Person, bot: Bot) -> None:
    anna.send("x")
    (update,) = anna.world.updates.pending
    await bot.get_updates(offset=update["update_id"] + 1)
    anna.world.updates.repeat(update, anna.world.clock())
    (again,) = await bot.get_updates()
    assert again.update_id == update["update_id"]


async def test_stopping_ends_a_poll_under_way() -> None:
    async with Sandbox() as sandbox, Bot(sandbox.token, base_url=sandbox.base_url) as bot:
        poll = asyncio.create_task(bot.get_updates(timeout=50))
        await wait(sandbox.world, lambda: sandbox.world.updates.waiting)
        await sandbox.stop()
        assert await poll == ()


async def test_a_whole_application_answers_over_long_polling(sandbox: Sandbox) -> None:
    async def hello(update: Update, context: Any) -> None:
        assert update.effective_message is not None
        await update.effective_message.reply_text("Hello")

    builder = Application.builder().token(sandbox.token).base_url(sandbox.base_url).base_file_url(sandbox.file_url)
    application = builder.build()
    application.add_handler(CommandHandler("start", hello))
    olena = sandbox.people.person("Olena")
    olena.start()
    async with application:
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling()
        assert (await olena.answer()).text == "Hello"
        assert (await olena.ask("/start again")).text == "Hello"
        await application.updater.stop()
        await application.stop()
    assert len(olena.inbox) == 2
