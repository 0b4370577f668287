"""``conflict-digest deliveries``: how deliveries go, in the terminal, while the bot runs or not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskProgressColumn, TextColumn
from rich.progress import Progress as Bar
from rich.table import Table

from bot import i18n
from bot.settings import Settings
from digests.deliveries import Deliveries, Progress
from digests.delivery.storm import Pause
from digests.errors import StorageError
from digests.model import DeliveryState
from digests.storage import exists, open_store, unlock

EVERY = 1.0  # seconds between two looks
_LANGUAGE = "en"  # of the terminal
_SHOWN = 15  # editions


async def show(settings: Settings, console: Console, *, clock: Callable[[], datetime], watch: bool) -> None:
    """Print the latest editions with their rows by state; with `watch` then a bar until nothing is under way.

    Only reads, so it may look into the database of a running bot. Raises StorageError.
    """
    async with _deliveries(settings) as deliveries:
        console.print(await _table(deliveries))
        if pause := await deliveries.paused():
            console.print(_paused(pause))
        progress = await deliveries.progress(now=clock())
        if progress is None:
            console.print("Nothing is under way.")
        elif watch:
            await _watch(deliveries, progress, console, clock)
        else:
            console.print(f"{progress.done} of {progress.rows} done, {_pace(progress)}")


async def _watch(
    deliveries: Deliveries, progress: Progress | None, console: Console, clock: Callable[[], datetime]
) -> None:
    pace = TextColumn("{task.fields[pace]}")
    with Bar(BarColumn(), TaskProgressColumn(), MofNCompleteColumn(), pace, console=console) as bar:
        task = bar.add_task("", pace="")
        while progress is not None:
            bar.update(task, total=progress.rows, completed=progress.done, pace=_pace(progress))
            await asyncio.sleep(EVERY)
            progress = await deliveries.progress(now=clock())
        bar.update(task, completed=bar.tasks[0].total, pace="done")


def _pace(progress: Progress) -> str:
    if progress.ends_at is None:
        return f"{progress.remaining} to go, nothing moves at the moment"
    seconds = round((progress.ends_at - progress.now).total_seconds())
    minutes = f"{seconds // 60}:{seconds % 60:02}"
    return f"{progress.remaining} to go, {progress.rate:.1f} a second, about {minutes} left"


def _paused(pause: Pause) -> str:
    return (
        f"[bold]Delivery is paused[/bold] since {pause.since:%Y-%m-%d %H:%M} UTC: {pause.failed} of {pause.outcomes}"
        f" went wrong ({_words('reason', pause.reason)}). An owner can resume it with /deliveries; nothing is lost."
    )


async def _table(deliveries: Deliveries) -> Table:
    table = Table("digest", "made (UTC)", "why", "language", "articles", box=None, pad_edge=False)
    for state in DeliveryState:
        table.add_column(_words("delivery", state), justify="right")
    table.add_column("why not sent")
    for each in await deliveries.latest(limit=_SHOWN):
        edition, counts = each.edition, each.counts
        reasons = sorted(counts.reasons.items(), key=lambda item: -item[1])
        table.add_row(
            str(edition.id),
            f"{edition.created_at:%Y-%m-%d %H:%M}",
            _words("edition", edition.kind),
            edition.language,
            str(len(edition.articles)),
            *(str(counts.states.get(state, "")) for state in DeliveryState),
            ", ".join(f"{_words('reason', reason)} {count}" for reason, count in reasons),
        )
    return table


def _words(group: str, key: str) -> str:
    found = i18n.gettext(_LANGUAGE, f"{group}.{key}")
    return key if found == f"{group}.{key}" else found


@asynccontextmanager
async def _deliveries(settings: Settings) -> AsyncIterator[Deliveries]:
    if not exists(settings.database):
        raise StorageError("no_database", advice="There is no database yet: the bot has not run here.")
    key = await unlock(settings.database, settings.data_key_bytes, settings.data_key_file)
    store = await open_store(settings.database, key, upgrade=False)
    try:
        yield Deliveries(store)
    finally:
        await store.close()
