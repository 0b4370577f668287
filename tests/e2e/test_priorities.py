"""A long fan-out keeps nobody waiting who asks something."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import demo
from bot.app import Running, running
from bot.sandbox import Person, Sandbox
from bot.settings import Settings
from digests.model import ChatKind, EditionKind, Place
from tests.clocks import Clock
from tests.e2e.conftest import post

WAITING = 2_000
RATE = 50  # messages a second


@pytest.fixture
def settings(sandbox: Sandbox, editor: Person, settings: Settings) -> Settings:
    return settings.model_copy(update={"send_rate": float(RATE)})


async def subscribed(bot: Running, sandbox: Sandbox, clock: Clock) -> list[Person]:
    """Let many people subscribe, straight in the database: it is their digests that are to wait."""
    people = [sandbox.people.person(f"Reader {number}") for number in range(WAITING)]
    schedule = bot.services.subscribing._defaults.schedule
    for person in people:
        person.start()
    sandbox.world.updates.drop()
    async with bot.services.store.begin() as tx:
        for person in people:
            await tx.subscriptions.add(
                Place(person.id),
                ChatKind.PRIVATE,
                language="en",
                schedule=schedule,
                next_due_at=clock() + timedelta(days=1),
                now=clock(),
            )
    return people


async def test_help_is_answered_within_a_seconds_worth_of_messages_while_two_thousand_wait(
    sandbox: Sandbox, editor: Person, settings: Settings, clock: Clock
) -> None:
    async with running(settings, registry=demo.registry(), clock=clock) as bot:
        await subscribed(bot, sandbox, clock)
        anna = sandbox.people.person("Anna")
        await anna.answer(since=anna.start().id)
        editor.start()
        await post(sandbox, editor, demo.sample(), "send now")
        await sandbox.until(lambda: len(sandbox.calls("sendMessage")) > RATE)
        for _ in range(3):
            before = len(sandbox.calls("sendMessage"))
            answer = await anna.ask("/help")
            between = sandbox.calls("sendMessage")[before:]
            assert "/subscribe" in answer.text
            mine = [number for number, call in enumerate(between) if call.params.text("chat_id") == str(anna.id)]
            assert mine[0] <= RATE, "it stood behind more than a second of the fan-out"
        async with bot.services.store.read() as tx:
            [fan_out] = await tx.ledger.fan_outs((EditionKind.URGENT,))
        assert fan_out.rows == WAITING
        assert fan_out.settled < WAITING / 2
