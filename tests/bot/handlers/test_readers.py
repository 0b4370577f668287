"""What readers can do, as people do it."""

from __future__ import annotations

from datetime import time

import pytest

from bot.app import Running
from bot.sandbox import Person, Sandbox
from digests.model import Place, Subscription, SubscriptionState
from tests.bot.handlers.conftest import Start, arrive, digests, submit


async def subscription(bot: Running, chat_id: int, topic: int = 0) -> Subscription:
    found = await bot.services.subscribing.settings(Place(chat_id, topic))
    assert found is not None
    return found


async def test_start_welcomes_and_its_button_subscribes_once(bot: Running, anna: Person) -> None:
    welcome = await arrive(anna)
    await anna.click(welcome, "Subscribe")
    await anna.ask("/privacy")
    assert (await subscription(bot, anna.id)).state is SubscriptionState.ACTIVE
    assert welcome.edits
    assert not welcome.labels


async def test_a_deep_link_subscribes(bot: Running, anna: Person) -> None:
    await arrive(anna, "subscribe")
    assert (await subscription(bot, anna.id)).language == "en"


async def test_the_bot_speaks_the_language_of_the_persons_app(sandbox: Sandbox, bot: Running) -> None:
    olena = sandbox.people.person("Olena", language_code="uk")
    assert "Підписатися" in (await arrive(olena)).labels[0]
    await olena.ask("/subscribe")
    assert (await subscription(bot, olena.id)).language == "uk"


async def test_subscribing_twice_says_so_and_leaving_twice_too(bot: Running, anna: Person) -> None:
    await arrive(anna)
    first = await anna.ask("/subscribe")
    second = await anna.ask("/subscribe")
    assert first.text != second.text
    left = await anna.ask("/unsubscribe")
    again = await anna.ask("/unsubscribe")
    assert left.text != again.text
    assert (await subscription(bot, anna.id)).state is SubscriptionState.STOPPED
    await anna.ask("/subscribe")
    assert (await subscription(bot, anna.id)).state is SubscriptionState.ACTIVE


@pytest.mark.parametrize("command", ["help", "privacy", "mydata", "language", "channels"])
async def test_every_page_opens_for_a_stranger_too(bot: Running, anna: Person, command: str) -> None:
    await arrive(anna)
    answer = await anna.ask(f"/{command}")
    assert "went wrong" not in answer.text
    assert "no such command" not in answer.text


async def test_unknown_words_and_commands_get_a_helpful_line(bot: Running, anna: Person) -> None:
    await arrive(anna)
    assert "/help" in (await anna.ask("hello?")).text
    assert "/help" in (await anna.ask("/nonsense")).text
    sent = anna.send_document("photo.png", b"\x89PNG", mime="image/png")
    assert "/help" in (await anna.answer(since=sent.id)).text


async def test_digest_brings_what_is_new_once_and_latest_brings_it_always(
    sandbox: Sandbox, bot: Running, owner: Person, anna: Person
) -> None:
    await arrive(anna, "subscribe")
    card = await submit(sandbox, owner)
    assert "No articles" in (await anna.ask("/latest")).text
    await owner.click(card, "Publish")
    anna.send("/digest")
    await sandbox.until(lambda: digests(anna))
    assert "river bridge" not in (await anna.ask("/digest")).text
    assert "river bridge" in (await anna.ask("/latest")).text


async def test_a_stranger_who_asks_for_the_digest_sees_the_latest(
    sandbox: Sandbox, bot: Running, owner: Person, anna: Person
) -> None:
    await owner.click(await submit(sandbox, owner), "Publish")
    await arrive(anna)
    assert "river bridge" in (await anna.ask("/digest")).text


async def test_a_schedule_is_typed(bot: Running, anna: Person) -> None:
    await arrive(anna)
    assert "/subscribe" in (await anna.ask("/schedule 08:00")).text
    await anna.ask("/subscribe")
    await anna.ask("/schedule 07:30 20:00 mon-fri Europe/Kyiv")
    schedule = (await subscription(bot, anna.id)).schedule
    assert schedule.times == (time(7, 30), time(20))
    assert schedule.weekdays == frozenset(range(5))
    assert schedule.zone == "Europe/Kyiv"
    assert "lunchtime" in (await anna.ask("/schedule lunchtime")).text
    assert (await subscription(bot, anna.id)).schedule == schedule


