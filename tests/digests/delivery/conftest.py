"""What the delivery tests have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.digests.fakes.stores import a_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from digests.storage import SqlStore


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    """An empty store."""
    async with a_store(tmp_path) as opened:
        yield opened
