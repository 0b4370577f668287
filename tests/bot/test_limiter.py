"""Every call of python-telegram-bot goes by the pacer, unless its caller has asked the pacer itself."""

from __future__ import annotations

import json
from typing import Any

import pytest
from telegram.error import RetryAfter
from telegram.ext import ExtBot
from telegram.request import BaseRequest, RequestData

from bot.limiter import ALREADY_PACED, PacedLimiter, RateArgs, chat_of, retry_seconds
from bot.pacer import Pacer, Priority, Scope


class Spy(Pacer):
    """A pacer that notes what it is asked."""

    def __init__(self) -> None:
        super().__init__(1000)
        self.asked: list[tuple[Scope, Priority]] = []
        self.cleared = 0
        self.floods: list[tuple[Scope, float]] = []

    async def acquire(self, chat_id: Scope, priority: Priority) -> None:
        self.asked.append((chat_id, priority))
        await super().acquire(chat_id, priority)

    async def clear(self) -> None:
        self.cleared += 1
        await super().clear()

    async def flood(self, chat_id: Scope, retry_after: float) -> None:
        self.floods.append((chat_id, retry_after))
        await super().flood(chat_id, retry_after)


class Callback:
    """The call itself: fails with 429 as often as told, waiting times in seconds, then succeeds."""

    def __init__(self, *waits: float) -> None:
        self.waits = list(waits)
        self.calls = 0

    async def __call__(self, *_args: Any, **_kwargs: Any) -> bool:
        self.calls += 1
        if self.waits:
            raise RetryAfter(self.waits.pop(0))  # type: ignore[arg-type]
        return True


async def process(
    pacer: Pacer, callback: Callback, endpoint: str = "sendMessage", args: RateArgs | None = None, **options: Any
) -> object:
    limiter = PacedLimiter(pacer, **options)
    return await limiter.process_request(callback, (), {}, endpoint, {"chat_id": 7}, args)


@pytest.mark.parametrize(
    "endpoint", ["sendMessage", "editMessageText", "copyMessage", "forwardMessage", "pinChatMessage"]
)
async def test_messages_wait_for_their_turn_as_answers_unless_said_otherwise(endpoint: str) -> None:
    pacer = Spy()
    assert await process(pacer, Callback(), endpoint, Priority.URGENT) is True
    assert await process(pacer, Callback(), endpoint) is True
    assert pacer.asked == [(7, Priority.URGENT), (7, Priority.ANSWER)]


@pytest.mark.parametrize(
    "endpoint", ["answerCallbackQuery", "getChatMember", "sendChatAction", "editForumTopic", "getMe"]
)
async def test_what_is_no_message_only_waits_for_a_halt_of_everything(endpoint: str) -> None:
    pacer = Spy()
    await process(pacer, Callback(), endpoint)
    assert (pacer.asked, pacer.cleared) == ([], 1)


async def test_a_caller_that_paced_itself_is_let_through_and_hears_of_the_429() -> None:
    pacer = Spy()
    await pacer.flood(None, 600)
    assert await process(pacer, Callback(), args=ALREADY_PACED) is True
    with pytest.raises(RetryAfter):
        await process(pacer, Callback(5), args=ALREADY_PACED)
    assert pacer.asked == []
    assert pacer.floods == [(None, 600)]


async def test_after_a_short_429_the_call_is_made_again() -> None:
    pacer, callback = Spy(), Callback(0.01, 0.02)
    assert await process(pacer, callback) is True
    assert callback.calls == 3
    assert pacer.floods == [(7, 0.01), (7, 0.02)]


async def test_a_429_too_many_is_raised() -> None:
    callback = Callback(*[0.01] * 9)
    with pytest.raises(RetryAfter):
        await process(Spy(), callback, max_retries=1)
    assert callback.calls == 2


async def test_an_answer_does_not_wait_beyond_its_patience() -> None:
    pacer, callback = Spy(), Callback(300)
    with pytest.raises(RetryAfter):
        await process(pacer, callback)
    with pytest.raises(RetryAfter) as caught:  # fails at once, for the chat is known to be halted
        await process(pacer, callback)
    assert callback.calls == 1
    assert retry_seconds(caught.value) in (300, 301)


async def test_an_answer_that_gets_no_turn_in_time_gives_up() -> None:
    pacer = Pacer(0.1)
    callback = Callback()
    for chat in (1, 2):
        await pacer.acquire(chat, Priority.ANSWER)
    with pytest.raises(RetryAfter):
        await process(pacer, callback, patience=0.02)
    assert callback.calls == 0


async def test_a_429_of_a_method_that_is_no_message_halts_nothing_else() -> None:
    pacer, callback = Spy(), Callback(0.01)
    assert await process(pacer, callback, "setMyName") is True
    assert callback.calls == 2
    with pytest.raises(RetryAfter):
        await process(pacer, Callback(86_400), "setMyName")
    assert pacer.floods == []
    assert pacer.halts() == {}


@pytest.mark.parametrize(
    ("given", "chat"), [(7, 7), (-1001, -1001), ("7", 7), ("-1001", -1001), ("@Name", "@name"), (None, None)]
)
def test_a_chat_is_known_by_number_or_by_public_name(given: object, chat: Scope) -> None:
    assert chat_of({"chat_id": given}) == chat


async def test_the_library_passes_its_calls_and_our_arguments_through() -> None:
    sent = []

    class Wire(BaseRequest):
        @property
        def read_timeout(self) -> float:
            return 1

        async def initialize(self) -> None: ...

        async def shutdown(self) -> None: ...

        async def do_request(
            self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
        ) -> tuple[int, bytes]:
            sent.append(url.rsplit("/", 1)[1])
            return 200, json.dumps({"ok": True, "result": True}).encode()

    pacer = Spy()
    bot: ExtBot[RateArgs] = ExtBot("1:a", request=Wire(), get_updates_request=Wire(), rate_limiter=PacedLimiter(pacer))
    await bot.delete_message(7, 1)
    await bot.edit_message_text("x", 7, 1, rate_limit_args=Priority.EDIT)
    await bot.edit_message_text("x", inline_message_id="abc")
    await bot.edit_message_text("x", 8, 1, rate_limit_args=ALREADY_PACED)
    assert pacer.asked == [(7, Priority.EDIT), (None, Priority.ANSWER)]
    assert sent == ["deleteMessage", "editMessageText", "editMessageText", "editMessageText"]
