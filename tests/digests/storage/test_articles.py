import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digests.errors import Conflict, NotFound
from digests.model import ArticleState, Mention, Proof, Quote, Reading, Removed, Span, SubscriptionState

DRAFT, PUBLISHED, DISCARDED = ArticleState.DRAFT, ArticleState.PUBLISHED, ArticleState.DISCARDED
RETRACTED = ArticleState.RETRACTED

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
spans = st.builds(Span, st.integers(0, 200_000), st.integers(0, 200_000))
some = st.none() | spans
readings = st.builds(
    Reading,
    language=texts,
    title=some,
    outlet=some,
    published=st.none() | st.dates(),
    lead=some,
    quotes=st.lists(
        st.builds(
            Quote,
            span=spans,
            sentence=spans,
            whole=st.booleans(),
            speaker=some,
            cue=some,
            sieve=texts,
            mention=st.none() | st.integers(0, 9),
            key=st.booleans(),
            rank=st.integers(-9, 99),
            group=st.integers(0, 9),
        ),
        max_size=3,
    ).map(tuple),
    mentions=st.lists(
        st.builds(
            Mention,
            span=spans,
            sentence=spans,
            proof=st.sampled_from(Proof),
            channel=st.none() | texts,
            owner=some,
            handle=st.none() | texts,
            post=st.none() | st.integers(1, 2**53),
        ),
        max_size=3,
    ).map(tuple),
    other_platforms=st.lists(texts, max_size=2).map(tuple),
    caveats=st.lists(spans, max_size=2).map(tuple),
    places=st.lists(spans, max_size=2).map(tuple),
    removed=st.lists(st.builds(Removed, span=spans, rule=texts), max_size=2).map(tuple),
)


async def test_a_draft_comes_back_as_it_was_given(world: Any) -> None:
    revision = world.revision(
        "Слова 🙂 and\nlines",
        url="https://example.org/1",
        outlet="The Valley",
        published=date(2026, 3, 1),
        chosen=(1, 0),
    )
    async with world.store.begin() as tx:
        added = await tx.articles.add(revision, created_by=2**52, now=world.at(0))
    async with world.store.read() as tx:
        got = await tx.articles.get(added.id)
    assert got == added
    assert (got.state, got.created_by, got.created_at, got.published_at) == (DRAFT, 2**52, world.at(0), None)
    assert got.revision.number == 1
    for field in ("text", "sha256", "reading", "url", "outlet", "published", "chosen"):
        assert getattr(got.revision, field) == getattr(revision, field)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=st.lists(readings, min_size=1, max_size=4))
async def test_every_reading_round_trips(world: Any, found: list[Reading]) -> None:
    async with world.store.begin() as tx:
        for reading in found:
            article = await tx.articles.add(world.revision(reading=reading), created_by=1, now=world.at(0))
            assert article.revision.reading == reading
        listed = await tx.articles.list([DRAFT], limit=len(found))
        assert [article.revision.reading for article in listed] == found[::-1]


async def test_what_is_not_there_is_not_found(world: Any) -> None:
    async with world.store.begin() as tx:
        with pytest.raises(NotFound, match="article"):
            await tx.articles.get(99)
        with pytest.raises(NotFound, match="article"):
            await tx.articles.rewrite(99, world.revision(), now=world.at(0))
        assert await tx.articles.latest_draft(7) is None


async def test_only_a_draft_is_rewritten_or_has_its_quotes_chosen(world: Any) -> None:
    draft = await world.article("first")
    async with world.store.begin() as tx:
        again = await tx.articles.rewrite(draft.id, world.revision("second"), now=world.at(1))
        assert (again.revision.text, again.revision.number, again.updated_at) == ("second", 1, world.at(1))
        assert (await tx.articles.choose(draft.id, (1,), now=world.at(2))).revision.chosen == (1,)
        assert (await tx.articles.choose(draft.id, (), now=world.at(2))).revision.chosen == ()
        assert (await tx.articles.choose(draft.id, None, now=world.at(2))).revision.chosen is None
        assert await tx.articles.move(draft.id, PUBLISHED, expected=[DRAFT], now=world.at(3))
        with pytest.raises(Conflict, match="not_a_draft"):
            await tx.articles.rewrite(draft.id, world.revision("third"), now=world.at(4))
        with pytest.raises(Conflict, match="not_a_draft"):
            await tx.articles.choose(draft.id, (0,), now=world.at(4))
        assert (await tx.articles.get(draft.id)).revision.text == "second"


async def test_a_state_changes_once_however_often_it_is_asked_for(world: Any) -> None:
    draft = await world.article()
    async with world.store.begin() as tx:
        assert await tx.articles.move(draft.id, PUBLISHED, expected=[DRAFT], now=world.at(1))
        assert not await tx.articles.move(draft.id, PUBLISHED, expected=[DRAFT], now=world.at(2))
        assert not await tx.articles.move(draft.id, DISCARDED, expected=[DRAFT], now=world.at(2))
        assert not await tx.articles.move(99, DISCARDED, expected=[DRAFT], now=world.at(2))
        assert await tx.articles.move(draft.id, RETRACTED, expected=[PUBLISHED], now=world.at(3))
        article = await tx.articles.get(draft.id)
    assert (article.state, article.published_at, article.updated_at) == (RETRACTED, world.at(1), world.at(3))


