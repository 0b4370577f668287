"""The composition root: settings in, a running bot out. Nothing is made anywhere else.

    key, process lock → store → use-cases, pages, pacer → Telegram application → worker and planner → polling

Everything is opened in that order and closed in reverse, so that what is in flight at a clean stop is recorded.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import structlog
from telegram.ext import Application, ApplicationBuilder, ExtBot

from bot import polling
from bot.access import Access
from bot.administrators import PausedNotice
from bot.following import Following
from bot.handlers import register
from bot.handlers.services import Services
from bot.limiter import PacedLimiter, RateArgs
from bot.live import Live
from bot.logs import ChatRefs
from bot.menus import Menus
from bot.pacer import Pacer, Scope
from bot.pages import Pages
from bot.sender import OwnerAlarm, TelegramSender
from bot.settings import Settings
from bot.telegram_http import TelegramHTTP
from bot.updates import OrderedProcessor
from digests import data, schedule
from digests.correcting import Correcting
from digests.data import Registry
from digests.deliveries import Deliveries
from digests.delivery import Worker, run_planner
from digests.delivery.gate import Gate
from digests.delivery.storm import StormPolicy
from digests.publishing import Publishing
from digests.staff import Staff
from digests.storage import SqlStore, claim_process, open_store, unlock
from digests.subscribing import Defaults, Subscribing

log = structlog.get_logger(__name__)

App = Application[ExtBot[RateArgs], Any, Any, Any, Any, Any]


class NoToken(Exception):
    """There is no bot token to run with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A bot at work. Setting `stop`, or leaving the context, ends it."""

    application: App
    services: Services
    worker: Worker
    corrector: Worker
    stop: asyncio.Event
    tasks: tuple[asyncio.Task[None], ...]

    @property
    def failed(self) -> bool:
        """True if it stopped by itself: Telegram refused the token while running, or a task died."""
        died = any(task.done() and not task.cancelled() and task.exception() for task in self.tasks)
        return died or self.worker.halted or self.corrector.halted


def utc_now() -> datetime:
    """Return the time; the only clock of the program."""
    return datetime.now(UTC)


async def open_database(settings: Settings, stack: AsyncExitStack) -> tuple[SqlStore, ChatRefs]:
    """Open the configured database with its key, alone on this machine if it is an SQLite file.

    Returned with it: how its chats are named in logs.

    Raises StorageError (another process has it, wrong key, a newer database, unreachable, …).
    """
    stack.callback(claim_process(settings.database).release)
    key = await unlock(settings.database, settings.data_key_bytes, settings.data_key_file)
    store = await open_store(settings.database, key)
    stack.push_async_callback(store.close)
    return store, ChatRefs(key)


@asynccontextmanager
async def running(
    settings: Settings, *, registry: Registry | None = None, clock: Callable[[], datetime] = utc_now
) -> AsyncIterator[Running]:
    """Start the bot and yield it; leaving stops it cleanly. `registry` defaults to the packaged one.

    Raises NoToken, WrongToken, StorageError: all before anything is sent.
    """
    if settings.bot_token is None:
        raise NoToken
    registry = registry or data.registry()
    async with AsyncExitStack() as stack:
        store, chats = await open_database(settings, stack)
        async with store.begin() as tx:
            await tx.channels.sync(tuple(registry), now=clock())
        pacer = await _pacer(settings, store, clock)
        transport = polling.PatientPolling(proxy=settings.proxy)
        application = _application(settings, store, pacer, clock, transport, chats)
        services, worker, corrector = _services(settings, store, registry, application.bot, pacer, clock, chats)
        following = Following(services.correcting, services.pages, application.bot, clock)
        application.bot_data["services"] = services
        register(application)

        await polling.connect(application)
        stack.push_async_callback(application.shutdown)
        stop = asyncio.Event()
        await application.start()
        stack.push_async_callback(application.stop)
        tasks = (
            asyncio.create_task(worker.run(stop), name="worker"),
            asyncio.create_task(corrector.run(stop), name="corrector"),
            asyncio.create_task(following.run(stop), name="following"),
            asyncio.create_task(_planner(settings, services, stop), name="planner"),
            asyncio.create_task(services.live.run(stop), name="live"),
            asyncio.create_task(polling.heed_refusal(transport, stop), name="polling"),
            asyncio.create_task(services.menus.publish(application.bot), name="menus"),
        )
        stack.push_async_callback(_finish, tasks, stop)
        for task in tasks:
            task.add_done_callback(_stop_on_failure(stop))
        await polling.begin(application)
        stack.push_async_callback(polling.end, application)
        log.info("bot.running", bot=application.bot.username)
        yield Running(
            application=application, services=services, worker=worker, corrector=corrector, stop=stop, tasks=tasks
        )
        log.info("bot.stopping")


async def _pacer(settings: Settings, store: SqlStore, clock: Callable[[], datetime]) -> Pacer:
    """Make the pacer, with the halts that a 429 ordered before a restart."""

    async def remember(scope: Scope, until: datetime) -> None:
        if not isinstance(scope, str):  # public names are not stored; their halts are met again
            async with store.begin() as tx:
                await tx.runtime.set_halt(scope, until)

    pacer = Pacer(settings.send_rate, on_halt=remember, wall=clock)
    async with store.read() as tx:
        halts: dict[Scope, datetime] = dict((await tx.runtime.halts(now=clock())).items())
    pacer.restore(halts)
    return pacer


def _application(
    settings: Settings,
    store: SqlStore,
    pacer: Pacer,
    clock: Callable[[], datetime],
    transport: polling.PatientPolling,
    chats: ChatRefs,
) -> App:
    token = settings.bot_token
    assert token is not None  # noqa: S101  # `running` checked it
    application = (
        ApplicationBuilder()
        .token(token.get_secret_value())
        .base_url(f"{settings.telegram_api_url}/bot")
        .base_file_url(f"{settings.telegram_api_url}/file/bot")
        .request(TelegramHTTP(pool_size=settings.send_concurrency + 32, proxy=settings.proxy))
        .get_updates_request(transport)
        .rate_limiter(PacedLimiter(pacer))
        .concurrent_updates(OrderedProcessor(store, clock, chats))
        .build()
    )
    transport.settled = application.update_queue.join
    return application


def _services(
    settings: Settings,
    store: SqlStore,
    registry: Registry,
    bot: ExtBot[RateArgs],
    pacer: Pacer,
    clock: Callable[[], datetime],
    chats: ChatRefs,
) -> tuple[Services, Worker, Worker]:
    """Make what the handlers are given, the worker that delivers, and the one that corrects what was delivered."""
    pages = Pages(
        channels=registry,
        name=settings.digest_name,
        link_designated=settings.link_designated,
        retention_days=settings.retention_days,
    )
    defaults = Defaults(
        schedule=schedule.parse(settings.default_schedule, default_zone=settings.default_timezone),
        retention=timedelta(days=settings.retention_days),
    )
    alarm = OwnerAlarm(bot, settings.owner_ids, pages, settings.default_language, clock)
    sender = TelegramSender(bot, pacer, pages)
    storm = StormPolicy(
        share=settings.storm_share,
        window=timedelta(seconds=settings.storm_window_seconds),
        minimum=settings.storm_minimum,
    )
    deliveries = Deliveries(store)
    name = f"{os.getpid()}-{secrets.token_hex(4)}"
    make = partial(
        Worker,
        store,
        sender,
        alarm,
        clock=clock,
        concurrency=settings.send_concurrency,
        alone=settings.database.get_backend_name() == "sqlite",
    )
    paused = PausedNotice(bot, pages, chats)
    worker = make(name=name, on_paused=paused, gate=Gate(store, alarm, storm, answers=sender.answers))
    # a crew of its own: edits wait long for their turn in groups, and must not keep what is new waiting with them
    corrector = make(name=f"{name}-edits", queue=lambda tx: tx.edits, gate=Gate(store, alarm, storm))
    services = Services(
        store=store,
        publishing=Publishing(store, registry=registry),
        subscribing=Subscribing(store, defaults),
        staff=Staff(store),
        correcting=Correcting(store, registry=registry),
        deliveries=deliveries,
        live=Live(store, deliveries, pages, bot, settings.owner_ids, clock),
        pages=pages,
        access=Access(store, settings.owner_ids, clock),
        menus=Menus(store, settings.owner_ids, settings.default_language),
        alarm=alarm,
        worker=worker,
        corrections=corrector,
        clock=clock,
        default_language=settings.default_language,
        default_zone=settings.default_timezone,
    )
    return services, worker, corrector


async def _planner(settings: Settings, services: Services, stop: asyncio.Event) -> None:
    await run_planner(
        services.store,
        services.pages,
        clock=services.clock,
        stop=stop,
        poke=services.worker.poke,
        tick_seconds=settings.tick_seconds,
        retention=timedelta(days=settings.retention_days),
        alarm=services.alarm,
    )


async def _finish(tasks: tuple[asyncio.Task[None], ...], stop: asyncio.Event) -> None:
    """Let the tasks end by themselves: the worker records what it has in flight."""
    stop.set()
    await asyncio.gather(*tasks, return_exceptions=True)


def _stop_on_failure(stop: asyncio.Event) -> Callable[[asyncio.Task[None]], None]:
    """A task that dies takes the process with it: half a bot is worse than one that its supervisor restarts."""

    def done(task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            log.critical("task.died", task=task.get_name(), exc_info=task.exception())
            stop.set()

    return done
