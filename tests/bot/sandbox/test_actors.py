"""What people do, and what the bot is told of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Bot, Update

from bot.sandbox import Person, Sandbox
from bot.sandbox.units import cut, from_utf16, utf16_len


def told(sandbox: Sandbox, bot: Bot) -> list[Update]:
    """Return the waiting updates, read by python-telegram-bot, and forget them."""
    updates = [Update.de_json(update, bot) for update in sandbox.world.updates.pending]
    sandbox.world.updates.drop()
    return updates


async def test_start_carries_the_deep_link_payload(sandbox: Sandbox, bot: Bot) -> None:
    person = sandbox.people.person("Anna", language_code="uk")
    person.start("from-channel")
    (update,) = told(sandbox, bot)
    assert update.message is not None
    assert update.message.text == "/start from-channel"
    assert update.message.entities[0].type == "bot_command"
    assert update.effective_user is not None
    assert update.effective_user.language_code == "uk"


async def test_a_long_text_comes_as_several_messages(sandbox: Sandbox, anna: Person, bot: Bot) -> None:
    text = "\n".join(f"{n} " + "слово 😀 " * 40 for n in range(40))
    parts = anna.send(text)
    assert len(parts) > 2
    assert [u.message.text for u in told(sandbox, bot) if u.message] == [part.text for part in parts]
    assert "".join(text.split()) == "".join("".join(part.text.split()) for part in parts)


@given(st.text(max_size=200), st.integers(2, 50))
def test_cutting_keeps_the_limit_and_every_character(text: str, limit: int) -> None:
    parts = cut(text, limit)
    assert all(utf16_len(part) <= limit for part in parts)
    joined = parts[0]
    for part in parts[1:]:
        gap = text[len(joined) : len(joined) + 1]
        joined += gap + part if gap in ("\n", " ") and text.startswith(joined + gap + part) else part
    assert joined == text


@given(st.text(max_size=50))
def test_utf16_offsets_lead_back_to_code_points(text: str) -> None:
    assert [from_utf16(text, utf16_len(text[:n])) for n in range(len(text) + 1)] == list(range(len(text) + 1))


async def test_blocking_and_coming_back_are_told(sandbox: Sandbox, anna: Person, bot: Bot) -> None:
    anna.block()
    anna.start()
    blocked, back, start = told(sandbox, bot)
    assert blocked.my_chat_member is not None
    assert back.my_chat_member is not None
    assert blocked.my_chat_member.difference()["status"] == ("member", "kicked")
    assert back.my_chat_member.difference()["status"] == ("kicked", "member")
    assert start.message is not None


async def test_in_a_group_privacy_mode_hides_what_is_not_for_the_bot(
    sandbox: Sandbox, anna: Person, boris: Person, bot: Bot
) -> None:
    group = sandbox.people.group("Desk", anna, [boris])
    anna.add_bot(group)
    added, service = told(sandbox, bot)
    assert added.my_chat_member is not None
    assert service.message is not None
    assert [user.id for user in service.message.new_chat_members] == [bot.id]
    boris.send("hello all", group)
    boris.send("/help@another_bot", group)
    boris.send("later /help", group)
    assert told(sandbox, bot) == []
    boris.send("/help", group)
    boris.send("/help@Sandbox_Digest_Bot", group)
    mine = await bot.send_message(group.id, "yes?")
    boris.send("a reply", group, reply_to=group.messages[mine.message_id])
    assert [u.message.text for u in told(sandbox, bot) if u.message] == [
        "/help", "/help@Sandbox_Digest_Bot", "a reply",
    ]  # fmt: skip
    anna.promote_bot(group)
    boris.send("hello again", group)
    assert [bool(update.my_chat_member) for update in told(sandbox, bot)] == [True, False]


async def test_an_upgrade_is_told_on_both_sides(sandbox: Sandbox, anna: Person, bot: Bot) -> None:
    group = sandbox.people.group("Desk", anna)
    anna.add_bot(group)
    told(sandbox, bot)
    new = anna.migrate(group)
    left, right = told(sandbox, bot)
    assert left.message is not None
    assert right.message is not None
    assert (left.message.chat.id, left.message.migrate_to_chat_id) == (group.id, new.id)
    assert (right.message.chat.id, right.message.migrate_from_chat_id) == (new.id, group.id)
    with pytest.raises(ValueError, match="cannot write"):
        anna.send("x", group)
    with pytest.raises(ValueError, match="once"):
        anna.migrate(group)


async def test_topics_and_what_is_written_in_them_are_told(sandbox: Sandbox, anna: Person, bot: Bot) -> None:
    forum = sandbox.people.supergroup("Forum", anna, forum=True)
    anna.add_bot(forum)
    told(sandbox, bot)
    topic = anna.create_topic(forum, "Digests")
    anna.send("/subscribe", forum, topic=topic)
    anna.close_topic(forum, topic)
    anna.reopen_topic(forum, topic)
    messages = [update.message for update in told(sandbox, bot) if update.message]
    assert [message.message_thread_id for message in messages] == [topic.id] * 4
    assert all(message.is_topic_message for message in messages)
    assert messages[0].forum_topic_created is not None
    assert messages[2].forum_topic_closed is not None
    with pytest.raises(ValueError, match="no such topic"):
        anna.send("x", forum, topic=99)


async def test_channel_posts_and_their_edits_are_told(sandbox: Sandbox, anna: Person, bot: Bot) -> None:
    channel = sandbox.people.channel("Coast Watch", anna)
    anna.add_bot(channel)
    told(sandbox, bot)
    post = anna.post(channel, "/subscribe")
    anna.edit(post, "changed")
    first, second = told(sandbox, bot)
    assert first.channel_post is not None
    assert first.channel_post.from_user is None
    assert first.channel_post.sender_chat is not None
    assert second.edited_channel_post is not None
    assert second.edited_channel_post.text == "changed"


async def test_forwards_carry_their_origin(sandbox: Sandbox, anna: Person, boris: Person, bot: Bot) -> None:
    anna.forward_post("words", title="Irena Dolkova", username="irena_dolkova", post_id=12, date=1_700_000_000)
    channel = sandbox.people.channel("Coast Watch", anna, [boris])
    boris.forward(anna.post(channel, "post"))
    one, two = (update.message.forward_origin for update in told(sandbox, bot) if update.message)
    assert one is not None
    assert two is not None
    assert one.to_dict() == {
        "type": "channel", "date": 1_700_000_000, "message_id": 12,
        "chat": {"id": -1_001_000_000_001, "type": "channel", "title": "Irena Dolkova", "username": "irena_dolkova"},
    }  # fmt: skip
    assert two.to_dict()["chat"]["id"] == channel.id


async def test_a_person_can_only_do_what_the_app_offers(
    sandbox: Sandbox, anna: Person, boris: Person, bot: Bot
) -> None:
    stranger = sandbox.people.person("Stranger")
    group = sandbox.people.group("Desk", anna, [boris])
    await bot.send_message(anna.id, "no buttons")
    refused: list[tuple[type[Exception], Any]] = [
        (ValueError, lambda: stranger.send("x")),
        (ValueError, lambda: stranger.send("x", group)),
        (ValueError, lambda: boris.send("x", anna.chat)),
        (ValueError, lambda: boris.add_bot(group)),
        (ValueError, lambda: boris.edit(anna.last, "x")),
        (ValueError, lambda: boris.send("  ")),
        (LookupError, lambda: anna.press(anna.last, "Go")),
        (LookupError, lambda: stranger.last),
    ]
    for error, action in refused:
        with pytest.raises(error):
            action()


async def test_joining_and_leaving_are_told(sandbox: Sandbox, anna: Person, boris: Person, bot: Bot) -> None:
    group = sandbox.people.supergroup("Desk", anna)
    anna.add_bot(group, admin=True)
    sandbox.world.updates.allow(["message", "chat_member"])
    told(sandbox, bot)
    boris.join(group)
    boris.leave(group)
    updates = told(sandbox, bot)
    assert [bool(update.chat_member) for update in updates] == [True, False, False, True]
    assert [u.message.left_chat_member is not None for u in updates if u.message] == [False, True]


async def test_waiting_for_a_silent_bot_ends(anna: Person) -> None:
    with pytest.raises(TimeoutError):
        await anna.ask("anyone?", seconds=0.01)
