"""What ``conflict-digest deliveries`` shows, beside a running bot."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from bot import deliveries_command
from bot.settings import Settings
from digests.delivery import plan
from digests.errors import StorageError
from digests.model import Outcome, Verdict
from digests.storage import claim_process, open_store, unlock
from tests.digests.fakes.composers import FakeComposer
from tests.digests.fakes.stores import NOON, publish, subscribe

BLOCKED = Outcome(verdict=Verdict.STOP, reason="blocked")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.model_validate(
        {"database_url": f"sqlite:///{tmp_path}/bot.db", "data_key_file": str(tmp_path / "secret.key")}
    )


def files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def printed(settings: Settings, *, now: datetime, watch: bool = False) -> str:
    out = io.StringIO()
    console = Console(file=out, width=200)
    await deliveries_command.show(settings, console, clock=lambda: now, watch=watch)
    return out.getvalue()


async def test_without_a_database_it_says_so_and_makes_none(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="no_database"):
        await printed(settings, now=NOON)
    assert files(tmp_path) == []


async def test_editions_progress_and_the_end_of_a_fan_out_are_shown_while_the_bot_runs(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries_command, "EVERY", 0.01)
    claim = claim_process(settings.database)  # as the running bot does
    key = await unlock(settings.database, None, settings.data_key_file)
    store = await open_store(settings.database, key)
    try:
        assert "Nothing is under way" in await printed(settings, now=NOON)
        await publish(store, at=NOON - timedelta(minutes=1))
        await subscribe(store, 1, 2, 3, 4)
        await plan(store, FakeComposer(), now=NOON)
        assert "4 to go, nothing moves" in await printed(settings, now=NOON)

        async def deliver(limit: int, outcome: Outcome) -> None:
            async with store.begin() as tx:
                until = NOON + timedelta(minutes=1)
                rows = await tx.ledger.claim(worker="w", now=NOON, lease_until=until, limit=limit)
                await tx.ledger.sending([row.id for row in rows], worker="w", now=NOON)
                outcomes = [(row.id, outcome) for row in rows]
                await tx.ledger.record(outcomes, worker="w", now=NOON + timedelta(seconds=1))

        await deliver(1, BLOCKED)
        shown = await printed(settings, now=NOON + timedelta(seconds=2))
        assert "1 of 4 done, 3 to go, 0.5 a second, about 0:06 left" in shown
        assert "the bot was blocked 1" in shown

        looks = [NOON + timedelta(seconds=2)] * 2

        def clock() -> datetime:
            return looks.pop() if looks else NOON + timedelta(seconds=3)

        out = io.StringIO()
        console = Console(file=out, width=200, force_terminal=True)
        original = deliveries_command.Deliveries.progress

        async def progress(self: object, *, now: datetime) -> object:
            if not looks:
                await deliver(9, Outcome(verdict=Verdict.SENT, message_id=1))
            return await original(self, now=now)  # type: ignore[arg-type]

        monkeypatch.setattr(deliveries_command.Deliveries, "progress", progress)
        await deliveries_command.show(settings, console, clock=clock, watch=True)
        assert "4/4" in out.getvalue()
        assert "done" in out.getvalue()
    finally:
        await store.close()
        claim.release()


def test_the_time_of_a_pause_is_told_in_utc() -> None:
    pause = deliveries_command.Pause(
        since=datetime(2026, 5, 4, 7, 5, tzinfo=UTC), reason="bad_request", failed=12, outcomes=20
    )
    assert "since 2026-05-04 07:05 UTC: 12 of 20 went wrong (Telegram refused the message)" in (
        deliveries_command._paused(pause)
    )
