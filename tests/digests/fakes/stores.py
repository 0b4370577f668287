"""A real store in a temporary file, and what stands in it when a test begins."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256
from time import monotonic
from typing import TYPE_CHECKING

from digests.model import ArticleState, ChatKind, DeliveryState, Place, Reading, Revision, Schedule, Subscription
from digests.storage import open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from digests.model import Article
    from digests.ports import Store
    from digests.storage import SqlStore

KEY = bytes(range(64))
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)  # a Monday
DAILY = Schedule(times=(time(8), time(20)))


@asynccontextmanager
async def a_store(folder: Path) -> AsyncIterator[SqlStore]:
    """Open an empty SQLite store in `folder`."""
    store = await open_store(f"sqlite+aiosqlite:///{folder / 'test.db'}", KEY)
    try:
        yield store
    finally:
        await store.close()


class FastClock:
    """A clock that starts at `start` and goes `speed` times as fast as the wall's."""

    def __init__(self, start: datetime = NOON, speed: float = 200.0) -> None:
        self.start = start
        self.speed = speed
        self._began = monotonic()

    def __call__(self) -> datetime:
        return self.start + timedelta(seconds=(monotonic() - self._began) * self.speed)


async def publish(store: Store, *, at: datetime, text: str = "") -> Article:
    """Store an article published at that time."""
    text = text or f"An article of {at.isoformat()}."
    digest = sha256(text.encode()).hexdigest()
    revision = Revision(number=1, text=text, sha256=digest, reading=Reading(language="en"))
    async with store.begin() as tx:
        article = await tx.articles.add(revision, created_by=1, now=at)
        await tx.articles.move(article.id, ArticleState.PUBLISHED, expected=(ArticleState.DRAFT,), now=at)
        return await tx.articles.get(article.id)


async def subscribe(
    store: Store,
    *chats: int,
    topic: int = 0,
    language: str = "en",
    schedule: Schedule = DAILY,
    due: datetime | None = NOON,
    seen: datetime = NOON - timedelta(hours=1),
) -> list[Subscription]:
    """Subscribe those chats: due at `due`, having seen everything until `seen`."""
    async with store.begin() as tx:
        return [
            await tx.subscriptions.add(
                Place(chat, topic), ChatKind.PRIVATE, language=language, schedule=schedule, next_due_at=due, now=seen
            )
            for chat in chats
        ]


async def states(store: Store) -> Mapping[DeliveryState, int]:
    """Count the ledger's rows by state."""
    async with store.read() as tx:
        return (await tx.ledger.counts()).states


async def settings(store: Store, chat: int, topic: int = 0) -> Subscription:
    """Return a chat's subscription."""
    async with store.read() as tx:
        subscription = await tx.subscriptions.find(Place(chat, topic))
    assert subscription is not None
    return subscription
