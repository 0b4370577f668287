"""Whatever workers, crashes and readers do in whatever order, the ledger keeps its promises."""

from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digests.model import Outcome, SubscriptionState, Verdict

FINAL = {"sent", "refused", "withdrawn"}
WORKERS = st.sampled_from(["w1", "w2"])
VERDICTS = st.sampled_from([*Verdict, Verdict.UNKNOWN, Verdict.UNKNOWN, Verdict.UNKNOWN])
OUTCOMES = st.builds(
    Outcome,
    verdict=VERDICTS,
    reason=st.sampled_from(["", "some"]),
    wait=st.sampled_from([0.0, 90.0]),
    message_id=st.just(5),
)
STEPS = st.one_of(
    st.tuples(st.just("claim"), WORKERS, st.integers(1, 4)),
    st.tuples(st.just("begin"), WORKERS),
    st.tuples(st.just("attempt"), WORKERS),
    st.tuples(st.just("record"), WORKERS, st.lists(OUTCOMES, min_size=1, max_size=4)),
    st.tuples(st.just("send"), WORKERS, OUTCOMES),
    st.tuples(st.just("crash"), WORKERS),
    st.tuples(st.just("release"), WORKERS),
    st.tuples(st.just("recover"), st.booleans()),
    st.tuples(st.just("suspend"), st.integers(0, 1)),
    st.tuples(st.just("wait"), st.integers(1, 6)),
)


class Play:
    """Does the steps and watches, from outside, what the ledger hands out and how its rows change."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.minutes = 0.0
        self.leased: dict[str, dict[int, float]] = {"w1": {}, "w2": {}}
        self.flying: dict[str, list[int]] = {"w1": [], "w2": []}
        self.perhaps_arrived: Counter[int] = Counter()

    async def start(self) -> None:
        subscriptions = [await self.world.subscription() for _ in range(2)]
        self.chats = [subscription.place.chat_id for subscription in subscriptions]
        edition = await self.world.queued(subscriptions, parts=2)
        self.rows = await self.world.rows()
        self.first = min(row.id for row in self.rows if row.edition_id == edition.id)

    async def claim(self, worker: str, limit: int) -> None:
        for delivery in await self.world.claim(self.minutes, worker=worker, limit=limit):
            for leases in self.leased.values():
                assert leases.get(delivery.id, 0) <= self.minutes, "leased to two workers at once"
            self.leased[worker][delivery.id] = self.minutes + 5

    async def begin(self, worker: str) -> None:
        ids = list(self.leased[worker])
        begun = await self.world.sending(ids, self.minutes, worker=worker)
        self.leased[worker].clear()
        self.flying[worker] += sorted(begun)
        self.perhaps_arrived.update(begun)

    async def record(self, worker: str, outcomes: list[Outcome]) -> None:
        ids, self.flying[worker] = self.flying[worker], []
        pairs = list(zip(ids, outcomes * len(ids), strict=False))
        before = {row.id: row.state for row in await self.world.rows()}
        for id_, outcome in pairs:
            surely_not = outcome.verdict not in (Verdict.SENT, Verdict.UNKNOWN)
            if surely_not and before.get(id_) == "sending":
                self.perhaps_arrived[id_] -= 1
        await self.world.record(self.minutes, *pairs, worker=worker)

    async def attempt(self, worker: str) -> None:
        await self.claim(worker, 4)
        await self.begin(worker)

    async def send(self, worker: str, outcome: Outcome) -> None:
        await self.attempt(worker)
        await self.record(worker, [outcome])

    async def crash(self, worker: str) -> None:
        """Die with calls on their way, and be found dead."""
        await self.attempt(worker)
        await self.die(worker)
        self.minutes += 5
        await self.recover(everything=False)

    async def die(self, worker: str) -> None:
        self.leased[worker].clear()
        self.flying[worker].clear()

    async def release(self, worker: str) -> None:
        async with self.world.store.begin() as tx:
            await tx.ledger.release(worker)
        self.leased[worker].clear()

    async def recover(self, everything: bool) -> None:
        if everything:  # only a process that is alone says so
            await self.die("w1")
            await self.die("w2")
        async with self.world.store.begin() as tx:
            await tx.ledger.recover(now=self.world.at(self.minutes), everything=everything)

    async def suspend(self, which: int) -> None:
        async with self.world.store.begin() as tx:
            now = self.world.at(self.minutes)
            await tx.subscriptions.suspend(self.chats[which], SubscriptionState.STOPPED, "left", topic=None, now=now)

    async def wait(self, minutes: int) -> None:
        self.minutes += minutes

    async def check(self) -> None:
        """Hold the promises against the rows as they are now."""
        now = [row for row in await self.world.rows() if row.id >= self.first]
        before = {row.id: row.state for row in self.rows}
        sent = {(row.subscription_id, row.part) for row in now if row.state == "sent"}
        for row in now:
            if before.get(row.id) in FINAL:
                assert row.state == before[row.id], "what is settled never changes"
            if row.attempts:
                assert row.part == 1 or (row.subscription_id, row.part - 1) in sent, "parts go in order"
            assert row.unknowns <= 2
            assert self.perhaps_arrived[row.id] <= 2, "perhaps arrived more than twice"
            waits = row.ready_at is not None
            assert waits <= (row.state in ("pending", "unknown"))
            assert (row.settled_at is not None) == (row.state in FINAL or (row.state == "unknown" and not waits))
            assert (row.leased_by is None) == (row.lease_until is None)
        self.rows = now


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=4, max_size=12))
async def test_no_row_is_lost_repeated_twice_or_sent_out_of_order(world: Any, steps: list[tuple[Any, ...]]) -> None:
    play = Play(world)
    await play.start()
    for name, *arguments in steps:
        await getattr(play, name)(*arguments)
        await play.check()
    # whatever happened, a worker that finds Telegram well brings everything to an end
    for _ in range(8):
        if all(row.settled_at is not None for row in play.rows):
            break
        play.minutes += 100
        await play.recover(everything=True)
        await play.claim("w1", 1000)
        await play.begin("w1")
        await play.record("w1", [Outcome(verdict=Verdict.SENT, message_id=1)])
        await play.check()
    assert all(row.settled_at is not None for row in play.rows)
