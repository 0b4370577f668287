"""Every refusal of the error table: code, words and parameters, as python-telegram-bot's exceptions see them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken

from bot.sandbox import Chat, Person, Sandbox

Caller = Callable[..., Awaitable[dict[str, Any]]]
Spoil = Callable[[Sandbox, Person, Chat], object]


async def test_an_unknown_chat_is_not_found(bot: Bot) -> None:
    for chat_id in (1, -1, -1001, "@nobody_here"):
        with pytest.raises(BadRequest, match="Chat not found"):
            await bot.send_message(chat_id, "x")
    with pytest.raises(BadRequest, match="Chat_id is empty"):
        await bot.send_message("", "x")


async def test_a_person_who_never_started_cannot_be_written_to(sandbox: Sandbox, bot: Bot) -> None:
    stranger = sandbox.people.person("Stranger")
    with pytest.raises(Forbidden, match="Forbidden: bot can't initiate conversation with a user"):
        await bot.send_message(stranger.id, "x")


async def test_a_person_who_blocked_cannot_be_written_to_until_they_come_back(anna: Person, bot: Bot) -> None:
    anna.block()
    with pytest.raises(Forbidden, match="Forbidden: bot was blocked by the user"):
        await bot.send_message(anna.id, "x")
    anna.start()
    assert (await bot.send_message(anna.id, "x")).text == "x"


async def test_a_deleted_account_cannot_be_written_to(anna: Person, bot: Bot) -> None:
    anna.deactivate()
    with pytest.raises(Forbidden, match="Forbidden: user is deactivated"):
        await bot.send_message(anna.id, "x")


@pytest.mark.parametrize(
    ("kind", "spoil", "error", "text"),
    [
        ("group", lambda s, p, c: p.kick_bot(c), Forbidden, "bot was kicked from the group chat"),
        ("supergroup", lambda s, p, c: p.kick_bot(c), Forbidden, "bot was kicked from the supergroup chat"),
        ("channel", lambda s, p, c: p.kick_bot(c), Forbidden, "bot was kicked from the channel chat"),
        ("channel", lambda s, p, c: p.demote_bot(c), Forbidden, "bot is not a member of the channel chat"),
        ("group", lambda s, p, c: p.delete_chat(c), Forbidden, "the group chat was deleted"),
        ("supergroup", lambda s, p, c: p.delete_chat(c), BadRequest, "Chat not found"),
        ("channel", lambda s, p, c: p.promote_bot(c, []), BadRequest, "Need administrator rights in the channel chat"),
        ("group", lambda s, p, c: p.mute_bot(c), BadRequest, "Not enough rights to send text messages to the chat"),
        ("supergroup", lambda s, p, c: setattr(c, "muted", True), BadRequest, "Not enough rights to send text"),
        ("supergroup", lambda s, p, c: setattr(c, "refusal", "CHAT_WRITE_FORBIDDEN"), BadRequest, "Chat_write"),
        ("channel", lambda s, p, c: setattr(c, "refusal", "CHAT_RESTRICTED"), BadRequest, "Chat_restricted"),
    ],
)  # fmt: skip
async def test_a_chat_that_shuts_the_bot_out_says_why(
    sandbox: Sandbox, anna: Person, bot: Bot, kind: str, spoil: Spoil, error: type[Exception], text: str
) -> None:
    chat: Chat = getattr(sandbox.people, kind)("Desk", anna)
    anna.add_bot(chat)
    assert (await bot.send_message(chat.id, "before")).chat.id == chat.id
    spoil(sandbox, anna, chat)
    with pytest.raises(error, match=f"(?i){text}"):
        await bot.send_message(chat.id, "after")


async def test_a_chat_the_bot_left_knows_it_no_more(sandbox: Sandbox, anna: Person, bot: Bot) -> None:
    for kind in ("group", "supergroup"):
        chat: Chat = getattr(sandbox.people, kind)("Desk", anna)
        anna.add_bot(chat)
        assert await bot.leave_chat(chat.id)
        with pytest.raises(Forbidden, match=f"bot is not a member of the {kind} chat"):
            await bot.send_message(chat.id, "x")


async def test_a_public_channel_the_bot_is_not_in_shows_itself_but_not_its_posts(
    sandbox: Sandbox, anna: Person, bot: Bot
) -> None:
    channel = sandbox.people.channel("Coast Watch", anna, username="coastwatch")
    post = anna.post(channel, "news")
    assert (await bot.get_chat("@CoastWatch")).title == "Coast Watch"
    with pytest.raises(Forbidden, match="bot is not a member of the channel chat"):
        await bot.send_message("@coastwatch", "x")
    with pytest.raises(BadRequest, match="Message to forward not found"):
        await bot.forward_message(anna.id, channel.id, post.id)
    with pytest.raises(BadRequest, match="Message to copy not found"):
        await bot.copy_message(anna.id, channel.id, post.id)


async def test_an_upgraded_group_tells_its_new_id(sandbox: Sandbox, anna: Person, bot: Bot) -> None:
    group = sandbox.people.group("Desk", anna)
    anna.add_bot(group)
    new = anna.migrate(group)
    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(group.id, "x")
    assert caught.value.new_chat_id == new.id
    assert (await bot.send_message(new.id, "x")).chat.type == "supergroup"


async def test_topics_that_are_closed_or_gone_refuse(sandbox: Sandbox, anna: Person, bot: Bot) -> None:
    forum = sandbox.people.supergroup("Forum", anna, forum=True)
    anna.add_bot(forum)
    topic = anna.create_topic(forum, "Digests")
    sent = await bot.send_message(forum.id, "x", message_thread_id=topic.id)
    assert sent.message_thread_id == topic.id
    anna.close_topic(forum, topic)
    with pytest.raises(BadRequest, match="Topic_closed"):
        await bot.send_message(forum.id, "x", message_thread_id=topic.id)
    anna.reopen_topic(forum, topic)
    await bot.send_message(forum.id, "x", message_thread_id=topic.id)
    reply = await bot.send_message(forum.id, "x", reply_to_message_id=sent.message_id)
    assert reply.message_thread_id == topic.id
    anna.close_topic(forum, forum.topics[1])
    with pytest.raises(BadRequest, match="Topic_closed"):
        await bot.send_message(forum.id, "x")
    anna.reopen_topic(forum, forum.topics[1])
    anna.delete_topic(forum, topic)
    for thread in (topic.id, 1, 999):
        with pytest.raises(BadRequest, match="Message thread not found"):
            await bot.send_message(forum.id, "x", message_thread_id=thread)


async def test_editing_says_what_is_wrong(sandbox: Sandbox, anna: Person, bot: Bot) -> None:
    message = await bot.send_message(anna.id, "<b>x</b>", parse_mode="HTML")
    with pytest.raises(BadRequest, match="Message is not modified: specified new message content and reply markup"):
        await message.edit_text("<b>x</b>", parse_mode="HTML")
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("y", anna.id, 999)
    theirs = anna.send("mine")[-1]
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("y", anna.id, theirs.id)
    forwarded = await bot.forward_message(anna.id, anna.id, theirs.id)
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("y", anna.id, forwarded.message_id)
    with pytest.raises(BadRequest, match="Message text is empty"):
        await bot.edit_message_text("", anna.id, message.message_id)
    await message.edit_text("x")
    assert anna.chat.messages[message.message_id].edits == [("x", None)]


async def test_deleting_says_what_is_wrong(sandbox: Sandbox, anna: Person, boris: Person, bot: Bot) -> None:
    message = await bot.send_message(anna.id, "x")
    assert await message.delete()
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await message.delete()
    old = await bot.send_message(anna.id, "x")
    anna.chat.messages[old.message_id].date -= 48 * 3600 + 1
    with pytest.raises(BadRequest, match="Message can't be deleted for everyone"):
        await old.delete()
    group = sandbox.people.supergroup("Desk", anna, [boris])
    anna.add_bot(group)
    theirs = boris.send("x", group)[-1]
    with pytest.raises(BadRequest, match=r"Message can't be deleted$"):
        await bot.delete_message(group.id, theirs.id)
    anna.promote_bot(group)
    theirs.date -= 100 * 3600
    assert await bot.delete_message(group.id, theirs.id)


@pytest.mark.parametrize(
    ("button", "text"),
    [
        (InlineKeyboardButton("x", callback_data="é" * 33), "Button_data_invalid"),
        (InlineKeyboardButton("x", callback_data=""), "Text buttons are unallowed in the inline keyboard"),
        (InlineKeyboardButton(" ", callback_data="x"), "Button_text_invalid"),
        (InlineKeyboardButton("x", url="nowhere"), "Button_url_invalid"),
    ],
)
async def test_buttons_outside_the_limits_are_refused(
    anna: Person, bot: Bot, button: InlineKeyboardButton, text: str
) -> None:
    with pytest.raises(BadRequest, match=f"(?i){text}"):
        await bot.send_message(anna.id, "x", reply_markup=InlineKeyboardMarkup([[button]]))


async def test_more_than_a_hundred_buttons_are_refused(anna: Person, bot: Bot) -> None:
    row = [InlineKeyboardButton("x", callback_data="é" * 32)]
    await bot.send_message(anna.id, "x", reply_markup=InlineKeyboardMarkup([row] * 100))
    assert len(anna.last.buttons) == 100
    with pytest.raises(BadRequest, match=r"(?i)reply_markup_too_long"):
        await bot.send_message(anna.id, "x", reply_markup=InlineKeyboardMarkup([row] * 101))


async def test_texts_too_long_or_empty_are_refused_and_wrong_html_is_named(anna: Person, bot: Bot) -> None:
    for text, complaint in (("x" * 4097, "Message is too long"), ("", "Message text is empty"), (" ", "Text must be")):
        with pytest.raises(BadRequest, match=complaint):
            await bot.send_message(anna.id, text)
    with pytest.raises(BadRequest, match="Can't parse entities: unsupported start tag"):
        await bot.send_message(anna.id, "<p>x</p>", parse_mode="HTML")
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_document(anna.id, b"x", filename="x.txt", caption="x" * 1025)
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(anna.id, "x", reply_to_message_id=999)
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired or query id is invalid"):
        await bot.answer_callback_query("1")


async def test_a_wrong_token_and_an_unknown_method_are_refused(sandbox: Sandbox, call: Caller) -> None:
    assert await call("sendNothing") == {
        "ok": False, "error_code": 404, "description": "Not Found: method not found",
    }  # fmt: skip
    with pytest.raises(InvalidToken):
        async with Bot("7000000000:wrong", base_url=sandbox.base_url):
            pass


async def test_after_logging_out_the_token_is_refused(call: Caller) -> None:
    assert (await call("logOut"))["result"] is True
    assert (await call("getMe"))["error_code"] == 401


async def test_polling_and_a_webhook_exclude_each_other(bot: Bot) -> None:
    await bot.set_webhook("https://example.org/hook")
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    assert (await bot.get_webhook_info()).url == "https://example.org/hook"
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({"url": "http://example.org"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "https://example.org:81/x"}, "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"),
        ({"url": "https://example.org", "secret_token": "no space"}, "secret token contains unallowed characters"),
        ({"url": "https://example.org", "secret_token": "x" * 257}, "secret token is too long"),
    ],
)
async def test_a_webhook_must_be_well_formed(call: Caller, params: dict[str, str], text: str) -> None:
    assert (await call("setWebhook", **params))["description"] == f"Bad Request: {text}"
