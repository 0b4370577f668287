"""What the methods do when all is well, called by python-telegram-bot and by hand in every encoding."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import orjson
import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
)
from telegram.error import BadRequest

from bot.sandbox import Person, Sandbox

Caller = Callable[..., Awaitable[dict[str, Any]]]


async def test_the_bot_learns_who_it_is(sandbox: Sandbox, bot: Bot) -> None:
    assert (bot.id, bot.username) == (sandbox.world.bot.id, "sandbox_digest_bot")


async def test_a_message_arrives_as_it_was_sent(anna: Person, bot: Bot) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="go:1")]])
    sent = await bot.send_message(
        anna.id,
        "😀 <b>Hello</b>",
        parse_mode="HTML",
        reply_markup=keyboard,
        disable_notification=True,
        link_preview_options=LinkPreviewOptions(url="https://example.org", show_above_text=True),
    )
    assert (sent.text, sent.entities[0].offset, sent.message_id) == ("😀 Hello", 3, anna.last.id)
    assert anna.last.labels == ["Go"]
    assert anna.last.silent
    assert anna.last.preview == {"url": "https://example.org", "show_above_text": True}
    assert sent.link_preview_options is not None
    assert sent.link_preview_options.url == "https://example.org"


async def test_an_edit_replaces_text_and_takes_the_keyboard_away(anna: Person, bot: Bot) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="go:1")]])
    sent = await bot.send_message(anna.id, "one", reply_markup=keyboard)
    edited = await bot.edit_message_text("two", anna.id, sent.message_id)
    assert not isinstance(edited, bool)
    assert (edited.text, edited.reply_markup) == ("two", None)
    await bot.edit_message_reply_markup(anna.id, sent.message_id, reply_markup=keyboard)
    assert (anna.last.text, anna.last.labels, len(anna.last.edits)) == ("two", ["Go"], 2)


async def test_a_pressed_button_reaches_the_bot_and_its_answer_the_person(anna: Person, bot: Bot) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Go now", callback_data="go:1")]])
    await bot.send_message(anna.id, "x", reply_markup=keyboard)
    callback = anna.press(anna.last, "Go")
    (update,) = await bot.get_updates()
    query = update.callback_query
    assert query is not None
    assert (query.data, query.from_user.id) == ("go:1", anna.id)
    await query.answer("Done", show_alert=True)
    assert callback.answer == {"text": "Done", "show_alert": True, "url": ""}
    await query.edit_message_text("after")
    assert anna.last.text == "after"


async def test_documents_go_both_ways(anna: Person, bot: Bot) -> None:
    anna.send_document("article.txt", "Слово", caption="see /help")
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.document is not None
    assert update.message.document.mime_type == "text/plain"
    file = await update.message.document.get_file()
    assert bytes(await file.download_as_bytearray()).decode() == "Слово"
    sent = await bot.send_document(
        anna.id, b"\r\n--data\x00\xff", filename="Звіт.bin", caption="<i>c</i>", parse_mode="HTML"
    )
    assert sent.document is not None
    assert anna.last.document is not None
    assert anna.last.document.data == b"\r\n--data\x00\xff"
    assert (sent.document.file_name, sent.caption) == ("Звіт.bin", "c")
    again = await bot.send_document(anna.id, sent.document.file_id)
    assert again.document == sent.document
    with pytest.raises(BadRequest, match="Wrong file_id"):
        await bot.get_file("nothing")


async def test_forwards_keep_the_origin_and_copies_do_not(
    sandbox: Sandbox, anna: Person, boris: Person, bot: Bot
) -> None:
    post = anna.forward_post("words", title="Irena Dolkova", username="irena_dolkova", post_id=12)
    forwarded = await bot.forward_message(boris.id, anna.id, post.id)
    assert forwarded.forward_origin is not None
    assert forwarded.forward_origin.to_dict()["message_id"] == 12
    copied = await bot.copy_message(boris.id, anna.id, post.id)
    assert boris.chat.messages[copied.message_id].origin is None
    assert [message.text for message in boris.inbox] == ["words", "words"]
    anna.chat.protected = True
    with pytest.raises(BadRequest, match="Message can't be forwarded"):
        await bot.forward_message(boris.id, anna.id, post.id)


async def test_chats_and_members_are_told(sandbox: Sandbox, anna: Person, boris: Person, bot: Bot) -> None:
    group = sandbox.people.supergroup("Desk", anna, [boris], username="desk_group")
    anna.add_bot(group)
    assert (await bot.get_chat(group.id)).username == "desk_group"
    assert (await bot.get_chat(anna.id)).first_name == "Anna"
    member = await bot.get_chat_member(group.id, boris.id)
    assert member.status == "member"
    anna.promote(boris, group)
    assert {admin.user.id for admin in await bot.get_chat_administrators(group.id)} == {anna.id, boris.id}
    assert (await bot.get_chat_member(group.id, anna.id)).status == "creator"
    assert await bot.get_chat_member_count(group.id) == 3
    assert await bot.send_chat_action(group.id, "typing")
    with pytest.raises(BadRequest, match="There are no administrators in the private chat"):
        await bot.get_chat_administrators(anna.id)


async def test_commands_are_kept_by_scope_and_language(sandbox: Sandbox, anna: Person, bot: Bot) -> None:
    await bot.set_my_commands([BotCommand("help", "Help")])
    await bot.set_my_commands([BotCommand("help", "Допомога")], language_code="uk")
    await bot.set_my_commands([BotCommand("drafts", "Drafts")], scope=BotCommandScopeChat(anna.id))
    assert [c.description for c in await bot.get_my_commands(language_code="uk")] == ["Допомога"]
    assert [c.command for c in await bot.get_my_commands(scope=BotCommandScopeChat(anna.id))] == ["drafts"]
    assert await bot.get_my_commands(scope=BotCommandScopeAllPrivateChats()) == ()
    await bot.delete_my_commands(scope=BotCommandScopeChat(anna.id))
    assert await bot.get_my_commands(scope=BotCommandScopeChat(anna.id)) == ()
    for command, complaint in (
        (("Help", "x"), "Bot_command_invalid"),
        (("help", ""), "Bot_command_description_invalid"),
    ):
        with pytest.raises(BadRequest, match=f"(?i){complaint}"):
            await bot.set_my_commands([command])
    with pytest.raises(BadRequest, match=r"(?i)bot_commands_too_much"):
        await bot.set_my_commands([BotCommand(f"c{n}", "x") for n in range(101)])
    with pytest.raises(BadRequest, match="Invalid language code specified"):
        await bot.set_my_commands([], language_code="ukr")


async def test_texts_about_the_bot_are_kept_by_language(bot: Bot) -> None:
    await bot.set_my_description("About")
    await bot.set_my_description("Про", language_code="uk")
    await bot.set_my_short_description("Short")
    await bot.set_my_name("Name")
    assert (await bot.get_my_description("uk")).description == "Про"
    assert (await bot.get_my_description("ru")).description == "About"
    assert (await bot.get_my_short_description()).short_description == "Short"
    assert (await bot.get_my_name()).name == "Name"
    with pytest.raises(BadRequest, match=r"(?i)description_too_long"):
        await bot.set_my_short_description("x" * 121)


@pytest.mark.parametrize("encoding", ["json", "form", "multipart", "query"])
async def test_parameters_come_in_every_encoding(
    sandbox: Sandbox, anna: Person, http: aiohttp.ClientSession, encoding: str
) -> None:
    url = f"{sandbox.base_url}{sandbox.token}/SENDmessage"
    markup = {"inline_keyboard": [[{"text": "a+b & c%", "callback_data": "x=1"}]]}
    text = "50% + 1 & «Так» 😀 = x"
    flat = {"chat_id": str(anna.id), "text": text, "reply_markup": orjson.dumps(markup).decode()}
    if encoding == "json":
        request = http.post(url, json={"chat_id": anna.id, "text": text, "reply_markup": markup, "parse_mode": None})
    elif encoding == "form":
        request = http.post(url, data=flat)
    elif encoding == "multipart":
        form = aiohttp.FormData(flat)
        form.add_field("unused", b"x", filename="x.bin")
        request = http.post(url, data=form)
    else:
        request = http.get(url, params=flat)
    async with request as response:
        assert (await response.json())["result"]["text"] == text
    assert anna.last.markup == markup


async def test_what_is_no_json_object_is_refused(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    url = f"{sandbox.base_url}{sandbox.token}/sendMessage"
    for body in ("[1]", "{"):
        async with http.post(url, data=body, headers={"Content-Type": "application/json"}) as response:
            assert (response.status, (await response.json())["description"]) == (
                400,
                "Bad Request: can't parse JSON object",
            )


async def test_every_call_is_remembered_with_its_outcome(sandbox: Sandbox, anna: Person, call: Caller) -> None:
    await call("sendMessage", chat_id=anna.id, text="x")
    await call("sendMessage", chat_id=1, text="x")
    first, second = sandbox.calls("sendMessage")
    assert (first.status, first.outcome, first.result["text"]) == (200, "ok", "x")
    assert (second.status, second.outcome) == (400, "Bad Request: chat not found")
    assert sandbox.calls("sendMessage", chat=anna) == [first]
