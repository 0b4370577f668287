"""Whatever goes wrong in the middle of a fan-out, nobody is lost, and nothing is repeated that could be known.

Every fault of the catalogue, small and with short waits; benchmarks/faults.py plays them in full size.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from subprocess import CalledProcessError

import pytest

from benchmarks._faults.catalogue import FAULTS, Fault
from benchmarks._faults.play import play
from benchmarks._faults.scene import Size
from benchmarks._faults.waits import SHORT
from digests.storage import upgrade
from tests.digests.storage.conftest import Postgres

SMALL = Size(chats=90, rate=300, in_flight=6, struck=12, seconds=2.0, kills=2, waits=SHORT)


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    try:
        server = Postgres()
    except (OSError, RuntimeError, CalledProcessError) as error:
        pytest.skip(f"POSTGRESQL CANNOT START HERE, SO NO WORKER IS FROZEN: {error!r}")
    yield server
    server.stop()


async def unharmed(fault: Fault, folder: Path, database: str = "") -> None:
    row = await play(fault, SMALL, folder, database)
    assert row.tries
    assert row.lost == 0
    assert list(row.violations) == []
    assert row.repeats <= row.allowed
    assert row.rest <= row.allowed // 2  # it takes two calls of unknown outcome


@pytest.mark.parametrize("fault", [each for each in FAULTS if not each.needs], ids=lambda fault: fault.name)
async def test_a_fault_costs_nobody_the_digest_and_no_more_repeats_than_it_must(fault: Fault, tmp_path: Path) -> None:
    await unharmed(fault, tmp_path)


@pytest.mark.parametrize("fault", [each for each in FAULTS if each.needs == "postgres"], ids=lambda fault: fault.name)
async def test_so_it_is_with_several_workers(fault: Fault, tmp_path: Path, postgres: Postgres) -> None:
    url = await postgres.empty()
    await upgrade(url)
    await unharmed(fault, tmp_path, url.render_as_string(hide_password=False))
