"""What editors do about published articles: nothing twice, nothing unseen, everything in the audit."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from digests.correcting import Correcting, Proposed
from digests.delivery import latest, plan
from digests.errors import Conflict, IntakeError, NotFound
from digests.model import (
    Article,
    ArticleState,
    CorrectionKind,
    DeliveryState,
    Edition,
    Part,
    Place,
    ProposalState,
    Revision,
)
from digests.publishing import Publishing
from digests.storage import SqlStore
from tests.digests.fakes.composers import FakeComposer
from tests.digests.fakes.stores import NOON, a_store, states, subscribe

EDITOR = 7
TEXT = """Council of Tavrin says the bridge will reopen

TAVRIN, Nov. 20 (Northern Wire) — The river bridge at Tavrin will reopen to trucks on Monday after two weeks of \
repairs, the city council said on Friday, while shelling was reported on both banks during the night.

"Nobody told us when the crossing would open," said Pavel Orlen, a driver who has waited for nine days. \
"I have slept in the cabin since the beginning of the month."

The claims could not be independently verified.
"""


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


class FakeReviser:
    """Names the articles of a part with their revisions, and counts the editions."""

    def __init__(self) -> None:
        self.revised = 0

    def revise(self, edition: Edition, articles: Mapping[int, Article], *, changed: int) -> Mapping[int, Part]:
        self.revised += 1
        return {
            number: replace(part, html=" ".join(f"{id_}.{articles[id_].revision.number}" for id_ in part.articles))
            for number, part in enumerate(edition.parts, 1)
            if changed in part.articles
        }


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with a_store(tmp_path) as opened:
        yield opened


@pytest.fixture
def correcting(store: SqlStore) -> Correcting:
    return Correcting(store)


@pytest.fixture
async def article(store: SqlStore) -> Article:
    """A published article that two chats got at once."""
    await subscribe(store, 1, 2)
    publishing = Publishing(store)
    draft = await publishing.submit(EDITOR, TEXT, now=at(-2))
    composer = FakeComposer()
    done = await publishing.publish_and_send(draft.article.id, editor=EDITOR, now=at(-1), composer=composer)
    return done.article


async def proposed(correcting: Correcting, article: Article, sent: str, *, retract: bool = False) -> Proposed:
    begun = await correcting.begin(article.id, editor=EDITOR, language="en", now=at(0), retract=retract)
    assert await correcting.hear(EDITOR, sent, now=at(1)) is not None
    return await correcting.propose(begun.proposal.id, now=at(1))


async def published(correcting: Correcting, article: Article, sent: str) -> Article:
    found = await proposed(correcting, article, sent)
    await correcting.choose_kind(found.proposal.id, CorrectionKind.FACTUAL, now=at(2))
    done = await correcting.publish(found.proposal.id, editor=EDITOR, now=at(2), reviser=FakeReviser())
    assert done.fresh
    return done.article


async def test_nothing_changes_before_it_is_published(
    store: SqlStore, correcting: Correcting, article: Article
) -> None:
    found = await proposed(correcting, article, "two weeks => three weeks")
    assert found.after is not None
    assert "three weeks" in found.after.revision.text
    assert found.before == article
    assert await Publishing(store).article(article.id) == article


async def test_a_published_correction_is_the_articles_text_from_then_on(
    store: SqlStore, correcting: Correcting, article: Article
) -> None:
    corrected = await published(correcting, article, "two weeks => three weeks")
    assert corrected.state is ArticleState.CORRECTED
    assert corrected.published_at == article.published_at
    assert corrected.correction is not None
    assert (corrected.correction.kind, corrected.correction.at) == (CorrectionKind.FACTUAL, at(2))
    reading = corrected.revision.reading
    assert reading.lead is not None
    assert "three weeks" in reading.lead.of(corrected.revision.text)
    async with store.read() as tx:
        (latest,) = await tx.articles.latest_public(5)
        (edition,) = await tx.editions.showing(article.id)
        (entry, *_) = await tx.audit.latest(1)
    assert latest == corrected
    assert edition.parts[0].html == f"{article.id}.2"
    assert (entry.action, entry.actor, entry.details) == ("correct", EDITOR, {"kind": "factual"})


async def test_publishing_twice_does_nothing_twice(store: SqlStore, correcting: Correcting, article: Article) -> None:
    found = await proposed(correcting, article, "two weeks => three weeks")
    await correcting.choose_kind(found.proposal.id, CorrectionKind.TYPO, now=at(2))
    for fresh in (True, False):
        done = await correcting.publish(found.proposal.id, editor=EDITOR, now=at(3), reviser=FakeReviser())
        assert done.fresh is fresh
    async with store.read() as tx:
        assert [entry.action for entry in await tx.audit.latest(9)].count("correct") == 1


async def test_copies_that_look_alike_are_rendered_once_and_each_is_corrected(
    store: SqlStore, correcting: Correcting, article: Article
) -> None:
    for minute in (-0.9, -0.8, -0.7):
        await latest(store, FakeComposer(), Place(1), limit=1, now=at(minute))
    found = await proposed(correcting, article, "two weeks => three weeks")
    await correcting.choose_kind(found.proposal.id, CorrectionKind.TYPO, now=at(2))
    reviser = FakeReviser()
    await correcting.publish(found.proposal.id, editor=EDITOR, now=at(3), reviser=reviser)
    assert reviser.revised == 1
    async with store.read() as tx:
        editions = await tx.editions.showing(article.id)
    assert [edition.parts[0].html for edition in editions] == [f"{article.id}.2"] * 4


async def test_its_kind_must_be_said(correcting: Correcting, article: Article) -> None:
    found = await proposed(correcting, article, "two weeks => three weeks")
    with pytest.raises(Conflict, match="correction_kind"):
        await correcting.publish(found.proposal.id, editor=EDITOR, now=at(2), reviser=FakeReviser())


async def test_two_editors_cannot_correct_over_each_other(correcting: Correcting, article: Article) -> None:
    mine = await proposed(correcting, article, "two weeks => three weeks")
    await correcting.choose_kind(mine.proposal.id, CorrectionKind.FACTUAL, now=at(1))
    await correcting.begin(article.id, editor=8, language="en", now=at(1))
    heard = await correcting.hear(8, "nine days => ten days", now=at(1))
    assert heard is not None
    theirs = await correcting.propose(heard.id, now=at(1))
    await correcting.choose_kind(theirs.proposal.id, CorrectionKind.FACTUAL, now=at(1))
    await correcting.publish(theirs.proposal.id, editor=8, now=at(2), reviser=FakeReviser())
    with pytest.raises(Conflict, match="corrected_meanwhile"):
        await correcting.publish(mine.proposal.id, editor=EDITOR, now=at(3), reviser=FakeReviser())


async def test_a_second_correction_begins_where_the_first_ended(correcting: Correcting, article: Article) -> None:
    await published(correcting, article, "two weeks => three weeks")
    again = await published(correcting, article, "three weeks => four weeks")
    assert "four weeks" in again.revision.text
    assert again.revision.number == 3


async def test_a_retracted_article_is_out_of_every_new_digest_and_cannot_be_corrected(
    store: SqlStore, correcting: Correcting, article: Article
) -> None:
    found = await proposed(correcting, article, "  The report was\nforged. ", retract=True)
    assert found.after is not None
    assert found.after.correction is not None
    assert found.after.correction.reason == "The report was forged."
    done = await correcting.publish(found.proposal.id, editor=EDITOR, now=at(2), reviser=FakeReviser())
    assert done.article.state is ArticleState.RETRACTED
    await subscribe(store, 3, due=at(5), seen=at(-60))
    assert (await plan(store, FakeComposer(), now=at(6))).rows == 0
    with pytest.raises(Conflict, match="not_correctable"):
        await correcting.begin(article.id, editor=EDITOR, language="en", now=at(7))


async def test_what_waited_with_nothing_but_the_retracted_article_is_never_sent(
    store: SqlStore, correcting: Correcting, article: Article
) -> None:
    assert await states(store) == {DeliveryState.PENDING: 2}
    found = await proposed(correcting, article, "The report was forged.", retract=True)
    await correcting.publish(found.proposal.id, editor=EDITOR, now=at(2), reviser=FakeReviser())
    assert await states(store) == {DeliveryState.WITHDRAWN: 2}


async def test_an_edition_with_other_articles_goes_on_without_its_retracted_one_unstruck(
    store: SqlStore, correcting: Correcting, article: Article
) -> None:
    other = await Publishing(store).submit(EDITOR, TEXT.replace("Tavrin", "Dolmar"), now=at(-1))
    await Publishing(store).publish(other.article.id, editor=EDITOR, now=at(-1))
    await subscribe(store, 3, due=at(0), seen=at(-60))
    await plan(store, FakeComposer(), now=at(0))
    found = await proposed(correcting, article, "The report was forged.", retract=True)
    await correcting.publish(found.proposal.id, editor=EDITOR, now=at(2), reviser=FakeReviser())
    counts = await states(store)
    assert counts[DeliveryState.PENDING] >= 1
    assert counts[DeliveryState.WITHDRAWN] == 2


async def test_words_are_waited_for_an_hour_and_after_a_restart(
    store: SqlStore, correcting: Correcting, article: Article
) -> None:
    await correcting.begin(article.id, editor=EDITOR, language="en", now=at(0))
    assert await correcting.hear(8, "two weeks => three weeks", now=at(1)) is None
    assert await Correcting(store).hear(EDITOR, "two weeks => three weeks", now=at(61)) is None
    assert await Correcting(store).hear(EDITOR, "two weeks => three weeks", now=at(59)) is not None


async def test_words_that_fit_nowhere_are_refused_and_still_waited_for(
    correcting: Correcting, article: Article
) -> None:
    begun = await correcting.begin(article.id, editor=EDITOR, language="en", now=at(0))
    await correcting.hear(EDITOR, "three months => a year", now=at(1))
    with pytest.raises(NotFound, match="passage"):
        await correcting.propose(begun.proposal.id, now=at(1))
    heard = await correcting.hear(EDITOR, "two weeks => a year", now=at(2))
    assert heard is not None
    assert (await correcting.propose(heard.id, now=at(2))).proposal.state is ProposalState.READY


async def test_after_the_words_came_an_article_is_an_article_again(correcting: Correcting, article: Article) -> None:
    await proposed(correcting, article, "two weeks => three weeks")
    assert await correcting.hear(EDITOR, "An article about something else.", now=at(2)) is None


async def test_other_words_take_the_place_of_the_first(correcting: Correcting, article: Article) -> None:
    found = await proposed(correcting, article, "two weeks => three weeks")
    await correcting.ask_again(found.proposal.id, now=at(2))
    await correcting.hear(EDITOR, "nine days => ten days", now=at(3))
    again = await correcting.propose(found.proposal.id, now=at(3))
    assert again.after is not None
    assert "two weeks" in again.after.revision.text
    assert "ten days" in again.after.revision.text
    assert again.proposal.revision_id != found.proposal.revision_id


async def test_a_new_text_cut_by_the_app_is_put_together(
    store: SqlStore, correcting: Correcting, article: Article
) -> None:
    filler = "\n\n".join(f"Paragraph {n} tells what the ferry crews carried that day, and to whom." for n in range(80))
    new = TEXT.replace("two weeks", "three weeks").strip() + "\n\n" + filler
    cut = new.index("\n\n", 3900)
    begun = await correcting.begin(article.id, editor=EDITOR, language="en", now=at(0))
    await correcting.hear(EDITOR, new[:cut], now=at(1))
    await correcting.hear(EDITOR, new[cut:].strip(), now=at(1) + timedelta(seconds=2))
    found = await correcting.propose(begun.proposal.id, now=at(2))
    assert found.after is not None
    assert found.after.revision.text == new


async def test_beginning_anew_lets_the_former_be(store: SqlStore, correcting: Correcting, article: Article) -> None:
    first = await proposed(correcting, article, "two weeks => three weeks")
    await correcting.begin(article.id, editor=EDITOR, language="en", now=at(2))
    with pytest.raises(Conflict, match="correction_over"):
        await correcting.publish(first.proposal.id, editor=EDITOR, now=at(3), reviser=FakeReviser())
    assert not await correcting.discard(first.proposal.id, now=at(3))


async def test_a_published_correction_cannot_be_let_be(correcting: Correcting, article: Article) -> None:
    found = await proposed(correcting, article, "two weeks => three weeks")
    await correcting.choose_kind(found.proposal.id, CorrectionKind.TYPO, now=at(2))
    await correcting.publish(found.proposal.id, editor=EDITOR, now=at(3), reviser=FakeReviser())
    for refused in (
        correcting.discard(found.proposal.id, now=at(4)),
        correcting.ask_again(found.proposal.id, now=at(4)),
        correcting.choose_kind(found.proposal.id, CorrectionKind.FACTUAL, now=at(4)),
    ):
        with pytest.raises(Conflict, match="correction_over"):
            await refused


async def test_a_reason_has_a_length(correcting: Correcting, article: Article) -> None:
    with pytest.raises(IntakeError, match="reason_too_long"):
        await proposed(correcting, article, "because " * 50, retract=True)


async def test_quotes_an_editor_chose_are_chosen_in_the_corrected_text(store: SqlStore, correcting: Correcting) -> None:
    publishing = Publishing(store)
    draft = (await publishing.submit(EDITOR, TEXT, now=at(-2))).article
    for index in range(len(draft.revision.reading.quotes)):
        draft = await publishing.choose(draft.id, 0, editor=EDITOR, now=at(-2)) if index == 0 else draft
    done = await publishing.publish(draft.id, editor=EDITOR, now=at(-1))
    corrected = await published(correcting, done.article, "two weeks => three weeks")

    def words(revision: Revision) -> list[str]:
        return [revision.reading.quotes[index].span.of(revision.text) for index in revision.chosen or ()]

    assert done.article.revision.chosen is not None
    assert words(corrected.revision) == words(done.article.revision)


async def test_drafts_are_not_corrected(store: SqlStore, correcting: Correcting) -> None:
    draft = await Publishing(store).submit(EDITOR, TEXT, now=at(0))
    with pytest.raises(Conflict, match="not_correctable"):
        await correcting.begin(draft.article.id, editor=EDITOR, language="en", now=at(1))
    with pytest.raises(NotFound, match="article"):
        await correcting.begin(99, editor=EDITOR, language="en", now=at(1))