async def test_a_schedule_is_pressed_and_the_last_time_cannot_be_taken_off(bot: Running, anna: Person) -> None:
    await arrive(anna, "subscribe")
    page = await anna.ask("/schedule 08:00")
    await anna.click(page, "09:00")
    assert "✓ 09:00" in page.labels
    await anna.click(page, "✓ 08:00")
    refused = await anna.click(page, "✓ 09:00")
    assert refused.answer
    assert refused.answer.get("text")
    await anna.click(page, "Days")
    await anna.click(page, "Monday to Friday")
    await anna.click(page, "Back")
    await anna.click(page, "Time zone")
    await anna.click(page, "Europe/Warsaw")
    await anna.click(page, "nothing new")
    stored = await subscription(bot, anna.id)
    assert stored.schedule.times == (time(9),)
    assert stored.schedule.weekdays == frozenset(range(5))
    assert stored.schedule.zone == "Europe/Warsaw"
    assert stored.tell_empty


async def test_the_same_setting_pressed_twice_is_set_once(bot: Running, anna: Person) -> None:
    await arrive(anna, "subscribe")
    page = await anna.ask("/schedule 08:00")
    button = next(b["callback_data"] for b in page.buttons if b["text"] == "09:00")
    first = anna.press(page, button)
    await anna.click(page, button)
    assert first.answer is not None
    assert (await subscription(bot, anna.id)).schedule.times == (time(8), time(9))


async def test_a_language_is_chosen_for_everything(bot: Running, anna: Person) -> None:
    await arrive(anna, "subscribe")
    page = await anna.ask("/language")
    await anna.click(page, "Українська")
    assert "✓ Українська" in page.labels
    assert "команди" in (await anna.ask("/nonsense")).text.lower()
    assert (await subscription(bot, anna.id)).language == "uk"


async def test_all_that_is_stored_is_shown_and_deleted_only_after_a_yes(bot: Running, anna: Person) -> None:
    await arrive(anna, "subscribe")
    await anna.ask("/mydata")
    question = await anna.ask("/forgetme")
    await anna.click(question, "Keep it")
    assert await bot.services.subscribing.my_data(anna.id)
    question = await anna.ask("/forgetme")
    await anna.click(question, "Delete everything")
    assert not await bot.services.subscribing.my_data(anna.id)
    assert not question.labels


async def test_buttons_work_after_a_restart(start: Start, anna: Person) -> None:
    async with start():
        await arrive(anna, "subscribe")
        page = await anna.ask("/schedule 08:00")
    async with start() as bot:
        await anna.click(page, "21:00")
        assert (await subscription(bot, anna.id)).schedule.times == (time(8), time(21))


async def test_a_button_of_another_version_is_answered(sandbox: Sandbox, bot: Running, anna: Person) -> None:
    await arrive(anna)
    page = await anna.ask("/language")
    for data in ("0:l:en", "1:l", "1:zz:1", "nonsense", "1:so:Mars/Olympus", "1:l:tlh", "1:st:x:1"):
        callback = sandbox.world.add_callback(anna.user, page, data)
        await sandbox.until(lambda callback=callback: callback.answer is not None)  # type: ignore[misc]


async def test_one_who_blocked_the_bot_is_taken_up_again_by_start(bot: Running, anna: Person) -> None:
    await arrive(anna, "subscribe")
    anna.block()
    await arrive(anna)
    assert (await subscription(bot, anna.id)).state is SubscriptionState.ACTIVE


async def test_one_who_left_by_themselves_is_not_taken_up_by_start(bot: Running, anna: Person) -> None:
    await arrive(anna, "subscribe")
    await anna.ask("/unsubscribe")
    assert "Subscribe" in (await anna.ask("/start")).labels
    assert (await subscription(bot, anna.id)).state is SubscriptionState.STOPPED
