"""Ordered faults, as a client sees them, and flood limits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from telegram import Bot
from telegram.error import Forbidden, NetworkError, RetryAfter, TimedOut

from bot.sandbox import ApiError, Limits, Person, Sandbox

Caller = Callable[..., Awaitable[dict[str, Any]]]


async def test_an_ordered_error_strikes_so_often_and_only_there(
    sandbox: Sandbox, anna: Person, boris: Person, bot: Bot
) -> None:
    rule = sandbox.faults.error(403, "Forbidden: bot was blocked by the user", chat=anna, times=2)
    for _ in range(2):
        with pytest.raises(Forbidden, match="blocked"):
            await bot.send_message(anna.id, "x")
    await bot.send_message(anna.id, "x")
    await bot.send_message(boris.id, "x")
    assert rule.used == 2
    assert len(anna.inbox) == 1


async def test_faults_can_wait_for_a_later_call(sandbox: Sandbox, anna: Person, bot: Bot) -> None:
    sandbox.faults.flood(7, method="sendMessage", skip=1, times=1)
    await bot.send_message(anna.id, "one")
    await bot.get_me()
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(anna.id, "two")
    assert caught.value._retry_after.total_seconds() == 7
    sandbox.faults.clear()
    await bot.send_message(anna.id, "three")


async def test_a_proxy_error_is_a_page_not_json(sandbox: Sandbox, anna: Person, http: aiohttp.ClientSession) -> None:
    sandbox.faults.http(502, times=1)
    async with http.post(f"{sandbox.base_url}{sandbox.token}/sendMessage", data={"chat_id": anna.id, "text": "x"}) as r:
        assert (r.status, r.content_type) == (502, "text/html")
        assert "502 Bad Gateway" in await r.text()
    assert anna.inbox == []


async def test_malformed_json_is_cut_off(sandbox: Sandbox, anna: Person, bot: Bot) -> None:
    sandbox.faults.malformed(method="sendMessage", processed=True, times=1)
    with pytest.raises(Exception, match="Invalid server response"):
        await bot.send_message(anna.id, "x")
    assert [message.text for message in anna.inbox] == ["x"]


async def test_a_truncated_answer_ends_in_the_middle(
    sandbox: Sandbox, anna: Person, http: aiohttp.ClientSession
) -> None:
    sandbox.faults.truncated(processed=True, times=1)
    form = {"chat_id": anna.id, "text": "x"}
    async with http.post(f"{sandbox.base_url}{sandbox.token}/sendMessage", data=form) as answer:
        assert answer.status == 200
        with pytest.raises(aiohttp.ClientPayloadError):
            await answer.read()
    assert len(anna.inbox) == 1


async def test_a_halt_tells_everyone_how_much_of_it_is_left() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    async with Sandbox(clock=lambda: now) as sandbox, Bot(sandbox.token, base_url=sandbox.base_url) as bot:
        anna = sandbox.people.person("Anna")
        anna.start()
        sandbox.faults.halt(9, method="sendMessage")
        for seconds, left in ((0, 9), (5, 4), (3.5, 1)):
            now += timedelta(seconds=seconds)
            with pytest.raises(RetryAfter) as caught:
                await bot.send_message(anna.id, "x")
            assert caught.value._retry_after.total_seconds() == left
        now += timedelta(seconds=0.5)
        await bot.send_message(anna.id, "x")


@pytest.mark.parametrize("processed", [False, True])
async def test_a_reset_comes_before_or_after_the_call_is_done(
    sandbox: Sandbox, anna: Person, bot: Bot, processed: bool
) -> None:
    sandbox.faults.reset(method="sendMessage", processed=processed, times=1)
    with pytest.raises(NetworkError):
        await bot.send_message(anna.id, "x")
    assert len(anna.inbox) == processed
    (call,) = sandbox.calls("sendMessage")
    assert (call.status, call.outcome) == (0, "reset")
    await bot.send_message(anna.id, "again")


async def test_a_hanging_call_ends_with_the_client_or_the_sandbox(anna: Person, sandbox: Sandbox, bot: Bot) -> None:
    sandbox.faults.hang(method="sendMessage")
    with pytest.raises(TimedOut):
        await bot.send_message(anna.id, "x", read_timeout=0.05)
    pending = asyncio.create_task(bot.send_message(anna.id, "x", read_timeout=30))
    await sandbox.until(lambda: len(sandbox.calls("sendMessage")) == 2)
    await sandbox.stop()
    with pytest.raises(NetworkError):
        await pending


async def test_it_can_be_out_of_reach_for_a_while(sandbox: Sandbox, anna: Person, bot: Bot) -> None:
    await bot.send_message(anna.id, "one")
    sandbox.hang_up()
    with pytest.raises(NetworkError):
        await bot.send_message(anna.id, "two")
    await sandbox.start()
    await bot.send_message(anna.id, "three")
    assert [message.text for message in anna.inbox] == ["one", "three"]


async def test_a_delay_only_delays(sandbox: Sandbox, anna: Person, bot: Bot) -> None:
    sandbox.faults.delay(0.01, method="sendMessage", processed=True)
    assert (await bot.send_message(anna.id, "x")).text == "x"
    assert len(anna.inbox) == 1


async def test_long_polls_are_spared_unless_named(sandbox: Sandbox, bot: Bot) -> None:
    sandbox.faults.error(500, "Internal Server Error: restart")
    assert await bot.get_updates() == ()
    sandbox.faults.clear()
    sandbox.faults.error(500, "Internal Server Error: restart", method="getUpdates")
    with pytest.raises(NetworkError):
        await bot.get_updates()


def test_limits_count_over_sliding_windows() -> None:
    limits = Limits(overall=3, per_chat=1, per_group=2)
    limits.take(1, 0.0)
    for chat, now, wait in ((1, 0.5, 1), (-5, 0.6, 0), (-6, 0.7, 0), (2, 0.8, 1), (-5, 2.0, 0), (-5, 4.0, 57)):
        if wait:
            with pytest.raises(ApiError) as caught:
                limits.take(chat, now)
            assert caught.value.parameters == {"retry_after": wait}
        else:
            limits.take(chat, now)


async def test_flood_limits_answer_429_with_the_time_to_wait() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    async with (
        Sandbox(limits=Limits(per_chat=1), clock=lambda: now) as sandbox,
        Bot(sandbox.token, base_url=sandbox.base_url) as bot,
    ):
        anna = sandbox.people.person("Anna")
        anna.start()
        sent = await bot.send_message(anna.id, "x")
        with pytest.raises(RetryAfter):
            await sent.edit_text("y")
        await bot.get_chat(anna.id)
