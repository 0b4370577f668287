"""A stage for a fault: the sandbox as Telegram, a database with many subscribers who are due, and the real bot."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from bot import demo
from bot.app import running
from bot.pages import Pages
from bot.sandbox import Person, Sandbox
from bot.settings import Settings
from digests.correcting import Correcting
from digests.deliveries import FAN_OUTS, Deliveries
from digests.model import ChatKind, CorrectionKind, Place, Schedule
from digests.publishing import Publishing
from digests.storage import SqlStore, open_store, unlock

from .truth import EDIT, SEND, Shown, Truth, fullest, shown, told
from .waits import REAL, VARIABLE, Waits, shortened

_LOOK = 0.05  # seconds between two looks
_CORRECTED = ("the largest change", *(f"change number {number}" for number in range(2, 100)))  # one after the other


class Size(NamedTuple):
    """How large a fault is played: chats, messages a second, calls in flight, calls struck, seconds, kills."""

    chats: int = 2000
    rate: int = 100
    in_flight: int = 16
    struck: int = 100
    seconds: float = 10.0
    kills: int = 20
    waits: Waits = REAL


class Clock:
    """The wall clock of a bot in this process; it can be set."""

    def __init__(self) -> None:
        self._off = timedelta()

    def __call__(self) -> datetime:
        """Return the time in UTC."""
        return datetime.now(UTC) + self._off

    def jump(self, by: timedelta) -> None:
        """Set it forward, or back."""
        self._off += by


class Scene:
    """Made by `staged`. Reading the server's log tells what happened (`truth`); `complaints` are what a fault found.

    `versions` are the texts of the digest (Telegram HTML), one set a correction, the last being the present ones.
    `cut_off` is how many calls may have been under way when the machine, not the server, made their outcome unknown.
    """

    def __init__(self, size: Size, sandbox: Sandbox, folder: Path, database: str) -> None:
        self.size = size
        self.sandbox = sandbox
        self.folder = folder
        self.database = database
        self.clock = Clock()
        self.owner: Person = sandbox.people.person("Mira", username="mira", language_code="en")
        self.readers = [sandbox.people.person(f"Reader {number}") for number in range(size.chats)]
        self.chats = frozenset(reader.id for reader in self.readers)
        self.cut_off = 0
        self.complaints: list[str] = []
        self.versions: list[frozenset[str]] = []
        self.article = 0
        self.correction: int | None = None  # the last one
        self.process: asyncio.subprocess.Process | None = None
        self.settings: dict[str, str] = {}
        self._store: SqlStore | None = None
        self._exit = AsyncExitStack()

    @property
    def store(self) -> SqlStore:
        """A view of the bot's database, beside the bot's own."""
        assert self._store is not None
        return self._store

    async def prepare(self, settings: Mapping[str, str]) -> None:
        """Publish the sample article and let everybody be subscribed, and due."""
        self.settings = {
            "BOT_TOKEN": self.sandbox.token,
            "OWNER_IDS": str(self.owner.id),
            "TELEGRAM_API_URL": self.sandbox.base_url.removesuffix("/bot"),
            "DATABASE_URL": self.database,
            "DATA_KEY_FILE": str(self.folder / "secret.key"),
            "SEND_RATE": str(self.size.rate),
            "SEND_CONCURRENCY": str(self.size.in_flight),
            "TICK_SECONDS": "0.1",
            "STORM_MINIMUM": "1000000",
            "LOG_FORMAT": "json",
            **settings,
        }
        chosen = self.chosen()
        key = await unlock(chosen.database, None, chosen.data_key_file)
        self._store = await open_store(chosen.database, key, upgrade=True)
        now = self.clock()
        publishing = Publishing(self.store, registry=demo.registry())
        draft = await publishing.submit(self.owner.id, demo.sample(), now=now - timedelta(minutes=9))
        self.article = draft.article.id
        await publishing.publish(self.article, editor=self.owner.id, now=now - timedelta(minutes=5))
        due = now - timedelta(seconds=1)
        schedule = Schedule(times=(due.time().replace(second=0, microsecond=0),))
        self.owner.start()
        for reader in self.readers:
            reader.start()
        self.sandbox.world.updates.drop()
        async with self.store.begin() as tx:
            for chat in sorted(self.chats):
                await tx.subscriptions.add(
                    Place(chat),
                    ChatKind.PRIVATE,
                    language="en",
                    schedule=schedule,
                    next_due_at=due,
                    now=now - timedelta(hours=1),
                )

    def chosen(self) -> Settings:
        """Return the bot's settings, as it reads them from the environment."""
        fields = {name.lower(): value for name, value in self.settings.items()}
        return Settings(_env_file=None, **fields)  # type: ignore[arg-type,call-arg]

    async def correct(self) -> None:
        """Publish a correction of the article, beside the bot; each time with other words."""
        correcting, editor, now = Correcting(self.store, registry=demo.registry()), self.owner.id, self.clock()
        old, new = _CORRECTED[len(self.versions) :][:2]
        begun = await correcting.begin(self.article, editor=editor, language="en", now=now)
        await correcting.hear(editor, f"{old} => {new}", now=now)
        await correcting.propose(begun.proposal.id, now=now)
        await correcting.choose_kind(begun.proposal.id, CorrectionKind.FACTUAL, now=now)
        pages = Pages(channels=demo.registry())
        await correcting.publish(begun.proposal.id, editor=editor, now=now, reviser=pages)
        self.correction = begun.proposal.id
        async with self.store.read() as tx:
            editions = await tx.editions.showing(self.article)
        self.versions.append(frozenset(part.html for edition in editions for part in edition.parts))

    # ------------------------------------------------------------------------------------------ the bot

    async def start(self, *, apart: bool) -> None:
        """Start the bot: in this process, or `apart` in one of its own."""
        if apart:
            self.process = await self.spawn()
        else:
            with shortened(self.size.waits):
                bot = running(self.chosen(), registry=demo.registry(), clock=self.clock)
                await self._exit.enter_async_context(bot)

    async def spawn(self) -> asyncio.subprocess.Process:
        """Start a process of the bot, which logs to a file."""
        program = ["-m", "bot", "run"]
        if self.size.waits != REAL:
            program = [str(Path(__file__).with_name("waits.py"))]
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path(__file__).parents[2]),
            VARIABLE: json.dumps(self.size.waits),
            **self.settings,
        }
        with (self.folder / "bot.log").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable, *program, env=environment, cwd=self.folder, stdout=log, stderr=log
            )

    async def kill(self) -> None:
        """End the bot's process at once; what it had in flight is of unknown outcome."""
        assert self.process is not None
        self.process.kill()
        await self.process.wait()
        self.cut_off += self.size.in_flight

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the bot's process."""
        assert self.process is not None
        self.process.send_signal(number)

    async def stop(self) -> None:
        """End the bot cleanly."""
        await self._exit.aclose()
        if self.process is not None and self.process.returncode is None:
            self.process.terminate()
            await self.process.wait()

    async def close(self) -> None:
        """End everything."""
        await self.stop()
        if self._store is not None:
            await self._store.close()

    # ------------------------------------------------------------------------------------- what happens

    async def until(self, condition: Callable[[], object], seconds: float = 60.0) -> None:
        """Wait until something holds. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110  # changes come from outside this process, too
                await asyncio.sleep(_LOOK)

    def reached(self) -> set[int]:
        """Return the chats that have the digest."""
        calls = (call for call in self.sandbox.calls(SEND) if call.result is not None)
        return self.chats.intersection(call.params.integer("chat_id") for call in calls)

    async def settled(self, seconds: float = 300.0) -> None:
        """Wait until every delivery, and every edit of one, has come to an end. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while await self.under_way():  # noqa: ASYNC110
                await asyncio.sleep(5 * _LOOK)

    async def under_way(self) -> bool:
        """Tell whether a fan-out is not over, or has not begun, or the last correction has not reached every copy."""
        async with self.store.read() as tx:
            if self.correction is not None and not (await tx.corrections.copies(self.correction)).settled:
                return True
            counts = await tx.ledger.counts()
            return not counts.states or bool(await tx.ledger.fan_outs(FAN_OUTS))

    async def send_rest_again(self) -> int:
        """Do as an owner does about messages that rest, their outcome unknown; returns how many there were."""
        async with self.store.read() as tx:
            editions = await tx.editions.latest(FAN_OUTS, limit=10, offset=0)
        deliveries = Deliveries(self.store)
        return sum(
            [await deliveries.retry(each.id, resting=True, owner=self.owner.id, now=self.clock()) for each in editions]
        )

    def truth(self) -> Truth:
        """Return what the server knows."""
        return told(self.sandbox.calls(), self.chats)

    def shown(self) -> Shown:
        """Return what people see of corrections."""
        copies = [[message.text for message in reader.inbox] for reader in self.readers]
        edits = (call for call in self.sandbox.calls(EDIT) if call.params.integer("chat_id") in self.chats)
        return shown(copies, edits, self.versions)

    def rate(self, since: float, until: float) -> float:
        """Return the best rate between two moments (Unix seconds)."""
        return fullest(self.sandbox.calls(), since, until)


@asynccontextmanager
async def staged(
    size: Size, folder: Path, *, settings: Mapping[str, str] | None = None, database: str = ""
) -> AsyncIterator[Scene]:
    """Set the stage in `folder`; the bot is to be started. `database`: a URL, by default an SQLite file."""
    async with Sandbox() as sandbox:
        scene = Scene(size, sandbox, folder, database or f"sqlite:///{folder / 'bot.db'}")
        try:
            await scene.prepare(settings or {})
            yield scene
        finally:
            await scene.close()


def now() -> float:
    """Return the time in Unix seconds, as the server's log has it."""
    return time.time()
