"""What owners see of deliveries and can do about them; what readers ask for that passed them by."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import live
from bot.app import Running
from bot.menu import Scope, menu
from bot.sandbox import Message, Person, Sandbox
from bot.settings import Settings
from tests.bot.handlers.conftest import ARTICLE, Start, arrive, digests, submit
from tests.clocks import Clock

READERS = 12


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A bot that is soon alarmed."""
    return settings.model_copy(update={"storm_minimum": 5})


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "EVERY", 0.05)
    monkeypatch.setattr(live, "_AT_MOST", 1.0)


@pytest.fixture
async def readers(sandbox: Sandbox, bot: Running) -> list[Person]:
    """People who subscribed."""
    people = [sandbox.people.person(f"Reader {number}") for number in range(READERS)]
    for person in people:
        await arrive(person, "subscribe")
    return people


async def send_now(sandbox: Sandbox, owner: Person, text: str = ARTICLE) -> None:
    """Publish an article and send it to everybody."""
    await owner.click(await submit(sandbox, owner, text), "Publish and send now")


async def told(sandbox: Sandbox, owner: Person, words: str) -> Message:
    """Wait for a message to the owner with these words."""
    await sandbox.until(lambda: any(words in message.text for message in owner.inbox))
    return next(message for message in owner.inbox if words in message.text)


def test_nobody_but_owners_sees_it() -> None:
    seen = {scope for scope in Scope if "deliveries" in dict(menu(scope, "en"))}
    assert seen == {Scope.OWNER}


async def test_deliveries_are_listed_and_opened(
    sandbox: Sandbox, bot: Running, owner: Person, anna: Person, readers: list[Person]
) -> None:
    await arrive(anna)
    assert "no such command" in (await anna.ask("/deliveries")).text
    await arrive(owner)
    assert "Nothing has been delivered" in (await owner.ask("/deliveries")).text
    readers[0].block()
    await send_now(sandbox, owner)
    await sandbox.until(lambda: all(digests(reader) for reader in readers[1:]))
    listed = await owner.ask("/deliveries")
    assert "sent at once" in listed.text
    await owner.click(listed, "1")
    assert f"sent: {READERS - 1}" in listed.text
    await owner.click(listed, "Back")
    assert listed.text.startswith("Deliveries")


async def test_the_progress_of_a_fan_out_is_shown_live_and_over_a_restart(
    sandbox: Sandbox, start: Start, owner: Person, clock: Clock
) -> None:
    async with start():
        readers = [sandbox.people.person(f"Reader {number}") for number in range(READERS)]
        for person in readers:
            await arrive(person, "subscribe")
        await arrive(owner)
        card = await submit(sandbox, owner)
        sandbox.faults.flood(3600, method="sendMessage", chat=readers[5], times=1)
        await owner.click(card, "Publish and send now")
        await sandbox.until(lambda: sum(bool(digests(reader)) for reader in readers) == READERS - 1)
        shown = await owner.ask("/deliveries")
        await sandbox.until(lambda: f"{READERS - 1} of {READERS} done, 1 to go" in shown.text)
        assert "▓" in shown.text
        edits = len(shown.edits)
        assert owner.last is shown
    clock.forward(timedelta(hours=2))
    async with start():
        await sandbox.until(lambda: digests(readers[5]))
        await sandbox.until(lambda: "to go" not in shown.text)
    assert len(shown.edits) > edits
    assert f"sent: {READERS}" in shown.text
    assert owner.last is shown


async def test_a_storm_is_told_to_the_owner_whose_button_lets_deliveries_go_on(
    sandbox: Sandbox, bot: Running, owner: Person, readers: list[Person]
) -> None:
    card = await submit(sandbox, owner)
    for reader in readers:
        sandbox.faults.error(400, "Bad Request: something new", method="sendMessage", chat=reader)
    await owner.click(card, "Publish and send now")
    alarm = await told(sandbox, owner, "Delivery is paused")
    assert "Telegram refused the message" in alarm.text
    sandbox.faults.clear()
    listed = await owner.ask("/deliveries")
    assert "⏸" in listed.text
    assert "Resume delivery" in listed.labels
    await owner.click(alarm, "Resume delivery")
    assert "goes on" in alarm.text
    pressed = await owner.click(listed, "Resume delivery")
    assert pressed.answer
    assert "Already" in pressed.answer["text"]
    await send_now(sandbox, owner, ARTICLE.replace("Monday", "Tuesday"))
    await sandbox.until(lambda: all(digests(reader) for reader in readers))


async def test_who_asks_for_news_in_a_pause_is_told_that_they_come_later(
    sandbox: Sandbox, bot: Running, owner: Person, anna: Person, readers: list[Person]
) -> None:
    await arrive(anna, "subscribe")
    card = await submit(sandbox, owner)
    for reader in readers:
        sandbox.faults.error(400, "Bad Request: something new", method="sendMessage", chat=reader)
    await owner.click(card, "Publish and send now")
    alarm = await told(sandbox, owner, "Delivery is paused")
    assert "comes as soon as it goes on" in (await anna.ask("/latest")).text
    sandbox.faults.clear()
    before = len(digests(anna))
    await owner.click(alarm, "Resume delivery")
    await sandbox.until(lambda: len(digests(anna)) > before)


async def test_what_may_have_arrived_is_sent_again_only_when_the_owner_is_sure(
    sandbox: Sandbox, bot: Running, owner: Person, readers: list[Person], clock: Clock
) -> None:
    lost = readers[3]
    fault = sandbox.faults.reset(method="sendMessage", chat=lost, times=2)
    await send_now(sandbox, owner)
    await sandbox.until(lambda: fault.used == 1)
    while fault.used < 2:
        clock.forward(timedelta(seconds=5))
        bot.services.worker.poke()
        await owner.ask("/privacy")
    await sandbox.until(lambda: all(digests(reader) for reader in readers if reader is not lost))
    listed = await owner.ask("/deliveries")
    await owner.click(listed, "1")
    while not any("unknown again" in label for label in listed.labels):
        await owner.click(listed, "Bring up to date")
    label = next(label for label in listed.labels if "unknown again" in label)
    await owner.click(listed, label)
    assert "possible repeat" in listed.text
    assert not digests(lost)
    await owner.click(listed, "Send again, marked")
    await sandbox.until(lambda: "ossible repeat" in lost.last.text)


async def test_who_was_away_asks_for_what_passed_by(
    sandbox: Sandbox, bot: Running, owner: Person, anna: Person
) -> None:
    await arrive(anna)
    assert "does not receive" in (await anna.ask("/missed")).text
    await anna.ask("/subscribe")
    assert "Nothing passed you by" in (await anna.ask("/missed")).text
    await anna.ask("/unsubscribe")
    await owner.click(await submit(sandbox, owner), "Publish")
    await anna.ask("/subscribe")
    assert "river bridge at Tavrin" in (await anna.ask("/missed")).text
    assert "Nothing passed you by" in (await anna.ask("/missed")).text
