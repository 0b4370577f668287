"""Groups, forum topics and channels as subscribers, and what happens to the bot in them."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from telegram import ChatMemberRestricted, User

from bot.app import Running
from bot.handlers.members import Standing, standing_of
from bot.sandbox import Chat, Person, Sandbox
from digests.model import ChatKind, Place, Subscription, SubscriptionState
from tests.bot.handlers.conftest import ARTICLE, arrive, digests, submit
from tests.clocks import Clock

ACTIVE, PAUSED, STOPPED = SubscriptionState
START = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def boris(sandbox: Sandbox) -> Person:
    """Someone in Anna's group who administers nothing."""
    return sandbox.people.person("Boris", language_code="en")


@pytest.fixture
async def group(sandbox: Sandbox, bot: Running, anna: Person, boris: Person) -> Chat:
    """Anna's group with the bot in it."""
    group = sandbox.people.supergroup("Neighbours", anna, [boris])
    anna.add_bot(group)
    await anna.answer(group)
    return group


@pytest.fixture
async def channel(sandbox: Sandbox, bot: Running, anna: Person) -> Chat:
    """Anna's channel, which the bot is not in yet; Anna has started the bot."""
    await arrive(anna)
    return sandbox.people.channel("Relay", anna, username="relay")


def at(sandbox: Sandbox, command: str) -> str:
    """Return a command as clients write it in groups."""
    head, _, rest = command.partition(" ")
    return f"/{head}@{sandbox.world.bot.username} {rest}".strip()


async def state(bot: Running, chat_id: int, topic: int = 0) -> SubscriptionState | None:
    found = await bot.services.subscribing.settings(Place(chat_id, topic))
    return found.state if found else None


async def until_state(
    sandbox: Sandbox, bot: Running, person: Person, place: tuple[int, int], wanted: SubscriptionState | None
) -> Subscription | None:
    """Wait until the bot has noticed; updates of different chats have no order among them."""
    await arrive(person)
    for _ in range(100):
        found = await bot.services.subscribing.settings(Place(*place))
        if (found.state if found else None) is wanted:
            return found
        await person.ask("/privacy")
    raise AssertionError(f"{found} is not {wanted}")


async def test_a_group_is_greeted_and_not_subscribed_by_itself(
    sandbox: Sandbox, bot: Running, anna: Person, group: Chat
) -> None:
    hello = next(m for m in group.history if m.labels)
    assert await state(bot, group.id) is None
    await anna.click(hello, "Subscribe")
    assert await state(bot, group.id) is ACTIVE
    stored = await bot.services.subscribing.settings(Place(group.id))
    assert stored is not None
    assert stored.kind is ChatKind.SUPERGROUP


async def test_only_administrators_change_a_groups_settings(
    sandbox: Sandbox, bot: Running, anna: Person, boris: Person, group: Chat, clock: Clock
) -> None:
    hello = next(m for m in group.history if m.labels)
    pressed = await boris.click(hello, "Subscribe")
    assert pressed.answer
    assert "administrators" in pressed.answer["text"]
    refused = await boris.ask(at(sandbox, "subscribe"), group)
    assert "administrators" in refused.text
    boris.send(at(sandbox, "schedule 09:00"), group)
    answer = await boris.ask(at(sandbox, "privacy"), group)
    assert "administrators" not in answer.text
    assert sum("administrators" in m.text for m in group.history) == 1
    clock.forward(timedelta(minutes=1))
    assert "administrators" in (await boris.ask(at(sandbox, "forgetme"), group)).text
    name = sandbox.world.bot.username
    await boris.ask(f"/start@{name} subscribe", group)
    assert await state(bot, group.id) is None
    await anna.ask(f"/start@{name} subscribe", group)
    assert await state(bot, group.id) is ACTIVE


async def test_a_member_may_ask_for_the_news(
    sandbox: Sandbox, bot: Running, owner: Person, anna: Person, boris: Person, group: Chat
) -> None:
    await anna.ask(at(sandbox, "subscribe"), group)
    await owner.click(await submit(sandbox, owner), "Publish")
    boris.send(at(sandbox, "digest"), group)
    await sandbox.until(lambda: digests(group))


async def test_talk_in_a_group_is_left_alone(sandbox: Sandbox, bot: Running, anna: Person, group: Chat) -> None:
    anna.promote_bot(group)  # administrators see everything
    before = len(group.history)
    anna.send("Good evening, neighbours", group)
    anna.send("/weather", group)
    anna.send("/help@another_bot", group)
    answer = await anna.ask(at(sandbox, "nonsense"), group)
    assert "/help" in answer.text
    assert len(group.history) == before + 5


