"""Whatever sends, corrections, answers and crashes fall together, every chat that can be reached has the last text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from digests.model import Delivery, Outcome, Part, Purpose, Verdict
from digests.storage.tables import deliveries, edits, metadata

CHATS = 3
QUEUES = ("ledger", "edits")
FATES = ("arrives", "lost", "answer lost", "refused", "not sent", "deleted")
STEPS: list[tuple[Any, ...]] = [
    ("wait", 1),
    *[("correct",)] * 6,
    *(step for queue in QUEUES for step in ((name, queue) for name in ("claim", "crash", "freeze", "wake"))),
    *(step for queue in QUEUES for step in ((name, queue) for name in ("attempt", "attempt", "answer", "answer"))),
    *(("call", queue, fate) for queue in QUEUES for fate in ("arrives", *FATES)),
    *(("work", queue, fate) for queue in QUEUES for fate in ("arrives", *FATES)),
]


@dataclass
class Telegram:
    """What chats show: by chat and message, the version of the text."""

    messages: dict[tuple[int, int], int] = field(default_factory=dict)
    made: int = 100

    def call(self, row: Delivery, fate: str) -> Outcome:
        """Do what a call does, and answer."""
        chat = row.place.chat_id
        if fate == "deleted" and row.message_id is not None:
            self.messages.pop((chat, row.message_id), None)
        if fate == "not sent":
            return Outcome(verdict=Verdict.RETRY, reason="connect")
        if fate == "refused":
            return Outcome(verdict=Verdict.REFUSE, reason="bad_request")
        if fate == "lost":
            return self._unsure(row)
        if row.purpose is Purpose.EDIT:
            assert row.message_id is not None
            if (chat, row.message_id) not in self.messages:
                return Outcome(verdict=Verdict.GONE, reason="gone")
            number = row.message_id
        else:
            self.made += 1
            number = self.made
        self.messages[chat, number] = row.version
        if fate == "answer lost":
            return self._unsure(row)
        return Outcome(verdict=Verdict.SENT, message_id=number, version=row.version)

    def _unsure(self, row: Delivery) -> Outcome:  # as the retry policy settles it
        if row.purpose is Purpose.EDIT:
            return Outcome(verdict=Verdict.RETRY, reason="network")
        return Outcome(verdict=Verdict.UNKNOWN, reason="network")


class Play:
    """A worker a queue, a Telegram, and an editor."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.telegram = Telegram()
        self.minutes = 0.0
        self.version = 0
        self.workers = {"ledger": 0, "edits": 0}
        self.claimed: dict[str, list[Delivery]] = {"ledger": [], "edits": []}
        self.begun: dict[str, list[Delivery]] = {"ledger": [], "edits": []}
        self.asleep: dict[str, list[tuple[str, Delivery]]] = {"ledger": [], "edits": []}
        self.late: dict[str, list[tuple[str, tuple[int, Outcome]]]] = {"ledger": [], "edits": []}
        self.answers: dict[str, list[tuple[int, Outcome]]] = {"ledger": [], "edits": []}

    async def start(self) -> None:
        async with self.world.store._writer.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                if table.name != "notes":
                    await connection.execute(table.delete())
        self.edition = await self.world.queued([await self.world.subscription() for _ in range(CHATS)])

    def name(self, queue: str) -> str:
        return f"{queue} {self.workers[queue]}"

    async def correct(self) -> None:
        async with self.world.store.begin() as tx:
            rewritten = {(self.edition.id, 1): Part(html="", text="")}
            await tx.editions.rewrite(rewritten)
            self.version += 1
            await tx.ledger.reread(rewritten)
            await tx.edits.owe(rewritten, now=self.world.at(self.minutes))

    async def claim(self, queue: str) -> None:
        now, until = self.world.at(self.minutes), self.world.at(self.minutes + 2)
        async with self.world.store.begin() as tx:
            rows = await getattr(tx, queue).claim(worker=self.name(queue), now=now, lease_until=until, limit=10)
        self.claimed[queue] = [*rows]

    async def begin(self, queue: str) -> None:
        ids = [row.id for row in self.claimed[queue]]
        async with self.world.store.begin() as tx:
            now = self.world.at(self.minutes)
            held = await getattr(tx, queue).sending(ids, worker=self.name(queue), now=now)
        self.begun[queue] += [row for row in self.claimed[queue] if row.id in held]
        self.claimed[queue] = []

    async def attempt(self, queue: str) -> None:
        await self.claim(queue)
        await self.begin(queue)

    async def call(self, queue: str, fate: str) -> None:
        if self.begun[queue]:
            row = self.begun[queue].pop(0)
            self.answers[queue].append((row.id, self.telegram.call(row, fate)))

    async def answer(self, queue: str) -> None:
        answers, self.answers[queue] = self.answers[queue], []
        if answers:
            await self.record(queue, answers, self.name(queue))

    async def record(self, queue: str, answers: list[tuple[int, Outcome]], worker: str) -> None:
        async with self.world.store.begin() as tx:
            await getattr(tx, queue).record(answers, worker=worker, now=self.world.at(self.minutes))

    async def work(self, queue: str, fate: str) -> None:
        await self.attempt(queue)
        while self.begun[queue]:
            await self.call(queue, fate)
        await self.answer(queue)

    async def crash(self, queue: str) -> None:
        """Nothing that was under way is ever heard of again, though it may have arrived."""
        self.claimed[queue], self.begun[queue], self.answers[queue] = [], [], []
        await self.recover(queue, everything=True)

    async def freeze(self, queue: str) -> None:
        """The worker sleeps past its leases, calls not made yet, answers not written down; another takes over."""
        self.minutes += 3
        worker = self.name(queue)
        self.asleep[queue] += [(worker, row) for row in self.begun[queue]]
        self.late[queue] += [(worker, answer) for answer in self.answers[queue]]
        self.begun[queue], self.answers[queue] = [], []
        self.workers[queue] += 1
        self.claimed[queue] = []
        await self.recover(queue, everything=False)

    async def wake(self, queue: str) -> None:
        """The calls of those that slept are made all the same, and their answers written down."""
        while self.late[queue]:
            worker, answer = self.late[queue].pop()
            await self.record(queue, [answer], worker)
        while self.asleep[queue]:
            worker, row = self.asleep[queue].pop()
            await self.record(queue, [(row.id, self.telegram.call(row, "arrives"))], worker)

    async def recover(self, queue: str, *, everything: bool) -> None:
        async with self.world.store.begin() as tx:
            await getattr(tx, queue).recover(now=self.world.at(self.minutes), everything=everything)

    async def wait(self, minutes: int) -> None:
        self.minutes += minutes

    async def finish(self) -> None:
        """From now on all goes well."""
        for queue in ("ledger", "edits"):
            while self.begun[queue]:
                await self.call(queue, "arrives")
            await self.answer(queue)
            await self.wake(queue)
        for _ in range(6):
            self.minutes += 10
            for queue in ("ledger", "edits"):
                await self.recover(queue, everything=True)
                await self.work(queue, "arrives")

    async def check(self) -> None:
        async with self.world.store._reader.connect() as connection:
            rows = (await connection.execute(deliveries.select())).all()
            fixes = {row.delivery_id: row for row in (await connection.execute(edits.select())).all()}
        for row in rows:
            if row.state != "sent":
                assert row.state in ("refused", "unknown")
                continue
            fix = fixes.get(row.id)
            if fix is None:
                assert row.version == self.version
                message = row.message_id
            else:
                assert fix.state in ("sent", "refused", "unknown")
                message = fix.message_id if fix.state == "sent" else None
            if message is not None:
                assert {v for (_, number), v in self.telegram.messages.items() if number == message} <= {self.version}
                assert any(number == message for _, number in self.telegram.messages)


OVERTAKEN = [
    ("work", "ledger", "arrives"), ("correct",), ("attempt", "edits"), ("freeze", "edits"),
    ("correct",), ("work", "edits", "arrives"), ("wake", "edits"),
]  # fmt: skip


@example(steps=OVERTAKEN)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(STEPS), min_size=6, max_size=24))
async def test_every_chat_that_can_be_reached_ends_with_the_last_text(world: Any, steps: list[tuple[Any, ...]]) -> None:
    play = Play(world)
    await play.start()
    for name, *arguments in steps:
        await getattr(play, name)(*arguments)
    await play.finish()
    await play.check()
