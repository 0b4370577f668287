"""Who counts as owner, editor and administrator."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from telegram import Bot, CallbackQuery, Chat, Message, Update, User

from bot.access import Access
from bot.sandbox import Person, Sandbox
from bot.telegram_http import TelegramHTTP
from digests.storage import SqlStore, open_store

OWNER = 11
START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


class Clock:
    now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    opened = await open_store(f"sqlite+aiosqlite:///{tmp_path}/test.db", bytes(range(64)))
    yield opened
    await opened.close()


@pytest.fixture
def access(store: SqlStore, clock: Clock) -> Access:
    return Access(store, [OWNER], clock)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as served:
        yield served


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    request, updates = TelegramHTTP(), TelegramHTTP()
    async with Bot(sandbox.token, base_url=sandbox.base_url, request=request, get_updates_request=updates) as made:
        yield made


@pytest.fixture
def anna(sandbox: Sandbox) -> Person:
    return sandbox.people.person("Anna")


def message(chat: Chat, author: Person | None = None, *, sender_chat: Chat | None = None) -> Message:
    user = User(author.id, "A", is_bot=False) if author else None
    return Message(1, START, chat, from_user=user, sender_chat=sender_chat)


async def test_owners_are_editors_and_editors_are_not_owners(access: Access, store: SqlStore) -> None:
    async with store.begin() as tx:
        await tx.editors.add(12, by=OWNER, now=START)
    assert access.is_owner(OWNER)
    assert not access.is_owner(12)
    assert [await access.is_editor(user) for user in (OWNER, 12, 13, None)] == [True, True, False, False]


async def test_an_editor_who_was_removed_is_none_at_once(access: Access, store: SqlStore) -> None:
    async with store.begin() as tx:
        await tx.editors.add(12, by=OWNER, now=START)
    assert await access.is_editor(12)
    async with store.begin() as tx:
        await tx.editors.remove(12)
    assert not await access.is_editor(12)


async def test_only_administrators_change_a_groups_settings(
    access: Access, sandbox: Sandbox, bot: Bot, anna: Person
) -> None:
    boris = sandbox.people.person("Boris")
    group = sandbox.people.supergroup("Desk", anna, [boris])
    anna.add_bot(group)
    chat = Chat(group.id, "supergroup")
    assert await access.may_change(Update(1, message=message(chat, anna)), bot)
    assert not await access.may_change(Update(2, message=message(chat, boris)), bot)
    anonymous = message(chat, boris, sender_chat=chat)
    assert await access.may_change(Update(3, message=anonymous), bot)
    in_the_name_of_another = message(chat, boris, sender_chat=Chat(-1009, "channel"))
    assert not await access.may_change(Update(4, message=in_the_name_of_another), bot)


async def test_a_button_counts_for_whoever_presses_it(access: Access, sandbox: Sandbox, bot: Bot, anna: Person) -> None:
    boris = sandbox.people.person("Boris")
    group = sandbox.people.supergroup("Desk", anna, [boris])
    anna.add_bot(group)
    stands_under = message(Chat(group.id, "supergroup"), anna)
    for person, may in ((anna, True), (boris, False)):
        query = CallbackQuery("1", User(person.id, "A", is_bot=False), "c", message=stands_under, data="1:b")
        assert await access.may_change(Update(1, callback_query=query), bot) is may


async def test_channel_posts_are_by_administrators_and_everybody_decides_in_private(access: Access, bot: Bot) -> None:
    post = Message(1, START, Chat(-1007, "channel"))
    assert await access.may_change(Update(1, channel_post=post), bot)
    assert await access.may_change(Update(2, message=Message(1, START, Chat(99, "private"))), bot)


async def test_telegrams_answer_is_believed_for_a_minute(
    access: Access, sandbox: Sandbox, bot: Bot, anna: Person, clock: Clock
) -> None:
    boris = sandbox.people.person("Boris")
    group = sandbox.people.supergroup("Desk", anna, [boris])
    anna.add_bot(group)
    assert not await access.administers(bot, group.id, boris.id)
    anna.promote(boris, group)
    assert not await access.administers(bot, group.id, boris.id)
    assert len(sandbox.calls("getChatMember")) == 1
    clock.now += timedelta(seconds=60)
    assert await access.administers(bot, group.id, boris.id)
    access.forget(group.id)
    anna.demote(boris, group)
    assert not await access.administers(bot, group.id, boris.id)


async def test_a_chat_the_bot_is_not_in_has_no_administrators(access: Access, bot: Bot, anna: Person) -> None:
    assert not await access.administers(bot, -1_009_999, anna.id)


def test_a_refusal_is_said_once_a_minute_in_a_chat(access: Access, clock: Clock) -> None:
    assert [access.may_refuse_aloud(chat) for chat in (-1, -1, -2)] == [True, False, True]
    clock.now += timedelta(seconds=60)
    assert access.may_refuse_aloud(-1)