async def test_a_topic_subscribes_by_itself_and_gets_its_answers_there(
    sandbox: Sandbox, bot: Running, anna: Person
) -> None:
    forum = sandbox.people.supergroup("Desk", anna, forum=True)
    anna.add_bot(forum)
    await anna.answer(forum)
    topic = anna.create_topic(forum, "News")
    answer = await anna.ask(at(sandbox, "subscribe"), forum, topic=topic)
    assert answer.topic == topic.id
    assert await state(bot, forum.id, topic.id) is ACTIVE
    assert await state(bot, forum.id) is None
    page = await anna.ask(at(sandbox, "schedule 10:00"), forum, topic=topic)
    await anna.click(page, "12:00")
    stored = await bot.services.subscribing.settings(Place(forum.id, topic.id))
    assert stored is not None
    assert len(stored.schedule.times) == 2


async def test_a_closed_topic_waits_and_an_opened_one_goes_on(sandbox: Sandbox, bot: Running, anna: Person) -> None:
    forum = sandbox.people.supergroup("Desk", anna, forum=True)
    anna.add_bot(forum)
    await anna.answer(forum)
    topic = anna.create_topic(forum, "News")
    await anna.ask(at(sandbox, "subscribe"), forum, topic=topic)
    anna.close_topic(forum, topic)
    await anna.ask(at(sandbox, "privacy"), forum)
    assert await state(bot, forum.id, topic.id) is PAUSED
    anna.reopen_topic(forum, topic)
    await anna.ask(at(sandbox, "privacy"), forum)
    assert await state(bot, forum.id, topic.id) is ACTIVE
    anna.promote_bot(forum)  # administrators write in closed topics too
    anna.close_topic(forum, topic)
    await anna.ask(at(sandbox, "privacy"), forum)
    assert await state(bot, forum.id, topic.id) is ACTIVE


async def test_a_group_that_was_upgraded_keeps_its_subscription(sandbox: Sandbox, bot: Running, anna: Person) -> None:
    group = sandbox.people.group("Neighbours", anna)
    anna.add_bot(group)
    await anna.answer(group)
    await anna.ask(at(sandbox, "subscribe"), group)
    moved = anna.migrate(group)
    await anna.ask(at(sandbox, "privacy"), moved)
    assert await state(bot, moved.id) is ACTIVE
    assert await state(bot, group.id) is None


async def test_an_upgrade_told_as_leaving_first_stops_nothing(sandbox: Sandbox, bot: Running, anna: Person) -> None:
    group = sandbox.people.group("Neighbours", anna)
    anna.add_bot(group)
    await anna.answer(group)
    await anna.ask(at(sandbox, "subscribe"), group)
    await bot.services.subscribing.stopped_by(group.id, "left", now=bot.services.clock())
    moved = anna.migrate(group)
    await anna.ask(at(sandbox, "privacy"), moved)
    assert await state(bot, moved.id) is ACTIVE


async def test_a_group_that_threw_the_bot_out_gets_nothing_until_it_is_back(
    sandbox: Sandbox, bot: Running, anna: Person, group: Chat
) -> None:
    await anna.ask(at(sandbox, "subscribe"), group)
    anna.kick_bot(group)
    stopped = await until_state(sandbox, bot, anna, (group.id, 0), STOPPED)
    assert stopped is not None
    assert stopped.reason == "kicked"
    before = group.last_id
    anna.add_bot(group)
    await anna.answer(group, since=before)
    assert await state(bot, group.id) is ACTIVE


async def test_a_silenced_bot_in_a_group_waits_and_comes_back(
    sandbox: Sandbox, bot: Running, anna: Person, group: Chat
) -> None:
    await anna.ask(at(sandbox, "subscribe"), group)
    anna.mute_bot(group)
    waiting = await until_state(sandbox, bot, anna, (group.id, 0), PAUSED)
    assert waiting is not None
    assert waiting.reason == "no_rights"
    assert any("Neighbours" in message.text and "paused" in message.text for message in anna.inbox)
    before = group.last_id
    anna.promote_bot(group)
    assert "/schedule" in (await anna.answer(group, since=before)).text
    assert await state(bot, group.id) is ACTIVE


