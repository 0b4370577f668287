import pytest
from sqlalchemy.engine import URL

from digests.storage import SqlStore, open_store, upgrade
from digests.model import ArticleState


async def test_smoke(store: SqlStore) -> None:
    async with store.begin() as tx:
        assert await tx.articles.counts() == {}
        await tx.runtime.set_note("a", "b")
    async with store.read() as tx:
        assert await tx.runtime.get_note("a") == "b"
