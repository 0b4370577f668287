"""Publishing: what editors can do with an article."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING

import pytest

from digests.delivery import plan
from digests.errors import Conflict, IntakeError, NotFound
from digests.intake import accept, join
from digests.model import DeliveryState, Quote, Reading, Schedule, Span, SubscriptionState
from digests.publishing import Publishing
from digests.selection import MAX_CHOSEN, chosen_indices, chosen_quotes, removable_lines
from tests.digests.fakes.composers import FakeComposer
from tests.digests.fakes.stores import NOON, a_store, states, subscribe

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from digests.storage import SqlStore

EDITOR, OTHER = 71, 72
SECOND = timedelta(seconds=1)
TEXT = (
    "BRELIN, March 3 - Shelling damaged two houses in the village of Stara Hrebla overnight, officials said.\n\n"
    "“Nobody was hurt, and the school will open tomorrow,” said Olena Tkach, the head of the village.\n\n"
    "“We have repaired the power line twice this month,” said Andriy Moroz, who leads the crew.\n\n"
    "“People share what they have with their neighbours,” said Iryna Levko, a teacher at the school.\n\n"
    "“The bridge over the river is closed for lorries,” said Petro Hnat, a driver from Brelin."
)
OTHER_TEXT = TEXT.replace("two houses", "three barns")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with a_store(tmp_path) as opened:
        yield opened


@pytest.fixture
def publishing(store: SqlStore) -> Publishing:
    return Publishing(store)


async def audited(store: SqlStore) -> list[tuple[str, int | None]]:
    async with store.read() as tx:
        return [(entry.action, entry.actor) for entry in reversed(await tx.audit.latest(50))]


async def test_an_article_becomes_a_draft_with_its_reading(publishing: Publishing, store: SqlStore) -> None:
    link = "https://news.example/stara-hrebla"
    draft = await publishing.submit(EDITOR, f"{TEXT}\n\n{link}?utm_source=tg", now=NOON)
    revision = (await publishing.draft(draft.article.id)).revision
    assert (revision.text, revision.url) == (TEXT, link)
    assert len(revision.reading.quotes) == 4
    assert revision.reading.lead is not None
    assert revision.reading.lead.of(TEXT).endswith("officials said.")
    assert await audited(store) == [("draft", EDITOR)]


async def test_what_is_no_article_leaves_no_draft(publishing: Publishing) -> None:
    with pytest.raises(IntakeError):
        await publishing.submit(EDITOR, "Hello!", now=NOON)
    assert list(await publishing.drafts()) == []


async def test_a_paste_cut_by_telegram_is_one_draft(publishing: Publishing) -> None:
    whole = "\n\n".join(f"{TEXT} ({number})." for number in range(20))
    pieces = [whole[:4050], whole[4050:8100], whole[8100:]]
    drafts = [await publishing.submit(EDITOR, piece, now=NOON + number * SECOND) for number, piece in enumerate(pieces)]
    assert len({draft.article.id for draft in drafts}) == 1
    text = (await publishing.draft(drafts[0].article.id)).revision.text
    assert text == accept(join(join(pieces[0], pieces[1]), pieces[2])).text


async def test_only_the_same_editors_full_piece_is_continued(publishing: Publishing) -> None:
    full = (TEXT + " ") * 8
    draft = (await publishing.submit(EDITOR, full[:4000], now=NOON)).article
    assert (await publishing.submit(OTHER, OTHER_TEXT, now=NOON + SECOND)).article.id != draft.id
    assert (await publishing.submit(EDITOR, TEXT, now=NOON + SECOND)).article.id == draft.id
    # the last piece was short: what comes now is another article
    assert (await publishing.submit(EDITOR, OTHER_TEXT + " More.", now=NOON + 2 * SECOND)).article.id != draft.id


async def test_a_piece_too_much_is_refused_and_the_draft_kept(publishing: Publishing) -> None:
    full = accept(("A sentence of seven words it is. " * 6000)[:199_000]).text
    draft = await Publishing(publishing._store, read=nothing).submit(EDITOR, full, now=NOON)
    with pytest.raises(IntakeError, match="too_long"):
        await publishing.submit(EDITOR, TEXT * 10, now=NOON + SECOND)
    assert (await publishing.draft(draft.article.id)).revision.text == full


def nothing(text: str, **_: object) -> Reading:
    """Read nothing, at once."""
    return Reading(language="en")


async def test_the_same_text_again_is_the_same_draft(publishing: Publishing) -> None:
    first = await publishing.submit(EDITOR, TEXT, now=NOON)
    again = await publishing.submit(OTHER, TEXT, now=NOON + 60 * SECOND)
    assert (again.article.id, again.known) == (first.article.id, True)


async def test_a_text_published_before_is_refused(publishing: Publishing) -> None:
    first = await publishing.submit(EDITOR, TEXT, now=NOON)
    await publishing.publish(first.article.id, editor=EDITOR, now=NOON)
    with pytest.raises(Conflict) as caught:
        await publishing.submit(OTHER, TEXT, now=NOON + SECOND)
    assert caught.value.params == {"article": first.article.id, "state": "published"}


async def test_a_long_text_published_before_is_refused_and_its_first_piece_does_not_stay(
    publishing: Publishing,
) -> None:
    pieces = [(TEXT + "\n\n") * 7 + OTHER_TEXT[:400], "And so on it went."]
    first, _ = [await publishing.submit(EDITOR, piece, now=NOON) for piece in pieces]
    await publishing.publish(first.article.id, editor=EDITOR, now=NOON)
    await publishing.submit(EDITOR, pieces[0], now=NOON + 60 * SECOND)
    with pytest.raises(Conflict, match="already_posted"):
        await publishing.submit(EDITOR, pieces[1], now=NOON + 61 * SECOND)
    assert list(await publishing.drafts()) == []


async def test_publishing_twice_is_publishing_once(publishing: Publishing, store: SqlStore) -> None:
    draft = await publishing.submit(EDITOR, TEXT, now=NOON)
    results = [await publishing.publish(draft.article.id, editor=EDITOR, now=NOON + n * SECOND) for n in range(2)]
    assert [result.fresh for result in results] == [True, False]
    assert results[1].article.published_at == NOON
    assert await audited(store) == [("draft", EDITOR), ("publish", EDITOR)]
    assert [article.id for article in await publishing.articles()] == [draft.article.id]


async def test_publishing_and_sending_reaches_every_active_subscription_once(
    publishing: Publishing, store: SqlStore
) -> None:
    await subscribe(store, 1, 2, 3)
    await subscribe(store, 4, language="uk")
    await subscribe(store, 5, schedule=Schedule(times=(time(8),), zone="Europe/Kyiv"))
    async with store.begin() as tx:
        await tx.subscriptions.suspend(3, SubscriptionState.STOPPED, "blocked", topic=None, now=NOON)
    draft = await publishing.submit(EDITOR, TEXT, now=NOON)
    composer = FakeComposer()
    send = [
        await publishing.publish_and_send(draft.article.id, editor=EDITOR, now=NOON, composer=composer)
        for _ in range(2)
    ]
    assert [(result.fresh, result.subscriptions) for result in send] == [(True, 4), (False, 0)]
    assert composer.composed == 3
    assert await states(store) == {DeliveryState.PENDING: 4}
    assert (await plan(store, composer, now=NOON + SECOND)).rows == 0


async def test_a_discarded_draft_cannot_be_published(publishing: Publishing) -> None:
    draft = await publishing.submit(EDITOR, TEXT, now=NOON)
    assert await publishing.discard(draft.article.id, editor=EDITOR, now=NOON) is True
    assert await publishing.discard(draft.article.id, editor=EDITOR, now=NOON) is False
    with pytest.raises(Conflict) as caught:
        await publishing.publish(draft.article.id, editor=EDITOR, now=NOON)
    assert caught.value.params == {"article": draft.article.id, "state": "discarded"}
    assert not (await publishing.submit(EDITOR, TEXT, now=NOON + SECOND)).known


async def test_what_is_published_cannot_be_discarded_or_changed(publishing: Publishing) -> None:
    article = (await publishing.submit(EDITOR, TEXT, now=NOON)).article.id
    await publishing.publish(article, editor=EDITOR, now=NOON)
    for action in (
        publishing.discard(article, editor=EDITOR, now=NOON),
        publishing.choose(article, 0, editor=EDITOR, now=NOON),
        publishing.draft(article),
    ):
        with pytest.raises(Conflict) as caught:
            await action
        assert caught.value.params == {"article": article, "state": "published"}


async def test_what_does_not_exist_is_not_found(publishing: Publishing) -> None:
    for action in (
        publishing.article(99),
        publishing.publish(99, editor=EDITOR, now=NOON),
        publishing.discard(99, editor=EDITOR, now=NOON),
    ):
        with pytest.raises(NotFound):
            await action


async def test_choosing_a_quote_shows_or_hides_it(publishing: Publishing) -> None:
    article = (await publishing.submit(EDITOR, TEXT, now=NOON)).article
    shown = chosen_indices(article.revision)
    assert len(shown) == 3
    [hidden] = set(range(4)) - set(shown)
    more = await publishing.choose(article.id, hidden, editor=EDITOR, now=NOON)
    assert chosen_indices(more.revision) == (*shown, hidden)
    less = await publishing.choose(article.id, shown[0], editor=EDITOR, now=NOON)
    assert chosen_indices(less.revision) == (*shown[1:], hidden)
    with pytest.raises(NotFound):
        await publishing.choose(article.id, 4, editor=EDITOR, now=NOON)


async def test_hiding_every_quote_is_a_choice_too(publishing: Publishing) -> None:
    article = (await publishing.submit(EDITOR, TEXT, now=NOON)).article
    for index in chosen_indices(article.revision):
        article = await publishing.choose(article.id, index, editor=EDITOR, now=NOON)
    assert chosen_quotes((await publishing.article(article.id)).revision) == ()


async def test_no_more_quotes_than_fit_can_be_chosen(store: SqlStore) -> None:
    def read(text: str, **_: object) -> Reading:
        spans = [Span(start, start + 9) for start in range(0, 9 * (MAX_CHOSEN + 1), 9)]
        quotes = [Quote(span=span, sentence=span, whole=True, rank=rank) for rank, span in enumerate(spans)]
        return Reading(language="en", quotes=tuple(quotes))

    publishing = Publishing(store, read=read)
    article = (await publishing.submit(EDITOR, TEXT, now=NOON)).article
    for index in range(3, MAX_CHOSEN):
        await publishing.choose(article.id, index, editor=EDITOR, now=NOON)
    with pytest.raises(Conflict, match="too_many_quotes"):
        await publishing.choose(article.id, MAX_CHOSEN, editor=EDITOR, now=NOON)


async def test_the_reading_chooses_again_when_asked_and_the_audit_says_so(
    publishing: Publishing, store: SqlStore
) -> None:
    article = (await publishing.submit(EDITOR, TEXT, now=NOON)).article
    await publishing.choose(article.id, chosen_indices(article.revision)[0], editor=EDITOR, now=NOON)
    again = await publishing.choose_for_me(article.id, editor=OTHER, now=NOON)
    assert again.revision.chosen is None
    assert (await audited(store))[-1] == ("choose for me", OTHER)
    await publishing.publish(article.id, editor=EDITOR, now=NOON)
    with pytest.raises(Conflict):
        await publishing.choose_for_me(article.id, editor=EDITOR, now=NOON)


PAGE = TEXT.replace("“We have", "Photo: Iryna Levko/Brelin Post\n\n“We have")


async def test_a_removed_line_is_kept_when_an_editor_wants_it(publishing: Publishing, store: SqlStore) -> None:
    article = (await publishing.submit(EDITOR, PAGE + "\n\nFollow us on Telegram", now=NOON)).article
    caption, promotion = removable_lines(article.revision)
    article = await publishing.restore(article.id, caption.span.start, on=True, editor=EDITOR, now=NOON)
    again = await publishing.restore(article.id, caption.span.start, on=True, editor=EDITOR, now=NOON)
    assert again == article
    stored = (await publishing.draft(article.id)).revision
    assert stored.reading.restored == (caption,)
    assert stored.reading.removed == (promotion,)
    assert stored.text == article.revision.text
    article = await publishing.restore(article.id, caption.span.start, on=False, editor=OTHER, now=NOON)
    assert article.revision.reading.restored == ()
    assert removable_lines(article.revision) == (caption, promotion)
    assert await audited(store) == [("draft", EDITOR), ("restore line", EDITOR), ("remove line", OTHER)]


async def test_what_a_restored_line_says_is_read(publishing: Publishing) -> None:
    line = "Фото: «Ми відкриємо школу завтра зранку», — сказала Олена Ткач, голова села."
    text = TEXT + f"\n\n{line}"
    article = (await publishing.submit(EDITOR, text, now=NOON)).article
    (removed,) = removable_lines(article.revision)
    before = len(article.revision.reading.quotes)
    await publishing.choose(article.id, 1, editor=EDITOR, now=NOON)
    chosen = [quote.span for quote in chosen_quotes((await publishing.draft(article.id)).revision)]
    article = await publishing.restore(article.id, removed.span.start, on=True, editor=EDITOR, now=NOON)
    assert len(article.revision.reading.quotes) == before + 1
    assert [quote.span for quote in chosen_quotes(article.revision)] == chosen


async def test_a_kept_line_stays_kept_when_the_paste_goes_on(publishing: Publishing) -> None:
    page = "Follow us on Telegram\n\n" + (TEXT + " ") * 9
    article = (await publishing.submit(EDITOR, page[:4000], now=NOON)).article
    await publishing.restore(article.id, 0, on=True, editor=EDITOR, now=NOON)
    draft = await publishing.submit(EDITOR, "and that was all that was heard.", now=NOON + SECOND)
    assert draft.article.id == article.id
    assert [line.span.start for line in draft.article.revision.reading.restored] == [0]


async def test_the_links_of_a_pasted_page_prove_its_channels(publishing: Publishing) -> None:
    said = '“Nobody was hurt,” said Olena Tkach on <a href="https://t.me/tkach_example/7">her Telegram channel</a>.'
    page = f"<p>{TEXT}</p><p>{said}</p><p>Join us!</p>"
    article = (await publishing.submit(EDITOR, page, now=NOON)).article
    article = await publishing.restore(
        article.id, removable_lines(article.revision)[0].span.start, on=True, editor=EDITOR, now=NOON
    )
    stored = (await publishing.draft(article.id)).revision
    assert "<" not in stored.text
    assert [(mention.handle, mention.post) for mention in stored.reading.mentions] == [("tkach_example", 7)]


async def test_only_lines_of_a_draft_can_be_restored(publishing: Publishing) -> None:
    article = (await publishing.submit(EDITOR, PAGE, now=NOON)).article
    with pytest.raises(NotFound, match="line"):
        await publishing.restore(article.id, 3, on=True, editor=EDITOR, now=NOON)
    await publishing.publish(article.id, editor=EDITOR, now=NOON)
    with pytest.raises(Conflict, match="not_a_draft"):
        await publishing.restore(article.id, 0, on=True, editor=EDITOR, now=NOON)
