"""The chat page's server side: what it shows, what it lets people do, whom it refuses."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import orjson
import pytest
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup

from bot.sandbox import Person, Sandbox


async def state(sandbox: Sandbox, http: aiohttp.ClientSession, **query: Any) -> dict[str, Any]:
    async with http.get(f"{sandbox.page_url}page/state", params=query) as response:
        assert response.status == 200
        found: dict[str, Any] = await response.json()
        return found


async def post(sandbox: Sandbox, http: aiohttp.ClientSession, what: str, **body: Any) -> tuple[int, Any]:
    async with http.post(f"{sandbox.page_url}page/{what}", json=body) as response:
        text = await response.read()
        return response.status, orjson.loads(text) if response.ok else text.decode()


@pytest.mark.parametrize("path", ["", "page.js", "text.js", "page.css"])
async def test_the_page_and_its_parts_are_served_without_anything_from_outside(
    sandbox: Sandbox, http: aiohttp.ClientSession, path: str
) -> None:
    async with http.get(sandbox.page_url + path) as response:
        text = await response.text()
        assert response.status == 200
        assert "default-src 'none'" in response.headers["content-security-policy"]
    assert "innerHTML" not in text
    assert 'src="http' not in text


async def test_an_empty_world_is_shown_as_such(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    assert (await state(sandbox, http))["people"] == []


async def test_a_person_sees_their_chats_and_the_conversation(
    sandbox: Sandbox, anna: Person, boris: Person, bot: Bot, http: aiohttp.ClientSession
) -> None:
    forum = sandbox.people.supergroup("Forum", anna, [boris], forum=True)
    sandbox.people.channel("Elsewhere", anna)
    anna.add_bot(forum)
    topic = anna.create_topic(forum, "Digests")
    await bot.send_message(forum.id, "<b>in topic</b>", parse_mode="HTML", message_thread_id=topic.id)
    await bot.send_message(boris.id, "hello")
    shown = await state(sandbox, http, person=boris.id)
    assert [chat["title"] for chat in shown["chats"]] == ["Digest Sandbox", "Forum"]
    assert [m["text"] for m in shown["conversation"]["messages"]] == ["/start", "hello"]
    assert [m["mine"] for m in shown["conversation"]["messages"]] == [True, False]
    shown = await state(sandbox, http, person=boris.id, chat=forum.id, topic=topic.id)
    opened, message = shown["conversation"]["messages"]
    assert opened["service"] == "Anna opened the topic"
    assert message["entities"] == [{"type": "bold", "offset": 0, "length": 8}]


async def test_typing_starting_and_pressing_reach_the_bot(
    sandbox: Sandbox, bot: Bot, http: aiohttp.ClientSession
) -> None:
    person = sandbox.people.person("Newcomer")
    before = await state(sandbox, http, person=person.id)
    assert (before["conversation"]["started"], before["conversation"]["can_write"]) == (False, False)
    assert await post(sandbox, http, "start", person=person.id) == (200, {})
    assert await post(sandbox, http, "send", person=person.id, text="hello") == (200, {})
    assert await post(sandbox, http, "send", person=person.id, text="words", file="article.txt") == (200, {})
    assert [message.text for message in person.chat.history] == ["/start", "hello", ""]
    assert (await post(sandbox, http, "send", person=person.id, text=" "))[0] == 400
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="go")]])
    sent = await bot.send_message(person.id, "x", reply_markup=keyboard)
    sandbox.world.updates.drop()

    async def answer() -> None:
        (update,) = await bot.get_updates(timeout=10)
        assert update.callback_query is not None
        await update.callback_query.answer("Gone", show_alert=True)

    task = asyncio.create_task(answer())
    status, result = await post(sandbox, http, "press", person=person.id, message=sent.message_id, data="go")
    await task
    assert (status, result["text"], result["show_alert"]) == (200, "Gone", True)
    assert (await post(sandbox, http, "press", person=person.id, message=sent.message_id, data="no"))[0] == 404
    assert (await post(sandbox, http, "press", person=person.id, message=999, data="go"))[0] == 404


async def test_the_command_menu_is_the_one_telegram_would_show(
    sandbox: Sandbox, bot: Bot, http: aiohttp.ClientSession
) -> None:
    person = sandbox.people.person("Olena", language_code="uk")
    person.start()
    await bot.set_my_commands([BotCommand("help", "Help")])
    await bot.set_my_commands([BotCommand("help", "Допомога")], language_code="uk")
    shown = await state(sandbox, http, person=person.id)
    assert shown["conversation"]["commands"] == [{"command": "help", "description": "Допомога"}]


async def test_changes_are_told_as_they_happen(sandbox: Sandbox, anna: Person, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{sandbox.page_url}page/events") as response:
        assert response.content_type == "text/event-stream"
        first = await response.content.readline()
        await response.content.readline()
        anna.send("x")
        second = await response.content.readline()
    assert int(second.split()[1]) > int(first.split()[1])


async def test_other_host_names_and_other_sites_are_refused(
    sandbox: Sandbox, anna: Person, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{sandbox.page_url}page/state", headers={"Host": "evil.example"}) as response:
        assert response.status == 400
    headers = {"Content-Type": "text/plain"}
    async with http.post(f"{sandbox.page_url}page/send", data='{"text":"x"}', headers=headers) as response:
        assert response.status == 415


async def test_nobody_looks_into_anothers_private_chat(
    sandbox: Sandbox, anna: Person, boris: Person, http: aiohttp.ClientSession
) -> None:
    anna.send("secret")
    shown = await state(sandbox, http, person=boris.id, chat=anna.id)
    assert shown["conversation"]["id"] == boris.id
