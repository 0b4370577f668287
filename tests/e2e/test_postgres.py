"""The main job on PostgreSQL, as an operator of a large bot sets it up: migrate, then run."""

from __future__ import annotations

from collections.abc import Iterator
from subprocess import CalledProcessError

import pytest
from pydantic import SecretStr

from bot import demo
from bot.app import running
from bot.sandbox import Person, Sandbox
from bot.settings import Settings
from digests.errors import StorageError
from digests.storage import upgrade
from tests.clocks import Clock
from tests.digests.storage.conftest import Postgres
from tests.e2e.conftest import post
from tests.e2e.test_main_job import digests


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    try:
        server = Postgres()
    except (OSError, RuntimeError, CalledProcessError) as error:
        pytest.skip(f"POSTGRESQL CANNOT START HERE, SO THE BOT IS NOT TRIED ON IT: {error!r}")
    yield server
    server.stop()


async def test_the_main_job_runs_on_postgresql_after_migrate_and_not_before(
    sandbox: Sandbox, editor: Person, settings: Settings, clock: Clock, postgres: Postgres
) -> None:
    url = await postgres.empty()
    on_postgres = settings.model_copy(update={"database_url": SecretStr(url.render_as_string(hide_password=False))})
    with pytest.raises(StorageError, match="migrate_first"):
        async with running(on_postgres, registry=demo.registry(), clock=clock):
            pass
    await upgrade(url)
    anna = sandbox.people.person("Anna")
    async with running(on_postgres, registry=demo.registry(), clock=clock):
        anna.start()
        await anna.ask("/subscribe")
        editor.start()
        await post(sandbox, editor, demo.sample(), "send now")
        await sandbox.until(lambda: digests(anna))
    assert len(digests(anna)) == 1