async def test_the_latest_draft_is_the_one_its_editor_touched_last(world: Any) -> None:
    one, _two = await world.article("1"), await world.article("2")
    await world.article("3", by=8)
    async with world.store.begin() as tx:
        await tx.articles.choose(one.id, (0,), now=world.at(5))
        latest = await tx.articles.latest_draft(7)
    assert latest is not None
    assert latest.id == one.id


async def test_lists_are_newest_first_in_pages(world: Any) -> None:
    ids = [(await world.article(str(n), by=7 + n % 2)).id for n in range(4)]
    async with world.store.read() as tx:
        assert [a.id for a in await tx.articles.list([DRAFT], limit=3)] == ids[:0:-1]
        assert [a.id for a in await tx.articles.list([DRAFT], limit=3, offset=3)] == ids[:1]
        assert [a.id for a in await tx.articles.list([DRAFT], limit=9, created_by=7)] == [ids[2], ids[0]]
        assert await tx.articles.list([PUBLISHED], limit=9) == []
        assert await tx.articles.counts() == {DRAFT: 4}


async def test_public_articles_are_found_by_window_and_by_newness(world: Any) -> None:
    early, late = await world.article("1", published=world.at(1)), await world.article("2", published=world.at(2))
    gone = await world.article("3", published=world.at(2))
    await world.article("4")
    async with world.store.begin() as tx:
        await tx.articles.move(gone.id, RETRACTED, expected=[PUBLISHED], now=world.at(3))
        assert await tx.articles.public_between(world.at(0), world.at(2)) == [early, late]
        assert await tx.articles.public_between(world.at(1), world.at(2)) == [late]
        assert await tx.articles.latest_public(1) == [late]
        assert await tx.articles.latest_public(9) == [late, early]


async def test_an_article_published_behind_a_planned_window_is_moved_after_it(world: Any) -> None:
    """A planner may have advanced subscriptions past the time at which the publisher's button was pressed."""
    draft, subscription = await world.article(), await world.subscription()
    async with world.store.begin() as tx:
        await tx.subscriptions.advance([(subscription.id, world.at(60), world.at(0.5))])
    async with world.store.begin() as tx:
        await tx.articles.move(draft.id, PUBLISHED, expected=[DRAFT], now=world.at(0.4))
        assert [a.id for a in await tx.articles.public_between(world.at(0.5), world.at(1))] == [draft.id]


async def test_a_subscription_with_a_time_far_ahead_does_not_hold_back_what_is_published(world: Any) -> None:
    subscription = await world.subscription()
    async with world.store.begin() as tx:
        await tx.subscriptions.advance([(subscription.id, None, world.at(0) + timedelta(days=365))])
    article = await world.article(published=world.at(1))
    assert article.published_at == world.at(1)


async def test_the_same_text_is_recognised_unless_it_was_discarded(world: Any) -> None:
    first = await world.article("same")
    second = await world.article("same")
    async with world.store.begin() as tx:
        assert (await tx.articles.same_text(first.revision.sha256)).id == second.id
        await tx.articles.move(second.id, DISCARDED, expected=[DRAFT], now=world.at(1))
        assert (await tx.articles.same_text(first.revision.sha256)).id == first.id
        await tx.articles.rewrite(first.id, world.revision("other"), now=world.at(1))
        assert await tx.articles.same_text(first.revision.sha256) is None


async def test_echoed_channels_are_counted_by_public_article(world: Any) -> None:
    await world.article("1", published=world.at(1))
    await world.article("2", published=world.at(2))
    await world.article("3")
    channel = world.channel()
    async with world.store.begin() as tx:
        assert await tx.articles.echoed(since=world.at(0)) == []  # not in the registry
        await tx.channels.sync([channel], now=world.at(0))
        assert await tx.articles.echoed(since=world.at(0)) == [(channel, 2)]
        assert await tx.articles.echoed(since=world.at(2)) == [(channel, 1)]
        assert await tx.articles.echoed(since=world.at(3)) == []


async def test_a_planner_and_a_publisher_at_the_same_time_lose_no_article(world: Any, open_: Any) -> None:
    """Whichever comes first, the article lies in that window or in the next one, never in neither."""
    other, draft = await open_(), await world.article()
    subscription = await world.subscription()
    read, published = asyncio.Event(), asyncio.Event()

    async def plan() -> list[int]:
        async with world.store.begin() as tx:
            [due] = await tx.subscriptions.due(world.at(2), limit=9)
            seen = await tx.articles.public_between(due.seen_until, world.at(2))
            read.set()
            await asyncio.wait([asyncio.ensure_future(published.wait())], timeout=0.2)
            assert not published.is_set()
            await tx.subscriptions.advance([(due.id, world.at(60), world.at(2))])
        return [article.id for article in seen]

    async def publish() -> None:
        await read.wait()
        async with other.begin() as tx:
            await tx.articles.move(draft.id, PUBLISHED, expected=[DRAFT], now=world.at(1.9))
        published.set()

    first, _ = await asyncio.gather(plan(), publish())
    async with world.store.read() as tx:
        seen_until = (await tx.subscriptions.get(subscription.id)).seen_until
        second = [article.id for article in await tx.articles.public_between(seen_until, world.at(60))]
    assert [*first, *second] == [draft.id]
    assert subscription.state is SubscriptionState.ACTIVE
