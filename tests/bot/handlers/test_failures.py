"""What people and the operator see when something goes wrong on our side, and what is never written down."""

from __future__ import annotations

import pytest
import structlog
from structlog.testing import LogCapture
from telegram.error import ChatMigrated

from bot.app import Running
from bot.sandbox import Person, Sandbox
from tests.bot.handlers.conftest import Start, arrive

SECRET_WORDS = "the name of my village"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> LogCapture:
    """What the error handler logs."""
    capture = LogCapture()
    monkeypatch.setattr("bot.handlers.errors.log", structlog.wrap_logger(None, processors=[capture]))
    return capture


@pytest.fixture
def broken(bot: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let asking what is stored fail with an error that quotes the person."""
    monkeypatch.setattr(bot.services.pages, "my_data", fail_now)


def fail_now(*_: object, **__: object) -> str:
    raise RuntimeError(SECRET_WORDS)


async def test_a_failure_is_told_to_the_person_and_the_owner_and_logged_without_words(
    log: LogCapture, caplog: pytest.LogCaptureFixture, bot: Running, owner: Person, anna: Person, broken: None
) -> None:
    await arrive(owner)
    await arrive(anna)
    before = owner.chat.last_id
    assert "went wrong" in (await anna.ask("/mydata")).text
    assert "RuntimeError" in (await owner.answer(since=before)).text
    assert "went wrong" not in (await anna.ask("/privacy")).text
    assert [entry["event"] for entry in log.entries] == ["handler.failed"]
    written = repr(log.entries) + caplog.text
    assert SECRET_WORDS not in written
    assert str(anna.id) not in written


async def test_a_group_that_moves_away_meanwhile_is_not_logged_by_its_id(
    log: LogCapture, bot: Running, anna: Person, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def moved(*_: object, **__: object) -> str:
        raise ChatMigrated(-1001234567890)

    await arrive(anna)
    monkeypatch.setattr(bot.services.pages, "my_data", moved)
    anna.send("/mydata")
    await sandbox.until(lambda: log.entries)
    assert "ChatMigrated" in repr(log.entries)
    assert "1234567890" not in repr(log.entries)


async def test_a_button_that_fails_is_answered_all_the_same(
    bot: Running, owner: Person, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await arrive(owner)
    await arrive(anna, "subscribe")
    page = await anna.ask("/schedule 08:00")
    monkeypatch.setattr(bot.services.pages, "schedule", fail_now)
    before = anna.chat.last_id
    await anna.click(page, "09:00")
    assert "went wrong" in (await anna.answer(since=before)).text


async def test_a_person_who_blocks_before_the_answer_breaks_nothing(
    sandbox: Sandbox, bot: Running, anna: Person, owner: Person
) -> None:
    await arrive(anna)
    await arrive(owner)
    sandbox.faults.error(403, "Forbidden: bot was blocked by the user", method="sendMessage", chat=anna, times=2)
    anna.send("/help")
    anna.send("/start")
    assert (await anna.ask("/privacy")).text
    assert len(owner.inbox) == 1


async def test_an_old_press_that_telegram_forgot_still_does_its_work(
    sandbox: Sandbox, bot: Running, anna: Person
) -> None:
    welcome = await arrive(anna)
    sandbox.faults.error(
        400, "Bad Request: query is too old and response timeout expired or query ID is invalid",
        method="answerCallbackQuery",
    )  # fmt: skip
    anna.press(welcome, "Subscribe")
    await sandbox.until(lambda: welcome.edits)
    assert len(await bot.services.subscribing.my_data(anna.id)) == 1


async def test_an_answer_that_cannot_be_edited_comes_anew(sandbox: Sandbox, bot: Running, anna: Person) -> None:
    welcome = await arrive(anna)
    sandbox.faults.error(400, "Bad Request: message can't be edited", method="editMessageText", times=1)
    before = anna.chat.last_id
    await anna.click(welcome, "Subscribe")
    assert (await anna.answer(since=before)).text


async def test_menus_are_sent_once_and_staff_have_their_own(
    sandbox: Sandbox, start: Start, owner: Person, anna: Person
) -> None:
    async with start():
        await sandbox.until(lambda: ("short_description", "ru") in sandbox.world.menus.texts)
        await arrive(owner)
        await arrive(anna)
    staff = ("chat", owner.id)
    names = [command["command"] for command in sandbox.world.menus.commands[(staff, "uk")]]
    assert {"drafts", "editors", "stats"} <= set(names)
    for scope, codes in (("all_private_chats", ["", "en", "uk", "ru"]), ("all_group_chats", ["", "uk"])):
        for code in codes:
            public = {command["command"] for command in sandbox.world.menus.commands[((scope,), code)]}
            assert "digest" in public
            assert not public & {"drafts", "articles", "stats", "editors"}
    before = len(sandbox.calls("setMyCommands"))
    async with start():
        await anna.ask("/privacy")
    assert len(sandbox.calls("setMyCommands")) == before


async def test_an_editors_menu_comes_and_goes_with_the_right_to_post(
    sandbox: Sandbox, bot: Running, owner: Person, anna: Person
) -> None:
    await arrive(anna)
    await arrive(owner)
    await owner.ask(f"/editors add {anna.id}")
    names = {command["command"] for command in sandbox.world.menus.commands[(("chat", anna.id), "")]}
    assert "drafts" in names
    assert "editors" not in names
    await owner.ask(f"/editors remove {anna.id}")
    assert (("chat", anna.id), "") not in sandbox.world.menus.commands


async def test_menus_that_telegram_refuses_stop_nothing_and_are_sent_next_time(
    sandbox: Sandbox, start: Start, anna: Person
) -> None:
    sandbox.faults.error(400, "Bad Request: BOT_COMMANDS_TOO_MUCH", method="setMyCommands", times=1)
    async with start():
        await arrive(anna)
    async with start():
        await sandbox.until(lambda: ("short_description", "ru") in sandbox.world.menus.texts)
