"""No driver's error leaves the store, whichever method meets it."""

import asyncio
import inspect
import sqlite3
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL, make_url

from digests.errors import StorageError
from digests.model import (
    ArticleState,
    AuditEntry,
    ChatKind,
    CorrectionKind,
    EditionKind,
    Outcome,
    Part,
    Place,
    Priority,
    Proposal,
    ProposalState,
    Schedule,
    Subscription,
    SubscriptionState,
    Verdict,
)
from digests.storage import SqlStore, claim_process, engine, open_store, unlock, upgrade
from digests.storage.engine import engines
from digests.storage.store import SqlTx

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
KEY = bytes(range(64))
GROUPS = (
    "articles", "subscriptions", "editions", "ledger", "edits", "corrections",
    "editors", "channels", "audit", "runtime",
)  # fmt: skip


SUBSCRIPTION = Subscription(
    id=1,
    place=Place(1),
    kind=ChatKind.PRIVATE,
    language="en",
    schedule=Schedule(times=()),
    state_at=LONG_AGO,
    seen_until=LONG_AGO,
    next_due_at=None,
    created_at=LONG_AGO,
)

PROPOSAL = Proposal(id=1, article_id=1, base=1, editor=1, language="en", state=ProposalState.ASKED, at=LONG_AGO)


def public(group: type) -> list[str]:
    return [name for name, _ in inspect.getmembers(group, inspect.isfunction) if not name.startswith("_")]


METHODS = [(group, name) for group in GROUPS for name in public(type(getattr(SqlTx(None), group)))]  # type: ignore[arg-type]


def arguments(world: Any, group: str, name: str) -> tuple[list[Any], dict[str, Any]]:
    """Return something to call the method with."""
    now = world.at(0)
    edition = type("E", (), {"id": 1})()
    delivery = type("D", (), {"id": 1, "part": 1, "parts": 2})()
    values: dict[str, Any] = {
        "revision": world.revision(),
        "article_id": 1,
        "chosen": (1,),
        "to": ArticleState.PUBLISHED,
        "expected": [ArticleState.DRAFT],
        "editor": 1,
        "states": [ArticleState.DRAFT],
        "after": now,
        "until": now,
        "limit": 1,
        "sha256": "0",
        "since": now,
        "created_by": 1,
        "place": Place(1),
        "subscription_id": 1,
        "chat_id": 1,
        "kind": {"subscriptions": ChatKind.PRIVATE, "corrections": CorrectionKind.TYPO}.get(group, EditionKind.ASKED),
        "language": "en",
        "schedule": Schedule(times=()),
        "next_due_at": now,
        "steps": [(1, now, now)],
        "state": SubscriptionState.STOPPED,
        "reason": "left",
        "topic": None,
        "old_chat_id": 1,
        "new_chat_id": 2,
        "before": now,
        "key": "key",
        "articles": [],
        "parts": [Part(html="", text="")] if name == "add" else {(1, 1): Part(html="", text="")},
        "edition_id": 1,
        "number": 1,
        "zone": "UTC",
        "base": 1,
        "correction_id": 1,
        "revision_id": 1,
        "proposal_id": 1,
        "proposal": PROPOSAL,
        "subscription_ids": [1],
        "edition": edition,
        "priority": Priority.ASKED,
        "worker": "w1",
        "lease_until": now,
        "ids": [1],
        "outcomes": [(1, Outcome(verdict=Verdict.SENT))],
        "sent": [(delivery, Outcome(verdict=Verdict.SENT))],
        "everything": True,
        "living": [1],
        "kinds": [EditionKind.ASKED],
        "resting": False,
        "user_id": 1,
        "by": 1,
        "registry": [world.channel()],
        "entry": AuditEntry(at=now, actor=1, action="", subject=""),
        "update_id": 1,
        "value": "",
        "now": now,
        "subscription": SUBSCRIPTION,
        "offset": 0,
        "after_id": 0,
    }
    positional, named = [], {}
    parameters = inspect.signature(getattr(type(getattr(SqlTx(None), group)), name)).parameters  # type: ignore[arg-type]
    for parameter in list(parameters.values())[1:]:
        if parameter.kind is parameter.KEYWORD_ONLY:
            named[parameter.name] = values[parameter.name]
        else:
            positional.append(values[parameter.name])
    return positional, named


@pytest.fixture
async def bare(server: Any, tmp_path: Path) -> AsyncIterator[SqlStore]:
    """A store whose database has none of the tables."""
    url = make_url(f"sqlite+aiosqlite:///{tmp_path}/bare.db") if server is None else server.url("bare")
    store = SqlStore(*engines(url, KEY))
    yield store
    await store.close()


