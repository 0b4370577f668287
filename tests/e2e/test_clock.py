"""The wall clock is set wrong and right again around the hour of the digest: each article still comes once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot import demo
from bot.sandbox import Message, Person, Sandbox
from tests.clocks import Clock
from tests.e2e.conftest import Start, post, subscriber

HOUR = timedelta(hours=1)
FIRST, SECOND = "since the spring", "since the autumn"


def digests(person: Person, words: str) -> list[Message]:
    """Return the messages with those words."""
    return [message for message in person.inbox if words in message.text]


@pytest.fixture
def at_eight() -> datetime:
    """The hour of everybody's digest, tomorrow."""
    return datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


async def published(sandbox: Sandbox, editor: Person, words: str) -> None:
    """Publish the sample, with other words in its lead."""
    await post(sandbox, editor, demo.sample().replace(FIRST, words), "Publish")


async def test_a_clock_that_goes_an_hour_ahead_and_back_costs_nobody_an_article(
    sandbox: Sandbox, editor: Person, start: Start, clock: Clock, at_eight: datetime
) -> None:
    async with start():
        anna = await subscriber(sandbox, "08:00")
        editor.start()
        await published(sandbox, editor, FIRST)
        clock.forward_to(at_eight - HOUR / 2)
        clock.forward(HOUR)  # wrong: the digest goes out too early
        await sandbox.until(lambda: digests(anna, FIRST))
        clock.forward(-HOUR)  # right again
        await published(sandbox, editor, SECOND)
        clock.forward_to(at_eight + HOUR / 60)
        await anna.ask("/help")
        clock.forward_to(at_eight + 24 * HOUR)
        await sandbox.until(lambda: digests(anna, SECOND))
    assert len(digests(anna, FIRST)) == 1
    assert len(digests(anna, SECOND)) == 1


async def test_an_hour_that_comes_twice_brings_its_digest_once(
    sandbox: Sandbox, editor: Person, start: Start, clock: Clock, at_eight: datetime
) -> None:
    async with start():
        anna = await subscriber(sandbox, "08:00")
        editor.start()
        await published(sandbox, editor, FIRST)
        clock.forward_to(at_eight)
        await sandbox.until(lambda: digests(anna, FIRST))
        clock.forward(-HOUR)
        await anna.ask("/help")
        clock.forward(HOUR)
        await anna.ask("/help")
        clock.forward_to(at_eight + 24 * HOUR)
        await anna.ask("/help")
    assert len(digests(anna, FIRST)) == 1


async def test_what_is_asked_for_after_the_clock_was_set_back_comes_at_once(
    sandbox: Sandbox, editor: Person, start: Start, clock: Clock
) -> None:
    async with start():
        anna = await subscriber(sandbox)
        editor.start()
        await published(sandbox, editor, FIRST)
        clock.forward(-HOUR)
        await anna.ask("/latest")
        await sandbox.until(lambda: digests(anna, FIRST))
