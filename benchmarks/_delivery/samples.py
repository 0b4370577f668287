"""What is delivered, and databases full of subscriptions. Everything is invented."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import demo
from bot.pages import Pages
from digests.delivery import plan
from digests.model import ChatKind, Part, Place, Schedule
from digests.publishing import Publishing
from digests.storage import open_store
from digests.storage.types import Sealer

KEY = bytes(range(64))
NOW = datetime(2030, 1, 7, 8, 0, 30, tzinfo=UTC)
EDITOR = 1
WARM_UP = 10  # subscriptions that are due a little earlier than the others
WARM_UP_AT = NOW - timedelta(minutes=2)
FIRST_CHAT = 1_000_000_001  # ten digits, as newer Telegram ids have


def address(file: Path) -> str:
    """Return a database file's URL."""
    return f"sqlite+aiosqlite:///{file}"


def pages() -> Pages:
    """Return what renders digests, with the sample's invented channels."""
    return Pages(channels=demo.registry())


async def subscribed(file: Path, *, subscriptions: int, due: int) -> None:
    """Make a database with one published article and so many subscriptions.

    The first WARM_UP are due at WARM_UP_AT, `due` more at NOW.
    """
    store = await open_store(address(file), KEY)
    try:
        publishing = Publishing(store, registry=demo.registry())
        draft = await publishing.submit(EDITOR, demo.sample(), now=NOW - timedelta(minutes=9))
        await publishing.publish(draft.article.id, editor=EDITOR, now=NOW - timedelta(minutes=5))
        schedule = Schedule(times=(NOW.time().replace(second=0),), zone="Europe/Kyiv")
        async with store.begin() as tx:  # one by the product, the others are its copies
            one = await tx.subscriptions.add(
                Place(FIRST_CHAT),
                ChatKind.PRIVATE,
                language="en",
                schedule=schedule,
                next_due_at=WARM_UP_AT,
                now=NOW - timedelta(days=1),
            )
    finally:
        await store.close()
    await asyncio.to_thread(_multiply, file, one.id, subscriptions, due)


def _multiply(file: Path, first: int, subscriptions: int, due: int) -> None:
    sealer = Sealer(KEY)
    with closing(sqlite3.connect(file)) as db:
        names = [row[1] for row in db.execute("PRAGMA table_info(subscriptions)")]
        model = dict(
            zip(names, db.execute("SELECT * FROM subscriptions WHERE id = ?", (first,)).fetchone(), strict=True)
        )
        times = [_stored(NOW)] * due + [_stored(NOW + timedelta(hours=6))] * (subscriptions - due)
        times[:0] = [model["next_due_at"]] * (WARM_UP - 1)
        rows = (
            tuple((model | {"id": first + n, "chat": sealer.seal(FIRST_CHAT + n), "next_due_at": at}).values())
            for n, at in enumerate(times, start=1)
        )
        db.executemany(f"INSERT INTO subscriptions VALUES ({', '.join('?' * len(names))})", rows)  # noqa: S608
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _stored(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")


async def planned(file: Path, *, rows: int) -> None:
    """Make a database whose ledger has so many rows waiting."""
    await subscribed(file, subscriptions=rows - WARM_UP, due=rows - WARM_UP)
    store = await open_store(address(file), KEY)
    try:
        done = await plan(store, pages(), now=NOW)
    finally:
        await store.close()
    assert done.rows == rows, f"planned {done} rather than {rows} rows"
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def prepare_planned(file: Path, rows: int) -> None:
    """`planned`, for a process of its own."""
    asyncio.run(planned(file, rows=rows))


def prepare_subscribed(file: Path, subscriptions: int, due: int) -> None:
    """`subscribed`, for a process of its own."""
    asyncio.run(subscribed(file, subscriptions=subscriptions, due=due))


def the_part(file: Path) -> Part:
    """Return the message that `prepare_planned` put into the database."""
    with closing(sqlite3.connect(file)) as db:
        html, text, articles = db.execute("SELECT html, text, articles FROM edition_parts").fetchone()
    return Part(html=html, text=text, articles=tuple(json.loads(articles)))


def copy(file: Path, to: Path) -> Path:
    """Copy a database nobody has open."""
    shutil.copyfile(file, to)
    return to