async def test_an_administrator_is_told_once_when_a_delivery_finds_the_rights_gone(
    sandbox: Sandbox, bot: Running, owner: Person, anna: Person, boris: Person, group: Chat
) -> None:
    await anna.ask(at(sandbox, "subscribe"), group)
    anna.promote(boris, group)
    await arrive(boris)  # the group's owner has never started the bot, so Telegram lets nobody write to her
    group.refusal = "CHAT_WRITE_FORBIDDEN"
    card = await submit(sandbox, owner)
    before = boris.chat.last_id
    await owner.click(card, "Publish and send now")
    assert "Neighbours" in (await boris.answer(since=before)).text
    assert await state(bot, group.id) is PAUSED
    await owner.click(await submit(sandbox, owner, ARTICLE.replace("Monday", "Tuesday")), "Publish and send now")
    await boris.ask("/privacy")
    assert sum("paused" in message.text for message in boris.inbox) == 1
    assert not anna.inbox


@pytest.mark.parametrize(
    ("inside", "may_send", "standing"),
    [(True, True, Standing.WRITES), (True, False, Standing.MUTE), (False, True, Standing.OUT)],
)
def test_a_restricted_bot_is_silent_only_if_it_may_not_send(inside: bool, may_send: bool, standing: Standing) -> None:
    names = [name for name in inspect.signature(ChatMemberRestricted).parameters if name.startswith("can_")]
    rights: dict[str, Any] = dict.fromkeys(names, False) | {"can_send_messages": may_send}
    bot = User(7, "Bot", is_bot=True)
    member = ChatMemberRestricted(user=bot, is_member=inside, until_date=START, **rights)
    assert standing_of(member, ChatKind.SUPERGROUP) is standing


async def test_who_adds_the_bot_to_a_channel_is_asked_and_subscribes_it(
    sandbox: Sandbox, bot: Running, anna: Person, channel: Chat
) -> None:
    before = anna.chat.last_id
    anna.add_bot(channel)
    offer = await anna.answer(since=before)
    assert "Relay" in offer.text
    assert await state(bot, channel.id) is None
    await anna.click(offer, "Subscribe this channel")
    assert await state(bot, channel.id) is ACTIVE
    assert not [m for m in channel.history if m.text]


async def test_a_channel_is_subscribed_by_a_post_or_by_its_name(
    sandbox: Sandbox, bot: Running, anna: Person, boris: Person, channel: Chat
) -> None:
    assert "Relay" in (await anna.ask("/subscribe @relay")).text  # the bot is not in it yet
    before = anna.chat.last_id
    anna.add_bot(channel)
    await anna.answer(since=before)
    await arrive(boris)
    await boris.ask("/subscribe @relay")
    assert await state(bot, channel.id) is None
    assert (await boris.ask("/subscribe @nowhere_at_all")).text
    await anna.ask("/subscribe @relay")
    assert await state(bot, channel.id) is ACTIVE
    post = anna.post(channel, "/unsubscribe")
    await anna.answer(channel, since=post.id)
    assert await state(bot, channel.id) is STOPPED
    post = anna.post(channel, "/subscribe")
    await anna.answer(channel, since=post.id)
    assert await state(bot, channel.id) is ACTIVE


async def test_a_forged_channel_button_subscribes_nothing(
    sandbox: Sandbox, bot: Running, anna: Person, boris: Person, channel: Chat
) -> None:
    before = anna.chat.last_id
    anna.add_bot(channel)
    offer = await anna.answer(since=before)
    welcome = await arrive(boris)
    forged = sandbox.world.add_callback(boris.user, welcome, offer.buttons[0]["callback_data"])
    await sandbox.until(lambda: forged.answer is not None)
    assert await state(bot, channel.id) is None


async def test_a_channel_without_the_right_to_post_waits(
    sandbox: Sandbox, bot: Running, anna: Person, channel: Chat
) -> None:
    anna.add_bot(channel)
    await until_offer(anna)
    await anna.ask("/subscribe @relay")
    before = anna.chat.last_id
    anna.promote_bot(channel, rights=["can_manage_chat"])
    assert "Relay" in (await anna.answer(since=before)).text  # who took the right is told
    await until_state(sandbox, bot, anna, (channel.id, 0), PAUSED)
    anna.promote_bot(channel)
    await until_state(sandbox, bot, anna, (channel.id, 0), ACTIVE)
    anna.demote_bot(channel)
    await until_state(sandbox, bot, anna, (channel.id, 0), STOPPED)


async def until_offer(anna: Person) -> None:
    """Wait for the message to who added the bot."""
    await anna.answer(since=anna.last.id)


async def test_one_who_blocks_the_bot_is_stopped_at_once(
    sandbox: Sandbox, bot: Running, anna: Person, boris: Person
) -> None:
    await arrive(anna, "subscribe")
    anna.block()
    stopped = await until_state(sandbox, bot, boris, (anna.id, 0), STOPPED)
    assert stopped is not None
    assert stopped.reason == "blocked"
