"""Who may post, and that the database tells nobody who they are."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from digests.publishing import Publishing
from digests.staff import Staff
from tests.digests.fakes.stores import NOON, a_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from digests.storage import SqlStore

OWNER, EDITOR = 5_081_726_354, 6_192_837_465
TEXT = (
    "BRELIN, March 3 - Shelling damaged two houses in the village of Stara Hrebla overnight, officials said.\n\n"
    "“Nobody was hurt, and the school will open tomorrow,” said Olena Tkach, the head of the village."
)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with a_store(tmp_path) as opened:
        yield opened


def stored(folder: Path) -> bytes:
    """Return all that the database's files hold."""
    return b"".join(path.read_bytes() for path in sorted(folder.glob("test.db*")))


async def test_an_editor_is_added_and_removed_once_and_the_audit_says_by_whom(store: SqlStore) -> None:
    staff = Staff(store)
    assert [await staff.add(EDITOR, owner=OWNER, now=NOON) for _ in range(2)] == [True, False]
    assert await staff.editors() == {EDITOR}
    later = NOON + timedelta(days=1)
    assert [await staff.remove(EDITOR, owner=OWNER, now=later) for _ in range(2)] == [True, False]
    assert await staff.editors() == frozenset()
    async with store.read() as tx:
        entries = [(entry.action, entry.actor) for entry in reversed(await tx.audit.latest(9))]
    assert entries == [
        ("add editor", OWNER),
        ("became editor", EDITOR),
        ("remove editor", OWNER),
        ("is editor no longer", EDITOR),
    ]


async def test_nothing_that_staff_does_leaves_their_ids_in_the_database(store: SqlStore, tmp_path: Path) -> None:
    staff, publishing = Staff(store), Publishing(store)
    await staff.add(EDITOR, owner=OWNER, now=NOON)
    full = f"{TEXT} " * 30
    article = (await publishing.submit(EDITOR, full[:4050], now=NOON)).article.id
    more = await publishing.submit(EDITOR, full[4050:], now=NOON + timedelta(seconds=1))
    assert more.article.id == article
    await publishing.choose(article, 0, editor=EDITOR, now=NOON)
    await publishing.choose_for_me(article, editor=EDITOR, now=NOON)
    await publishing.publish(article, editor=EDITOR, now=NOON)
    other = await publishing.submit(OWNER, TEXT, now=NOON)
    await publishing.discard(other.article.id, editor=OWNER, now=NOON)
    await staff.remove(EDITOR, owner=OWNER, now=NOON)
    data = stored(tmp_path)
    assert b"became editor" in data
    for person in (OWNER, EDITOR):
        assert str(person).encode() not in data
        assert person.to_bytes(6, "big") not in data
        assert person.to_bytes(6, "little") not in data
