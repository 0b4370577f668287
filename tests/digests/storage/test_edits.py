"""The queue of corrections: what a chat is owed, however sends, edits and crashes fall together."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from digests.model import Delivery, Edition, Outcome, Part, Purpose, SubscriptionState, Verdict
from digests.storage.tables import edits

GONE = Outcome(verdict=Verdict.GONE, reason="gone")


def sent(delivery: Delivery, message: int | None = None) -> Outcome:
    return Outcome(verdict=Verdict.SENT, message_id=message or delivery.message_id, version=delivery.version)


async def rows(world: Any) -> list[Any]:
    async with world.store._reader.connect() as connection:
        return list((await connection.execute(select(edits).order_by(edits.c.id))).all())


async def correct(world: Any, edition: Edition, minutes: float, words: str = "new", part: int = 1) -> None:
    """Rewrite a part, as a correction does."""
    async with world.store.begin() as tx:
        new = Part(html=f"<b>{words}</b>", text=words, notice_html=f"<i>{words}</i>", notice_text=words)
        rewritten = {(edition.id, part): new}
        await tx.editions.rewrite(rewritten)
        await tx.ledger.reread(rewritten)
        await tx.edits.owe(rewritten, now=world.at(minutes))


async def claim(world: Any, minutes: float, worker: str = "e1", lease: float = 5) -> list[Delivery]:
    async with world.store.begin() as tx:
        now, until = world.at(minutes), world.at(minutes + lease)
        return list(await tx.edits.claim(worker=worker, now=now, lease_until=until, limit=100))


async def begin(world: Any, minutes: float, found: list[Delivery], worker: str = "e1") -> frozenset[int]:
    async with world.store.begin() as tx:
        held: frozenset[int] = await tx.edits.sending([each.id for each in found], worker=worker, now=world.at(minutes))
        return held


async def record(world: Any, minutes: float, *outcomes: tuple[int, Outcome], worker: str = "e1") -> None:
    async with world.store.begin() as tx:
        await tx.edits.record(outcomes, worker=worker, now=world.at(minutes))


async def made(world: Any, minutes: float) -> list[Delivery]:
    """Claim and begin whatever is owed."""
    found = await claim(world, minutes)
    assert await begin(world, minutes, found) == {each.id for each in found}
    return found


async def delivered(world: Any, count: int = 1) -> Edition:
    """Send an edition of one part to so many chats; the messages are number 101, 102 and so on."""
    edition: Edition = await world.queued([await world.subscription() for _ in range(count)])
    claimed = await world.claim(0)
    await world.sending([each.id for each in claimed], 0)
    await world.record(0, *((each.id, sent(each, 100 + n)) for n, each in enumerate(claimed, 1)))
    return edition


async def test_every_delivered_copy_is_owed_an_edit_and_nothing_else(world: Any) -> None:
    edition = await delivered(world, 2)
    assert await claim(world, 1) == []
    await correct(world, edition, 1)
    first, second = await made(world, 1)
    assert [(each.purpose, each.message_id, each.html) for each in (first, second)] == [
        (Purpose.EDIT, 101, "<b>new</b>"),
        (Purpose.EDIT, 102, "<b>new</b>"),
    ]
    await record(world, 1, (first.id, sent(first)), (second.id, Outcome(verdict=Verdict.STOP, reason="blocked")))
    assert [(row.state, row.version) for row in await rows(world)] == [("sent", 1), ("refused", 0)]
    assert await claim(world, 99) == []


async def test_what_waits_is_sent_with_the_corrected_text_even_if_it_was_claimed_before(world: Any) -> None:
    edition = await world.queued([await world.subscription(), await world.subscription()])
    claimed = await world.claim(0)
    await correct(world, edition, 0)
    assert await world.sending([each.id for each in claimed], 0) == frozenset()
    again = await world.claim(0)
    assert [(each.html, each.version) for each in again] == [("<b>new</b>", 1)] * 2
    await world.sending([each.id for each in again], 0)
    await world.record(0, *((each.id, sent(each, 7)) for each in again))
    assert await rows(world) == []


async def test_what_was_being_sent_when_it_was_corrected_is_edited_once_it_arrived(world: Any) -> None:
    edition = await world.queued([await world.subscription()])
    (claimed,) = await world.claim(0)
    await world.sending([claimed.id], 0)
    await correct(world, edition, 0)
    assert await claim(world, 0) == []
    await world.record(1, (claimed.id, sent(claimed, 5)))
    (edit,) = await claim(world, 1)
    assert (edit.message_id, edit.html) == (5, "<b>new</b>")


async def test_an_edit_under_way_when_another_correction_comes_is_made_again(world: Any) -> None:
    edition = await delivered(world)
    await correct(world, edition, 1)
    (edit,) = await made(world, 1)
    await correct(world, edition, 2, "newer")
    assert await claim(world, 2) == []  # one at a time, so that the older never comes last
    await record(world, 3, (edit.id, sent(edit)))
    (edit,) = await made(world, 3)
    assert edit.html == "<b>newer</b>"
    await record(world, 4, (edit.id, sent(edit)))
    assert await claim(world, 99) == []


async def test_an_edit_that_waits_takes_the_newest_text(world: Any) -> None:
    edition = await delivered(world)
    await correct(world, edition, 1)
    held = await claim(world, 1)
    await correct(world, edition, 1, "newer")
    assert await begin(world, 1, held) == frozenset()
    (edit,) = await claim(world, 1)
    assert (edit.html, edit.version) == ("<b>newer</b>", 2)


async def test_an_older_text_that_came_last_is_overwritten(world: Any) -> None:
    edition = await delivered(world)
    await correct(world, edition, 1)
    (slow,) = await made(world, 1)
    async with world.store.begin() as tx:
        await tx.edits.recover(now=world.at(10), everything=False)  # its worker was frozen past its lease
    await correct(world, edition, 10, "newer")
    (edit,) = await claim(world, 10, "e2")
    await begin(world, 10, [edit], "e2")
    await record(world, 11, (edit.id, sent(edit)))
    await record(world, 12, (slow.id, sent(slow)))
    (again,) = await claim(world, 12)
    assert again.html == "<b>newer</b>"


async def test_a_crash_lets_an_edit_be_made_again_without_a_mark(world: Any) -> None:
    edition = await delivered(world)
    await correct(world, edition, 1)
    await made(world, 1)
    async with world.store.begin() as tx:
        assert await tx.edits.recover(now=world.at(2), everything=True) == 1
    (edit,) = await claim(world, 2)
    assert (edit.purpose, edit.unknowns, edit.attempts) == (Purpose.EDIT, 0, 1)


async def test_an_edit_a_worker_will_yet_hear_of_is_not_recovered_when_the_clock_is_set_forward(world: Any) -> None:
    edition = await delivered(world)
    await correct(world, edition, 1)
    (edit,) = await made(world, 1)
    async with world.store.begin() as tx:
        assert await tx.edits.recover(now=world.at(60), everything=False, living={edit.id}) == 0
        assert await tx.edits.recover(now=world.at(60), everything=False) == 1


async def test_where_the_message_is_gone_a_short_one_is_sent_and_later_edited(world: Any) -> None:
    edition = await delivered(world)
    await correct(world, edition, 1)
    (edit,) = await made(world, 1)
    await record(world, 1, (edit.id, GONE))
    (notice,) = await made(world, 1)
    assert (notice.purpose, notice.message_id, notice.html) == (Purpose.NOTICE, None, "<i>new</i>")
    await record(world, 2, (notice.id, sent(notice, 55)))
    await correct(world, edition, 3, "newer")
    (edit,) = await claim(world, 3)
    assert (edit.purpose, edit.message_id, edit.html) == (Purpose.EDIT, 55, "<i>newer</i>")


async def test_a_short_message_of_unknown_outcome_is_sent_once_more_marked_and_then_rests(world: Any) -> None:
    edition = await delivered(world)
    await correct(world, edition, 1)
    (edit,) = await made(world, 1)
    await record(world, 1, (edit.id, GONE))
    (notice,) = await made(world, 1)
    await record(world, 1, (notice.id, Outcome(verdict=Verdict.UNKNOWN, reason="network")))
    (notice,) = await made(world, 2)
    assert notice.unknowns == 1
    async with world.store.begin() as tx:
        await tx.edits.recover(now=world.at(3), everything=True)
    assert await claim(world, 99) == []
    assert [(row.state, row.unknowns) for row in await rows(world)] == [("unknown", 2)]


async def test_no_short_message_goes_where_the_subscription_has_ended(world: Any) -> None:
    edition = await delivered(world)
    await correct(world, edition, 1)
    (edit,) = await made(world, 1)
    await record(world, 1, (edit.id, GONE))
    async with world.store.begin() as tx:
        await tx.subscriptions.suspend(
            edit.place.chat_id, SubscriptionState.STOPPED, "unsubscribed", topic=None, now=world.at(1)
        )
    assert await claim(world, 2) == []
    assert [(row.state, row.last_error) for row in await rows(world)] == [("refused", "gone")]


async def test_a_chat_that_left_is_corrected_all_the_same(world: Any) -> None:
    edition = await delivered(world)
    async with world.store.begin() as tx:
        stopped = SubscriptionState.STOPPED
        await tx.subscriptions.suspend(1001, stopped, "unsubscribed", topic=None, now=world.at(1))
    await correct(world, edition, 2)
    assert len(await claim(world, 2)) == 1


async def test_a_group_that_became_a_supergroup_gets_a_short_message_for_its_old_ones(world: Any) -> None:
    edition = await delivered(world)
    async with world.store.begin() as tx:
        await tx.subscriptions.migrate(1001, -100500)
    await correct(world, edition, 1)
    (notice,) = await claim(world, 1)
    assert (notice.purpose, notice.place.chat_id) == (Purpose.NOTICE, -100500)


async def test_an_edited_message_keeps_its_mark_of_a_possible_repeat(world: Any) -> None:
    edition = await world.queued([await world.subscription()])
    for minute, outcome in enumerate((Outcome(verdict=Verdict.UNKNOWN), Outcome(verdict=Verdict.SENT, message_id=3))):
        (claimed,) = await world.claim(minute)
        await world.sending([claimed.id], minute)
        await world.record(minute, (claimed.id, outcome))
    await correct(world, edition, 3)
    (edit,) = await claim(world, 3)
    assert edit.unknowns == 1


@pytest.mark.parametrize("verdict", [Verdict.RETRY, Verdict.HALT, Verdict.MIGRATED])
async def test_an_edit_that_did_not_arrive_is_made_again_after_its_wait(world: Any, verdict: Verdict) -> None:
    edition = await delivered(world)
    await correct(world, edition, 1)
    (edit,) = await made(world, 1)
    await record(world, 1, (edit.id, Outcome(verdict=verdict, reason="flood", wait=90)))
    assert await claim(world, 2) == []
    assert len(await claim(world, 3)) == 1


async def test_copies_are_counted_by_what_became_of_them(world: Any) -> None:
    edition = await delivered(world, 6)
    article = await world.article(published=world.at(0))
    async with world.store.begin() as tx:
        proposal = await tx.corrections.add(article.id, base=1, kind=None, editor=7, language="en", now=world.at(0))
    await correct(world, edition, 1)
    async with world.store.begin() as tx:
        await tx.corrections.show(proposal.id, [(edition.id, 1)])
    one, two, three, four, five, _ = await made(world, 1)
    await record(
        world, 1, (one.id, sent(one)), (two.id, sent(two)), (three.id, Outcome(verdict=Verdict.STOP, reason="blocked"))
    )
    await record(world, 1, (four.id, GONE), (five.id, GONE))
    notice, _ = await made(world, 1)
    await record(world, 1, (notice.id, sent(notice, 9)))
    async with world.store.read() as tx:
        copies = await tx.corrections.copies(proposal.id)
    assert copies == (6, 2, 1, 2, 0, {"blocked": 1, "gone": 1})
    assert not copies.settled
