"""Fills the ledger: which subscription gets which edition. Nothing is sent here."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from digests.editions import Likeness, edition_key, group, select
from digests.errors import NotFound
from digests.model import EditionKind, Priority, SubscriptionState
from digests.schedule import next_due

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime, timedelta

    from digests.model import Article, Edition, Place, Recipient, Subscription
    from digests.ports import Composer, Store, Tx


class Planned(NamedTuple):
    """What one round of planning came to. `empty`: subscriptions that were due, with nothing new for them."""

    subscriptions: int = 0
    empty: int = 0
    editions: int = 0
    rows: int = 0


async def plan(store: Store, composer: Composer, *, now: datetime, batch: int = 2000) -> Planned:
    """Give every subscription that is due its digest: ledger rows and the next due time, in one transaction a batch.

    The next due time lies after `now`, so hours missed while the process was down are made up once, together. Nothing
    new means no digest, unless the reader wants to be told. Articles that a reader got in an urgent edition are left
    out. Like subscriptions share an edition, over batches too.
    """
    total = Planned()
    while True:
        async with store.begin() as tx:
            due = await tx.subscriptions.due(now, limit=batch)
            if due:
                planned = await _plan_batch(tx, composer, due, now)
                total = Planned(*(one + other for one, other in zip(total, planned, strict=True)))
        if len(due) < batch:
            return total


async def plan_urgent(tx: Tx, composer: Composer, article: Article, *, now: datetime, batch: int = 1000) -> int:
    """Write an urgent delivery of `article` to every active subscription; returns how many subscriptions."""
    # never made before the article was published: by this time a later digest knows what a reader got already
    now = max(now, article.published_at or now)
    count, last = 0, 0
    alone = (article,)
    while recipients := await tx.subscriptions.active(after_id=last, limit=batch):
        for like, alike in group((recipient, alone) for recipient in recipients).items():
            edition, _ = await _edition(tx, composer, like, kind=EditionKind.URGENT, now=now)
            await tx.ledger.add(edition, [each.id for each in alike], priority=Priority.URGENT, now=now)
        count, last = count + len(recipients), recipients[-1].id
    return count


async def ask(store: Store, composer: Composer, place: Place, *, now: datetime) -> int:
    """Give a subscribed place what is new since its last digest, now; returns the number of articles.

    0: nothing is new, nothing was written. The digest goes through the ledger ahead of all others, so wake the worker
    afterwards. Raises NotFound("subscription") unless the place has an active subscription.
    """
    async with store.begin() as tx:
        subscription = await tx.subscriptions.find(place)
        if subscription is None or subscription.state is not SubscriptionState.ACTIVE:
            raise NotFound("subscription")
        since = subscription.seen_until
        published = await tx.articles.public_between(since, now)
        already = await tx.editions.urgent_seen([subscription.id], since)
        articles = select(published, seen_until=since, now=now, already=already.get(subscription.id, frozenset()))
        if articles:
            await _give(tx, composer, subscription, articles, kind=EditionKind.ASKED, now=now)
            await tx.subscriptions.advance([(subscription.id, subscription.next_due_at, now)])
        return len(articles)


async def latest(store: Store, composer: Composer, place: Place, *, limit: int, now: datetime) -> int:
    """Give a subscribed place the newest articles, now; returns their number, 0: nothing was written.

    They go through the ledger so that corrections reach them. What is due to the reader stays due. Raises
    NotFound("subscription") unless the place has an active subscription.
    """
    async with store.begin() as tx:
        subscription = await tx.subscriptions.find(place)
        if subscription is None or subscription.state is not SubscriptionState.ACTIVE:
            raise NotFound("subscription")
        articles = tuple(await tx.articles.latest_public(limit))
        if articles:
            await _give(tx, composer, subscription, articles, kind=EditionKind.ASKED, now=now)
        return len(articles)


async def missed(store: Store, composer: Composer, place: Place, *, now: datetime, within: timedelta) -> int:
    """Give a subscribed place what passed it by, now; returns the number of articles, 0: nothing was written.

    That is what was published since it first subscribed, of the last `within` at most, and before it was last taken up
    again or its last digest, and that no delivery brought or is bringing: it had stopped or was paused, or Telegram
    refused or may have lost the messages. What its next digest holds anyway is left to that, unless it is from before
    it was taken up again; then the next digest leaves it out. `within` must not be longer than the ledger is kept.
    Raises NotFound("subscription") unless the place has an active subscription.
    """
    async with store.begin() as tx:
        subscription = await tx.subscriptions.find(place)
        if subscription is None or subscription.state is not SubscriptionState.ACTIVE:
            raise NotFound("subscription")
        since = max(subscription.created_at, now - within)
        until = min(now, max(subscription.seen_until, subscription.state_at))
        got = await tx.editions.got(subscription.id, since)
        published = await tx.articles.public_between(since, until)
        articles = select(published, seen_until=since, now=until, already=got)
        if articles:
            await _give(tx, composer, subscription, articles, kind=EditionKind.MISSED, now=now)
            seen = max(subscription.seen_until, until)
            await tx.subscriptions.advance([(subscription.id, subscription.next_due_at, seen)])
        return len(articles)


async def _plan_batch(tx: Tx, composer: Composer, due: Sequence[Recipient], now: datetime) -> Planned:
    oldest = min(recipient.seen_until for recipient in due)
    published = await tx.articles.public_between(oldest, now)
    already = await tx.editions.urgent_seen([recipient.id for recipient in due], oldest)
    following = cache(lambda schedule: next_due(schedule, now))
    window = cache(lambda since, got: select(published, seen_until=since, now=now, already=got))

    wanted = [(each, window(each.seen_until, already.get(each.id, frozenset()))) for each in due]
    composed = rows = 0
    for like, alike in group(pair for pair in wanted if pair[1]).items():
        edition, fresh = await _edition(tx, composer, like, kind=EditionKind.SCHEDULED, now=now)
        composed += fresh
        rows += await tx.ledger.add(edition, [each.id for each in alike], priority=Priority.SCHEDULED, now=now)
    empty = [each for each, articles in wanted if not articles]
    for each in empty:
        if each.tell_empty:
            edition, fresh = await _nothing_new(tx, composer, each, now)
            composed += fresh
            rows += await tx.ledger.add(edition, [each.id], priority=Priority.SCHEDULED, now=now)
    await tx.subscriptions.advance([(each.id, following(each.schedule), now) for each in due])
    return Planned(len(due), len(empty), composed, rows)


async def _give(
    tx: Tx,
    composer: Composer,
    subscription: Subscription,
    articles: tuple[Article, ...],
    *,
    kind: EditionKind,
    now: datetime,
) -> None:
    """Write what a reader asked for, ahead of all others.

    The ledger takes an edition to a subscription once; who asks for the same again gets an edition of that moment.
    """
    like = Likeness(subscription.language, subscription.schedule.zone, articles)
    for when in (None, now):
        edition, _ = await _edition(tx, composer, like, kind=kind, now=now, when=when)
        if await tx.ledger.add(edition, [subscription.id], priority=Priority.ASKED, now=now):
            return


async def _edition(
    tx: Tx, composer: Composer, like: Likeness, *, kind: EditionKind, now: datetime, when: date | None = None
) -> tuple[Edition, bool]:
    """Return the edition of the local day (or of the moment `when`) for like subscriptions, and whether it is new."""
    when = when or now.astimezone(ZoneInfo(like.zone)).date()
    key = edition_key(kind, like.language, like.zone, when, like.revisions)
    if edition := await tx.editions.find(key):
        return edition, False
    parts = composer.compose(like.articles, kind=kind, language=like.language, zone=like.zone, now=now)
    edition = await tx.editions.add(
        kind=kind,
        key=key,
        language=like.language,
        zone=like.zone,
        articles=like.revisions,
        parts=parts,
        now=now,
    )
    return edition, True


async def _nothing_new(tx: Tx, composer: Composer, recipient: Recipient, now: datetime) -> tuple[Edition, bool]:
    """Return the edition that tells of nothing new; its key has the due moment, for there may be several in a day."""
    language, zone = recipient.language, recipient.schedule.zone
    due = (recipient.next_due_at or now).astimezone(ZoneInfo(zone))
    key = edition_key(EditionKind.SCHEDULED, language, zone, due, ())
    if edition := await tx.editions.find(key):
        return edition, False
    parts = composer.nothing_new(language=language, zone=zone, now=now)
    edition = await tx.editions.add(
        kind=EditionKind.SCHEDULED, key=key, language=language, zone=zone, articles=(), parts=parts, now=now
    )
    return edition, True
