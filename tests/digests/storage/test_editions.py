from typing import Any

import pytest

from digests.errors import NotFound
from digests.model import EditionKind, Outcome, Part, Priority, Verdict


async def test_an_edition_comes_back_as_it_was_given(world: Any) -> None:
    articles = [await world.article(str(n)) for n in range(2)]
    pairs = tuple((article.id, article.revision.id) for article in reversed(articles))
    edition = await world.edition(parts=2, key="en 2026-03-14", articles=pairs)
    async with world.store.read() as tx:
        assert await tx.editions.get(edition.id) == edition == await tx.editions.find("en 2026-03-14")
        assert await tx.editions.find("uk 2026-03-14") is None
        with pytest.raises(NotFound, match="edition"):
            await tx.editions.get(99)
    assert edition.articles == pairs
    assert edition.parts[1] == Part(html="<b>2</b>", text="2", articles=(2,))


async def test_an_edition_composed_twice_is_stored_once(world: Any) -> None:
    assert await world.edition(key="same", parts=1) == await world.edition(key="same", parts=3)


async def test_what_came_in_urgent_editions_is_known_by_subscription(world: Any) -> None:
    one, two = await world.article("1"), await world.article("2")
    got, refused, none = [await world.subscription() for _ in range(3)]
    urgent = await world.edition(kind=EditionKind.URGENT, articles=[(one.id, one.revision.id)], now=world.at(5))
    usual = await world.edition(articles=[(two.id, two.revision.id)], now=world.at(5))
    async with world.store.begin() as tx:
        for edition in (urgent, usual):
            await tx.ledger.add(edition, [got.id, refused.id], priority=Priority.URGENT, now=world.at(5))
    claimed = await world.claim(6)
    await world.sending([delivery.id for delivery in claimed], 6)
    await world.record(6, *((d.id, Outcome(verdict=Verdict.STOP)) for d in claimed if d.subscription_id == refused.id))
    async with world.store.read() as tx:
        ids = [got.id, refused.id, none.id]
        assert await tx.editions.urgent_seen(ids, world.at(4)) == {got.id: frozenset({one.id})}
        assert await tx.editions.urgent_seen(ids, world.at(5)) == {}
        assert await tx.editions.urgent_seen([], world.at(4)) == {}