@pytest.mark.parametrize(("group", "name"), METHODS)
async def test_every_method_wraps_what_the_driver_raises(bare: SqlStore, world_of: Any, group: str, name: str) -> None:
    positional, named = arguments(world_of(bare), group, name)
    unit = bare.begin()
    tx = await unit.__aenter__()
    with pytest.raises(StorageError, match="storage_failed") as caught:
        await getattr(getattr(tx, group), name)(*positional, **named)
    assert caught.value.__cause__ is not None
    with pytest.raises(StorageError, match="storage_failed"):  # nor is anything committed, had it been caught
        await unit.__aexit__(None, None, None)


async def test_a_server_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    url = make_url(f"postgresql+asyncpg://postgres@/none?host={tmp_path}")
    for opening in (open_store(url, KEY), upgrade(url), unlock(url, None, tmp_path / "key")):
        with pytest.raises(StorageError, match="unreachable"):
            await opening
    assert not (tmp_path / "key").exists()


@pytest.mark.parametrize("server", ["postgres"], indirect=True)
async def test_a_database_that_is_not_there_is_unreachable(url: URL) -> None:
    for wrong in (url.set(database="none"), url.set(username="nobody")):
        with pytest.raises(StorageError, match="unreachable"):
            await open_store(wrong, KEY)


@pytest.mark.parametrize("server", ["postgres"], indirect=True)
async def test_a_server_that_hangs_up_is_unreachable_and_found_again(world: Any, server: Any) -> None:
    async def interrupted() -> None:
        async with world.store.begin() as tx:
            await server.administer("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'migrated'")
            await tx.editors.all()

    with pytest.raises(StorageError, match="unreachable"):
        await interrupted()
    async with world.store.begin() as tx:
        assert await tx.editors.all() == frozenset()


@pytest.mark.parametrize("server", ["postgres"], indirect=True)
async def test_a_process_that_freezes_in_a_unit_of_work_holds_up_the_others_only_for_a_while(
    url: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_FROZEN_SECONDS", 0.3)
    frozen, other = await open_store(url, KEY), await open_store(url, KEY)

    async def freeze() -> None:
        async with frozen.begin() as tx:
            await tx.runtime.set_note("note", "frozen")
            async with asyncio.timeout(20), other.begin() as otherwise:
                await otherwise.runtime.set_note("note", "other")

    with pytest.raises(StorageError):
        await freeze()
    async with frozen.begin() as tx:
        assert await tx.runtime.get_note("note") == "other"
    await frozen.close()
    await other.close()


async def test_a_unit_of_work_with_a_failed_statement_commits_nothing(world: Any) -> None:
    async def careless() -> None:
        async with world.store.begin() as tx:
            await tx.runtime.set_note("first", "1")
            with suppress(StorageError):
                await tx.editions.add(
                    kind=EditionKind.ASKED,
                    key="k",
                    language="en",
                    zone="UTC",
                    articles=[(98, 99)],
                    parts=[],
                    now=world.at(0),
                )
            await tx.runtime.set_note("last", "1")

    with pytest.raises(StorageError):
        await careless()
    async with world.store.read() as tx:
        assert await tx.runtime.get_note("first") is None
        assert await tx.runtime.get_note("last") is None


async def test_a_path_that_cannot_be_a_file_is_unreachable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path, tmp_path / "file" / "test.db"):
        with pytest.raises(StorageError, match="unreachable"):
            await open_store(f"sqlite+aiosqlite:///{path}", KEY)


async def test_a_file_that_is_no_database_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "test.db").write_bytes(b"not a database " * 1000)
    with pytest.raises(StorageError, match="damaged"):
        await open_store(f"sqlite+aiosqlite:///{tmp_path}/test.db", KEY)


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
async def test_a_full_disk_is_said_so_and_nothing_is_half_written(world: Any) -> None:
    async with world.store._writer.connect() as connection:
        pages = (await connection.execute(text("PRAGMA page_count"))).scalar()
        await connection.execute(text(f"PRAGMA max_page_count = {pages}"))

    async def too_much() -> None:
        async with world.store.begin() as tx:
            await tx.runtime.set_note("small", "1")
            await tx.runtime.set_note("large", "1" * 100_000)

    with pytest.raises(StorageError, match="disk_full"):
        await too_much()
    async with world.store.read() as tx:
        assert await tx.runtime.get_note("small") is None


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
async def test_a_file_another_process_writes_for_long_is_locked(
    url: URL, open_: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digests.storage.engine._PRAGMAS", ("PRAGMA busy_timeout = 0",))
    store = await open_()
    other = sqlite3.connect(str(url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="locked"):
        async with store.begin() as tx:
            await tx.editors.all()
    other.close()
    async with store.begin() as tx:
        assert await tx.editors.all() == frozenset()


def test_a_second_process_on_the_same_file_is_refused(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/data/test.db"
    claim = claim_process(url)
    with pytest.raises(StorageError, match="already_running") as caught:
        claim_process(url)
    assert "stop it first" in str(caught.value.params["advice"])
    claim.release()
    claim.release()
    claim_process(url).release()


def test_postgresql_is_for_many_processes() -> None:
    url = "postgresql+asyncpg://postgres@/none"
    claim_process(url).release()
    claim_process(url).release()
